package call

import (
	"context"
	"regexp"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// Outside is somebody at a telephone number to whom an agent handed the customer
// on (V-19): rung at first, then in the call, with nobody of ours in it.
type Outside struct {
	SegmentID  string `bun:"segment_id"` // the part in the record, "" = there is nobody
	UserID     string `bun:"user_id"`    // who handed the customer on
	Number     string `bun:"number"`
	TrunkID    string `bun:"trunk_id"`
	CallerID   string `bun:"caller_id"`
	UntilAt    int64  `bun:"until_at"`    // how long it may ring
	AnsweredAt int64  `bun:"answered_at"` // 0 while it rings
}

// Why a number did not take the call, one word for the record, beside those of
// a colleague.
const (
	ReasonRefused       = "refused"
	ReasonUnknownNumber = "unknown_number"
)

// notTakenFor is what the end of a line that was never answered means.
var notTakenFor = map[Cause]string{
	CauseNormal: ReasonNoAnswer, // hung up by us after the time to ring
	CauseClosed: ReasonNoAnswer, CauseCancel: ReasonNoAnswer, CauseBusy: ReasonBusy, CauseDeclined: ReasonRefused,
	CauseNotFound: ReasonUnknownNumber, CauseFailed: ReasonFailed, CauseSystem: ReasonFailed,
}

// backFor is how long a call that a number did not take is offered to the agent
// who handed it on, if free (decision 20).
const backFor = 20 * time.Second

var dialled = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{2,20})$`)

// dialable tidies a telephone number as people write it.
func dialable(s string) (number string, ok bool) {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0().-‑–/", r) {
			return -1
		}
		return r
	}, s)
	return s, dialled.MatchString(s)
}

// transferOut rings a number and ends the agent's part. Where the number cannot
// be rung at all nothing is done.
func (s *Service) transferOut(ctx context.Context, tenant, userID, segmentID string, to interaction.Target) (interaction.Done, error) {
	if to.ServiceID != "" || to.UserID != "" {
		return interaction.Done{}, fail.Invalid("number", "Choose a service, a person or a number")
	}
	number, ok := dialable(to.Number)
	if !ok {
		return interaction.Done{}, fail.Invalid("number", "must be a telephone number: digits, with + before the country code")
	}
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		if err := e.external(); err != nil {
			return err
		}
		if len(joined(e.parts)) > 1 {
			return fail.State("A colleague takes part in this call: end your part instead, or take the colleague out first")
		}
		way, err := s.directory.Way(ctx, tenant, e.k.EntryID)
		if err != nil {
			return err
		}
		if way.TrunkID == "" || s.phones == nil {
			return errNoWay()
		}
		return e.handOut(ctx, mine, Outside{UserID: userID, Number: number, TrunkID: way.TrunkID, CallerID: way.CallerID}, oneLine(to.Note, 1000))
	})
}

func errNoWay() error {
	e := fail.New("PAR-3002", nil)
	e.Message = "No trunk is set up that calls may go out by. Nothing was done: you still have the call."
	return e
}

// handOut ends the agent's part and lets the session ring the number.
func (e *edit) handOut(ctx context.Context, mine *Part, o Outside, note string) error {
	rules, err := e.s.directory.Service(ctx, e.k.TenantID, e.k.ServiceID)
	if err != nil {
		return err
	}
	for _, p := range e.parts {
		if p.State != PartExpected {
			continue
		}
		if err := e.tell(ctx, floor.Over(p.SegmentID, ByAgent, "invitation_withdrawn")); err != nil {
			return err
		}
		if err := e.leave(ctx, p); err != nil {
			return err
		}
	}
	next, err := e.s.interactions.AddSegment(ctx, e.tx, e.k.TenantID, e.k.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
		ServiceID: e.k.ServiceID, ToNumber: o.Number, FromSegmentID: mine.SegmentID, FromUserID: o.UserID, Note: note, At: e.at})
	if err != nil {
		return err
	}
	o.SegmentID, o.UntilAt = next.ID, e.at+rules.RingSeconds*1000
	e.k.Outside = o
	if err := e.noteOutside(ctx, interaction.Step{Kind: interaction.StepOffered, Until: o.UntilAt}); err != nil {
		return err
	}
	if err := e.tell(ctx, floor.HandedOut(mine.SegmentID)); err != nil {
		return err
	}
	if err := e.leave(ctx, mine); err != nil {
		return err
	}
	return e.move(StateWaiting)
}

// noteOutside records what happens to the part of somebody outside: the floor,
// which does so for agents, does not know it.
func (e *edit) noteOutside(ctx context.Context, st interaction.Step) error {
	st.At, st.SegmentID = e.at, e.k.Outside.SegmentID
	return e.s.interactions.Record(ctx, e.tx, e.k.TenantID, []interaction.Step{st}, nil)
}

// reached: somebody has answered at the number.
func (e *edit) reached(ctx context.Context) error {
	e.k.Outside.AnsweredAt = e.at
	if err := e.noteOutside(ctx, interaction.Step{Kind: interaction.StepAccepted}); err != nil {
		return err
	}
	return e.move(StateActive)
}

// comeBack gives the customer back to the floor: the number did not take the
// call. The agent who handed it on gets it if free, else the service's queue has
// it with priority (V-19, decision 20).
func (e *edit) comeBack(ctx context.Context, why string) error {
	o := e.k.Outside
	if err := e.noteOutside(ctx, interaction.Step{Kind: interaction.StepFinished, By: BySystem, Cause: why, Outcome: interaction.OutcomeDeclined}); err != nil {
		return err
	}
	rung, err := e.s.interactions.Segment(ctx, e.tx, e.k.TenantID, o.SegmentID)
	if err != nil {
		return err
	}
	who, err := e.s.directory.Person(ctx, e.k.TenantID, o.UserID)
	if err != nil {
		return err
	}
	next, err := e.s.interactions.AddSegment(ctx, e.tx, e.k.TenantID, e.k.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
		ServiceID: e.k.ServiceID, ToUserID: o.UserID, FromSegmentID: o.SegmentID, FromUserID: o.UserID, Note: rung.Note, At: e.at})
	if err != nil {
		return err
	}
	in := floor.Submitted(next)
	in.Fallback, in.Back, in.OfferMs = core.FallbackQueue, "", backFor.Milliseconds()
	in.EnqueuedAt = e.k.OpenedAt // the customer came then, and does not line up anew
	if err := e.tell(ctx, in); err != nil {
		return err
	}
	e.k.Outside = Outside{}
	return e.expect(ctx, next, who.Name)
}

// outsideOver closes the part of somebody outside when the call is over.
func (e *edit) outsideOver(ctx context.Context, by, reason string) error {
	o := e.k.Outside
	if o.SegmentID == "" {
		return nil
	}
	st := interaction.Step{Kind: interaction.StepFinished, By: by, Cause: reason}
	switch {
	case o.AnsweredAt != 0:
		st.Outcome = interaction.OutcomeTransferred
	case by == BySystem:
		st.Outcome = interaction.OutcomeSystemFailure
	}
	if err := e.noteOutside(ctx, st); err != nil {
		return err
	}
	e.k.Outside = Outside{}
	return nil
}

// withOutside runs f on the call while the customer is with somebody outside, as
// the session last saw it.
func (ses *session) withOutside(ctx context.Context, segmentID string, f func(ctx context.Context, e *edit) error) error {
	return ses.s.withCall(ctx, ses.tenant, ses.id, func(ctx context.Context, e *edit) error {
		if e.k.Outside.SegmentID != segmentID || !e.k.State.Open() {
			return nil
		}
		return f(ctx, e)
	})
}

// followOutside rings the number the call is handed on to, lets the two talk, and
// takes the customer back when nobody answers; talking tells whether somebody
// did. What its line says is read here, not where it is heard, so that a record
// that could not be written is tried again.
func (ses *session) followOutside(ctx context.Context, k *Call) (talking bool, err error) {
	o, l := k.Outside, ses.outside
	if l != nil && l.segmentID != o.SegmentID {
		ses.drop(ctx, l, CauseNormal)
		l, ses.outside = nil, nil
	}
	if o.SegmentID == "" {
		return false, nil
	}
	if l == nil {
		return false, ses.dial(ctx, o)
	}
	if o.AnsweredAt == 0 && l.row.ConnectedAt != 0 {
		return false, ses.withOutside(ctx, o.SegmentID, func(ctx context.Context, e *edit) error { return e.reached(ctx) })
	}
	switch {
	case o.AnsweredAt == 0 && !l.ended && ses.s.now() >= o.UntilAt:
		ses.drop(ctx, l, CauseNormal)
		fallthrough
	case o.AnsweredAt == 0 && l.ended:
		return false, ses.takeBack(ctx, o.SegmentID, Cause(l.row.Cause))
	case o.AnsweredAt == 0:
		return false, nil
	case l.ended:
		by, reason := ByOutside, ReasonOutsideEnded
		if why := Cause(l.row.Cause); why == CauseFailed || why == CauseSystem {
			by, reason = BySystem, ReasonFailed
		}
		return true, ses.withOutside(ctx, o.SegmentID, func(ctx context.Context, e *edit) error { return e.end(ctx, by, reason, "") })
	}
	ses.room.Join(l.leg.Media())
	ses.meet(l, ses.customer, true)
	return true, nil
}

// dial makes the line to a number.
func (ses *session) dial(ctx context.Context, o Outside) (err error) {
	l := &line{segmentID: o.SegmentID, row: &LegRow{TenantID: ses.tenant, ID: db.NewID(), CallID: ses.id, SegmentID: o.SegmentID,
		Source: SourceSIP, StartedAt: ses.s.now()}}
	l.leg, err = ses.s.phones.Dial(ctx, Dialling{TenantID: ses.tenant, TrunkID: o.TrunkID, From: o.CallerID, Number: o.Number}, ses.eventsOf(l))
	if err != nil {
		ses.s.log.Warn("a number could not be rung", "call", ses.id, "trunk", o.TrunkID, "error", err)
		return ses.takeBack(ctx, o.SegmentID, CauseFailed)
	}
	ses.outside = l
	ses.keep(ctx, l)
	return nil
}

// takeBack gives the customer back to the floor; why is how the line to the number ended.
func (ses *session) takeBack(ctx context.Context, segmentID string, why Cause) error {
	return ses.withOutside(ctx, segmentID, func(ctx context.Context, e *edit) error { return e.comeBack(ctx, notTakenFor[why]) })
}
