-- +goose Up
-- Bytes of all stored files of a tenant, for its limit.
CREATE TABLE file_usage (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    bytes     BIGINT NOT NULL
);
INSERT INTO file_usage (tenant_id, bytes) SELECT tenant_id, sum(size) FROM files GROUP BY tenant_id;

-- +goose Down
DROP TABLE file_usage;
