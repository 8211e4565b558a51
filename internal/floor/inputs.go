package floor

import (
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// Submitted asks for an agent for a segment that interaction.Open or AddSegment
// has just recorded. Fields that only the channel knows (Priority, Preferred,
// OfferMs …) are set on the result.
func Submitted(p interaction.Segment) core.Input {
	in := core.Input{Type: core.InSubmitted, Item: p.ID, Kind: p.Kind, Service: p.ServiceID, EnqueuedAt: p.QueuedAt}
	if p.ToUserID != "" {
		in.Target, in.Fallback = p.ToUserID, core.FallbackQueue
		if p.FromUserID != "" && p.Purpose == interaction.PurposeTransfer {
			in.Fallback, in.Back = core.FallbackBack, p.FromUserID
		}
	}
	if p.Purpose == interaction.PurposeInvite || p.Direction == interaction.DirectionInternal { // decision 5: whatever the state, no wrap-up, nobody's fault
		in.Kind, in.Fallback = core.Invite, core.FallbackExit
	}
	return in
}

// Transferred ends a segment for its agent and lets the next one look for
// somebody, in one step.
func Transferred(p, next interaction.Segment) core.Input {
	in := Submitted(next)
	in.Type, in.NewItem = core.InTransferred, next.ID
	in.Item, in.Agent = p.ID, p.AgentID
	return in
}

// HandedOut ends a segment for its agent: somebody outside, whom the floor does
// not know, goes on with the customer.
func HandedOut(segmentID string) core.Input {
	return Over(segmentID, interaction.ByAgent, interaction.OutcomeTransferred)
}

// Over says that the contact of a segment is over: by (interaction.By…) ended
// it, reason is one word for the record. With an agent the row stays until it
// is finished; one that still waits or is being offered leaves the floor. Which
// of the two it is the floor knows when it reads this.
func Over(segmentID, by, reason string) core.Input {
	return core.Input{Type: core.InCancelled, Item: segmentID, By: by, Reason: reason}
}
