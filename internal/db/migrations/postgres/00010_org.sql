-- +goose Up

-- One company's contact centre on this installation.
CREATE TABLE tenants (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0,
    sort_name   TEXT NOT NULL COLLATE "C",
    search      TEXT NOT NULL,
    body        JSONB NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'deleting')),
    operator    BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK (tenant_id = id)
);

CREATE TABLE tenant_hosts (
    host      TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL
);
CREATE INDEX tenant_hosts_tenant ON tenant_hosts (tenant_id);

-- Which thing of the organisation refers to which, so that one query tells what
-- uses a thing.
CREATE TABLE org_links (
    tenant_id TEXT NOT NULL,
    from_kind TEXT NOT NULL,
    from_id   TEXT NOT NULL,
    field     TEXT NOT NULL,
    to_kind   TEXT NOT NULL,
    to_id     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, from_kind, from_id, field)
);
CREATE INDEX org_links_to ON org_links (tenant_id, to_kind, to_id);

CREATE TABLE users (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    login         TEXT NOT NULL,
    login_key     TEXT NOT NULL,
    team_id       TEXT NOT NULL,
    email         TEXT NOT NULL,
    extension     TEXT NOT NULL,
    locked        BOOLEAN NOT NULL,
    password_hash TEXT NOT NULL DEFAULT '',
    password_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX users_name ON users (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX users_login ON users (tenant_id, login_key) WHERE archived_at = 0;
CREATE UNIQUE INDEX users_extension ON users (tenant_id, extension) WHERE archived_at = 0 AND extension <> '';
CREATE INDEX users_team ON users (tenant_id, team_id);

CREATE TABLE roles (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    builtin     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX roles_name ON roles (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX roles_unique_name ON roles (tenant_id, sort_name) WHERE archived_at = 0;
CREATE UNIQUE INDEX roles_builtin ON roles (tenant_id, builtin) WHERE builtin <> '';

CREATE TABLE teams (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    parent_id   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX teams_name ON teams (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX teams_unique_name ON teams (tenant_id, sort_name) WHERE archived_at = 0;

CREATE TABLE skills (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    kind        TEXT NOT NULL CHECK (kind IN ('service', 'language', 'product', 'other')),
    service_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX skills_name ON skills (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX skills_unique_name ON skills (tenant_id, kind, sort_name) WHERE archived_at = 0;
CREATE UNIQUE INDEX skills_service ON skills (tenant_id, service_id) WHERE archived_at = 0 AND service_id <> '';

CREATE TABLE services (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    channel     TEXT NOT NULL CHECK (channel IN ('voice', 'chat', 'email', 'blended', 'outbound')),
    skill_id    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX services_name ON services (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX services_unique_name ON services (tenant_id, sort_name) WHERE archived_at = 0;

CREATE TABLE dispositions (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    code        TEXT NOT NULL,
    folder      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX dispositions_name ON dispositions (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX dispositions_unique_name ON dispositions (tenant_id, folder, sort_name) WHERE archived_at = 0;
CREATE UNIQUE INDEX dispositions_code ON dispositions (tenant_id, code) WHERE archived_at = 0 AND code <> '';

CREATE TABLE calendars (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX calendars_name ON calendars (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX calendars_unique_name ON calendars (tenant_id, sort_name) WHERE archived_at = 0;

CREATE TABLE reasons (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    system      TEXT NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX reasons_name ON reasons (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX reasons_unique_name ON reasons (tenant_id, sort_name) WHERE archived_at = 0;

CREATE TABLE entries (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C",          -- lower case
    search      TEXT NOT NULL,              -- lower case, all that a search looks into
    body        JSONB NOT NULL,              -- the whole thing as JSON
    kind        TEXT NOT NULL CHECK (kind IN ('chat', 'call', 'number')),
    key         TEXT NOT NULL,
    service_id  TEXT NOT NULL,
    active      BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX entries_name ON entries (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX entries_unique_name ON entries (tenant_id, sort_name) WHERE archived_at = 0;
-- An entry's key finds its tenant, so it is unique over the installation.
CREATE UNIQUE INDEX entries_key ON entries (key) WHERE archived_at = 0;

-- +goose Down
DROP TABLE entries;
DROP TABLE reasons;
DROP TABLE calendars;
DROP TABLE dispositions;
DROP TABLE services;
DROP TABLE skills;
DROP TABLE teams;
DROP TABLE roles;
DROP TABLE users;
DROP TABLE org_links;
DROP TABLE tenant_hosts;
DROP TABLE tenants;
