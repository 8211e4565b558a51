package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/stats"
)

// SegmentView is a row of an agent's desk: event segment.changed.
type SegmentView struct {
	ID                   string   `json:"id"`
	InteractionID        string   `json:"interactionId"`
	ConversationID       string   `json:"conversationId,omitempty"`
	CallID               string   `json:"callId,omitempty"`
	CaseID               string   `json:"caseId,omitempty"`
	Subject              string   `json:"subject,omitempty" doc:"Of a mail"`
	Reference            string   `json:"reference,omitempty" doc:"The number the customer knows it by"`
	Kind                 string   `json:"kind"`
	Direction            string   `json:"direction"`
	Purpose              string   `json:"purpose"`
	State                string   `json:"state" enum:"waiting,offered,active,ended,finished,parked"`
	ServiceID            string   `json:"serviceId"`
	ServiceName          string   `json:"serviceName"`
	Customer             Customer `json:"customer"`
	QueuedAt             int64    `json:"queuedAt"`
	OfferedAt            int64    `json:"offeredAt"`
	AcceptedAt           int64    `json:"acceptedAt"`
	EndedAt              int64    `json:"endedAt"`
	HeldAt               int64    `json:"heldAt" doc:"Since when the customer is on hold; 0: not"`
	EndedBy              string   `json:"endedBy"`
	EndReason            string   `json:"endReason"`
	DispositionID        string   `json:"dispositionId"`
	Comment              string   `json:"comment"`
	Version              int64    `json:"version"`
	Unread               int64    `json:"unread"`
	LastCustomerAt       int64    `json:"lastCustomerAt"`
	AnswerWarnSeconds    int64    `json:"answerWarnSeconds"`
	MandatoryDisposition bool     `json:"mandatoryDisposition"`
	Abilities            []string `json:"abilities"`
}

// OfferView is an offer on an agent's screen: event offer.opened.
type OfferView struct {
	SegmentID     string    `json:"segmentId"`
	InteractionID string    `json:"interactionId"`
	Kind          string    `json:"kind"`
	Direction     string    `json:"direction"`
	ServiceID     string    `json:"serviceId"`
	ServiceName   string    `json:"serviceName"`
	Until         int64     `json:"until"` // unix ms; 0: until answered or withdrawn
	OpenedAt      int64     `json:"openedAt"`
	Customer      Customer  `json:"customer"`
	Number        string    `json:"number,omitempty" doc:"Of a call: the customer's, when it is known"`
	Subject       string    `json:"subject,omitempty" doc:"Of a mail"`
	Reference     string    `json:"reference,omitempty" doc:"Of a mail: the number of its case"`
	AutoAnswer    bool      `json:"autoAnswer,omitempty" doc:"Of a call: the desk takes it as soon as the line stands, after a beep (V-5)"`
	Transfer      *HandedOn `json:"transfer,omitempty"`
	Invite        *HandedOn `json:"invite,omitempty"`
	Abilities     []string  `json:"abilities"`
}

// HandedOn says who transfers or invites.
type HandedOn struct {
	FromName string `json:"fromName"`
	Note     string `json:"note,omitempty"`
	Number   string `json:"number,omitempty" doc:"Outside: it was rung first and did not take the call"`
	Why      string `json:"why,omitempty" doc:"Of the number: no_answer, busy, refused, unknown_number, failed"`
}

// OfferClosed is event offer.closed.
type OfferClosed struct {
	SegmentID string `json:"segmentId"`
	Cause     string `json:"cause" enum:"accepted,rejected,missed,withdrawn"`
}

// SegmentRemoved is event segment.removed.
type SegmentRemoved struct {
	ID    string `json:"id"`
	Taken bool   `json:"taken,omitempty" doc:"A supervisor took it out of the agent's hands"`
}

// fact is the segment as the live figures see it.
func (p *Segment) fact(customer string, success bool) stats.SegmentFact {
	return stats.SegmentFact{ID: p.ID, InteractionID: p.InteractionID, Kind: p.Kind, Direction: p.Direction, Purpose: p.Purpose,
		State: p.State, ServiceID: p.ServiceID, AgentID: p.AgentID, TeamID: p.TeamID, CustomerName: customer,
		SinceAt: p.SinceAt, QueuedAt: p.QueuedAt, AcceptedAt: p.AcceptedAt, HeldAt: p.HeldAt, EndedAt: p.EndedAt, FinishedAt: p.FinishedAt,
		Outcome: p.Outcome, EndedBy: p.EndedBy, QueueMs: p.QueueMS, RingMs: p.RingMS, TalkMs: p.TalkMS, HoldMs: p.HoldMS,
		WrapupMs: p.WrapupMS, Rejects: p.Rejects, Misses: p.Misses, SLMs: p.SLMS, AnsweredInSL: p.AnsweredInSL, AnsweredAt: p.AnsweredAt, DueAt: p.DueAt,
		DispositionID: p.DispositionID, Success: success, Called: p.called(), Number: p.ToNumber}
}

// View is a segment as its agent sees it, with what that agent may do to it
// now. parts are all segments of the interaction i.
func (s *Service) View(ctx context.Context, p *Segment, i *Interaction, parts []*Segment) (SegmentView, error) {
	facts, err := s.directory.ServiceFacts(ctx, p.TenantID, p.ServiceID)
	if err != nil {
		return SegmentView{}, err
	}
	v := SegmentView{ID: p.ID, InteractionID: p.InteractionID, Kind: p.Kind, Direction: p.Direction, Purpose: p.Purpose,
		State: p.State, ServiceID: p.ServiceID, ServiceName: facts.Name, Customer: s.other(ctx, p, i), Subject: i.Subject, Reference: i.Reference,
		QueuedAt: p.QueuedAt, OfferedAt: p.OfferedAt, AcceptedAt: p.AcceptedAt, EndedAt: p.EndedAt, HeldAt: p.HeldAt,
		EndedBy: p.EndedBy, EndReason: p.EndReason, DispositionID: p.DispositionID, Comment: p.Comment, Version: p.Version,
		Unread: p.Unread, LastCustomerAt: p.LastCustomerAt, AnswerWarnSeconds: facts.AnswerWarnSeconds,
		MandatoryDisposition: facts.MandatoryDisposition && p.Purpose != PurposeInvite && !p.Internal(), Abilities: []string{}}
	var active []string
	switch p.Kind {
	case "chat":
		v.ConversationID, active = i.ChannelID, []string{"send"}
	case "voice":
		v.CallID, active = i.ChannelID, []string{"mute", "hold", "digits"}
	case "email":
		v.CaseID, active = i.ChannelID, []string{"send", "park"}
	}
	switch p.State {
	case StateActive:
		v.Abilities = append(append(v.Abilities, active...), "set_disposition")
		if p.Kind == "email" && v.CaseID == "" {
			break // it is sent, kept or deleted: there is nothing yet to finish or hand on
		}
		v.Abilities = append(v.Abilities, "end")
		if !p.Internal() && s.directory.Can(ctx, p.TenantID, p.AgentID, "handle.transfer") {
			v.Abilities = append(v.Abilities, "transfer")
			if p.Kind != "email" {
				v.Abilities = append(v.Abilities, "invite")
			}
			if p.Kind == "voice" && s.directory.Can(ctx, p.TenantID, p.AgentID, "handle.external_calls") {
				v.Abilities = append(v.Abilities, "transfer_number")
			}
		}
		if others, organises := beside(p, parts); others && organises && !p.Internal() {
			v.Abilities = append(v.Abilities, "remove_participant")
		}
	case StateEnded:
		v.Abilities = append(v.Abilities, "finish", "set_disposition")
	}
	return v, nil
}

// Organiser is the part whose agent has been in the conversation longest, nil
// when nobody is (decision 21).
func Organiser(parts []*Segment) *Segment {
	var first *Segment
	for _, p := range parts {
		if p.State == StateActive && (first == nil || p.AcceptedAt < first.AcceptedAt ||
			p.AcceptedAt == first.AcceptedAt && p.N < first.N) {
			first = p
		}
	}
	return first
}

func beside(p *Segment, parts []*Segment) (others, organises bool) {
	for _, o := range parts {
		others = others || o.ID != p.ID && o.State == StateActive
	}
	first := Organiser(parts)
	return others, first != nil && first.ID == p.ID
}

// offerView is a segment as the agent sees it to whom it is offered. parts are all segments of the interaction i;
// others tells whether the agent has other rows in hand.
func (s *Service) offerView(ctx context.Context, p *Segment, i *Interaction, parts []*Segment, others bool) (OfferView, error) {
	facts, err := s.directory.ServiceFacts(ctx, p.TenantID, p.ServiceID)
	if err != nil {
		return OfferView{}, err
	}
	v := OfferView{SegmentID: p.ID, InteractionID: p.InteractionID, Kind: p.Kind, Direction: p.Direction,
		ServiceID: p.ServiceID, ServiceName: facts.Name, Until: p.OfferUntil, OpenedAt: p.OfferedAt, Customer: s.other(ctx, p, i),
		Subject: i.Subject, Reference: i.Reference, Abilities: []string{"accept", "reject"}}
	switch {
	case p.Kind == "voice":
		v.Number = v.Customer.Phone
		// A colleague's call or invitation is a question, it wants an answer (V-24).
		v.AutoAnswer = p.Purpose != PurposeInvite && !p.Internal() && s.directory.AutoAnswers(ctx, p.TenantID, p.AgentID, p.ServiceID)
	case p.Kind == "email": // E-7
		v.Abilities = []string{"accept", "postpone"}
	case others: // decision 15
		v.Abilities = []string{"accept", "accept_focus", "reject"}
	}
	from := &HandedOn{FromName: s.directory.UserName(ctx, p.TenantID, p.FromUserID), Note: p.Note}
	for _, o := range parts {
		if o.ID == p.FromSegmentID && o.ToNumber != "" {
			from.Number, from.Why = o.ToNumber, o.EndReason
		}
	}
	switch p.Purpose {
	case PurposeTransfer:
		v.Transfer = from
	case PurposeInvite:
		v.Invite = from
	}
	return v, nil
}

// Rows is what stands on an agent's desk: rows in hand and open offers.
type Rows struct {
	Segments []SegmentView
	Offers   []OfferView
}

// OpenRows gives the desk of one agent, oldest first.
func (s *Service) OpenRows(ctx context.Context, from bun.IDB, tenant, userID string) (Rows, error) {
	rows := Rows{Segments: []SegmentView{}, Offers: []OfferView{}}
	var parts []*Segment
	err := from.NewSelect().Model(&parts).Order("s.queued_at", "s.id").
		Where("s.tenant_id = ? AND s.agent_id = ? AND s.state IN (?, ?, ?) AND s.state <> 'finished'",
			tenant, userID, StateOffered, StateActive, StateEnded).Scan(ctx)
	if err != nil {
		return rows, err
	}
	inHand := 0
	for _, p := range parts {
		if p.State != StateOffered {
			inHand++
		}
	}
	all, err := loadAround(ctx, from, tenant, parts)
	if err != nil {
		return rows, err
	}
	for _, p := range parts {
		i := all.interactions[p.InteractionID]
		if p.State == StateOffered {
			v, err := s.offerView(ctx, p, i, all.parts[p.InteractionID], inHand > 0)
			if err != nil {
				return rows, err
			}
			rows.Offers = append(rows.Offers, v)
			continue
		}
		v, err := s.View(ctx, p, i, all.parts[p.InteractionID])
		if err != nil {
			return rows, err
		}
		rows.Segments = append(rows.Segments, v)
	}
	return rows, nil
}

// show tells the desk of the segment's agent how it stands.
func (s *Service) show(ctx context.Context, tx *db.Tx, p *Segment, i *Interaction, parts []*Segment) error {
	if p.AgentID == "" || p.State != StateActive && p.State != StateEnded {
		return nil
	}
	v, err := s.View(ctx, p, i, parts)
	if err != nil {
		return err
	}
	bus.Record(tx, p.TenantID, "u/"+p.AgentID, "segment.changed", v)
	return nil
}

// count tells the live figures how it stands.
func (s *Service) count(ctx context.Context, tx *db.Tx, p *Segment, i *Interaction) {
	bus.Record(tx, p.TenantID, stats.Audience, stats.TypeSegment, p.fact(s.other(ctx, p, i).shown(), s.success(ctx, p)))
}

func (s *Service) success(ctx context.Context, p *Segment) bool {
	if p.DispositionID == "" || p.DispositionID == DispositionNone {
		return false
	}
	d, err := s.directory.DispositionFacts(ctx, p.TenantID, p.DispositionID)
	return err == nil && d.Kind == "success"
}
