package email

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// Pin pins a case for a user, or lets it go (E-34).
func (s *Service) Pin(ctx context.Context, who web.Identity, caseID string, on bool) error {
	if who.UserID == "" {
		return fail.Forbidden()
	}
	return s.withCase(ctx, who, caseID, func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		done, err := s.cases.Pin(ctx, tx, k, who.UserID, on)
		if err != nil || !done || !on {
			return err
		}
		_, err = s.cases.Seen(ctx, tx, k.TenantID, k.ID, who.UserID)
		return err
	})
}

// Seen notes that a user has looked at what came to a case pinned.
func (s *Service) Seen(ctx context.Context, who web.Identity, caseID string) error {
	if _, _, err := s.mayRead(ctx, who, caseID); err != nil {
		return err
	}
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if was, err := s.cases.Seen(ctx, tx, who.TenantID, caseID, who.UserID); err != nil || !was {
			return err
		}
		tx.AfterCommit(func() { s.queueChanged(who.TenantID) })
		return nil
	})
}

// sees tells whether a user may look at the cases that somebody has pinned: the
// own team may, and who supervises it (decision 33).
func (s *Service) sees(ctx context.Context, tenant, userID, ownerID string) bool {
	return userID == ownerID || s.directory.SameTeam(ctx, tenant, userID, ownerID) || s.directory.Leads(ctx, tenant, userID, ownerID)
}

// seesPins tells whether a case is pinned by somebody whose pins the user sees.
func (s *Service) seesPins(ctx context.Context, who web.Identity, caseID string) (bool, error) {
	pins, err := s.cases.Pins(ctx, s.db.Read(), who.TenantID, caseID)
	return slices.ContainsFunc(pins, func(p cases.Pin) bool { return s.sees(ctx, who.TenantID, who.UserID, p.UserID) }), err
}

// Pinner is somebody who has cases pinned.
type Pinner struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
	Count  int    `json:"count"`
}

// PinnedPage is a page of the cases that somebody has pinned.
type PinnedPage struct {
	MailPage
	Pinners []Pinner `json:"pinners" doc:"Others of my team and of those I supervise who have cases pinned"`
}

// Pinned gives the cases that a user has pinned, or that somebody of the team has.
// Rows carry no segment where nothing of the case is open. Nobody has more than
// cases.MaxPins, so they are narrowed and ordered here.
func (s *Service) Pinned(ctx context.Context, who web.Identity, userID string, v View) (PinnedPage, error) {
	page := PinnedPage{MailPage: MailPage{Items: []QueueRow{}, Services: []ServiceCount{}}, Pinners: []Pinner{}}
	if userID == "" {
		userID = who.UserID
	}
	if who.UserID == "" || !s.sees(ctx, who.TenantID, who.UserID, userID) {
		return page, fail.NotFound("user")
	}
	found, err := (cases.Finder{Known: s.directory}).Read(ctx, who.TenantID, v.Cases)
	if err != nil {
		return page, err
	}
	rows, list, err := s.pinnedRows(ctx, who.TenantID, userID)
	if err != nil {
		return page, err
	}
	page.Services = s.pinnedServices(ctx, who.TenantID, rows)
	rows = slices.DeleteFunc(rows, func(r QueueRow) bool { return !v.shows(&r) || !found.Has(list[r.CaseID]) })
	slices.SortFunc(rows, v.compare)
	page.Total = int64(len(rows))
	page.Items = rows[min(v.Offset, len(rows)):min(v.Offset+min(max(v.Limit, 1), MaxPage), len(rows))]
	sc, err := s.scope(ctx, who)
	if err != nil {
		return page, err
	}
	team, err := s.tally(ctx, sc, PlaceTeam)
	if err != nil {
		return page, err
	}
	personal, err := s.tally(ctx, sc, PlacePersonal)
	if err != nil {
		return page, err
	}
	if page.Counts, err = s.counts(ctx, sc, team, personal); err != nil {
		return page, err
	}
	page.Pinners, err = s.pinners(ctx, who)
	return page, err
}

// pinnedRows are a user's pinned cases as rows, and themselves by their ids.
func (s *Service) pinnedRows(ctx context.Context, tenant, userID string) ([]QueueRow, map[string]*cases.Case, error) {
	list, pins, err := s.cases.Pinned(ctx, s.db.Read(), tenant, userID)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	ids, byID := make([]string, len(list)), make(map[string]*cases.Case, len(list))
	for i, k := range list {
		ids[i], byID[k.ID] = k.ID, k
	}
	var open []*Row
	if err := s.db.Read().NewSelect().Model(&open).Where("r.tenant_id = ? AND r.case_id IN (?) AND r.place <> ?", tenant, bun.List(ids), PlaceEnded).
		Order("r.segment_id").Scan(ctx); err != nil {
		return nil, nil, err
	}
	by := make(map[string]*Row, len(open))
	for _, r := range open {
		by[r.CaseID] = r
	}
	out := make([]QueueRow, len(list))
	for i, k := range list {
		r := by[k.ID]
		if r == nil {
			r = &Row{TenantID: tenant, CaseID: k.ID, ServiceID: k.ServiceID, FromName: k.Initiator, FromAddress: k.Address}
		}
		r.Number, r.Subject, r.Flagged, r.Unread = k.Number, k.Subject, k.FlaggedBy != "", pins[k.ID].Unread
		r.CreatedAt, r.UpdatedAt, r.CustomerAt = k.OpenedAt, k.UpdatedAt, k.CustomerAt
		out[i] = s.queueRow(ctx, r)
		out[i].Pinned = true
	}
	return out, byID, nil
}

// markPinned puts rows on a page and says which are of pinned cases.
func (s *Service) markPinned(ctx context.Context, tenant string, rows []*Row, page *MailPage) error {
	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.CaseID)
	}
	var pinned []string
	if len(ids) > 0 {
		if err := s.db.Read().NewSelect().Model((*cases.Pin)(nil)).Distinct().Column("case_id").
			Where("p.tenant_id = ? AND p.case_id IN (?)", tenant, bun.List(ids)).Scan(ctx, &pinned); err != nil {
			return err
		}
	}
	for _, r := range rows {
		row := s.queueRow(ctx, r)
		row.Pinned = slices.Contains(pinned, r.CaseID)
		page.Items = append(page.Items, row)
	}
	return nil
}

// pinnedServices counts rows by service.
func (s *Service) pinnedServices(ctx context.Context, tenant string, rows []QueueRow) []ServiceCount {
	out := []ServiceCount{}
	for _, r := range rows {
		at := slices.IndexFunc(out, func(c ServiceCount) bool { return c.ID == r.ServiceID })
		if at < 0 {
			rules, err := s.directory.Service(ctx, tenant, r.ServiceID)
			if err != nil {
				continue // a service that is gone has no filter
			}
			at, out = len(out), append(out, ServiceCount{ID: r.ServiceID, Name: rules.Name, Push: rules.Push})
		}
		out[at].Count++
	}
	slices.SortFunc(out, func(a, b ServiceCount) int { return strings.Compare(folded(a.Name), folded(b.Name)) })
	return out
}

func (s *Service) pinners(ctx context.Context, who web.Identity) ([]Pinner, error) {
	all, err := s.cases.Pinners(ctx, s.db.Read(), who.TenantID)
	out := []Pinner{}
	for id, n := range all {
		if id != who.UserID && s.sees(ctx, who.TenantID, who.UserID, id) {
			out = append(out, Pinner{UserID: id, Name: s.name(ctx, who.TenantID, id), Count: n})
		}
	}
	slices.SortFunc(out, func(a, b Pinner) int { return compareNames(a.Name, b.Name, a.UserID, b.UserID) })
	return out, err
}

// compareNames orders people by name, those of one name by their ids.
func compareNames(a, b, idA, idB string) int {
	return cmp.Or(strings.Compare(folded(a), folded(b)), strings.Compare(idA, idB))
}

// shows tells whether a row is in the view, as narrow does in the database.
func (v View) shows(r *QueueRow) bool {
	if v.ServiceID != "" && r.ServiceID != v.ServiceID || v.Language != "" && r.Language != v.Language {
		return false
	}
	words := folded(r.From.Name+" "+r.From.Address) + "\n" + folded(r.Subject)
	for _, w := range strings.Fields(folded(v.Words)) {
		if !strings.Contains(words, w) && number(r.Number) != strings.TrimPrefix(w, "#") {
			return false
		}
	}
	return true
}

// compare orders rows, as ordered does in the database.
func (v View) compare(a, b QueueRow) int {
	n := 0
	switch v.Sort {
	case "updated":
		n = cmp.Compare(a.UpdatedAt, b.UpdatedAt)
	case "customer":
		n = cmp.Compare(a.CustomerAt, b.CustomerAt)
	case "from":
		n = strings.Compare(folded(a.From.Name+" "+a.From.Address), folded(b.From.Name+" "+b.From.Address))
	case "subject":
		n = strings.Compare(folded(a.Subject), folded(b.Subject))
	case "flag":
		n = cmp.Compare(flag(b), flag(a)) // flagged first (8.4.3)
	case "created":
		n = cmp.Compare(a.CreatedAt, b.CreatedAt)
	default: // what is late first, what waits for nothing last
		switch {
		case a.SLDueAt == 0 && b.SLDueAt != 0:
			return 1
		case a.SLDueAt != 0 && b.SLDueAt == 0:
			return -1
		}
		n = cmp.Compare(a.SLDueAt, b.SLDueAt)
	}
	n = cmp.Or(n, strings.Compare(a.CaseID, b.CaseID))
	if v.Desc {
		return -n
	}
	return n
}

func flag(r QueueRow) int {
	if r.Flagged {
		return 1
	}
	return 0
}

// viewPins says who has a case pinned, and what the user may do about that.
func (s *Service) viewPins(ctx context.Context, who web.Identity, k *cases.Case, v *CaseView) error {
	pins, err := s.cases.Pins(ctx, s.db.Read(), k.TenantID, k.ID)
	own := false
	for _, p := range pins {
		own = own || p.UserID == who.UserID
		v.PinnedBy = append(v.PinnedBy, Pinned{p.UserID, s.name(ctx, k.TenantID, p.UserID)})
	}
	switch {
	case own:
		v.Abilities = append(v.Abilities, "unpin")
	case who.UserID != "" && who.Can("handle.email") && k.State != cases.StateClosed:
		v.Abilities = append(v.Abilities, "pin")
	}
	return err
}
