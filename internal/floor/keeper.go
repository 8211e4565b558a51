package floor

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// keeper keeps a tenant's floor alive on this node, or waits to do so, until the
// tenant is suspended.
type keeper struct {
	waiting context.Context // for the lease; ends with the keeper's work
	stop    context.CancelFunc
	retired chan struct{} // closed when the tenant is at work no longer
	once    sync.Once
}

func (k *keeper) retire() {
	k.once.Do(func() {
		close(k.retired)
		k.stop()
	})
}

func (k *keeper) isRetired() bool {
	select {
	case <-k.retired:
		return true
	default:
		return false
	}
}

// tenants brings up the floors of new tenants and ends those of suspended ones.
func (f *Floors) tenants(ctx context.Context) error {
	atWork, err := f.cfg.Settings.Tenants(ctx)
	if err != nil {
		return err
	}
	f.mu.Lock()
	for t, k := range f.kept {
		if !slices.Contains(atWork, t) {
			k.retire()
		}
	}
	f.mu.Unlock()
	for _, t := range atWork {
		f.keep(t)
	}
	return nil
}

// keep starts the tenant's keeper, once. The channel is closed when the floor
// lives here for the first time.
func (f *Floors) keep(tenant string) <-chan struct{} {
	up := make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept[tenant] != nil || f.closed {
		close(up)
		return up
	}
	k := &keeper{retired: make(chan struct{})}
	k.waiting, k.stop = context.WithCancel(f.group.Context())
	f.kept[tenant] = k
	var once sync.Once
	f.group.Go("floor.keeper", func(ctx context.Context) error {
		arrived := func() { once.Do(func() { close(up) }) }
		defer arrived()
		defer k.stop()
		for ctx.Err() == nil && !k.isRetired() {
			err := f.own(ctx, tenant, k, arrived)
			if err != nil && ctx.Err() == nil && !k.isRetired() {
				slog.Warn("a floor ended and is started again", "tenant", tenant, "error", err)
				pause(ctx, f.cfg.RetryPause)
			}
		}
		f.mu.Lock()
		delete(f.kept, tenant)
		f.mu.Unlock()
		if k.isRetired() && ctx.Err() == nil {
			return f.tenants(ctx) // it may be at work again already
		}
		return nil
	})
	return up
}

// own waits for the tenant's lease and runs its floor until the lease or the
// context ends.
func (f *Floors) own(ctx context.Context, tenant string, k *keeper, up func()) error {
	lease, err := f.cfg.Bus.Lease(k.waiting, leaseKey(tenant), f.cfg.LeaseTTL)
	if err != nil {
		return err
	}
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = lease.Release(release)
	}()
	o := newOwner(f, tenant, lease)
	o.retired = k.retired
	unhandle, err := f.cfg.Bus.Handle(doSubject(tenant), o.serve)
	if err != nil {
		return err
	}
	defer unhandle()
	f.mu.Lock()
	f.owners[tenant] = o
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.owners, tenant)
		f.mu.Unlock()
		o.end()
	}()
	return o.run(ctx, up)
}
