-- +goose Up

CREATE TABLE webhooks (
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
    secret      TEXT NOT NULL DEFAULT '', -- encrypted
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX webhooks_name ON webhooks (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX webhooks_unique_name ON webhooks (tenant_id, sort_name) WHERE archived_at = 0;

-- What was, or is to be, told to whom; kept for 30 days.
CREATE TABLE webhook_deliveries (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    webhook_id  TEXT NOT NULL,
    event       TEXT NOT NULL,
    payload     TEXT NOT NULL, -- the very bytes that are signed
    created_at  INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'cancelled')),
    attempts    INTEGER NOT NULL,
    round       INTEGER NOT NULL, -- grows with every replay
    next_at     INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,
    last_status INTEGER NOT NULL, -- of HTTP; 0: no answer
    last_error  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX webhook_deliveries_hook ON webhook_deliveries (tenant_id, webhook_id, id);
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
