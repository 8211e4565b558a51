-- +goose Up
-- A customer whom an agent handed on to a telephone number outside: the part in the record that nobody of ours has,
-- and what the call needs to ring the number and to take the customer back.
ALTER TABLE segments ADD COLUMN to_number TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN outside_segment_id TEXT NOT NULL DEFAULT ''; -- '' = nobody outside
ALTER TABLE calls ADD COLUMN outside_user_id TEXT NOT NULL DEFAULT '';    -- who handed the customer on
ALTER TABLE calls ADD COLUMN outside_number TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN outside_trunk_id TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN outside_caller_id TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN outside_until_at BIGINT NOT NULL DEFAULT 0;    -- how long it may ring, unix ms
ALTER TABLE calls ADD COLUMN outside_answered_at BIGINT NOT NULL DEFAULT 0; -- 0 = it rings

-- +goose Down
ALTER TABLE calls DROP COLUMN outside_answered_at;
ALTER TABLE calls DROP COLUMN outside_until_at;
ALTER TABLE calls DROP COLUMN outside_caller_id;
ALTER TABLE calls DROP COLUMN outside_trunk_id;
ALTER TABLE calls DROP COLUMN outside_number;
ALTER TABLE calls DROP COLUMN outside_user_id;
ALTER TABLE calls DROP COLUMN outside_segment_id;
ALTER TABLE segments DROP COLUMN to_number;
