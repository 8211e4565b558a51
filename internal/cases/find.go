package cases

import (
	"context"

	"github.com/uptrace/bun"
)

// ByNumber gives the case with a number, or fail.NotFound.
func (s *Service) ByNumber(ctx context.Context, from bun.IDB, tenant string, number int64) (*Case, error) {
	return one(ctx, from.NewSelect().Where("k.tenant_id = ? AND k.number = ?", tenant, number))
}
