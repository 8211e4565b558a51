package media

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/internal/run"
)

// Modes of a room.
const (
	Idle    = "idle"    // no far end is connected
	Forward = "forward" // two far ends with one codec: packets go across as they come
	Mix     = "mix"     // everybody's sound is decoded and mixed on the room's clock
	Play    = "play"    // one far end, which hears sounds or silence
)

// Room is who hears whom. What it does for that, it chooses by itself whenever
// something changes, without anybody noticing. All methods may be called from any
// goroutine. Locks are taken in this order: Leg.join, Room.mu, Leg.mu, sender.mu.
type Room struct {
	g *run.Group

	mu     sync.Mutex
	legs   []*Leg
	deaf   map[hearing]struct{} // who does not hear whom
	plays  []*Playback
	closed bool
	mode   string
	rate   int    // of the mix
	clock  *clock // nil while nothing needs it
	mix    mixer
}

type hearing struct{ listener, speaker *Leg }

// clock is one run of the room's clock.
type clock struct {
	origin uint64
	stop   chan struct{}
	frames uint32
}

// NewRoom makes an empty room. Its goroutines run in g.
func NewRoom(g *run.Group) *Room {
	return &Room{g: g, mode: Idle, deaf: map[hearing]struct{}{}}
}

// Join takes l into the room, out of the one it is in.
func (r *Room) Join(l *Leg) {
	l.join.Lock()
	defer l.join.Unlock()
	old := l.room.Load()
	if old == r {
		return
	}
	if old != nil {
		old.remove(l)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || l.isClosed() {
		return
	}
	r.legs = append(r.legs, l)
	l.room.Store(r)
	r.choose()
}

// Leave takes l out of the room. What it was not to hear is forgotten.
func (r *Room) Leave(l *Leg) { l.leave(r) }

// remove takes l out; l.join is held.
func (r *Room) remove(l *Leg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.Index(r.legs, l)
	if i < 0 {
		return
	}
	r.legs = slices.Delete(r.legs, i, i+1)
	r.part(l)
	for h := range r.deaf {
		if h.listener == l || h.speaker == l {
			delete(r.deaf, h)
		}
	}
	for _, p := range slices.Clone(r.plays) {
		if j := slices.Index(p.opt.To, l); j >= 0 {
			if p.opt.To = slices.Delete(p.opt.To, j, j+1); len(p.opt.To) == 0 {
				r.unplay(p)
			}
		}
	}
	r.choose()
}

// part unties a leg from the room; r.mu is held.
func (r *Room) part(l *Leg) {
	l.room.CompareAndSwap(r, nil)
	l.feed(nil)
	l.mu.Lock()
	l.mouth.ring.clear()
	l.mu.Unlock()
}

// Hear sets whether listener hears speaker; at first everybody hears everybody. It
// may be set before they join, so that nothing slips through; Leave forgets it.
func (r *Room) Hear(listener, speaker *Leg, on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	h := hearing{listener, speaker}
	if on {
		delete(r.deaf, h)
	} else {
		r.deaf[h] = struct{}{}
	}
	r.choose()
}

// hears answers from the matrix; r.mu is held.
func (r *Room) hears(listener, speaker *Leg) bool {
	if listener == speaker {
		return false
	}
	if len(r.deaf) == 0 {
		return true
	}
	_, deaf := r.deaf[hearing{listener, speaker}]
	return !deaf
}

// Mode tells what the room does just now.
func (r *Room) Mode() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mode
}

// Close empties the room. Its clock ends; its legs stay as they are.
func (r *Room) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	legs := r.legs
	r.closed, r.legs, r.plays, r.deaf = true, nil, nil, map[hearing]struct{}{}
	for _, l := range legs {
		l.feed(nil) // all, before the first of them can be in another room
	}
	for _, l := range legs {
		r.part(l)
	}
	r.choose()
}

// look chooses again after a leg has changed.
func (r *Room) look() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.choose()
}

func (r *Room) unplay(p *Playback) {
	if i := slices.Index(r.plays, p); i >= 0 {
		r.plays = slices.Delete(r.plays, i, i+1)
	}
}

// finished calls a playback's Done where it cannot hold anything up.
func (r *Room) finished(done func()) {
	r.g.Go("media played", func(context.Context) error { done(); return nil })
}

// choose sets the mode and changes what is needed for it; r.mu is held, so no
// frame of the clock is under way.
func (r *Room) choose() {
	r.mode, r.rate = r.want()
	if r.mode == Forward {
		r.stopClock()
		r.legs[0].feed(r.legs[1])
		r.legs[1].feed(r.legs[0])
		return
	}
	for _, l := range r.legs {
		l.feed(nil)
	}
	if r.mode == Idle {
		r.stopClock()
		return
	}
	if r.clock == nil {
		c := &clock{origin: newOrigin(), stop: make(chan struct{})}
		r.clock = c
		r.g.Go("media room", func(ctx context.Context) error { return r.run(ctx, c) })
	}
}

func (r *Room) stopClock() {
	if r.clock != nil {
		close(r.clock.stop)
		r.clock = nil
	}
}

// want is the mode that fits.
func (r *Room) want() (mode string, rate int) {
	connected, same, muted := 0, true, false
	var codec Codec
	for _, l := range r.legs {
		c, m := l.state()
		if !c.known() {
			continue
		}
		if connected++; connected > 1 && c.Name != codec.Name {
			same = false
		}
		codec = c
		muted = muted || m
		rate = max(rate, c.SampleRate)
	}
	switch {
	case connected == 0:
		return Idle, 0
	case len(r.legs) == 1:
		return Play, rate
	case len(r.legs) == 2 && connected == 2 && same && !muted && len(r.plays) == 0 &&
		r.hears(r.legs[0], r.legs[1]) && r.hears(r.legs[1], r.legs[0]):
		return Forward, rate
	}
	return Mix, rate
}

// state is what a room must know to choose.
func (l *Leg) state() (c Codec, muted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil && !l.closed {
		c = l.conn.Codec
	}
	return c, l.muted
}

func (l *Leg) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// feed sends the leg's packets to peer as they come, or to the clock if it is
// nil. The other's ear learns what it has been sent, to go on from there.
func (l *Leg) feed(peer *Leg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peer == peer {
		return
	}
	if l.peer != nil {
		l.mouth.clocked()
		l.peer.ear.follow(&l.mouth)
	}
	l.peer = peer
	if peer != nil {
		l.mouth.ring.clear()
		l.mouth.fresh = 0
	}
}

// run is the room's clock. A frame that panics is left out, and a room that
// panics again and again ends: it is this room's trouble alone.
func (r *Room) run(ctx context.Context, c *clock) error {
	p := newPacer()
	defer p.stop()
	var more bool
	frame := func() error { more = r.tick(c, time.Now()); return nil }
	for panics := 0; ; {
		if err := run.Protect("media room", frame); err == nil {
			panics = 0
		} else if panics++; panics == 5 {
			r.Close()
			return err
		} else {
			more = true
		}
		if !more || !p.wait(ctx, c.stop) {
			return nil
		}
		// After a stop of the whole process nobody wants what was missed.
		if late := time.Since(p.next); late > 10*frameTime {
			n := late / frameTime
			p.next = p.next.Add(n * frameTime)
			r.skip(c, uint32(n))
		}
	}
}

func (r *Room) skip(c *clock, frames uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.frames += frames
}

// passDigit gives a far end's digit to those who hear it. raw says that it came
// as telephone events, which forwarding passes as they are.
func (r *Room) passDigit(l *Leg, digit string, raw bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, muted := l.state(); muted {
		return
	}
	for _, x := range r.legs {
		if !r.hears(x, l) || raw && r.mode == Forward && x.out.takesEvents() {
			continue
		}
		// One who takes no digits misses nothing.
		_ = x.SendDigits(digit)
	}
}

func (s *sender) takesEvents() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.eventPT != 0
}
