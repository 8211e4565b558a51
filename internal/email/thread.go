package email

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/letter"
)

// maxReferences is how many of the mails that a mail refers to are looked up:
// the first and the newest, since long threads repeat all of them.
const maxReferences = 50

// belongs finds the case of a mail and says by what it was found: the thread key
// in its subject wins, the newest of several; then the mails it answers
// (decision 38). Numbers in its text or subject say nothing: anybody quotes them.
// An answer to a mail that somebody moved by hand goes where that one is, whatever
// key its subject still carries.
func (s *Service) belongs(ctx context.Context, from bun.IDB, tenant string, l *letter.Letter) (*cases.Case, string, error) {
	answered, err := s.answeredBy(ctx, from, tenant, l)
	if err != nil {
		return nil, "", err
	}
	if len(answered) == 0 || answered[0].JoinedBy != JoinedManual {
		if k, err := s.cases.ByKeys(ctx, from, tenant, cases.KeysIn(l.Subject)); err != nil || k != nil {
			return k, JoinedKey, err
		}
	}
	for _, m := range answered {
		k, err := s.cases.Get(ctx, from, tenant, m.CaseID)
		if err == nil && k.Deleted() {
			continue // a new matter (decision 38)
		}
		return k, JoinedReferences, err
	}
	return nil, "", nil
}

// known is where a mail stands that another refers to.
type known struct {
	MessageID string `bun:"message_id"`
	CaseID    string `bun:"case_id"`
	JoinedBy  string `bun:"joined_by"`
}

// answeredBy are the mails of cases that a mail refers to, the nearest first.
func (s *Service) answeredBy(ctx context.Context, from bun.IDB, tenant string, l *letter.Letter) ([]known, error) {
	ids := references(l)
	if len(ids) == 0 {
		return nil, nil
	}
	var found, ordered []known
	if err := from.NewSelect().Model((*Mail)(nil)).Column("message_id", "case_id", "joined_by").
		Where("m.tenant_id = ? AND m.message_id <> '' AND m.message_id IN (?) AND m.case_id <> ''", tenant, bun.List(ids)).
		Order("m.id DESC").Limit(200).Scan(ctx, &found); err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, f := range found {
			if f.MessageID == id {
				ordered = append(ordered, f)
			}
		}
	}
	return ordered, nil
}

// references are the mails that a mail answers, the nearest first.
func references(l *letter.Letter) []string {
	var ids []string
	add := func(id string) {
		if id != "" && len(ids) < maxReferences && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range l.InReplyTo {
		add(id)
	}
	for i := len(l.References) - 1; i >= 0; i-- {
		add(l.References[i])
	}
	return ids
}

// serviceFor chooses the service of a new matter: the first rule of the mailbox
// that fits, else the mailbox's own (E-5).
func serviceFor(b Mailbox, l *letter.Letter, recipient string) string {
	subject, body := folded(l.Subject), ""
	for _, r := range b.Rules {
		if r.From != "" && !slices.ContainsFunc(l.From, func(a Address) bool { return fits(r.From, a.Address) }) {
			continue
		}
		if r.To != "" && !fits(r.To, recipient) {
			continue
		}
		if r.Language != "" && r.Language != l.Language {
			continue
		}
		if len(r.Words) > 0 {
			if body == "" && r.In != "subject" {
				body = folded(clip(l.Text, 100_000))
			}
			if !slices.ContainsFunc(r.Words, func(w string) bool {
				w = folded(w)
				return r.In != "body" && within(subject, w) || r.In != "subject" && within(body, w)
			}) {
				continue
			}
		}
		return r.ServiceID
	}
	return b.ServiceID
}

// within tells whether a text has a word or words that begin so: «возврат» finds
// «возврата», and not «невозвратный».
func within(text, word string) bool {
	if word == "" {
		return false
	}
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		if at+i == 0 || !isWord(text[:at+i]) {
			return true
		}
		at += i + len(word)
	}
}

// isWord tells whether a text ends in the middle of a word.
func isWord(before string) bool {
	r := []rune(before[max(0, len(before)-4):])
	last := r[len(r)-1]
	return last == '_' || isLetter(last)
}

// fits compares an address with one, or with a domain that stands with @ before
// it.
func fits(rule, address string) bool {
	rule, address = strings.ToLower(rule), strings.ToLower(address)
	if strings.HasPrefix(rule, "@") {
		return strings.HasSuffix(address, rule)
	}
	return rule == address
}
