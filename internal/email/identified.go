package email

import (
	"context"

	"parley/internal/db"
)

// Identified notes whose card a case belongs to, as its agent found out.
func (s *Service) Identified(ctx context.Context, tx *db.Tx, tenant, caseID, contactID string) error {
	k, err := s.cases.Lock(ctx, tx, tenant, caseID)
	if err != nil || k.ContactID == contactID {
		return err
	}
	k.ContactID = contactID
	if err := s.cases.Save(ctx, tx, k); err != nil {
		return err
	}
	return s.changed(ctx, tx, k)
}
