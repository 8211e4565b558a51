-- +goose Up
-- Cases that somebody keeps an eye on while an answer is awaited.
CREATE TABLE case_pins (
    tenant_id TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    pinned_at BIGINT NOT NULL, -- unix ms
    unread    BIGINT NOT NULL, -- mails of the customer that this person has not seen
    PRIMARY KEY (tenant_id, case_id, user_id)
);
CREATE INDEX case_pins_user ON case_pins (tenant_id, user_id, pinned_at);

-- +goose Down
DROP TABLE case_pins;
