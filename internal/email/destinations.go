package email

import (
	"context"
	"strings"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// CaseChoice is a case to choose.
type CaseChoice struct {
	ID          string  `json:"id"`
	Number      int64   `json:"number"`
	Subject     string  `json:"subject"`
	From        Address `json:"from"`
	State       string  `json:"state" enum:"open,pending,resolved,closed"`
	ServiceName string  `json:"serviceName"`
	CustomerAt  int64   `json:"customerAt"`
}

// Limits of the search for a case: how many are given, among how many contacts
// they are looked for.
const (
	maxDestinations = 10
	maxLooked       = 50
)

// Destinations are cases that a mail can be moved to, found by their number or
// by the beginnings of words of the customer or the subject; without words, those
// of the mail's sender. The newest come first. Nobody finds what they may not see.
func (s *Service) Destinations(ctx context.Context, who web.Identity, mailID, words string) ([]CaseChoice, error) {
	out := []CaseChoice{}
	m, err := s.mayReadMail(ctx, who, mailID)
	if err != nil {
		return out, err
	}
	words = strings.TrimSpace(words)
	seen := map[string]bool{m.CaseID: true}
	add := func(k *cases.Case) error {
		if seen[k.ID] || k.Deleted() || k.State == cases.StateClosed {
			return nil
		}
		seen[k.ID] = true
		if _, _, err := s.mayRead(ctx, who, k.ID); err != nil {
			if fail.Code(err) == fail.CodeNotFound {
				return nil
			}
			return err
		}
		out = append(out, s.choice(ctx, k))
		return nil
	}
	if n, ok := caseNumber(words); ok {
		k, err := s.cases.ByNumber(ctx, s.db.Read(), who.TenantID, n)
		if err == nil {
			err = add(k)
		}
		if fail.Code(err) == fail.CodeNotFound {
			err = nil
		}
		return out, err
	}
	if words == "" {
		words = m.FromAddress
	}
	if !interaction.Searchable(words) {
		return out, nil
	}
	found, _, err := s.interactions.Search(ctx, s.db.Read(), who.TenantID, interaction.Filter{Kind: "email", Words: words, Limit: maxLooked})
	if err != nil {
		return out, err
	}
	for _, r := range found {
		if r.CaseID == "" || seen[r.CaseID] || len(out) == maxDestinations {
			continue
		}
		k, err := s.cases.Get(ctx, s.db.Read(), who.TenantID, r.CaseID)
		if fail.Code(err) == fail.CodeNotFound {
			continue // removed from the bin; its contacts stay in the records
		}
		if err == nil {
			err = add(k)
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
