-- +goose Up

-- Customers' cards.
CREATE TABLE contacts (
    tenant_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    company    TEXT NOT NULL,
    segment    TEXT NOT NULL,
    language   TEXT NOT NULL,
    notes      TEXT NOT NULL,
    folded     TEXT NOT NULL, -- name and company in lower case, for the search
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX contacts_name ON contacts (tenant_id, name, id);

-- Under what a customer is known. value is the normal form, shown what was typed.
CREATE TABLE contact_addresses (
    tenant_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'visitor')),
    value      TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    shown      TEXT NOT NULL,
    place      BIGINT NOT NULL, -- order among the contact's addresses of the kind
    PRIMARY KEY (tenant_id, kind, value)
);
CREATE INDEX contact_addresses_contact ON contact_addresses (tenant_id, contact_id);

-- +goose Down
DROP TABLE contact_addresses;
DROP TABLE contacts;
