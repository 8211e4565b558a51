-- +goose Up
-- What the virus scanner said of a file that came with a mail (E-23). '' = it is not checked: nothing was set up when it
-- came, or it is an agent's.
ALTER TABLE mail_files ADD COLUMN check_state TEXT NOT NULL DEFAULT '' CHECK (check_state IN ('', 'waiting', 'clean', 'infected'));
ALTER TABLE mail_files ADD COLUMN check_words TEXT NOT NULL DEFAULT ''; -- infected: the virus's name; waiting: why it could not be checked
ALTER TABLE mail_files ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0; -- when it was looked at last, unix ms
CREATE INDEX mail_files_checked ON mail_files (tenant_id, hash, checked_at) WHERE check_state <> '';
CREATE INDEX mail_files_waiting ON mail_files (tenant_id, checked_at) WHERE check_state = 'waiting';

-- +goose Down
DROP INDEX mail_files_waiting;
DROP INDEX mail_files_checked;
ALTER TABLE mail_files DROP COLUMN checked_at;
ALTER TABLE mail_files DROP COLUMN check_words;
ALTER TABLE mail_files DROP COLUMN check_state;
