package cases

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// MaxPins is how many cases somebody keeps pinned at most.
const MaxPins = 500

// Pin says that somebody keeps an eye on a case that waits for an answer
// (E-34). A closed case has none.
type Pin struct {
	bun.BaseModel `bun:"table:case_pins,alias:p"`

	TenantID string `bun:"tenant_id,pk"`
	CaseID   string `bun:"case_id,pk"`
	UserID   string `bun:"user_id,pk"`
	PinnedAt int64  `bun:"pinned_at"`
	Unread   int    `bun:"unread"` // mails of the customer that this person has not seen
}

// Pin pins a locked case for a user, or lets it go, and keeps that in its
// history; false when it was so already.
func (s *Service) Pin(ctx context.Context, tx *db.Tx, k *Case, userID string, on bool) (bool, error) {
	if !on {
		n, err := changed(tx.NewDelete().Model((*Pin)(nil)).Where("tenant_id = ? AND case_id = ? AND user_id = ?", k.TenantID, k.ID, userID).Exec(ctx))
		if err != nil || n == 0 {
			return false, err
		}
		return true, s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventUnpinned, UserID: userID})
	}
	if k.State == StateClosed {
		return false, fail.State("A closed case waits for nobody and cannot be pinned")
	}
	had, err := tx.NewSelect().Model((*Pin)(nil)).Where("p.tenant_id = ? AND p.user_id = ?", k.TenantID, userID).Count(ctx)
	if err != nil {
		return false, err
	}
	if had >= MaxPins {
		return false, fail.Limit("pinned cases", MaxPins)
	}
	n, err := changed(tx.NewInsert().Model(&Pin{TenantID: k.TenantID, CaseID: k.ID, UserID: userID, PinnedAt: s.now()}).
		On("CONFLICT (tenant_id, case_id, user_id) DO NOTHING").Exec(ctx))
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventPinned, UserID: userID})
}

// Pins are those who have a case pinned, the first first.
func (s *Service) Pins(ctx context.Context, from bun.IDB, tenant, caseID string) ([]Pin, error) {
	var pins []Pin
	err := from.NewSelect().Model(&pins).Where("p.tenant_id = ? AND p.case_id = ?", tenant, caseID).Order("p.pinned_at", "p.user_id").Scan(ctx)
	return pins, err
}

// Pinned are the cases that a user has pinned, with the pin of each.
func (s *Service) Pinned(ctx context.Context, from bun.IDB, tenant, userID string) ([]*Case, map[string]Pin, error) {
	var pins []Pin
	if err := from.NewSelect().Model(&pins).Where("p.tenant_id = ? AND p.user_id = ?", tenant, userID).Scan(ctx); err != nil {
		return nil, nil, err
	}
	by, ids := make(map[string]Pin, len(pins)), make([]string, len(pins))
	for i, p := range pins {
		ids[i], by[p.CaseID] = p.CaseID, p
	}
	var list []*Case
	if len(ids) == 0 {
		return list, by, nil
	}
	err := from.NewSelect().Model(&list).Where("k.tenant_id = ? AND k.id IN (?)", tenant, bun.List(ids)).Scan(ctx)
	return list, by, err
}

// Pinners are who has cases pinned, with how many.
func (s *Service) Pinners(ctx context.Context, from bun.IDB, tenant string) (map[string]int, error) {
	var found []struct {
		UserID string `bun:"user_id"`
		N      int    `bun:"n"`
	}
	err := from.NewSelect().Model((*Pin)(nil)).Column("user_id").ColumnExpr("COUNT(*) AS n").Where("p.tenant_id = ?", tenant).Group("user_id").Scan(ctx, &found)
	out := make(map[string]int, len(found))
	for _, f := range found {
		out[f.UserID] = f.N
	}
	return out, err
}

// Heard marks a pinned case as unread for all who have it pinned.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, k *Case) error {
	_, err := tx.NewUpdate().Model((*Pin)(nil)).Set("unread = unread + 1").Where("tenant_id = ? AND case_id = ?", k.TenantID, k.ID).Exec(ctx)
	return err
}

// Seen takes that mark away for one of them, and tells whether there was one.
func (s *Service) Seen(ctx context.Context, tx *db.Tx, tenant, caseID, userID string) (bool, error) {
	n, err := changed(tx.NewUpdate().Model((*Pin)(nil)).Set("unread = 0").
		Where("tenant_id = ? AND case_id = ? AND user_id = ? AND unread > 0", tenant, caseID, userID).Exec(ctx))
	return n > 0, err
}

// unpin lets a case go for all.
func (s *Service) unpin(ctx context.Context, tx *db.Tx, k *Case) error {
	_, err := tx.NewDelete().Model((*Pin)(nil)).Where("tenant_id = ? AND case_id = ?", k.TenantID, k.ID).Exec(ctx)
	return err
}

// changed is how many rows a statement changed.
func changed(res interface{ RowsAffected() (int64, error) }, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
