package bus_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

func TestEpoch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[B-2] after a restore every desk takes a snapshot", func(t *testing.T) {
			b := open(t, d, bus.Config{LookInterval: 20 * time.Millisecond})
			record(t, d, "all", note{1, 1})
			old := head(t, d)
			sub := subscribe(t, b, old, 10, "all")
			err := d.Write(t.Context(), db.Floor, func(ctx context.Context, tx *db.Tx) error { return bus.NewEpochs(ctx, tx) })
			if err != nil {
				t.Fatal(err)
			}
			for range sub.C() {
				t.Error("a change came")
			}
			if !errors.Is(sub.Err(), bus.ErrEpoch) {
				t.Fatal(sub.Err())
			}
			if _, err := b.Feed().Subscribe(t.Context(), tenant, []string{"all"}, old, 10); !errors.Is(err, bus.ErrEpoch) {
				t.Fatal(err)
			}
			again := subscribe(t, b, head(t, d), 10, "all")
			record(t, d, "all", note{1, 2})
			if c := next(t, again); c.Seq != 2 || c.Epoch == old.Epoch {
				t.Fatalf("%+v", c)
			}
		})
	})
}

func TestErasedRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[B-2] rows erased from the middle are no gap to wait for", func(t *testing.T) {
			b := open(t, d, bus.Config{LookInterval: 20 * time.Millisecond})
			live := subscribe(t, b, bus.FromNow, 10, "all")
			// Committed and partly erased unseen by this node's feed.
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO change_counters (tenant_id, epoch, seq) VALUES ('`+tenant+`', 'e', 5)`)
				if err != nil {
					return err
				}
				now := strconv.FormatInt(db.Now(), 10) // old ones the trimming would take, whenever it comes
				_, err = tx.ExecContext(ctx, `INSERT INTO changes (tenant_id, seq, audience, type, data, at) VALUES
					('`+tenant+`', 1, 'all', 'noted', '1', `+now+`), ('`+tenant+`', 4, 'all', 'noted', '4', `+now+`)`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if a, b := next(t, live), next(t, live); a.Seq != 1 || b.Seq != 4 {
				t.Fatal(a.Seq, b.Seq)
			}
			record(t, d, "all", note{})
			if c := next(t, live); c.Seq != 6 {
				t.Fatal(c.Seq)
			}
			behind := subscribe(t, b, bus.Cursor{Epoch: "e", Seq: 2}, 10, "all")
			if a, b := next(t, behind), next(t, behind); a.Seq != 4 || b.Seq != 6 {
				t.Fatal(a.Seq, b.Seq)
			}
		})
	})
}

func TestDatabaseRestart(t *testing.T) {
	t.Run("[B-2] the feed goes on where it was when the database comes back", func(t *testing.T) {
		s, err := dbtest.StartServer()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Remove(); err != nil {
				t.Error(err)
			}
		})
		cfg := db.Config{Engine: db.Postgres, DSN: s.DSN("postgres"), MaxConns: 8}
		d, other := dbtest.Open(t, cfg), dbtest.Open(t, cfg)
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		b := open(t, d, bus.Config{LookInterval: 20 * time.Millisecond})
		sub := subscribe(t, b, head(t, d), 100, "all")
		record(t, d, "all", note{1, 1})
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), db.Chat, func(_ context.Context, tx *db.Tx) error {
			bus.Record(tx, tenant, "all", "noted", note{0, 0})
			return nil
		})
		if err == nil {
			t.Fatal("written without a database")
		}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		record(t, other, "all", note{1, 2}) // seen by the check alone
		record(t, d, "all", note{1, 3})
		for want := int64(1); want <= 3; want++ {
			if c := next(t, sub); c.Seq != want || string(c.Data) == `{"Writer":0,"N":0}` {
				t.Fatalf("%+v, want %d", c, want)
			}
		}
	})
}
