package call

import (
	"context"
	"encoding/json"
	"maps"
	"strconv"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/media"
)

// messagePatience is how long a message to somebody nobody serves may last.
const messagePatience = 90 * time.Second

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
	since    map[string]time.Time // by Part.turn: when its line began to be missed
	told     map[string]bool      // by Part.turn: the floor was told of the missing line
	sound    sound
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
	if l.ended {
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

// follow reads the rows and makes everything be as they say.
func (ses *session) follow(ctx context.Context) error {
	k, err := get(ctx, ses.s.db.Read(), ses.tenant, ses.id)
	if err != nil {
		return err
	}
	if k.State == StateEnded {
		return ses.finish(ctx)
	}
	if !ses.answered {
		ses.answered = true
		ses.room.Join(ses.customer.leg.Media())
		if err := ses.customer.leg.Answer(); err != nil {
			ses.gone(ctx, ses.customer, CauseFailed)
			return err
		}
	}
	ps, err := partsOf(ctx, ses.s.db.Read(), ses.tenant, ses.id)
	if err != nil {
		return err
	}
	if err := ses.dropStrangers(ctx, ps); err != nil {
		return err
	}
	talking, in := false, joined(ps)
	ses.forgetMissed(in)
	for _, p := range in {
		on, err := ses.followPart(ctx, p)
		if err != nil {
			return err
		}
		talking = talking || on
	}
	ses.followHold(in)
	return ses.followSound(ctx, k, talking)
}

// finish ends every line of a call that is over.
func (ses *session) finish(ctx context.Context) error {
	for _, l := range ses.agents {
		ses.drop(ctx, l, CauseNormal)
	}
	ses.drop(ctx, ses.customer, CauseNormal)
	ses.over = true
	return nil
}

// dropStrangers hangs up the lines of agents who take no part and to whom the
// call is not offered any more.
func (ses *session) dropStrangers(ctx context.Context, ps []*Part) error {
	for id, l := range ses.agents {
		p := (&edit{parts: ps}).part(id)
		if p != nil && p.State == PartJoined && p.UserID == l.userID {
			continue
		}
		if p != nil && p.State == PartExpected {
			segment, err := ses.s.interactions.Segment(ctx, ses.s.db.Read(), ses.tenant, id)
			if err != nil {
				return err
			}
			if segment.State == interaction.StateOffered && segment.AgentID == l.userID {
				continue
			}
			if segment.State == interaction.StateActive && segment.AgentID == l.userID {
				continue // accepted this moment
			}
		}
		ses.drop(ctx, l, CauseNormal)
	}
	return nil
}

// followPart lets an agent be heard and hear as the rows say; talking tells
// whether the customer hears the agent.
func (ses *session) followPart(ctx context.Context, p *Part) (talking bool, err error) {
	l := ses.agents[p.SegmentID]
	if l != nil && l.userID != p.UserID {
		l = nil
	}
	state := LineConnected
	switch {
	case l != nil && l.connected:
	case p.Line == LineConnected || p.Line == LineLost:
		state = LineLost
	default:
		state = LineConnecting
	}
	if state != LineConnected {
		return false, ses.missed(ctx, p, state)
	}
	delete(ses.since, p.turn())
	m := l.leg.Media()
	m.SetMuted(p.Muted)
	ses.room.Join(m)
	if p.Line != state {
		err = ses.setLine(ctx, p, state)
	}
	return p.HeldAt == 0, err
}

// followHold keeps those who have the others on hold apart from them, both ways.
func (ses *session) followHold(in []*Part) {
	for i, p := range in {
		l := ses.agents[p.SegmentID]
		if l == nil || !l.connected {
			continue
		}
		ses.meet(l, ses.customer, p.HeldAt == 0)
		for _, q := range in[:i] {
			if o := ses.agents[q.SegmentID]; o != nil && o.connected {
				ses.meet(l, o, p.HeldAt == 0 && q.HeldAt == 0)
			}
		}
	}
}

func (ses *session) meet(a, b *line, on bool) {
	ses.room.Hear(a.leg.Media(), b.leg.Media(), on && !a.away)
	ses.room.Hear(b.leg.Media(), a.leg.Media(), on && !b.away)
}

// missed counts how long an agent's line is not there; too long, and the floor
// takes the call back.
func (ses *session) missed(ctx context.Context, p *Part, state string) error {
	if p.Line != state {
		if err := ses.setLine(ctx, p, state); err != nil {
			return err
		}
	}
	turn := p.turn()
	since, ok := ses.since[turn]
	if !ok {
		ses.since[turn] = time.Now()
		return nil
	}
	patience := ses.s.patience
	if state == LineLost {
		patience *= 2
	}
	if time.Since(since) < patience || ses.told[turn] {
		return nil
	}
	ses.told[turn] = true
	delete(ses.since, turn)
	return ses.s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return ses.s.enqueue(ctx, tx, ses.tenant, core.Input{Type: core.InLegFailed, Agent: p.UserID, Item: p.SegmentID})
	})
}

// turn names one time that an agent has the call: one who takes it a second time
// is waited for anew, also when the session never saw the time between.
func (p *Part) turn() string { return p.SegmentID + p.UserID + strconv.FormatInt(p.JoinedAt, 10) }

// forgetMissed drops what was noted of agents who take no part any more.
func (ses *session) forgetMissed(in []*Part) {
	at := map[string]bool{}
	for _, p := range in {
		at[p.turn()] = true
	}
	maps.DeleteFunc(ses.told, func(key string, _ bool) bool { return !at[key] })
	maps.DeleteFunc(ses.since, func(key string, _ time.Time) bool { return !at[key] })
}

func (ses *session) setLine(ctx context.Context, p *Part, state string) error {
	return ses.s.withCall(ctx, ses.tenant, ses.id, func(ctx context.Context, e *edit) error {
		now := e.part(p.SegmentID)
		if now == nil || now.State != PartJoined || now.UserID != p.UserID {
			return nil
		}
		now.Line = state
		return e.save(ctx, now)
	})
}

// followSound plays what belongs to the call's state.
func (ses *session) followSound(ctx context.Context, k *Call, talking bool) error {
	if !ses.customer.connected {
		return nil
	}
	if k.State == StateUnserved {
		return ses.followMessage(ctx, k)
	}
	want := "music"
	switch {
	case talking:
		want = ""
	case k.JoinedAt == 0 && !ses.sound.greet:
		want = "greeting"
	}
	if want == ses.sound.kind && (want == "" || k.ServiceID == ses.sound.of) {
		return nil
	}
	ses.silence()
	if want == "" {
		return nil
	}
	ses.sound.kind, ses.sound.of = want, k.ServiceID
	snd, err := ses.s.sounds.of(ctx, k, want)
	if err != nil {
		return err
	}
	o := media.PlayOptions{To: []*media.Leg{ses.customer.leg.Media()}, Loop: want == "music"}
	if want == "greeting" {
		o.Done = func() { ses.post(func(context.Context) { ses.sound.greet = true }) }
	}
	ses.sound.play = ses.room.Play(snd, o)
	return nil
}

func (ses *session) silence() {
	if ses.sound.play != nil {
		ses.sound.play.Stop()
	}
	ses.sound = sound{greet: ses.sound.greet || ses.sound.kind == "greeting"}
}

// followMessage tells the caller why nobody answers, then hangs up.
func (ses *session) followMessage(ctx context.Context, k *Call) error {
	if ses.sound.kind != "message" {
		ses.silence()
		snd, err := ses.s.sounds.of(ctx, k, k.EndReason)
		if err != nil {
			return err
		}
		ses.sound.kind, ses.sound.begun = "message", time.Now()
		ses.sound.play = ses.room.Play(snd, media.PlayOptions{To: []*media.Leg{ses.customer.leg.Media()},
			Done: func() { ses.post(func(context.Context) { ses.sound.done = true }) }})
		return nil
	}
	if !ses.sound.done && time.Since(ses.sound.begun) < messagePatience {
		return nil
	}
	return ses.s.withCall(ctx, ses.tenant, ses.id, func(ctx context.Context, e *edit) error {
		return e.end(ctx, BySystem, e.k.EndReason, "")
	})
}
