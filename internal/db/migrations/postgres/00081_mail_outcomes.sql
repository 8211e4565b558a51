-- +goose Up
-- Contacts whose mail was deleted unopened, or moved to another case, are over for a reason of their own.
ALTER TABLE segments DROP CONSTRAINT segments_outcome_check;
ALTER TABLE segments ADD CONSTRAINT segments_outcome_check CHECK (outcome IN ('', 'handled', 'abandoned', 'transferred', 'offline', 'system_failure', 'refused', 'declined', 'returned', 'deleted', 'moved'));
UPDATE segments SET outcome = end_reason WHERE outcome IN ('refused', 'declined') AND kind = 'email' AND end_reason IN ('deleted', 'moved');

-- +goose Down
UPDATE segments SET outcome = 'refused' WHERE outcome IN ('deleted', 'moved');
ALTER TABLE segments DROP CONSTRAINT segments_outcome_check;
ALTER TABLE segments ADD CONSTRAINT segments_outcome_check CHECK (outcome IN ('', 'handled', 'abandoned', 'transferred', 'offline', 'system_failure', 'refused', 'declined', 'returned'));
