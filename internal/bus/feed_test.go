package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

const tenant = "0190a000-0000-7000-8000-000000000001"

func open(t testing.TB, d *db.DB, cfg bus.Config) *bus.Bus {
	t.Helper()
	b, err := bus.Open(context.Background(), d, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("closing the bus: %v", err)
		}
	})
	return b
}

type note struct {
	Writer, N int
}

func record(t testing.TB, d *db.DB, audience string, data any) {
	t.Helper()
	err := d.Write(context.Background(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		bus.Record(tx, tenant, audience, "noted", data)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func head(t testing.TB, d *db.DB) bus.Cursor {
	t.Helper()
	c, err := bus.Head(t.Context(), d.Read(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func subscribe(t testing.TB, b *bus.Bus, from bus.Cursor, buffer int, audiences ...string) *bus.Subscription {
	t.Helper()
	sub, err := b.Feed().Subscribe(t.Context(), tenant, audiences, from, buffer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sub.Close)
	return sub
}

// next waits for one change; a test that waits in vain ends by its time limit.
func next(t testing.TB, sub *bus.Subscription) bus.Change {
	t.Helper()
	select {
	case c, ok := <-sub.C():
		if !ok {
			t.Fatalf("the subscription ended: %v", sub.Err())
		}
		return c
	case <-time.After(20 * time.Second):
		t.Fatal("no change came")
	}
	panic("unreachable")
}

func TestRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := open(t, d, bus.Config{})
		t.Run("[B-2] a snapshot and its number are of one moment, the rest follows", func(t *testing.T) {
			first := head(t, d)
			sub := subscribe(t, b, first, 10, "all")
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				bus.Record(tx, tenant, "all", "noted", note{1, 1})
				seq, err := bus.LastSeq(ctx, tx, tenant)
				if err != nil || seq != 1 {
					t.Errorf("LastSeq: %d %v", seq, err)
				}
				bus.Record(tx, tenant, "u/other", "noted", note{1, 2})
				bus.Record(tx, tenant, "all", "noted", json.RawMessage(`"scalar"`))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if c := next(t, sub); c.Seq != 1 || string(c.Data) != `{"Writer":1,"N":1}` || c.Type != "noted" || c.At == 0 {
				t.Fatalf("%+v", c)
			}
			if c := next(t, sub); c.Seq != 3 || string(c.Data) != `"scalar"` {
				t.Fatalf("%+v", c)
			}
			if h := head(t, d); h.Seq != 3 || h.Epoch == first.Epoch {
				t.Fatalf("head %+v", h)
			}
		})
		t.Run("[B-2] what is rolled back leaves no number", func(t *testing.T) {
			before := head(t, d)
			sub := subscribe(t, b, before, 10, "all")
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				bus.Record(tx, tenant, "all", "noted", note{})
				if _, err := bus.LastSeq(ctx, tx, tenant); err != nil {
					return err
				}
				return errors.New("changed my mind")
			})
			if err == nil {
				t.Fatal("no error")
			}
			record(t, d, "all", note{9, 9})
			if c := next(t, sub); c.Seq != before.Seq+1 {
				t.Fatalf("number %d after %d", c.Seq, before.Seq)
			}
		})
		t.Run("data without a JSON form fails the transaction", func(t *testing.T) {
			err := d.Write(t.Context(), db.Chat, func(_ context.Context, tx *db.Tx) error {
				bus.Record(tx, tenant, "all", "noted", make(chan int))
				return nil
			})
			if err == nil {
				t.Fatal("accepted")
			}
		})
	})
}

// TestOrder has 16 writers, readers that are cut off again and again, and a
// reader that never is; all must see the same.
func TestOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[B-2] every number once and in order, through forced reconnects", func(t *testing.T) {
			b := open(t, d, bus.Config{})
			const writers, each, readers = 16, 60, 8
			start := head(t, d)
			done := make(chan []bus.Change, readers)
			for r := range readers {
				go func() { done <- readAll(t, b, start, writers*each, r > 0) }()
			}
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					for n := range each {
						record(t, d, fmt.Sprintf("u/%d", w%2), note{w, n})
					}
				})
			}
			wg.Wait()
			for range readers {
				got := <-done
				last := map[int]int{}
				for i, c := range got {
					var n note
					if err := json.Unmarshal(c.Data, &n); err != nil {
						t.Fatal(err)
					}
					if c.Seq != start.Seq+int64(i)+1 {
						t.Fatalf("place %d has number %d", i, c.Seq)
					}
					if n.N != last[n.Writer] {
						t.Fatalf("writer %d: %d came, %d was due", n.Writer, n.N, last[n.Writer])
					}
					last[n.Writer]++
				}
				if len(got) != writers*each {
					t.Fatalf("%d of %d changes", len(got), writers*each)
				}
			}
		})
	})
}

// readAll reads want changes, cutting itself off at random places if told to.
func readAll(t *testing.T, b *bus.Bus, from bus.Cursor, want int, cut bool) (got []bus.Change) {
	for len(got) < want {
		sub, err := b.Feed().Subscribe(t.Context(), tenant, []string{"u/0", "u/1"}, from, want)
		if err != nil {
			t.Errorf("subscribing at %+v: %v", from, err)
			return got
		}
		patience := want
		if cut {
			patience = rand.IntN(20)
		}
		for c := range sub.C() {
			got = append(got, c)
			from = c.Cursor()
			if patience--; patience < 0 || len(got) == want {
				break
			}
		}
		sub.Close()
	}
	return got
}

func TestSubscription(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := open(t, d, bus.Config{})
		for n := range 5 {
			record(t, d, "all", note{0, n})
		}
		t.Run("[B-2] what was missed comes from the table to a node that did not see it", func(t *testing.T) {
			sub := subscribe(t, b, bus.Cursor{Epoch: head(t, d).Epoch, Seq: 2}, 1, "all")
			for want := int64(3); want <= 5; want++ {
				if c := next(t, sub); c.Seq != want {
					t.Fatalf("%d, want %d", c.Seq, want)
				}
			}
		})
		t.Run("[B-2] a slow subscriber is cut, keeps what it got, and resumes", func(t *testing.T) {
			at := head(t, d)
			sub := subscribe(t, b, at, 2, "all")
			for n := range 4 {
				record(t, d, "all", note{1, n})
			}
			var got []int64
			for c := range sub.C() {
				got = append(got, c.Seq)
			}
			if !errors.Is(sub.Err(), bus.ErrSlow) || len(got) != 2 || got[1] != at.Seq+2 {
				t.Fatalf("%v after %v", sub.Err(), got)
			}
			again := subscribe(t, b, bus.Cursor{Epoch: at.Epoch, Seq: got[1]}, 2, "all")
			if c := next(t, again); c.Seq != at.Seq+3 {
				t.Fatalf("resumed at %d", c.Seq)
			}
		})
		t.Run("audiences change while it runs", func(t *testing.T) {
			sub := subscribe(t, b, head(t, d), 10, "all")
			record(t, d, "c/1", note{2, 1})
			after := sub.SetAudiences([]string{"all", "c/1"})
			record(t, d, "c/1", note{2, 2})
			if c := next(t, sub); c.Audience != "c/1" || c.Seq != after+1 {
				t.Fatalf("%+v after %d", c, after)
			}
			sub.SetAudiences(nil)
			record(t, d, "all", note{2, 3})
			sub.SetAudiences([]string{"all"})
			record(t, d, "all", note{2, 4})
			if c := next(t, sub); string(c.Data) != `{"Writer":2,"N":4}` {
				t.Fatalf("%+v", c)
			}
		})
		t.Run("[B-2] a cursor that can't be served asks for a snapshot", func(t *testing.T) {
			h := head(t, d)
			for name, c := range map[string]struct {
				from bus.Cursor
				want error
			}{
				"empty":       {bus.Cursor{}, bus.ErrEpoch},
				"other epoch": {bus.Cursor{Epoch: "x", Seq: h.Seq}, bus.ErrEpoch},
				"future":      {bus.Cursor{Epoch: h.Epoch, Seq: h.Seq + 10}, bus.ErrEpoch},
			} {
				if _, err := b.Feed().Subscribe(t.Context(), tenant, []string{"all"}, c.from, 1); !errors.Is(err, c.want) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	})
}

func TestTrim(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		for n := range 1200 {
			if n%100 != 0 {
				continue
			}
			err := d.Write(t.Context(), db.Bulk, func(_ context.Context, tx *db.Tx) error {
				for i := range 100 {
					bus.Record(tx, tenant, "all", "noted", note{n, i})
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := d.Write(t.Context(), db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE changes SET at = at - 3700000 WHERE seq <= 1100")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b := open(t, d, bus.Config{TrimInterval: time.Hour})
		if err := b.Trim(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left []int64
		if err := d.Read().NewSelect().Table("changes").Column("seq").Order("seq").Scan(t.Context(), &left); err != nil {
			t.Fatal(err)
		}
		if len(left) != 100 || left[0] != 1101 {
			t.Fatalf("%d left from %v", len(left), left[:1])
		}
		h := head(t, d)
		if _, err := b.Feed().Subscribe(t.Context(), tenant, []string{"all"}, bus.Cursor{Epoch: h.Epoch, Seq: 1099}, 1); !errors.Is(err, bus.ErrTooOld) {
			t.Fatalf("[B-2] what is gone was not noticed: %v", err)
		}
		sub := subscribe(t, b, bus.Cursor{Epoch: h.Epoch, Seq: 1100}, 1, "all")
		if c := next(t, sub); c.Seq != 1101 {
			t.Fatal(c.Seq)
		}
	})
}
