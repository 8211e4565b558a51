-- +goose Up
-- Links for new passwords: one a user, the newest. Only the hash of its token is kept.
CREATE TABLE password_resets (
    tenant_id  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,             -- unix ms
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_hash);
CREATE INDEX password_resets_expires ON password_resets (expires_at);

-- How often links were asked for, by the hour.
CREATE TABLE password_reset_asks (
    tenant_id TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('account', 'address')),
    key       TEXT NOT NULL,
    hour      BIGINT NOT NULL,              -- since 1970
    count     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, key)
);
CREATE INDEX password_reset_asks_hour ON password_reset_asks (hour);

-- +goose Down
DROP TABLE password_reset_asks;
DROP TABLE password_resets;
