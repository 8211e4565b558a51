package floor

import "time"

// Clock is where floor time comes from. Times are unix ms.
type Clock interface {
	Now() int64
	// Alarm gives a channel that receives once at or after a time, and a function
	// that frees it.
	Alarm(at int64) (ring <-chan time.Time, stop func())
}

// WallClock is the machine's clock.
type WallClock struct{}

// Now is the present time.
func (WallClock) Now() int64 { return time.Now().UnixMilli() }

// Alarm rings at a time.
func (WallClock) Alarm(at int64) (<-chan time.Time, func()) {
	// A millisecond more, so that the clock has reached it when it rings.
	t := time.NewTimer(time.Until(time.UnixMilli(at)) + time.Millisecond)
	return t.C, func() { t.Stop() }
}
