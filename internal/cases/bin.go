package cases

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// KeptDeleted is how long a deleted case lies in the bin (decision 36).
const KeptDeleted = 30 * 24 * 60 * 60 * 1000

// Deleted tells whether the case lies in the bin.
func (k *Case) Deleted() bool { return k.DeletedAt > 0 }

// Delete puts a locked case into the bin; the caller saves. Nobody has it pinned
// there, and no mail finds it.
func (s *Service) Delete(ctx context.Context, tx *db.Tx, k *Case, userID string) error {
	if k.Deleted() {
		return fail.NotFound("case")
	}
	if err := s.unpin(ctx, tx, k); err != nil {
		return err
	}
	k.DeletedAt, k.DeletedBy = s.now(), userID
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventDeleted, UserID: userID})
}

// Restore takes a locked case out of the bin, as it was; the caller saves.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, k *Case, userID string) error {
	if !k.Deleted() {
		return fail.State("This case was not deleted")
	}
	k.DeletedAt, k.DeletedBy = 0, ""
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventRestored, UserID: userID})
}

// Bin gives a page of the deleted cases of some services, the last deleted
// first, and how many there are; services nil: of all.
func (s *Service) Bin(ctx context.Context, from bun.IDB, tenant string, services []string, offset, limit int) ([]*Case, int64, error) {
	list := []*Case{}
	q := from.NewSelect().Model(&list).Where("k.tenant_id = ? AND k.deleted_at > 0", tenant)
	if services != nil {
		q = q.Where("k.service_id IN (?)", bun.List(services))
	}
	total, err := q.Clone().Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = q.Order("k.deleted_at DESC", "k.id").Offset(int64(offset)).Limit(int64(limit)).Scan(ctx)
	return list, int64(total), err
}

// Overdue are some cases that lay in the bin for their time.
func (s *Service) Overdue(ctx context.Context, from bun.IDB, tenant string, most int) (ids []string, err error) {
	err = from.NewSelect().Model((*Case)(nil)).Column("id").Where("k.tenant_id = ? AND k.deleted_at > 0 AND k.deleted_at < ?", tenant, s.now()-KeptDeleted).
		Order("k.deleted_at").Limit(int64(most)).Scan(ctx, &ids)
	return ids, err
}

// Forget removes cases with their history, for good.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, tenant string, ids []string) error {
	if _, err := tx.NewDelete().Model((*CaseEntry)(nil)).Where("tenant_id = ? AND case_id IN (?)", tenant, bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*told)(nil)).Where("tenant_id = ? AND case_id IN (?)", tenant, bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewDelete().Model((*Case)(nil)).Where("tenant_id = ? AND id IN (?) AND deleted_at > 0", tenant, bun.List(ids)).Exec(ctx)
	return err
}
