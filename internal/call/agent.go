package call

import (
	"context"

	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// maxParts bounds a conference, the invited included.
const maxParts = 10

// EndPart ends the agent's part. With others in the call the customer goes on
// with them, else the call is over (V-6).
func (s *Service) EndPart(ctx context.Context, tenant, userID, segmentID string) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		if err := e.tell(ctx, floor.Over(segmentID, ByAgent, ReasonAgentEnded)); err != nil {
			return err
		}
		if !e.goesOn() {
			return e.end(ctx, ByAgent, ReasonAgentEnded, segmentID)
		}
		return e.leave(ctx, mine)
	})
}

// Transfer hands the customer on to a service's queue, offers the call to a
// person or rings a number outside (V-20). The agent's part ends at once; the
// customer hears music.
func (s *Service) Transfer(ctx context.Context, tenant, userID, segmentID string, to interaction.Target) (interaction.Done, error) {
	if to.Number != "" {
		return s.transferOut(ctx, tenant, userID, segmentID, to)
	}
	if (to.ServiceID == "") == (to.UserID == "") {
		return interaction.Done{}, fail.Invalid("serviceId", "Choose a service or a person")
	}
	if to.UserID == userID {
		return interaction.Done{}, fail.Invalid("userId", "You have this call already")
	}
	to.Note = oneLine(to.Note, 1000)
	name := ""
	if to.ServiceID != "" {
		if _, err := s.directory.Service(ctx, tenant, to.ServiceID); err != nil {
			return interaction.Done{}, fail.Invalid("serviceId", "There is no such service")
		}
	} else {
		who, err := s.colleague(ctx, tenant, to.UserID)
		if err != nil {
			return interaction.Done{}, err
		}
		name = who.Name
	}
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		if err := e.external(); err != nil {
			return err
		}
		if to.ServiceID != "" {
			e.k.ServiceID = to.ServiceID
		}
		next, err := s.interactions.AddSegment(ctx, e.tx, tenant, e.k.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
			ServiceID: e.k.ServiceID, ToUserID: to.UserID, FromSegmentID: segmentID, FromUserID: userID, Note: to.Note, At: e.at})
		if err != nil {
			return err
		}
		if err := e.tell(ctx, floor.Transferred(interaction.Segment{ID: segmentID, AgentID: userID}, next)); err != nil {
			return err
		}
		if err := e.expect(ctx, next, name); err != nil {
			return err
		}
		if err := e.leave(ctx, mine); err != nil || len(joined(e.parts)) > 0 {
			return err
		}
		return e.move(StateWaiting)
	})
}

// colleague gives a person who may be asked to take a call.
func (s *Service) colleague(ctx context.Context, tenant, userID string) (Person, error) {
	who, err := s.directory.Person(ctx, tenant, userID)
	if err != nil || !who.MayVoice {
		return who, fail.Invalid("userId", "This person cannot take calls")
	}
	return who, nil
}

// Invite asks a colleague to join the call (V-24).
func (s *Service) Invite(ctx context.Context, tenant, userID, segmentID, colleagueID string) (interaction.Done, error) {
	who, err := s.colleague(ctx, tenant, colleagueID)
	if err != nil {
		return interaction.Done{}, err
	}
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, _ *Part) error {
		if err := e.external(); err != nil {
			return err
		}
		busy := 0
		for _, p := range e.parts {
			if p.State != PartExpected && p.State != PartJoined {
				continue
			}
			if busy++; p.UserID == colleagueID {
				return fail.State("This person takes part or is asked already")
			}
		}
		if busy >= maxParts {
			return fail.Limit("participants", maxParts)
		}
		next, err := s.interactions.AddSegment(ctx, e.tx, tenant, e.k.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeInvite,
			ServiceID: e.k.ServiceID, ToUserID: colleagueID, FromSegmentID: segmentID, FromUserID: userID, At: e.at})
		if err != nil {
			return err
		}
		if err := e.tell(ctx, floor.Submitted(next)); err != nil {
			return err
		}
		return e.expect(ctx, next, who.Name)
	})
}

// Remove takes a colleague out of the call, or takes an invitation back. Only
// the organiser may (decision 21).
func (s *Service) Remove(ctx context.Context, tenant, userID, segmentID, otherSegmentID string) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		if err := e.external(); err != nil {
			return err
		}
		if joined(e.parts)[0] != mine {
			return fail.Forbidden()
		}
		other := e.part(otherSegmentID)
		switch {
		case other == nil || other == mine:
			return fail.Invalid("segmentId", "There is no such participant")
		case other.State == PartExpected && other.Purpose == PurposeInvite:
			if err := e.tell(ctx, floor.Over(other.SegmentID, ByAgent, "invitation_withdrawn")); err != nil {
				return err
			}
		case other.State != PartJoined:
			return fail.State("This person takes no part any more")
		default:
			if err := e.tell(ctx, floor.Over(other.SegmentID, ByAgent, "removed")); err != nil {
				return err
			}
		}
		return e.leave(ctx, other)
	})
}

// Mute makes the others hear silence of the agent (V-15), or ends that. The
// browser mutes at the source, this is the second time.
func (s *Service) Mute(ctx context.Context, tenant, userID, segmentID string, on bool) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		mine.Muted = on
		return e.save(ctx, mine)
	})
}

// Hold lets the others hear music instead of the agent (V-16), or ends that.
func (s *Service) Hold(ctx context.Context, tenant, userID, segmentID string, on bool) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Part) error {
		return e.hold(ctx, mine, on)
	})
}
