-- +goose Up

-- Who is signed in. A user has one live session at most (ended_at = 0).
CREATE TABLE sessions (
    tenant_id     TEXT NOT NULL,
    id            TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    token_hash    TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    address       TEXT NOT NULL,
    agent         TEXT NOT NULL,
    ended_at      BIGINT NOT NULL DEFAULT 0,
    end_reason    TEXT NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'signed_out', 'replaced', 'forced', 'expired', 'closed')),
    ended_by      TEXT NOT NULL DEFAULT '',
    ended_by_name TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE UNIQUE INDEX sessions_live ON sessions (tenant_id, user_id) WHERE ended_at = 0;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at > 0;

-- Wrong passwords per account and per address.
CREATE TABLE sign_in_guesses (
    tenant_id TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('account', 'address')),
    key       TEXT NOT NULL,
    count     BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, key)
);
CREATE INDEX sign_in_guesses_last ON sign_in_guesses (last_at);

-- Keys of programs.
CREATE TABLE api_keys (
    tenant_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    key_hash        TEXT NOT NULL,
    hint            TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    rate_per_second BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    created_by      TEXT NOT NULL,
    last_used_at    BIGINT NOT NULL DEFAULT 0,
    version         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);

-- +goose Down
DROP TABLE api_keys;
DROP TABLE sign_in_guesses;
DROP TABLE sessions;
