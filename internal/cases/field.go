package cases

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

// Bounds of what fields hold.
const (
	MaxFieldText     = 500   // characters
	MaxFieldLongText = 2_000 // characters
	maxFieldNumber   = 1e15  // below it every whole number is exact
	maxFieldBytes    = 65_536
)

// Values are what was told about a case, by the field's id: texts, numbers, dates
// as 2026-12-31, true of a ticked box. What is not told is not there.
type Values map[string]any

// FieldText is a value as a text, "" for none.
func FieldText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// CleanValue makes of a value as JSON has it the one that is kept, nil for none.
func CleanValue(f *org.CaseField, value any) (any, error) {
	at := "fields." + f.ID
	if value == nil {
		return nil, nil
	}
	text, isText := value.(string)
	switch f.Kind {
	case org.FieldNumber:
		n, ok := value.(float64)
		if !ok || math.IsNaN(n) || math.Abs(n) >= maxFieldNumber {
			return nil, fail.Invalid(at, "must be a number of at most 15 digits")
		}
		return n, nil
	case org.FieldCheckbox:
		on, ok := value.(bool)
		if !ok {
			return nil, fail.Invalid(at, "must be true or false")
		}
		if !on {
			return nil, nil
		}
		return true, nil
	}
	if !isText {
		return nil, fail.Invalid(at, "must be a text")
	}
	return cleanText(f, at, strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")))
}

func cleanText(f *org.CaseField, at, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	most, lines := MaxFieldText, f.Kind == org.FieldLongText
	if lines {
		most = MaxFieldLongText
	}
	switch {
	case utf8.RuneCountInString(text) > most:
		return nil, fail.Invalid(at, "must have at most "+strconv.Itoa(most)+" characters")
	case !utf8.ValidString(text):
		return nil, fail.Invalid(at, "must be valid UTF-8")
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !(lines && (r == '\n' || r == '\t')) }):
		return nil, fail.Invalid(at, "must be without control characters")
	case f.Kind == org.FieldDate:
		if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1 {
			return nil, fail.Invalid(at, "must be a date such as 2026-12-31")
		}
	case f.Kind == org.FieldChoice && !slices.Contains(f.Options, text):
		return nil, fail.Invalid(at, "must be one of its options")
	}
	return text, nil
}

// Fill sets a field of a locked case and keeps what it was; the caller saves. The
// same value again is nothing.
func (s *Service) Fill(ctx context.Context, tx *db.Tx, k *Case, f *org.CaseField, value any, by string) error {
	clean, err := CleanValue(f, value)
	if err != nil {
		return err
	}
	old := k.Fields[f.ID]
	if clean == old {
		return nil
	}
	if k.Fields == nil {
		k.Fields = Values{}
	}
	if clean == nil {
		delete(k.Fields, f.ID)
	} else {
		k.Fields[f.ID] = clean
	}
	if all, err := json.Marshal(k.Fields); err != nil || len(all) > maxFieldBytes {
		return fail.Limit("bytes in the fields of a case", maxFieldBytes)
	}
	if err := remember(ctx, tx, k, f, clean); err != nil {
		return err
	}
	return s.Log(ctx, tx, k, CaseEntry{Kind: EntryEvent, Event: EventField, UserID: by,
		Args: map[string]string{"field": f.Name, "kind": f.Kind, "from": FieldText(old), "to": FieldText(clean)}})
}

// told is a row of case_values.
type told struct {
	bun.BaseModel `bun:"table:case_values,alias:v"`

	TenantID string `bun:"tenant_id,pk"`
	CaseID   string `bun:"case_id,pk"`
	FieldID  string `bun:"field_id,pk"`
	Value    string `bun:"value"`
}

// remember keeps what a case is found by.
func remember(ctx context.Context, tx *db.Tx, k *Case, f *org.CaseField, value any) (err error) {
	row := &told{TenantID: k.TenantID, CaseID: k.ID, FieldID: f.ID, Value: db.CaseValueKey(value)}
	if value == nil || !Findable(f.Kind) {
		_, err = tx.NewDelete().Model(row).WherePK().Exec(ctx)
		return err
	}
	_, err = tx.NewInsert().Model(row).On("CONFLICT (tenant_id, case_id, field_id) DO UPDATE").Set("value = EXCLUDED.value").Exec(ctx)
	return err
}
