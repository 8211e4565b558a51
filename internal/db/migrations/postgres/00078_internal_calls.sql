-- +goose Up
-- Calls between colleagues: a direction of their own, begun at a desk, each part for one person.
ALTER TABLE interactions DROP CONSTRAINT interactions_direction_check;
ALTER TABLE interactions ADD CONSTRAINT interactions_direction_check CHECK (direction IN ('in', 'out', 'internal'));
ALTER TABLE calls DROP CONSTRAINT calls_direction_check;
ALTER TABLE calls ADD CONSTRAINT calls_direction_check CHECK (direction IN ('in', 'out', 'internal'));
ALTER TABLE calls DROP CONSTRAINT calls_source_check;
ALTER TABLE calls ADD CONSTRAINT calls_source_check CHECK (source IN ('sip', 'web', 'desk'));
ALTER TABLE call_parts DROP CONSTRAINT call_parts_purpose_check;
ALTER TABLE call_parts ADD CONSTRAINT call_parts_purpose_check CHECK (purpose IN ('queue', 'transfer', 'invite', 'personal'));

-- +goose Down
DELETE FROM call_legs WHERE (tenant_id, call_id) IN (SELECT tenant_id, id FROM calls WHERE direction = 'internal');
DELETE FROM call_parts WHERE (tenant_id, call_id) IN (SELECT tenant_id, id FROM calls WHERE direction = 'internal');
DELETE FROM calls WHERE direction = 'internal';
DELETE FROM segment_offers WHERE (tenant_id, segment_id) IN (SELECT tenant_id, id FROM segments WHERE direction = 'internal');
DELETE FROM segments WHERE direction = 'internal';
DELETE FROM interaction_terms WHERE (tenant_id, interaction_id) IN (SELECT tenant_id, id FROM interactions WHERE direction = 'internal');
DELETE FROM interactions WHERE direction = 'internal';
ALTER TABLE call_parts DROP CONSTRAINT call_parts_purpose_check;
ALTER TABLE call_parts ADD CONSTRAINT call_parts_purpose_check CHECK (purpose IN ('queue', 'transfer', 'invite'));
ALTER TABLE calls DROP CONSTRAINT calls_source_check;
ALTER TABLE calls ADD CONSTRAINT calls_source_check CHECK (source IN ('sip', 'web'));
ALTER TABLE calls DROP CONSTRAINT calls_direction_check;
ALTER TABLE calls ADD CONSTRAINT calls_direction_check CHECK (direction IN ('in', 'out'));
ALTER TABLE interactions DROP CONSTRAINT interactions_direction_check;
ALTER TABLE interactions ADD CONSTRAINT interactions_direction_check CHECK (direction IN ('in', 'out'));
