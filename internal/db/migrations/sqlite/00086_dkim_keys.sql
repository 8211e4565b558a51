-- +goose Up
-- Keys that mails are signed with (DKIM, RFC 6376). Of each state a domain has one key at most: one that is prepared while its
-- record is published, one that signs, and the one before it, whose record stays in the DNS until its mails have been read.
CREATE TABLE dkim_keys (
    tenant_id    TEXT NOT NULL,
    id           TEXT NOT NULL,
    domain       TEXT NOT NULL,            -- as it goes over the wire
    selector     TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('prepared', 'signing', 'retired')),
    public_key   TEXT NOT NULL,            -- base64, as it stands in the record
    sealed_key   TEXT NOT NULL,            -- '' once retired
    created_at   INTEGER NOT NULL,         -- unix ms
    signing_at   INTEGER NOT NULL,         -- 0 = never
    retired_at   INTEGER NOT NULL,         -- 0 = not yet
    checked_at   INTEGER NOT NULL,         -- 0 = the record was never asked for
    check_result TEXT NOT NULL CHECK (check_result IN ('', 'same', 'different', 'not_found', 'unavailable')),
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dkim_keys_by_domain ON dkim_keys (tenant_id, domain, state);
CREATE UNIQUE INDEX dkim_keys_by_selector ON dkim_keys (domain, selector);

-- +goose Down
DROP TABLE dkim_keys;
