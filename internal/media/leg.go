package media

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/run"
)

// A Stream carries whole RTP packets to and from one far end. ReadRTP hands each
// that comes to take, one after the other and with the time of its coming, until
// the end: then it gives net.ErrClosed or io.EOF. What take is handed is taken back
// when it returns; take must not wait. WriteRTP never waits. Both may be called at
// the same time, and Close at any.
type Stream interface {
	ReadRTP(take func(b []byte, now time.Time)) error
	WriteRTP(b []byte) (int, error)
	Close() error
}

// LegConfig is a far end as it was negotiated.
type LegConfig struct {
	Stream      Stream
	Codec       Codec
	PayloadType uint8 // of the codec, both ways
	EventPT     uint8 // of telephone-event; 0: the far end takes none
	// SendDigit sends a digit beside the media (SIP INFO) when EventPT is 0; it
	// must not wait. Nil: the far end takes no digits at all.
	SendDigit func(d string)
	// OnDigit hears of every digit of the far end, in order, one of eventNames. It
	// must not wait: the far end's sound waits for it.
	OnDigit func(d string)
	// OnSilence is called once when nothing comes though sound is expected: 30 s
	// after Connect, 15 s after the last packet. It may be called again after
	// packets have come.
	OnSilence func()
}

// The watchdog's patience.
const (
	firstSilence = 30 * time.Second
	laterSilence = 15 * time.Second
)

// Leg is one far end's sound. It may be in a room before it has a far end: then
// it is silent. All methods may be called from any goroutine, also after Close.
type Leg struct {
	g    *run.Group
	out  sender
	done chan struct{} // closed by Close
	kick chan struct{} // wakes the watchdog

	join sync.Mutex // serialises moves between rooms
	room atomic.Pointer[Room]
	ear  ear // what the leg hears; belongs to its room's clock

	digits digitQueue

	mu       sync.Mutex
	closed   bool
	conn     *conn
	muted    bool
	expect   bool
	lastSeen time.Time // last packet, or when waiting for one began
	heard    bool      // a packet has come since Connect
	warned   bool
	src      source
	events   eventTaker
	rfc4733  bool // the far end sends events: digits beside the media are doubles
	peer     *Leg // forward mode: who gets the packets
	mouth    mouth
	far      farReport
}

// conn is one connection of a leg; a later one replaces it.
type conn struct {
	LegConfig
	reading *reading
}

// reading is the goroutine that reads one stream; it outlives a change of codec.
type reading struct{ stream Stream }

// NewLeg makes a leg without a far end. Its goroutines run in g.
func NewLeg(g *run.Group) *Leg {
	l := &Leg{g: g, done: make(chan struct{}), kick: make(chan struct{}, 1), expect: true}
	l.out.init()
	return l
}

// Connect gives the leg its far end: it reads from now on, and what it hears in
// its room is sent. Called again it replaces the stream or the codec; what the
// far end receives goes on under the same SSRC with numbers in order. The stream
// before, if it is another, is closed.
func (l *Leg) Connect(cfg LegConfig) {
	now := time.Now()
	l.mu.Lock()
	if l.closed || cfg.Stream == nil || !cfg.Codec.known() {
		l.mu.Unlock()
		if cfg.Stream != nil {
			_ = cfg.Stream.Close()
		}
		return
	}
	before := l.conn
	c := &conn{LegConfig: cfg}
	if before != nil && before.Stream == cfg.Stream {
		c.reading = before.reading
	} else {
		c.reading = &reading{cfg.Stream}
	}
	l.conn = c
	l.lastSeen, l.heard, l.warned = now, false, false
	l.mouth.use(cfg.Codec)
	l.events, l.rfc4733 = eventTaker{}, false
	l.out.connect(cfg.Stream, cfg.Codec, cfg.PayloadType, cfg.EventPT)
	l.mu.Unlock()

	if before == nil {
		l.g.Go("media leg watch", l.watch)
	}
	if before == nil || before.reading != c.reading {
		if before != nil {
			_ = before.Stream.Close()
		}
		if r, ok := cfg.Stream.(reporting); ok {
			r.report(l)
		}
		l.g.Go("media leg", func(ctx context.Context) error { return l.read(ctx, c.reading) })
	} else {
		l.wake()
	}
	l.changed()
}

// changed lets the leg's room choose its mode again.
func (l *Leg) changed() {
	if r := l.room.Load(); r != nil {
		r.look()
	}
}

func (l *Leg) wake() {
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

// read takes packets until the stream ends.
func (l *Leg) read(ctx context.Context, r *reading) error {
	stop := context.AfterFunc(ctx, func() { _ = r.stream.Close() })
	defer stop()
	err := r.stream.ReadRTP(func(b []byte, now time.Time) { l.receive(r, b, now) })
	if !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.EOF) && ctx.Err() == nil {
		slog.Warn("reading a far end's sound failed", "error", err)
	}
	return nil
}

// receive takes one packet.
func (l *Leg) receive(r *reading, b []byte, now time.Time) {
	p, ok := parsePacket(b)
	if !ok {
		return
	}
	digit, onDigit := l.take(r, p, now)
	if digit == "" {
		return
	}
	l.tell(onDigit, digit)
	if room := l.room.Load(); room != nil {
		room.passDigit(l, digit, true)
	}
}

func (l *Leg) tell(onDigit func(string), digit string) {
	if onDigit == nil {
		return
	}
	_ = run.Protect("media digit", func() error { onDigit(digit); return nil })
}

// take puts one packet where it belongs. Everything about it happens under l.mu,
// so that after SetMuted nothing of the far end gets through.
func (l *Leg) take(r *reading, p packet, now time.Time) (digit string, onDigit func(string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.conn
	if l.closed || c == nil || c.reading != r {
		return "", nil
	}
	l.lastSeen, l.heard, l.warned = now, true, false
	isEvent := c.EventPT != 0 && p.pt == c.EventPT
	epoch := l.src.epoch
	if l.src.take(p.ssrc, p.seq, now) == dropped {
		return "", nil
	}
	if l.src.epoch != epoch {
		l.mouth.restart()
		l.events = eventTaker{}
	}
	switch {
	case isEvent:
		l.rfc4733 = true
		digit = l.events.take(p)
	case p.pt == c.PayloadType:
		l.src.time(p.ts, now)
	default:
		return "", nil // comfort noise, or what was not agreed on
	}
	switch {
	case l.muted:
	case l.peer != nil:
		l.peer.out.forward(l.src.epoch, c.Codec, p, isEvent, now)
		if !isEvent {
			l.mouth.passed(p.payload)
		}
	case !isEvent && l.room.Load() != nil:
		l.mouth.ring.put(p.ts, p.payload)
	}
	return digit, c.OnDigit
}

// watch calls OnSilence.
func (l *Leg) watch(ctx context.Context) error {
	timer := time.NewTimer(firstSilence)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.done:
			return nil
		case <-l.kick:
		case <-timer.C:
		}
		now := time.Now()
		l.mu.Lock()
		patience := firstSilence
		if l.heard {
			patience = laterSilence
		}
		wait, tell := l.lastSeen.Add(patience).Sub(now), (func())(nil)
		if wait <= 0 {
			wait = laterSilence
			if l.expect && !l.warned && l.conn != nil {
				l.warned, tell = true, l.conn.OnSilence
			}
		}
		l.mu.Unlock()
		timer.Reset(wait)
		if tell != nil {
			_ = run.Protect("media silence", func() error { tell(); return nil })
		}
	}
}

// SetMuted makes what comes from the far end count as silence. When it returns,
// nothing of it is heard any more.
func (l *Leg) SetMuted(on bool) {
	l.mu.Lock()
	if l.muted == on {
		l.mu.Unlock()
		return
	}
	l.muted = on
	l.mouth.restart()
	l.mu.Unlock()
	l.changed()
}

// ExpectSound turns the watchdog off, while the far end holds and may send
// nothing, and on again.
func (l *Leg) ExpectSound(on bool) {
	l.mu.Lock()
	if on && !l.expect {
		l.lastSeen, l.warned = time.Now(), false
	}
	l.expect = on
	l.mu.Unlock()
	l.wake()
}

// FarReport enters what the far end reports about our packets by RTCP: the share
// that was lost (0 to 1), jitter, and the round trip (0: not known).
func (l *Leg) FarReport(lost float64, jitter, rtt time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.far.known, l.far.lost, l.far.jitter = true, lost, jitter
	if rtt > 0 {
		l.far.rtt = rtt
	}
}

type farReport struct {
	known       bool
	lost        float64
	jitter, rtt time.Duration
}

// Quality says how the far end is heard.
func (l *Leg) Quality() Quality {
	l.mu.Lock()
	defer l.mu.Unlock()
	var q Quality
	if l.conn != nil {
		q.Codec = l.conn.Codec.Name
	}
	q.RTT = l.far.rtt
	recent, jitter := l.src.recent(time.Now())
	q.Recent = newFigures(recent, jitter, q.RTT)
	q.Whole = newFigures(l.src.whole(), l.src.meanJitter(), q.RTT)
	q.Far.Known, q.Far.LossPercent = l.far.known, 100*l.far.lost
	q.Far.JitterMs = float64(l.far.jitter) / float64(time.Millisecond)
	return q
}

// Close ends the leg: it leaves its room and its stream is closed. It waits for
// nothing; the leg's goroutines end by themselves.
func (l *Leg) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	c := l.conn
	close(l.done)
	l.mu.Unlock()
	l.leave(nil)
	l.out.connect(nil, Codec{}, 0, 0)
	if c != nil {
		_ = c.Stream.Close()
	}
}

// leave takes the leg out of its room; if only is given, out of that one.
func (l *Leg) leave(only *Room) {
	l.join.Lock()
	defer l.join.Unlock()
	if r := l.room.Load(); r != nil && (only == nil || only == r) {
		r.remove(l)
	}
}
