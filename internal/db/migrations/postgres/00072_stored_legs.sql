-- +goose Up
-- The far ends of dead processes that are still to be hung up.
CREATE INDEX call_legs_stored ON call_legs (tenant_id, id) WHERE stored <> '' AND ended_at > 0;

-- +goose Down
DROP INDEX call_legs_stored;
