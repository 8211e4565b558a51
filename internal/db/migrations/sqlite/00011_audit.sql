-- +goose Up

-- Who did what. Rows are only ever added; they go only with their whole tenant.
CREATE TABLE audit_entries (
    tenant_id  TEXT NOT NULL,
    n          INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'key', 'system')),
    actor_id   TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    address    TEXT NOT NULL,
    action     TEXT NOT NULL,
    entity     TEXT NOT NULL,
    entity_id  TEXT NOT NULL,
    name       TEXT NOT NULL,
    search     TEXT NOT NULL,
    was        TEXT NOT NULL, -- text, not JSON: the hash is over these bytes
    became     TEXT NOT NULL,
    hash       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entries_entity ON audit_entries (tenant_id, entity, entity_id, n);
CREATE INDEX audit_entries_actor ON audit_entries (tenant_id, actor_id, n);
CREATE INDEX audit_entries_at ON audit_entries (tenant_id, at);

-- The end of each tenant's chain.
CREATE TABLE audit_heads (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    n         INTEGER NOT NULL,
    hash      TEXT NOT NULL,
    seal      TEXT NOT NULL -- over number and hash: the end can't be cut off unseen
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER audit_entries_fixed BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries cannot be changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
WHEN EXISTS (SELECT 1 FROM tenants WHERE id = OLD.tenant_id AND status <> 'deleting')
BEGIN
    SELECT RAISE(ABORT, 'audit entries cannot be removed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_heads;
DROP TABLE audit_entries;
