package email

import (
	"context"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// withCase runs f on a locked case that the user may see, and saves it.
func (s *Service) withCase(ctx context.Context, who web.Identity, id string, f func(ctx context.Context, tx *db.Tx, k *cases.Case) error) error {
	if _, _, err := s.mayRead(ctx, who, id); err != nil {
		return err
	}
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		k, err := s.cases.Lock(ctx, tx, who.TenantID, id)
		if err != nil {
			return err
		}
		if k.Deleted() {
			return fail.State("The case was deleted: restore it first")
		}
		if err := f(ctx, tx, k); err != nil {
			return err
		}
		if err := s.cases.Save(ctx, tx, k); err != nil {
			return err
		}
		return s.changed(ctx, tx, k)
	})
}

// Note adds a note to a case (E-25's comment on the case).
func (s *Service) Note(ctx context.Context, who web.Identity, caseID, text string) error {
	return s.withCase(ctx, who, caseID, func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		return s.cases.Note(ctx, tx, k, who.UserID, text)
	})
}

// SetState sets a case's state by hand (E-40).
func (s *Service) SetState(ctx context.Context, who web.Identity, caseID string, version int64, to cases.State) error {
	return s.withCase(ctx, who, caseID, func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		if version != 0 && version != k.Version {
			return fail.Changed("case")
		}
		return s.cases.Move(ctx, tx, k, to, who.UserID)
	})
}

// Flag asks supervisors for help with a case, or takes that back.
func (s *Service) Flag(ctx context.Context, who web.Identity, caseID string, on bool) error {
	return s.withCase(ctx, who, caseID, func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		if on == (k.FlaggedBy != "") {
			return nil
		}
		event := cases.EventUnflagged
		k.FlaggedBy, k.FlaggedAt = "", 0
		if on {
			event, k.FlaggedBy, k.FlaggedAt = cases.EventFlagged, who.UserID, s.now()
		}
		if _, err := tx.NewUpdate().Model((*Row)(nil)).Set("flagged = ?", on).Where("tenant_id = ? AND case_id = ?", k.TenantID, k.ID).Exec(ctx); err != nil {
			return err
		}
		return s.cases.Log(ctx, tx, k, cases.CaseEntry{Kind: cases.EntryEvent, Event: event, UserID: who.UserID})
	})
}
