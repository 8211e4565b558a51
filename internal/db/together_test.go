package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

const (
	crowd     = 12 // writers of one round
	maxRounds = 50
)

// round lets a crowd write at once. Number 0 and 1 hold the lanes up until the
// others have come, number 5 does the bad thing.
type round struct {
	name  int64
	errs  [crowd]error
	runs  [crowd]atomic.Int64
	hooks [crowd]atomic.Int64
	mu    sync.Mutex
	tx    [crowd]string // the transaction that each was in at first
}

// rounds so far.
var rounds atomic.Int64

func (r *round) id(i int) string { return fmt.Sprintf("%d/%02d", r.name, i) }

const atFault = 5

func (r *round) write(t *testing.T, d *db.DB, bad func(context.Context, *db.Tx) error) {
	var all, here sync.WaitGroup
	here.Add(crowd - 2)
	come := make(chan struct{})
	go func() { here.Wait(); close(come) }()
	for i := range crowd {
		all.Go(func() {
			if i > 1 {
				here.Done()
			}
			r.errs[i] = d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if i < 2 {
					<-come
				}
				if err := insert(r.id(i), r.id(i))(ctx, tx); err != nil {
					return err
				}
				if r.runs[i].Add(1) == 1 {
					var tid string
					if err := tx.NewRaw("SELECT pg_current_xact_id()::text").Scan(ctx, &tid); err != nil {
						return err
					}
					r.mu.Lock()
					r.tx[i] = tid
					r.mu.Unlock()
				}
				tx.AfterCommit(func() { r.hooks[i].Add(1) })
				if i == atFault {
					return bad(ctx, tx)
				}
				return nil
			})
		})
	}
	all.Wait()
}

// shared tells whether somebody before and somebody after it were in the transaction of the one at fault.
func (r *round) shared() bool {
	n := 0
	for _, tid := range r.tx {
		if tid == r.tx[atFault] {
			n++
		}
	}
	return n > 2
}

func TestTogether(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t))
	withThings(t, d)
	exec := func(ctx context.Context, tx *db.Tx, text string) error {
		_, err := tx.ExecContext(ctx, text)
		return err
	}
	for name, bad := range map[string]func(context.Context, *db.Tx) error{
		"an error":                       func(context.Context, *db.Tx) error { return errors.New("bad") },
		"a panic":                        func(context.Context, *db.Tx) error { panic("bad") },
		"a failed statement":             func(ctx context.Context, tx *db.Tx) error { return exec(ctx, tx, "SELECT 1/0") },
		"a failed statement passed over": func(ctx context.Context, tx *db.Tx) error { _ = exec(ctx, tx, "SELECT 1/0"); return nil },
		"work before the commit": func(_ context.Context, tx *db.Tx) error {
			tx.BeforeCommit(func(context.Context, *db.Tx) error { panic("bad") })
			return nil
		},
		"work at the common end": func(_ context.Context, tx *db.Tx) error {
			tx.Together("key", 1, func(ctx context.Context, tx *db.Tx, _ []any) error { return exec(ctx, tx, "SELECT 1/0") })
			return nil
		},
		"a lost connection": func(ctx context.Context, tx *db.Tx) error {
			return exec(ctx, tx, "SELECT pg_terminate_backend(pg_backend_pid())")
		},
		"a statement given up in the middle": func(ctx context.Context, tx *db.Tx) error {
			ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
			defer cancel()
			return exec(ctx, tx, "SELECT pg_sleep(10)")
		},
	} {
		t.Run("[B-3] one writer's trouble is its own: "+name, func(t *testing.T) {
			for try := 1; ; try++ {
				r := &round{name: rounds.Add(1)}
				r.write(t, d, bad)
				there := names(t, d)
				for i, err := range r.errs {
					wrong := i == atFault
					want := int64(1)
					if wrong {
						want = 0
					}
					if (err != nil) != wrong || slices.Contains(there, r.id(i)) == wrong || r.hooks[i].Load() != want {
						t.Errorf("writer %d: %v, stored %v, hook ran %d times", i, err, slices.Contains(there, r.id(i)), r.hooks[i].Load())
					}
				}
				if t.Failed() || r.shared() {
					return
				}
				if try == maxRounds {
					t.Fatal("nobody ever shared its transaction with the one at fault: the test shows nothing")
				}
			}
		})
	}
	t.Run("[B-3] a connection lost in the commit leaves all in doubt, and nobody is told that it is kept or writes twice", func(t *testing.T) {
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			return exec(ctx, tx, `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
				CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()`)
		})
		for try := 1; ; try++ {
			r := &round{name: rounds.Add(1)}
			r.write(t, d, func(ctx context.Context, tx *db.Tx) error {
				return exec(ctx, tx, "UPDATE things SET version = 2 WHERE id = '"+r.id(atFault)+"'")
			})
			there := names(t, d)
			for i, err := range r.errs {
				if wrong := r.tx[i] == r.tx[atFault]; wrong != (fail.Code(err) == fail.CodeUnavailable) || wrong == slices.Contains(there, r.id(i)) || r.runs[i].Load() != 1 {
					t.Errorf("writer %d (in doubt: %v): %v, stored %v, ran %d times", i, wrong, err, slices.Contains(there, r.id(i)), r.runs[i].Load())
				}
			}
			if t.Failed() || r.shared() {
				return
			}
			if try == maxRounds {
				t.Fatal("nobody ever shared the commit: the test shows nothing")
			}
		}
	})
}
