package cases

import (
	"slices"

	"github.com/uptrace/bun"
)

// State is where a case stands.
type State string

// The states, the same in Go, SQL and JSON.
const (
	StateOpen     State = "open"
	StatePending  State = "pending"
	StateResolved State = "resolved"
	StateClosed   State = "closed"
)

var next = map[State][]State{
	StateOpen:     {StatePending, StateResolved, StateClosed},
	StatePending:  {StateOpen, StateResolved, StateClosed},
	StateResolved: {StateOpen, StatePending, StateClosed},
	StateClosed:   nil,
}

// May tells whether a case may go from one state to another.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Case is one matter of a customer. Times are unix ms, 0 while the thing has
// not happened.
type Case struct {
	bun.BaseModel `bun:"table:cases,alias:k" json:"-"`

	TenantID   string `bun:"tenant_id,pk" json:"-"`
	ID         string `bun:"id,pk" json:"id"`
	Number     int64  `bun:"number" json:"number"`
	ThreadKey  string `bun:"thread_key" json:"threadKey"`
	Subject    string `bun:"subject" json:"subject"`
	State      State  `bun:"state" json:"state" enum:"open,pending,resolved,closed"`
	StateAt    int64  `bun:"state_at" json:"stateAt"`
	ServiceID  string `bun:"service_id" json:"serviceId"`
	CategoryID string `bun:"category_id" json:"categoryId" doc:"What it is about; empty: not said"`
	Fields     Values `bun:"fields" json:"-"`
	AssigneeID string `bun:"assignee_id" json:"assigneeId"`
	ContactID  string `bun:"contact_id" json:"contactId"`
	Initiator  string `bun:"initiator" json:"initiator" doc:"The customer's name, as it was given"`
	Address    string `bun:"address" json:"address" doc:"The customer's mail address"`
	FollowsID  string `bun:"follows_id" json:"followsId" doc:"The closed case this one goes on from"`
	FlaggedBy  string `bun:"flagged_by" json:"flaggedBy" doc:"Who asks for help"`
	FlaggedAt  int64  `bun:"flagged_at" json:"flaggedAt"`
	OpenedAt   int64  `bun:"opened_at" json:"openedAt"`
	UpdatedAt  int64  `bun:"updated_at" json:"updatedAt"`
	CustomerAt int64  `bun:"customer_at" json:"customerAt" doc:"The customer's last word"`
	ClosedAt   int64  `bun:"closed_at" json:"closedAt"`
	DeletedAt  int64  `bun:"deleted_at" json:"deletedAt" doc:"Lies in the bin since then"`
	DeletedBy  string `bun:"deleted_by" json:"-"`
	Version    int64  `bun:"version" json:"version"`
}

// Kinds of entries.
const (
	EntryNote        = "note"
	EntryDisposition = "disposition"
	EntryEvent       = "event"
)

// Events of a case.
const (
	EventRouted      = "routed"      // args: service, by
	EventAssigned    = "assigned"    // args: name; by the system when an offer was accepted
	EventReturned    = "returned"    // to the team's queue
	EventTransferred = "transferred" // args: service or name; text: the note
	EventState       = "state"       // args: from, to
	EventService     = "service"     // args: from, to
	EventCategory    = "category"    // args: from, to; empty: none
	EventField       = "field"       // args: field, kind, from, to; empty: none
	EventFollows     = "follows"     // args: number
	EventFlagged     = "flagged"
	EventUnflagged   = "unflagged"
	EventPinned      = "pinned"
	EventUnpinned    = "unpinned"
	EventDeleted     = "deleted"
	EventRestored    = "restored"
	EventDraftGone   = "draft_deleted"
	EventMovedOut    = "mail_moved_out" // args: from, subject, number and caseId of where it went
	EventMovedIn     = "mail_moved_in"  // args: from, subject, number and caseId of where it was
)

// CaseEntry is something that happened to a case beside its mails.
type CaseEntry struct {
	bun.BaseModel `bun:"table:case_entries,alias:e" json:"-"`

	TenantID  string            `bun:"tenant_id,pk" json:"-"`
	ID        string            `bun:"id,pk" json:"id"`
	CaseID    string            `bun:"case_id" json:"-"`
	Kind      string            `bun:"kind" json:"kind" enum:"note,disposition,event"`
	Event     string            `bun:"event" json:"event,omitempty" enum:"routed,assigned,returned,transferred,state,service,category,field,follows,flagged,unflagged,pinned,unpinned,deleted,restored,draft_deleted,mail_moved_out,mail_moved_in"`
	UserID    string            `bun:"user_id" json:"userId,omitempty" doc:"Empty: the system"`
	SegmentID string            `bun:"segment_id" json:"-"`
	Text      string            `bun:"text" json:"text,omitempty"`
	Args      map[string]string `bun:"args" json:"args,omitempty"`
	At        int64             `bun:"at" json:"at"`
}
