package call

import (
	"context"
	"maps"
	"strconv"
	"time"

	"parley/internal/db"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/media"
)

// messagePatience is how long a message to somebody nobody serves may last.
const messagePatience = 90 * time.Second

// follow reads the rows and makes everything be as they say.
func (ses *session) follow(ctx context.Context) error {
	k, err := get(ctx, ses.s.db.Read(), ses.tenant, ses.id)
	if err != nil {
		return err
	}
	if k.State == StateEnded {
		return ses.finish(ctx)
	}
	if !ses.answered && !k.internal() {
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
	if k.internal() {
		return ses.followTones(ctx, k, in)
	}
	out, err := ses.followOutside(ctx, k)
	if err != nil {
		return err
	}
	return ses.followSound(ctx, k, talking || out)
}

// finish ends every line of a call that is over.
func (ses *session) finish(ctx context.Context) error {
	for _, l := range ses.agents {
		ses.drop(ctx, l, CauseNormal)
	}
	if ses.outside != nil {
		ses.drop(ctx, ses.outside, CauseNormal)
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
	if b.leg == nil { // an internal call has no customer
		return
	}
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
