package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

func TestIdempotency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := db.Idempotency{Tenant: "t1", User: "u1", Key: "k1", Route: "POST /api/things", BodyHash: "h1"}
		ctx := db.WithIdempotency(t.Context(), i)
		lookup := func(i db.Idempotency) ([]byte, int, bool, error) {
			return db.LookupIdempotent(t.Context(), d.Read(), i)
		}
		t.Run("[B-3] a command stores its answer with its effect, or neither", func(t *testing.T) {
			boom := errors.New("boom")
			err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if err := db.Answer(ctx, tx, map[string]int{"n": 1}); err != nil {
					return err
				}
				return boom
			})
			if !errors.Is(err, boom) {
				t.Fatal(err)
			}
			if _, _, found, err := lookup(i); found || err != nil {
				t.Fatalf("after a failure: %v %v", found, err)
			}
			if err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				return db.Answer(ctx, tx, map[string]int{"n": 1})
			}); err != nil {
				t.Fatal(err)
			}
			answer, status, found, err := lookup(i)
			if err != nil || !found || status != 200 || string(answer) != `{"n":1}` {
				t.Fatalf("%s %d %v %v", answer, status, found, err)
			}
		})
		t.Run("[X-3] the same key with another body or route is refused", func(t *testing.T) {
			other := i
			other.BodyHash = "h2"
			if _, _, _, err := lookup(other); fail.Code(err) != fail.CodeKeyReused {
				t.Error(err)
			}
			other = i
			other.Route = "POST /api/others"
			if _, _, _, err := lookup(other); fail.Code(err) != fail.CodeKeyReused {
				t.Error(err)
			}
		})
		t.Run("keys are one user's in one tenant", func(t *testing.T) {
			for _, other := range []db.Idempotency{
				{Tenant: "t2", User: i.User, Key: i.Key, Route: i.Route, BodyHash: i.BodyHash},
				{Tenant: i.Tenant, User: "u2", Key: i.Key, Route: i.Route, BodyHash: i.BodyHash},
			} {
				if _, _, found, err := lookup(other); found || err != nil {
					t.Errorf("%+v: %v %v", other, found, err)
				}
			}
		})
		t.Run("without a key nothing is stored and nothing fails", func(t *testing.T) {
			write(t, d, func(ctx context.Context, tx *db.Tx) error { return db.Answer(ctx, tx, 1) })
		})
		t.Run("[B-3] of many that come at once one is carried out", func(t *testing.T) {
			at := i
			at.Key = "race"
			ctx := db.WithIdempotency(t.Context(), at)
			var done atomic.Int64
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error { return db.Answer(ctx, tx, 1) })
					if err == nil {
						done.Add(1)
					} else if fail.Code(err) != fail.CodeChanged {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if done.Load() != 1 {
				t.Fatalf("%d were carried out", done.Load())
			}
		})
		t.Run("is forgotten after a day", func(t *testing.T) {
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("UPDATE idempotency_keys SET at = at - 86500000 WHERE key = 'k1'").Exec(ctx)
				return err
			})
			if n, err := d.TrimIdempotency(t.Context(), 100); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			if _, _, found, _ := lookup(i); found {
				t.Fatal("still there")
			}
		})
	})
}
