-- +goose Up

-- Browsers the web widget recognises by a secret of which only the hash is kept.
CREATE TABLE visitors (
    tenant_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    entry_id   TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    contact_id TEXT NOT NULL, -- '' = nobody known
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX visitors_token ON visitors (token_hash);

CREATE TABLE conversations (
    tenant_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    entry_id        TEXT NOT NULL,
    visitor_id      TEXT NOT NULL,
    contact_id      TEXT NOT NULL,
    interaction_id  TEXT NOT NULL,
    service_id      TEXT NOT NULL,
    client_id       TEXT NOT NULL, -- the visitor's id of the request that opened it
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'unserved', 'kept', 'ended')),
    language        TEXT NOT NULL,
    form            JSONB NOT NULL,
    page_url        TEXT NOT NULL,
    page_title      TEXT NOT NULL,
    page_at         BIGINT NOT NULL,
    last_n          BIGINT NOT NULL,
    customer_read_n BIGINT NOT NULL,
    agent_read_n    BIGINT NOT NULL,
    delivered_n     BIGINT NOT NULL,
    customer_online BOOLEAN NOT NULL,
    unanswered_at   BIGINT NOT NULL, -- since when the customer waits for an answer, 0 = answered
    due_at          BIGINT NOT NULL, -- next deadline, 0 = none
    due             TEXT NOT NULL CHECK (due IN ('', 'ask', 'close', 'forget')),
    kept_at         BIGINT NOT NULL, -- when the offline form was filled in, 0 = it was not
    opened_at       BIGINT NOT NULL,
    joined_at       BIGINT NOT NULL,
    closed_at       BIGINT NOT NULL,
    closed_by       TEXT NOT NULL CHECK (closed_by IN ('', 'customer', 'agent', 'system')),
    close_reason    TEXT NOT NULL,
    version         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX conversations_open ON conversations (tenant_id, visitor_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX conversations_client ON conversations (tenant_id, visitor_id, client_id);
CREATE INDEX conversations_interaction ON conversations (tenant_id, interaction_id);
CREATE INDEX conversations_contact ON conversations (tenant_id, contact_id, opened_at);
CREATE INDEX conversations_due ON conversations (tenant_id, due_at) WHERE due_at > 0;
CREATE INDEX conversations_kept ON conversations (tenant_id, kept_at) WHERE state = 'kept';

-- The segments of a conversation's interaction, as the conversation sees them.
CREATE TABLE participants (
    tenant_id       TEXT NOT NULL,
    segment_id      TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    purpose         TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite')),
    state           TEXT NOT NULL CHECK (state IN ('expected', 'joined', 'left', 'done')),
    user_id         TEXT NOT NULL, -- '' = not yet known
    name            TEXT NOT NULL,
    photo           TEXT NOT NULL,
    read_n          BIGINT NOT NULL,
    invited_by      TEXT NOT NULL, -- segment of the inviting or transferring agent
    joined_at       BIGINT NOT NULL,
    left_at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
);
CREATE INDEX participants_conversation ON participants (tenant_id, conversation_id);
CREATE INDEX participants_user ON participants (tenant_id, user_id) WHERE state IN ('joined', 'left');

CREATE TABLE messages (
    tenant_id       TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    n               BIGINT NOT NULL,
    id              TEXT NOT NULL,
    client_id       TEXT NOT NULL,
    author_kind     TEXT NOT NULL CHECK (author_kind IN ('customer', 'agent', 'system', 'bot')),
    author_id       TEXT NOT NULL,
    author_name     TEXT NOT NULL,
    author_photo    TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('text', 'file', 'event')),
    text            TEXT NOT NULL,
    file            JSONB NOT NULL, -- {} when none
    event           JSONB NOT NULL, -- {} when none
    at              BIGINT NOT NULL,
    before_agent    BOOLEAN NOT NULL,
    automatic       BOOLEAN NOT NULL,
    scope           TEXT NOT NULL CHECK (scope IN ('all', 'agents')),
    PRIMARY KEY (tenant_id, conversation_id, n)
);
CREATE UNIQUE INDEX messages_client ON messages (tenant_id, conversation_id, author_kind, author_id, client_id);

CREATE TABLE files (
    tenant_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    blob            TEXT NOT NULL,
    name            TEXT NOT NULL,
    type            TEXT NOT NULL,
    size            BIGINT NOT NULL,
    width           BIGINT NOT NULL,
    height          BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_conversation ON files (tenant_id, conversation_id);

-- Half-written texts, by what they belong to (a conversation's id).
CREATE TABLE drafts (
    tenant_id  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    key        TEXT NOT NULL,
    text       TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, key)
);

-- +goose Down
DROP TABLE drafts;
DROP TABLE files;
DROP TABLE messages;
DROP TABLE participants;
DROP TABLE conversations;
DROP TABLE visitors;
