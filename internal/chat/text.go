package chat

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/fail"
)

// Limits of what people type. Characters are Unicode code points.
const (
	MaxText     = 10_000 // characters of a message
	MaxPageURL  = 2048   // bytes
	MaxTitle    = 200    // characters of a page's title
	MaxField    = 500    // characters of one answer in a form
	MaxFields   = 20     // further answers in a form
	MaxFileName = 120    // characters
	MaxClientID = 64     // bytes
)

// CleanText gives the plain text of a message: line ends are \n, control and
// direction-override characters are gone, the outside is trimmed. HTML is text
// like any other. field is the name to blame.
func CleanText(field, s string) (string, error) {
	s = cleanLines(s)
	if s == "" {
		return "", fail.Invalid(field, "The message is empty")
	}
	if utf8.RuneCountInString(s) > MaxText {
		e := fail.New("PAR-5007", map[string]any{"max": MaxText})
		e.Field = field
		return "", e
	}
	return s, nil
}

// cleanLines is cleanLine for a text of several lines.
func cleanLines(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return visible(r)
	}, s))
}

// cleanLine gives one line of at most max characters; what is longer is cut,
// for values that nobody has to be asked again for (a title, a file's name).
func cleanLine(s string, max int) string {
	s = strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:max]))
}

// visible drops what cannot be seen but changes what is: controls, and the
// overrides of direction by which a file's name can hide its ending (UAX #9).
// Joiners stay, emoji need them.
func visible(r rune) rune {
	switch {
	case r == '\n', r == '\t', r == '\u2028', r == '\u2029':
		return ' '
	case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF':
		return -1
	}
	return r
}

// Page is where on the site the customer is.
type Page struct {
	URL   string `json:"url,omitempty" maxLength:"2048"`
	Title string `json:"title,omitempty" maxLength:"1000"`
	At    int64  `json:"at,omitempty"`
}

// CleanPage checks the address the browser reports: absolute, http or https,
// without user and password. An empty one is allowed, a wrong one is not.
func CleanPage(p Page) (Page, error) {
	p.Title = cleanLine(p.Title, MaxTitle)
	if p.URL == "" {
		return Page{Title: p.Title}, nil
	}
	if len(p.URL) > MaxPageURL {
		return Page{}, fail.Invalid("page.url", "The page's address is too long: at most 2 KB")
	}
	u, err := url.Parse(p.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || !utf8.ValidString(p.URL) {
		return Page{}, fail.Invalid("page.url", "The page's address must begin with http:// or https://")
	}
	p.URL = u.String()
	if len(p.URL) > MaxPageURL { // escaping has made it longer
		return Page{}, fail.Invalid("page.url", "The page's address is too long: at most 2 KB")
	}
	return Page{URL: p.URL, Title: p.Title}, nil
}

// CleanFileName gives a name that is safe to show and to offer for saving: the
// last element of a path of either system, without controls, dots at the front
// and characters that some system forbids. It is never empty.
func CleanFileName(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "_"), "\\", "/")
	s = cleanLine(strings.TrimPrefix(path.Base(path.Clean("/"+s)), "/"), 1000)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*/\`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(s, ". ")
	ext := path.Ext(s)
	if utf8.RuneCountInString(ext) > 16 {
		ext = ""
	}
	stem := cleanLine(strings.TrimSuffix(s, ext), MaxFileName-utf8.RuneCountInString(ext))
	if stem == "" {
		stem = "file"
	}
	return stem + ext
}

// CleanClientID checks the id a sender gives to a message of its own.
func CleanClientID(s string) (string, error) {
	if s == "" || len(s) > MaxClientID {
		return "", fail.Invalid("clientId", "The client's id has 1 to 64 characters")
	}
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return "", fail.Invalid("clientId", "The client's id consists of printable ASCII characters")
		}
	}
	return s, nil
}
