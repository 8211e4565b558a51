package call

import (
	"context"

	"parley/internal/db"
)

// Identified notes whose card a call belongs to, as its agent found out.
func (s *Service) Identified(ctx context.Context, tx *db.Tx, tenant, id, contactID string) error {
	k, err := s.lock(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	k.ContactID = contactID
	_, err = tx.NewUpdate().Model(k).Column("contact_id").WherePK().Exec(ctx)
	return err
}
