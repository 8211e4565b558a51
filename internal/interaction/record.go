package interaction

import (
	"context"
	"fmt"
	"log/slog"

	"parley/internal/bus"
	"parley/internal/db"
)

// Record writes what the floor decided, in the order in which it did, within
// the transaction that makes it durable: segments and interactions with their
// times, offers, the agents' spans, and the changes that the desks and the
// figures are fed with. An error means that none of it may stand.
func (s *Service) Record(ctx context.Context, tx *db.Tx, tenant string, steps []Step, states []AgentState) error {
	if err := s.recordSteps(ctx, tx, tenant, steps); err != nil {
		return err
	}
	return s.recordStates(ctx, tx, tenant, states)
}

func (s *Service) recordSteps(ctx context.Context, tx *db.Tx, tenant string, steps []Step) error {
	if len(steps) == 0 {
		return nil
	}
	r := recording{s: s, tx: tx, tenant: tenant, touched: map[string]bool{}, offers: map[string]*Offer{}}
	if err := r.load(ctx, steps); err != nil {
		return err
	}
	for _, st := range steps {
		if err := r.step(ctx, st); err != nil {
			return err
		}
	}
	return r.save(ctx)
}

// recording is one call of Record.
type recording struct {
	s      *Service
	tx     *db.Tx
	tenant string

	around
	hands   map[string]int    // rows in hand of those who are offered something
	touched map[string]bool   // segments
	order   []*Segment        // touched, in order of their first step
	offers  map[string]*Offer // touched, by segment and number
	lastAt  int64
}

func (r *recording) load(ctx context.Context, steps []Step) (err error) {
	ids := make([]string, 0, len(steps))
	var offered []string
	for _, st := range steps {
		ids = append(ids, st.SegmentID)
		if st.Kind == StepOffered {
			offered = append(offered, st.AgentID)
		}
	}
	if r.around, err = lockAround(ctx, r.tx, r.tenant, ids); err != nil || len(offered) == 0 {
		return err
	}
	r.hands, err = handsOf(ctx, r.tx, r.tenant, offered)
	return err
}

func (r *recording) step(ctx context.Context, st Step) error {
	p := r.byID[st.SegmentID]
	if p == nil {
		return fmt.Errorf("segment %q has no record", st.SegmentID)
	}
	if p.State == StateFinished {
		// Only after a fault: the floor had an item whose record was closed already.
		slog.Warn("a finished segment is left as it is", "tenant", r.tenant, "segment", p.ID, "step", st.Kind)
		return nil
	}
	was := *p
	if err := p.Apply(st); err != nil {
		return err
	}
	r.lastAt = max(r.lastAt, st.At)
	if !r.touched[p.ID] {
		r.touched[p.ID] = true
		r.order = append(r.order, p)
	}
	if p.ToNumber != "" {
		return nil // somebody outside: no agent is offered it or has a row of it
	}
	if was.State == StateOffered {
		r.closeOffer(&was, st)
	}
	if st.Kind == StepOffered {
		return r.openOffer(ctx, p)
	}
	if (was.State == StateActive || was.State == StateEnded) && (p.AgentID != was.AgentID || p.State == StateParked) ||
		p.State == StateFinished && was.AcceptedAt != 0 {
		bus.Record(r.tx, r.tenant, "u/"+was.AgentID, "segment.removed", SegmentRemoved{ID: p.ID, Taken: st.Taken})
	}
	return nil
}

func (r *recording) openOffer(ctx context.Context, p *Segment) error {
	r.offers[offerKey(p)] = &Offer{TenantID: r.tenant, SegmentID: p.ID, N: p.Offers, AgentID: p.AgentID, TeamID: p.TeamID,
		ServiceID: p.ServiceID, OfferedAt: p.OfferedAt}
	v, err := r.s.offerView(ctx, p, r.interactions[p.InteractionID], r.parts[p.InteractionID], r.hands[p.AgentID] > 0)
	if err != nil {
		return err
	}
	bus.Record(r.tx, r.tenant, "u/"+p.AgentID, "offer.opened", v)
	return nil
}

// closeOffer books the end of the offer that was open before the step.
func (r *recording) closeOffer(was *Segment, st Step) {
	cause := CauseWithdrawn
	switch {
	case st.Kind == StepAccepted && st.AgentID == was.AgentID:
		cause = CauseAccepted
	case st.Kind == StepWithdrawn && st.Cause != "":
		cause = st.Cause
	}
	o := r.offers[offerKey(was)]
	if o == nil {
		o = &Offer{TenantID: r.tenant, SegmentID: was.ID, N: was.Offers, AgentID: was.AgentID, TeamID: was.TeamID,
			ServiceID: was.ServiceID, OfferedAt: was.OfferedAt}
		r.offers[offerKey(was)] = o
	}
	o.ClosedAt, o.Cause = st.At, cause
	bus.Record(r.tx, r.tenant, "u/"+was.AgentID, "offer.closed", OfferClosed{SegmentID: was.ID, Cause: cause})
}

func offerKey(p *Segment) string { return fmt.Sprintf("%s/%d", p.ID, p.Offers) }

// save writes every touched row once and shows how it stands now.
func (r *recording) save(ctx context.Context) error {
	var whole []*Interaction
	settled := map[string]bool{}
	for _, p := range r.order {
		i := r.interactions[p.InteractionID]
		if !settled[i.ID] {
			settled[i.ID] = true
			was := *i
			i.settle(r.parts[i.ID], r.lastAt)
			if was.State != i.State || was.EndedAt != i.EndedAt || was.FinishedAt != i.FinishedAt {
				whole = append(whole, i)
			}
		}
	}
	if err := saveInteractions(ctx, r.tx, whole); err != nil {
		return err
	}
	if err := saveSegments(ctx, r.tx, r.order); err != nil {
		return err
	}
	offers := make([]*Offer, 0, len(r.offers))
	for _, p := range r.order { // in a fixed order
		for n := range p.Offers + 1 {
			if o := r.offers[fmt.Sprintf("%s/%d", p.ID, n)]; o != nil {
				offers = append(offers, o)
			}
		}
	}
	if err := saveOffers(ctx, r.tx, offers); err != nil {
		return err
	}
	return r.show(ctx)
}

// show tells the desks of everybody in a touched interaction: a colleague who
// joins or leaves changes what the others may do.
func (r *recording) show(ctx context.Context) error {
	shown := map[string]bool{}
	for _, p := range r.order {
		r.s.count(ctx, r.tx, p, r.interactions[p.InteractionID])
		if shown[p.InteractionID] {
			continue
		}
		shown[p.InteractionID] = true
		parts := r.parts[p.InteractionID]
		for _, o := range parts {
			if !r.touched[o.ID] && o.State != StateActive {
				continue
			}
			if err := r.s.show(ctx, r.tx, o, r.interactions[o.InteractionID], parts); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) recordStates(ctx context.Context, tx *db.Tx, tenant string, states []AgentState) error {
	if len(states) == 0 {
		return nil
	}
	agents := make([]string, 0, len(states))
	for _, st := range states {
		agents = append(agents, st.AgentID)
	}
	open, err := openSpans(ctx, tx, tenant, agents)
	if err != nil {
		return err
	}
	var touched []*Span
	known := map[string]bool{}
	for _, sp := range open {
		known[sp.ID] = true
	}
	for _, st := range states {
		was := open[st.AgentID]
		if was != nil && was.same(st) {
			continue
		}
		if was != nil {
			was.EndedAt = max(st.At, was.StartedAt)
			if known[was.ID] {
				known[was.ID] = false
				touched = append(touched, was)
			}
			delete(open, st.AgentID)
		}
		if st.State == "" {
			continue
		}
		sp := newSpan(tenant, st, was)
		open[st.AgentID] = sp
		touched = append(touched, sp)
	}
	return saveSpans(ctx, tx, touched)
}

// newSpan begins where the former span of the shift ended, so that no gap is left.
func newSpan(tenant string, st AgentState, was *Span) *Span {
	sp := &Span{TenantID: tenant, ID: db.NewID(), AgentID: st.AgentID, TeamID: st.TeamID, State: st.State,
		ReasonID: st.ReasonID, Cause: st.Cause, ByUserID: st.ByUserID, StartedAt: st.At}
	sp.ShiftID = sp.ID
	if was != nil {
		sp.ShiftID, sp.StartedAt = was.ShiftID, was.EndedAt
	}
	return sp
}

// same says that a state is the one the span is already about: the floor tells
// a state again when only its load or what is pending changed.
func (sp *Span) same(st AgentState) bool {
	return sp.State == st.State && sp.ReasonID == st.ReasonID && sp.TeamID == st.TeamID && sp.ByUserID == st.ByUserID &&
		(sp.Cause == st.Cause || st.Cause == "")
}
