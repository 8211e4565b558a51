package interaction

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// DispositionNone is the system's disposition of a row that nobody finished.
const DispositionNone = "none"

const maxComment = 4000 // characters

// Outcome is what the agent says of a contact.
type Outcome struct {
	DispositionID string
	Comment       string
	Version       int64 // the one the agent has seen; 0: whatever it is
}

// SetOutcome keeps disposition and comment of a segment. Only its agent may,
// while it is active or ended.
func (s *Service) SetOutcome(ctx context.Context, tx *db.Tx, tenant, segmentID, userID string, o Outcome) (Segment, error) {
	p, err := s.own(ctx, tx, tenant, segmentID, userID)
	if err != nil {
		return p, err
	}
	if o.Version != 0 && o.Version != p.Version {
		return p, fail.Changed("segment")
	}
	if utf8.RuneCountInString(o.Comment) > maxComment {
		return p, fail.Invalid("comment", "The comment may have at most 4,000 characters")
	}
	if err := s.mayChoose(ctx, &p, o.DispositionID); err != nil {
		return p, err
	}
	if o.DispositionID == p.DispositionID && o.Comment == p.Comment {
		return p, nil
	}
	p.DispositionID, p.Comment = o.DispositionID, o.Comment
	p.Version++
	if _, err := tx.NewUpdate().Model(&p).Column("disposition_id", "comment", "version").WherePK().Exec(ctx); err != nil {
		return p, err
	}
	i, err := load(ctx, tx, tenant, p.InteractionID)
	if err != nil {
		return p, err
	}
	if err := addTerms(ctx, tx, &i, o.Comment); err != nil {
		return p, err
	}
	s.count(ctx, tx, &p, &i)
	return p, s.showAll(ctx, tx, &i, func(part *Segment) bool { return part.ID == p.ID })
}

// Dispose gives a contact that nobody has in hand its outcome, by somebody who
// finishes it from the queue without opening it (E-13). The caller tells the
// floor that it is over.
func (s *Service) Dispose(ctx context.Context, tx *db.Tx, tenant, segmentID, userID string, o Outcome) error {
	a, err := lockAround(ctx, tx, tenant, []string{segmentID})
	if err != nil {
		return err
	}
	p := a.byID[segmentID]
	switch {
	case p == nil:
		return fail.NotFound("segment")
	case p.State != StateWaiting && p.State != StateParked:
		return fail.State("Somebody else has taken it")
	case o.DispositionID == "":
		return Missing("dispositionId")
	case utf8.RuneCountInString(o.Comment) > maxComment:
		return fail.Invalid("comment", "The comment may have at most 4,000 characters")
	}
	if err := s.mayChoose(ctx, p, o.DispositionID); err != nil {
		return err
	}
	if d, err := s.directory.DispositionFacts(ctx, tenant, o.DispositionID); err == nil && d.NeedsComment && o.Comment == "" {
		return Missing("comment")
	}
	p.DispositionID, p.Comment, p.AgentID, p.Version = o.DispositionID, o.Comment, userID, p.Version+1
	_, err = tx.NewUpdate().Model(p).Column("disposition_id", "comment", "agent_id", "version").WherePK().Exec(ctx)
	return err
}

// mayChoose says whether a disposition is one of the segment's service.
func (s *Service) mayChoose(ctx context.Context, p *Segment, dispositionID string) error {
	if dispositionID == "" || dispositionID == p.DispositionID {
		return nil
	}
	facts, err := s.directory.ServiceFacts(ctx, p.TenantID, p.ServiceID)
	if err != nil {
		return err
	}
	if !slices.Contains(facts.DispositionIDs, dispositionID) {
		return fail.Invalid("dispositionId", "The disposition does not belong to this service")
	}
	return nil
}

// MayFinish tells whether a row can be finished as it is: its agent's, ended,
// with a disposition where the service wants one (PAR-2003).
func (s *Service) MayFinish(ctx context.Context, tx *db.Tx, tenant, segmentID, userID string) error {
	p, err := s.own(ctx, tx, tenant, segmentID, userID)
	if err != nil {
		return err
	}
	if p.State != StateEnded {
		return fail.State("The contact has not ended yet")
	}
	return s.complete(ctx, &p)
}

// MayLeaveWrapup tells whether an agent may be Ready by hand: where only ended
// rows are left that closes them (decision 1), so that each must be complete.
func (s *Service) MayLeaveWrapup(ctx context.Context, from bun.IDB, tenant, userID string) error {
	var rows []*Segment
	err := from.NewSelect().Model(&rows).Order("s.ended_at", "s.id").
		Where("s.tenant_id = ? AND s.agent_id = ? AND s.state IN (?, ?) AND s.state <> 'finished'", tenant, userID, StateActive, StateEnded).Scan(ctx)
	if err != nil || slices.ContainsFunc(rows, func(p *Segment) bool { return p.State == StateActive }) {
		return err
	}
	for _, p := range rows {
		if err := s.complete(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// complete tells what a row lacks before it can be finished (PAR-2003).
func (s *Service) complete(ctx context.Context, p *Segment) error {
	facts, err := s.directory.ServiceFacts(ctx, p.TenantID, p.ServiceID)
	if err != nil {
		return err
	}
	if facts.MandatoryDisposition && p.DispositionID == "" && p.Purpose != PurposeInvite && !p.Internal() {
		return Missing("dispositionId")
	}
	if p.DispositionID != "" && p.Comment == "" {
		d, err := s.directory.DispositionFacts(ctx, p.TenantID, p.DispositionID)
		if err == nil && d.NeedsComment {
			return Missing("comment")
		}
	}
	return nil
}

// Missing is PAR-2003: what a row needs before it can be finished.
func Missing(field string) error {
	e := fail.New("PAR-2003", nil)
	e.Field = field
	return e
}

// own gives a segment that the user has in hand; somebody else's is not found.
func (s *Service) own(ctx context.Context, tx *db.Tx, tenant, segmentID, userID string) (Segment, error) {
	p, err := s.Segment(ctx, tx, tenant, segmentID)
	if err != nil {
		return p, err
	}
	if err := s.Lock(ctx, tx, tenant, p.InteractionID); err != nil {
		return p, err
	}
	p = Segment{}
	err = tx.NewSelect().Model(&p).Where("s.tenant_id = ? AND s.id = ? AND s.agent_id = ?", tenant, segmentID, userID).Scan(ctx)
	switch {
	case db.IsNone(err):
		return p, fail.NotFound("segment")
	case err != nil:
		return p, err
	case p.State != StateActive && p.State != StateEnded:
		return p, fail.State("This contact is not in your hands any more")
	}
	return p, nil
}

// MarkCustomer notes that the customer wrote: for every agent in the
// conversation the message is unread and the answer is owed.
func (s *Service) MarkCustomer(ctx context.Context, tx *db.Tx, tenant, interactionID string, at int64) error {
	return s.mark(ctx, tx, tenant, interactionID, func(p *Segment) bool {
		p.Unread++
		if p.LastCustomerAt == 0 {
			p.LastCustomerAt = at
		}
		return true
	})
}

// MarkAnswered notes that an agent wrote: the customer has the answer.
func (s *Service) MarkAnswered(ctx context.Context, tx *db.Tx, tenant, interactionID string) error {
	return s.mark(ctx, tx, tenant, interactionID, func(p *Segment) bool {
		was := p.LastCustomerAt
		p.LastCustomerAt = 0
		return was != 0
	})
}

// MarkRead sets how many messages the segment's agent has not seen.
func (s *Service) MarkRead(ctx context.Context, tx *db.Tx, tenant, interactionID, segmentID string, unread int64) error {
	return s.mark(ctx, tx, tenant, interactionID, func(p *Segment) bool {
		was := p.Unread
		if p.ID == segmentID {
			p.Unread = unread
		}
		return p.Unread != was
	})
}

// Every message of a channel walks through these.
var (
	lockInteraction = db.Prepare(`SELECT id FROM interactions WHERE tenant_id = ?1 AND id = ?2{postgres: FOR UPDATE}`)
	markedOf        = db.Prepare(`SELECT i.* FROM interactions AS i WHERE i.tenant_id = ?1 AND i.id = ?2`)
	partsOf         = db.Prepare(`SELECT s.* FROM segments AS s WHERE s.tenant_id = ?1 AND s.interaction_id = ?2 ORDER BY s.n{postgres: FOR UPDATE}`)
	saveMarks       = db.Prepare(`UPDATE segments SET unread = ?3, last_customer_at = ?4 WHERE tenant_id = ?1 AND id = ?2`)
)

// Hold notes that an agent puts the customer on hold, or takes them back: the
// time goes to hold instead of talk, and the desk and the figures show it.
func (s *Service) Hold(ctx context.Context, tx *db.Tx, tenant, segmentID string, on bool, at int64) error {
	a, err := lockAround(ctx, tx, tenant, []string{segmentID})
	if err != nil {
		return err
	}
	p := a.byID[segmentID]
	if p == nil {
		return fail.NotFound("segment")
	}
	if p.State != StateActive { // its time was booked when it ended
		return nil
	}
	p.hold(on, at)
	if _, err := tx.NewUpdate().Model(p).Column("held_at", "hold_span_ms").WherePK().Exec(ctx); err != nil {
		return err
	}
	i := a.interactions[p.InteractionID]
	s.count(ctx, tx, p, i)
	return s.show(ctx, tx, p, i, a.parts[i.ID])
}

// Description is what a contact is about, for one that is described only after it
// began: a new mail when it is sent.
type Description struct {
	ChannelID, Subject, Reference string
	Customer                      Customer
}

// Describe says what a contact is about.
func (s *Service) Describe(ctx context.Context, tx *db.Tx, tenant, interactionID string, d Description) error {
	if err := s.Lock(ctx, tx, tenant, interactionID); err != nil {
		return err
	}
	i, err := load(ctx, tx, tenant, interactionID)
	if err != nil {
		return err
	}
	i.ChannelID, i.Subject, i.Reference, i.Customer, i.ContactID = d.ChannelID, d.Subject, d.Reference, d.Customer, d.Customer.ContactID
	if _, err := tx.NewUpdate().Model(&i).Column("channel_id", "subject", "reference", "customer", "contact_id").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := addTerms(ctx, tx, &i, append(d.Customer.words(), d.Subject, d.Reference)...); err != nil {
		return err
	}
	return s.showAll(ctx, tx, &i, func(p *Segment) bool {
		if p.FinishedAt == 0 {
			s.count(ctx, tx, p, &i) // the tables of who watches name the customer too
		}
		return true
	})
}

// Answered notes that the customer of a mail has an answer, the first one of
// this part, and whether it came within the service level. The marks are those
// of MarkAnswered.
func (s *Service) Answered(ctx context.Context, tx *db.Tx, tenant, segmentID string, at int64, inSL bool) error {
	a, err := lockAround(ctx, tx, tenant, []string{segmentID})
	if err != nil {
		return err
	}
	p := a.byID[segmentID]
	if p == nil {
		return fail.NotFound("segment")
	}
	i := a.interactions[p.InteractionID]
	if p.AnsweredAt == 0 {
		p.AnsweredAt, p.AnsweredInSL = at, inSL
	}
	p.DueAt = 0
	if _, err := tx.NewUpdate().Model(p).Column("answered_at", "answered_in_sl", "due_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	s.count(ctx, tx, p, i)
	return s.MarkAnswered(ctx, tx, tenant, i.ID)
}

// Due notes when the answer to a mail is late (unix ms), for the figures.
func (s *Service) Due(ctx context.Context, tx *db.Tx, tenant, segmentID string, at int64) error {
	a, err := lockAround(ctx, tx, tenant, []string{segmentID})
	if err != nil {
		return err
	}
	p := a.byID[segmentID]
	if p == nil {
		return fail.NotFound("segment")
	}
	p.DueAt = at
	if _, err := tx.NewUpdate().Model(p).Column("due_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	s.count(ctx, tx, p, a.interactions[p.InteractionID])
	return nil
}

// mark changes the channel's marks of the parts that are not over yet.
func (s *Service) mark(ctx context.Context, tx *db.Tx, tenant, interactionID string, change func(*Segment) bool) error {
	parts, err := db.All[Segment](ctx, tx, partsOf, tenant, interactionID)
	if err != nil {
		return err
	}
	var i *Interaction // read when somebody is to be shown it
	for _, p := range parts {
		if p.State == StateEnded || p.State == StateFinished || !change(p) {
			continue
		}
		if _, err := tx.Do(ctx, saveMarks, tenant, p.ID, p.Unread, p.LastCustomerAt); err != nil {
			return err
		}
		if p.State != StateActive {
			continue
		}
		if i == nil {
			if i, err = db.One[Interaction](ctx, tx, markedOf, tenant, interactionID); err != nil {
				return err
			}
			if i == nil {
				return fail.NotFound("interaction")
			}
		}
		if err := s.show(ctx, tx, p, i, parts); err != nil {
			return err
		}
	}
	return nil
}

// showAll shows those parts of an interaction that changed says have changed.
func (s *Service) showAll(ctx context.Context, tx *db.Tx, i *Interaction, changed func(*Segment) bool) error {
	var parts []*Segment
	q := tx.NewSelect().Model(&parts).Order("s.n").
		Where("s.tenant_id = ? AND s.interaction_id = ?", i.TenantID, i.ID)
	if err := forUpdate(tx, q).Scan(ctx); err != nil {
		return err
	}
	for _, p := range parts {
		if changed(p) {
			if err := s.show(ctx, tx, p, i, parts); err != nil {
				return err
			}
		}
	}
	return nil
}
