package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/jobs"
)

type letter struct {
	To string `json:"to"`
}

func runner(t *testing.T, d *db.DB, register func(r *jobs.Runner)) *jobs.Runner {
	t.Helper()
	r, err := jobs.New(t.Context(), d, jobs.Config{Node: "node-1", Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	register(r)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, r) })
	return r
}

func stop(t *testing.T, r *jobs.Runner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func add(t *testing.T, d *db.DB, kind string, args any, o jobs.Opts) {
	t.Helper()
	err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return jobs.Add(ctx, tx, kind, args, o)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func take[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// until polls a condition for which the system has no announcement.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("in vain: " + what)
		}
	}
}

func TestJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		done := make(chan string, 100)
		var poisonTries atomic.Int64
		r := runner(t, d, func(r *jobs.Runner) {
			jobs.Register(r, "letter", jobs.KindOpts{}, func(_ context.Context, l letter) error {
				done <- l.To
				return nil
			})
			r.Register("poison", jobs.KindOpts{Pause: func(int) time.Duration { return 0 }}, func(context.Context, json.RawMessage) error {
				if poisonTries.Add(1) == 1 {
					panic("first")
				}
				return errors.New("later")
			})
			r.Register("hopeless", jobs.KindOpts{}, func(context.Context, json.RawMessage) error {
				return jobs.GiveUp(errors.New("no such address"))
			})
			r.Register("held", jobs.KindOpts{}, func(ctx context.Context, _ json.RawMessage) error { <-ctx.Done(); return ctx.Err() })
		})
		t.Run("is done with the transaction, and not without", func(t *testing.T) {
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if err := jobs.Add(ctx, tx, "letter", letter{"nobody"}, jobs.Opts{}); err != nil {
					return err
				}
				return errors.New("changed my mind")
			})
			if err == nil {
				t.Fatal("no error")
			}
			for i := range 5 {
				add(t, d, "letter", letter{fmt.Sprint(i)}, jobs.Opts{})
			}
			got := map[string]bool{}
			for range 5 {
				got[take(t, done)] = true
			}
			if len(got) != 5 || got["nobody"] {
				t.Fatal(got)
			}
		})
		t.Run("a unique job is added once while unfinished", func(t *testing.T) {
			at := time.Now().Add(time.Hour).UnixMilli()
			for range 3 {
				add(t, d, "letter", letter{"later"}, jobs.Opts{Unique: "u1", At: at})
			}
			add(t, d, "letter", letter{"later"}, jobs.Opts{Unique: "u2", At: at})
			list, err := r.List(t.Context(), jobs.Filter{States: []string{jobs.Scheduled}})
			if err != nil || len(list) != 2 || list[0].DueAt != at {
				t.Fatalf("%+v %v", list, err)
			}
			if err := r.Cancel(t.Context(), list[0].ID); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("[X-5] a failing job is tried again, then stands among the failed with its error, and can be retried", func(t *testing.T) {
			add(t, d, "poison", nil, jobs.Opts{MaxTries: 2})
			var failed []jobs.Job
			until(t, "the job to be given up", func() bool {
				var err error
				failed, err = r.List(t.Context(), jobs.Filter{States: []string{jobs.Failed}, Kinds: []string{"poison"}})
				return err == nil && len(failed) == 1
			})
			if j := failed[0]; j.Tries != 2 || j.LastError != "later" || j.FinishedAt == 0 || j.State != jobs.Failed {
				t.Fatalf("%+v", j)
			}
			if err := r.Retry(t.Context(), failed[0].ID); err != nil {
				t.Fatal(err)
			}
			until(t, "another try", func() bool { return poisonTries.Load() == 3 })
			if fail.Code(r.Retry(t.Context(), 999_999)) != fail.CodeNotFound {
				t.Fatal("retrying what is not there")
			}
			counts, err := r.Counts(t.Context())
			if err != nil || counts[jobs.Done] < 5 {
				t.Fatalf("%v %v", counts, err)
			}
		})
		t.Run("a hopeless job fails at once", func(t *testing.T) {
			add(t, d, "hopeless", nil, jobs.Opts{})
			until(t, "the job to fail", func() bool {
				list, err := r.List(t.Context(), jobs.Filter{States: []string{jobs.Failed}, Kinds: []string{"hopeless"}})
				return err == nil && len(list) == 1 && list[0].Tries == 1 && list[0].State == jobs.Failed
			})
		})
	})
}

// TestRestart stops a process in the middle of a job: the next one must do it
// again, and its effect must be there once.
func TestRestart(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		t.Run("[B-3] a job interrupted by the end of the process is done by the next, once", func(t *testing.T) {
			first, err := db.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := first.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, "CREATE TABLE effects (n BIGINT NOT NULL)")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			began := make(chan bool, 10)
			dying, err := jobs.New(t.Context(), first, jobs.Config{Node: "node-1", Workers: 1}) // one, so that it takes nothing more
			if err != nil {
				t.Fatal(err)
			}
			release := make(chan struct{})
			dying.Register("effect", jobs.KindOpts{}, func(context.Context, json.RawMessage) error {
				began <- true
				<-release
				return errors.New("dead")
			})
			if err := dying.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			add(t, first, "effect", nil, jobs.Opts{})
			take(t, began) // the row says "running", as after kill -9

			second := dbtest.Open(t, cfg)
			ended := make(chan bool, 10)
			r := runner(t, second, func(r *jobs.Runner) {
				r.Register("effect", jobs.KindOpts{}, func(ctx context.Context, _ json.RawMessage) error {
					defer func() { ended <- true }()
					return second.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
						if _, err := tx.ExecContext(ctx, "INSERT INTO effects (n) VALUES (1)"); err != nil {
							return err
						}
						return jobs.Complete(ctx, tx)
					})
				})
			})
			take(t, ended)
			var n int
			if err := second.Read().NewRaw("SELECT count(*) FROM effects").Scan(t.Context(), &n); err != nil || n != 1 {
				t.Fatalf("%d effects, %v", n, err)
			}
			list, err := r.List(t.Context(), jobs.Filter{})
			if err != nil || len(list) != 1 || list[0].State != jobs.Done {
				t.Fatalf("%+v %v", list, err)
			}
			close(release)
			stop(t, dying)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			list, err = r.List(t.Context(), jobs.Filter{})
			if err != nil || len(list) != 1 || list[0].State != jobs.Done {
				t.Fatalf("the dead process changed the job: %+v %v", list, err)
			}
		})
	})
}
