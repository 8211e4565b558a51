package org

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// fileUsage is how much a tenant has stored. Equal contents are stored once but
// count each time: what one may keep does not depend on what others sent.
type fileUsage struct {
	bun.BaseModel `bun:"table:file_usage,alias:fu"`

	TenantID string `bun:"tenant_id,pk"`
	Bytes    int64  `bun:"bytes"`
}

// RoomForFile says before a file is taken in whether the tenant's limit leaves
// room for it; size 0 asks whether there is any. What counts is UseFileRoom.
func (o *Org) RoomForFile(ctx context.Context, tenant string, size int64) error {
	limit, err := o.fileLimit(ctx, tenant)
	if err != nil || limit == 0 {
		return err
	}
	var u fileUsage
	err = o.db.Read().NewSelect().Model(&u).Where("fu.tenant_id = ?", tenant).Scan(ctx)
	if err != nil && !db.IsNone(err) {
		return err
	}
	return room(u.Bytes+max(size, 1), limit)
}

// UseFileRoom counts a file in the transaction that names it, or refuses it.
func (o *Org) UseFileRoom(ctx context.Context, tx *db.Tx, tenant string, size int64) error {
	limit, err := o.fileLimit(ctx, tenant)
	if err != nil {
		return err
	}
	u := fileUsage{TenantID: tenant, Bytes: size}
	_, err = tx.NewInsert().Model(&u).On("CONFLICT (tenant_id) DO UPDATE").Set("bytes = fu.bytes + EXCLUDED.bytes").Returning("bytes").Exec(ctx)
	if err != nil || limit == 0 {
		return err
	}
	return room(u.Bytes, limit)
}

func room(bytes, limit int64) error {
	if bytes <= limit {
		return nil
	}
	e := fail.New("PAR-5010", nil)
	e.Field = "file"
	return e
}

func (o *Org) fileLimit(ctx context.Context, tenant string) (int64, error) {
	t, err := o.Tenant(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return t.Limits.FileBytes, nil
}
