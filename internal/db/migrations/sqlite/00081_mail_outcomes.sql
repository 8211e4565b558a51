-- +goose Up
-- Contacts whose mail was deleted unopened, or moved to another case, are over for a reason of their own.
CREATE TABLE segments_new (
    tenant_id        TEXT NOT NULL,
    id               TEXT NOT NULL,
    interaction_id   TEXT NOT NULL,
    n                INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    direction        TEXT NOT NULL,
    purpose          TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite', 'personal')),
    state            TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'active', 'ended', 'finished', 'parked')),
    service_id       TEXT NOT NULL,
    agent_id         TEXT NOT NULL,
    team_id          TEXT NOT NULL,
    from_segment_id  TEXT NOT NULL,
    from_user_id     TEXT NOT NULL,
    to_user_id       TEXT NOT NULL,
    note             TEXT NOT NULL,
    started_at       INTEGER NOT NULL,
    since_at         INTEGER NOT NULL,
    queued_at        INTEGER NOT NULL,
    offered_at       INTEGER NOT NULL,
    offer_until      INTEGER NOT NULL,
    accepted_at      INTEGER NOT NULL,
    ended_at         INTEGER NOT NULL,
    finished_at      INTEGER NOT NULL,
    ended_by         TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason       TEXT NOT NULL,
    outcome          TEXT NOT NULL CHECK (outcome IN ('', 'handled', 'abandoned', 'transferred', 'offline',
                         'system_failure', 'refused', 'declined', 'returned', 'deleted', 'moved')),
    disposition_id   TEXT NOT NULL,
    comment          TEXT NOT NULL,
    queue_ms         INTEGER NOT NULL,
    ring_ms          INTEGER NOT NULL,
    talk_ms          INTEGER NOT NULL,
    hold_ms          INTEGER NOT NULL,
    wrapup_ms        INTEGER NOT NULL,
    offers           INTEGER NOT NULL, -- so far
    rejects          INTEGER NOT NULL,
    misses           INTEGER NOT NULL,
    sl_ms            INTEGER NOT NULL,
    answered_in_sl   INTEGER NOT NULL CHECK (answered_in_sl IN (0, 1)),
    unread           INTEGER NOT NULL,
    last_customer_at INTEGER NOT NULL,
    version          INTEGER NOT NULL, -- of disposition and comment
    held_at          INTEGER NOT NULL DEFAULT 0, -- since when, 0 = not on hold
    hold_span_ms     INTEGER NOT NULL DEFAULT 0, -- of the present agent, so far
    answered_at      INTEGER NOT NULL DEFAULT 0, -- of a mail: when the customer was first answered
    due_at           INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO segments_new (
    tenant_id, id, interaction_id, n, kind, direction, purpose, state, service_id, agent_id, team_id, from_segment_id, from_user_id,
    to_user_id, note, started_at, since_at, queued_at, offered_at, offer_until, accepted_at, ended_at, finished_at, ended_by,
    end_reason, outcome, disposition_id, comment, queue_ms, ring_ms, talk_ms, hold_ms, wrapup_ms, offers, rejects, misses, sl_ms,
    answered_in_sl, unread, last_customer_at, version, held_at, hold_span_ms, answered_at, due_at)
SELECT
    tenant_id, id, interaction_id, n, kind, direction, purpose, state, service_id, agent_id, team_id, from_segment_id, from_user_id,
    to_user_id, note, started_at, since_at, queued_at, offered_at, offer_until, accepted_at, ended_at, finished_at, ended_by,
    end_reason,
    CASE WHEN outcome IN ('refused', 'declined') AND kind = 'email' AND end_reason IN ('deleted', 'moved') THEN end_reason ELSE outcome END,
    disposition_id, comment, queue_ms, ring_ms, talk_ms, hold_ms, wrapup_ms, offers, rejects, misses, sl_ms, answered_in_sl, unread,
    last_customer_at, version, held_at, hold_span_ms, answered_at, due_at
FROM segments;
DROP TABLE segments;
ALTER TABLE segments_new RENAME TO segments;
CREATE UNIQUE INDEX segments_interaction ON segments (tenant_id, interaction_id, n);
CREATE INDEX segments_open ON segments (tenant_id, agent_id, state) WHERE state <> 'finished';
CREATE INDEX segments_agent ON segments (tenant_id, agent_id, started_at, interaction_id);
CREATE INDEX segments_service ON segments (tenant_id, service_id, started_at, interaction_id);
CREATE INDEX segments_disposition ON segments (tenant_id, disposition_id, started_at, interaction_id) WHERE disposition_id <> '';
CREATE INDEX segments_outcome ON segments (tenant_id, outcome, started_at, interaction_id);

-- +goose Down
CREATE TABLE segments_new (
    tenant_id        TEXT NOT NULL,
    id               TEXT NOT NULL,
    interaction_id   TEXT NOT NULL,
    n                INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    direction        TEXT NOT NULL,
    purpose          TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite', 'personal')),
    state            TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'active', 'ended', 'finished', 'parked')),
    service_id       TEXT NOT NULL,
    agent_id         TEXT NOT NULL,
    team_id          TEXT NOT NULL,
    from_segment_id  TEXT NOT NULL,
    from_user_id     TEXT NOT NULL,
    to_user_id       TEXT NOT NULL,
    note             TEXT NOT NULL,
    started_at       INTEGER NOT NULL,
    since_at         INTEGER NOT NULL,
    queued_at        INTEGER NOT NULL,
    offered_at       INTEGER NOT NULL,
    offer_until      INTEGER NOT NULL,
    accepted_at      INTEGER NOT NULL,
    ended_at         INTEGER NOT NULL,
    finished_at      INTEGER NOT NULL,
    ended_by         TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason       TEXT NOT NULL,
    outcome          TEXT NOT NULL CHECK (outcome IN ('', 'handled', 'abandoned', 'transferred', 'offline',
                         'system_failure', 'refused', 'declined', 'returned')),
    disposition_id   TEXT NOT NULL,
    comment          TEXT NOT NULL,
    queue_ms         INTEGER NOT NULL,
    ring_ms          INTEGER NOT NULL,
    talk_ms          INTEGER NOT NULL,
    hold_ms          INTEGER NOT NULL,
    wrapup_ms        INTEGER NOT NULL,
    offers           INTEGER NOT NULL, -- so far
    rejects          INTEGER NOT NULL,
    misses           INTEGER NOT NULL,
    sl_ms            INTEGER NOT NULL,
    answered_in_sl   INTEGER NOT NULL CHECK (answered_in_sl IN (0, 1)),
    unread           INTEGER NOT NULL,
    last_customer_at INTEGER NOT NULL,
    version          INTEGER NOT NULL, -- of disposition and comment
    held_at          INTEGER NOT NULL DEFAULT 0, -- since when, 0 = not on hold
    hold_span_ms     INTEGER NOT NULL DEFAULT 0, -- of the present agent, so far
    answered_at      INTEGER NOT NULL DEFAULT 0, -- of a mail: when the customer was first answered
    due_at           INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO segments_new (
    tenant_id, id, interaction_id, n, kind, direction, purpose, state, service_id, agent_id, team_id, from_segment_id, from_user_id,
    to_user_id, note, started_at, since_at, queued_at, offered_at, offer_until, accepted_at, ended_at, finished_at, ended_by,
    end_reason, outcome, disposition_id, comment, queue_ms, ring_ms, talk_ms, hold_ms, wrapup_ms, offers, rejects, misses, sl_ms,
    answered_in_sl, unread, last_customer_at, version, held_at, hold_span_ms, answered_at, due_at)
SELECT
    tenant_id, id, interaction_id, n, kind, direction, purpose, state, service_id, agent_id, team_id, from_segment_id, from_user_id,
    to_user_id, note, started_at, since_at, queued_at, offered_at, offer_until, accepted_at, ended_at, finished_at, ended_by,
    end_reason, CASE WHEN outcome IN ('deleted', 'moved') THEN 'refused' ELSE outcome END, disposition_id, comment, queue_ms,
    ring_ms, talk_ms, hold_ms, wrapup_ms, offers, rejects, misses, sl_ms, answered_in_sl, unread, last_customer_at, version,
    held_at, hold_span_ms, answered_at, due_at
FROM segments;
DROP TABLE segments;
ALTER TABLE segments_new RENAME TO segments;
CREATE UNIQUE INDEX segments_interaction ON segments (tenant_id, interaction_id, n);
CREATE INDEX segments_open ON segments (tenant_id, agent_id, state) WHERE state <> 'finished';
CREATE INDEX segments_agent ON segments (tenant_id, agent_id, started_at, interaction_id);
CREATE INDEX segments_service ON segments (tenant_id, service_id, started_at, interaction_id);
CREATE INDEX segments_disposition ON segments (tenant_id, disposition_id, started_at, interaction_id) WHERE disposition_id <> '';
CREATE INDEX segments_outcome ON segments (tenant_id, outcome, started_at, interaction_id);
