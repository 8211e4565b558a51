package interaction

import "context"

// Channel carries out what an agent does to a part in hand: every kind of
// contact has one. Each verb is one transaction or one step of the call, and
// what it does to the segment the floor decides. A part that the user does not
// have is not found.
type Channel interface {
	// EndPart ends the agent's part; with others in the contact the customer
	// goes on with them.
	EndPart(ctx context.Context, tenant, userID, segmentID string) (Done, error)
	// Transfer hands the customer on; the agent's part ends.
	Transfer(ctx context.Context, tenant, userID, segmentID string, to Target) (Done, error)
	// Invite asks a colleague to join.
	Invite(ctx context.Context, tenant, userID, segmentID, colleagueID string) (Done, error)
	// Remove takes a colleague out again, or takes an invitation back.
	Remove(ctx context.Context, tenant, userID, segmentID, otherSegmentID string) (Done, error)
}

// Done is the answer to a command: the desk takes frames up to the number for
// its effect.
type Done struct {
	ChangeSeq int64 `json:"changeSeq"`
}

// Target is where a transfer goes: a service, a person, or of a call a telephone number outside.
type Target struct {
	ServiceID string
	UserID    string
	Number    string
	Note      string // for the next agent
}
