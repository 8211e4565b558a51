package sip

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what the outside can make of us. Zero values are the defaults.
type Limits struct {
	CallsPerSecond  int           // new calls from one address; 200
	Packets         int           // messages a second from one address of a trunk; 10,000
	Legs            int           // open at once; 4,000
	Connections     int           // over TCP from one address; 64
	Refusals        int           // 403 a second to addresses of no trunk, all together; 10
	BanAfter        int           // messages of an address of no trunk within a minute; 20
	BanFor          time.Duration // 10 minutes
	RememberAddress int           // addresses of no trunk that are remembered; 8,192
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.CallsPerSecond, 200)
	set(&l.Packets, 10_000)
	set(&l.Legs, 4000)
	set(&l.Connections, 64)
	set(&l.Refusals, 10)
	set(&l.BanAfter, 20)
	set(&l.RememberAddress, 8192)
	if l.BanFor <= 0 {
		l.BanFor = 10 * time.Minute
	}
	return l
}

// Verdicts of the guard.
const (
	pass   = iota
	refuse // answer 403, this once
	drop
)

// guard decides about a message by nothing but the address it came from, before
// anything of it is read. What it remembers is bounded.
type guard struct {
	limits Limits
	knows  func(netip.Addr) bool
	now    func() time.Time

	mu       sync.Mutex
	known    map[netip.Addr]*source
	strange  map[netip.Addr]*stranger
	awaited  map[netip.Addr]time.Time // whose responses we wait for, though they are no trunk's address
	refusals *rate.Limiter
}

type source struct {
	packets, calls *rate.Limiter
	connections    int
}

type stranger struct {
	since time.Time
	seen  int
	until time.Time // banned
}

func newGuard(l Limits, knows func(netip.Addr) bool) *guard {
	return &guard{
		limits: l, knows: knows, now: time.Now, known: map[netip.Addr]*source{}, strange: map[netip.Addr]*stranger{},
		awaited: map[netip.Addr]time.Time{}, refusals: rate.NewLimiter(rate.Limit(l.Refusals), l.Refusals),
	}
}

// look judges a message from an address.
func (g *guard) look(a netip.Addr, response bool) int {
	a = a.Unmap()
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if g.knows(a) {
		if !g.sourceOf(a).packets.AllowN(now, 1) {
			refused.WithLabelValues("rate").Inc()
			return drop
		}
		return pass
	}
	if response {
		if until, ok := g.awaited[a]; ok && now.Before(until) {
			return pass
		}
	}
	return g.judge(a, now)
}

func (g *guard) judge(a netip.Addr, now time.Time) int {
	s := g.strange[a]
	if s == nil {
		s = &stranger{since: now}
		if len(g.strange) >= g.limits.RememberAddress {
			for other := range g.strange { // any one: the order of a map is random
				delete(g.strange, other)
				break
			}
		}
		g.strange[a] = s
	}
	if now.Before(s.until) {
		refused.WithLabelValues("banned").Inc()
		return drop
	}
	if now.Sub(s.since) > time.Minute {
		s.since, s.seen = now, 0
	}
	s.seen++
	refused.WithLabelValues("unknown").Inc()
	if s.seen > g.limits.BanAfter {
		s.until = now.Add(g.limits.BanFor)
		return drop
	}
	if s.seen == 1 && g.refusals.AllowN(now, 1) {
		return refuse
	}
	return drop
}

func (g *guard) sourceOf(a netip.Addr) *source {
	s := g.known[a]
	if s == nil {
		if len(g.known) >= g.limits.RememberAddress { // a trunk may be a whole range
			for other, o := range g.known {
				if o.connections == 0 {
					delete(g.known, other)
					break
				}
			}
		}
		s = &source{
			packets: rate.NewLimiter(rate.Limit(g.limits.Packets), g.limits.Packets),
			calls:   rate.NewLimiter(rate.Limit(g.limits.CallsPerSecond), 2*g.limits.CallsPerSecond),
		}
		g.known[a] = s
	}
	return s
}

// newCall says whether an address may begin another call now.
func (g *guard) newCall(a netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sourceOf(a.Unmap()).calls.AllowN(g.now(), 1)
}

// connect counts a TCP connection; false when there are too many.
func (g *guard) connect(a netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.sourceOf(a.Unmap())
	if s.connections >= g.limits.Connections {
		return false
	}
	s.connections++
	return true
}

func (g *guard) disconnect(a netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s := g.known[a.Unmap()]; s != nil && s.connections > 0 {
		s.connections--
	}
}

// await lets responses from an address through for a while.
func (g *guard) await(a netip.Addr, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if len(g.awaited) > 1024 {
		for other, until := range g.awaited {
			if now.After(until) {
				delete(g.awaited, other)
			}
		}
	}
	g.awaited[a.Unmap()] = now.Add(d)
}

// banned counts the addresses that are shut out at the moment.
func (g *guard) banned() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, now := 0, g.now()
	for _, s := range g.strange {
		if now.Before(s.until) {
			n++
		}
	}
	return n
}
