package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"parley/internal/fail"
	"parley/internal/org"
)

// Pick takes the first wish the entry has, by the primary subtag (RFC 4647,
// 3.4), else the entry's first language.
func Pick(wishes string, have []string) string {
	if len(wishes) > 200 {
		wishes = wishes[:200]
	}
	for w := range strings.SplitSeq(wishes, ",") {
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(w)), "-")
		if slices.Contains(have, primary) {
			return primary
		}
	}
	if len(have) > 0 {
		return have[0]
	}
	return "en"
}

// Number reads a number of the query; none is 0.
func Number(s, field string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fail.Invalid(field, "must be a number")
	}
	return n, nil
}

// Line makes one line of visible characters.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))), " ")
}

// Hours tells whether the entry is open, and when not, when it opens; 0: unknown.
func Hours(ctx context.Context, o *org.Org, q *Request, service *org.Service, now int64) (open bool, opensAt int64, err error) {
	calendar := q.Entry.CalendarID
	if calendar == "" {
		calendar = service.CalendarID
	}
	if open, err = o.OpenNow(ctx, q.Tenant, calendar, now); err != nil || open {
		return open, 0, err
	}
	if k, err := o.Calendar(ctx, q.Tenant, calendar); err == nil {
		opensAt = k.NextChange(now)
	}
	return false, opensAt, nil
}
