-- +goose Up

CREATE TABLE trunks (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    archived_at INTEGER NOT NULL DEFAULT 0,
    sort_name   TEXT NOT NULL,
    search      TEXT NOT NULL,
    body        TEXT NOT NULL,
    active      INTEGER NOT NULL,
    secret      TEXT NOT NULL DEFAULT '', -- the password, encrypted
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX trunks_name ON trunks (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX trunks_unique_name ON trunks (tenant_id, sort_name) WHERE archived_at = 0;

CREATE TABLE prompts (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    archived_at INTEGER NOT NULL DEFAULT 0,
    sort_name   TEXT NOT NULL,
    search      TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX prompts_name ON prompts (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX prompts_unique_name ON prompts (tenant_id, sort_name) WHERE archived_at = 0;

-- +goose Down
DROP TABLE prompts;
DROP TABLE trunks;
