package chat

import (
	"context"

	"parley/internal/contact"
	"parley/internal/db"
)

// Identified notes whose card a conversation belongs to, as an agent found out;
// the visitor is recognised by it the next time.
func (s *Service) Identified(ctx context.Context, tx *db.Tx, tenant, id, contactID string) error {
	c, err := s.lock(ctx, tx, tenant, id)
	if err != nil || c.ContactID == contactID {
		return err
	}
	if _, err := s.contacts.Add(ctx, tx, tenant, contactID, contact.Known{VisitorID: c.VisitorID}); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model((*Visitor)(nil)).Set("contact_id = ?", contactID).
		Where("tenant_id = ? AND id = ?", tenant, c.VisitorID).Exec(ctx); err != nil {
		return err
	}
	e, err := s.edit(ctx, tx, c)
	if err != nil {
		return err
	}
	c.ContactID, e.shown = contactID, true
	return e.Done(ctx)
}
