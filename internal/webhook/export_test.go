package webhook

import "time"

// SetPauses makes the tries follow one another faster.
func SetPauses(p ...time.Duration) {
	pauses = p
	Tries = len(p) + 1
}

// SetNow gives the sender another clock.
func (s *Sender) SetNow(now func() int64) { s.now = now }
