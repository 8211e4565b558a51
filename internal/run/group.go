package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"sync"
	"time"
)

// Panic is what a recovered goroutine left behind.
type Panic struct {
	Name  string // of the goroutine
	Value any    // what panic was called with
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic in %s: %v", p.Name, p.Value) }

// Group is a set of goroutines that end together. Its context is cancelled by
// Stop or when the parent's is.
type Group struct {
	// OnPanic, if set before the first Go, hears of every recovered panic, after
	// it was logged and counted and on the goroutine that panicked.
	OnPanic func(p *Panic)

	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	running map[string]int
	total   int
	errs    []error
	idle    chan struct{} // closed when total falls to 0; nil while nobody waits
}

// New makes a group under ctx.
func New(ctx context.Context) *Group {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{ctx: ctx, cancel: cancel, running: map[string]int{}}
}

// Context is done when the group is to end.
func (g *Group) Context() context.Context { return g.ctx }

// Go starts f. Its error is logged and kept for Wait unless the group was
// already told to end. A panic is recovered: it is one goroutine's trouble.
func (g *Group) Go(name string, f func(ctx context.Context) error) {
	g.mu.Lock()
	g.running[name]++
	g.total++
	g.mu.Unlock()
	goroutines.WithLabelValues(name).Inc()
	go func() {
		defer g.done(name)
		err := Protect(name, func() error { return f(g.ctx) })
		if err == nil || (g.ctx.Err() != nil && errors.Is(err, context.Canceled)) {
			return
		}
		if p, ok := errors.AsType[*Panic](err); ok && g.OnPanic != nil {
			g.OnPanic(p)
		}
		slog.Error("goroutine ended with an error", "name", name, "error", err)
		g.mu.Lock()
		g.errs = append(g.errs, fmt.Errorf("%s: %w", name, err))
		g.mu.Unlock()
	}()
}

func (g *Group) done(name string) {
	goroutines.WithLabelValues(name).Dec()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[name]--; g.running[name] == 0 {
		delete(g.running, name)
	}
	if g.total--; g.total == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// Every calls f at once and then each interval until the group ends. An error
// is logged and does not end the round; a panic neither.
func (g *Group) Every(name string, interval time.Duration, f func(ctx context.Context) error) {
	g.Go(name, func(ctx context.Context) error {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			err := Protect(name, func() error { return f(ctx) })
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if p, ok := errors.AsType[*Panic](err); ok && g.OnPanic != nil {
				g.OnPanic(p)
			}
			if err != nil {
				slog.Warn("a periodic task failed and will be tried again", "name", name, "error", err)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
		}
	})
}

// Stop tells the goroutines to end and waits for them, at most timeout. The
// error names those that did not end in time.
func (g *Group) Stop(timeout time.Duration) error {
	g.cancel()
	idle := g.whenIdle()
	if idle == nil {
		return nil
	}
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case <-idle:
		return nil
	case <-late.C:
		return fmt.Errorf("still running after %s: %v", timeout, g.Running())
	}
}

// Wait waits until none of the goroutines runs and gives the errors they ended
// with. It does not tell them to end.
func (g *Group) Wait() error {
	if idle := g.whenIdle(); idle != nil {
		<-idle
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return errors.Join(g.errs...)
}

// Running gives the number of running goroutines by name.
func (g *Group) Running() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.running)
}

func (g *Group) whenIdle() chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.total == 0 {
		return nil
	}
	if g.idle == nil {
		g.idle = make(chan struct{})
	}
	return g.idle
}

// Protect calls f and turns its panic into an error (*Panic), logged with its
// stack and counted. Use it where one bad input must not end a loop.
func Protect(name string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			p := &Panic{Name: name, Value: v, Stack: debug.Stack()}
			panics.WithLabelValues(name).Inc()
			slog.Error("panic recovered", "name", name, "panic", fmt.Sprint(v), "stack", string(p.Stack))
			err = p
		}
	}()
	return f()
}
