-- +goose Up

-- One row per contact. The rows of its parts are in segments.
CREATE TABLE interactions (
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
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX interactions_started ON interactions (tenant_id, started_at, id);
CREATE INDEX interactions_service ON interactions (tenant_id, service_id, started_at, id);
CREATE INDEX interactions_kind ON interactions (tenant_id, kind, started_at, id);
CREATE INDEX interactions_contact ON interactions (tenant_id, contact_id, started_at, id);
CREATE INDEX interactions_channel ON interactions (tenant_id, channel_id);

-- One row per agent's part of a contact, or the wait for one.
CREATE TABLE segments (
    tenant_id        TEXT NOT NULL,
    id               TEXT NOT NULL,
    interaction_id   TEXT NOT NULL,
    n                BIGINT NOT NULL,
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
    started_at       BIGINT NOT NULL,
    since_at         BIGINT NOT NULL,
    queued_at        BIGINT NOT NULL,
    offered_at       BIGINT NOT NULL,
    offer_until      BIGINT NOT NULL,
    accepted_at      BIGINT NOT NULL,
    ended_at         BIGINT NOT NULL,
    finished_at      BIGINT NOT NULL,
    ended_by         TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason       TEXT NOT NULL,
    outcome          TEXT NOT NULL CHECK (outcome IN ('', 'handled', 'abandoned', 'transferred', 'offline',
                         'system_failure', 'refused', 'declined', 'returned')),
    disposition_id   TEXT NOT NULL,
    comment          TEXT NOT NULL,
    queue_ms         BIGINT NOT NULL,
    ring_ms          BIGINT NOT NULL,
    talk_ms          BIGINT NOT NULL,
    hold_ms          BIGINT NOT NULL,
    wrapup_ms        BIGINT NOT NULL,
    offers           BIGINT NOT NULL, -- so far
    rejects          BIGINT NOT NULL,
    misses           BIGINT NOT NULL,
    sl_ms            BIGINT NOT NULL,
    answered_in_sl   BOOLEAN NOT NULL,
    unread           BIGINT NOT NULL,
    last_customer_at BIGINT NOT NULL,
    version          BIGINT NOT NULL, -- of disposition and comment
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX segments_interaction ON segments (tenant_id, interaction_id, n);
CREATE INDEX segments_open ON segments (tenant_id, agent_id, state) WHERE state <> 'finished';
CREATE INDEX segments_agent ON segments (tenant_id, agent_id, started_at, interaction_id);
CREATE INDEX segments_service ON segments (tenant_id, service_id, started_at, interaction_id);
CREATE INDEX segments_disposition ON segments (tenant_id, disposition_id, started_at, interaction_id) WHERE disposition_id <> '';
CREATE INDEX segments_outcome ON segments (tenant_id, outcome, started_at, interaction_id);

-- Every offer of a segment to an agent: what a rejection or a miss is counted from.
CREATE TABLE segment_offers (
    tenant_id  TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    n          BIGINT NOT NULL,
    agent_id   TEXT NOT NULL,
    team_id    TEXT NOT NULL,
    service_id TEXT NOT NULL,
    offered_at BIGINT NOT NULL,
    closed_at  BIGINT NOT NULL,
    cause      TEXT NOT NULL CHECK (cause IN ('', 'accepted', 'rejected', 'missed', 'withdrawn')),
    PRIMARY KEY (tenant_id, segment_id, n)
);
CREATE INDEX segment_offers_agent ON segment_offers (tenant_id, agent_id, offered_at);

-- Every state of every signed-in agent, without gaps from sign-in to sign-out.
CREATE TABLE agent_spans (
    tenant_id  TEXT NOT NULL,
    agent_id   TEXT NOT NULL,
    id         TEXT NOT NULL,
    shift_id   TEXT NOT NULL, -- the sign-in it belongs to
    team_id    TEXT NOT NULL,
    state      TEXT NOT NULL,
    reason_id  TEXT NOT NULL,
    cause      TEXT NOT NULL,
    by_user_id TEXT NOT NULL, -- who forced it
    started_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL, -- 0: still
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX agent_spans_started ON agent_spans (tenant_id, started_at);
CREATE INDEX agent_spans_agent ON agent_spans (tenant_id, agent_id, started_at);
CREATE UNIQUE INDEX agent_spans_open ON agent_spans (tenant_id, agent_id) WHERE ended_at = 0;

-- Words of a contact's record, for the search: folded, found by their beginning.
CREATE TABLE interaction_terms (
    tenant_id      TEXT NOT NULL,
    term           TEXT COLLATE "C" NOT NULL,
    started_at     BIGINT NOT NULL,
    interaction_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, term, started_at, interaction_id)
);
CREATE INDEX interaction_terms_interaction ON interaction_terms (tenant_id, interaction_id);

-- +goose Down
DROP TABLE interaction_terms;
DROP TABLE agent_spans;
DROP TABLE segment_offers;
DROP TABLE segments;
DROP TABLE interactions;
