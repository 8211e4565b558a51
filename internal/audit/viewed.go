package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/run"
)

// ViewFunc notes that who is at work in ctx has opened something that is not
// theirs; Log.Viewed is one. A nil one notes nothing.
type ViewFunc func(ctx context.Context, tenant, entity, id, name string)

// Note calls f.
func (f ViewFunc) Note(ctx context.Context, tenant, entity, id, name string) {
	if f != nil {
		f(ctx, tenant, entity, id, name)
	}
}

const (
	viewedAgain = int64(10 * time.Minute / time.Millisecond) // a later look is an entry of its own
	viewWrite   = 10 * time.Second                           // the longest write of one
)

// view is somebody's look at a thing.
type view struct{ tenant, actor, entity, id string }

// views are the looks of late and the writing of their entries.
type views struct {
	writing *run.Group

	mu    sync.Mutex
	noted map[view]int64 // when, unix ms
	swept int64
}

// first tells whether a look is to be noted, and remembers it.
func (v *views) first(one view, now int64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if now-v.swept > viewedAgain {
		for old, at := range v.noted {
			if now-at >= viewedAgain {
				delete(v.noted, old)
			}
		}
		v.swept = now
	}
	if at, ok := v.noted[one]; ok && now-at < viewedAgain {
		return false
	}
	v.noted[one] = now
	return true
}

func (v *views) forget(one view) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.noted, one)
}

// Viewed notes an access to contents (a card, a transcript, a mail, a file): one
// entry per person and thing in ten minutes. It is written beside the reading,
// which does not wait for it; Close waits. What could not be written stands in
// the program's log, and the next look is noted again.
func (l *Log) Viewed(ctx context.Context, tenant, entity, id, name string) {
	var by Act
	by.actor(ctx)
	one := view{tenant, by.ActorKind + " " + by.ActorID, entity, id}
	if !l.views.first(one, l.now()) {
		return
	}
	ctx = context.WithoutCancel(ctx) // the reader may be gone before it is written
	l.views.writing.Go("audit.viewed", func(context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, viewWrite)
		defer cancel()
		err := l.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
			return l.Record(ctx, tx, Event{TenantID: tenant, Action: "view", Entity: entity, EntityID: id, Name: name})
		})
		if err != nil {
			l.views.forget(one)
			slog.Error("an access could not be noted in the audit log", "tenant", tenant, "actor", one.actor, "entity", entity, "id", id, "error", err)
		}
		return nil
	})
}

// Close waits for the entries that are being written.
func (l *Log) Close() error { return l.views.writing.Stop(viewWrite) }
