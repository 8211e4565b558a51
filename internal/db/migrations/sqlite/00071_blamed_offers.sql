-- +goose Up
-- Rejected and missed offers by when they ended: what a day's figures count.
CREATE INDEX segment_offers_blamed ON segment_offers (tenant_id, closed_at, agent_id, team_id, cause) WHERE cause IN ('rejected', 'missed');

-- +goose Down
DROP INDEX segment_offers_blamed;
