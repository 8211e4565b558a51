-- +goose Up
-- How far each mailbox was fetched from its IMAP server.
CREATE TABLE mailbox_states (
    tenant_id    TEXT NOT NULL,
    entry_id     TEXT NOT NULL,
    account      TEXT NOT NULL,             -- user, server and folder that the numbers below belong to
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL,           -- all up to it were taken in or skipped
    since        INTEGER NOT NULL,           -- unix ms; older mails are not ours, also after the server has numbered anew
    backfill_from INTEGER NOT NULL DEFAULT 0, -- unix ms; 0: nothing is being taken in again
    backfill_uid INTEGER NOT NULL DEFAULT 0, -- all up to it were
    last_mail_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, entry_id)
) STRICT;

-- How the fetching goes, noted by the node that does it.
CREATE TABLE mailbox_health (
    tenant_id TEXT NOT NULL,
    entry_id  TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('connecting', 'up', 'down')),
    since     INTEGER NOT NULL, -- unix ms
    detail    TEXT NOT NULL,    -- the last error
    PRIMARY KEY (tenant_id, entry_id)
) STRICT;

-- Mails that stay on their server because they could not be taken in.
CREATE TABLE mailbox_skipped (
    tenant_id    TEXT NOT NULL,
    id           TEXT NOT NULL,
    entry_id     TEXT NOT NULL,
    account      TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    sender       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason IN ('too_large', 'unreadable')),
    detail       TEXT NOT NULL,
    at           INTEGER NOT NULL,           -- unix ms
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX mailbox_skipped_uid ON mailbox_skipped (tenant_id, entry_id, account, uid_validity, uid);

-- +goose Down
DROP TABLE mailbox_skipped;
DROP TABLE mailbox_health;
DROP TABLE mailbox_states;
