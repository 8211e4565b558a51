-- +goose Up

-- What the floor was told and what it decided, in order. Explanation and replay read it.
CREATE TABLE floor_inputs (
    tenant_id TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL, -- floor time
    type      TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    agent_id  TEXT NOT NULL,
    input     TEXT NOT NULL, -- JSON
    effects   TEXT NOT NULL, -- JSON array
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX floor_inputs_item ON floor_inputs (tenant_id, item_id, seq) WHERE item_id <> '';

-- The whole floor after input seq: where a replay may begin.
CREATE TABLE floor_snapshots (
    tenant_id    TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    cause        TEXT NOT NULL CHECK (cause IN ('start', 'rebuild', 'periodic')),
    core_version BIGINT NOT NULL,
    state        TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, seq, cause)
);

-- The last input that is in the rows below.
CREATE TABLE floor_heads (
    tenant_id TEXT PRIMARY KEY,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    fencing   BIGINT NOT NULL
);

-- The live state, a row per signed-in agent and per open item: what the floor is rebuilt from.
CREATE TABLE floor_agents (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    data      TEXT NOT NULL, -- JSON
    view      TEXT NOT NULL, -- JSON, as the desk shows the agent
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE floor_items (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    data      TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, id)
);

-- What other parts tell the floor in their own transactions; a row goes with the commit that took it.
CREATE TABLE floor_inbox (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    input     TEXT NOT NULL, -- JSON
    at        BIGINT NOT NULL
);
CREATE INDEX floor_inbox_tenant ON floor_inbox (tenant_id, seq);

-- Inputs the floor could not take, for a person to look at.
CREATE TABLE floor_quarantine (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    at        BIGINT NOT NULL,
    source    TEXT NOT NULL CHECK (source IN ('inbox', 'command', 'timer', 'own')),
    input     TEXT NOT NULL, -- JSON
    error     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- +goose Down
DROP TABLE floor_quarantine;
DROP TABLE floor_inbox;
DROP TABLE floor_items;
DROP TABLE floor_agents;
DROP TABLE floor_heads;
DROP TABLE floor_snapshots;
DROP TABLE floor_inputs;
