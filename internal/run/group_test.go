package run_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/run"
)

func TestGroup(t *testing.T) {
	t.Run("names, counts and awaits", func(t *testing.T) {
		g := run.New(t.Context())
		started := make(chan struct{}, 3)
		hold := func(ctx context.Context) error { started <- struct{}{}; <-ctx.Done(); return ctx.Err() }
		g.Go("reader", hold)
		g.Go("reader", hold)
		g.Go("writer", hold)
		for range 3 {
			<-started
		}
		if r := g.Running(); r["reader"] != 2 || r["writer"] != 1 {
			t.Fatalf("running: %v", r)
		}
		if err := g.Stop(time.Minute); err != nil {
			t.Fatal(err)
		}
		if r := g.Running(); len(r) != 0 {
			t.Fatalf("after Stop still running: %v", r)
		}
		if err := g.Wait(); err != nil {
			t.Fatalf("an ordered end is no error: %v", err)
		}
	})
	t.Run("a panic is one goroutine's trouble", func(t *testing.T) {
		g := run.New(t.Context())
		var heard atomic.Pointer[run.Panic]
		g.OnPanic = func(p *run.Panic) { heard.Store(p) }
		g.Go("poisoned", func(context.Context) error { panic("bad mail") })
		g.Go("other", func(context.Context) error { return errors.New("plain") })
		err := g.Wait()
		if err == nil || !strings.Contains(err.Error(), "bad mail") || !strings.Contains(err.Error(), "plain") {
			t.Fatalf("errors: %v", err)
		}
		p := heard.Load()
		if p == nil || p.Name != "poisoned" || !strings.Contains(string(p.Stack), "group_test.go") {
			t.Fatalf("OnPanic heard %v", p)
		}
		if g.Context().Err() != nil {
			t.Fatal("a panic ended the whole group")
		}
	})
	t.Run("Stop names who does not end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := run.New(t.Context())
			release := make(chan struct{})
			g.Go("stuck", func(context.Context) error { <-release; return nil })
			if err := g.Stop(time.Second); err == nil || !strings.Contains(err.Error(), "stuck") {
				t.Fatalf("Stop said %v", err)
			}
			close(release)
			if err := g.Wait(); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("Every goes on after errors and panics", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := run.New(t.Context())
			rounds := 0
			g.Every("round", time.Minute, func(context.Context) error {
				switch rounds++; rounds {
				case 1:
					return errors.New("first")
				case 2:
					panic("second")
				}
				return nil
			})
			time.Sleep(150 * time.Second) // the bubble's clock
			synctest.Wait()
			if rounds != 3 {
				t.Fatalf("%d rounds", rounds)
			}
			if err := g.Stop(time.Second); err != nil {
				t.Fatal(err)
			}
		})
	})
}
