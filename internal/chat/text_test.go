package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/internal/fail"
)

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"hello":                        "hello",
		"  two\r\nlines \r three\t ":   "two\nlines \n three",
		"<b>bold</b> & <script>":       "<b>bold</b> & <script>",
		"nul\x00 bell\a esc\x1b[31m":   "nul bell esc[31m",
		"bad \xff utf8":                "bad \uFFFD utf8",
		"\u202Eevil":                   "evil",
		"family 👨‍👩‍👧 ok":              "family 👨‍👩‍👧 ok",
		strings.Repeat("ж", MaxText):   strings.Repeat("ж", MaxText),
		strings.Repeat("ж", MaxText+1): "",
		"":                             "",
		" \n\t\u00a0":                  "",
	} {
		got, err := CleanText("text", in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("[C-6] %.40q: got %.40q, %v", in, got, err)
		}
	}
}

func TestCleanPage(t *testing.T) {
	good := map[string]string{
		"https://shop.example/a?b=c#d": "https://shop.example/a?b=c#d",
		"http://localhost:8080/":       "http://localhost:8080/",
		"https://пример.рф/страница":   "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0",
		"": "",
	}
	for in, want := range good {
		if p, err := CleanPage(Page{URL: in}); err != nil || p.URL != want {
			t.Errorf("[C-6] %q: got %q, %v", in, p.URL, err)
		}
	}
	for _, in := range []string{
		"javascript:alert(1)", "data:text/html,x", "//shop.example/", "/path", "https://", "https://u:p@shop.example/",
		"https://shop.example/\x00", "file:///etc/passwd", "https://shop.example/" + strings.Repeat("a", MaxPageURL),
		"https://shop.example/" + strings.Repeat("ж", 400),
	} {
		_, err := CleanPage(Page{URL: in})
		var f *fail.Error
		if !errors.As(err, &f) || f.Field != "page.url" || f.Status != 422 {
			t.Errorf("[C-6] [X-3] %.60q: got %v, want a refusal that names the field", in, err)
		}
	}
}

func TestCleanFileName(t *testing.T) {
	for in, want := range map[string]string{
		"photo.PNG":                       "photo.PNG",
		"../../etc/passwd":                "passwd",
		`C:\Users\anna\отчёт 1.docx`:      "отчёт 1.docx",
		"a\r\nSet-Cookie: x.txt":          "a Set-Cookie_ x.txt",
		"invoice\u202Efdp.exe":            "invoicefdp.exe",
		"":                                "file",
		"...":                             "file",
		".htaccess":                       "htaccess",
		"a/..":                            "file",
		strings.Repeat("я", 300) + ".pdf": strings.Repeat("я", MaxFileName-4) + ".pdf",
	} {
		if got := CleanFileName(in); got != want {
			t.Errorf("[C-11] %.40q: got %q, want %q", in, got, want)
		}
	}
}

func TestCleanClientID(t *testing.T) {
	for in, ok := range map[string]bool{"0190-abc": true, "": false, strings.Repeat("a", 65): false, "a b": false, "ж": false} {
		if _, err := CleanClientID(in); (err == nil) != ok {
			t.Errorf("[C-21] %q: %v", in, err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("hello\r\n\x00")
	f.Add("\u202Egnp.exe")
	f.Fuzz(func(t *testing.T, s string) {
		if out, err := CleanText("text", s); err == nil {
			if !utf8.ValidString(out) || strings.ContainsFunc(out, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
				t.Errorf("%q keeps what must not be stored: %q", s, out)
			}
			if again, err := CleanText("text", out); err != nil || again != out {
				t.Errorf("%q: cleaning %q again gives %q, %v", s, out, again, err)
			}
		}
		name := CleanFileName(s)
		if name == "" || strings.ContainsAny(name, "/\\\x00\n\r\"") || strings.HasPrefix(name, ".") || utf8.RuneCountInString(name) > MaxFileName {
			t.Errorf("file name %q became %q", s, name)
		}
		if p, err := CleanPage(Page{URL: s}); err == nil && p.URL != "" &&
			!strings.HasPrefix(p.URL, "http://") && !strings.HasPrefix(p.URL, "https://") {
			t.Errorf("page %q became %q", s, p.URL)
		}
	})
}
