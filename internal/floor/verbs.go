package floor

import (
	"context"

	"parley/internal/floor/core"
)

// SignIn brings an agent to the floor with the settings of now. A second sign-in
// is another session of the same agent: everything in hand stays. A supervisor
// begins as supervising and takes no contacts until made Ready by hand.
func (f *Floors) SignIn(ctx context.Context, tenant, user, session string, supervisor bool) (Answer, error) {
	in := core.Input{Type: core.InSignedIn, Agent: user, Session: session}
	if err := f.cfg.Settings.AgentInput(ctx, tenant, user, &in); err != nil {
		return Answer{}, err
	}
	if supervisor {
		in.State = core.Supervising
	}
	return f.Do(ctx, tenant, in)
}

// SocketLost starts the agent's grace: 15 s to come back (decision 6).
func (f *Floors) SocketLost(ctx context.Context, tenant, user, session string) error {
	_, err := f.Do(ctx, tenant, core.Input{Type: core.InSocketLost, Agent: user, Session: session})
	return err
}

// SocketBack ends the grace.
func (f *Floors) SocketBack(ctx context.Context, tenant, user, session string) error {
	_, err := f.Do(ctx, tenant, core.Input{Type: core.InSocketBack, Agent: user, Session: session})
	return err
}

// ChooseState is the agent's own choice of Ready, or of Not ready with a reason.
func (f *Floors) ChooseState(ctx context.Context, tenant, user, session, state, reasonID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InStateChosen, Agent: user, Session: session, State: state, Reason: reasonID})
}

// ForceState is a supervisor's (by) choice for an agent; during a contact it is
// pending.
func (f *Floors) ForceState(ctx context.Context, tenant, user, state, reasonID, by string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InStateForced, Agent: user, State: state, Reason: reasonID, By: by})
}

// Accept takes the offer of a segment.
func (f *Floors) Accept(ctx context.Context, tenant, user, session, segmentID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InAccepted, Agent: user, Session: session, Item: segmentID})
}

// Reject refuses the offer of a segment.
func (f *Floors) Reject(ctx context.Context, tenant, user, session, segmentID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InRejected, Agent: user, Session: session, Item: segmentID})
}

// Postpone puts the offered mail into the agent's personal queue (decision 34).
func (f *Floors) Postpone(ctx context.Context, tenant, user, session, segmentID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InPostponed, Agent: user, Session: session, Item: segmentID})
}

// Open gives a waiting contact to an agent by hand; what somebody else has is
// refused (decision 9).
func (f *Floors) Open(ctx context.Context, tenant, user, session, segmentID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InOpened, Agent: user, Session: session, Item: segmentID})
}

// FinishRow closes the row of an ended segment.
func (f *Floors) FinishRow(ctx context.Context, tenant, user, session, segmentID string) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InFinished, Agent: user, Session: session, Item: segmentID})
}

// SignOut lets the agent go. With contacts in hand it needs a confirmation, and
// then comes about with the last finished row (decision 7); without one it is
// PAR-0005 with "contactInHand" in its arguments.
func (f *Floors) SignOut(ctx context.Context, tenant, user, session string, confirmed bool) (Answer, error) {
	if !confirmed {
		rows, err := f.cfg.Interactions.OpenRows(ctx, f.cfg.DB.Read(), tenant, user)
		if err != nil {
			return Answer{}, err
		}
		if len(rows.Segments) > 0 {
			return Answer{}, refused(core.RefusedContactInHand)
		}
	}
	return f.Do(ctx, tenant, core.Input{Type: core.InSignedOut, Agent: user, Session: session})
}

// ForceSignOut is a supervisor's (by): with contacts in hand only after a second
// question, and then they go back to their queues (decision 8).
func (f *Floors) ForceSignOut(ctx context.Context, tenant, user, by string, confirmed bool) (Answer, error) {
	return f.Do(ctx, tenant, core.Input{Type: core.InSignedOut, Agent: user, By: by, Forced: confirmed})
}
