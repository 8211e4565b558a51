-- +goose Up
-- Entries may be mailboxes; their secrets stand beside the fields that are read.
CREATE TABLE entries_new (
    tenant_id    TEXT NOT NULL,
    id           TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    archived_at  INTEGER NOT NULL DEFAULT 0, -- 0: in use
    sort_name    TEXT NOT NULL,              -- lower case
    search       TEXT NOT NULL,              -- lower case, all that a search looks into
    body         TEXT NOT NULL,              -- the whole thing as JSON
    kind         TEXT NOT NULL CHECK (kind IN ('chat', 'call', 'number', 'mailbox')),
    key          TEXT NOT NULL,
    service_id   TEXT NOT NULL,
    active       INTEGER NOT NULL,
    imap_secret  TEXT NOT NULL DEFAULT '',   -- of a mailbox's accounts, encrypted
    relay_secret TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
) STRICT;
INSERT INTO entries_new (tenant_id, id, version, created_at, updated_at, archived_at, sort_name, search, body, kind, key, service_id, active)
    SELECT tenant_id, id, version, created_at, updated_at, archived_at, sort_name, search, body, kind, key, service_id, active FROM entries;
DROP TABLE entries;
ALTER TABLE entries_new RENAME TO entries;
CREATE INDEX entries_name ON entries (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX entries_unique_name ON entries (tenant_id, sort_name) WHERE archived_at = 0;
CREATE UNIQUE INDEX entries_key ON entries (key) WHERE archived_at = 0;

-- Whose an address is: it finds the tenant of a mail, so it is unique over the installation.
CREATE TABLE mail_addresses (
    address   TEXT NOT NULL PRIMARY KEY, -- lower case, the domain in ASCII
    tenant_id TEXT NOT NULL,
    entry_id  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_addresses_entry ON mail_addresses (tenant_id, entry_id);

-- +goose Down
DROP TABLE mail_addresses;
DELETE FROM entries WHERE kind = 'mailbox';
ALTER TABLE entries DROP COLUMN imap_secret;
ALTER TABLE entries DROP COLUMN relay_secret;
