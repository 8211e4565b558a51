package letter

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
)

var errRTF = errors.New("broken compressed RTF")

// rtfStart is what the dictionary of MS-OXRTFCP begins with.
const rtfStart = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// inflateRTF undoes the compression of MS-OXRTFCP, up to most bytes.
func inflateRTF(b []byte, most int) ([]byte, error) {
	if len(b) < 16 {
		return nil, errRTF
	}
	le := binary.LittleEndian
	raw := int(le.Uint32(b[4:]))
	magic := le.Uint32(b[8:])
	b = b[16:]
	raw = min(raw, most)
	switch magic {
	case 0x414C454D: // not compressed
		return b[:min(raw, len(b))], nil
	case 0x75465A4C:
	default:
		return nil, errRTF
	}
	var window [4096]byte
	at := copy(window[:], rtfStart)
	out := make([]byte, 0, min(raw, 64<<10))
	put := func(c byte) {
		window[at] = c
		at = (at + 1) & 4095
		out = append(out, c)
	}
	for len(b) > 0 && len(out) < raw {
		control := b[0]
		b = b[1:]
		for bit := range 8 {
			if control>>bit&1 == 0 {
				if len(b) == 0 {
					return out, nil
				}
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out, nil
			}
			ref := int(b[0])<<8 | int(b[1])
			b = b[2:]
			from, n := ref>>4, ref&15+2
			if from == at {
				return out[:min(len(out), raw)], nil
			}
			for range n {
				put(window[from])
				from = (from + 1) & 4095
			}
		}
	}
	return out[:min(len(out), raw)], nil
}

// group is the state of RTF within braces.
type group struct {
	skip    bool // a destination that is no text
	htmlTag bool // the HTML that Outlook hid in RTF (MS-OXRTFEX)
	rtfOnly bool // what stands for it in RTF
	uc      int  // signs that stand for a \u
}

// readRTF gives the text of RTF, and its HTML when it was made from some.
func readRTF(b []byte) (text, web string) {
	fromHTML := strings.Contains(string(b[:min(len(b), 1000)]), `\fromhtml`)
	codepage := 1252
	var out strings.Builder
	var pending []byte // bytes of the code page
	var units []uint16
	flush := func() {
		if len(pending) > 0 {
			s, _ := toText(pending, codepageName(codepage))
			out.WriteString(s)
			pending = pending[:0]
		}
		if len(units) > 0 {
			out.WriteString(string(utf16.Decode(units)))
			units = units[:0]
		}
	}
	g := group{uc: 1}
	var stack []group
	leftOut := 0
	visible := func() bool { return !g.skip && (!fromHTML || g.htmlTag || !g.rtfOnly) }
	emit := func(c byte) {
		if leftOut > 0 {
			leftOut--
			return
		}
		if visible() {
			if len(units) > 0 {
				flush()
			}
			pending = append(pending, c)
		}
	}
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '{':
			if len(stack) < 1000 {
				stack = append(stack, g)
			}
			leftOut = 0
		case '}':
			if n := len(stack); n > 0 {
				g, stack = stack[n-1], stack[:n-1]
			}
			leftOut = 0
		case '\r', '\n':
		case '\\':
			i++
			if i >= len(b) {
				break
			}
			switch c := b[i]; {
			case c == '\'':
				if i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
					emit(unhex(b[i+1])<<4 | unhex(b[i+2]))
					i += 2
				}
			case c == '*':
				g.skip = true
			case c == '~':
				emit(' ')
			case c == '_':
				emit('-')
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
				word, number, has, n := rtfWord(b[i:])
				i += n - 1
				switch {
				case word == "u" && has:
					if visible() {
						if len(pending) > 0 {
							flush()
						}
						units = append(units, uint16(number))
					}
					leftOut = g.uc
				case word == "ansicpg" && has:
					codepage = number
				case word == "bin" && number > 0:
					i += min(number, len(b)-i-1)
				default:
					if s := g.word(word, number, has, fromHTML); s != "" && visible() {
						flush()
						out.WriteString(s)
					}
				}
			default: // \\ \{ \}
				emit(c)
			}
		default:
			emit(c)
		}
	}
	flush()
	if fromHTML {
		return "", out.String()
	}
	return strings.TrimSpace(cleanText(out.String())), ""
}

// word does what a control word says and gives the text it stands for.
func (g *group) word(word string, number int, has, fromHTML bool) string {
	switch word {
	case "htmltag", "mhtmltag":
		g.skip, g.htmlTag = word == "mhtmltag", true
	case "htmlrtf":
		g.rtfOnly = !has || number != 0
	case "uc":
		if has && number >= 0 && number < 100 {
			g.uc = number
		}
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable", "listoverridetable", "generator":
		g.skip = true
	case "par", "line", "row", "sect", "page":
		if fromHTML {
			return "\r\n"
		}
		return "\n"
	case "tab", "cell":
		return "\t"
	case "lquote":
		return "‘"
	case "rquote":
		return "’"
	case "ldblquote":
		return "“"
	case "rdblquote":
		return "”"
	case "bullet":
		return "•"
	case "endash":
		return "–"
	case "emdash":
		return "—"
	}
	return ""
}

// rtfWord reads letters, a number and the space that ends them.
func rtfWord(b []byte) (word string, number int, has bool, n int) {
	for n < len(b) && n < 32 && (b[n] >= 'a' && b[n] <= 'z' || b[n] >= 'A' && b[n] <= 'Z') {
		n++
	}
	word = string(b[:n])
	start := n
	if n < len(b) && b[n] == '-' {
		n++
	}
	for n < len(b) && n-start < 11 && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	if v, err := strconv.Atoi(string(b[start:n])); err == nil {
		number, has = v, true
	} else if n > start {
		n = start
	}
	if n < len(b) && b[n] == ' ' {
		n++
	}
	return word, number, has, n
}
