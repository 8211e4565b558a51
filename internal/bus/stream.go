package bus

import (
	"context"
	"log/slog"
	"sort"
	"sync"
	"time"

	"parley/internal/fail"
)

// stream is the changes of one tenant on one node. last is the number up to
// which everything was given to the subscribers; only the change with the next
// number is ever given out, whichever way it comes.
type stream struct {
	bus    *Bus
	tenant string

	positioning sync.Mutex // held by the first user while it reads where to begin

	mu         sync.Mutex
	positioned bool
	epoch      string
	last       int64
	target     int64 // highest number known to exist
	filling    bool  // a goroutine reads the table
	ring       ring
	byAudience map[string]map[*Subscription]struct{}
	subs       map[*Subscription]struct{}
	idleFrom   time.Time // when the last subscriber left
}

func newStream(b *Bus, tenant string) *stream {
	return &stream{bus: b, tenant: tenant, idleFrom: time.Now(),
		byAudience: map[string]map[*Subscription]struct{}{}, subs: map[*Subscription]struct{}{}}
}

func (s *stream) position(ctx context.Context) error {
	s.positioning.Lock()
	defer s.positioning.Unlock()
	if s.isPositioned() {
		return nil
	}
	head, err := Head(ctx, s.bus.db.Read(), s.tenant)
	if err != nil {
		return fail.Unavailable(err)
	}
	s.mu.Lock()
	s.epoch, s.last = head.Epoch, head.Seq
	s.target = max(s.target, head.Seq) // commits since the read are known already
	s.positioned = true
	s.fillLocked()
	s.mu.Unlock()
	return nil
}

// refresh looks at the table now instead of at the next check.
func (s *stream) refresh(ctx context.Context) error {
	head, err := Head(ctx, s.bus.db.Read(), s.tenant)
	if err != nil {
		return fail.Unavailable(err)
	}
	s.heard(head)
	return s.position(ctx)
}

func (s *stream) isPositioned() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.positioned
}

// committed takes a block of consecutive changes of this node.
func (s *stream) committed(epoch string, block []Change) {
	first, last := block[0].Seq, block[len(block)-1].Seq
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adoptLocked(epoch)
	s.target = max(s.target, last)
	if s.positioned && first == s.last+1 {
		for i := range block {
			s.giveLocked(&block[i])
		}
	}
	s.fillLocked() // what came before this block is on its way or in the table
}

// heard takes news of how far the table goes, and tells whether it was news.
func (s *stream) heard(c Cursor) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.positioned {
		s.target = max(s.target, c.Seq)
		return false
	}
	s.adoptLocked(c.Epoch)
	news := c.Seq > s.last && !s.filling
	s.target = max(s.target, c.Seq)
	s.fillLocked()
	return news
}

// adoptLocked notices a new epoch. The first one of a tenant is a beginning, any
// other an upheaval after which all subscribers need a snapshot.
func (s *stream) adoptLocked(epoch string) {
	if !s.positioned || epoch == s.epoch {
		return
	}
	beginning := s.epoch == epochNew
	s.epoch = epoch
	if beginning {
		return
	}
	s.endLocked(ErrEpoch)
	s.ring = ring{}
	s.positioned = false
	s.bus.group.Go("bus.position", s.position)
}

func (s *stream) giveLocked(c *Change) {
	s.last = c.Seq
	c.Epoch = s.epoch
	s.ring.add(*c)
	for sub := range s.byAudience[c.Audience] {
		sub.giveLocked(c)
	}
	feedLag.Observe(max(0, float64(time.Now().UnixMilli()-c.At)/1000))
}

// fillLocked sees to it that the table is read up to the target.
func (s *stream) fillLocked() {
	if !s.positioned || s.filling || s.last >= s.target {
		return
	}
	s.filling = true
	s.bus.group.Go("bus.fill", s.fill)
}

func (s *stream) fill(ctx context.Context) error {
	for {
		s.mu.Lock()
		after, target := s.last, s.target
		if after >= target || ctx.Err() != nil {
			s.filling = false
			s.mu.Unlock()
			return ctx.Err()
		}
		s.mu.Unlock()
		gapReads.Inc()
		r, err := s.bus.readAfter(ctx, s.tenant, after, nil, fillBatch)
		if err != nil {
			s.mu.Lock()
			s.filling = false // the next check or commit tries again
			s.mu.Unlock()
			if ctx.Err() == nil {
				slog.Warn("reading missed changes failed", "tenant", s.tenant, "error", err)
			}
			return nil
		}
		s.mu.Lock()
		s.takeLocked(after, target, r)
		s.mu.Unlock()
	}
}

// takeLocked gives out rows read from the table, as far as they are still news.
// after and target are last and target from before the reading.
func (s *stream) takeLocked(after, target int64, r rowsAfter) {
	if r.current.Epoch != s.epoch {
		s.adoptLocked(r.current.Epoch)
		if !s.positioned {
			s.target = s.last // ends the loop; positioning reads anew
			return
		}
	}
	if r.lowest > after+1 && s.last == after {
		// Trimmed away before we read it; this node slept for an hour.
		s.endLocked(ErrTooOld)
		s.ring = ring{}
		s.last = r.lowest - 1
	}
	// One transaction saw them, and numbers become visible in order: a number
	// missing among them was erased and will not come.
	for _, row := range r.rows {
		if c := row.change(); c.Seq > s.last {
			s.giveLocked(&c)
		}
	}
	if len(r.rows) < fillBatch {
		s.last = max(s.last, r.current.Seq)
	}
	if r.current.Seq < target && s.target == target {
		s.target = max(s.last, r.current.Seq) // a number that the table does not know; never seen, but it must not spin
	}
}

func (s *stream) idleSince(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.subs) > 0 {
		return 0
	}
	return now.Sub(s.idleFrom)
}

func (s *stream) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(err)
}

func (s *stream) endLocked(err error) {
	for sub := range s.subs {
		sub.endLocked(err)
	}
}

// ring holds the newest changes of a stream, in order.
type ring struct {
	buf   []Change
	start int // index of the oldest, once full
}

func (r *ring) add(c Change) {
	if len(r.buf) < ringSize {
		r.buf = append(r.buf, c)
		return
	}
	r.buf[r.start] = c
	r.start = (r.start + 1) % ringSize
}

// since calls f for the changes after seq in order; false when the ring does not
// reach back so far (it is then empty or begins later).
func (r *ring) since(seq int64, f func(c *Change)) bool {
	if len(r.buf) == 0 || r.buf[r.start].Seq > seq+1 {
		return false
	}
	at := func(i int) *Change { return &r.buf[(r.start+i)%len(r.buf)] }
	first := sort.Search(len(r.buf), func(i int) bool { return at(i).Seq > seq })
	for i := first; i < len(r.buf); i++ {
		f(at(i))
	}
	return true
}
