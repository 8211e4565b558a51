package interaction

import (
	"fmt"

	"github.com/uptrace/bun"
)

// States of a segment, the same in Go, SQL and JSON.
const (
	StateWaiting  = "waiting"
	StateOffered  = "offered"
	StateActive   = "active"
	StateEnded    = "ended"    // talk is over, the agent still has the row
	StateFinished = "finished" // nobody has it any more
	StateParked   = "parked"   // waits outside the queue, with a reason
)

// Purposes of a segment: why it is there.
const (
	PurposeQueue    = "queue"    // the customer waits for a service
	PurposeTransfer = "transfer" // handed on by an agent
	PurposeInvite   = "invite"   // a colleague is asked to join
	PurposePersonal = "personal" // for one agent
)

// Outcomes: how a finished segment went.
const (
	OutcomeHandled       = "handled"
	OutcomeAbandoned     = "abandoned" // the customer left before an agent accepted
	OutcomeTransferred   = "transferred"
	OutcomeOffline       = "offline" // left as an offline message
	OutcomeSystemFailure = "system_failure"
	OutcomeRefused       = "refused"  // queue full, waited too long, nobody signed in
	OutcomeDeclined      = "declined" // an invitation or personal contact nobody took
	OutcomeReturned      = "returned" // taken from an agent who lost the connection
	OutcomeDeleted       = "deleted"  // a mail that was put into the bin before anybody had opened it
	OutcomeMoved         = "moved"    // its only mail belongs to another contact now
)

// Reasons of an end that say how it went where nobody had accepted the contact.
const (
	ReasonDeleted = "deleted"
	ReasonMoved   = "moved"
)

// Who ended it.
const (
	ByCustomer = "customer"
	ByAgent    = "agent"
	BySystem   = "system"
)

// Segment is one agent's part of an interaction, or the wait for one.
// Times are unix ms, 0 while the thing has not happened; ...MS are ms.
type Segment struct {
	bun.BaseModel `bun:"table:segments,alias:s"`

	TenantID      string `bun:"tenant_id,pk"`
	ID            string `bun:"id,pk"`
	InteractionID string `bun:"interaction_id"`
	N             int64  `bun:"n"` // 1, 2, … within the interaction
	Kind          string `bun:"kind"`
	Direction     string `bun:"direction"`
	Purpose       string `bun:"purpose"`
	State         string `bun:"state"`
	ServiceID     string `bun:"service_id"`
	AgentID       string `bun:"agent_id"` // who has it or had it; while offered: to whom
	TeamID        string `bun:"team_id"`  // of that agent at that time
	FromSegmentID string `bun:"from_segment_id"`
	FromUserID    string `bun:"from_user_id"`
	ToUserID      string `bun:"to_user_id"` // asked for by name
	ToNumber      string `bun:"to_number"`  // handed on to a number outside: offered while it rings, no agent ever has it
	Note          string `bun:"note"`

	StartedAt  int64 `bun:"started_at"` // of the interaction, for the search
	SinceAt    int64 `bun:"since_at"`   // the present state's beginning
	QueuedAt   int64 `bun:"queued_at"`
	OfferedAt  int64 `bun:"offered_at"` // the last time
	OfferUntil int64 `bun:"offer_until"`
	AcceptedAt int64 `bun:"accepted_at"`
	EndedAt    int64 `bun:"ended_at"`
	FinishedAt int64 `bun:"finished_at"`

	EndedBy   string `bun:"ended_by"`
	EndReason string `bun:"end_reason"`
	Outcome   string `bun:"outcome"`

	DispositionID string `bun:"disposition_id"`
	Comment       string `bun:"comment"`

	QueueMS      int64 `bun:"queue_ms"` // waiting, without the time of its offers
	RingMS       int64 `bun:"ring_ms"`  // offered, over all offers
	TalkMS       int64 `bun:"talk_ms"`  // accepted to ended, without hold
	HoldMS       int64 `bun:"hold_ms"`
	HeldAt       int64 `bun:"held_at"`      // since when the customer is on hold, 0: not
	HoldSpanMS   int64 `bun:"hold_span_ms"` // on hold so far in the present stretch of being active
	WrapupMS     int64 `bun:"wrapup_ms"`    // ended to finished
	Offers       int64 `bun:"offers"`       // so far
	Rejects      int64 `bun:"rejects"`
	Misses       int64 `bun:"misses"`
	SLMS         int64 `bun:"sl_ms"`          // the service's threshold when it was queued, 0: none
	AnsweredInSL bool  `bun:"answered_in_sl"` // accepted within it; of a mail: answered within it (decision 35)
	AnsweredAt   int64 `bun:"answered_at"`    // of a mail: when the customer was first answered, 0: not yet
	DueAt        int64 `bun:"due_at"`         // of a mail: when its answer is late, 0: nothing is to be answered, or no limit

	Unread         int64 `bun:"unread"`           // the channel's: messages not seen
	LastCustomerAt int64 `bun:"last_customer_at"` // the channel's: oldest unanswered message, 0: answered

	Version int64 `bun:"version"` // of disposition and comment
}

// Kinds of steps.
const (
	StepOffered   = "offered"
	StepWithdrawn = "withdrawn" // Cause says why; back to waiting
	StepAccepted  = "accepted"
	StepEnded     = "ended"
	StepFinished  = "finished"
	StepParked    = "parked"
	StepQueued    = "queued" // from parked, or taken from its agent, back to waiting
)

// Causes of StepWithdrawn and of an offer's end.
const (
	CauseAccepted  = "accepted"
	CauseRejected  = "rejected"
	CauseMissed    = "missed"
	CauseWithdrawn = "withdrawn" // no one's fault: customer left, agent went, restart
)

// Step is one thing that happened to a segment.
type Step struct {
	At          int64 // floor time, unix ms
	Kind        string
	SegmentID   string
	AgentID     string
	TeamID      string
	Until       int64  // StepOffered: when it runs out, unix ms
	Cause       string // StepWithdrawn: Cause…; StepEnded, StepFinished, StepParked: the reason in a word
	By          string // StepEnded: By…
	Hand        bool   // StepAccepted: taken by hand, without an offer
	Taken       bool   // StepParked: by somebody else than the agent who had it
	Outcome     string // StepEnded, StepFinished: Outcome…, "" to leave it
	Disposition string // StepFinished: the system's, where the agent chose none
	Seq         int64  // the floor's input that brought it
}

// next is the diagram of doc.go: from state, by step, to state.
var next = map[string]map[string]string{
	StateWaiting: {
		StepQueued: StateWaiting, StepOffered: StateOffered, StepParked: StateParked,
		StepAccepted: StateActive, // taken by hand, or answered by itself
		StepEnded:    StateFinished, StepFinished: StateFinished,
	},
	StateOffered: {
		StepWithdrawn: StateWaiting, StepAccepted: StateActive, StepParked: StateParked,
		StepQueued: StateWaiting, StepEnded: StateFinished, StepFinished: StateFinished,
	},
	StateActive: {
		StepEnded: StateEnded, StepFinished: StateFinished, StepQueued: StateWaiting, StepParked: StateParked,
	},
	StateEnded: {StepFinished: StateFinished},
	StateParked: {
		StepQueued: StateWaiting, StepOffered: StateOffered, StepAccepted: StateActive, StepParked: StateParked,
		StepEnded: StateFinished, StepFinished: StateFinished,
	},
	StateFinished: {},
}

// Apply moves the segment on by one step and adds up its times. A step that
// its state does not know is an error and leaves the segment as it was.
func (p *Segment) Apply(st Step) error {
	to, ok := next[p.State][st.Kind]
	if !ok {
		return fmt.Errorf("segment %s is %s: cannot be %s", p.ID, p.State, st.Kind)
	}
	p.leave(st.At)
	switch st.Kind {
	case StepOffered:
		p.Offers++
		p.AgentID, p.TeamID = st.AgentID, st.TeamID
		p.OfferedAt, p.OfferUntil = st.At, st.Until
	case StepWithdrawn:
		p.count(st.Cause)
		p.AgentID, p.TeamID, p.OfferUntil = "", "", 0
	case StepAccepted:
		p.accept(st)
	case StepEnded:
		p.end(st)
	case StepFinished:
		p.finish(st)
	case StepQueued:
		p.AgentID, p.TeamID, p.OfferUntil = "", "", 0
		p.AcceptedAt, p.EndedAt, p.EndedBy, p.EndReason = 0, 0, "", ""
	case StepParked:
		p.OfferUntil, p.AcceptedAt = 0, 0
		p.AgentID, p.TeamID = st.AgentID, st.TeamID
	}
	if to == StateFinished && p.FinishedAt == 0 {
		p.finish(st)
	}
	p.State, p.SinceAt = to, st.At
	return nil
}
