package bus

import (
	"context"
	"sync"
	"time"
)

// Subscription is one subscriber's ordered view of a tenant's changes.
type Subscription struct {
	stream *stream
	c      chan Change
	buffer int

	// Guarded by stream.mu.
	audiences map[string]struct{}
	seen      int64     // nothing up to this number is given
	loading   bool      // what was missed is being read; live changes go to early
	early     []*Change // live changes while loading
	ended     bool

	errMu sync.Mutex
	err   error
}

// subscribe registers first and then reads what was missed, so that nothing can
// fall between the two.
func (s *stream) subscribe(ctx context.Context, audiences []string, from Cursor, buffer int) (*Subscription, error) {
	sub := &Subscription{stream: s, buffer: max(1, buffer), audiences: map[string]struct{}{}, loading: true}
	for _, a := range audiences {
		sub.audiences[a] = struct{}{}
	}
	s.mu.Lock()
	if from == FromNow {
		from = Cursor{s.epoch, s.last}
	}
	// A tenant's very first cursor has no epoch of its own yet.
	if from.Epoch != s.epoch && (from.Epoch != epochNew || from.Seq != 0) {
		s.mu.Unlock()
		return nil, ErrEpoch
	}
	sub.seen = from.Seq
	s.addLocked(sub)
	var missed []Change
	ahead := from.Seq > s.last
	whole := !ahead && (from.Seq == s.last || s.ring.since(from.Seq, func(c *Change) {
		if _, ok := sub.audiences[c.Audience]; ok {
			missed = append(missed, *c)
		}
	}))
	upTo := s.last
	if whole {
		sub.openLocked(missed)
	}
	s.mu.Unlock()
	if whole {
		return sub, nil
	}
	if err := sub.load(ctx, from.Seq, upTo); err != nil {
		sub.close(err)
		return nil, err
	}
	return sub, nil
}

// load reads from the table what was missed up to a number, and goes live.
func (sub *Subscription) load(ctx context.Context, from, upTo int64) error {
	s := sub.stream
	audiences := make([]string, 0, len(sub.audiences))
	for a := range sub.audiences {
		audiences = append(audiences, a)
	}
	r, err := s.bus.readAfter(ctx, s.tenant, from, audiences, maxBacklog+1)
	switch {
	case err != nil:
		return err
	case from > r.current.Seq: // from the future: the database is not the one it was
		return ErrEpoch
	case r.lowest > from+1 || len(r.rows) > maxBacklog:
		return ErrTooOld
	}
	var missed []Change
	for _, row := range r.rows {
		if row.Seq <= upTo {
			c := row.change()
			c.Epoch = r.current.Epoch
			missed = append(missed, c)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub.ended {
		return sub.Err()
	}
	s.target = max(s.target, r.current.Seq)
	sub.openLocked(missed)
	s.fillLocked()
	return nil
}

// openLocked makes the channel large enough for what was missed, so that only
// what comes from now on counts against the buffer.
func (sub *Subscription) openLocked(missed []Change) {
	sub.loading = false
	sub.c = make(chan Change, len(missed)+len(sub.early)+sub.buffer)
	for i := range missed {
		sub.c <- missed[i]
	}
	for _, c := range sub.early {
		sub.c <- *c
	}
	sub.early = nil
}

func (sub *Subscription) giveLocked(c *Change) {
	switch {
	case sub.ended || c.Seq <= sub.seen:
	case sub.loading && len(sub.early) >= sub.buffer:
		slowCuts.Inc()
		sub.endLocked(ErrSlow)
	case sub.loading:
		own := *c
		sub.early = append(sub.early, &own)
	default:
		select {
		case sub.c <- *c:
		default:
			slowCuts.Inc()
			sub.endLocked(ErrSlow)
		}
	}
}

// C gives the changes. It is closed when the subscription ends; what was given
// before can still be read, then Err says why.
func (sub *Subscription) C() <-chan Change { return sub.c }

// Err says why the subscription ended, nil while it lives.
func (sub *Subscription) Err() error {
	sub.errMu.Lock()
	defer sub.errMu.Unlock()
	return sub.err
}

// SetAudiences replaces the audiences. It holds for changes after the number it
// returns; those already given stay given.
func (sub *Subscription) SetAudiences(audiences []string) (after int64) {
	s := sub.stream
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub.ended {
		return s.last
	}
	s.removeLocked(sub)
	sub.audiences = map[string]struct{}{}
	for _, a := range audiences {
		sub.audiences[a] = struct{}{}
	}
	s.addLocked(sub)
	return s.last
}

// Close ends the subscription; calling it twice does no harm.
func (sub *Subscription) Close() { sub.close(ErrClosed) }

func (sub *Subscription) close(err error) {
	sub.stream.mu.Lock()
	defer sub.stream.mu.Unlock()
	sub.endLocked(err)
}

func (sub *Subscription) endLocked(err error) {
	if sub.ended {
		return
	}
	sub.ended = true
	sub.errMu.Lock()
	sub.err = err
	sub.errMu.Unlock()
	sub.stream.removeLocked(sub)
	if sub.c != nil {
		close(sub.c)
	}
}

func (s *stream) addLocked(sub *Subscription) {
	s.subs[sub] = struct{}{}
	for a := range sub.audiences {
		if s.byAudience[a] == nil {
			s.byAudience[a] = map[*Subscription]struct{}{}
		}
		s.byAudience[a][sub] = struct{}{}
	}
	subscriptions.Inc()
}

func (s *stream) removeLocked(sub *Subscription) {
	delete(s.subs, sub)
	for a := range sub.audiences {
		if delete(s.byAudience[a], sub); len(s.byAudience[a]) == 0 {
			delete(s.byAudience, a)
		}
	}
	if len(s.subs) == 0 {
		s.idleFrom = time.Now()
	}
	subscriptions.Dec()
}
