package sip_test

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/run"
	"parley/internal/sip"
)

// room is the call room of a test: it keeps what comes and does with it what the
// test says.
type room struct {
	t  *testing.T
	do func(in sip.Invite, l call.Leg) error

	mu    sync.Mutex
	calls []*taker
}

// taker is one leg with what it told.
type taker struct {
	in     sip.Invite
	leg    call.Leg
	mu     sync.Mutex
	events []call.LegEvent
}

func (c *taker) hear(e call.LegEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
}

func (c *taker) heard() []call.LegEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

// kinds gives the events as words, without the stored ones.
func (c *taker) kinds() []string {
	var ks []string
	for _, e := range c.heard() {
		switch e.Kind {
		case call.LegStored:
		case call.LegEnded:
			ks = append(ks, "ended "+string(e.Cause))
		case call.LegDigit:
			ks = append(ks, "digit "+e.Digit)
		case call.LegHold:
			ks = append(ks, map[bool]string{true: "held", false: "taken back"}[e.Held])
		default:
			ks = append(ks, e.Kind)
		}
	}
	return ks
}

func (c *taker) waitFor(t *testing.T, want ...string) {
	t.Helper()
	until(t, "events "+join(want), func() bool { return len(c.kinds()) >= len(want) })
	if got := c.kinds(); !slices.Equal(got, want) {
		t.Fatalf("events %v, want %v", got, want)
	}
}

func join(ss []string) string {
	out := ""
	for _, s := range ss {
		out += s + ", "
	}
	return out
}

func (r *room) Incoming(_ context.Context, in sip.Invite, makeLeg func(string, func(call.LegEvent)) call.Leg) error {
	if in.To == "0" {
		return sip.ErrNoSuchNumber
	}
	c := &taker{in: in}
	c.leg = makeLeg(in.Trunks[0].ID, c.hear)
	r.mu.Lock()
	r.calls = append(r.calls, c)
	r.mu.Unlock()
	if r.do == nil {
		_ = c.leg.Ring()
		return c.leg.Answer()
	}
	return r.do(in, c.leg)
}

// first waits for the first call.
func (r *room) first() *taker {
	r.t.Helper()
	until(r.t, "a call", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.calls) > 0 })
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[0]
}

type trunkList struct {
	mu sync.Mutex
	ts []sip.Trunk
}

func (l *trunkList) Trunks(context.Context) ([]sip.Trunk, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.ts), nil
}

func (l *trunkList) set(ts ...sip.Trunk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ts = ts
}

// carrier takes calls from anywhere on this machine.
var carrier = sip.Trunk{ID: "carrier", TenantID: "t", Name: "Carrier", Addresses: []string{"127.0.0.0/8"}, Transport: "udp", Codecs: []string{"pcma", "pcmu"}}

type option func(*sip.Config)

func quickly(c *sip.Config) { c.Timers.T1, c.Timers.T2 = 30*time.Millisecond, 240*time.Millisecond }

// edge starts a server with a room.
func edge(t *testing.T, r *room, opts ...option) (*sip.Server, *trunkList) {
	t.Helper()
	list := &trunkList{ts: []sip.Trunk{carrier}}
	r.t = t
	cfg := sip.Config{Listen: "127.0.0.1:0", Calls: r, Trunks: list}
	for _, o := range opts {
		o(&cfg)
	}
	if l, ok := cfg.Trunks.(*trunkList); ok {
		list = l
	}
	s := sip.New(cfg)
	g := run.New(context.Background())
	if err := s.Start(g); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		s.Close(ctx)
		if err := g.Stop(10 * time.Second); err != nil {
			t.Error(err)
		}
	})
	return s, list
}

func trunkTo(addr netip.AddrPort) sip.Trunk {
	return sip.Trunk{ID: "out", TenantID: "t", Name: "Out", Addresses: []string{addr.String()}, Transport: "udp", Codecs: []string{"pcma", "pcmu"}}
}
