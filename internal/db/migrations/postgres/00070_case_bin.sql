-- +goose Up
-- Deleted cases lie in the bin for a while.
ALTER TABLE cases ADD COLUMN deleted_at BIGINT NOT NULL DEFAULT 0; -- unix ms, 0 = is there
ALTER TABLE cases ADD COLUMN deleted_by TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_deleted ON cases (tenant_id, deleted_at) WHERE deleted_at > 0;

-- +goose Down
DROP INDEX cases_deleted;
ALTER TABLE cases DROP COLUMN deleted_by;
ALTER TABLE cases DROP COLUMN deleted_at;
