package cases

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/fail"
	"parley/internal/org"
)

func TestCleanValue(t *testing.T) {
	t.Run("[E-20/fields] a value is kept as its field's kind wants it, or refused with a reason", cleanValues)
}

func cleanValues(t *testing.T) {
	long := strings.Repeat("ж", 501)
	for _, c := range []struct {
		kind        string
		value, want any
		wrong       string // the beginning of what is said of it
	}{
		{kind: org.FieldText, value: "  A-17 ", want: "A-17"},
		{kind: org.FieldText, value: "  "},
		{kind: org.FieldText, value: nil},
		{kind: org.FieldText, value: "a\nb", wrong: "must be without control"},
		{kind: org.FieldText, value: long[:1000], want: long[:1000]},
		{kind: org.FieldText, value: long, wrong: "must have at most 500"},
		{kind: org.FieldText, value: 7.0, wrong: "must be a text"},
		{kind: org.FieldText, value: map[string]any{"a": 1.0}, wrong: "must be a text"},
		{kind: org.FieldLongText, value: "a\r\nb\tc\n", want: "a\nb\tc"},
		{kind: org.FieldLongText, value: long, want: long},
		{kind: org.FieldLongText, value: strings.Repeat("x", 2001), wrong: "must have at most 2000"},
		{kind: org.FieldLongText, value: "a\x00", wrong: "must be without control"},
		{kind: org.FieldNumber, value: -12.5, want: -12.5},
		{kind: org.FieldNumber, value: 0.0, want: 0.0},
		{kind: org.FieldNumber, value: 999_999_999_999_999.0, want: 999_999_999_999_999.0},
		{kind: org.FieldNumber, value: 1e15, wrong: "must be a number"},
		{kind: org.FieldNumber, value: "12", wrong: "must be a number"},
		{kind: org.FieldDate, value: "2028-02-29", want: "2028-02-29"},
		{kind: org.FieldDate, value: "2026-02-29", wrong: "must be a date"},
		{kind: org.FieldDate, value: "0000-01-01", wrong: "must be a date"},
		{kind: org.FieldDate, value: "12026-01-01", wrong: "must be a date"},
		{kind: org.FieldDate, value: "29.02.2028", wrong: "must be a date"},
		{kind: org.FieldDate, value: ""},
		{kind: org.FieldChoice, value: "S", want: "S"},
		{kind: org.FieldChoice, value: "s", wrong: "must be one of"},
		{kind: org.FieldChoice, value: true, wrong: "must be a text"},
		{kind: org.FieldCheckbox, value: true, want: true},
		{kind: org.FieldCheckbox, value: false},
		{kind: org.FieldCheckbox, value: "true", wrong: "must be true"},
	} {
		f := &org.CaseField{Kind: c.kind, Options: []string{"S", "M"}}
		f.ID = "one"
		got, err := CleanValue(f, c.value)
		e, refused := errors.AsType[*fail.Error](err)
		switch {
		case refused != (c.wrong != ""):
			t.Errorf("%s of %q: %v", c.kind, c.value, err)
		case refused && (e.Code != fail.CodeInvalid || e.Field != "fields.one" || !strings.HasPrefix(e.Message, c.wrong)):
			t.Errorf("%s of %q: %v, not %q", c.kind, c.value, err, c.wrong)
		case got != c.want:
			t.Errorf("%s of %q: %q", c.kind, c.value, got)
		}
	}
}
