package email

import (
	"context"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
)

// held is a mail's segment that a user has in hand, with its case locked; the
// case is nil for a new mail that was not sent yet.
type held struct {
	s   *Service
	tx  *db.Tx
	row *Row
	k   *cases.Case
}

// withHeld runs f on a segment the user has in hand; somebody else's is not
// found. Locks are taken in the floor's order: contact, case.
func (s *Service) withHeld(ctx context.Context, tenant, userID, segmentID string, f func(ctx context.Context, h *held) error) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		row, err := s.rowOf(ctx, tx, tenant, segmentID)
		if err != nil {
			return err
		}
		if row == nil || row.OwnerID != userID {
			return fail.NotFound("segment")
		}
		if err := s.interactions.Lock(ctx, tx, tenant, row.InteractionID); err != nil {
			return err
		}
		h := &held{s: s, tx: tx}
		if row.CaseID != "" {
			if h.k, err = s.cases.Lock(ctx, tx, tenant, row.CaseID); err != nil {
				return err
			}
		}
		if h.row, err = s.rowOf(ctx, tx, tenant, segmentID); err != nil {
			return err
		}
		if h.row == nil || h.row.OwnerID != userID || h.row.Place != PlaceHand {
			return fail.State("This mail is not in your hands any more")
		}
		return f(ctx, h)
	})
}
