package floor

import (
	"context"

	"parley/internal/db"
)

// trimSlice is how many log rows go in one transaction: well below 20 ms.
const trimSlice = 500

// trimAll removes what is older than Config.KeepLog from the logs of the floors
// that live here.
func (f *Floors) trimAll(ctx context.Context) error {
	f.mu.Lock()
	tenants := make([]string, 0, len(f.owners))
	for t := range f.owners {
		tenants = append(tenants, t)
	}
	f.mu.Unlock()
	for _, t := range tenants {
		if err := f.trim(ctx, t, f.cfg.Clock.Now()-f.cfg.KeepLog.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// trim removes inputs up to the last snapshot before a time, and the snapshots
// before that one: what stays can still be replayed from its first row.
func (f *Floors) trim(ctx context.Context, tenant string, before int64) error {
	var from snapshotRow
	err := f.cfg.DB.Read().NewSelect().Model(&from).Column("seq").Where("fs.tenant_id = ? AND fs.at < ?", tenant, before).
		Order("fs.seq DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		var removed int64
		err := f.cfg.DB.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			res, err := tx.NewRaw(`DELETE FROM floor_inputs WHERE tenant_id = ? AND seq IN
				(SELECT seq FROM floor_inputs WHERE tenant_id = ? AND seq <= ? ORDER BY seq LIMIT ?)`,
				tenant, tenant, from.Seq, trimSlice).Exec(ctx)
			if err != nil {
				return err
			}
			if removed, err = res.RowsAffected(); err != nil || removed > 0 {
				return err
			}
			_, err = tx.NewDelete().Model((*snapshotRow)(nil)).Where("tenant_id = ? AND seq < ?", tenant, from.Seq).Exec(ctx)
			return err
		})
		if err != nil || removed == 0 {
			return err
		}
	}
}
