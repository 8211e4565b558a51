-- +goose Up
-- Calls between colleagues: a direction of their own, begun at a desk, each part for one person. SQLite changes a
-- CHECK only with its table.
CREATE TABLE interactions_new (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('voice', 'chat', 'email', 'preview')),
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out', 'internal')),
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'ended', 'finished', 'parked')),
    service_id  TEXT NOT NULL,
    entry_id    TEXT NOT NULL,
    channel_id  TEXT NOT NULL, -- the channel's own entity: a conversation, a call
    contact_id  TEXT NOT NULL,
    language    TEXT NOT NULL,
    customer    TEXT NOT NULL, -- JSON: name, segment, email, phone, company
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    subject     TEXT NOT NULL DEFAULT '',
    reference   TEXT NOT NULL DEFAULT '', -- the number the customer knows it by
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO interactions_new (tenant_id, id, kind, direction, state, service_id, entry_id, channel_id, contact_id, language, customer, started_at, ended_at, finished_at, version, subject, reference)
    SELECT tenant_id, id, kind, direction, state, service_id, entry_id, channel_id, contact_id, language, customer, started_at, ended_at, finished_at, version, subject, reference FROM interactions;
DROP TABLE interactions;
ALTER TABLE interactions_new RENAME TO interactions;
CREATE INDEX interactions_started ON interactions (tenant_id, started_at, id);
CREATE INDEX interactions_service ON interactions (tenant_id, service_id, started_at, id);
CREATE INDEX interactions_kind ON interactions (tenant_id, kind, started_at, id);
CREATE INDEX interactions_contact ON interactions (tenant_id, contact_id, started_at, id);
CREATE INDEX interactions_channel ON interactions (tenant_id, channel_id);

CREATE TABLE calls_new (
    tenant_id      TEXT NOT NULL,
    id             TEXT NOT NULL,
    interaction_id TEXT NOT NULL,
    entry_id       TEXT NOT NULL,
    service_id     TEXT NOT NULL,
    contact_id     TEXT NOT NULL, -- '' = nobody known
    source         TEXT NOT NULL CHECK (source IN ('sip', 'web', 'desk')),
    direction      TEXT NOT NULL CHECK (direction IN ('in', 'out', 'internal')),
    node           TEXT NOT NULL, -- the process that has the media
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'unserved', 'ended')),
    number         TEXT NOT NULL, -- the customer's, '' = hidden or a browser
    called         TEXT NOT NULL,
    name           TEXT NOT NULL,
    language       TEXT NOT NULL,
    page_url       TEXT NOT NULL,
    page_title     TEXT NOT NULL,
    opened_at      INTEGER NOT NULL,
    joined_at      INTEGER NOT NULL, -- the first agent's, 0 = none yet
    ended_at       INTEGER NOT NULL,
    ended_by       TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO calls_new (tenant_id, id, interaction_id, entry_id, service_id, contact_id, source, direction, node, state, number, called, name, language, page_url, page_title, opened_at, joined_at, ended_at, ended_by, end_reason, version)
    SELECT tenant_id, id, interaction_id, entry_id, service_id, contact_id, source, direction, node, state, number, called, name, language, page_url, page_title, opened_at, joined_at, ended_at, ended_by, end_reason, version FROM calls;
DROP TABLE calls;
ALTER TABLE calls_new RENAME TO calls;
CREATE INDEX calls_open ON calls (tenant_id, node, id) WHERE state <> 'ended';
CREATE INDEX calls_contact ON calls (tenant_id, contact_id, opened_at);

CREATE TABLE call_parts_new (
    tenant_id  TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite', 'personal')),
    state      TEXT NOT NULL CHECK (state IN ('expected', 'joined', 'left', 'done')),
    user_id    TEXT NOT NULL, -- '' = not yet known
    name       TEXT NOT NULL,
    from_id    TEXT NOT NULL, -- segment of the inviting or transferring agent
    line       TEXT NOT NULL CHECK (line IN ('none', 'connecting', 'connected', 'lost')),
    muted      INTEGER NOT NULL CHECK (muted IN (0, 1)),
    held_at    INTEGER NOT NULL, -- since when the others are on hold, 0 = they are not
    joined_at  INTEGER NOT NULL,
    left_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO call_parts_new (tenant_id, segment_id, call_id, purpose, state, user_id, name, from_id, line, muted, held_at, joined_at, left_at)
    SELECT tenant_id, segment_id, call_id, purpose, state, user_id, name, from_id, line, muted, held_at, joined_at, left_at FROM call_parts;
DROP TABLE call_parts;
ALTER TABLE call_parts_new RENAME TO call_parts;
CREATE INDEX call_parts_call ON call_parts (tenant_id, call_id);
CREATE INDEX call_parts_user ON call_parts (tenant_id, user_id) WHERE state = 'joined';

-- +goose Down
DELETE FROM call_legs WHERE (tenant_id, call_id) IN (SELECT tenant_id, id FROM calls WHERE direction = 'internal');
DELETE FROM call_parts WHERE (tenant_id, call_id) IN (SELECT tenant_id, id FROM calls WHERE direction = 'internal');
DELETE FROM calls WHERE direction = 'internal';
DELETE FROM segment_offers WHERE (tenant_id, segment_id) IN (SELECT tenant_id, id FROM segments WHERE direction = 'internal');
DELETE FROM segments WHERE direction = 'internal';
DELETE FROM interaction_terms WHERE (tenant_id, interaction_id) IN (SELECT tenant_id, id FROM interactions WHERE direction = 'internal');
DELETE FROM interactions WHERE direction = 'internal';
CREATE TABLE interactions_new (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('voice', 'chat', 'email', 'preview')),
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'ended', 'finished', 'parked')),
    service_id  TEXT NOT NULL,
    entry_id    TEXT NOT NULL,
    channel_id  TEXT NOT NULL, -- the channel's own entity: a conversation, a call
    contact_id  TEXT NOT NULL,
    language    TEXT NOT NULL,
    customer    TEXT NOT NULL, -- JSON: name, segment, email, phone, company
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    subject     TEXT NOT NULL DEFAULT '',
    reference   TEXT NOT NULL DEFAULT '', -- the number the customer knows it by
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO interactions_new (tenant_id, id, kind, direction, state, service_id, entry_id, channel_id, contact_id, language, customer, started_at, ended_at, finished_at, version, subject, reference)
    SELECT tenant_id, id, kind, direction, state, service_id, entry_id, channel_id, contact_id, language, customer, started_at, ended_at, finished_at, version, subject, reference FROM interactions;
DROP TABLE interactions;
ALTER TABLE interactions_new RENAME TO interactions;
CREATE INDEX interactions_started ON interactions (tenant_id, started_at, id);
CREATE INDEX interactions_service ON interactions (tenant_id, service_id, started_at, id);
CREATE INDEX interactions_kind ON interactions (tenant_id, kind, started_at, id);
CREATE INDEX interactions_contact ON interactions (tenant_id, contact_id, started_at, id);
CREATE INDEX interactions_channel ON interactions (tenant_id, channel_id);

CREATE TABLE calls_new (
    tenant_id      TEXT NOT NULL,
    id             TEXT NOT NULL,
    interaction_id TEXT NOT NULL,
    entry_id       TEXT NOT NULL,
    service_id     TEXT NOT NULL,
    contact_id     TEXT NOT NULL, -- '' = nobody known
    source         TEXT NOT NULL CHECK (source IN ('sip', 'web')),
    direction      TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    node           TEXT NOT NULL, -- the process that has the media
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'unserved', 'ended')),
    number         TEXT NOT NULL, -- the customer's, '' = hidden or a browser
    called         TEXT NOT NULL,
    name           TEXT NOT NULL,
    language       TEXT NOT NULL,
    page_url       TEXT NOT NULL,
    page_title     TEXT NOT NULL,
    opened_at      INTEGER NOT NULL,
    joined_at      INTEGER NOT NULL, -- the first agent's, 0 = none yet
    ended_at       INTEGER NOT NULL,
    ended_by       TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO calls_new (tenant_id, id, interaction_id, entry_id, service_id, contact_id, source, direction, node, state, number, called, name, language, page_url, page_title, opened_at, joined_at, ended_at, ended_by, end_reason, version)
    SELECT tenant_id, id, interaction_id, entry_id, service_id, contact_id, source, direction, node, state, number, called, name, language, page_url, page_title, opened_at, joined_at, ended_at, ended_by, end_reason, version FROM calls;
DROP TABLE calls;
ALTER TABLE calls_new RENAME TO calls;
CREATE INDEX calls_open ON calls (tenant_id, node, id) WHERE state <> 'ended';
CREATE INDEX calls_contact ON calls (tenant_id, contact_id, opened_at);

CREATE TABLE call_parts_new (
    tenant_id  TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite')),
    state      TEXT NOT NULL CHECK (state IN ('expected', 'joined', 'left', 'done')),
    user_id    TEXT NOT NULL, -- '' = not yet known
    name       TEXT NOT NULL,
    from_id    TEXT NOT NULL, -- segment of the inviting or transferring agent
    line       TEXT NOT NULL CHECK (line IN ('none', 'connecting', 'connected', 'lost')),
    muted      INTEGER NOT NULL CHECK (muted IN (0, 1)),
    held_at    INTEGER NOT NULL, -- since when the others are on hold, 0 = they are not
    joined_at  INTEGER NOT NULL,
    left_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO call_parts_new (tenant_id, segment_id, call_id, purpose, state, user_id, name, from_id, line, muted, held_at, joined_at, left_at)
    SELECT tenant_id, segment_id, call_id, purpose, state, user_id, name, from_id, line, muted, held_at, joined_at, left_at FROM call_parts;
DROP TABLE call_parts;
ALTER TABLE call_parts_new RENAME TO call_parts;
CREATE INDEX call_parts_call ON call_parts (tenant_id, call_id);
CREATE INDEX call_parts_user ON call_parts (tenant_id, user_id) WHERE state = 'joined';
