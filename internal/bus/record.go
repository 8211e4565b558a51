package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// Change is one numbered fact of a tenant, for one audience.
type Change struct {
	Tenant   string
	Epoch    string // of the number, see Cursor
	Seq      int64  // 1, 2, 3 … per tenant, without gaps
	Audience string // who may see it: one desk, everybody, …
	Type     string // what happened, past tense: "message.added"
	Data     json.RawMessage
	At       int64 // unix ms
}

// Cursor is the place right after this change.
func (c Change) Cursor() Cursor { return Cursor{c.Epoch, c.Seq} }

// Cursor is a place in a tenant's changes: all up to Seq are known. The epoch is
// another one after a restore from a backup, where numbers would mean other things.
type Cursor struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
}

// epochNew is the epoch of a tenant to whom nothing has happened yet.
const epochNew = "new"

// FromNow subscribes without history, for those who need no snapshot.
var FromNow = Cursor{Epoch: "now"}

type changeRow struct {
	bun.BaseModel `bun:"table:changes"`

	TenantID string `bun:"tenant_id,pk"`
	Seq      int64  `bun:"seq,pk"`
	Audience string `bun:"audience"`
	Type     string `bun:"type"`
	Data     string `bun:"data"`
	At       int64  `bun:"at"`
}

func (r changeRow) change() Change {
	return Change{Tenant: r.TenantID, Seq: r.Seq, Audience: r.Audience, Type: r.Type, Data: json.RawMessage(r.Data), At: r.At}
}

type counterRow struct {
	bun.BaseModel `bun:"table:change_counters,alias:change_counters"`

	TenantID string `bun:"tenant_id,pk"`
	Epoch    string `bun:"epoch"`
	Seq      int64  `bun:"seq"`
}

// recorder gathers the changes of one transaction.
type recorder struct {
	waiting []Change
	queued  bool // flush is among the transaction's BeforeCommit work
	last    map[string]int64
	err     error // of a Record whose data has no JSON form
}

type recorderKey struct{}

func recorderOf(tx *db.Tx) *recorder {
	return tx.Local(recorderKey{}, func() any { return &recorder{last: map[string]int64{}} }).(*recorder)
}

// Record notes that something happened, to be numbered, stored and published
// with the transaction. data is what the audience gets, as JSON; it is read now,
// not at the end. A []byte or json.RawMessage is taken as JSON already.
func Record(tx *db.Tx, tenant, audience, typ string, data any) {
	r := recorderOf(tx)
	raw, err := rawJSON(data)
	if err != nil {
		r.err = fmt.Errorf("change %s: %w", typ, err)
	}
	r.waiting = append(r.waiting, Change{Tenant: tenant, Audience: audience, Type: typ, Data: raw})
	if !r.queued {
		r.queued = true
		tx.BeforeCommit(func(ctx context.Context, tx *db.Tx) error { return r.flush(ctx, tx) })
	}
}

func rawJSON(data any) (json.RawMessage, error) {
	switch d := data.(type) {
	case json.RawMessage:
		return d, nil
	case []byte:
		return d, nil
	}
	return json.Marshal(data)
}

// LastSeq numbers what was recorded so far in the transaction and gives the
// number of the tenant's last change in it, 0 if there is none. An answer that
// carries it lets the client ignore older frames. The tenant's other writers wait
// from here to the end of the transaction, so call it late.
func LastSeq(ctx context.Context, tx *db.Tx, tenant string) (int64, error) {
	r := recorderOf(tx)
	if err := r.flush(ctx, tx); err != nil {
		return 0, err
	}
	return r.last[tenant], nil
}

// flush takes a block of numbers per tenant and writes the rows. Tenants go in
// order, so that two transactions can't wait for each other's counters.
func (r *recorder) flush(ctx context.Context, tx *db.Tx) error {
	r.queued = false
	if r.err != nil {
		return r.err
	}
	if len(r.waiting) == 0 {
		return nil
	}
	changes := r.waiting
	r.waiting = nil
	slices.SortStableFunc(changes, func(a, b Change) int { return strings.Compare(a.Tenant, b.Tenant) })
	at := db.Now()
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].Tenant == changes[0].Tenant {
			n++
		}
		if err := r.write(ctx, tx, changes[:n:n], at); err != nil {
			return err
		}
		changes = changes[n:]
	}
	return nil
}

func (r *recorder) write(ctx context.Context, tx *db.Tx, block []Change, at int64) error {
	tenant := block[0].Tenant
	counter := counterRow{TenantID: tenant, Epoch: db.NewID(), Seq: int64(len(block))}
	_, err := tx.NewInsert().Model(&counter).
		On("CONFLICT (tenant_id) DO UPDATE").
		Set("seq = change_counters.seq + excluded.seq").
		Returning("epoch, seq").Exec(ctx)
	if err != nil {
		return fmt.Errorf("numbering changes: %w", err)
	}
	rows := make([]changeRow, len(block))
	for i := range block {
		block[i].Seq = counter.Seq - int64(len(block)-1-i)
		block[i].At = at
		c := &block[i]
		rows[i] = changeRow{TenantID: tenant, Seq: c.Seq, Audience: c.Audience, Type: c.Type, Data: string(c.Data), At: at}
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("storing changes: %w", err)
	}
	r.last[tenant] = counter.Seq
	if feed, ok := tx.Attached(attachKey{}).(*Feed); ok {
		tx.AfterCommit(func() { feed.committed(tenant, counter.Epoch, block) })
	}
	return nil
}

// Head is where a tenant's changes stand. Read inside the transaction of a
// snapshot it is exactly what the snapshot contains.
func Head(ctx context.Context, from bun.IDB, tenant string) (Cursor, error) {
	var row counterRow
	err := from.NewSelect().Model(&row).Where("tenant_id = ?", tenant).Scan(ctx)
	if db.IsNone(err) {
		return Cursor{Epoch: epochNew}, nil
	}
	return Cursor{Epoch: row.Epoch, Seq: row.Seq}, err
}

// NewEpochs makes all cursors given out so far invalid. A restore from a backup
// does this, since numbers after the backup were given out already.
func NewEpochs(ctx context.Context, tx *db.Tx) error {
	var rows []counterRow
	if err := tx.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Epoch = db.NewID()
		if _, err := tx.NewUpdate().Model(&rows[i]).Column("epoch").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
