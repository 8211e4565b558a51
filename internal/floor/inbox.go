package floor

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/floor/core"
)

// inboxRow is an input that waits for the floor. Its number is given by the
// database: of two transactions of which one began after the other's commit,
// the later has the higher number.
type inboxRow struct {
	bun.BaseModel `bun:"table:floor_inbox,alias:fi"`

	Seq      int64  `bun:"seq,pk,autoincrement"`
	TenantID string `bun:"tenant_id"`
	Input    string `bun:"input"`
	At       int64  `bun:"at"`
}

func (f *Floors) enqueue(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	row := inboxRow{TenantID: tenant, Input: string(b), At: db.Now()}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("telling the floor: %w", err)
	}
	return nil
}
