-- +goose Up
-- Entries may be mailboxes; their secrets stand beside the fields that are read.
ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('chat', 'call', 'number', 'mailbox'));
ALTER TABLE entries ADD COLUMN imap_secret TEXT NOT NULL DEFAULT ''; -- of a mailbox's accounts, encrypted
ALTER TABLE entries ADD COLUMN relay_secret TEXT NOT NULL DEFAULT '';

-- Whose an address is: it finds the tenant of a mail, so it is unique over the installation.
CREATE TABLE mail_addresses (
    address   TEXT NOT NULL PRIMARY KEY, -- lower case, the domain in ASCII
    tenant_id TEXT NOT NULL,
    entry_id  TEXT NOT NULL
);
CREATE INDEX mail_addresses_entry ON mail_addresses (tenant_id, entry_id);

-- +goose Down
DROP TABLE mail_addresses;
DELETE FROM entries WHERE kind = 'mailbox';
ALTER TABLE entries DROP COLUMN imap_secret;
ALTER TABLE entries DROP COLUMN relay_secret;
ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('chat', 'call', 'number'));
