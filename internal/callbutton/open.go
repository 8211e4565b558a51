package callbutton

import (
	"sync"

	"parley/internal/call"
)

// open is a call of this node's whose customer is connected, or about to be.
type open struct {
	tenant, address string
	leg             call.Leg
	over            chan struct{} // closed when the customer's line has ended

	mu     sync.Mutex
	to     func(call.LegEvent) // the call's session, once there is one
	missed []call.LegEvent
}

// take passes an event on; before there is a session it waits.
func (o *open) take(ev call.LegEvent) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.to == nil {
		o.missed = append(o.missed, ev)
		return
	}
	o.to(ev)
}

func (o *open) connect(to func(call.LegEvent)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, ev := range o.missed {
		to(ev)
	}
	o.to, o.missed = to, nil
}

// book counts the open calls by address and by tenant.
type book struct {
	mu        sync.Mutex
	byAddress map[string]int
	byTenant  map[string]int
	byCall    map[string]*open
	polls     map[string]int // requests for a call's state, by call
}

func newBook() *book {
	return &book{byAddress: map[string]int{}, byTenant: map[string]int{}, byCall: map[string]*open{}, polls: map[string]int{}}
}

// enter counts a call in, unless there are as many as there may be.
func (b *book) enter(o *open, limits Limits) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byAddress[o.address] >= limits.OpenByAddress || b.byTenant[o.tenant] >= limits.OpenByTenant {
		return false
	}
	b.byAddress[o.address]++
	b.byTenant[o.tenant]++
	return true
}

func (b *book) leave(o *open) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lessen(b.byAddress, o.address)
	lessen(b.byTenant, o.tenant)
}

func lessen(m map[string]int, key string) {
	if m[key]--; m[key] <= 0 {
		delete(m, key)
	}
}

func (b *book) put(callID string, o *open) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.byCall[callID] = o
}

func (b *book) drop(callID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.byCall, callID)
}

func (b *book) get(callID string) *open {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byCall[callID]
}

// poll counts a request for a call's state in.
func (b *book) poll(callID string, limit int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.polls[callID] >= limit {
		return false
	}
	b.polls[callID]++
	return true
}

func (b *book) polled(callID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lessen(b.polls, callID)
}
