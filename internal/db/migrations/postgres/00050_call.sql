-- +goose Up

CREATE TABLE calls (
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
    opened_at      BIGINT NOT NULL,
    joined_at      BIGINT NOT NULL, -- the first agent's, 0 = none yet
    ended_at       BIGINT NOT NULL,
    ended_by       TEXT NOT NULL CHECK (ended_by IN ('', 'customer', 'agent', 'system')),
    end_reason     TEXT NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX calls_open ON calls (tenant_id, node, id) WHERE state <> 'ended';
CREATE INDEX calls_contact ON calls (tenant_id, contact_id, opened_at);

-- The segments of a call's interaction, as the call sees them.
CREATE TABLE call_parts (
    tenant_id  TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('queue', 'transfer', 'invite')),
    state      TEXT NOT NULL CHECK (state IN ('expected', 'joined', 'left', 'done')),
    user_id    TEXT NOT NULL, -- '' = not yet known
    name       TEXT NOT NULL,
    from_id    TEXT NOT NULL, -- segment of the inviting or transferring agent
    line       TEXT NOT NULL CHECK (line IN ('none', 'connecting', 'connected', 'lost')),
    muted      BOOLEAN NOT NULL,
    held_at    BIGINT NOT NULL, -- since when the others are on hold, 0 = they are not
    joined_at  BIGINT NOT NULL,
    left_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
);
CREATE INDEX call_parts_call ON call_parts (tenant_id, call_id);
CREATE INDEX call_parts_user ON call_parts (tenant_id, user_id) WHERE state = 'joined';

-- Every far end a call had, its measured quality, and what is needed to hang it
-- up when the process that had it is gone.
CREATE TABLE call_legs (
    tenant_id    TEXT NOT NULL,
    id           TEXT NOT NULL,
    call_id      TEXT NOT NULL,
    segment_id   TEXT NOT NULL, -- '' = the customer's
    source       TEXT NOT NULL CHECK (source IN ('sip', 'web')),
    stored       TEXT NOT NULL, -- the dialog's identifiers, '' = nothing to hang up
    codec        TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    connected_at BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    cause        TEXT NOT NULL,
    quality      TEXT NOT NULL, -- what both ends measured, '' = nothing yet
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX call_legs_call ON call_legs (tenant_id, call_id);

-- Hold is kept apart from talk (R-30).
ALTER TABLE segments ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;      -- since when, 0 = not on hold
ALTER TABLE segments ADD COLUMN hold_span_ms BIGINT NOT NULL DEFAULT 0; -- of the present agent, so far

-- +goose Down
ALTER TABLE segments DROP COLUMN hold_span_ms;
ALTER TABLE segments DROP COLUMN held_at;
DROP TABLE call_legs;
DROP TABLE call_parts;
DROP TABLE calls;
