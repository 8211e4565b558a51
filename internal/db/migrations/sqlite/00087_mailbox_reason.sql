-- +goose Up
-- Why a mailbox is not fetched, as a word the interface translates; detail is what only the server knows of it.
ALTER TABLE mailbox_health ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE mailbox_health DROP COLUMN reason;
