package call

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/media"
)

// line is a far end in the session's hands.
type line struct {
	leg       Leg
	row       *LegRow
	segmentID string // "" = the customer
	userID    string
	connected bool
	away      bool   // the far end has us on hold: it is to hear nothing
	heard     *Heard // by the far end, as its browser says
	ended     bool
}

// session makes legs and sound follow the rows of one call. Its goroutine owns
// everything but the mailbox.
type session struct {
	s          *Service
	tenant, id string
	woken      chan struct{}

	mu    sync.Mutex // the mailbox
	mail  []func(ctx context.Context)
	shut  bool
	marks map[string]Heard // by segment, what browsers measured

	room     *media.Room
	customer *line
	agents   map[string]*line     // by segment
	outside  *line                // of the last number that was rung
	since    map[string]time.Time // by Part.turn: when its line began to be missed
	told     map[string]bool      // by Part.turn: the floor was told of the missing line
	sound    sound
	tones    map[string]tone // by segment, of an internal call
	answered bool
	over     bool
}

// sound is what the customer hears besides the agents.
type sound struct {
	kind  string // "", greeting, music, message
	of    string // the service whose it is
	play  *media.Playback
	begun time.Time
	done  bool // a message has come to its end
	greet bool // the greeting was played already
}

func (s *Service) newSession(k *Call) *session {
	return &session{s: s, tenant: k.TenantID, id: k.ID, woken: make(chan struct{}, 1), marks: map[string]Heard{},
		room: media.NewRoom(s.group), customer: &line{}, agents: map[string]*line{}, since: map[string]time.Time{}, told: map[string]bool{}}
}

// post leaves work for the session's goroutine; it never waits.
func (ses *session) post(f func(ctx context.Context)) {
	ses.mu.Lock()
	if !ses.shut {
		ses.mail = append(ses.mail, f)
	}
	ses.mu.Unlock()
	ses.look()
}

// look wakes the session.
func (ses *session) look() {
	select {
	case ses.woken <- struct{}{}:
	default:
	}
}

func (ses *session) customerEvents() func(LegEvent) { return ses.eventsOf(ses.customer) }

func (ses *session) eventsOf(l *line) func(LegEvent) {
	return func(ev LegEvent) { ses.post(func(ctx context.Context) { ses.event(ctx, l, ev) }) }
}

// attach brings an agent's line; it replaces an older one.
func (ses *session) attach(l *line) {
	ses.mu.Lock()
	shut := ses.shut
	ses.mu.Unlock()
	if shut {
		l.leg.HangUp(CauseNormal)
		return
	}
	ses.post(func(ctx context.Context) {
		if was := ses.agents[l.segmentID]; was != nil {
			ses.drop(ctx, was, CauseNormal)
		}
		ses.forgetHeard(l.segmentID) // what is left was measured by an earlier browser
		ses.keep(ctx, l)
		if !l.ended { // else it failed before it was here
			ses.agents[l.segmentID] = l
		}
	})
}

func (ses *session) heard(segmentID string, h Heard) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.marks[segmentID] = h
}

// forgetHeard drops what was measured of a line that is no more.
func (ses *session) forgetHeard(segmentID string) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	delete(ses.marks, segmentID)
}

func (ses *session) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	ses.look()
	for !ses.over {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-ses.woken:
		}
		ses.mu.Lock()
		mail := ses.mail
		ses.mail = nil
		ses.mu.Unlock()
		for _, f := range mail {
			f(ctx)
		}
		if err := ses.follow(ctx); err != nil && ctx.Err() == nil {
			ses.s.log.Warn("a call could not be followed and will be looked at again", "call", ses.id, "error", err)
		}
	}
	return nil
}

// close ends what is left: the process stops, or the session panicked.
func (ses *session) close(ctx context.Context) {
	ses.mu.Lock()
	ses.shut = true
	ses.mu.Unlock()
	if !ses.over {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if err := ses.s.fail(ctx, ses.tenant, ses.id); err != nil {
			ses.s.log.Error("a call's end could not be recorded; the next start will", "call", ses.id, "error", err)
		}
	}
	for _, l := range ses.agents {
		l.leg.HangUp(CauseNormal)
	}
	if ses.outside != nil {
		ses.outside.leg.HangUp(CauseNormal)
	}
	if ses.customer.leg != nil {
		why := CauseSystem
		if ses.over {
			why = CauseNormal
		}
		ses.customer.leg.HangUp(why)
	}
	ses.room.Close()
}

// event takes what a leg says.
func (ses *session) event(ctx context.Context, l *line, ev LegEvent) {
	switch ev.Kind {
	case LegConnected:
		if l.ended { // dropped while it came up: its record is closed
			return
		}
		l.connected = true
		l.row.ConnectedAt = ses.s.now()
		ses.keep(ctx, l)
	case LegStored:
		if l.ended {
			return
		}
		l.row.Stored = string(l.leg.Stored())
		ses.keep(ctx, l)
	case LegHold:
		l.away = ev.Held
	case LegEnded:
		ses.gone(ctx, l, ev.Cause)
	}
}

// gone: a far end is no longer there.
func (ses *session) gone(ctx context.Context, l *line, why Cause) {
	if l.ended {
		return
	}
	ses.closeRow(ctx, l, why)
	if l != ses.customer {
		if ses.agents[l.segmentID] == l {
			delete(ses.agents, l.segmentID)
		}
		return
	}
	err := ses.s.withCall(ctx, ses.tenant, ses.id, func(ctx context.Context, e *edit) error {
		by, reason := ByCustomer, ReasonHungUp
		switch {
		case why == CauseFailed:
			by, reason = BySystem, ReasonFailed
		case why == CauseSystem:
			by, reason = BySystem, ReasonSystemFailure
		case e.k.JoinedAt == 0:
			reason = ReasonAbandoned
		}
		if e.k.State == StateUnserved { // the reason why nobody served it stays
			by, reason = BySystem, e.k.EndReason
		}
		return e.end(ctx, by, reason, "")
	})
	if err != nil {
		ses.s.log.Error("the end of a call could not be recorded and will be tried again", "call", ses.id, "error", err)
		l.ended = false
		time.AfterFunc(time.Second, func() { ses.post(func(ctx context.Context) { ses.gone(ctx, l, why) }) })
	}
}

// drop hangs a line up.
func (ses *session) drop(ctx context.Context, l *line, why Cause) {
	if ses.agents[l.segmentID] == l {
		delete(ses.agents, l.segmentID)
	}
	if l.ended || l.leg == nil { // an internal call has no customer
		return
	}
	ses.closeRow(ctx, l, why)
	l.leg.HangUp(why)
}

// qualityReport is what both ends measured of a leg.
type qualityReport struct {
	Here  media.Quality `json:"here"`
	There *Heard        `json:"there,omitempty"`
}

func (ses *session) closeRow(ctx context.Context, l *line, why Cause) {
	l.ended, l.connected = true, false
	q := l.leg.Media().Quality()
	ses.mu.Lock()
	if h, ok := ses.marks[l.segmentID]; ok && l != ses.customer {
		l.heard = &h
	}
	ses.mu.Unlock()
	ses.room.Leave(l.leg.Media())
	l.row.EndedAt, l.row.Cause, l.row.Stored, l.row.Codec = ses.s.now(), string(why), "", q.Codec
	if b, err := json.Marshal(qualityReport{q, l.heard}); err == nil {
		l.row.Quality = string(b)
	}
	ses.keep(ctx, l)
}

func (ses *session) keep(ctx context.Context, l *line) {
	err := ses.s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return putLeg(ctx, tx, l.row)
	})
	if err != nil && ctx.Err() == nil {
		ses.s.log.Warn("a leg's record could not be kept", "call", ses.id, "error", err)
	}
}
