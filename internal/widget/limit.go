package widget

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how often something may be done: Burst at once, then one every so often.
type Rate struct {
	Every time.Duration
	Burst int
}

// Limits are what one address and one visitor may do. An address may be a whole
// office, a visitor is one browser. Zero values mean the defaults.
type Limits struct {
	Requests Rate // by address; 50/s, 300 at once
	Visitors Rate // new ones, by address; one in 2 s, 30 at once
	Opens    Rate // conversations and offline forms, by visitor; one in 10 s, 5 at once
	Messages Rate // by visitor; 2/s, 20 at once
	Files    Rate // by visitor; one in 3 s, 10 at once
	Marks    Rate // read, page, by visitor; 5/s, 50 at once
	Streams  int  // open at a time by visitor; 6
}

func (l Limits) withDefaults() Limits {
	set := func(r *Rate, every time.Duration, burst int) {
		if r.Every == 0 {
			*r = Rate{every, burst}
		}
	}
	set(&l.Requests, 20*time.Millisecond, 300)
	set(&l.Visitors, 2*time.Second, 30)
	set(&l.Opens, 10*time.Second, 5)
	set(&l.Messages, 500*time.Millisecond, 20)
	set(&l.Files, 3*time.Second, 10)
	set(&l.Marks, 200*time.Millisecond, 50)
	if l.Streams == 0 {
		l.Streams = 6
	}
	return l
}

type limiters struct {
	requests, visitors            *buckets // by address
	opens, messages, files, marks *buckets // by visitor
	streams                       int
}

func newLimiters(l Limits) limiters {
	return limiters{newBuckets(l.Requests, addressKey), newBuckets(l.Visitors, addressKey),
		newBuckets(l.Opens, nil), newBuckets(l.Messages, nil), newBuckets(l.Files, nil), newBuckets(l.Marks, nil), l.Streams}
}

// maxBuckets bounds the memory of one kind of limit; the one unused for longest
// is forgotten.
const maxBuckets = 50_000

type buckets struct {
	rate Rate
	norm func(string) string

	mu    sync.Mutex
	byKey map[string]*list.Element
	used  *list.List // of *bucket, latest first
}

type bucket struct {
	key string
	lim *rate.Limiter
}

func newBuckets(r Rate, norm func(string) string) *buckets {
	return &buckets{rate: r, norm: norm, byKey: map[string]*list.Element{}, used: list.New()}
}

// take takes one token; without one it tells in how many seconds to come again.
func (b *buckets) take(key string) (waitSeconds int) {
	if b.norm != nil {
		key = b.norm(key)
	}
	lim, now := b.of(key), time.Now()
	if lim.AllowN(now, 1) {
		return 0
	}
	return max(1, int(math.Ceil((1-lim.TokensAt(now))*b.rate.Every.Seconds())))
}

func (b *buckets) of(key string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.byKey[key]; ok {
		b.used.MoveToFront(e)
		return e.Value.(*bucket).lim
	}
	if len(b.byKey) >= maxBuckets {
		last := b.used.Back()
		delete(b.byKey, b.used.Remove(last).(*bucket).key)
	}
	k := &bucket{key, rate.NewLimiter(rate.Every(b.rate.Every), b.rate.Burst)}
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
