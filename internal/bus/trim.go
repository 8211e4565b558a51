package bus

import (
	"context"
	"time"

	"parley/internal/db"
)

const (
	keepChanges    = time.Hour
	keepPerTenant  = 200_000
	trimSlice      = 20 * time.Millisecond
	trimFirstSlice = int64(500) // rows
)

// Trim removes changes older than an hour or beyond the newest 200,000 of a
// tenant, in slices of at most 20 ms or so. Whoever is further behind gets a
// snapshot.
func (b *Bus) Trim(ctx context.Context) error {
	var counters []counterRow
	if err := b.db.Read().NewSelect().Model(&counters).Order("tenant_id").Scan(ctx); err != nil {
		return err
	}
	for _, c := range counters {
		if err := b.trimTenant(ctx, c, db.Now()-keepChanges.Milliseconds(), c.Seq-keepPerTenant); err != nil {
			return err
		}
	}
	return nil
}

// trimTenant removes from the low end while rows are older than before or have
// numbers up to upTo.
func (b *Bus) trimTenant(ctx context.Context, c counterRow, before, upTo int64) error {
	slice := trimFirstSlice
	for {
		var oldest []changeRow
		err := b.db.Read().NewSelect().Model(&oldest).Column("seq", "at").
			Where("tenant_id = ?", c.TenantID).Order("seq").Limit(slice).Scan(ctx)
		if err != nil {
			return err
		}
		var cut int64
		for _, row := range oldest {
			if row.At >= before && row.Seq > upTo {
				break
			}
			cut = row.Seq
		}
		if cut == 0 {
			return nil
		}
		var began time.Time
		var removed int64
		err = b.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			began = time.Now()
			res, err := tx.NewRaw("DELETE FROM changes WHERE tenant_id = ? AND seq <= ?", c.TenantID, cut).Exec(ctx)
			if err != nil {
				return err
			}
			removed, err = res.RowsAffected()
			return err
		})
		if err != nil {
			return err
		}
		trimmed.Add(float64(removed))
		if took := time.Since(began); took > trimSlice {
			slice = max(slice/2, 10)
		} else if took < trimSlice/4 {
			slice = min(slice*2, 5_000)
		}
	}
}
