package stats

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/run"
)

// Source gives the rows a day's figures start from; interaction and floor implement it.
type Source interface {
	// Today gives the rows of the day that began at from (unix ms), as of idb's transaction.
	Today(ctx context.Context, idb bun.IDB, tenant string, from int64) (Rows, error)
}

// Calendar knows a tenant's midnight and which reasons are breaks; org implements it.
type Calendar interface {
	Midnight(ctx context.Context, tenant string, at int64) (from, next int64, err error) // unix ms
	IsBreak(ctx context.Context, tenant, reasonID string) bool
}

// Center holds the live figures of the tenants somebody of this node has asked for.
type Center struct {
	db     *db.DB
	feed   *bus.Feed
	source Source
	dates  Calendar
	group  *run.Group
	log    *slog.Logger
	now    func() int64

	mu    sync.Mutex
	lives map[string]*entry
}

type entry struct {
	ready chan struct{} // closed when live or err is set
	live  *Live
	err   error
}

// NewCenter makes a center whose goroutines belong to group.
func NewCenter(d *db.DB, feed *bus.Feed, source Source, dates Calendar, group *run.Group, log *slog.Logger) *Center {
	return &Center{db: d, feed: feed, source: source, dates: dates, group: group, log: log, now: db.Now, lives: map[string]*entry{}}
}

// For gives a tenant's live figures; the first call of a tenant reads the day's rows.
func (c *Center) For(ctx context.Context, tenant string) (*Live, error) {
	c.mu.Lock()
	e := c.lives[tenant]
	if e == nil {
		e = &entry{ready: make(chan struct{})}
		c.lives[tenant] = e
		c.group.Go("stats "+tenant, func(ctx context.Context) error { c.keep(ctx, tenant, e); return nil })
	}
	c.mu.Unlock()
	select {
	case <-e.ready:
		return e.live, e.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep loads and follows one tenant until the process stops. A first load that fails is told to who asked, and the
// next call tries anew; later troubles are retried here while the last figures stay on show.
func (c *Center) keep(ctx context.Context, tenant string, e *entry) {
	live := &Live{}
	for first := true; ctx.Err() == nil; first = false {
		day, sub, next, err := c.load(ctx, tenant)
		if err != nil {
			if first {
				c.mu.Lock()
				delete(c.lives, tenant)
				c.mu.Unlock()
				e.err = err
				close(e.ready)
				return
			}
			c.log.Warn("live figures could not be read, trying again", "tenant", tenant, "error", err)
			wait(ctx, time.Second)
			continue
		}
		live.replace(day)
		if first {
			e.live = live
			close(e.ready)
		}
		if err := c.follow(ctx, live, sub, next); err != nil && ctx.Err() == nil {
			c.log.Warn("live figures lost the changes, reading the day again", "tenant", tenant, "error", err)
		}
	}
}

// load reads the day and subscribes from exactly the number it was read at, so nothing is missed or counted twice.
func (c *Center) load(ctx context.Context, tenant string) (*Day, *bus.Subscription, int64, error) {
	from, next, err := c.dates.Midnight(ctx, tenant, c.now())
	if err != nil {
		return nil, nil, 0, err
	}
	day := NewDay(from, func(reason string) bool { return c.dates.IsBreak(ctx, tenant, reason) })
	var head bus.Cursor
	err = c.db.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if head, err = bus.Head(ctx, tx, tenant); err != nil {
			return err
		}
		rows, err := c.source.Today(ctx, tx, tenant, from)
		if err != nil {
			return err
		}
		day.start(rows)
		return nil
	})
	if err != nil {
		return nil, nil, 0, err
	}
	sub, err := c.feed.Subscribe(ctx, tenant, []string{Audience}, head, 4096)
	return day, sub, next, err
}

var errNewDay = errors.New("a new day")

func (c *Center) follow(ctx context.Context, live *Live, sub *bus.Subscription, next int64) error {
	defer sub.Close()
	midnight := time.NewTimer(time.Duration(next-c.now()) * time.Millisecond)
	defer midnight.Stop()
	for {
		select {
		case ch, ok := <-sub.C():
			if !ok {
				return sub.Err()
			}
			if err := live.Apply(ch.Type, ch.Data); err != nil {
				return err
			}
		case <-midnight.C:
			return errNewDay
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// start fills an empty day from rows.
func (d *Day) start(r Rows) {
	for _, s := range r.Segments {
		d.Segment(s)
	}
	for _, s := range r.Spans {
		if s.TeamID != "" {
			d.teamOf[s.UserID] = s.TeamID // the last one stands, as with the changes
		}
		d.left[s.UserID] = max(d.left[s.UserID], s.ToAt)
	}
	for _, a := range r.Agents {
		d.agents[a.UserID] = a
		d.teamOf[a.UserID] = a.TeamID
	}
	for _, s := range r.Spans {
		if s.TeamID == "" {
			s.TeamID = d.teamOf[s.UserID]
		}
		d.span(s, s.TeamID)
	}
	for _, b := range r.Blames {
		d.blame(b)
	}
}
