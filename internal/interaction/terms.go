package interaction

import (
	"context"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// term is a word under which a record is found.
type term struct {
	bun.BaseModel `bun:"table:interaction_terms,alias:t"`

	TenantID      string `bun:"tenant_id,pk"`
	Term          string `bun:"term,pk"`
	StartedAt     int64  `bun:"started_at,pk"`
	InteractionID string `bun:"interaction_id,pk"`
}

const (
	maxTerms   = 32 // of one text
	maxTermLen = 40 // characters
)

func (c Customer) words() []string { return []string{c.Name, c.Email, c.Phone, c.Company} }

func addTerms(ctx context.Context, tx *db.Tx, i *Interaction, texts ...string) error {
	var rows []term
	seen := map[string]bool{}
	for _, text := range texts {
		for _, w := range fold(text) {
			if seen[w] {
				continue
			}
			seen[w] = true
			rows = append(rows, term{TenantID: i.TenantID, Term: w, StartedAt: i.StartedAt, InteractionID: i.ID})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

// Searchable tells whether a text has a word that records are found by.
func Searchable(text string) bool { return len(fold(text)) > 0 }

// fold cuts a text into the words it is found by: lower case, ё as е, an
// address whole and in parts, a number by its digits.
func fold(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "ё", "е")
	var words []string
	add := func(w string) {
		if r := []rune(w); len(r) > 1 && len(words) < maxTerms {
			words = append(words, string(r[:min(len(r), maxTermLen)]))
		}
	}
	if digits := phoneDigits(text); digits != "" {
		add(digits)
		return words
	}
	for _, part := range strings.Fields(text) {
		if strings.Contains(part, "@") {
			add(strings.Trim(part, "<>,;:()\"'"))
		}
		for _, w := range strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			add(w)
		}
	}
	return words
}

// phoneDigits gives the digits of a text that is nothing but a telephone number.
func phoneDigits(text string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("+-() .\u00a0", r):
		default:
			return ""
		}
	}
	if b.Len() < 3 {
		return ""
	}
	return b.String()
}
