package web

import "time"

// Rate is how often something may be done: Burst at once, then one every so often.
type Rate struct {
	Every time.Duration
	Burst int
}

// maxRated bounds the memory of one kind of limit.
const maxRated = 50_000

// Rated counts by key against one rate.
type Rated struct {
	buckets *buckets
	norm    func(string) string
}

// NewRated limits by any key: a visitor, a tenant.
func NewRated(r Rate) *Rated {
	return &Rated{buckets: newBuckets(1/r.Every.Seconds(), r.Burst, maxRated)}
}

// NewRatedByAddress limits by network address, IPv6 by its /64.
func NewRatedByAddress(r Rate) *Rated {
	l := NewRated(r)
	l.norm = addressKey
	return l
}

// Take takes one; when there is none it tells in how many seconds to come again.
func (l *Rated) Take(key string) (waitSeconds int) {
	if l.norm != nil {
		key = l.norm(key)
	}
	return l.buckets.take(key, 0)
}
