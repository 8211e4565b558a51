package floor

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

type inputRow struct {
	bun.BaseModel `bun:"table:floor_inputs,alias:li"`

	TenantID string `bun:"tenant_id,pk"`
	Seq      int64  `bun:"seq,pk"`
	At       int64  `bun:"at"`
	Type     string `bun:"type"`
	ItemID   string `bun:"item_id"`
	AgentID  string `bun:"agent_id"`
	Input    string `bun:"input"`
	Effects  string `bun:"effects"`
}

type snapshotRow struct {
	bun.BaseModel `bun:"table:floor_snapshots,alias:fs"`

	TenantID    string `bun:"tenant_id,pk"`
	Seq         int64  `bun:"seq,pk"`
	Cause       string `bun:"cause,pk"` // start, rebuild, periodic
	At          int64  `bun:"at"`
	CoreVersion int64  `bun:"core_version"`
	State       string `bun:"state"`
}

type headRow struct {
	bun.BaseModel `bun:"table:floor_heads,alias:fh"`

	TenantID string `bun:"tenant_id,pk"`
	Seq      int64  `bun:"seq"`
	At       int64  `bun:"at"`
	Fencing  int64  `bun:"fencing"`
}

type agentRow struct {
	bun.BaseModel `bun:"table:floor_agents,alias:fa"`

	TenantID string `bun:"tenant_id,pk"`
	ID       string `bun:"id,pk"`
	Data     string `bun:"data"`
	View     string `bun:"view"`
}

type itemRow struct {
	bun.BaseModel `bun:"table:floor_items,alias:fi"`

	TenantID string `bun:"tenant_id,pk"`
	ID       string `bun:"id,pk"`
	Data     string `bun:"data"`
}

type quarantineRow struct {
	bun.BaseModel `bun:"table:floor_quarantine,alias:fq"`

	TenantID string `bun:"tenant_id,pk"`
	ID       string `bun:"id,pk"`
	At       int64  `bun:"at"`
	Source   string `bun:"source"`
	Input    string `bun:"input"`
	Error    string `bun:"error"`
}

func saveInputs(ctx context.Context, tx *db.Tx, tenant string, happened []Happened) error {
	rows := make([]inputRow, len(happened))
	for i := range happened {
		h := &happened[i]
		in, err := json.Marshal(h.Input)
		if err != nil {
			return err
		}
		out, err := effectsText(h.Effects)
		if err != nil {
			return err
		}
		rows[i] = inputRow{TenantID: tenant, Seq: h.Seq, At: h.At, Type: h.Input.Type, ItemID: h.Input.Item,
			AgentID: h.Input.Agent, Input: string(in), Effects: out}
	}
	return insertAll(ctx, tx, rows)
}

func insertAll[R any](ctx context.Context, tx *db.Tx, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

func saveAgents(ctx context.Context, tx *db.Tx, tenant string, rows []row) error {
	var keep []agentRow
	var gone []string
	for _, r := range rows {
		if r.data == "" {
			gone = append(gone, r.id)
			continue
		}
		keep = append(keep, agentRow{TenantID: tenant, ID: r.id, Data: r.data, View: r.view})
	}
	if len(keep) > 0 {
		if _, err := tx.NewInsert().Model(&keep).On("CONFLICT (tenant_id, id) DO UPDATE").
			Set("data = EXCLUDED.data").Set("view = EXCLUDED.view").Exec(ctx); err != nil {
			return err
		}
	}
	return remove(ctx, tx, (*agentRow)(nil), tenant, gone)
}

func saveItems(ctx context.Context, tx *db.Tx, tenant string, rows []row) error {
	var keep []itemRow
	var gone []string
	for _, r := range rows {
		if r.data == "" {
			gone = append(gone, r.id)
			continue
		}
		keep = append(keep, itemRow{TenantID: tenant, ID: r.id, Data: r.data})
	}
	if len(keep) > 0 {
		if _, err := tx.NewInsert().Model(&keep).On("CONFLICT (tenant_id, id) DO UPDATE").
			Set("data = EXCLUDED.data").Exec(ctx); err != nil {
			return err
		}
	}
	return remove(ctx, tx, (*itemRow)(nil), tenant, gone)
}

func remove(ctx context.Context, tx *db.Tx, model any, tenant string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.NewDelete().Model(model).Where("tenant_id = ? AND id IN (?)", tenant, bun.List(ids)).Exec(ctx)
	return err
}

// takeInbox removes the rows the batch took. One that is not there any more was
// taken by somebody else: nothing of the batch may stand.
func takeInbox(ctx context.Context, tx *db.Tx, tenant string, seqs []int64) error {
	if len(seqs) == 0 {
		return nil
	}
	res, err := tx.NewDelete().Model((*inboxRow)(nil)).Where("tenant_id = ? AND seq IN (?)", tenant, bun.List(seqs)).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != int64(len(seqs)) {
		return fail.Unavailable(fmt.Errorf("%d of %d inbox rows are still there: %w", n, len(seqs), err))
	}
	return nil
}

func saveHead(ctx context.Context, tx *db.Tx, h headRow) error {
	_, err := tx.NewInsert().Model(&h).On("CONFLICT (tenant_id) DO UPDATE").
		Set("seq = EXCLUDED.seq").Set("at = EXCLUDED.at").Set("fencing = EXCLUDED.fencing").Exec(ctx)
	return err
}

// saved is a floor as its rows have it.
type saved struct {
	head   headRow
	agents []core.Agent
	items  []core.Item
}

func loadRows(ctx context.Context, tx bun.Tx, tenant string) (s saved, err error) {
	if err := tx.NewSelect().Model(&s.head).Where("fh.tenant_id = ?", tenant).Scan(ctx); err != nil && !db.IsNone(err) {
		return s, err
	}
	var agents []agentRow
	if err := tx.NewSelect().Model(&agents).Where("fa.tenant_id = ?", tenant).Order("fa.id").Scan(ctx); err != nil {
		return s, err
	}
	var items []itemRow
	if err := tx.NewSelect().Model(&items).Where("fi.tenant_id = ?", tenant).Order("fi.id").Scan(ctx); err != nil {
		return s, err
	}
	s.agents, s.items = make([]core.Agent, len(agents)), make([]core.Item, len(items))
	for i := range agents {
		if err := json.Unmarshal([]byte(agents[i].Data), &s.agents[i]); err != nil {
			return s, fmt.Errorf("row of agent %s: %w", agents[i].ID, err)
		}
	}
	for i := range items {
		if err := json.Unmarshal([]byte(items[i].Data), &s.items[i]); err != nil {
			return s, fmt.Errorf("row of item %s: %w", items[i].ID, err)
		}
	}
	return s, nil
}
