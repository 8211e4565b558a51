-- +goose Up
-- When the answer to a mail is late, for the supervisor's figures.
ALTER TABLE segments ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE segments DROP COLUMN due_at;
