package bus_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

// two starts two nodes on one PostgreSQL, connected over loopback.
func two(t *testing.T, check time.Duration) (dbs [2]*db.DB, nodes [2]*bus.Bus) {
	t.Helper()
	cfg := dbtest.Postgres(t)
	var routes []string
	for i := range 2 {
		dbs[i] = dbtest.Open(t, cfg)
		nodes[i] = open(t, dbs[i], bus.Config{LookInterval: check, Cluster: &bus.Cluster{
			Name: "test", Host: "127.0.0.1", Port: -1, Routes: routes, User: "node", Password: "secret"}})
		routes = []string{nodes[i].RouteURL()}
	}
	deadline := time.Now().Add(20 * time.Second)
	for nodes[0].Peers() != 1 || nodes[1].Peers() != 1 {
		if time.Now().After(deadline) {
			t.Fatal("the nodes did not find each other")
		}
		time.Sleep(5 * time.Millisecond) // nothing announces a route; polled, bounded
	}
	return dbs, nodes
}

func TestTwoNodes(t *testing.T) {
	t.Run("[B-14] both nodes' subscribers see both nodes' changes, in one order", func(t *testing.T) {
		dbs, nodes := two(t, time.Hour) // by looks alone
		start := head(t, dbs[0])
		var got [2][]bus.Change
		var readers, writers sync.WaitGroup
		const each = 150
		for i := range 2 {
			readers.Go(func() { got[i] = readAll(t, nodes[i], start, 4*each, i == 1) })
		}
		for w := range 4 {
			writers.Go(func() {
				for n := range each {
					record(t, dbs[w%2], "u/0", note{w, n})
				}
			})
		}
		writers.Wait()
		readers.Wait()
		if len(got[0]) != 4*each || len(got[1]) != 4*each {
			t.Fatalf("%d and %d of %d", len(got[0]), len(got[1]), 4*each)
		}
		for i := range got[0] {
			a, b := got[0][i], got[1][i]
			if a.Seq != int64(i)+1 || b.Seq != a.Seq || string(a.Data) != string(b.Data) {
				t.Fatalf("place %d: %+v and %+v", i, a, b)
			}
		}
	})
	t.Run("[B-14] a lost look is found by the check", func(t *testing.T) {
		cfg := dbtest.Postgres(t)
		node := open(t, dbtest.Open(t, cfg), bus.Config{LookInterval: 20 * time.Millisecond})
		sub := subscribe(t, node, bus.FromNow, 10, "all")
		mute := dbtest.Open(t, cfg)
		record(t, mute, "all", note{7, 7}) // committed by a handle without a bus: no look
		if c := next(t, sub); c.Seq != 1 || string(c.Data) != `{"Writer":7,"N":7}` {
			t.Fatalf("%+v", c)
		}
	})
	t.Run("[B-14] a request reaches the node that handles it, errors as they are", func(t *testing.T) {
		_, nodes := two(t, time.Hour)
		cancel, err := nodes[1].Handle("floor.t1", func(_ context.Context, p []byte) ([]byte, error) {
			if string(p) == "bad" {
				return nil, fail.Invalid("state", "no such state")
			}
			if string(p) == "panic" {
				panic("boom")
			}
			return append([]byte("done "), p...), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		defer cancel()
		answer := ask(t, nodes[0], "floor.t1", "accept")
		if string(answer) != "done accept" {
			t.Fatalf("%q", answer)
		}
		_, err = nodes[0].Request(t.Context(), "floor.t1", []byte("bad"))
		if e := fail.As(err); e.Code != fail.CodeInvalid || e.Field != "state" || e.Status != 422 {
			t.Fatalf("%+v", e)
		}
		if _, err = nodes[0].Request(t.Context(), "floor.t1", []byte("panic")); fail.Code(err) != fail.CodeInternal {
			t.Fatal(err)
		}
		if _, err = nodes[0].Request(t.Context(), "floor.nobody", nil); fail.Code(err) != fail.CodeUnavailable {
			t.Fatal(err)
		}
	})
	t.Run("[B-14] lossy messages reach both nodes", func(t *testing.T) {
		_, nodes := two(t, time.Hour)
		came := make(chan string, 100)
		for i := range 2 {
			if _, err := nodes[i].SubscribeLossy("typing.*", func(subject string, data []byte) {
				came <- subject + string(data) + nodes[i].Node()
			}); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]bool{"typing.c1on" + nodes[0].Node(): true, "typing.c1on" + nodes[1].Node(): true}
		again := time.NewTicker(20 * time.Millisecond) // lossy: interest may not have spread yet
		defer again.Stop()
		for len(want) > 0 {
			select {
			case s := <-came:
				delete(want, s)
			case <-again.C:
				if err := nodes[0].Publish("typing.c1", []byte("on")); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// ask repeats a request until the other node's handler is known here.
func ask(t *testing.T, b *bus.Bus, subject, payload string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		answer, err := b.Request(ctx, subject, []byte(payload))
		if err == nil {
			return answer
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

func TestLease(t *testing.T) {
	t.Run("[B-14] one owner at a time; after its death another, with a higher number, and the dead one's commits are refused", func(t *testing.T) {
		dbs, nodes := two(t, time.Hour)
		const ttl = 600 * time.Millisecond
		first, err := nodes[0].Lease(t.Context(), "floor/t1", ttl)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := nodes[1].TryLease(t.Context(), "floor/t1", ttl); !errors.Is(err, bus.ErrHeld) {
			t.Fatalf("both have it: %v", err)
		}
		if holder, err := nodes[1].Holder(t.Context(), "floor/t1"); err != nil || holder != nodes[0].Node() {
			t.Fatalf("holder %q %v", holder, err)
		}
		commit := func(n int, fencing int64) error {
			return dbs[n].Write(t.Context(), db.Floor, func(ctx context.Context, tx *db.Tx) error {
				return bus.CheckFencing(ctx, tx, "floor/t1", fencing)
			})
		}
		if err := commit(0, first.Fencing); err != nil {
			t.Fatal(err)
		}
		if err := dbs[0].Close(); err != nil { // the node no longer reaches the database
			t.Fatal(err)
		}
		second, err := nodes[1].Lease(t.Context(), "floor/t1", ttl)
		if err != nil {
			t.Fatal(err)
		}
		if second.Fencing <= first.Fencing {
			t.Fatalf("%d after %d", second.Fencing, first.Fencing)
		}
		<-first.Lost()
		if err := commit(1, first.Fencing); fail.Code(err) != fail.CodeUnavailable {
			t.Fatalf("an old owner's commit: %v", err)
		}
		if err := commit(1, second.Fencing); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("[B-14] a lease is kept up beyond its term, and handed over at once when released", func(t *testing.T) {
		dbs, nodes := two(t, time.Hour)
		const ttl = 6 * time.Second // renewed every two; generous, as the machine may be busy
		first, err := nodes[0].TryLease(t.Context(), "k", ttl)
		if err != nil {
			t.Fatal(err)
		}
		var began, until int64
		read := func(to *int64) {
			if err := dbs[1].Read().NewRaw("SELECT expires_at FROM leases WHERE key = 'k'").Scan(t.Context(), to); err != nil {
				t.Fatal(err)
			}
		}
		read(&began)
		for until = began; until == began; read(&until) {
			if _, err := nodes[1].TryLease(t.Context(), "k", ttl); !errors.Is(err, bus.ErrHeld) {
				t.Fatalf("taken from a living owner: %v", err)
			}
		}
		select {
		case <-first.Lost():
			t.Fatal("lost")
		default:
		}
		if err := first.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		second, err := nodes[1].TryLease(t.Context(), "k", ttl)
		if err != nil || second.Fencing != first.Fencing+1 {
			t.Fatalf("%+v %v", second, err)
		}
	})
	t.Run("[B-14] a single node that starts again has it at once, with a higher number", func(t *testing.T) {
		dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
			var last int64
			for range 3 {
				d, err := db.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				b, err := bus.Open(t.Context(), d, bus.Config{})
				if err != nil {
					t.Fatal(err)
				}
				l, err := b.TryLease(t.Context(), "floor/t1", time.Hour)
				if err != nil || l.Fencing <= last {
					t.Fatalf("%+v %v after %d", l, err, last)
				}
				last = l.Fencing
				if err := errors.Join(b.Close(), d.Close()); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
}
