package web

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are requests per second and the burst that may come at once. An
// address may have a whole office behind it; a session is one desk.
type Limits struct {
	AddressRate  float64
	AddressBurst int
	SessionRate  float64
	SessionBurst int
	Buckets      int // how many addresses, and how many sessions, are remembered
}

func (l Limits) withDefaults() Limits {
	if l.AddressRate <= 0 {
		l.AddressRate, l.AddressBurst = 500, 2000
	}
	if l.SessionRate <= 0 {
		l.SessionRate, l.SessionBurst = 30, 200
	}
	if l.Buckets <= 0 {
		l.Buckets = 20_000
	}
	return l
}

// buckets are token buckets by key. Their number is bounded: the one unused for
// longest is forgotten, and is full again when it returns.
type buckets struct {
	rate  float64
	burst int
	max   int

	mu    sync.Mutex
	byKey map[string]*list.Element
	used  *list.List // of *bucket, latest first
}

type bucket struct {
	key string
	lim *rate.Limiter
}

func newBuckets(perSecond float64, burst, limit int) *buckets {
	return &buckets{rate: perSecond, burst: burst, max: limit, byKey: map[string]*list.Element{}, used: list.New()}
}

// take takes one token; without one it tells after how many seconds to come
// again. own replaces the rate for this key when it is above 0.
func (b *buckets) take(key string, own float64) (waitSeconds int) {
	lim := b.limiter(key, own)
	now := time.Now()
	if lim.AllowN(now, 1) {
		return 0
	}
	missing := 1 - lim.TokensAt(now)
	return max(1, int(math.Ceil(missing/float64(lim.Limit()))))
}

func (b *buckets) limiter(key string, own float64) *rate.Limiter {
	perSecond, burst := b.rate, b.burst
	if own > 0 {
		perSecond, burst = own, max(1, int(own*5))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.byKey[key]; ok {
		b.used.MoveToFront(e)
		lim := e.Value.(*bucket).lim
		if lim.Limit() != rate.Limit(perSecond) {
			lim.SetLimit(rate.Limit(perSecond))
			lim.SetBurst(burst)
		}
		return lim
	}
	if len(b.byKey) >= b.max {
		last := b.used.Back()
		delete(b.byKey, b.used.Remove(last).(*bucket).key)
	}
	k := &bucket{key: key, lim: rate.NewLimiter(rate.Limit(perSecond), burst)}
	b.byKey[key] = b.used.PushFront(k)
	return k.lim
}

// addressKey is what an address is limited by: IPv6 by its /64, since everybody
// has a whole one.
func addressKey(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.String()
	}
	return a.String()
}
