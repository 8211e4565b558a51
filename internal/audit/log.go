package audit

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/run"
)

// Log is the audit log of all tenants.
type Log struct {
	db    *db.DB
	key   []byte
	now   func() int64
	views views
}

// New makes the log. The key seals the entries and must be the same for the life
// of the installation.
func New(d *db.DB, key []byte) *Log {
	return &Log{db: d, key: key, now: db.Now, views: views{writing: run.New(context.Background()), noted: map[view]int64{}}}
}

type entryRow struct {
	bun.BaseModel `bun:"table:audit_entries,alias:e"`

	TenantID  string `bun:"tenant_id,pk"`
	N         int64  `bun:"n,pk"`
	At        int64  `bun:"at"`
	ActorKind string `bun:"actor_kind"`
	ActorID   string `bun:"actor_id"`
	ActorName string `bun:"actor_name"`
	Address   string `bun:"address"`
	Action    string `bun:"action"`
	Entity    string `bun:"entity"`
	EntityID  string `bun:"entity_id"`
	Name      string `bun:"name"`
	Search    string `bun:"search"`
	Before    string `bun:"was"`
	After     string `bun:"became"`
	Hash      string `bun:"hash"`
}

type headRow struct {
	bun.BaseModel `bun:"table:audit_heads,alias:h"`

	TenantID string `bun:"tenant_id,pk"`
	N        int64  `bun:"n"`
	Hash     string `bun:"hash"` // of the last entry
	Seal     string `bun:"seal"`
}

// Record adds an entry in the transaction of the act itself. Who acts is taken
// from ctx.
func (l *Log) Record(ctx context.Context, tx *db.Tx, ev Event) error {
	if ev.TenantID == "" || ev.Action == "" || ev.Entity == "" {
		return fmt.Errorf("an audit event without tenant, action or entity: %+v", ev)
	}
	before, after, err := difference(ev.Before, ev.After)
	if err != nil {
		return fmt.Errorf("marshalling an audit event: %w", err)
	}
	e := Act{At: l.now(), Action: ev.Action, Entity: ev.Entity, EntityID: ev.EntityID, Name: ev.Name, Before: before, After: after}
	e.actor(ctx)

	head, err := takeHead(ctx, tx, ev.TenantID)
	if err != nil {
		return err
	}
	e.N = head.N + 1
	e.Hash = e.seal(l.key, ev.TenantID, head.Hash)
	row := rowOf(ev.TenantID, e)
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	end := headRow{TenantID: ev.TenantID, N: e.N, Hash: e.Hash, Seal: sealEnd(l.key, ev.TenantID, e.N, e.Hash)}
	_, err = tx.NewUpdate().Model(&end).Column("n", "hash", "seal").WherePK().Exec(ctx)
	return err
}

// takeHead reads the end of a tenant's chain and, on PostgreSQL, holds it until
// the commit, so that two acts can't take the same number.
func takeHead(ctx context.Context, tx *db.Tx, tenant string) (headRow, error) {
	head := headRow{TenantID: tenant}
	if _, err := tx.NewInsert().Model(&head).On("CONFLICT (tenant_id) DO NOTHING").Exec(ctx); err != nil {
		return head, err
	}
	q := tx.NewSelect().Model(&head).WherePK()
	if tx.Engine() == db.Postgres {
		q = q.For("UPDATE")
	}
	return head, q.Scan(ctx)
}

func rowOf(tenant string, e Act) entryRow {
	return entryRow{TenantID: tenant, N: e.N, At: e.At, ActorKind: e.ActorKind, ActorID: e.ActorID, ActorName: e.ActorName,
		Address: e.Address, Action: e.Action, Entity: e.Entity, EntityID: e.EntityID, Name: e.Name,
		Search: searchText(e.Name, e.ActorName, e.Address, string(e.Before), string(e.After)),
		Before: string(e.Before), After: string(e.After), Hash: e.Hash}
}

func (r entryRow) entry() Act {
	e := Act{N: r.N, At: r.At, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Address: r.Address,
		Action: r.Action, Entity: r.Entity, EntityID: r.EntityID, Name: r.Name, Hash: r.Hash}
	if r.Before != "" {
		e.Before = []byte(r.Before)
	}
	if r.After != "" {
		e.After = []byte(r.After)
	}
	return e
}
