-- +goose Up
-- What was told about cases, to find them by; long texts are not among it.
CREATE TABLE case_values (
    tenant_id TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    field_id  TEXT NOT NULL,
    value     TEXT COLLATE "C" NOT NULL, -- lower case, its first 100 characters
    PRIMARY KEY (tenant_id, case_id, field_id)
);
CREATE INDEX case_values_found ON case_values (tenant_id, field_id, value, case_id);
CREATE INDEX cases_category ON cases (tenant_id, category_id, id) WHERE category_id <> '';

-- +goose Down
DROP INDEX cases_category;
DROP TABLE case_values;
