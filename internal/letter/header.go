package letter

import (
	"bytes"
	"strings"

	"golang.org/x/net/idna"
)

// field is one line of a header, unfolded but not decoded.
type field struct {
	name  string // lower case
	value string
}

type fields []field

func (f fields) get(name string) string {
	for _, x := range f {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

func (f fields) has(name string) bool {
	for _, x := range f {
		if x.name == name {
			return true
		}
	}
	return false
}

func (f fields) all(name string) (out []string) {
	for _, x := range f {
		if x.name == name {
			out = append(out, x.value)
		}
	}
	return out
}

// cutLine takes the first line; it ends with LF, CRLF or a lone CR.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	head := b
	if i >= 0 {
		head = b[:i]
	}
	if j := bytes.IndexByte(head, '\r'); j >= 0 {
		if j+1 == i {
			return b[:j], b[i+1:]
		}
		return b[:j], b[j+1:]
	}
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

// fieldName gives the name of a header line, "" when the line is none.
func fieldName(line []byte) string {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 128 {
		return ""
	}
	name := bytes.TrimRight(line[:i], " \t")
	if len(name) == 0 {
		return ""
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7F {
			return ""
		}
	}
	return strings.ToLower(string(name))
}

// splitHeader reads fields to the first empty line. A line that is no field ends
// the header when fields came before and no more come after it: senders forget the
// empty line. Other such lines are left out.
func splitHeader(b []byte, limit int, p *problems) (fields, []byte) {
	var f fields
	used, over := 0, false
	var value []byte
	name := ""
	flush := func() {
		if name == "" {
			return
		}
		v := bytes.ReplaceAll(value, []byte{0}, nil)
		if used += len(name) + len(v) + 3; used > limit {
			p.add(ProblemHeaderLimit)
			over = true
		} else {
			f = append(f, field{name, strings.TrimSpace(string(v))})
		}
		name, value = "", nil
	}
	for len(b) > 0 {
		if over {
			b = behindEmptyLine(b)
			break
		}
		line, rest := cutLine(b)
		if len(line) == 0 {
			b = rest
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			// A line of spaces within the header is a fold some senders leave; one before
			// something that is no field is the end.
			if len(bytes.TrimSpace(line)) == 0 && !headerGoesOn(rest) {
				b = rest
				break
			}
			if name != "" && len(value) <= limit {
				value = append(append(value, ' '), bytes.TrimLeft(line, " \t")...)
			}
			b = rest
			continue
		}
		n := fieldName(line)
		if n == "" {
			if len(f) == 0 && name == "" && (bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))) {
				b = rest // the separator of a mailbox file
				continue
			}
			p.add(ProblemHeaderBroken)
			if !headerGoesOn(rest) {
				break // the body began without an empty line
			}
			b = rest
			continue
		}
		flush()
		name = n
		value = append(value, line[bytes.IndexByte(line, ':')+1:]...)
		b = rest
	}
	flush()
	return f, b
}

// behindEmptyLine is what follows the first empty line.
func behindEmptyLine(b []byte) []byte {
	at := len(b)
	for _, end := range []string{"\n\r\n", "\n\n", "\r\r"} {
		if i := bytes.Index(b[:at], []byte(end)); i >= 0 {
			at = i + len(end)
		}
	}
	return b[at:]
}

// headerGoesOn looks whether the next line that is no fold is a field.
func headerGoesOn(b []byte) bool {
	for range 20 {
		if len(b) == 0 {
			return false
		}
		line, rest := cutLine(b)
		if len(line) == 0 {
			return false
		}
		if line[0] != ' ' && line[0] != '\t' {
			n := fieldName(line)
			return n != "" && n != "http" && n != "https"
		}
		b = rest
	}
	return false
}

// headHint is the charset that letters without one are likely in: the body's.
func headHint(f fields) string {
	_, params := mediaType(f.get("content-type"))
	return params["charset"]
}

// header reads the fields of a mail's head.
func header(f fields, addresses int, hint string, p *problems) Header {
	d := decoder{hint: hint, problems: p}
	h := Header{
		Subject:   d.line(f.get("subject")),
		Automatic: automatic(f, d),
		Loop:      f.all(loopMark),
	}
	if ids := messageIDs(f.get("message-id")); len(ids) > 0 {
		h.MessageID = ids[0]
	}
	h.InReplyTo = messageIDs(strings.Join(f.all("in-reply-to"), " "))
	h.References = messageIDs(strings.Join(f.all("references"), " "))
	list := func(name string) []Address {
		return d.addresses(strings.Join(f.all(name), ", "), addresses)
	}
	h.From, h.Sender, h.ReplyTo = list("from"), list("sender"), list("reply-to")
	h.To, h.Cc = list("to"), list("cc")
	if s := f.get("date"); s != "" {
		var ok bool
		if h.Date, ok = parseDate(s); !ok {
			p.add(ProblemDate)
		}
	}
	seen := map[string]bool{}
	for _, name := range []string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-delivered-to"} {
		for _, v := range f.all(name) {
			for _, a := range (decoder{}).addresses(v, 10) {
				if !seen[a.Address] {
					seen[a.Address] = true
					h.Recipient = append(h.Recipient, a.Address)
				}
			}
		}
	}
	return h
}

// messageIDs takes what stands in <>, or bare words with an @ from senders that
// forget the brackets.
func messageIDs(s string) (out []string) {
	const most, longest = 1000, 998
	add := func(id string) {
		id = strings.Map(func(r rune) rune {
			if r <= ' ' || r == 0x7F || r == '<' || r == '>' {
				return -1
			}
			return r
		}, strings.ToValidUTF8(id, "?"))
		if id != "" && len(id) <= longest && len(out) < most {
			out = append(out, id)
		}
	}
	if !strings.Contains(s, "<") {
		for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' || r == ';' }) {
			if strings.Contains(w, "@") {
				add(w)
			}
		}
		return out
	}
	for {
		_, after, ok := strings.Cut(s, "<")
		if !ok {
			return out
		}
		id, rest, ok := strings.Cut(after, ">")
		if !ok {
			add(after)
			return out
		}
		add(id)
		s = rest
	}
}

// readableDomain is a domain in lower case and in its own letters.
func readableDomain(d string) string {
	d = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(d), "."))
	if strings.Contains(d, "xn--") {
		if u, err := idna.Display.ToUnicode(d); err == nil {
			return u
		}
	}
	return d
}
