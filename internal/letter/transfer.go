package letter

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a part's transfer encoding.
func decodeTransfer(b []byte, encoding string, p *problems) []byte {
	encoding = strings.ToLower(strings.Trim(strings.TrimSpace(encoding), `"';`))
	if i := strings.IndexAny(encoding, " \t;("); i >= 0 {
		encoding = encoding[:i]
	}
	switch strings.TrimPrefix(encoding, "x-") {
	case "base64", "base-64", "b64":
		out, ok := decodeBase64(b)
		if !ok {
			p.add(ProblemBase64)
		}
		return out
	case "quoted-printable", "quotedprintable", "qp":
		out, ok := decodeQuoted(b, false)
		if !ok {
			p.add(ProblemQuoted)
		}
		return out
	case "uuencode", "uue", "uu":
		list, _ := cutUU(b, p)
		if len(list) > 0 {
			return list[0].Content
		}
		p.add(ProblemUUEncode)
		return b
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none":
		return b
	}
	p.add(ProblemEncoding)
	return b
}

var base64Values = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = int8(i)
	}
	t['-'], t['_'] = 62, 63 // the alphabet of URLs
	for _, c := range "\r\n\t \x00\v\f" {
		t[c] = -2
	}
	t['='] = -3
	return t
}()

// decodeBase64 decodes what is there: signs outside the alphabet are passed over,
// padding may be missing or stand in the middle (several texts in a row), and lines
// of words (a list's footer) are left out. ok is false when something had to be left
// out. Text that is no base64 at all comes back as it is.
func decodeBase64(b []byte) (out []byte, ok bool) {
	clean := make([]byte, 0, min(len(b), 64<<10))
	out = make([]byte, 0, len(b)/4*3+3)
	ok = true
	flush := func() {
		if n := len(clean) / 4 * 4; len(clean)-n == 1 {
			clean, ok = clean[:n], false
		}
		out, _ = base64.RawStdEncoding.AppendDecode(out, clean)
		clean = clean[:0]
	}
	bad := 0
	for rest := b; len(rest) > 0; {
		var line []byte
		all := rest
		line, rest = cutLine(rest)
		if isProse(line) {
			bad += len(all) - len(rest)
			ok = false
			continue
		}
		padded := false
		for _, c := range line {
			v := base64Values[c]
			switch {
			case v >= 0:
				padded = false
				if c == '-' {
					c = '+'
				} else if c == '_' {
					c = '/'
				}
				clean = append(clean, c)
			case v == -3 && !padded:
				flush()
				padded = true
			case v == -1:
				bad++
				ok = false
			}
		}
		if len(clean) >= 32<<10 { // whole groups, so that what is left stays aligned
			n := len(clean) / 4 * 4
			out, _ = base64.RawStdEncoding.AppendDecode(out, clean[:n])
			clean = append(clean[:0], clean[n:]...)
		}
	}
	flush()
	if bad > 8 && bad*4 > len(b)*3 {
		return b, false
	}
	return out, ok
}

// isProse reports a line of words or a rule of dashes, which no base64 is.
func isProse(line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return false
	}
	if len(bytes.Trim(line, "-_")) == 0 {
		return true
	}
	gaps := bytes.Count(line, []byte(" "))
	return gaps > 0 && len(line) < (gaps+1)*14
}

// decodeQuoted decodes quoted-printable; = that starts nothing stays. In a header
// there are no line ends.
func decodeQuoted(b []byte, header bool) (out []byte, ok bool) {
	if bytes.IndexByte(b, '=') < 0 && header {
		return b, true
	}
	ok = true
	out = make([]byte, 0, len(b))
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		line, end := b, []byte(nil)
		if !header && i >= 0 {
			line, b = b[:i], b[i+1:]
			end = []byte{'\n'}
			if n := len(line); n > 0 && line[n-1] == '\r' {
				line, end = line[:n-1], []byte("\r\n")
			}
		} else {
			b = nil
		}
		if !header {
			line = bytes.TrimRight(line, " \t")
			if soft, cut := bytes.CutSuffix(line, []byte("=")); cut {
				line, end = soft, nil
			}
		}
		for len(line) > 0 {
			j := bytes.IndexByte(line, '=')
			if j < 0 {
				out = append(out, line...)
				break
			}
			out = append(out, line[:j]...)
			if j+2 < len(line) && isHex(line[j+1]) && isHex(line[j+2]) {
				out = append(out, unhex(line[j+1])<<4|unhex(line[j+2]))
				line = line[j+3:]
				continue
			}
			ok = false
			out = append(out, '=')
			line = line[j+1:]
		}
		out = append(out, end...)
	}
	return out, ok
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// cutUU takes uuencoded files out of text.
func cutUU(b []byte, p *problems) (files []File, rest []byte) {
	if !bytes.HasPrefix(b, []byte("begin ")) && !bytes.Contains(b, []byte("\nbegin ")) {
		return nil, b
	}
	for len(b) > 0 {
		line, after := cutLine(b)
		name, is := uuBegin(line)
		if is {
			content, tail, complete, some := uuBody(after)
			if some {
				if !complete {
					p.add(ProblemUUEncode)
				}
				files = append(files, File{Name: FileName(name), Type: typeByName(name), Content: content})
				b = tail
				continue
			}
		}
		rest = append(rest, b[:len(b)-len(after)]...)
		b = after
	}
	return files, rest
}

func uuBegin(line []byte) (name string, ok bool) {
	f := strings.SplitN(string(line), " ", 3)
	if len(f) != 3 || f[0] != "begin" || len(f[1]) < 3 || len(f[1]) > 4 || strings.Trim(f[1], "01234567") != "" {
		return "", false
	}
	s, _ := toText([]byte(f[2]), "")
	return s, true
}

func uuBody(b []byte) (out, rest []byte, complete, some bool) {
	for len(b) > 0 {
		line, after := cutLine(b)
		if string(line) == "end" {
			return out, after, true, some
		}
		if len(line) == 0 {
			b = after
			continue
		}
		n := int(line[0]-' ') & 63
		if line[0] < ' ' || line[0] > '`' || len(line)-1 < (n*8+5)/6-3 || len(line) > 90 {
			return out, b, false, some
		}
		if n == 0 {
			b, some = after, true
			continue
		}
		raw := make([]byte, 0, 48)
		get := func(i int) byte {
			if i < len(line) && line[i] >= ' ' {
				return (line[i] - ' ') & 63
			}
			return 0 // trailing spaces get lost on the way
		}
		for i := 1; len(raw) < n; i += 4 {
			a, b, c, d := get(i), get(i+1), get(i+2), get(i+3)
			raw = append(raw, a<<2|b>>4, b<<4|c>>2, c<<6|d)
		}
		out = append(out, raw[:n]...)
		some = true
		b = after
	}
	return out, b, false, some
}
