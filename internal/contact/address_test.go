package contact

import "testing"

func TestNormalEmail(t *testing.T) {
	for in, want := range map[string]string{
		" Anna@Example.COM ":      "anna@example.com",
		"a.b+c@mail.ru":           "a.b+c@mail.ru",
		"почта@пример.рф":         "почта@пример.рф",
		"Anna <anna@example.com>": "",
		"anna":                    "",
		"anna@":                   "",
		"a@[127.0.0.1]":           "",
		"a@b.ru\r\nBcc: all@b.ru": "",
		"":                        "",
	} {
		got, ok := NormalEmail(in)
		if got != want || ok != (want != "") {
			t.Errorf("[C-1] %q: got %q %v, want %q", in, got, ok, want)
		}
	}
}

func TestNormalPhone(t *testing.T) {
	for in, want := range map[string]string{
		"+7 (495) 123-45-67": "+74951234567",
		"8 495 123 45 67":    "+74951234567",
		"0049 30 901820":     "+4930901820",
		"+49 30 901820":      "+4930901820",
		"112":                "112",
		"call me":            "",
		"8 495 x":            "",
		"":                   "",
		"+":                  "",
		"+7 495":             "",
	} {
		got, ok := NormalPhone(in, "RU")
		if got != want || ok != (want != "") {
			t.Errorf("[C-1] %q: got %q %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add("anna@example.com")
	f.Add("+7 495 123 45 67")
	f.Fuzz(func(t *testing.T, s string) {
		if e, ok := NormalEmail(s); ok {
			if again, ok := NormalEmail(e); !ok || again != e {
				t.Errorf("%q: normal form %q is not stable (%q)", s, e, again)
			}
		}
		if p, ok := NormalPhone(s, "RU"); ok {
			if again, ok := NormalPhone(p, "RU"); !ok || again != p {
				t.Errorf("%q: normal form %q is not stable (%q)", s, p, again)
			}
		}
	})
}
