package floor

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

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

// Enqueue tells the tenant's floor something within the transaction of whoever
// knows it: either both stand or neither. The floor takes it after the commit,
// once.
func (f *Floors) Enqueue(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return f.tell(ctx, tx, inboxRow{TenantID: tenant, Input: string(b), At: db.Now()})
}

func (f *Floors) tell(ctx context.Context, tx *db.Tx, row inboxRow) error {
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("telling the floor: %w", err)
	}
	tx.AfterCommit(func() {
		if o := f.owner(row.TenantID); o != nil {
			o.hand(row)
			return
		}
		if f.cfg.Bus.Clustered() {
			_ = f.cfg.Bus.Publish(nudgeSubject, []byte(row.TenantID)) // a lost one is found within a second
		}
	})
	return nil
}

// inbox brings rows to an owner: those of this process straight after their
// commit, all others by reading the table.
type inbox struct {
	direct chan []inboxRow // from Enqueue; one slice, grown while the owner is busy
	wanted chan struct{}   // somebody says there is more
	ask    chan int64      // the owner asks for a reading; the value is its number
	read   chan reading

	// Owned by the owner's goroutine.
	taken   map[int64]int64 // rows already taken: 0 in flight, else the number of the reading at whose time they were gone
	number  int64           // of the last reading asked for
	reading bool
	again   bool  // look once more after the present reading
	valid   int64 // readings before this number are of the time before a rebuild
}

// reading is one look at the table. Rows committed as taken before it was asked
// for can't be in it.
type reading struct {
	number int64
	rows   []inboxRow
	full   bool // there may be more
	err    error
}

func newInbox() *inbox {
	return &inbox{direct: make(chan []inboxRow, 1), wanted: make(chan struct{}, 1), ask: make(chan int64, 1),
		read: make(chan reading, 1), taken: map[int64]int64{}}
}

// hand gives a row that was just committed by this process. It never waits.
func (o *owner) hand(row inboxRow) {
	rows := []inboxRow{row}
	for {
		select {
		case o.inbox.direct <- rows:
			return
		case waiting := <-o.inbox.direct:
			rows = append(waiting, rows...)
		}
	}
}

// look asks for a reading of the table.
func (o *owner) look() {
	select {
	case o.inbox.wanted <- struct{}{}:
	default:
	}
}

// readInbox is the goroutine that reads the table for the owner.
func (o *owner) readInbox(ctx context.Context) error {
	limit := int64(3 * o.f.cfg.MaxBatch) // two batches of taken rows may still stand in the table
	for {
		var r reading
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r.number = <-o.inbox.ask:
		}
		r.err = o.f.cfg.DB.Read().NewSelect().Model(&r.rows).Where("fi.tenant_id = ?", o.tenant).
			Order("fi.seq").Limit(limit).Scan(ctx)
		r.full = int64(len(r.rows)) == limit
		select {
		case <-ctx.Done():
			return ctx.Err()
		case o.inbox.read <- r:
		}
	}
}

// tickInbox looks now and then in case a nudge was lost.
func (o *owner) tickInbox(ctx context.Context) error {
	t := time.NewTicker(o.f.cfg.InboxInterval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			o.look()
		}
	}
}

// wantReading asks the reader unless it is at it already.
func (b *inbox) wantReading() {
	if b.reading {
		b.again = true
		return
	}
	b.reading, b.again = true, false
	b.number++
	b.ask <- b.number
}

// fresh gives the rows of a reading that were not taken yet.
func (b *inbox) fresh(r reading) []inboxRow {
	b.reading = false
	var rows []inboxRow
	for _, row := range r.rows {
		if _, was := b.taken[row.Seq]; !was && r.number >= b.valid {
			rows = append(rows, row)
		}
	}
	if r.err == nil {
		for seq, gone := range b.taken {
			if gone != 0 && gone <= r.number {
				delete(b.taken, seq)
			}
		}
	}
	if b.again || r.full {
		b.wantReading()
	}
	return rows
}

// forget makes everything be read again that the table still has: the floor is
// being rebuilt. A reading that began before may hold rows whose commit then
// came out well after all; it is left out.
func (b *inbox) forget() {
	select {
	case <-b.direct: // the table has them too
	default:
	}
	for seq, gone := range b.taken {
		if gone == 0 {
			delete(b.taken, seq)
		}
	}
	b.valid = b.number + 1
	b.wantReading()
}

// entries makes inputs of rows and marks them taken. One that can't be read fails
// when it is applied, and so is put aside as it stands.
func (o *owner) entries(rows []inboxRow) []*entry {
	es := make([]*entry, 0, len(rows))
	for _, r := range rows {
		o.inbox.taken[r.Seq] = 0
		e := &entry{source: fromInbox, inbox: r.Seq}
		if err := json.Unmarshal([]byte(r.Input), &e.in); err != nil {
			slog.Error("an inbox row can't be read", "tenant", o.tenant, "row", r.Seq, "error", err)
			e.in, e.unreadable = core.Input{}, r.Input
		}
		es = append(es, e)
	}
	return es
}

// gone notes that a row's taking is committed.
func (b *inbox) gone(seq int64) { b.taken[seq] = max(b.number, 1) }
