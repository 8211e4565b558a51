package interaction

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
)

// Directory tells what a record shows but does not own. It is asked inside
// write transactions, so it answers from memory.
type Directory interface {
	ServiceFacts(ctx context.Context, tenant, id string) (ServiceFacts, error)
	DispositionFacts(ctx context.Context, tenant, id string) (DispositionFacts, error)
	UserName(ctx context.Context, tenant, id string) string
	Extension(ctx context.Context, tenant, user string) string
	Can(ctx context.Context, tenant, user, privilege string) bool
	// AutoAnswers tells whether calls of a service are taken for a user without a click (V-5).
	AutoAnswers(ctx context.Context, tenant, user, service string) bool
}

// ServiceFacts are the settings of a service that a record needs.
type ServiceFacts struct {
	Name                 string
	Channel              string
	SLMS                 int64 // threshold, ms; 0: none
	AnswerWarnSeconds    int64
	MandatoryDisposition bool
	DispositionIDs       []string // to choose from
}

// DispositionFacts are the settings of a disposition that a record needs.
type DispositionFacts struct {
	Name         string
	Kind         string // success, failure, neutral
	NeedsComment bool
}

// Service keeps the records. It is safe for concurrent use.
type Service struct {
	db        *db.DB
	directory Directory
	viewed    audit.ViewFunc
	staff     Staff
	matters   Matters
}

// New makes the service.
func New(d *db.DB, directory Directory) *Service { return &Service{db: d, directory: directory} }

// UseViews says what notes that a record of others was opened. Call it before
// Register.
func (s *Service) UseViews(f audit.ViewFunc) { s.viewed = f }

// UseMatters says who knows the cases that mails are of.
func (s *Service) UseMatters(m Matters) { s.matters = m }

// Opening is a contact that comes in or is begun.
type Opening struct {
	TenantID  string
	Kind      string // voice, chat, email, preview
	Direction string // Direction…
	ServiceID string
	EntryID   string
	ChannelID string // the channel's own entity: a conversation, a call
	Language  string
	Subject   string // of a mail
	Reference string // the number the customer knows it by
	Customer  Customer
	At        int64 // unix ms, 0: now
	Part      NewSegment
}

// NewSegment is a further part of a contact. Purpose "" is PurposeQueue.
type NewSegment struct {
	ID            string // "": a new one
	Purpose       string
	ServiceID     string // "": the interaction's
	ToUserID      string // for one person
	ToNumber      string // for somebody outside, whom the floor does not know
	FromSegmentID string // whose agent hands on or asks
	FromUserID    string
	Note          string
	At            int64 // unix ms, 0: now
}

// Open records a new contact and its first segment in the channel's own
// transaction. The floor learns of it by floor.Submitted, enqueued in the same
// transaction.
func (s *Service) Open(ctx context.Context, tx *db.Tx, o Opening) (Interaction, Segment, error) {
	if o.TenantID == "" || o.Kind == "" {
		return Interaction{}, Segment{}, fmt.Errorf("opening an interaction: tenant %q, kind %q", o.TenantID, o.Kind)
	}
	if o.At == 0 {
		o.At = db.Now()
	}
	if o.Direction == "" {
		o.Direction = DirectionIn
	}
	i := Interaction{TenantID: o.TenantID, ID: db.NewID(), Kind: o.Kind, Direction: o.Direction, State: StateWaiting,
		ServiceID: o.ServiceID, EntryID: o.EntryID, ChannelID: o.ChannelID, ContactID: o.Customer.ContactID,
		Language: o.Language, Subject: o.Subject, Reference: o.Reference, Customer: o.Customer, StartedAt: o.At, Version: 1}
	if _, err := tx.NewInsert().Model(&i).Exec(ctx); err != nil {
		return Interaction{}, Segment{}, fmt.Errorf("storing an interaction: %w", err)
	}
	if err := addTerms(ctx, tx, &i, append(i.Customer.words(), i.Subject, i.Reference)...); err != nil {
		return Interaction{}, Segment{}, err
	}
	o.Part.At = o.At
	part, err := s.add(ctx, tx, &i, 1, o.Part)
	return i, part, err
}

// AddSegment adds a part to an interaction: a transfer, an invitation.
func (s *Service) AddSegment(ctx context.Context, tx *db.Tx, tenant, interactionID string, n NewSegment) (Segment, error) {
	i, err := load(ctx, tx, tenant, interactionID)
	if err != nil {
		return Segment{}, err
	}
	var last int64
	if err := tx.NewSelect().Model((*Segment)(nil)).ColumnExpr("COALESCE(MAX(n), 0)").
		Where("tenant_id = ? AND interaction_id = ?", tenant, interactionID).Scan(ctx, &last); err != nil {
		return Segment{}, err
	}
	if n.At == 0 {
		n.At = db.Now()
	}
	return s.add(ctx, tx, &i, last+1, n)
}

func (s *Service) add(ctx context.Context, tx *db.Tx, i *Interaction, n int64, p NewSegment) (Segment, error) {
	if p.ID == "" {
		p.ID = db.NewID()
	}
	if p.Purpose == "" {
		p.Purpose = PurposeQueue
	}
	if p.ServiceID == "" {
		p.ServiceID = i.ServiceID
	}
	facts, err := s.directory.ServiceFacts(ctx, i.TenantID, p.ServiceID)
	if err != nil {
		return Segment{}, err
	}
	part := Segment{TenantID: i.TenantID, ID: p.ID, InteractionID: i.ID, N: n, Kind: i.Kind, Direction: i.Direction,
		Purpose: p.Purpose, State: StateWaiting, ServiceID: p.ServiceID, FromSegmentID: p.FromSegmentID,
		FromUserID: p.FromUserID, ToUserID: p.ToUserID, Note: p.Note,
		ToNumber: p.ToNumber, StartedAt: i.StartedAt, SinceAt: p.At, QueuedAt: p.At, SLMS: facts.SLMS, Version: 1}
	if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
		return Segment{}, fmt.Errorf("storing a segment: %w", err)
	}
	s.count(ctx, tx, &part, i)
	return part, nil
}

// Get gives one interaction, or fail.NotFound.
func (s *Service) Get(ctx context.Context, from bun.IDB, tenant, id string) (Interaction, error) {
	return load(ctx, from, tenant, id)
}

// Segment gives one segment, or fail.NotFound. Who may touch it is told by its
// AgentID.
func (s *Service) Segment(ctx context.Context, from bun.IDB, tenant, id string) (Segment, error) {
	var p Segment
	err := from.NewSelect().Model(&p).Where("s.tenant_id = ? AND s.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return p, fail.NotFound("segment")
	}
	return p, err
}

// Segments gives all parts of an interaction in their order.
func (s *Service) Segments(ctx context.Context, from bun.IDB, tenant, interactionID string) ([]Segment, error) {
	var list []Segment
	err := from.NewSelect().Model(&list).Where("s.tenant_id = ? AND s.interaction_id = ?", tenant, interactionID).
		Order("s.n").Scan(ctx)
	return list, err
}

func load(ctx context.Context, from bun.IDB, tenant, id string) (Interaction, error) {
	var i Interaction
	err := from.NewSelect().Model(&i).Where("i.tenant_id = ? AND i.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return i, fail.NotFound("interaction")
	}
	return i, err
}

// Unfinished gives the segments that are not finished.
func (s *Service) Unfinished(ctx context.Context, from bun.IDB, tenant string) ([]Segment, error) {
	var list []Segment
	err := from.NewSelect().Model(&list).Where("s.tenant_id = ? AND s.state <> 'finished'", tenant).Order("s.id").Scan(ctx)
	return list, err
}
