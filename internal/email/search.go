package email

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// Limits of the search over cases: how many are given, among how many contacts
// of theirs they are looked for.
const (
	maxFound  = 20
	foundPage = 50
	maxPages  = 4
)

// Search finds cases by their number, or by the beginnings of numbers, of words
// of the subject and of the customer's name or address; without words the
// newest. Without the privilege to see those of others somebody finds by words
// what they have had in hand themselves (E-42), by the whole number whatever
// they may open.
func (s *Service) Search(ctx context.Context, who web.Identity, words string) ([]CaseChoice, error) {
	out := []CaseChoice{}
	words = strings.TrimSpace(words)
	seen := map[string]bool{}
	add := func(find func() (*cases.Case, error)) error {
		k, err := find()
		if err == nil {
			_, _, err = s.mayRead(ctx, who, k.ID)
		}
		switch {
		case fail.Code(err) == fail.CodeNotFound: // not theirs to see, or removed from the bin
			return nil
		case err == nil && !seen[k.ID] && !k.Deleted():
			seen[k.ID] = true
			out = append(out, s.choice(ctx, k))
		}
		return err
	}
	if n, ok := caseNumber(words); ok {
		words = number(n)
		if err := add(func() (*cases.Case, error) { return s.cases.ByNumber(ctx, s.db.Read(), who.TenantID, n) }); err != nil {
			return out, err
		}
	}
	f := interaction.Filter{Kind: "email", Words: words, Limit: foundPage}
	all := slices.ContainsFunc(seeAll, who.Can)
	if words != "" && !interaction.Searchable(words) || !all && who.UserID == "" {
		return out, nil
	}
	if !all {
		f.AgentID = who.UserID
	}
	looked := map[string]bool{}
	for range maxPages {
		found, next, err := s.interactions.Search(ctx, s.db.Read(), who.TenantID, f)
		if err != nil {
			return out, err
		}
		for _, r := range found {
			if r.CaseID == "" || looked[r.CaseID] || len(out) == maxFound {
				continue
			}
			looked[r.CaseID] = true
			if err := add(func() (*cases.Case, error) { return s.cases.Get(ctx, s.db.Read(), who.TenantID, r.CaseID) }); err != nil {
				return out, err
			}
		}
		if f.Cursor = next; next == "" || len(out) == maxFound {
			break
		}
	}
	return out, nil
}

// caseNumber reads a case's number as people write it: 17, #17, № 17.
func caseNumber(words string) (int64, bool) {
	digits := strings.TrimLeft(words, "#№ \u00a0")
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n > 0
}

// choice is a case as it is chosen from a list.
func (s *Service) choice(ctx context.Context, k *cases.Case) CaseChoice {
	c := CaseChoice{ID: k.ID, Number: k.Number, Subject: k.Subject, From: Address{Name: k.Initiator, Address: k.Address}, State: string(k.State),
		CustomerAt: k.CustomerAt}
	if rules, err := s.directory.Service(ctx, k.TenantID, k.ServiceID); err == nil {
		c.ServiceName = rules.Name
	}
	return c
}
