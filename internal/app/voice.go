package app

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/call"
	"parley/internal/desk"
	"parley/internal/web"
)

// makeCalls builds the room of calls; the floor tells it what it decides.
func (a *App) makeCalls() error {
	a.calls = call.New(call.Config{DB: a.db, Directory: call.OrgDirectory{Org: a.org}, Contacts: a.contacts, Interactions: a.interactions,
		Blobs: a.blobs, Enqueue: a.floors.Enqueue, Nodes: a.bus, Log: a.log})
	a.floors.AddRecorder(a.calls)
	return nil
}

// startCalls closes what the last process left, then lets calls in.
func (a *App) startCalls(ctx context.Context) error {
	if err := a.calls.Start(ctx, a.holdLease); err != nil {
		return err
	}
	a.onStop(func() { logged(a.log, "calls", a.calls.Close()) })
	return nil
}

// holdLease keeps a key of this process alive.
func (a *App) holdLease(ctx context.Context, key string, ttl time.Duration) (func(), error) {
	l, err := a.bus.TryLease(ctx, key, ttl)
	if err != nil {
		return nil, err
	}
	return func() { logged(a.log, "lease", l.Release(context.Background())) }, nil
}

// callsPart is the calls' share of a desk's snapshot.
func (a *App) callsPart(ctx context.Context, tx bun.IDB, who web.Identity, into *desk.Snapshot) (err error) {
	into.Calls, err = a.calls.Calls(ctx, tx, who.TenantID, who.UserID)
	return err
}
