-- +goose Up
-- What can be told about cases beside their mails.
CREATE TABLE case_fields (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    archived_at INTEGER NOT NULL DEFAULT 0, -- 0: in use
    sort_name   TEXT NOT NULL, -- lower case
    search      TEXT NOT NULL, -- lower case, all that a search looks into
    body        TEXT NOT NULL, -- the whole thing as JSON
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX case_fields_name ON case_fields (tenant_id, archived_at, sort_name, id);
CREATE UNIQUE INDEX case_fields_unique_name ON case_fields (tenant_id, sort_name) WHERE archived_at = 0;

ALTER TABLE cases ADD COLUMN fields TEXT NOT NULL DEFAULT '{}'; -- JSON: values by the field's id

-- +goose Down
ALTER TABLE cases DROP COLUMN fields;
DROP TABLE case_fields;
