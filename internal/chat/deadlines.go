package chat

import (
	"container/heap"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parley/internal/db"
)

// rebuildEvery is how often the heap is read from the rows again, so that a
// deadline set on another node is seen.
const rebuildEvery = 20 * time.Second

// Deadlines wakes up for what conversations have promised to do at a time. The
// rows decide: the heap only says when to look, and whoever looks acts in a
// transaction that checks the row again, so a deadline happens once.
type Deadlines struct {
	s *Service

	mu    sync.Mutex
	heap  dueHeap
	wake  chan struct{}
	owned map[string]bool // tenants this node looks after
}

type due struct {
	at                     int64
	tenant, conversationID string
}

type dueHeap []due

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)        { *h = append(*h, x.(due)) }
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

func newDeadlines(s *Service) *Deadlines {
	return &Deadlines{s: s, wake: make(chan struct{}, 1), owned: map[string]bool{}}
}

// Deadlines gives the runner of the service's deadlines.
func (s *Service) Deadlines() *Deadlines { return s.deadlines }

// note puts a conversation's deadline on the heap once it is committed.
// Outdated entries stay: they find nothing to do.
func (d *Deadlines) note(tx *db.Tx, c *Conversation) {
	if c.DueAt == 0 {
		return
	}
	entry := due{c.DueAt, c.TenantID, c.ID}
	tx.AfterCommit(func() { d.push(entry) })
}

func (d *Deadlines) push(entry due) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.owned[entry.tenant] {
		return
	}
	heap.Push(&d.heap, entry)
	if d.heap[0] == entry {
		select {
		case d.wake <- struct{}{}:
		default:
		}
	}
}

// Own says which tenants this node looks after, and reads their deadlines.
func (d *Deadlines) Own(ctx context.Context, tenants []string) error {
	d.mu.Lock()
	d.owned = map[string]bool{}
	for _, t := range tenants {
		d.owned[t] = true
	}
	d.mu.Unlock()
	var entries dueHeap
	for _, t := range tenants {
		var cs []Conversation
		err := d.s.db.Read().NewSelect().Model(&cs).Column("tenant_id", "id", "due_at").
			Where("c.tenant_id = ? AND c.due_at > 0", t).Scan(ctx)
		if err != nil {
			return err
		}
		for _, c := range cs {
			entries = append(entries, due{c.DueAt, c.TenantID, c.ID})
		}
	}
	heap.Init(&entries)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heap = entries
	return nil
}

// Next is the time of the earliest deadline, 0 = none.
func (d *Deadlines) Next() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.heap) == 0 {
		return 0
	}
	return d.heap[0].at
}

// Happen does everything that is due at now.
func (d *Deadlines) Happen(ctx context.Context, now int64) {
	for {
		d.mu.Lock()
		if len(d.heap) == 0 || d.heap[0].at > now {
			d.mu.Unlock()
			return
		}
		entry := heap.Pop(&d.heap).(due)
		d.mu.Unlock()
		err := d.s.withConversation(ctx, entry.tenant, entry.conversationID, func(e *edit, ctx context.Context) error { return e.due(ctx, now) })
		if err != nil {
			slog.Warn("a deadline of a conversation failed and is tried again", "conversation", entry.conversationID, "error", err)
		}
	}
}

// Run wakes for deadlines until ctx is done. tenants names those this node
// looks after; it is asked again regularly.
func (d *Deadlines) Run(ctx context.Context, tenants func(ctx context.Context) ([]string, error)) error {
	rebuilt := time.Time{}
	for {
		if time.Since(rebuilt) >= rebuildEvery {
			list, err := tenants(ctx)
			if err == nil {
				err = d.Own(ctx, list)
			}
			if err != nil && ctx.Err() == nil {
				slog.Warn("deadlines of conversations could not be read and will be tried again", "error", err)
			}
			rebuilt = time.Now()
		}
		d.Happen(ctx, d.s.now())
		wait := rebuildEvery
		if at := d.Next(); at > 0 {
			wait = min(wait, time.Duration(max(1, at-d.s.now()))*time.Millisecond)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-d.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// serveEvery is how often the kept conversations are looked at.
const serveEvery = 15 * time.Second

// ServeKept sends kept conversations to their queues as their services open,
// until ctx is done. tenants names those this node looks after; ready tells
// whether anybody is signed in for a service.
func (s *Service) ServeKept(ctx context.Context, tenants func(ctx context.Context) ([]string, error), ready func(ctx context.Context, tenant, serviceID string) bool) error {
	tick := time.NewTicker(serveEvery)
	defer tick.Stop()
	for {
		list, err := tenants(ctx)
		for _, t := range list {
			err = errors.Join(err, s.Serve(ctx, t, func(service string) bool { return ready(ctx, t, service) }))
		}
		if err != nil && ctx.Err() == nil {
			slog.Warn("kept messages could not be sent to their queues and will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// due does what a conversation's deadline says, if it is still due.
func (e *edit) due(ctx context.Context, now int64) error {
	c := e.c
	if c.DueAt == 0 || c.DueAt > now || !c.State.Open() {
		return nil
	}
	rules, err := e.s.directory.Service(ctx, c.TenantID, c.ServiceID)
	if err != nil {
		return err
	}
	texts := rules.texts(c.Language)
	switch c.Due {
	case DueAsk:
		c.setDue(DueNothing, 0)
		if rules.IdleCloseSeconds > 0 {
			c.setDue(DueClose, e.at+rules.IdleCloseSeconds*1000)
		}
		return e.auto(ctx, Author{Kind: FromSystem, Name: rules.Name}, "", texts.IdleQuestion)
	case DueClose:
		if err := e.event(ctx, EventIdleClosed, "", ScopeAll, texts.IdleClosed, nil); err != nil {
			return err
		}
		return e.end(ctx, BySystem, ReasonCustomerIdle, "")
	case DueForget:
		return e.end(ctx, BySystem, ReasonUnserved, "")
	}
	return nil
}
