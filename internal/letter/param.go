package letter

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mediaType reads Content-Type or Content-Disposition: the value in lower case and
// its parameters, those of RFC 2231 put together and decoded.
func mediaType(s string) (string, map[string]string) { return decoder{}.mediaType(s) }

func (d decoder) mediaType(s string) (string, map[string]string) {
	value, rest, _ := strings.Cut(s, ";")
	value = strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`))
	if i := strings.IndexAny(value, " \t("); i >= 0 {
		value = value[:i]
	}
	return value, d.params(rest)
}

// piece is a part of a parameter: name*N*=…
type piece struct {
	n       int
	value   string
	encoded bool
}

func (d decoder) params(s string) map[string]string {
	out := map[string]string{}
	parts := map[string][]piece{}
	for range 200 {
		s = strings.TrimLeft(s, "; \t")
		if s == "" {
			break
		}
		i := strings.IndexAny(s, "=;")
		if i < 0 || s[i] == ';' {
			if i < 0 {
				break
			}
			s = s[i:]
			continue
		}
		name := strings.ToLower(strings.TrimSpace(s[:i]))
		var value string
		value, s = paramValue(strings.TrimLeft(s[i+1:], " \t"))
		base, p, extended := paramPiece(name)
		p.value = value
		switch {
		case extended:
			parts[base] = append(parts[base], p)
		case name == "boundary" && out[name] == "":
			out[name] = value
		case out[name] == "":
			out[name] = d.line(value) // encoded words stand here though they must not
		}
	}
	for name, list := range parts {
		out[name] = d.joinPieces(list)
	}
	return out
}

// paramValue takes a quoted value, or all to the next semicolon: senders put names
// with spaces without quotes.
func paramValue(s string) (value, rest string) {
	if s == "" || s[0] != '"' {
		v, rest, _ := strings.Cut(s, ";")
		return strings.TrimSpace(v), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"':
			_, rest, _ := strings.Cut(s[i+1:], ";")
			return b.String(), rest
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "" // the closing quote is missing
}

func paramPiece(name string) (base string, p piece, extended bool) {
	base, star, ok := strings.Cut(name, "*")
	if !ok {
		return name, p, false
	}
	if star == "" {
		return base, piece{encoded: true}, true
	}
	num, encoded := strings.CutSuffix(star, "*")
	n, err := strconv.Atoi(num)
	if err != nil || n < 0 {
		return name, p, false
	}
	return base, piece{n: n, encoded: encoded}, true
}

func (d decoder) joinPieces(list []piece) string {
	slices.SortStableFunc(list, func(a, b piece) int { return a.n - b.n })
	charset := ""
	var raw []byte
	encoded := false
	for i, p := range list {
		v := p.value
		if i == 0 && p.encoded {
			if cs, rest, ok := strings.Cut(v, "'"); ok {
				charset = cs
				if _, text, ok := strings.Cut(rest, "'"); ok {
					v = text
				}
			}
		}
		if p.encoded {
			encoded = true
			raw = append(raw, percent(v)...)
		} else {
			raw = append(raw, v...)
		}
	}
	if !encoded || charset == "" {
		if utf8.Valid(raw) {
			return d.line(string(raw))
		}
		if charset == "" {
			charset = d.hint
		}
	}
	return oneLine(d.letters(raw, charset))
}

// percent decodes %XX and leaves all else.
func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			out = append(out, byte(n))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// FileName makes a name that is safe to show and to save: no path, no control
// characters, at most 200 bytes with its extension kept.
func FileName(s string) string {
	s = oneLine(strings.ToValidUTF8(s, ""))
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if strings.Trim(s, ". ") == "" {
		return ""
	}
	const most = 200
	if len(s) > most {
		ext := ""
		if i := strings.LastIndexByte(s, '.'); i > 0 && len(s)-i <= 20 {
			ext = s[i:]
		}
		s = cutText(s, most-len(ext)) + ext
	}
	return s
}

// cutText cuts at a character, to at most n bytes.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
