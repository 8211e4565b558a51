package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"parley/internal/fail"
	"parley/internal/run"
)

// ErrNoDigits: the far end takes no digits, or is not connected yet.
var ErrNoDigits = errors.New("media: the far end takes no digits")

// How digits are paced, in frames.
const (
	digitFrames = 6  // 120 ms of tone; RFC 4733 asks for no less than 40
	gapFrames   = 4  // 80 ms until the next
	endPackets  = 3  // the end is sent so often
	pauseFrames = 50 // a comma
	digitVolume = 10 // -10 dBm0
	maxDigits   = 128
)

// digitQueue holds what is to be sent; one goroutine sends while there is any.
type digitQueue struct {
	mu      sync.Mutex
	waiting []byte
	running bool
}

// SendDigits sends digits (0-9, *, #, A-D) to the far end after those that are
// still waiting; a comma is a pause of 1 s.
func (l *Leg) SendDigits(digits string) error {
	digits = strings.ToUpper(digits)
	for _, d := range []byte(digits) {
		if _, ok := eventCode(d); !ok && d != ',' {
			return fail.Invalid("digits", fmt.Sprintf("only 0-9, *, #, A-D and a comma for a pause, not %q", d))
		}
	}
	l.mu.Lock()
	c, closed := l.conn, l.closed
	l.mu.Unlock()
	if closed || c == nil || c.EventPT == 0 && c.SendDigit == nil {
		return ErrNoDigits
	}
	l.digits.mu.Lock()
	defer l.digits.mu.Unlock()
	if len(l.digits.waiting)+len(digits) > maxDigits {
		return fail.Invalid("digits", fmt.Sprintf("at most %d at once", maxDigits))
	}
	l.digits.waiting = append(l.digits.waiting, digits...)
	if !l.digits.running && len(l.digits.waiting) > 0 {
		l.digits.running = true
		l.g.Go("media digits", l.sendDigits)
	}
	return nil
}

// Digit enters a digit that came beside the media (SIP INFO). A far end that
// sends telephone events too is believed by those alone.
func (l *Leg) Digit(d string) {
	if len(d) != 1 {
		return
	}
	if _, ok := eventCode(d[0]); !ok {
		return
	}
	l.mu.Lock()
	c, double := l.conn, l.rfc4733 || l.closed
	l.mu.Unlock()
	if c == nil || double {
		return
	}
	l.tell(c.OnDigit, d)
	if r := l.room.Load(); r != nil {
		r.passDigit(l, d, false)
	}
}

func (q *digitQueue) next() (d byte, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.running = false
		return 0, false
	}
	d = q.waiting[0]
	q.waiting = q.waiting[1:]
	return d, true
}

// sendDigits empties the queue.
func (l *Leg) sendDigits(ctx context.Context) error {
	p := newPacer()
	defer p.stop()
	wait := func(frames int) bool {
		for range frames {
			if !p.wait(ctx, l.done) {
				return false
			}
		}
		return true
	}
	for {
		d, ok := l.digits.next()
		if !ok {
			return nil
		}
		goOn := true
		if d == ',' {
			goOn = wait(pauseFrames)
		} else {
			goOn = l.sendDigit(d, wait)
		}
		if !goOn {
			return nil
		}
	}
}

func (l *Leg) sendDigit(d byte, wait func(frames int) bool) bool {
	l.mu.Lock()
	c := l.conn
	l.mu.Unlock()
	if c.EventPT == 0 {
		if c.SendDigit != nil {
			_ = run.Protect("media digit", func() error { c.SendDigit(string(d)); return nil })
		}
		return wait(digitFrames + gapFrames)
	}
	code, _ := eventCode(d)
	ts := l.out.beginDigit(time.Now())
	defer l.out.endDigit()
	for i := range digitFrames {
		if i > 0 && !wait(1) {
			return false
		}
		l.out.sendEvent(ts, event{code: code, volume: digitVolume, duration: uint16(i+1) * frameTicks}, i == 0, time.Now())
	}
	for range endPackets {
		if !wait(1) {
			return false
		}
		l.out.sendEvent(ts, event{code: code, end: true, volume: digitVolume, duration: (digitFrames + 1) * frameTicks}, false, time.Now())
	}
	l.out.endDigit()
	return wait(gapFrames)
}

// A pacer ticks every 20 ms of an absolute clock: what was late is made up for,
// where a Ticker would lose it.
type pacer struct {
	next  time.Time
	timer *time.Timer
}

func newPacer() *pacer { return &pacer{next: time.Now(), timer: time.NewTimer(time.Hour)} }

func (p *pacer) stop() { p.timer.Stop() }

// wait sleeps until the next tick; false when ctx or done ended it.
func (p *pacer) wait(ctx context.Context, done <-chan struct{}) bool {
	p.next = p.next.Add(frameTime)
	p.timer.Reset(time.Until(p.next))
	select {
	case <-ctx.Done():
		return false
	case <-done:
		return false
	case <-p.timer.C:
		return true
	}
}
