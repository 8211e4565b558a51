package call

import (
	"context"
	"fmt"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// edit is a locked call inside a transaction: everything that changes one goes
// through it, so that rows and frames stay in step and the session is woken.
type edit struct {
	s     *Service
	tx    *db.Tx
	k     *Call
	parts []*Part
	at    int64
}

func (s *Service) edit(ctx context.Context, tx *db.Tx, k *Call) (*edit, error) {
	ps, err := partsOf(ctx, tx, k.TenantID, k.ID)
	if err != nil {
		return nil, err
	}
	return &edit{s: s, tx: tx, k: k, parts: ps, at: s.now()}, nil
}

// withCall runs f on one locked call and stores what it did.
func (s *Service) withCall(ctx context.Context, tenant, id string, f func(ctx context.Context, e *edit) error) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error { return s.inCall(ctx, tx, tenant, id, f) })
}

func (s *Service) inCall(ctx context.Context, tx *db.Tx, tenant, id string, f func(ctx context.Context, e *edit) error) error {
	k, err := s.lock(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	e, err := s.edit(ctx, tx, k)
	if err != nil {
		return err
	}
	if err := f(ctx, e); err != nil {
		return err
	}
	return e.Done(ctx)
}

// Done writes the call, shows it to its agents and wakes its session.
func (e *edit) Done(ctx context.Context) error {
	e.show()
	e.k.Version++
	_, err := e.tx.NewUpdate().Model(e.k).WherePK().Exec(ctx)
	k := *e.k
	e.tx.AfterCommit(func() { e.s.wake(k.Node, k.TenantID, k.ID) })
	return err
}

// show records the call for the agents who take part.
func (e *edit) show() {
	for _, p := range e.parts {
		if p.State == PartJoined {
			e.showTo(p)
		}
	}
}

func (e *edit) showTo(p *Part) {
	bus.Record(e.tx, e.k.TenantID, "u/"+p.UserID, TypeChanged, e.s.viewOf(e.k, e.parts, p))
}

// tell leaves something for the floor.
func (e *edit) tell(ctx context.Context, in core.Input) error {
	return e.s.enqueue(ctx, e.tx, e.k.TenantID, in)
}

// move changes the state. What the table does not allow is a mistake of ours.
func (e *edit) move(to State) error {
	if e.k.State == to {
		return nil
	}
	if !e.k.State.May(to) {
		return fmt.Errorf("call %s is %s: cannot become %s", e.k.ID, e.k.State, to)
	}
	e.k.State = to
	return nil
}

// expect notes that somebody is looked for, or a certain person is asked.
func (e *edit) expect(ctx context.Context, segment interaction.Segment, name string) error {
	p := &Part{TenantID: e.k.TenantID, SegmentID: segment.ID, CallID: e.k.ID, Purpose: segment.Purpose, State: PartExpected, Line: LineNone,
		UserID: segment.ToUserID, Name: name, FromID: segment.FromSegmentID}
	e.parts = append(e.parts, p)
	_, err := e.tx.NewInsert().Model(p).Exec(ctx)
	return err
}

func (e *edit) save(ctx context.Context, p *Part) error {
	_, err := e.tx.NewUpdate().Model(p).WherePK().Exec(ctx)
	return err
}

// leave ends one part. The floor is told by the caller, who knows how.
func (e *edit) leave(ctx context.Context, p *Part) error {
	was := p.State
	if err := e.unhold(ctx, p); err != nil {
		return err
	}
	p.State, p.LeftAt = PartLeft, e.at
	if was == PartExpected {
		p.State = PartDone // it never was on a desk
	} else {
		e.showTo(p)
	}
	return e.save(ctx, p)
}

// hold notes since when an agent has the others on hold; the record keeps the
// time of hold apart from that of talk.
func (e *edit) hold(ctx context.Context, p *Part, on bool) error {
	if on == (p.HeldAt != 0) {
		return nil
	}
	p.HeldAt = 0
	if on {
		p.HeldAt = e.at
	}
	if err := e.s.interactions.Hold(ctx, e.tx, e.k.TenantID, p.SegmentID, on, e.at); err != nil {
		return err
	}
	return e.save(ctx, p)
}

func (e *edit) unhold(ctx context.Context, p *Part) error {
	if p.HeldAt == 0 {
		return nil
	}
	return e.hold(ctx, p, false)
}

// end closes the call: nobody takes part any more, nobody is looked for. skip
// is the part whose end the floor knows already.
func (e *edit) end(ctx context.Context, by, reason, skip string) error {
	k := e.k
	if !k.State.Open() {
		return nil
	}
	k.EndedAt, k.EndedBy, k.EndReason = e.at, by, reason
	if err := e.move(StateEnded); err != nil {
		return err
	}
	if err := e.outsideOver(ctx, by, reason); err != nil {
		return err
	}
	for _, p := range e.parts {
		if p.State != PartExpected && p.State != PartJoined {
			continue
		}
		if err := e.leave(ctx, p); err != nil {
			return err
		}
		if p.SegmentID == skip {
			continue
		}
		if err := e.tell(ctx, floor.Over(p.SegmentID, by, reason)); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) part(segmentID string) *Part {
	for _, p := range e.parts {
		if p.SegmentID == segmentID {
			return p
		}
	}
	return nil
}

// withPart runs f, which is one command, on the call of a segment that the user
// has in hand; somebody else's is not found.
func (s *Service) withPart(ctx context.Context, tenant, userID, segmentID string, f func(ctx context.Context, e *edit, p *Part) error) (out interaction.Done, err error) {
	callID, err := s.callOf(ctx, tenant, segmentID)
	if err != nil {
		return out, err
	}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		err := s.inCall(ctx, tx, tenant, callID, func(ctx context.Context, e *edit) error {
			mine := e.part(segmentID)
			if mine == nil || mine.UserID != userID || mine.JoinedAt == 0 {
				return fail.NotFound("segment")
			}
			if mine.State != PartJoined {
				return fail.State("You take no part in this call any more")
			}
			return f(ctx, e, mine)
		})
		if err != nil {
			return err
		}
		if out.ChangeSeq, err = bus.LastSeq(ctx, tx, tenant); err != nil {
			return err
		}
		return db.Answer(ctx, tx, out)
	})
	return out, err
}

// callOf is the call that a segment belongs to.
func (s *Service) callOf(ctx context.Context, tenant, segmentID string) (string, error) {
	var p Part
	err := s.db.Read().NewSelect().Model(&p).Column("call_id").Where("p.tenant_id = ? AND p.segment_id = ?", tenant, segmentID).Scan(ctx)
	if db.IsNone(err) {
		return "", fail.NotFound("segment")
	}
	return p.CallID, err
}
