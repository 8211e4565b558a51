package chat

import (
	"slices"

	"github.com/uptrace/bun"
)

// State is where a conversation stands. The same words stand in SQL and JSON.
type State string

const (
	StateWaiting  State = "waiting"  // in a queue, or offered to somebody
	StateActive   State = "active"   // at least one agent takes part
	StateUnserved State = "unserved" // nobody can serve now; the visitor is shown the offline form
	StateKept     State = "kept"     // the offline form is filled in; answered when the service opens
	StateEnded    State = "ended"
)

// States lists them all.
var States = []State{StateWaiting, StateActive, StateUnserved, StateKept, StateEnded}

// next is the transition table: everything that is not here is refused.
var next = map[State][]State{
	StateWaiting:  {StateActive, StateUnserved, StateKept, StateEnded},
	StateActive:   {StateWaiting, StateEnded},
	StateUnserved: {StateKept, StateEnded},
	StateKept:     {StateWaiting, StateActive, StateEnded},
	StateEnded:    {},
}

// May reports whether a conversation in state s may go to state to.
func (s State) May(to State) bool {
	return slices.Contains(next[s], to)
}

// Open reports whether the conversation still goes on.
func (s State) Open() bool { return s != StateEnded }

// CustomerMayWrite reports whether the customer's message is taken: as long as
// somebody will read it.
func (s State) CustomerMayWrite() bool {
	return s == StateWaiting || s == StateActive || s == StateKept
}

// Who ended a conversation or a part of it.
const (
	ByCustomer = "customer"
	ByAgent    = "agent"
	BySystem   = "system"
)

// Why a conversation ended. The values stand in records and reports.
const (
	ReasonCustomerLeft = "customer_left"
	ReasonAgentEnded   = "agent_ended"
	ReasonCustomerIdle = "customer_idle"
	ReasonUnserved     = "unserved" // nobody could serve and the form was not filled in
)

// Conversation is the row of a conversation.
type Conversation struct {
	bun.BaseModel `bun:"table:conversations,alias:c"`

	TenantID      string `bun:"tenant_id,pk" json:"-"`
	ID            string `bun:"id,pk" json:"id"`
	EntryID       string `bun:"entry_id" json:"entryId"`
	VisitorID     string `bun:"visitor_id" json:"visitorId"`
	ContactID     string `bun:"contact_id" json:"contactId,omitempty"` // "" = nobody known
	InteractionID string `bun:"interaction_id" json:"interactionId"`
	ServiceID     string `bun:"service_id" json:"serviceId"`
	ClientID      string `bun:"client_id" json:"-"` // the visitor's id of the request that opened it
	State         State  `bun:"state" json:"state"`
	Language      string `bun:"language" json:"language"`
	Form          Form   `bun:"form" json:"form"`

	PageURL   string `bun:"page_url" json:"-"`
	PageTitle string `bun:"page_title" json:"-"`
	PageAt    int64  `bun:"page_at" json:"-"`

	LastN         int64 `bun:"last_n" json:"lastN"`
	CustomerReadN int64 `bun:"customer_read_n" json:"customerReadN"`
	AgentReadN    int64 `bun:"agent_read_n" json:"agentReadN"` // the furthest of its agents
	DeliveredN    int64 `bun:"delivered_n" json:"deliveredN"`  // what the customer's browser has
	CustomerOn    bool  `bun:"customer_online" json:"customerOnline"`

	UnansweredAt int64 `bun:"unanswered_at" json:"unansweredAt"` // since when the customer waits for an answer, 0 = answered
	DueAt        int64 `bun:"due_at" json:"-"`                   // next deadline, 0 = none
	Due          Due   `bun:"due" json:"-"`

	KeptAt      int64  `bun:"kept_at" json:"keptAt"` // when the offline form was filled in, 0 = it was not
	OpenedAt    int64  `bun:"opened_at" json:"openedAt"`
	JoinedAt    int64  `bun:"joined_at" json:"joinedAt"` // an agent's first part begins, 0 = not yet
	ClosedAt    int64  `bun:"closed_at" json:"closedAt"`
	ClosedBy    string `bun:"closed_by" json:"closedBy,omitempty"`
	CloseReason string `bun:"close_reason" json:"closeReason,omitempty"`
	Version     int64  `bun:"version" json:"version"`
}

// Due says what happens at a conversation's deadline.
type Due string

const (
	DueNothing Due = ""
	DueAsk     Due = "ask"    // ask the silent customer whether they are still there
	DueClose   Due = "close"  // close it, since the customer stayed silent
	DueForget  Due = "forget" // nobody could serve and the offline form was left empty
)

func (c *Conversation) setDue(d Due, at int64) { c.Due, c.DueAt = d, at }

// Form is what a visitor filled in before the conversation.
type Form struct {
	Name   string            `json:"name,omitempty"`
	Email  string            `json:"email,omitempty"`
	Phone  string            `json:"phone,omitempty"`
	Fields map[string]string `json:"fields,omitempty"` // further questions of the entry, by label
	// Consent is what the visitor agreed to before anything was sent, in the words
	// that were shown; empty where nothing was asked.
	Consent string `json:"consent,omitempty"`
}
