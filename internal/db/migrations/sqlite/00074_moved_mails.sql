-- +goose Up
-- Mails that somebody moved to another case by hand: who, when, and the number of the case they came from.
ALTER TABLE mails ADD COLUMN moved_by TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN moved_at INTEGER NOT NULL DEFAULT 0; -- unix ms, 0 = was not moved
ALTER TABLE mails ADD COLUMN moved_from INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE mails DROP COLUMN moved_from;
ALTER TABLE mails DROP COLUMN moved_at;
ALTER TABLE mails DROP COLUMN moved_by;
