package floor

import (
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// translate turns what the floor decided on an input into what is recorded of
// the contacts and of the agents. team tells an agent's team.
func translate(h *Happened, team func(agent string) string) (steps []interaction.Step, states []interaction.AgentState) {
	for i := range h.Effects {
		e := &h.Effects[i]
		switch e.Type {
		case core.OutAgentState:
			states = append(states, interaction.AgentState{At: e.At, AgentID: e.Agent, TeamID: team(e.Agent),
				State: e.State, ReasonID: e.Reason, Cause: e.Cause, ByUserID: e.By})
		case core.OutSignedOut:
			states = append(states, interaction.AgentState{At: e.At, AgentID: e.Agent, TeamID: team(e.Agent)})
		default:
			if st, ok := step(&h.Input, e); ok {
				st.At, st.SegmentID, st.Seq = e.At, e.Item, h.Seq
				if e.Agent != "" {
					st.AgentID, st.TeamID = e.Agent, team(e.Agent)
				}
				steps = append(steps, st)
			}
		}
	}
	return steps, states
}

func step(in *core.Input, e *core.Effect) (interaction.Step, bool) {
	switch e.Type {
	case core.OutOffered:
		return interaction.Step{Kind: interaction.StepOffered, Until: e.UntilAt}, true
	case core.OutWithdrawn:
		return interaction.Step{Kind: interaction.StepWithdrawn, Cause: blame(e.Cause)}, true
	case core.OutAssigned:
		return interaction.Step{Kind: interaction.StepAccepted, Hand: e.ByHand}, true
	case core.OutQueued, core.OutRequeued:
		return interaction.Step{Kind: interaction.StepQueued, Cause: e.Cause}, true
	case core.OutParked:
		return interaction.Step{Kind: interaction.StepParked, Cause: e.Reason, Taken: in.By != "" && in.Item == e.Item}, true
	case core.OutTimedOut:
		return interaction.Step{Kind: interaction.StepFinished, By: interaction.BySystem, Cause: "timedOut",
			Outcome: interaction.OutcomeRefused}, true
	case core.OutExited:
		return interaction.Step{Kind: interaction.StepFinished, By: interaction.BySystem, Cause: e.Code, Outcome: exitOutcome(e.Code)}, true
	case core.OutEnded:
		by, why := who(in, e)
		return interaction.Step{Kind: interaction.StepEnded, By: by, Cause: why, Outcome: endOutcome(in, e)}, true
	case core.OutCancelled:
		by, why := who(in, e)
		return interaction.Step{Kind: interaction.StepFinished, By: by, Cause: why}, true
	case core.OutFinished:
		by, why := who(in, e)
		return interaction.Step{Kind: interaction.StepFinished, By: by, Cause: why, Outcome: endOutcome(in, e),
			Disposition: e.Disposition}, true
	}
	return interaction.Step{}, false
}

// blame says whose doing the end of an offer was, for the figures.
func blame(cause string) string {
	switch cause {
	case core.CauseRejected:
		return interaction.CauseRejected
	case core.CauseExpired:
		return interaction.CauseMissed
	default:
		return interaction.CauseWithdrawn
	}
}

// who ended a contact and why: as the input says if it is about this item.
func who(in *core.Input, e *core.Effect) (by, why string) {
	about := in.Item == e.Item
	switch {
	case about && (in.Type == core.InEnded || in.Type == core.InCancelled):
		if in.By != "" {
			return in.By, in.Reason
		}
		return interaction.ByCustomer, in.Reason
	case about && in.Agent != "":
		return interaction.ByAgent, e.Cause
	default:
		return interaction.BySystem, e.Cause
	}
}

func endOutcome(in *core.Input, e *core.Effect) string {
	if in.Item == e.Item && (in.Type == core.InTransferred || in.Type == core.InCancelled && in.Reason == interaction.OutcomeTransferred) {
		return interaction.OutcomeTransferred
	}
	return "" // the record knows: handled if it was accepted
}

func exitOutcome(code string) string {
	switch code {
	case core.ExitRejected, core.ExitNoAnswer, core.ExitTargetBusy:
		return interaction.OutcomeDeclined
	case core.ExitReturned:
		return interaction.OutcomeReturned
	case core.ExitLost:
		return interaction.OutcomeSystemFailure
	default:
		return interaction.OutcomeRefused
	}
}
