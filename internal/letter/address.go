package letter

import (
	"strings"
	"unicode/utf8"
)

// addresses reads a list of mailboxes as leniently as people write them: groups,
// comments, names with commas without quotes, semicolons as separators.
func (d decoder) addresses(s string, most int) (out []Address) {
	pending := "" // a piece without an address is the start of a name with a comma
	for _, piece := range splitAddresses(s) {
		if len(out) >= most {
			d.problems.add(ProblemAddressLimit)
			break
		}
		if pending != "" {
			piece = pending + ", " + piece
			pending = ""
		}
		a, ok := d.address(piece)
		if ok {
			out = append(out, a)
		} else if strings.TrimSpace(piece) != "" && len(piece) < 1000 {
			pending = strings.TrimSpace(piece)
		}
	}
	if pending != "" {
		d.problems.add(ProblemAddressBroken)
		if len(out) < most {
			out = append(out, Address{Name: trimName(d.line(pending))})
		}
	}
	return out
}

// splitAddresses cuts at commas, semicolons and the colon of a group, outside of
// quotes, comments and angles.
func splitAddresses(s string) (out []string) {
	start, comment := 0, 0
	quoted, angle := false, false
	at := false
	closes := strings.LastIndexByte(s, '"') // a quote that never ends quotes nothing
	paren := strings.LastIndexByte(s, ')')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || comment > 0):
			i++
		case c == '"' && comment == 0:
			if quoted || i < closes {
				quoted = !quoted
			}
		case quoted:
		case c == '(':
			if i < paren {
				comment++
			}
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == '@':
			at = true
		case c == ':' && !angle && !at:
			start = i + 1 // a group's name
		case (c == ',' || c == ';') && !angle:
			out = append(out, s[start:i])
			start, at = i+1, false
		}
	}
	return append(out, s[start:])
}

func (d decoder) address(s string) (a Address, ok bool) {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		addr, tail, _ := strings.Cut(s[i+1:], ">")
		if a.Address, ok = d.spec(addr); ok {
			name := s[:i]
			if strings.TrimSpace(name) == "" {
				name = strings.Trim(strings.TrimSpace(tail), "()")
			}
			a.Name = trimName(d.line(unquote(name)))
			return a, true
		}
		if strings.TrimSpace(addr) == "" {
			return a, false
		}
	}
	// addr (Name), or an address alone
	if strings.Contains(s, "(") {
		var plain, comment strings.Builder
		depth, quoted := 0, false
		for _, r := range s {
			switch {
			case r == '"' && depth == 0:
				quoted = !quoted
				plain.WriteRune(r)
			case quoted:
				plain.WriteRune(r)
			case r == '(':
				depth++
			case r == ')' && depth > 0:
				depth--
			case depth > 0:
				comment.WriteRune(r)
			default:
				plain.WriteRune(r)
			}
		}
		a.Name = trimName(d.line(comment.String()))
		s = plain.String()
	}
	if a.Address, ok = d.spec(s); ok {
		return a, true
	}
	// Name user@host without angles
	if f := strings.Fields(s); len(f) > 1 {
		last := strings.Trim(f[len(f)-1], "[]<>")
		if a.Address, ok = d.spec(last); ok {
			a.Name = trimName(d.line(unquote(strings.Join(f[:len(f)-1], " "))))
			return a, true
		}
	}
	return Address{}, false
}

// spec reads local@domain.
func (d decoder) spec(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "@") { // a route: @a,@b:local@domain
		_, s, _ = strings.Cut(s, ":")
	}
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	i := strings.LastIndexByte(s, '@')
	if i <= 0 || i == len(s)-1 || len(s) > 500 {
		return "", false
	}
	local, domain := strings.TrimSpace(s[:i]), s[i+1:]
	if strings.HasPrefix(local, `"`) && strings.HasSuffix(local, `"`) && len(local) > 1 {
		if in := unquote(local); in != "" && dotAtom(in) {
			local = in
		}
	} else if strings.ContainsAny(local, " \t<>(),;:\"") {
		return "", false
	}
	domain = readableDomain(domain)
	if domain == "" || strings.ContainsAny(domain, " \t<>(),;\"@\\/") {
		return "", false
	}
	out := d.plain(local) + "@" + d.plain(domain)
	for _, r := range out {
		if r < ' ' || r == 0x7F || r == utf8.RuneError || hides(r) {
			return "", false
		}
	}
	return out, true
}

// dotAtom reports a local part that needs no quotes.
func dotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0 {
			continue
		}
		return false
	}
	return true
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, `"`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] != '"':
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// trimName takes quotes off a name that was quoted twice.
func trimName(s string) string {
	s = strings.TrimSpace(s)
	for len(s) > 1 && (s[0] == '\'' && s[len(s)-1] == '\'' || s[0] == '"' && s[len(s)-1] == '"') {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return cutText(s, 500)
}
