-- +goose Up

-- The change feed: one numbered row per thing that happened, per tenant.
CREATE TABLE change_counters (
    tenant_id TEXT PRIMARY KEY,
    epoch     TEXT NOT NULL,
    seq       BIGINT NOT NULL
);

CREATE TABLE changes (
    tenant_id TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    audience  TEXT NOT NULL,
    type      TEXT NOT NULL,
    data      TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX changes_audience ON changes (tenant_id, audience, seq);

-- Who owns what among the nodes, and until when; the number grows with every new owner.
CREATE TABLE leases (
    key        TEXT PRIMARY KEY,
    fencing    BIGINT NOT NULL,
    node       TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Answers to commands, kept for a day, so that a repeated command is done once.
CREATE TABLE idempotency_keys (
    tenant_id TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    key       TEXT NOT NULL,
    route     TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status    BIGINT NOT NULL,
    answer    TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, key)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE leases;
DROP TABLE changes;
DROP TABLE change_counters;
