package email

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// CaseChoice is a case that a mail can be moved to.
type CaseChoice struct {
	ID          string  `json:"id"`
	Number      int64   `json:"number"`
	Subject     string  `json:"subject"`
	From        Address `json:"from"`
	State       string  `json:"state" enum:"open,pending,resolved"`
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
		c := CaseChoice{ID: k.ID, Number: k.Number, Subject: k.Subject, From: Address{Name: k.Initiator, Address: k.Address}, State: string(k.State),
			CustomerAt: k.CustomerAt}
		if rules, err := s.directory.Service(ctx, who.TenantID, k.ServiceID); err == nil {
			c.ServiceName = rules.Name
		}
		out = append(out, c)
		return nil
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimPrefix(words, "#"), "№"), 10, 64); err == nil && n > 0 {
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
	if utf8.RuneCountInString(words) < 2 { // no word of the index
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
