package interaction

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/fail"
)

// Filter says which records are looked for; empty fields don't narrow. What is
// said of a part (agent, team, service, disposition, outcome) must hold of one
// and the same part.
type Filter struct {
	From, To      int64 // start of the contact, unix ms, To excluded; 0: open
	Kind          string
	ServiceID     string
	AgentID       string
	TeamID        string
	DispositionID string
	Outcome       string
	ContactID     string
	CategoryID    string   // of the case that a mail is of; see Matters
	CaseFields    []string // what the case was told
	Words         string   // beginnings of words of name, company, comment; address; number
	Oldest        bool     // oldest first
	Cursor        string
	Limit         int
}

// Matters narrows a query to rows whose column names a case of a category and with
// some values of fields (cases.Finder); the records know only that a mail has one.
type Matters func(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, column, categoryID string, fields []string) (*bun.SelectQuery, error)

// Record is a contact in the list of records.
type Record struct {
	InteractionID  string       `json:"interactionId"`
	ConversationID string       `json:"conversationId,omitempty"`
	Kind           string       `json:"kind"`
	Direction      string       `json:"direction"`
	State          string       `json:"state"`
	ServiceID      string       `json:"serviceId"`
	ServiceName    string       `json:"serviceName"`
	CaseID         string       `json:"caseId,omitempty"`
	Subject        string       `json:"subject,omitempty"`
	Reference      string       `json:"reference,omitempty"`
	Customer       Customer     `json:"customer"`
	ContactID      string       `json:"contactId,omitempty"`
	StartedAt      int64        `json:"startedAt"`
	EndedAt        int64        `json:"endedAt"`
	FinishedAt     int64        `json:"finishedAt"`
	Parts          []RecordPart `json:"parts"`
}

// RecordPart is one agent's part in a record. Durations are ms.
type RecordPart struct {
	ID              string `json:"id"`
	N               int64  `json:"n"`
	Purpose         string `json:"purpose"`
	State           string `json:"state"`
	ServiceID       string `json:"serviceId"`
	ServiceName     string `json:"serviceName"`
	AgentID         string `json:"agentId,omitempty"`
	AgentName       string `json:"agentName,omitempty"`
	TeamID          string `json:"teamId,omitempty"`
	FromName        string `json:"fromName,omitempty"`
	ToNumber        string `json:"toNumber,omitempty" doc:"Outside, to which the customer was handed on: no agent had this part"`
	Note            string `json:"note,omitempty"`
	QueuedAt        int64  `json:"queuedAt"`
	AcceptedAt      int64  `json:"acceptedAt"`
	EndedAt         int64  `json:"endedAt"`
	FinishedAt      int64  `json:"finishedAt"`
	EndedBy         string `json:"endedBy,omitempty"`
	EndReason       string `json:"endReason,omitempty"`
	Outcome         string `json:"outcome,omitempty"`
	DispositionID   string `json:"dispositionId,omitempty"`
	DispositionName string `json:"dispositionName,omitempty"`
	Comment         string `json:"comment,omitempty"`
	QueueMs         int64  `json:"queueMs"`
	RingMs          int64  `json:"ringMs"`
	TalkMs          int64  `json:"talkMs"`
	HoldMs          int64  `json:"holdMs"`
	WrapupMs        int64  `json:"wrapupMs"`
	Rejects         int64  `json:"rejects"`
	Misses          int64  `json:"misses"`
	AnsweredAt      int64  `json:"answeredAt,omitempty"` // of a mail: when the answer went out
	AnsweredInSL    bool   `json:"answeredInSl"`         // accepted within the service's threshold; of a mail: answered within it
}

const maxPage = 200

// Search gives one page of records and the cursor of the next, "" after the last.
func (s *Service) Search(ctx context.Context, from bun.IDB, tenant string, f Filter) (page []Record, next string, err error) {
	if f.Limit <= 0 || f.Limit > maxPage {
		f.Limit = maxPage
	}
	q, err := f.query(ctx, from, tenant, s.matters)
	if err != nil {
		return nil, "", err
	}
	var found []struct {
		ID        string `bun:"id"`
		StartedAt int64  `bun:"started_at"`
	}
	if err := q.Limit(int64(f.Limit)+1).Scan(ctx, &found); err != nil {
		return nil, "", err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		next = cursorOf(last.StartedAt, last.ID)
	}
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	page, err = s.records(ctx, from, tenant, ids)
	return page, next, err
}

// query finds the ids in order. It starts from the table whose index has both
// the narrowest filter and the order, so that a page costs a page, not the year.
func (f *Filter) query(ctx context.Context, from bun.IDB, tenant string, matters Matters) (*bun.SelectQuery, error) {
	ofPart := f.ServiceID != "" || f.AgentID != "" || f.TeamID != "" || f.DispositionID != "" || f.Outcome != ""
	var q *bun.SelectQuery
	id := "i.id"
	if ofPart {
		id = "i.interaction_id"
		q = from.NewSelect().TableExpr("segments AS i").ColumnExpr("i.interaction_id AS id, i.started_at").
			GroupExpr("i.started_at, i.interaction_id")
		for _, c := range [][2]string{{"agent_id", f.AgentID}, {"team_id", f.TeamID}, {"service_id", f.ServiceID},
			{"disposition_id", f.DispositionID}, {"outcome", f.Outcome}} {
			if c[1] != "" {
				q = q.Where("i.? = ?", bun.Ident(c[0]), c[1])
			}
		}
		if f.DispositionID != "" {
			q = q.Where("i.disposition_id <> ''") // says that the partial index will do
		}
		if f.ContactID != "" {
			q = q.Where("i.interaction_id IN (SELECT id FROM interactions WHERE tenant_id = ? AND contact_id = ?)", tenant, f.ContactID)
		}
	} else {
		q = from.NewSelect().TableExpr("interactions AS i").ColumnExpr("i.id, i.started_at")
		if f.ContactID != "" {
			q = q.Where("i.contact_id = ?", f.ContactID)
		}
	}
	q = q.Where("i.tenant_id = ?", tenant)
	if f.Kind != "" {
		q = q.Where("i.kind = ?", f.Kind)
	}
	if f.From > 0 {
		q = q.Where("i.started_at >= ?", f.From)
	}
	if f.To > 0 {
		q = q.Where("i.started_at < ?", f.To)
	}
	if f.CategoryID != "" || len(f.CaseFields) > 0 {
		channel := "i.channel_id"
		if ofPart {
			channel = "x.channel_id"
			q = q.Join("JOIN interactions AS x ON x.tenant_id = i.tenant_id AND x.id = i.interaction_id")
		}
		if matters == nil {
			return nil, fmt.Errorf("searching records by cases: nobody knows them")
		}
		var err error
		if q, err = matters(ctx, from, q.Where("i.kind = 'email'"), tenant, channel, f.CategoryID, f.CaseFields); err != nil {
			return nil, err
		}
	}
	for _, w := range fold(f.Words) {
		var err error
		if q, err = having(ctx, from, q, tenant, id, w); err != nil {
			return nil, err
		}
	}
	return f.ordered(q, id)
}

// commonWord is from how many records on a word is called common.
const commonWord = 2_000

// having narrows a query to records with a word that begins so. Those of a rare
// word are gathered first; for a common one it is quicker to look at each record
// in the order of the list until the page is full.
func having(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, id, word string) (*bun.SelectQuery, error) {
	within := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.TableExpr("interaction_terms AS t").Where("t.tenant_id = ? AND t.term >= ? AND t.term < ?", tenant, word, word+"\U0010FFFF")
	}
	var seen int
	probe := within(from.NewSelect()).ColumnExpr("1").Limit(commonWord)
	if err := from.NewSelect().TableExpr("(?) AS p", probe).ColumnExpr("COUNT(*)").Scan(ctx, &seen); err != nil {
		return nil, err
	}
	if seen < commonWord {
		return q.Where("? IN (?)", bun.Safe(id), within(from.NewSelect()).Column("t.interaction_id")), nil
	}
	return q.Where("EXISTS (?)", within(from.NewSelect()).ColumnExpr("1").Where("t.interaction_id = ?", bun.Safe(id))), nil
}

func (f *Filter) ordered(q *bun.SelectQuery, id string) (*bun.SelectQuery, error) {
	sign, dir := "<", "DESC"
	if f.Oldest {
		sign, dir = ">", "ASC"
	}
	if f.Cursor != "" {
		at, last, err := readCursor(f.Cursor)
		if err != nil {
			return nil, err
		}
		q = q.Where("(i.started_at, ?) ? (?, ?)", bun.Safe(id), bun.Safe(sign), at, last)
	}
	return q.OrderExpr("i.started_at ?, ? ?", bun.Safe(dir), bun.Safe(id), bun.Safe(dir)), nil
}

func cursorOf(at int64, id string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d/%s", at, id))
}

func readCursor(c string) (at int64, id string, err error) {
	bad := fail.Invalid("cursor", "This is no cursor of this list")
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return 0, "", bad
	}
	text, id, ok := strings.Cut(string(b), "/")
	at, err = strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || len(id) > 64 || strings.ContainsRune(id, 0) {
		return 0, "", bad
	}
	return at, id, nil
}

// records gives whole records in the order of the ids.
func (s *Service) records(ctx context.Context, from bun.IDB, tenant string, ids []string) ([]Record, error) {
	all, err := loadWhole(ctx, from, tenant, append([]string(nil), ids...), func(q *bun.SelectQuery) *bun.SelectQuery { return q })
	if err != nil {
		return nil, err
	}
	out := make([]Record, 0, len(ids))
	for _, id := range ids {
		if i := all.interactions[id]; i != nil {
			out = append(out, s.record(ctx, i, all.parts[id]))
		}
	}
	return out, nil
}

// GetRecord gives one record.
func (s *Service) GetRecord(ctx context.Context, from bun.IDB, tenant, interactionID string) (Record, error) {
	list, err := s.records(ctx, from, tenant, []string{interactionID})
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 {
		return Record{}, fail.NotFound("interaction")
	}
	return list[0], nil
}

func (s *Service) record(ctx context.Context, i *Interaction, parts []*Segment) Record {
	r := Record{InteractionID: i.ID, Kind: i.Kind, Direction: i.Direction, State: i.State, ServiceID: i.ServiceID,
		ServiceName: s.serviceName(ctx, i.TenantID, i.ServiceID), Customer: i.Customer, ContactID: i.ContactID,
		StartedAt: i.StartedAt, EndedAt: i.EndedAt, FinishedAt: i.FinishedAt, Parts: make([]RecordPart, len(parts))}
	r.Subject, r.Reference = i.Subject, i.Reference
	switch i.Kind {
	case "chat":
		r.ConversationID = i.ChannelID
	case "email":
		r.CaseID = i.ChannelID
	}
	for n, p := range parts {
		r.Parts[n] = s.recordPart(ctx, p)
	}
	return r
}

func (s *Service) recordPart(ctx context.Context, p *Segment) RecordPart {
	out := RecordPart{ID: p.ID, N: p.N, Purpose: p.Purpose, State: p.State, ServiceID: p.ServiceID,
		ServiceName: s.serviceName(ctx, p.TenantID, p.ServiceID), AgentID: p.AgentID, TeamID: p.TeamID,
		AgentName: s.directory.UserName(ctx, p.TenantID, p.AgentID), FromName: s.directory.UserName(ctx, p.TenantID, p.FromUserID),
		ToNumber: p.ToNumber, Note: p.Note, QueuedAt: p.QueuedAt, AcceptedAt: p.AcceptedAt, EndedAt: p.EndedAt, FinishedAt: p.FinishedAt,
		EndedBy: p.EndedBy, EndReason: p.EndReason, Outcome: p.Outcome, DispositionID: p.DispositionID, Comment: p.Comment,
		QueueMs: p.QueueMS, RingMs: p.RingMS, TalkMs: p.TalkMS, HoldMs: p.HoldMS, WrapupMs: p.WrapupMS,
		Rejects: p.Rejects, Misses: p.Misses, AnsweredAt: p.AnsweredAt, AnsweredInSL: p.AnsweredInSL}
	if p.DispositionID != "" && p.DispositionID != DispositionNone {
		if d, err := s.directory.DispositionFacts(ctx, p.TenantID, p.DispositionID); err == nil {
			out.DispositionName = d.Name
		}
	}
	return out
}

// serviceName is "" for a service that is not known any more.
func (s *Service) serviceName(ctx context.Context, tenant, id string) string {
	facts, err := s.directory.ServiceFacts(ctx, tenant, id)
	if err != nil {
		return ""
	}
	return facts.Name
}
