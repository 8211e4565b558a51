package email

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/org"
	"parley/internal/web"
)

// HistoryEntry is one thing in a case's history: a mail, or what happened.
type HistoryEntry struct {
	ID    string           `json:"id"`
	Kind  string           `json:"kind" enum:"mail,note,disposition,event"`
	At    int64            `json:"at"`
	Mail  *MailView        `json:"mail,omitempty"`
	Event *cases.CaseEntry `json:"entry,omitempty"`
	Name  string           `json:"name,omitempty" doc:"Who did it; empty: Parley itself"`
}

// maxHistory is how many mails of a case are read at once: the newest.
const maxHistory = 500

// History gives what happened in a case, oldest first (E-21). Without events:
// mails, notes and dispositions; with them also routing, assignments, states and
// unsent drafts.
func (s *Service) History(ctx context.Context, who web.Identity, caseID string, events bool) ([]HistoryEntry, error) {
	k, row, err := s.mayRead(ctx, who, caseID)
	if err == nil {
		err = s.looked(ctx, who, k, row)
	}
	if err != nil {
		return nil, err
	}
	var mails []*Mail
	q := s.db.Read().NewSelect().Model(&mails).Where("m.tenant_id = ? AND m.case_id = ?", who.TenantID, caseID).
		Order("m.at DESC", "m.id DESC").Limit(maxHistory)
	if !events {
		q = q.Where("m.state <> 'draft'")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	files, err := s.filesByMail(ctx, s.db.Read(), who.TenantID, mails)
	if err != nil {
		return nil, err
	}
	entries, err := s.cases.Entries(ctx, s.db.Read(), who.TenantID, caseID, events)
	if err != nil {
		return nil, err
	}
	out := make([]HistoryEntry, 0, len(mails)+len(entries))
	movable := who.Can(org.HandleEmail) && s.mayMove(ctx, who, k, row) == nil
	for _, m := range mails {
		v := s.mailView(ctx, who, m, files[m.ID])
		if movable && m.Direction == "in" {
			v.Abilities = append(v.Abilities, "move")
		}
		out = append(out, HistoryEntry{ID: m.ID, Kind: "mail", At: m.At, Mail: &v, Name: v.UserName})
	}
	for i := range entries {
		e := &entries[i]
		out = append(out, HistoryEntry{ID: e.ID, Kind: e.Kind, At: e.At, Event: e, Name: s.name(ctx, who.TenantID, e.UserID)})
	}
	slices.SortStableFunc(out, func(a, b HistoryEntry) int {
		if a.At != b.At {
			return int(min(max(a.At-b.At, -1), 1))
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

func (s *Service) filesByMail(ctx context.Context, from bun.IDB, tenant string, mails []*Mail) (map[string][]MailFile, error) {
	ids := make([]string, len(mails))
	by := map[string][]MailFile{}
	for i, m := range mails {
		ids[i], by[m.ID] = m.ID, []MailFile{}
	}
	files, err := s.filesOf(ctx, from, tenant, ids...)
	for _, f := range files {
		by[f.MailID] = append(by[f.MailID], f)
	}
	return by, err
}
