package letter

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// toText decodes bytes of a named charset. Charsets are often missing or wrong, so
// what is claimed is compared with what the bytes look like. how is "" or the
// problem that was met.
func toText(b []byte, charset string) (s, how string) {
	name := charsetName(charset)
	switch name {
	case "utf-7":
		return fromUTF7(b), ""
	case "utf-16", "utf-16le", "utf-16be":
		if !ascii(b) || bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' && r != '\t' }) {
			return fromUTF16(b, name), ""
		}
	case "iso-2022-kr":
		return decodeAs(korean.EUCKR, shiftedToHigh(b))
	case "hz-gb-2312":
		return decodeAs(simplifiedchinese.HZGB2312, b)
	case "iso-2022-jp":
		return decodeAs(japanese.ISO2022JP, b)
	}
	if ascii(b) {
		return string(b), ""
	}
	if b, ok := bytes.CutPrefix(b, []byte("\xEF\xBB\xBF")); ok && utf8.Valid(b) {
		return string(b), ""
	}
	if bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")) {
		return fromUTF16(b, "utf-16"), ""
	}
	if escaped(b) {
		return decodeAs(japanese.ISO2022JP, b)
	}
	if name == "utf-8" {
		if utf8.Valid(b) {
			return string(b), ""
		}
		if brokenUTF8(b) {
			return strings.ToValidUTF8(string(b), "\uFFFD"), ProblemCharsetBroken
		}
		s, _ = guess(b)
		return s, ProblemCharsetWrong
	}
	if name == "" {
		s, _ = guess(b)
		return s, ProblemCharsetMissing
	}
	enc := encodingOf(name)
	if enc == nil {
		s, _ = guess(b)
		return s, ProblemCharsetUnknown
	}
	// Two characters of valid UTF-8 are no accident in any other charset of single bytes.
	if _, single := enc.(*charmap.Charmap); single {
		if utf8.Valid(b) && multibyte(b) >= 2 {
			return string(b), ProblemCharsetWrong
		}
		if other := betterThan(b, name, enc); other != nil {
			s, _ = decodeAs(other, b)
			return s, ProblemCharsetWrong
		}
	} else if utf8.Valid(b) && multibyte(b) >= 4 && mangled(enc, b) {
		return string(b), ProblemCharsetWrong
	}
	return decodeAs(enc, b)
}

// charsetName brings the names senders invent to those that are known.
func charsetName(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'`))
	s = strings.TrimPrefix(s, "charset=")
	s = strings.ReplaceAll(s, "_", "-")
	switch s {
	case "utf8", "utf-8-mac", "utf8mb4", "unicode-1-1-utf-8", "utf":
		return "utf-8"
	case "unicode-1-1-utf-7", "utf7", "x-unicode-1-1-utf-7", "csunicode11utf7", "unicode-2-0-utf-7":
		return "utf-7"
	case "utf16", "unicode", "ucs-2", "iso-10646-ucs-2":
		return "utf-16"
	case "cp1251", "win1251", "win-1251", "windows1251", "cp-1251", "1251", "x-cp1251", "ansi-1251":
		return "windows-1251"
	case "koi8", "koi-8", "koi8r", "koi-8-r", "cskoi8r":
		return "koi8-r"
	case "cp866", "866", "dos-866", "ibm866", "x-cp866":
		return "ibm866"
	case "ascii", "us-ascii", "ansi-x3.4-1968", "646", "7bit", "us", "iso-ir-6":
		return "us-ascii"
	case "iso8859-1", "latin1", "latin-1", "iso-8859-1", "8859-1", "l1":
		return "iso-8859-1"
	case "cp1252", "win-1252", "ansi", "windows1252":
		return "windows-1252"
	case "iso-2022-jp", "csiso2022jp", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-ms", "cp50220", "cp50221":
		return "iso-2022-jp"
	case "gb2312", "gb-2312", "gb-2312-80", "gbk", "cp936", "ms936", "x-gbk", "euc-cn", "gb18030":
		return "gb18030"
	case "cp949", "ks-c-5601-1987", "ks-c-5601", "ksc5601", "uhc":
		return "euc-kr"
	case "cp932", "ms932", "sjis", "shift-jis", "x-sjis", "windows-31j":
		return "shift_jis"
	case "unknown", "unknown-8bit", "x-unknown", "default", "none", "default-charset", "8bit", "binary", "x-user-defined", "utf-8utf-8":
		return ""
	}
	return s
}

func encodingOf(name string) encoding.Encoding {
	switch name {
	case "us-ascii", "iso-8859-1":
		return charmap.Windows1252 // which is what they mean when there are such bytes
	case "cp855", "ibm855":
		return charmap.CodePage855
	}
	for _, n := range []string{name, strings.ReplaceAll(name, "cp", "windows-"), strings.ReplaceAll(name, "iso8859", "iso-8859")} {
		if enc, err := htmlindex.Get(n); err == nil && enc != encoding.Replacement {
			return enc
		}
	}
	if enc, err := ianaindex.MIME.Encoding(name); err == nil && enc != nil {
		return enc
	}
	return nil
}

func decodeAs(enc encoding.Encoding, b []byte) (s, how string) {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), ProblemCharsetBroken
	}
	if bytes.Contains(out, []byte("\uFFFD")) {
		how = ProblemCharsetBroken
	}
	return string(out), how
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf || c == 0x1B {
			return false
		}
	}
	return true
}

// escaped reports the escape sequences of ISO-2022-JP.
func escaped(b []byte) bool {
	for _, e := range []string{"\x1b$B", "\x1b$@", "\x1b(J", "\x1b$(D"} {
		if bytes.Contains(b, []byte(e)) {
			return true
		}
	}
	return false
}

// multibyte counts characters of more than one byte in valid UTF-8.
func multibyte(b []byte) (n int) {
	for _, c := range b {
		if c >= 0xC0 {
			n++
		}
	}
	return n
}

// brokenUTF8 reports text that is UTF-8 but for a few damaged places.
func brokenUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good > 0 && bad*5 <= good
}

// mangled reports bytes that the charset they claim cannot hold.
func mangled(enc encoding.Encoding, b []byte) bool {
	_, how := decodeAs(enc, b)
	return how != ""
}

func fromUTF16(b []byte, name string) string {
	order := unicode.BigEndian
	if name == "utf-16le" {
		order = unicode.LittleEndian
	} else if name == "utf-16" && len(b) > 1 && b[0] != 0xFE && b[0] != 0xFF && b[1] == 0 {
		order = unicode.LittleEndian // no mark; Latin letters show the order
	}
	s, _ := decodeAs(unicode.UTF16(order, unicode.UseBOM), b)
	return s
}

// fromUTF7 reads RFC 2152; what is no valid shift stands as it came.
func fromUTF7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		i := bytes.IndexByte(b, '+')
		if i < 0 {
			out.WriteString(strings.ToValidUTF8(string(b), "\uFFFD"))
			break
		}
		out.WriteString(strings.ToValidUTF8(string(b[:i]), "\uFFFD"))
		b = b[i+1:]
		n := 0
		for n < len(b) && (b[n] >= 'A' && b[n] <= 'Z' || b[n] >= 'a' && b[n] <= 'z' || b[n] >= '0' && b[n] <= '9' || b[n] == '+' || b[n] == '/') {
			n++
		}
		raw := make([]byte, base64.RawStdEncoding.DecodedLen(n)+3)
		m, err := base64.RawStdEncoding.Decode(raw, b[:n-n%4])
		if err == nil && n%4 > 1 {
			k, _ := base64.RawStdEncoding.Decode(raw[m:], b[n-n%4:n])
			m += k
		}
		if n == 0 || err != nil || m < 2 {
			out.WriteByte('+')
			if n == 0 && len(b) > 0 && b[0] == '-' {
				b = b[1:]
			}
			continue
		}
		u := make([]uint16, m/2)
		for j := range u {
			u[j] = uint16(raw[2*j])<<8 | uint16(raw[2*j+1])
		}
		out.WriteString(string(utf16.Decode(u)))
		b = b[n:]
		if len(b) > 0 && b[0] == '-' {
			b = b[1:]
		}
	}
	return out.String()
}

// shiftedToHigh makes EUC-KR of ISO-2022-KR: between SO and SI stand Korean letters.
func shiftedToHigh(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	out := make([]byte, 0, len(b))
	shifted := false
	for _, c := range b {
		switch {
		case c == 0x0E:
			shifted = true
		case c == 0x0F:
			shifted = false
		case shifted && c > ' ' && c < 0x7F:
			out = append(out, c|0x80)
		default:
			if c == '\n' {
				shifted = false
			}
			out = append(out, c)
		}
	}
	return out
}
