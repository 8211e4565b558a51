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
	queued  bool // it is among those flushed at the end
	last    map[string]int64
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
		err = fmt.Errorf("change %s: %w", typ, err)
		tx.BeforeCommit(func(context.Context, *db.Tx) error { return err })
		return
	}
	r.waiting = append(r.waiting, Change{Tenant: tenant, Audience: audience, Type: typ, Data: raw})
	if !r.queued {
		r.queued = true
		tx.Together(recorderKey{}, r, flushAll)
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
	if err := tx.Alone(recorderKey{}); err != nil { // the changes of those before must have lower numbers
		return 0, err
	}
	if err := r.flush(ctx, tx); err != nil {
		return 0, err
	}
	return r.last[tenant], nil
}

// flushAll flushes what those recorded who share a commit, in their order.
func flushAll(ctx context.Context, tx *db.Tx, recorders []any) error {
	all := recorder{last: map[string]int64{}}
	for _, one := range recorders {
		r := one.(*recorder)
		all.waiting = append(all.waiting, r.waiting...)
		r.waiting = nil
	}
	return all.flush(ctx, tx)
}

// flush takes a block of numbers per tenant and writes the rows. Tenants go in
// order, so that two transactions can't wait for each other's counters.
func (r *recorder) flush(ctx context.Context, tx *db.Tx) error {
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

var (
	takeNumbers = db.Prepare(`INSERT INTO change_counters (tenant_id, epoch, seq) VALUES (?1, ?2, ?3)
		ON CONFLICT (tenant_id) DO UPDATE SET seq = change_counters.seq + excluded.seq RETURNING epoch, seq`)
	// storeFew by how many they are; more are rare and go in parsed anew.
	storeFew = func() (s [9]db.Statement) {
		for n := 1; n < len(s); n++ {
			rows := make([]string, n)
			for i := range rows {
				rows[i] = fmt.Sprintf("(?1, ?%d, ?%d, ?%d, ?%d, ?2)", 4*i+3, 4*i+4, 4*i+5, 4*i+6)
			}
			s[n] = db.Prepare("INSERT INTO changes (tenant_id, seq, audience, type, data, at) VALUES " + strings.Join(rows, ", "))
		}
		return s
	}()
	// takeAndStore does both at once on PostgreSQL: the tenant's other writers
	// wait for one round trip and the commit.
	takeAndStore = db.Prepare(`WITH taken AS (
			INSERT INTO change_counters (tenant_id, epoch, seq) VALUES (?1, ?2, ?3)
			ON CONFLICT (tenant_id) DO UPDATE SET seq = change_counters.seq + excluded.seq RETURNING epoch, seq
		), stored AS (
			INSERT INTO changes (tenant_id, seq, audience, type, data, at)
			SELECT ?1, taken.seq - ?3 + new.n, new.audience, new.type, new.data, ?4
			FROM taken, unnest(?5::text[], ?6::text[], ?7::text[]) WITH ORDINALITY AS new (audience, type, data, n)
		)
		SELECT epoch, seq FROM taken`)
)

// store numbers the changes and writes their rows.
func store(ctx context.Context, tx *db.Tx, block []Change, at int64) (*counterRow, error) {
	tenant := block[0].Tenant
	if tx.Engine() == db.Postgres {
		var audiences, types, data []string
		for i := range block {
			audiences, types, data = append(audiences, block[i].Audience), append(types, block[i].Type), append(data, string(block[i].Data))
		}
		return db.One[counterRow](ctx, tx, takeAndStore, tenant, db.NewID(), int64(len(block)), at, audiences, types, data)
	}
	counter, err := db.One[counterRow](ctx, tx, takeNumbers, tenant, db.NewID(), int64(len(block)))
	if err != nil || counter == nil {
		return nil, err
	}
	first := counter.Seq - int64(len(block)) + 1
	if len(block) < len(storeFew) {
		args := []any{tenant, at}
		for i := range block {
			args = append(args, first+int64(i), block[i].Audience, block[i].Type, string(block[i].Data))
		}
		_, err = tx.Do(ctx, storeFew[len(block)], args...)
		return counter, err
	}
	rows := make([]changeRow, len(block))
	for i, c := range block {
		rows[i] = changeRow{TenantID: tenant, Seq: first + int64(i), Audience: c.Audience, Type: c.Type, Data: string(c.Data), At: at}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return counter, err
}

func (r *recorder) write(ctx context.Context, tx *db.Tx, block []Change, at int64) error {
	tenant := block[0].Tenant
	counter, err := store(ctx, tx, block, at)
	if err != nil || counter == nil {
		return fmt.Errorf("numbering changes: %w", err)
	}
	for i := range block {
		block[i].Seq, block[i].At = counter.Seq-int64(len(block)-1-i), at
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
