package email

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// Orders of the queues (E-15).
var orders = map[string]string{"created": "created_at", "updated": "updated_at", "customer": "customer_at", "sl": "sl_due_at",
	"from": "from_key", "subject": "subject_key", "flag": "flagged"}

// View says which rows of the queues are looked at; empty fields don't narrow.
type View struct {
	Place     string // team, personal
	OwnerID   string // of a personal queue; empty: one's own, all: those of the people that a supervisor leads
	ServiceID string
	Push      string // push, pull: supervisors look at all services of one way (E-14)
	Language  string
	Words     string
	Cases     cases.Wanted // what their cases are about
	Sort      string
	Desc      bool
	Offset    int
	Limit     int
}

// scope are the rows of a queue that a user may see: the services of the own
// team and of the teams supervised, or what is the user's own; where a
// supervisor asks for them, what is of the people led.
type scope struct {
	tenant, user string
	services     []string // of the team's queue
	owners       []string // of the personal queues
}

func (s *Service) scope(ctx context.Context, who web.Identity) (scope, error) {
	sc := scope{tenant: who.TenantID, user: who.UserID, owners: []string{who.UserID}}
	own, supervised, err := s.directory.ServicesOf(ctx, who.TenantID, who.UserID)
	if err != nil {
		return sc, err
	}
	sc.services = own
	if who.Can(org.SuperviseLive) {
		for _, id := range supervised {
			if !slices.Contains(sc.services, id) {
				sc.services = append(sc.services, id)
			}
		}
	}
	return sc, nil
}

// within narrows a query to the rows of a place in the scope.
func (sc scope) within(q *bun.SelectQuery, place string) *bun.SelectQuery {
	q = q.Where("r.tenant_id = ? AND r.place = ?", sc.tenant, place)
	switch {
	case place == PlacePersonal && len(sc.owners) == 1:
		return q.Where("r.owner_id = ? AND r.owner_id <> ''", sc.owners[0])
	case place == PlacePersonal && len(sc.owners) > 1:
		return q.Where("r.owner_id IN (?) AND r.owner_id <> ''", bun.List(sc.owners))
	case place == PlacePersonal, len(sc.services) == 0:
		return q.Where("1 = 0")
	}
	// Not by an index of services: the rows come in their order from the index of
	// that, whose end is the service.
	return q.Where("r.service_id || '' IN (?)", bun.List(sc.services))
}

func (s *Service) narrow(ctx context.Context, q *bun.SelectQuery, sc scope, v View) (*bun.SelectQuery, error) {
	q = sc.within(q, v.Place)
	of, narrower, err := s.servicesOf(ctx, sc, v)
	switch {
	case err != nil:
		return nil, err
	case narrower && len(of) == 0:
		q = q.Where("1 = 0")
	case narrower:
		q = q.Where("r.service_id || '' IN (?)", bun.List(of))
	}
	if v.Language != "" {
		q = q.Where("r.language = ?", v.Language)
	}
	if q, err = (cases.Finder{Known: s.directory}).Narrow(ctx, s.db.Read(), q, sc.tenant, "r.case_id", v.Cases); err != nil {
		return nil, err
	}
	for _, w := range strings.Fields(folded(v.Words)) {
		like := "%" + likeEscaper.Replace(w) + "%"
		q = q.Where(`(r.from_key LIKE ? ESCAPE '\' OR r.subject_key LIKE ? ESCAPE '\' OR CAST(r.number AS TEXT) = ?)`, like, like, strings.TrimPrefix(w, "#"))
	}
	return q, nil
}

// servicesOf are the services that a view is narrowed to; narrower is false where it is not.
func (s *Service) servicesOf(ctx context.Context, sc scope, v View) (ids []string, narrower bool, err error) {
	if v.Push == "" || v.Push == "all" {
		return []string{v.ServiceID}, v.ServiceID != "", nil
	}
	for _, id := range sc.services {
		rules, err := s.directory.Service(ctx, sc.tenant, id)
		if err != nil {
			return nil, false, err
		}
		if rules.Push == (v.Push == "push") && (v.ServiceID == "" || v.ServiceID == id) {
			ids = append(ids, id)
		}
	}
	return ids, true, nil
}

// total is how many rows a view has.
func (s *Service) total(ctx context.Context, sc scope, v View, byService map[string]tally) (n int64, err error) {
	if v.Language != "" || strings.TrimSpace(v.Words) != "" || v.Cases.Any() {
		q, err := s.narrow(ctx, s.db.Read().NewSelect().Model((*Row)(nil)), sc, v)
		if err != nil {
			return 0, err
		}
		return q.Count(ctx)
	}
	ids, narrower, err := s.servicesOf(ctx, sc, v)
	if !narrower || err != nil {
		return sum(byService).N, err
	}
	for _, id := range ids {
		n += byService[id].N
	}
	return n, nil
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// QueueRow is a mail in a queue.
type QueueRow struct {
	SegmentID     string  `json:"segmentId" doc:"Empty in the list of pinned cases where nothing of the case is open"`
	InteractionID string  `json:"interactionId"`
	CaseID        string  `json:"caseId" doc:"Empty: a new mail that was not sent yet"`
	Number        int64   `json:"number"`
	From          Address `json:"from"`
	Subject       string  `json:"subject"`
	ServiceID     string  `json:"serviceId"`
	ServiceName   string  `json:"serviceName"`
	Language      string  `json:"language"`
	Files         int     `json:"files"`
	Unread        int     `json:"unread"`
	Draft         bool    `json:"draft" doc:"An answer is begun"`
	Flagged       bool    `json:"flagged" doc:"Help is asked for"`
	Offered       bool    `json:"offered" doc:"Being offered to somebody now"`
	Pinned        bool    `json:"pinned" doc:"Somebody waits for this mail's case"`
	OwnerID       string  `json:"ownerId"`
	OwnerName     string  `json:"ownerName"`
	CreatedAt     int64   `json:"createdAt"`
	UpdatedAt     int64   `json:"updatedAt"`
	CustomerAt    int64   `json:"customerAt"`
	SLFromAt      int64   `json:"slFromAt" doc:"The oldest unanswered mail; 0: answered"`
	SLDueAt       int64   `json:"slDueAt" doc:"When the service level is missed; 0: none"`
}

// MailCounts are the numbers beside the tabs.
type MailCounts struct {
	Team            int64 `json:"team"`
	Personal        int64 `json:"personal"`
	TeamOverdue     int64 `json:"teamOverdue" doc:"Longer than the service level allows"`
	PersonalOverdue int64 `json:"personalOverdue"`
	Pinned          int64 `json:"pinned" doc:"Cases that I have pinned"`
	PinnedOverdue   int64 `json:"pinnedOverdue"`
}

// ServiceCount is how many mails of a service a queue has.
type ServiceCount struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Push  bool   `json:"push" doc:"Offered to agents; else they take it themselves"`
	Count int    `json:"count"`
}

// MailPage is a page of a queue.
type MailPage struct {
	Items    []QueueRow     `json:"items"`
	Total    int64          `json:"total" doc:"In the view"`
	Counts   MailCounts     `json:"counts"`
	Services []ServiceCount `json:"services"`
}

// MaxPage is how many rows a page has at most.
const MaxPage = 100

// Queue gives a page of the team's queue or of personal ones.
func (s *Service) Queue(ctx context.Context, who web.Identity, v View) (MailPage, error) {
	if v.Place != PlaceTeam && v.Place != PlacePersonal {
		return MailPage{}, fail.Invalid("place", "must be team or personal")
	}
	sc, err := s.scope(ctx, who)
	if err != nil {
		return MailPage{}, err
	}
	page := MailPage{Items: []QueueRow{}, Services: []ServiceCount{}}
	team, err := s.tally(ctx, sc, PlaceTeam)
	if err != nil {
		return page, err
	}
	personal, err := s.tally(ctx, sc, PlacePersonal)
	if err != nil {
		return page, err
	}
	looked, here := sc, team
	if v.Place == PlacePersonal {
		if looked.owners, err = s.owners(ctx, who, v.OwnerID); err != nil {
			return page, err
		}
		if here, err = s.tally(ctx, looked, PlacePersonal); err != nil {
			return page, err
		}
	}
	if page.Total, err = s.total(ctx, looked, v, here); err != nil {
		return page, err
	}
	var rows []*Row
	q, err := s.narrow(ctx, s.db.Read().NewSelect().Model(&rows), looked, v)
	if err != nil {
		return page, err
	}
	if err := v.ordered(q).Limit(int64(min(max(v.Limit, 1), MaxPage))).Offset(int64(v.Offset)).Scan(ctx); err != nil {
		return page, err
	}
	if err := s.markPinned(ctx, who.TenantID, rows, &page); err != nil {
		return page, err
	}
	page.Services = s.serviceCounts(ctx, sc, here)
	page.Counts, err = s.counts(ctx, sc, team, personal)
	return page, err
}

// ordered sorts; what has no service level comes last in its order.
func (v View) ordered(q *bun.SelectQuery) *bun.SelectQuery {
	column, ok := orders[v.Sort]
	if !ok {
		column = "created_at"
		if v.Place == PlacePersonal {
			column = "sl_due_at" // E-17
		}
	}
	dir := "ASC"
	if v.Desc != (column == "flagged") { // flagged first (8.4.3)
		dir = "DESC"
	}
	if column == "sl_due_at" && !v.Desc { // downwards it is last anyway
		q = q.OrderExpr("CASE WHEN r.sl_due_at = 0 THEN 1 ELSE 0 END")
	}
	return q.OrderExpr("r.? "+dir, bun.Ident(column)).OrderExpr("r.segment_id " + dir)
}

func (s *Service) queueRow(ctx context.Context, r *Row) QueueRow {
	out := QueueRow{SegmentID: r.SegmentID, InteractionID: r.InteractionID, CaseID: r.CaseID, Number: r.Number,
		From: Address{Name: r.FromName, Address: r.FromAddress}, Subject: r.Subject, ServiceID: r.ServiceID, Language: r.Language, Files: r.Files,
		Unread: r.Unread, Draft: r.Draft, Flagged: r.Flagged, Offered: r.Offered, OwnerID: r.OwnerID, CreatedAt: r.CreatedAt,
		UpdatedAt: r.UpdatedAt, CustomerAt: r.CustomerAt, SLFromAt: r.SLFromAt, SLDueAt: r.SLDueAt}
	if rules, err := s.directory.Service(ctx, r.TenantID, r.ServiceID); err == nil {
		out.ServiceName = rules.Name
	}
	if r.OwnerID != "" {
		if p, err := s.directory.Person(ctx, r.TenantID, r.OwnerID); err == nil {
			out.OwnerName = p.Name
		}
	}
	return out
}

// serviceCounts are the services of a queue with how many mails each has.
func (s *Service) serviceCounts(ctx context.Context, sc scope, byService map[string]tally) []ServiceCount {
	ids := slices.Clone(sc.services)
	for id := range byService {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	out := []ServiceCount{}
	for _, id := range ids {
		if rules, err := s.directory.Service(ctx, sc.tenant, id); err == nil {
			out = append(out, ServiceCount{ID: id, Name: rules.Name, Push: rules.Push, Count: int(byService[id].N)})
		}
	}
	slices.SortFunc(out, func(a, b ServiceCount) int { return strings.Compare(folded(a.Name), folded(b.Name)) })
	return out
}

// counts are the numbers beside the tabs.
func (s *Service) counts(ctx context.Context, sc scope, team, personal map[string]tally) (MailCounts, error) {
	t, p := sum(team), sum(personal)
	c := MailCounts{Team: t.N, TeamOverdue: t.Overdue, Personal: p.N, PersonalOverdue: p.Overdue}
	mine := s.db.Read().NewSelect().Model((*cases.Pin)(nil)).Where("p.tenant_id = ? AND p.user_id = ?", sc.tenant, sc.user)
	pinned, err := mine.Clone().Count(ctx)
	if err != nil {
		return c, err
	}
	late, err := mine.Join("JOIN mail_rows AS r ON r.tenant_id = p.tenant_id AND r.case_id = p.case_id").
		Where("r.sl_due_at > 0 AND r.sl_due_at < ?", s.now()).Count(ctx)
	c.Pinned, c.PinnedOverdue = int64(pinned), int64(late)
	return c, err
}
