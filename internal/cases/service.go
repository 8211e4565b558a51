package cases

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Longest texts of a case, in characters.
const (
	MaxSubject = 500
	MaxNote    = 16_000
)

// Service keeps cases. It is safe for concurrent use.
type Service struct {
	now func() int64 // unix ms
}

// New makes the service.
func New() *Service { return &Service{now: db.Now} }

// Opening is a new matter.
type Opening struct {
	TenantID, Subject, ServiceID, ContactID string
	Initiator, Address                      string
	AssigneeID                              string
	FollowsID                               string
	CustomerAt                              int64 // 0: the customer has not written
}

// Open makes a case with the next number of the contact centre.
func (s *Service) Open(ctx context.Context, tx *db.Tx, o Opening) (*Case, error) {
	n := struct {
		bun.BaseModel `bun:"table:case_numbers,alias:n"`
		TenantID      string `bun:"tenant_id,pk"`
		Last          int64  `bun:"last"`
	}{TenantID: o.TenantID, Last: 1}
	if err := tx.NewInsert().Model(&n).On("CONFLICT (tenant_id) DO UPDATE").Set("last = n.last + 1").
		Returning("last").Scan(ctx, &n.Last); err != nil {
		return nil, fmt.Errorf("numbering a case: %w", err)
	}
	at := s.now()
	k := &Case{TenantID: o.TenantID, ID: db.NewID(), Number: n.Last, ThreadKey: newKey(), Subject: CleanSubject(o.Subject),
		State: StateOpen, StateAt: at, ServiceID: o.ServiceID, AssigneeID: o.AssigneeID, ContactID: o.ContactID, Initiator: o.Initiator,
		Address: o.Address, FollowsID: o.FollowsID, Fields: Values{}, OpenedAt: at, UpdatedAt: at, CustomerAt: o.CustomerAt, Version: 1}
	if _, err := tx.NewInsert().Model(k).Exec(ctx); err != nil {
		return nil, fmt.Errorf("storing a case: %w", err)
	}
	return k, nil
}

// CleanSubject makes one line of a subject, without thread keys.
func CleanSubject(subject string) string {
	subject = WithoutKeys(strings.Join(strings.Fields(subject), " "))
	if r := []rune(subject); len(r) > MaxSubject {
		subject = string(r[:MaxSubject])
	}
	return subject
}

// Get gives one case, or fail.NotFound.
func (s *Service) Get(ctx context.Context, from bun.IDB, tenant, id string) (*Case, error) {
	return one(ctx, from.NewSelect().Where("k.tenant_id = ? AND k.id = ?", tenant, id))
}

// Lock gives one case, kept from others until the commit.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, tenant, id string) (*Case, error) {
	q := tx.NewSelect().Where("k.tenant_id = ? AND k.id = ?", tenant, id)
	if tx.Engine() == db.Postgres {
		q = q.For("UPDATE")
	}
	return one(ctx, q)
}

func one(ctx context.Context, q *bun.SelectQuery) (*Case, error) {
	var k Case
	err := q.Model(&k).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("case")
	}
	return &k, err
}

// ByKeys finds the case of the first of some thread keys that has one, nil when
// none has. Deleted cases are not found (decision 38).
func (s *Service) ByKeys(ctx context.Context, from bun.IDB, tenant string, keys []string) (*Case, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var found []*Case
	if err := from.NewSelect().Model(&found).Where("k.tenant_id = ? AND k.thread_key IN (?) AND k.deleted_at = 0", tenant, bun.List(keys)).Scan(ctx); err != nil {
		return nil, err
	}
	for _, key := range keys {
		for _, k := range found {
			if k.ThreadKey == key {
				return k, nil
			}
		}
	}
	return nil, nil
}

// Followers are the cases that go on from a closed one, oldest first.
func (s *Service) Followers(ctx context.Context, from bun.IDB, tenant, id string) ([]*Case, error) {
	list := []*Case{}
	err := from.NewSelect().Model(&list).Where("k.tenant_id = ? AND k.follows_id = ? AND k.follows_id <> ''", tenant, id).Order("k.number").Limit(100).Scan(ctx)
	return list, err
}

// Save writes a locked case as it is now.
func (s *Service) Save(ctx context.Context, tx *db.Tx, k *Case) error {
	k.UpdatedAt = s.now()
	k.Version++
	_, err := tx.NewUpdate().Model(k).WherePK().Exec(ctx)
	return err
}

// Move changes the state of a locked case and keeps that it did; the caller
// saves. by is a user, "" the system. The same state again is nothing. A case
// that closes is unpinned for all (E-34).
func (s *Service) Move(ctx context.Context, tx *db.Tx, k *Case, to State, by string) error {
	if k.State == to {
		return nil
	}
	if !k.State.May(to) {
		e := fail.State("A closed case stays closed; go on in one that follows it")
		e.Field = "state"
		return e
	}
	from := k.State
	k.State, k.StateAt, k.ClosedAt = to, s.now(), 0
	if to == StateClosed {
		k.ClosedAt = k.StateAt
		if err := s.unpin(ctx, tx, k); err != nil {
			return err
		}
	}
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventState, UserID: by, Args: map[string]string{"from": string(from), "to": string(to)}})
}

// Classify says what a locked case is about, and keeps by which names; the caller
// saves.
func (s *Service) Classify(ctx context.Context, tx *db.Tx, k *Case, id, from, to, by string) error {
	k.CategoryID = id
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventCategory, UserID: by, Args: map[string]string{"from": from, "to": to}})
}

// Log adds an entry to the case's history.
func (s *Service) Log(ctx context.Context, tx *db.Tx, k *Case, e CaseEntry) error {
	e.TenantID, e.CaseID, e.ID = k.TenantID, k.ID, db.NewID()
	if e.At == 0 {
		e.At = s.now()
	}
	if e.Args == nil {
		e.Args = map[string]string{}
	}
	_, err := tx.NewInsert().Model(&e).Exec(ctx)
	return err
}

// Note adds an agent's note.
func (s *Service) Note(ctx context.Context, tx *db.Tx, k *Case, userID, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return fail.Invalid("text", "must not be empty")
	}
	if utf8.RuneCountInString(text) > MaxNote {
		return fail.Invalid("text", "must have at most 16,000 characters")
	}
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryNote, UserID: userID, Text: text})
}

// maxEntries bounds the history that is read at once; a case has far fewer.
const maxEntries = 2_000

// Entries are what happened to a case, oldest first; without events only notes
// and dispositions.
func (s *Service) Entries(ctx context.Context, from bun.IDB, tenant, caseID string, events bool) ([]CaseEntry, error) {
	list := []CaseEntry{}
	q := from.NewSelect().Model(&list).Where("e.tenant_id = ? AND e.case_id = ?", tenant, caseID).Order("e.id").Limit(maxEntries)
	if !events {
		q = q.Where("e.kind <> ? OR e.text <> ''", EntryEvent) // with which words it was handed on is a note
	}
	err := q.Scan(ctx)
	return list, err
}

// resolvedFor is how long a resolved case waits for the customer before it is
// closed (decision 31).
const resolvedFor = 14 * 24 * 60 * 60 * 1000

// CloseResolved closes some of the tenant's cases that were resolved long ago,
// and tells how many.
func (s *Service) CloseResolved(ctx context.Context, tx *db.Tx, tenant string) (int, error) {
	var ids []string
	if err := tx.NewSelect().Model((*Case)(nil)).Column("id").Where("k.tenant_id = ? AND k.state = 'resolved' AND k.state_at < ?", tenant, s.now()-resolvedFor).
		Order("k.state_at").Limit(100).Scan(ctx, &ids); err != nil {
		return 0, err
	}
	for _, id := range ids {
		k, err := s.Lock(ctx, tx, tenant, id)
		if err != nil {
			return 0, err
		}
		if k.State != StateResolved {
			continue
		}
		if err := s.Move(ctx, tx, k, StateClosed, ""); err != nil {
			return 0, err
		}
		if err := s.Save(ctx, tx, k); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
