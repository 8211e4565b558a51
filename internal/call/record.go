package call

import (
	"context"

	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"

	"github.com/uptrace/bun"
)

// Record takes what the floor decided, in the floor's own transaction: who
// joined, who was lost, who is not found. It is a floor.Recorder.
func (s *Service) Record(ctx context.Context, tx *db.Tx, tenant string, happened []floor.Happened) error {
	of := func(ctx context.Context, segments []string) (map[string]string, error) {
		var ps []Part
		err := tx.NewSelect().Model(&ps).Column("segment_id", "call_id").
			Where("p.tenant_id = ? AND p.segment_id IN (?)", tenant, bun.List(segments)).Scan(ctx)
		out := make(map[string]string, len(ps))
		for _, p := range ps {
			out[p.SegmentID] = p.CallID
		}
		return out, err
	}
	return floor.Follow(ctx, happened, followed, of, func(ctx context.Context, id string) (*edit, error) {
		k, err := s.lock(ctx, tx, tenant, id)
		if err != nil {
			return nil, err
		}
		return s.edit(ctx, tx, k)
	})
}

// followed are the decisions that calls do something about.
var followed = map[string]bool{core.OutAssigned: true, core.OutRequeued: true, core.OutParked: true, core.OutTimedOut: true, core.OutExited: true,
	core.OutEnded: true, core.OutFinished: true, core.OutCancelled: true, core.OutWithdrawn: true}

// Decided takes one decision. The call may have gone on meanwhile (the caller hung
// up while the offer was being accepted); then its own end is on its way to the
// floor and there is nothing to do here. A withdrawn offer only wakes the
// session, which drops the line that was made while it rang.
func (e *edit) Decided(ctx context.Context, f core.Effect) error {
	p := e.part(f.Item)
	if p == nil {
		return nil
	}
	switch f.Type {
	case core.OutAssigned:
		if e.k.internal() && !e.k.State.Open() {
			return e.late(ctx)
		}
		if p.State == PartExpected && e.k.State.Open() && e.k.State != StateUnserved {
			return e.join(ctx, p, f.Agent)
		}
	case core.OutRequeued:
		if p.State == PartJoined {
			return e.lost(ctx, p)
		}
	case core.OutExited, core.OutTimedOut, core.OutParked:
		switch p.State {
		case PartExpected:
			if goesOn, err := e.learns(ctx, f); err != nil || goesOn {
				return err
			}
			return e.notTaken(ctx, p, f)
		case PartJoined: // nobody of a queue is on the other side, so it left the floor with its agent
			return e.over(ctx, p)
		}
	case core.OutEnded:
		if p.State == PartJoined { // ended by the floor itself
			return e.over(ctx, p)
		}
	case core.OutFinished:
		if p.State == PartJoined {
			if err := e.over(ctx, p); err != nil {
				return err
			}
		}
		return e.finished(ctx, p)
	case core.OutCancelled:
		return e.finished(ctx, p)
	}
	return nil
}

func (e *edit) join(ctx context.Context, p *Part, userID string) error {
	who, err := e.s.directory.Person(ctx, e.k.TenantID, userID)
	if err != nil {
		return err
	}
	if e.k.internal() {
		who.Name = p.Name // among colleagues: not the one that customers see
	}
	if !e.k.internal() || len(joined(e.parts)) > 0 { // who begins an internal call waits for the colleague
		if err := e.move(StateActive); err != nil {
			return err
		}
		if e.k.JoinedAt == 0 {
			e.k.JoinedAt = e.at
		}
	}
	p.State, p.UserID, p.Name, p.JoinedAt, p.Line = PartJoined, userID, who.Name, e.at, LineConnecting
	return e.save(ctx, p)
}

// lost takes a part from an agent who is gone; the customer waits again.
func (e *edit) lost(ctx context.Context, p *Part) error {
	if err := e.leave(ctx, p); err != nil {
		return err
	}
	p.State, p.UserID, p.Name, p.Line, p.Muted, p.JoinedAt, p.LeftAt = PartExpected, "", "", LineNone, false, 0, 0
	if err := e.save(ctx, p); err != nil || len(joined(e.parts)) > 0 {
		return err
	}
	return e.move(StateWaiting)
}

// learns tells whether the floor has only to learn of the call's service, which is
// newer than what it knows: then the customer waits, and is offered as soon as
// the floor knows.
func (e *edit) learns(ctx context.Context, f core.Effect) (bool, error) {
	if !floor.Unlearned(f) {
		return false, nil
	}
	return e.s.directory.Serves(ctx, e.k.TenantID, e.k.ServiceID)
}

// notTaken: nobody could be found, or the asked colleague did not come.
func (e *edit) notTaken(ctx context.Context, p *Part, f core.Effect) error {
	if err := e.leave(ctx, p); err != nil {
		return err
	}
	if e.k.internal() {
		return e.refuses(ctx, f)
	}
	if p.Purpose == PurposeInvite || e.k.State != StateWaiting {
		return nil
	}
	e.k.EndReason = ReasonNobody
	if f.Type == core.OutTimedOut || f.Code == core.ExitQueueLimit {
		e.k.EndReason = ReasonLimit
	}
	return e.move(StateUnserved)
}

// over ends a part that the floor has ended.
func (e *edit) over(ctx context.Context, p *Part) error {
	if e.goesOn() {
		return e.leave(ctx, p)
	}
	return e.end(ctx, BySystem, ReasonAgentEnded, p.SegmentID)
}

// finished: the row is no longer on the agent's desk.
func (e *edit) finished(ctx context.Context, p *Part) error {
	if p.State == PartDone {
		return nil
	}
	if err := e.unhold(ctx, p); err != nil {
		return err
	}
	p.State = PartDone
	return e.save(ctx, p)
}
