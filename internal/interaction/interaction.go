package interaction

import (
	"cmp"

	"github.com/uptrace/bun"
)

// Directions of a contact.
const (
	DirectionIn       = "in"       // the customer began
	DirectionOut      = "out"      // an agent began
	DirectionInternal = "internal" // between colleagues: the customer is the one who is called
)

// Interaction is one contact by one channel.
type Interaction struct {
	bun.BaseModel `bun:"table:interactions,alias:i"`

	TenantID   string   `bun:"tenant_id,pk"`
	ID         string   `bun:"id,pk"`
	Kind       string   `bun:"kind"`      // voice, chat, email, preview
	Direction  string   `bun:"direction"` // Direction…
	State      string   `bun:"state"`     // as a segment's, without offered
	ServiceID  string   `bun:"service_id"`
	EntryID    string   `bun:"entry_id"`
	ChannelID  string   `bun:"channel_id"` // the channel's own entity: a conversation, a call
	ContactID  string   `bun:"contact_id"`
	Language   string   `bun:"language"`
	Subject    string   `bun:"subject"`   // of a mail
	Reference  string   `bun:"reference"` // the number the customer knows it by: a case's
	Customer   Customer `bun:"customer"`
	StartedAt  int64    `bun:"started_at"`
	EndedAt    int64    `bun:"ended_at"`    // nobody talks or waits any more
	FinishedAt int64    `bun:"finished_at"` // nobody has a row of it any more
	Version    int64    `bun:"version"`
}

// Customer is what is known of the other side when the contact comes in.
type Customer struct {
	Name      string `json:"name"`
	Segment   string `json:"segment,omitempty"`
	Email     string `json:"email,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Company   string `json:"company,omitempty"`
	ContactID string `json:"contactId,omitempty"`
}

// shown is what a table calls the customer: by name where there is one, else by the number or address they came from.
func (c Customer) shown() string { return cmp.Or(c.Name, c.Phone, c.Email) }

// settle derives the interaction's state from its segments: the busiest wins.
func (i *Interaction) settle(segments []*Segment, at int64) {
	rank := map[string]int{StateFinished: 0, StateEnded: 1, StateParked: 2, StateOffered: 3, StateWaiting: 3, StateActive: 4}
	state := StateFinished
	for _, s := range segments {
		of := s.State
		if of == StateOffered {
			of = StateWaiting
		}
		if rank[of] > rank[state] {
			state = of
		}
	}
	i.State = state
	i.EndedAt = stamp(i.EndedAt, at, state == StateEnded || state == StateFinished)
	i.FinishedAt = stamp(i.FinishedAt, at, state == StateFinished)
}

// stamp keeps the first time a thing became so, and forgets it when undone.
func stamp(was, at int64, is bool) int64 {
	switch {
	case !is:
		return 0
	case was == 0:
		return at
	default:
		return was
	}
}
