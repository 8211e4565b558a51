package org

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"

	"parley/internal/bus"
)

// memory keeps what was read until it is dropped. A value whose loading began
// before a drop is used once and not kept.
type memory[K comparable, V any] struct {
	mu      sync.Mutex
	values  map[K]V
	dropped map[K]uint64 // how often; also of those never kept
	all     uint64
}

func (m *memory[K, V]) get(key K, load func() (V, bool, error)) (V, error) {
	m.mu.Lock()
	if v, ok := m.values[key]; ok {
		m.mu.Unlock()
		return v, nil
	}
	one, all := m.dropped[key], m.all
	m.mu.Unlock()
	v, keep, err := load()
	if err != nil || !keep {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dropped[key] == one && m.all == all {
		if m.values == nil {
			m.values = map[K]V{}
		}
		m.values[key] = v
	}
	return v, nil
}

func (m *memory[K, V]) drop(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dropped == nil {
		m.dropped = map[K]uint64{}
	}
	m.dropped[key]++
	delete(m.values, key)
}

func (m *memory[K, V]) dropAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all++
	m.values = nil
}

// shelf is everything of one kind that a tenant has, read at one moment.
type shelf[P any] struct {
	byID map[string]P // archived ones too
	live []P          // by name
}

type cache[P any] struct{ memory[string, *shelf[P]] }

// shelf reads all things of a tenant, from memory where they are there.
func (b *book[T, P]) shelf(ctx context.Context, tenant string) (*shelf[P], error) {
	return b.cache.get(tenant, func() (*shelf[P], bool, error) {
		watched := b.org.watch(ctx, tenant)
		var rows []row
		err := b.org.db.Read().NewSelect().Table(b.plural).ColumnExpr(rowColumns).
			Where("tenant_id = ?", tenant).OrderExpr("sort_name, id").Scan(ctx, &rows)
		if err != nil {
			return nil, false, err
		}
		s := &shelf[P]{byID: make(map[string]P, len(rows))}
		for _, r := range rows {
			p, err := b.decode(r)
			if err != nil {
				return nil, false, err
			}
			s.byID[r.ID] = p
			if r.ArchivedAt == 0 {
				s.live = append(s.live, p)
			}
		}
		return s, watched, nil
	})
}

func (b *book[T, P]) forget(tenant string) { b.cache.drop(tenant) }

// drop forgets what is kept of one kind of a tenant's things.
func (o *Org) drop(tenant, word string) {
	if b, ok := o.books[word]; ok {
		b.forget(tenant)
	}
	switch word {
	case "tenant":
		o.hosts.dropAll()
	case "entry":
		o.keys.dropAll()
		o.boxes.dropAll()
	}
}

// dropTenant forgets everything of a tenant.
func (o *Org) dropTenant(tenant string) {
	for _, word := range sortedKeys(o.books) {
		o.drop(tenant, word)
	}
}

// watch begins to listen to what other nodes change of a tenant. It comes before
// the first reading, so that no change falls between. False means that nobody
// would tell us, so that nothing may be kept.
func (o *Org) watch(ctx context.Context, tenant string) bool {
	if o.bus == nil || !o.bus.Clustered() {
		return true
	}
	o.watchMu.Lock()
	defer o.watchMu.Unlock()
	if o.watched[tenant] {
		return true
	}
	sub, err := o.bus.Feed().Subscribe(ctx, tenant, []string{AudienceConfig}, bus.FromNow, 1000)
	if err != nil {
		slog.WarnContext(ctx, "changes made on other nodes are not followed", "tenant", tenant, "error", err)
		return false
	}
	o.watched[tenant] = true
	o.group.Go("org.watch", func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, sub.Close)
		defer stop()
		o.follow(tenant, sub)
		return nil
	})
	return true
}

// follow drops what others have changed. When the subscription ends, everything
// is dropped and the next reading listens anew.
func (o *Org) follow(tenant string, sub *bus.Subscription) {
	for c := range sub.C() {
		var changed ConfigChanged
		if c.Type == TypeChanged && json.Unmarshal(c.Data, &changed) == nil {
			o.drop(tenant, changed.Entity)
		}
	}
	o.watchMu.Lock()
	delete(o.watched, tenant)
	o.watchMu.Unlock()
	o.dropTenant(tenant)
	if err := sub.Err(); err != nil && !errors.Is(err, bus.ErrClosed) {
		slog.Warn("following changes of other nodes was interrupted", "tenant", tenant, "error", err)
	}
}
