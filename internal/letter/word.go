package letter

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decoder turns header text into readable text. hint is the charset of letters
// that came without one.
type decoder struct {
	hint     string
	problems *problems
}

// line decodes a field that is text, to one clean line.
func (d decoder) line(s string) string { return oneLine(d.text(s)) }

// oneLine leaves no control characters and no runs of white space.
func oneLine(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7F || c == ' ' && (i == 0 || i+1 == len(s) || s[i-1] == ' ') {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r < ' ', r >= 0x7F && r < 0xA0, hides(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// hides reports characters that turn the direction of text around, or make no
// mark at all: names are forged with them.
func hides(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200B || r == 0xFEFF || r == 0x2028 || r == 0x2029
}

// text decodes RFC 2047 as senders write it: words that stand side by side are one
// text whose bytes are put together before they become letters, since many cut
// them in the middle of a character.
func (d decoder) text(s string) string {
	if !strings.Contains(s, "=?") {
		return d.plain(s)
	}
	var out strings.Builder
	var bytesOf []byte
	charset := ""
	flush := func() {
		if bytesOf != nil {
			out.WriteString(d.letters(bytesOf, charset))
			bytesOf = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			flush()
			out.WriteString(d.plain(s))
			break
		}
		cs, raw, n, ok := encodedWord(s[i:])
		if !ok {
			flush()
			out.WriteString(d.plain(s[:i+2]))
			s = s[i+2:]
			d.problems.add(ProblemWordBroken)
			continue
		}
		gap := s[:i]
		// White space between two words is no text.
		if bytesOf == nil || strings.TrimSpace(gap) != "" {
			flush()
			out.WriteString(d.plain(gap))
		}
		if bytesOf != nil && !strings.EqualFold(cs, charset) {
			flush()
		}
		charset = cs
		if bytesOf == nil {
			bytesOf = []byte{}
		}
		bytesOf = append(bytesOf, raw...)
		s = s[i+n:]
	}
	flush()
	return out.String()
}

// longestWord is far more than the 75 characters that are allowed, and keeps the
// search for an end that is not there short.
const longestWord = 16 << 10

// encodedWord reads =?charset?encoding?text?= at the start of s and gives its
// bytes and its length.
func encodedWord(s string) (charset string, raw []byte, n int, ok bool) {
	rest := s[2:]
	cs, rest, ok := strings.Cut(rest, "?")
	if !ok || len(cs) > 60 || len(rest) < 2 || rest[1] != '?' {
		return "", nil, 0, false
	}
	enc := rest[0] | 0x20
	rest = rest[2:]
	rest = rest[:min(len(rest), longestWord)]
	end := strings.Index(rest, "?=")
	// In Q a question mark may stand before a coded character: ?=41.
	for enc == 'q' && end >= 0 && end+3 < len(rest) && isHex(rest[end+2]) && isHex(rest[end+3]) {
		next := strings.Index(rest[end+2:], "?=")
		if next < 0 || strings.Contains(rest[end+2:end+2+next], "=?") {
			break
		}
		end += 2 + next
	}
	closing := 2
	// A base64 word whose end is missing ends before the next word or at a space.
	if enc == 'b' {
		body := rest
		if end >= 0 {
			body = rest[:end]
		}
		if next := strings.IndexAny(body, " \t"); end < 0 && next >= 0 {
			body = body[:next]
		}
		if next := strings.Index(body, "=?"); next >= 0 {
			body = body[:next]
		}
		if end < 0 || len(body) < end {
			end, closing = len(body), 0
		}
	}
	if end < 0 {
		return "", nil, 0, false
	}
	body := rest[:end]
	n = 2 + len(cs) + 3 + end + closing
	cs, _, _ = strings.Cut(cs, "*") // RFC 2231 lets the language stand here
	switch enc {
	case 'q':
		raw, _ = decodeQuoted([]byte(strings.ReplaceAll(body, "_", " ")), true)
	case 'b':
		clean := strings.Map(func(r rune) rune {
			switch {
			case r <= ' ', r == '=':
				return -1
			}
			return r
		}, body)
		var err error
		if raw, err = base64.RawStdEncoding.DecodeString(clean); err != nil {
			if raw, _ = decodeBase64([]byte(body)); len(raw) == 0 && body != "" {
				return "", nil, 0, false
			}
		}
	default:
		return "", nil, 0, false
	}
	return cs, raw, n, true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// letters turns the bytes of encoded words into text.
func (d decoder) letters(b []byte, charset string) string {
	s, how := toText(b, charset)
	if how != "" {
		d.problems.add(how)
	}
	return s
}

// plain is header text that is not encoded; letters in it have no charset.
func (d decoder) plain(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == 0x1B {
			if utf8.ValidString(s) && !strings.Contains(s, "\x1b") {
				return s
			}
			d.problems.add(ProblemHeader8Bit)
			t, _ := toText([]byte(s), d.hint)
			return t
		}
	}
	return s
}
