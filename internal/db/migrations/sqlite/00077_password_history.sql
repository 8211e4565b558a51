-- +goose Up
-- Hashes of a user's passwords before the present one, as many as the tenant's policy remembers.
CREATE TABLE password_history (
    tenant_id   TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    id          TEXT NOT NULL,              -- in the order in which they were replaced
    hash        TEXT NOT NULL,
    replaced_at INTEGER NOT NULL,            -- unix ms
    PRIMARY KEY (tenant_id, user_id, id)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE password_history;
