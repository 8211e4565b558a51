package call

import (
	"context"

	"github.com/uptrace/bun"
)

// TypeChanged is the event of a call as one agent's desk sees it.
const TypeChanged = "call.changed"

// View is a call as one of its agents sees it: event call.changed.
type View struct {
	ID            string     `json:"id"`
	InteractionID string     `json:"interactionId"`
	SegmentID     string     `json:"segmentId" doc:"One's own part"`
	State         State      `json:"state" enum:"waiting,active,unserved,ended"`
	Direction     string     `json:"direction"`
	Source        string     `json:"source" enum:"sip,web,desk"`
	Number        string     `json:"number" doc:"The customer's; empty when hidden or from a browser"`
	Called        string     `json:"calledNumber"`
	Page          Page       `json:"page"`
	Muted         bool       `json:"muted" doc:"Oneself"`
	Held          bool       `json:"held" doc:"The others are on hold"`
	HeldSince     int64      `json:"heldSince"`
	Leg           string     `json:"leg" enum:"none,connecting,connected,lost" doc:"One's own line"`
	Customer      string     `json:"customer" enum:"connected,gone" doc:"The customer's line"`
	Reason        string     `json:"reason,omitempty" doc:"Unserved or ended: why"`
	Joined        bool       `json:"joined" doc:"False: one's part is over"`
	Parts         []PartView `json:"parts" doc:"Everybody's, one's own too"`
	OpenedAt      int64      `json:"openedAt"`
}

// Page is where a caller from a site is.
type Page struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// PartView is one agent of a call.
type PartView struct {
	SegmentID string `json:"segmentId"`
	UserID    string `json:"userId"`
	Name      string `json:"name"`
	State     string `json:"state" enum:"expected,joined"`
}

// States of an agent's line, in View.
const (
	LineNone       = "none"
	LineConnecting = "connecting"
	LineConnected  = "connected"
	LineLost       = "lost"
)

func (s *Service) viewOf(k *Call, parts []*Part, mine *Part) View {
	v := View{ID: k.ID, InteractionID: k.InteractionID, SegmentID: mine.SegmentID, State: k.State, Direction: k.Direction,
		Source: k.Source, Number: k.Number, Called: k.Called, Page: Page{URL: k.PageURL, Title: k.PageTitle},
		Muted: mine.Muted, Held: mine.HeldAt != 0, HeldSince: mine.HeldAt, Leg: mine.Line, Customer: "connected",
		Joined: mine.State == PartJoined, Parts: []PartView{}, OpenedAt: k.OpenedAt, Reason: k.EndReason}
	if !k.State.Open() {
		v.Customer = "gone"
	}
	for _, p := range parts {
		if p.State == PartExpected || p.State == PartJoined {
			v.Parts = append(v.Parts, PartView{SegmentID: p.SegmentID, UserID: p.UserID, Name: p.Name, State: p.State})
		}
	}
	return v
}

// Calls gives the calls in which a user takes part now, for the snapshot.
func (s *Service) Calls(ctx context.Context, from bun.IDB, tenant, userID string) ([]View, error) {
	out := []View{}
	ks, err := openOf(ctx, from, tenant, userID)
	if err != nil || len(ks) == 0 {
		return out, err
	}
	ids := make([]string, len(ks))
	for i, k := range ks {
		ids[i] = k.ID
	}
	ps, err := partsOf(ctx, from, tenant, ids...)
	if err != nil {
		return out, err
	}
	byCall := map[string][]*Part{}
	for _, p := range ps {
		byCall[p.CallID] = append(byCall[p.CallID], p)
	}
	for _, k := range ks {
		for _, p := range byCall[k.ID] {
			if p.UserID == userID && p.State == PartJoined {
				out = append(out, s.viewOf(k, byCall[k.ID], p))
			}
		}
	}
	return out, nil
}

// CustomerView is what the caller's side may know of its call.
type CustomerView struct {
	InteractionID string `json:"-"`

	State     string `json:"state" enum:"waiting,talking,held,ended"`
	Agent     string `json:"agent,omitempty"`
	TalkingAt int64  `json:"talkingAt,omitempty" doc:"Since when, unix ms"`
	EndedBy   string `json:"endedBy,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Version   int64  `json:"n" doc:"Grows with every change"`
}

// Customer gives a call as its customer sees it.
func (s *Service) Customer(ctx context.Context, tenant, callID string) (CustomerView, error) {
	k, err := get(ctx, s.db.Read(), tenant, callID)
	if err != nil {
		return CustomerView{}, err
	}
	ps, err := partsOf(ctx, s.db.Read(), tenant, callID)
	if err != nil {
		return CustomerView{}, err
	}
	v := CustomerView{InteractionID: k.InteractionID, State: "waiting", EndedBy: k.EndedBy, Reason: k.EndReason, Version: k.Version}
	in := joined(ps)
	switch {
	case k.State == StateEnded:
		v.State = "ended"
	case k.State == StateUnserved:
		v.Reason = k.EndReason
	case k.Outside.AnsweredAt != 0:
		v.State, v.TalkingAt = "talking", k.Outside.AnsweredAt
	case len(in) > 0:
		v.State, v.Agent, v.TalkingAt = "held", in[0].Name, in[0].JoinedAt
		for _, p := range in {
			if p.HeldAt == 0 {
				v.State, v.Agent = "talking", p.Name
				break
			}
		}
	}
	return v, nil
}
