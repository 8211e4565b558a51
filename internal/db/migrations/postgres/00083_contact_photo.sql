-- +goose Up
-- A customer's photo: a picture as POST /api/pictures makes it.
ALTER TABLE contacts ADD COLUMN photo_file_id TEXT NOT NULL DEFAULT ''; -- '' = none
CREATE INDEX contacts_photo ON contacts (tenant_id, photo_file_id) WHERE photo_file_id <> '';

-- +goose Down
DROP INDEX contacts_photo;
ALTER TABLE contacts DROP COLUMN photo_file_id;
