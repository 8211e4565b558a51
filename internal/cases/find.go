package cases

import (
	"context"

	"github.com/uptrace/bun"
)

// ByNumber gives the case with a number, or fail.NotFound.
func (s *Service) ByNumber(ctx context.Context, from bun.IDB, tenant string, number int64) (*Case, error) {
	return one(ctx, from.NewSelect().Where("k.tenant_id = ? AND k.number = ?", tenant, number))
}

// OpenOf counts a customer's cases that are not answered for good.
func (s *Service) OpenOf(ctx context.Context, from bun.IDB, tenant, contactID string) (int, error) {
	n, err := from.NewSelect().Model((*Case)(nil)).
		Where("k.tenant_id = ? AND k.contact_id = ? AND k.state IN (?, ?) AND k.deleted_at = 0", tenant, contactID, StateOpen, StatePending).Count(ctx)
	return int(n), err
}
