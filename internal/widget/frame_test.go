package widget

import (
	"testing"
	"unicode/utf8"

	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/site"
)

func FuzzParseUp(f *testing.F) {
	f.Add([]byte(`{"type":"hello","token":"x","epoch":"e","seq":5}`))
	f.Add([]byte(`{"type":"typing","on":true,"text":"abc"}`))
	f.Add([]byte(`{"type":"ping"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := parseUp(b)
		if err == nil && (u.Seq < 0 && u.Type == upHello || utf8.RuneCountInString(u.Text) > maxPreview && u.Type == upTyping || u.Type == "") {
			t.Errorf("%q passed as %+v", b, u)
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add("name", "Ivan", "email", "i@example.com")
	f.Add("phone", "+7 495 1234567", "x\x00", "\u202Ey")
	asked := []org.FormField{{Field: "name", Required: true}}
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		form, err := formOf(map[string]string{k1: v1, k2: v2}, asked, "RU")
		if err != nil {
			if e := fail.As(err); e.Status >= 500 || e.Field == "" {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if form.Name == "" {
			t.Errorf("a required field is empty: %+v", form)
		}
		for _, s := range []string{form.Name, form.Email, form.Phone} {
			if site.Line(s) != s {
				t.Errorf("%q is no clean line", s)
			}
		}
	})
}
