package floor

import (
	"parley/internal/floor/core"
	"parley/internal/stats"
)

// AgentView is a signed-in agent as their desk shows them: event agent.changed.
type AgentView struct {
	UserID      string   `json:"userId"`
	TeamID      string   `json:"teamId"`
	State       string   `json:"state" enum:"ready,ringing,busy,wrapup,not_ready,supervising,signed_out"`
	ReasonID    string   `json:"reasonId"`
	Cause       string   `json:"cause"`
	Since       int64    `json:"since"`
	SignedInAt  int64    `json:"signedInAt"`
	Pending     *Pending `json:"pending,omitempty"`
	WrapupUntil int64    `json:"wrapupUntil,omitempty"`
	ReadyAt     int64    `json:"readyAt,omitempty"` // end of a timed Not ready
	Load        int      `json:"load"`              // share in use, percent
	Reserve     bool     `json:"reserve,omitempty"` // reserved for a call still to be made
	Banner      *Banner  `json:"banner,omitempty"`
	Abilities   []string `json:"abilities"`
}

// Pending is the state that follows the contacts in hand.
type Pending struct {
	State    string `json:"state"`
	ReasonID string `json:"reasonId"`
}

// Banner says why the floor changed an agent's state.
type Banner struct {
	Code string         `json:"code" enum:"PAR-2000,PAR-2001,PAR-2002"`
	At   int64          `json:"at"`
	Args map[string]any `json:"args,omitempty"`
}

// The banners of the agent's state.
const (
	BannerRejected = "PAR-2000" // an offer was rejected
	BannerMissed   = "PAR-2001" // an offer was not answered in time
	BannerLost     = "PAR-2002" // the agent could not be connected
)

// SignedOutView is the last view of an agent: gone.
func SignedOutView(id string, at int64) AgentView {
	return AgentView{UserID: id, State: core.SignedOut, Since: at, Abilities: []string{}}
}

func viewOf(a *core.Agent, load int) AgentView {
	v := AgentView{UserID: a.ID, TeamID: a.Team, State: a.State, ReasonID: a.Reason, Cause: a.Cause, Since: a.SinceAt,
		SignedInAt: a.SignedInAt, WrapupUntil: a.WrapupUntilAt, ReadyAt: a.ReadyAt, Load: load,
		Banner: bannerOf(a), Abilities: []string{}}
	if a.Pending != "" {
		v.Pending = &Pending{State: a.Pending}
		if a.Pending != core.SignedOut { // whose reason is who wanted it
			v.Pending.ReasonID = a.PendingReason
		}
	}
	if a.State != core.Ready || a.Pending != "" {
		v.Abilities = append(v.Abilities, "state.ready")
	}
	v.Abilities = append(v.Abilities, "state.not_ready")
	if a.Pending != core.SignedOut {
		v.Abilities = append(v.Abilities, "sign_out")
	}
	return v
}

func bannerOf(a *core.Agent) *Banner {
	if a.State != core.NotReady {
		return nil
	}
	codes := map[string]string{core.CauseRejected: BannerRejected, core.CauseExpired: BannerMissed,
		core.CauseLegFailed: BannerLost, core.CauseLost: BannerLost}
	code := codes[a.Cause]
	if code == "" {
		return nil
	}
	return &Banner{Code: code, At: a.SinceAt}
}

func factOf(v *AgentView) stats.AgentFact {
	f := stats.AgentFact{UserID: v.UserID, TeamID: v.TeamID, State: v.State, ReasonID: v.ReasonID, SinceAt: v.Since,
		SignedInAt: v.SignedInAt, Load: int64(v.Load)}
	if v.Pending != nil {
		f.Pending = v.Pending.State
	}
	return f
}
