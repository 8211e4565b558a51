package bus

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Why a subscription can't begin or go on. After the first two the subscriber
// takes a new snapshot; after ErrSlow it subscribes again from where it is.
var (
	ErrTooOld = errors.New("the changes since the cursor are no longer kept")
	ErrEpoch  = errors.New("the cursor is of another epoch")
	ErrSlow   = errors.New("the subscriber is too slow")
	ErrClosed = errors.New("the subscription was closed")
)

const (
	ringSize   = 10_000          // changes kept in memory per tenant
	fillBatch  = 1_000           // rows read at once when a gap is filled
	maxBacklog = 20_000          // a subscriber further behind than this is better off with a snapshot
	idleStream = 5 * time.Minute // a tenant without subscribers is forgotten after this
)

const lookSubject = "parley.look"

// look tells other nodes that a tenant has changes up to a number.
type look struct {
	Node, Tenant, Epoch string
	Seq                 int64
}

// Feed gives a node's subscribers the changes of their tenants.
type Feed struct {
	bus *Bus

	mu      sync.Mutex
	streams map[string]*stream
	closed  bool
}

func newFeed(b *Bus) *Feed {
	return &Feed{bus: b, streams: map[string]*stream{}}
}

func (f *Feed) start() error {
	if f.bus.Clustered() {
		if _, err := f.bus.nc.Subscribe(lookSubject, f.looked); err != nil {
			return err
		}
	}
	f.bus.group.Every("bus.check", f.bus.cfg.LookInterval, f.check)
	f.bus.group.Every("bus.trim", f.bus.cfg.TrimInterval, f.bus.Trim)
	return nil
}

// Subscribe gives the tenant's changes for the audiences since the cursor: first
// what was missed, then what happens, strictly in order, none missing, none
// twice. buffer is how many changes may wait beyond those missed; when more do,
// the subscription ends with ErrSlow. ErrTooOld and ErrEpoch ask for a snapshot.
func (f *Feed) Subscribe(ctx context.Context, tenant string, audiences []string, from Cursor, buffer int) (*Subscription, error) {
	s, err := f.stream(ctx, tenant)
	if err != nil {
		return nil, err
	}
	sub, err := s.subscribe(ctx, audiences, from, buffer)
	if errors.Is(err, ErrEpoch) {
		// The cursor may know more than we: another node gave the tenant its first number.
		if err := s.refresh(ctx); err != nil {
			return nil, err
		}
		sub, err = s.subscribe(ctx, audiences, from, buffer)
	}
	return sub, err
}

// stream gives the tenant's stream, positioned at the present at its first use.
func (f *Feed) stream(ctx context.Context, tenant string) (*stream, error) {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil, ErrClosed
	}
	s, ok := f.streams[tenant]
	if !ok {
		s = newStream(f.bus, tenant)
		f.streams[tenant] = s
	}
	f.mu.Unlock()
	if err := s.position(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (f *Feed) existing(tenant string) *stream {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.streams[tenant]
}

// committed takes a block of this node's own, just committed.
func (f *Feed) committed(tenant, epoch string, block []Change) {
	last := block[len(block)-1]
	if f.bus.Clustered() {
		if b, err := json.Marshal(look{f.bus.cfg.Node, tenant, epoch, last.Seq}); err == nil {
			_ = f.bus.nc.Publish(lookSubject, b) // a lost look is found by check
		}
	}
	if s := f.existing(tenant); s != nil {
		s.committed(epoch, block)
	}
}

func (f *Feed) looked(m *nats.Msg) {
	var l look
	if json.Unmarshal(m.Data, &l) != nil || l.Node == f.bus.cfg.Node {
		return
	}
	if s := f.existing(l.Tenant); s != nil {
		s.heard(Cursor{l.Epoch, l.Seq})
	}
}

// check compares the streams with the counters, in case a look was lost, and
// forgets streams nobody listens to.
func (f *Feed) check(ctx context.Context) error {
	now := time.Now()
	f.mu.Lock()
	tenants := make([]string, 0, len(f.streams))
	for tenant, s := range f.streams {
		if s.idleSince(now) > idleStream {
			delete(f.streams, tenant)
			continue
		}
		tenants = append(tenants, tenant)
	}
	f.mu.Unlock()
	for len(tenants) > 0 {
		n := min(len(tenants), 500)
		var rows []counterRow
		err := f.bus.db.Read().NewSelect().Model(&rows).Where("tenant_id IN (?)", bun.List(tenants[:n])).Scan(ctx)
		if err != nil {
			return fail.Unavailable(err)
		}
		for _, r := range rows {
			if s := f.existing(r.TenantID); s != nil && s.heard(Cursor{r.Epoch, r.Seq}) {
				lostLooks.Inc()
			}
		}
		tenants = tenants[n:]
	}
	return nil
}

func (f *Feed) close() {
	f.mu.Lock()
	f.closed = true
	streams := f.streams
	f.streams = map[string]*stream{}
	f.mu.Unlock()
	for _, s := range streams {
		s.end(ErrClosed)
	}
}

// rowsAfter reads what is committed after a number. lowest is the first number
// the table still has of all that was ever given out, head the last one.
type rowsAfter struct {
	rows    []changeRow
	lowest  int64
	current Cursor
}

// readAfter reads up to limit changes with numbers above seq, of all audiences
// when none are given.
func (b *Bus) readAfter(ctx context.Context, tenant string, seq int64, audiences []string, limit int64) (r rowsAfter, err error) {
	err = b.db.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r = rowsAfter{}
		var err error
		if r.current, err = Head(ctx, tx, tenant); err != nil {
			return err
		}
		var lowest changeRow
		err = tx.NewSelect().Model(&lowest).Column("seq").Where("tenant_id = ?", tenant).Order("seq").Limit(1).Scan(ctx)
		switch {
		case db.IsNone(err):
			r.lowest = r.current.Seq + 1
		case err != nil:
			return err
		default:
			r.lowest = lowest.Seq
		}
		q := tx.NewSelect().Model(&r.rows).Where("tenant_id = ? AND seq > ?", tenant, seq).Order("seq").Limit(limit)
		if audiences != nil {
			q = q.Where("audience IN (?)", bun.List(audiences))
		}
		return q.Scan(ctx)
	})
	return r, err
}
