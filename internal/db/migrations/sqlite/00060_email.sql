-- +goose Up

-- One matter of a customer: it groups contacts of every channel.
CREATE TABLE cases (
    tenant_id      TEXT NOT NULL,
    id             TEXT NOT NULL,
    number         INTEGER NOT NULL, -- running in the contact centre, known to the customer
    thread_key     TEXT NOT NULL,    -- stands in the subject of every mail to the customer
    subject        TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('open', 'pending', 'resolved', 'closed')),
    state_at       INTEGER NOT NULL,
    service_id     TEXT NOT NULL,
    assignee_id    TEXT NOT NULL, -- '' = nobody yet
    contact_id     TEXT NOT NULL, -- '' = nobody known
    initiator      TEXT NOT NULL, -- name as the customer gave it
    address        TEXT NOT NULL, -- the initiator's mail address
    follows_id     TEXT NOT NULL, -- the closed case this one goes on from
    flagged_by     TEXT NOT NULL, -- who asks for help, '' = nobody
    flagged_at     INTEGER NOT NULL,
    opened_at      INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    customer_at    INTEGER NOT NULL, -- the customer's last word
    closed_at      INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cases_number ON cases (tenant_id, number);
CREATE UNIQUE INDEX cases_thread_key ON cases (tenant_id, thread_key);
CREATE INDEX cases_contact ON cases (tenant_id, contact_id, opened_at);
CREATE INDEX cases_follows ON cases (tenant_id, follows_id) WHERE follows_id <> '';
CREATE INDEX cases_resolved ON cases (tenant_id, state_at) WHERE state = 'resolved';

CREATE TABLE case_numbers (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    last      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened to a case beside its mails: notes, routing, states, dispositions.
CREATE TABLE case_entries (
    tenant_id  TEXT NOT NULL,
    id         TEXT NOT NULL, -- grows with time
    case_id    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('note', 'disposition', 'event')),
    event      TEXT NOT NULL, -- of an event: its code
    user_id    TEXT NOT NULL, -- '' = the system
    segment_id TEXT NOT NULL,
    text       TEXT NOT NULL, -- of a note or with a disposition
    args       TEXT NOT NULL, -- JSON
    at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_entries_case ON case_entries (tenant_id, case_id, id);

-- Every mail of a case, in and out, drafts included.
CREATE TABLE mails (
    tenant_id      TEXT NOT NULL,
    id             TEXT NOT NULL,
    case_id        TEXT NOT NULL, -- '' = a draft of a new mail: the case is made when it is sent
    interaction_id TEXT NOT NULL,
    segment_id     TEXT NOT NULL, -- of a draft and of what an agent sent
    entry_id       TEXT NOT NULL, -- the mailbox
    direction      TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    state          TEXT NOT NULL CHECK (state IN ('received', 'draft', 'sending', 'sent', 'failed', 'doubtful')),
    kind           TEXT NOT NULL CHECK (kind IN ('', 'reply', 'reply_all', 'forward', 'new', 'acknowledgement')),
    automatic      TEXT NOT NULL, -- why nothing must answer it by itself, '' = a person wrote it
    user_id        TEXT NOT NULL, -- who wrote it, '' = the customer or the system
    message_id     TEXT NOT NULL, -- without <>
    in_reply_to    TEXT NOT NULL,
    refs           TEXT NOT NULL, -- JSON
    from_name      TEXT NOT NULL,
    from_address   TEXT NOT NULL,
    reply_to       TEXT NOT NULL, -- JSON
    to_list        TEXT NOT NULL, -- JSON
    cc_list        TEXT NOT NULL, -- JSON
    bcc_list       TEXT NOT NULL, -- JSON
    subject        TEXT NOT NULL,
    body_text      TEXT NOT NULL,
    body_html      TEXT NOT NULL, -- sanitised
    remote_images  INTEGER NOT NULL,
    language       TEXT NOT NULL,
    answers_id     TEXT NOT NULL, -- of a reply or forward: the mail it is about
    joined_by      TEXT NOT NULL, -- why it belongs to this case
    new_sender     INTEGER NOT NULL CHECK (new_sender IN (0, 1)),
    problems       TEXT NOT NULL, -- JSON
    raw_hash       TEXT NOT NULL, -- the mail as it came or went, '' = not written yet
    raw_size       INTEGER NOT NULL,
    at             INTEGER NOT NULL, -- received, last saved, sent
    outcome        TEXT NOT NULL, -- what the relay said last
    version        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_case ON mails (tenant_id, case_id, at, id);
CREATE INDEX mails_message_id ON mails (tenant_id, message_id) WHERE message_id <> '';
CREATE INDEX mails_segment ON mails (tenant_id, segment_id) WHERE segment_id <> '';
CREATE INDEX mails_raw ON mails (tenant_id, raw_hash) WHERE raw_hash <> '';
CREATE INDEX mails_unsent ON mails (tenant_id, state, at) WHERE state IN ('sending', 'failed', 'doubtful');

CREATE TABLE mail_files (
    tenant_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    mail_id    TEXT NOT NULL,
    n          INTEGER NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    content_id TEXT NOT NULL,
    inline     INTEGER NOT NULL CHECK (inline IN (0, 1)),
    hash       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_files_mail ON mail_files (tenant_id, mail_id, n);
CREATE INDEX mail_files_hash ON mail_files (tenant_id, hash);

-- Addresses that were written to or from, for completion, and how often Parley
-- acknowledged to them of late.
CREATE TABLE mail_correspondents (
    tenant_id TEXT NOT NULL,
    address   TEXT NOT NULL, -- as it is compared
    name      TEXT NOT NULL,
    used_at   INTEGER NOT NULL,
    acks      INTEGER NOT NULL,
    acks_day  INTEGER NOT NULL, -- days since 1970 that acks counts
    PRIMARY KEY (tenant_id, address)
) STRICT, WITHOUT ROWID;

-- What arrived: durable before the sending side hears that it was taken.
CREATE TABLE mail_intake (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    entry_id    TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    sender      TEXT NOT NULL, -- envelope, '' = null sender
    source      TEXT NOT NULL CHECK (source IN ('smtp', 'imap')),
    peer        TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    from_shown  TEXT NOT NULL, -- as far as the head could be read, for the quarantine
    subject     TEXT NOT NULL,
    raw_hash    TEXT NOT NULL,
    raw_size    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('new', 'taken', 'quarantined', 'dropped')),
    tries       INTEGER NOT NULL,
    reason      TEXT NOT NULL, -- why it is quarantined or dropped
    mail_id     TEXT NOT NULL, -- what became of it
    done_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mail_intake_once ON mail_intake (tenant_id, recipient, message_id, raw_hash);
CREATE INDEX mail_intake_new ON mail_intake (tenant_id, id) WHERE state = 'new';
CREATE INDEX mail_intake_quarantined ON mail_intake (tenant_id, id) WHERE state = 'quarantined';
CREATE INDEX mail_intake_raw ON mail_intake (tenant_id, raw_hash);
CREATE INDEX mail_intake_done ON mail_intake (done_at) WHERE done_at > 0;

-- What the queues show: one row for each segment of a mail that is not finished.
CREATE TABLE mail_rows (
    tenant_id      TEXT NOT NULL,
    segment_id     TEXT NOT NULL,
    interaction_id TEXT NOT NULL,
    case_id        TEXT NOT NULL,
    number         INTEGER NOT NULL,
    place          TEXT NOT NULL CHECK (place IN ('team', 'personal', 'hand', 'ended')),
    owner_id       TEXT NOT NULL, -- whose it is; being offered: to whom
    offered        INTEGER NOT NULL CHECK (offered IN (0, 1)),
    draft          INTEGER NOT NULL CHECK (draft IN (0, 1)),
    service_id     TEXT NOT NULL,
    language       TEXT NOT NULL,
    from_name      TEXT NOT NULL,
    from_address   TEXT NOT NULL,
    from_key       TEXT NOT NULL, -- folded, for the order
    subject        TEXT NOT NULL,
    subject_key    TEXT NOT NULL,
    files          INTEGER NOT NULL,
    unread         INTEGER NOT NULL,
    flagged        INTEGER NOT NULL CHECK (flagged IN (0, 1)),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    customer_at    INTEGER NOT NULL,
    sl_from_at     INTEGER NOT NULL, -- the oldest unanswered mail, 0 = answered
    sl_due_at      INTEGER NOT NULL, -- when the service level is missed, 0 = never
    PRIMARY KEY (tenant_id, segment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_rows_created ON mail_rows (tenant_id, place, created_at, segment_id);
CREATE INDEX mail_rows_service ON mail_rows (tenant_id, place, service_id, created_at, segment_id);
CREATE INDEX mail_rows_due ON mail_rows (tenant_id, place, sl_due_at, segment_id);
CREATE INDEX mail_rows_owner ON mail_rows (tenant_id, owner_id, place) WHERE owner_id <> '';
CREATE INDEX mail_rows_case ON mail_rows (tenant_id, case_id);
CREATE INDEX mail_rows_interaction ON mail_rows (tenant_id, interaction_id);

ALTER TABLE interactions ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE interactions ADD COLUMN reference TEXT NOT NULL DEFAULT ''; -- the number the customer knows it by
ALTER TABLE segments ADD COLUMN answered_at INTEGER NOT NULL DEFAULT 0; -- of a mail: when the customer was first answered

-- +goose Down
ALTER TABLE segments DROP COLUMN answered_at;
ALTER TABLE interactions DROP COLUMN reference;
ALTER TABLE interactions DROP COLUMN subject;
DROP TABLE mail_rows;
DROP TABLE mail_intake;
DROP TABLE mail_correspondents;
DROP TABLE mail_files;
DROP TABLE mails;
DROP TABLE case_entries;
DROP TABLE case_numbers;
DROP TABLE cases;
