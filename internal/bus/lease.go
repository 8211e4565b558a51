package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// ErrHeld says that another node has the lease.
var ErrHeld = errors.New("another node has the lease")

// Lease is the right to own something, until it is released or lost. Its number
// is higher than that of every earlier owner.
type Lease struct {
	Key     string
	Fencing int64

	bus   *Bus
	ttl   time.Duration
	lost  chan struct{}
	once  sync.Once
	until time.Time // by our own monotonic clock, counted from before the renewal was asked for; owner: renew
}

// Lost is closed when the lease has gone to somebody else, may have, or was
// released. The owner must stop at once; commits it still tries are refused by
// CheckFencing.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Release gives the lease up, so that another node need not wait for its end.
func (l *Lease) Release(ctx context.Context) error {
	if !l.bus.leases.forget(l) {
		return nil
	}
	l.lose()
	err := l.bus.db.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE leases SET expires_at = 0 WHERE key = ? AND fencing = ?", l.Key, l.Fencing).Exec(ctx)
		return err
	})
	if err == nil && l.bus.Clustered() {
		_ = l.bus.nc.Publish(releasedSubject, []byte(l.Key))
	}
	return err
}

func (l *Lease) lose() { l.once.Do(func() { close(l.lost) }) }

const releasedSubject = "parley.lease.released"

type leaseRow struct {
	bun.BaseModel `bun:"table:leases,alias:leases"`

	Key       string `bun:"key,pk"`
	Fencing   int64  `bun:"fencing"`
	Node      string `bun:"node"`
	ExpiresAt int64  `bun:"expires_at"`
}

// TryLease takes the lease if it is free, and gives ErrHeld otherwise. It is kept
// up by itself until Release, Close or loss. On a single node it is always free:
// who started last has it. ttl is how long others wait for a node that died.
func (b *Bus) TryLease(ctx context.Context, key string, ttl time.Duration) (*Lease, error) {
	if l := b.leases.held(key); l != nil {
		return nil, fmt.Errorf("%w: this one (%s)", ErrHeld, b.cfg.Node)
	}
	asked := time.Now()
	row := leaseRow{Key: key, Fencing: 1, Node: b.cfg.Node}
	err := b.db.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		// The database's clock rules, since the nodes' clocks may differ.
		q := tx.NewInsert().Model(&row).Value("expires_at", "? + ?", nowSQL(tx.Engine()), ttl.Milliseconds()).
			On("CONFLICT (key) DO UPDATE").
			Set("fencing = leases.fencing + 1").Set("node = excluded.node").Set("expires_at = excluded.expires_at").
			Returning("fencing")
		if b.Clustered() {
			q = q.Where("leases.expires_at < ?", nowSQL(tx.Engine()))
		}
		res, err := q.Exec(ctx)
		if db.IsNone(err) {
			return ErrHeld
		}
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrHeld, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	l := &Lease{Key: key, Fencing: row.Fencing, bus: b, ttl: ttl, lost: make(chan struct{}), until: asked.Add(ttl)}
	b.leases.keep(l)
	return l, nil
}

// Lease waits until the lease is ours or ctx is done.
func (b *Bus) Lease(ctx context.Context, key string, ttl time.Duration) (*Lease, error) {
	released := make(chan struct{}, 1)
	if b.Clustered() {
		cancel, err := b.SubscribeLossy(releasedSubject, func(_ string, data []byte) {
			if string(data) == key {
				select {
				case released <- struct{}{}:
				default:
				}
			}
		})
		if err != nil {
			return nil, err
		}
		defer cancel()
	}
	again := time.NewTicker(max(ttl/5, 10*time.Millisecond))
	defer again.Stop()
	for {
		l, err := b.TryLease(ctx, key, ttl)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, ErrHeld) && fail.Code(err) != fail.CodeUnavailable {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, ctx.Err())
		case <-again.C:
		case <-released:
		}
	}
}

// Holder is the node that has the lease now, "" when nobody has.
func (b *Bus) Holder(ctx context.Context, key string) (node string, err error) {
	q := b.db.Read().NewSelect().Model((*leaseRow)(nil)).Column("node").Where("key = ?", key)
	if b.Clustered() {
		q = q.Where("expires_at >= ?", nowSQL(b.db.Engine()))
	} else {
		q = q.Where("expires_at > 0")
	}
	if err = q.Scan(ctx, &node); db.IsNone(err) {
		return "", nil
	}
	return node, err
}

// CheckFencing refuses a commit of an owner that is no longer one. On PostgreSQL
// the row stays share-locked, so that a new owner begins after this commit or
// makes it fail, never beside it.
func CheckFencing(ctx context.Context, tx *db.Tx, key string, n int64) error {
	q := tx.NewSelect().Model((*leaseRow)(nil)).Column("fencing").Where("key = ?", key)
	if tx.Engine() == db.Postgres {
		q = q.For("SHARE")
	}
	var current int64
	if err := q.Scan(ctx, &current); err != nil && !db.IsNone(err) {
		return err
	}
	if current != n {
		return fail.Unavailable(fmt.Errorf("lease %s: number %d is no longer valid, %d is", key, n, current))
	}
	return nil
}

func nowSQL(engine string) bun.Safe {
	if engine == db.Postgres {
		return "(extract(epoch from clock_timestamp()) * 1000)::bigint"
	}
	return "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
}

// leases keeps up what this node has.
type leases struct {
	bus *Bus

	mu   sync.Mutex
	mine map[string]*Lease
}

func newLeases(b *Bus) *leases { return &leases{bus: b, mine: map[string]*Lease{}} }

func (ls *leases) held(key string) *Lease {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.mine[key]
}

func (ls *leases) keep(l *Lease) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.mine[l.Key] = l
	if ls.bus.Clustered() { // alone nobody else can take it
		ls.bus.group.Go("bus.lease", func(ctx context.Context) error { return ls.renew(ctx, l) })
	}
}

func (ls *leases) forget(l *Lease) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.mine[l.Key] != l {
		return false
	}
	delete(ls.mine, l.Key)
	return true
}

// renew extends one lease three times per term, and declares it lost when
// another node has it or when the term ended without an answer.
func (ls *leases) renew(ctx context.Context, l *Lease) error {
	tick := time.NewTicker(l.ttl / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.lost:
			return nil
		case <-tick.C:
		}
		asked := time.Now()
		ours, err := ls.extend(ctx, l)
		switch {
		case err == nil && ours:
			l.until = asked.Add(l.ttl)
			continue
		case err != nil && time.Now().Before(l.until):
			continue // the database is away; there is some term left
		}
		if ls.forget(l) {
			slog.Warn("a lease was lost", "key", l.Key, "fencing", l.Fencing, "error", err)
			leasesLost.Inc()
			l.lose()
		}
		return nil
	}
}

func (ls *leases) extend(ctx context.Context, l *Lease) (ours bool, err error) {
	ctx, cancel := context.WithDeadline(ctx, l.until)
	defer cancel()
	err = ls.bus.db.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewUpdate().Model((*leaseRow)(nil)).
			Set("expires_at = ? + ?", nowSQL(tx.Engine()), l.ttl.Milliseconds()).
			Where("key = ? AND fencing = ? AND node = ?", l.Key, l.Fencing, ls.bus.cfg.Node).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		ours = n == 1
		return err
	})
	return ours, err
}

func (ls *leases) releaseAll(ctx context.Context) {
	ls.mu.Lock()
	var all []*Lease
	for _, l := range ls.mine {
		all = append(all, l)
	}
	ls.mu.Unlock()
	var failed []string
	for _, l := range all {
		if err := l.Release(ctx); err != nil {
			failed = append(failed, l.Key)
		}
	}
	if len(failed) > 0 {
		slog.Warn("leases could not be given back; other nodes wait for their end", "keys", strings.Join(failed, ", "))
	}
}
