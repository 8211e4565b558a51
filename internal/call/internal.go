package call

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// An internal call has no customer: two agents are its far ends. The caller's
// part is joined from the beginning, while the call waits for the colleague's;
// with that it is active. When the colleague can't or won't take it, the call is
// unserved: the caller hears busy, then it is over.

// internalRing is how long a colleague may take to answer (decision 5), ms.
const internalRing = 20_000

// cleanUpFor bounds closing the rows of a call that did not come about.
const cleanUpFor = 5 * time.Second

// Floor is what calls ask of the floor and wait for (floor.Floors).
type Floor interface {
	Do(ctx context.Context, tenant string, in core.Input) (floor.Answer, error)
}

// Caller is who begins a call, at a desk.
type Caller struct{ TenantID, UserID, SessionID string }

// Colleague is who is to be called: by id or by extension. With a service the
// call counts in its statistics.
type Colleague struct{ UserID, Extension, ServiceID string }

// Begun is a call that an agent began; the desk brings its line to the segment.
type Begun struct {
	CallID        string `json:"callId"`
	InteractionID string `json:"interactionId"`
	SegmentID     string `json:"segmentId" doc:"One's own part; the desk's line is attached to it"`
	ChangeSeq     int64  `json:"changeSeq"`
}

// CallColleague begins an internal call (V-7). The caller is Busy at once and
// the colleague is offered the call, or nothing is changed and the answer says
// why.
func (s *Service) CallColleague(ctx context.Context, from Caller, to Colleague) (Begun, error) {
	id, err := s.called(ctx, from, to)
	if err != nil {
		return Begun{}, err
	}
	free, err := s.room(ctx, from.TenantID)
	if err != nil {
		return Begun{}, err
	}
	defer free()
	k := &Call{TenantID: from.TenantID, ID: db.NewID(), ServiceID: to.ServiceID, Source: SourceDesk, Direction: interaction.DirectionInternal,
		Node: s.node, State: StateWaiting, OpenedAt: s.now(), Version: 1}
	in := core.Input{Type: core.InCalled, Agent: from.UserID, Session: from.SessionID, Service: to.ServiceID, Target: id, OfferMs: internalRing}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := s.roomOf(ctx, tx, from.TenantID); err != nil {
			return err
		}
		in.Item, in.NewItem, err = s.begin(ctx, tx, k, from.UserID, id)
		return err
	})
	if err != nil {
		return Begun{}, err
	}
	s.start(s.newSession(k))
	// The command's key is kept for its own answer, not for the floor's.
	a, err := s.floor.Do(db.WithIdempotency(ctx, db.Idempotency{}), from.TenantID, in)
	if err != nil {
		if e := s.notBegun(ctx, k); e != nil {
			s.log.Error("a call that was refused could not be closed; the next start will", "call", k.ID, "error", e)
		}
		return Begun{}, err
	}
	return Begun{CallID: k.ID, InteractionID: k.InteractionID, SegmentID: in.Item, ChangeSeq: a.ChangeSeq}, nil
}

// called finds the colleague and says whether this person may be called at all.
func (s *Service) called(ctx context.Context, from Caller, to Colleague) (userID string, err error) {
	field := "userId"
	switch {
	case (to.UserID == "") == (to.Extension == ""):
		return "", fail.Invalid(field, "Name a colleague or an extension")
	case to.Extension != "":
		field = "extension"
		if to.UserID, err = s.directory.ByExtension(ctx, from.TenantID, to.Extension); err != nil {
			return "", err
		}
		if to.UserID == "" {
			return "", fail.Invalid(field, "Nobody has this extension")
		}
	}
	if to.UserID == from.UserID {
		return "", fail.Invalid(field, "This is your own extension")
	}
	if who, err := s.directory.Person(ctx, from.TenantID, to.UserID); err != nil || !who.MayVoice {
		return "", fail.Invalid(field, "This person cannot take calls")
	}
	return to.UserID, nil
}

// begin records the call, its contact and both parts of it.
func (s *Service) begin(ctx context.Context, tx *db.Tx, k *Call, from, to string) (mine, theirs string, err error) {
	caller, other := s.interactions.Colleague(ctx, k.TenantID, from), s.interactions.Colleague(ctx, k.TenantID, to)
	i, p, err := s.interactions.Open(ctx, tx, interaction.Opening{TenantID: k.TenantID, Kind: "voice", Direction: k.Direction, ServiceID: k.ServiceID,
		ChannelID: k.ID, Customer: other, At: k.OpenedAt, Part: interaction.NewSegment{Purpose: interaction.PurposePersonal, ToUserID: from}})
	if err != nil {
		return "", "", err
	}
	k.InteractionID = i.ID
	if _, err := tx.NewInsert().Model(k).Exec(ctx); err != nil {
		return "", "", err
	}
	q, err := s.interactions.AddSegment(ctx, tx, k.TenantID, i.ID, interaction.NewSegment{Purpose: interaction.PurposePersonal, ToUserID: to,
		FromSegmentID: p.ID, FromUserID: from, At: k.OpenedAt})
	if err != nil {
		return "", "", err
	}
	e := &edit{s: s, tx: tx, k: k, at: k.OpenedAt}
	if err := e.expect(ctx, p, caller.Name); err != nil {
		return "", "", err
	}
	return p.ID, q.ID, e.expect(ctx, q, other.Name)
}

// notBegun closes what was recorded of a call that the floor refused. Where the
// floor has it after all, it is told like any other end.
func (s *Service) notBegun(ctx context.Context, k *Call) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpFor)
	defer cancel()
	return s.withCall(ctx, k.TenantID, k.ID, func(ctx context.Context, e *edit) error {
		parts, err := s.interactions.Segments(ctx, e.tx, k.TenantID, k.InteractionID)
		if err != nil {
			return err
		}
		var steps []interaction.Step
		for _, p := range parts {
			if p.State != interaction.StateWaiting {
				return e.end(ctx, BySystem, ReasonBusy, "")
			}
			steps = append(steps, interaction.Step{At: e.at, Kind: interaction.StepEnded, SegmentID: p.ID, By: interaction.BySystem,
				Cause: ReasonBusy, Outcome: interaction.OutcomeDeclined})
		}
		if err := s.interactions.Record(ctx, e.tx, k.TenantID, steps, nil); err != nil {
			return err
		}
		for _, p := range e.parts {
			if err := e.leave(ctx, p); err != nil {
				return err
			}
		}
		e.k.EndedAt, e.k.EndedBy, e.k.EndReason = e.at, BySystem, ReasonBusy
		return e.move(StateEnded)
	})
}

// internal tells whether colleagues talk, without a customer.
func (k *Call) internal() bool { return k.Direction == interaction.DirectionInternal }

// external refuses what makes sense with a customer only.
func (e *edit) external() error {
	if e.k.internal() {
		return fail.State("A call between colleagues is not handed on; end it and call the next one")
	}
	return nil
}

// goesOn tells whether somebody is left to talk when one of those who do leaves.
func (e *edit) goesOn() bool {
	others := len(joined(e.parts)) - 1
	if e.k.internal() {
		others--
	}
	return others > 0
}

// refuses notes why the colleague does not take an internal call. Without the
// caller there is nobody to hear it.
func (e *edit) refuses(ctx context.Context, f core.Effect) error {
	if e.k.State != StateWaiting {
		return nil
	}
	e.k.EndReason = ReasonBusy
	switch f.Code {
	case core.ExitRejected:
		e.k.EndReason = ReasonRejected
	case core.ExitNoAnswer:
		e.k.EndReason = ReasonNoAnswer
	}
	if len(joined(e.parts)) == 0 {
		return e.end(ctx, BySystem, e.k.EndReason, "")
	}
	return e.move(StateUnserved)
}

// late ends the parts of a call that was over before the floor's decision came.
func (e *edit) late(ctx context.Context) error {
	for _, p := range e.parts {
		if err := e.tell(ctx, floor.Over(p.SegmentID, BySystem, e.k.EndReason)); err != nil {
			return err
		}
	}
	return nil
}
