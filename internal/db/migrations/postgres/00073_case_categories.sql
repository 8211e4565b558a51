-- +goose Up
-- What cases are about: a tree.
CREATE TABLE categories (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL COLLATE "C", -- lower case
    search      TEXT NOT NULL, -- lower case, all that a search looks into
    body        JSONB NOT NULL, -- the whole thing as JSON
    parent_id   TEXT NOT NULL, -- '' = at the top
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX categories_name ON categories (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX categories_unique_name ON categories (tenant_id, parent_id, sort_name) WHERE archived_at = 0;

ALTER TABLE cases ADD COLUMN category_id TEXT NOT NULL DEFAULT ''; -- '' = none

-- +goose Down
ALTER TABLE cases DROP COLUMN category_id;
DROP TABLE categories;
