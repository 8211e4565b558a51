-- +goose Up

-- Each order of the mail queues by an index, so that a page of a hundred costs
-- the same whether a thousand mails wait or a hundred thousand. The service
-- stands in them for the filter: only the rows of the page are read.
DROP INDEX mail_rows_created;
DROP INDEX mail_rows_due;
CREATE INDEX mail_rows_created ON mail_rows (tenant_id, place, created_at, segment_id, service_id);
CREATE INDEX mail_rows_updated ON mail_rows (tenant_id, place, updated_at, segment_id, service_id);
CREATE INDEX mail_rows_customer ON mail_rows (tenant_id, place, customer_at, segment_id, service_id);
CREATE INDEX mail_rows_from ON mail_rows (tenant_id, place, from_key, segment_id, service_id);
CREATE INDEX mail_rows_subject ON mail_rows (tenant_id, place, subject_key, segment_id, service_id);
CREATE INDEX mail_rows_flagged ON mail_rows (tenant_id, place, flagged, segment_id, service_id);
CREATE INDEX mail_rows_due ON mail_rows (tenant_id, place, (CASE WHEN sl_due_at = 0 THEN 1 ELSE 0 END), sl_due_at, segment_id, service_id);
CREATE INDEX mail_rows_due_last ON mail_rows (tenant_id, place, sl_due_at, segment_id, service_id);
-- How many of each service wait, and how many of them for too long.
CREATE INDEX mail_rows_tally ON mail_rows (tenant_id, place, service_id, sl_due_at);

-- +goose Down
DROP INDEX mail_rows_tally;
DROP INDEX mail_rows_due_last;
DROP INDEX mail_rows_due;
DROP INDEX mail_rows_flagged;
DROP INDEX mail_rows_subject;
DROP INDEX mail_rows_from;
DROP INDEX mail_rows_customer;
DROP INDEX mail_rows_updated;
DROP INDEX mail_rows_created;
CREATE INDEX mail_rows_created ON mail_rows (tenant_id, place, created_at, segment_id);
CREATE INDEX mail_rows_due ON mail_rows (tenant_id, place, sl_due_at, segment_id);
