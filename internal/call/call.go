package call

import (
	"slices"

	"github.com/uptrace/bun"
)

// State of a call, the same in Go, SQL and JSON.
type State string

// States.
const (
	StateWaiting  State = "waiting"  // for an agent
	StateActive   State = "active"   // an agent takes part
	StateUnserved State = "unserved" // nobody can serve it: a message is played
	StateEnded    State = "ended"
)

// next is the diagram of doc.go.
var next = map[State][]State{
	StateWaiting:  {StateActive, StateUnserved, StateEnded},
	StateActive:   {StateWaiting, StateEnded},
	StateUnserved: {StateEnded},
	StateEnded:    {},
}

// May tells whether a call may go from one state to another.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Open tells whether the call goes on.
func (s State) Open() bool { return s != StateEnded }

// Where a call comes from.
const (
	SourceSIP  = "sip"  // a trunk or a phone
	SourceWeb  = "web"  // the button on a site
	SourceDesk = "desk" // an agent called a colleague
)

// Who ended a call, as interaction.By….
const (
	ByCustomer = "customer"
	ByAgent    = "agent"
	BySystem   = "system"
	ByOutside  = "" // none of the parties that the records know
)

// Reasons of an end, one word for the record.
const (
	ReasonHungUp        = "hung_up"
	ReasonAgentEnded    = "agent_ended"
	ReasonAbandoned     = "abandoned"
	ReasonClosed        = "closed"
	ReasonNobody        = "no_agents"
	ReasonLimit         = "queue_limit"
	ReasonFailed        = "failed" // the customer's line
	ReasonSystemFailure = "system_failure"
	ReasonBusy          = "busy" // the colleague could not be reached, or the number outside
	ReasonRejected      = "rejected"
	ReasonNoAnswer      = "no_answer"
	ReasonOutsideEnded  = "outside_hung_up" // somebody to whom the customer was handed on
)

// Call is one call. Times are unix ms, 0 while the thing has not happened.
type Call struct {
	bun.BaseModel `bun:"table:calls,alias:k"`

	TenantID      string `bun:"tenant_id,pk"`
	ID            string `bun:"id,pk"`
	InteractionID string `bun:"interaction_id"`
	EntryID       string `bun:"entry_id"`
	ServiceID     string `bun:"service_id"`
	ContactID     string `bun:"contact_id"`
	Source        string `bun:"source"`
	Direction     string `bun:"direction"`
	Node          string `bun:"node"` // the process that has its media
	State         State  `bun:"state"`
	Number        string `bun:"number"` // the customer's, "" hidden or from a browser
	Called        string `bun:"called"`
	Name          string `bun:"name"` // as the caller's side gave it
	Language      string `bun:"language"`
	PageURL       string `bun:"page_url"`
	PageTitle     string `bun:"page_title"`
	OpenedAt      int64  `bun:"opened_at"`
	JoinedAt      int64  `bun:"joined_at"` // the first agent's
	EndedAt       int64  `bun:"ended_at"`
	EndedBy       string `bun:"ended_by"`
	EndReason     string `bun:"end_reason"`
	Version       int64  `bun:"version"`

	Outside Outside `bun:"embed:outside_"`
}

// States of a part.
const (
	PartExpected = "expected" // somebody is looked for, or asked
	PartJoined   = "joined"
	PartLeft     = "left" // the row is still on the agent's desk
	PartDone     = "done"
)

// Purposes of a part, as interaction.Purpose….
const (
	PurposeQueue    = "queue"
	PurposeTransfer = "transfer"
	PurposeInvite   = "invite"
	PurposePersonal = "personal" // of an internal call
)

// Part is one segment of a call's interaction as the call sees it: an agent
// who takes part, or the place of one.
type Part struct {
	bun.BaseModel `bun:"table:call_parts,alias:p"`

	TenantID  string `bun:"tenant_id,pk"`
	SegmentID string `bun:"segment_id,pk"`
	CallID    string `bun:"call_id"`
	Purpose   string `bun:"purpose"`
	State     string `bun:"state"`
	UserID    string `bun:"user_id"` // "" = not known yet
	Name      string `bun:"name"`    // the one customers see
	FromID    string `bun:"from_id"` // segment of who invited or transferred
	Line      string `bun:"line"`    // the agent's: Line…
	Muted     bool   `bun:"muted"`
	HeldAt    int64  `bun:"held_at"` // since when the agent has the others on hold, 0 = not
	JoinedAt  int64  `bun:"joined_at"`
	LeftAt    int64  `bun:"left_at"`
}

// LegRow is a far end, for the records and for hanging up after a crash.
type LegRow struct {
	bun.BaseModel `bun:"table:call_legs,alias:l"`

	TenantID    string `bun:"tenant_id,pk"`
	ID          string `bun:"id,pk"`
	CallID      string `bun:"call_id"`
	SegmentID   string `bun:"segment_id"` // "" = the customer's
	Source      string `bun:"source"`
	Stored      string `bun:"stored"` // Leg.Stored, "" = nothing to hang up
	Codec       string `bun:"codec"`
	StartedAt   int64  `bun:"started_at"`
	ConnectedAt int64  `bun:"connected_at"`
	EndedAt     int64  `bun:"ended_at"`
	Cause       string `bun:"cause"`
	Quality     string `bun:"quality"` // QualityReport as JSON: what was measured at both ends
}

// joined are the parts that talk now, longest first (decision 21).
func joined(ps []*Part) []*Part {
	var out []*Part
	for _, p := range ps {
		if p.State == PartJoined {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *Part) int { return int(a.JoinedAt - b.JoinedAt) })
	return out
}
