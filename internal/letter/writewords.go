package letter

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"parley/internal/fail"
)

// writable is text that can stand in one line of a header.
func writable(s string) bool {
	if len(s) > 10000 || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r == 0x2028 || r == 0x2029 {
			return false
		}
	}
	return true
}

// textWords are the words of an unstructured field, encoded when they must be.
func textWords(s string) []string {
	if s == "" {
		return []string{""}
	}
	plain := strings.TrimSpace(s) == s && !strings.Contains(s, "  ") && !strings.Contains(s, "=?")
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] < utf8.RuneSelf
	}
	words := strings.Split(s, " ")
	for _, w := range words {
		plain = plain && len(w) < soft
	}
	if plain {
		return words
	}
	return encodedWords(s)
}

// encodedWords gives RFC 2047 words that fit a line of 76 characters and hold whole
// letters. Quoted-printable is shorter for Latin text, base64 for all other.
func encodedWords(s string) (out []string) {
	high := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			high++
		}
	}
	if high*3 > len(s) {
		const most = 39 // bytes: 52 characters and 12 around them, in a line with a short name
		for s != "" {
			n := len(cutText(s, most))
			out = append(out, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
			s = s[n:]
		}
		return out
	}
	const most = 52
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, "=?utf-8?Q?"+b.String()+"?=")
			b.Reset()
		}
	}
	for _, r := range s {
		coded := ""
		switch {
		case r == ' ':
			coded = "_"
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!*+-/", r)):
			coded = string(r)
		default:
			for _, c := range []byte(string(r)) {
				coded += fmt.Sprintf("=%02X", c)
			}
		}
		if b.Len()+len(coded) > most {
			flush()
		}
		b.WriteString(coded)
	}
	flush()
	return out
}

// mailboxes gives the words of an address field.
func mailboxes(field string, list []Address) (words []string, err error) {
	for i, a := range list {
		addr, err := Envelope(a.Address)
		if err != nil {
			return nil, fail.Invalid(field, fail.As(err).Message)
		}
		if !writable(a.Name) {
			return nil, fail.Invalid(field, "a name must be one line")
		}
		if name := strings.TrimSpace(a.Name); name != "" {
			words = append(words, phrase(name)...)
			addr = "<" + addr + ">"
		}
		if i+1 < len(list) {
			addr += ","
		}
		words = append(words, addr)
	}
	return words, nil
}

// phrase gives the words of a name.
func phrase(s string) []string {
	atoms, plain := true, !strings.Contains(s, "=?") && !strings.Contains(s, "  ") && len(s) < 70
	for i := 0; i < len(s); i++ {
		c := s[i]
		plain = plain && c < utf8.RuneSelf
		atoms = atoms && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ' ' || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0)
	}
	switch {
	case plain && atoms:
		return strings.Split(s, " ")
	case plain:
		return []string{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`}
	}
	return encodedWords(s)
}

// Envelope gives an address as servers want it: the domain in ASCII, a local part
// that needs quotes in them. What is no address is a fail.Error.
func Envelope(address string) (string, error) {
	i := strings.LastIndexByte(address, '@')
	if i <= 0 || len(address) > 320 {
		return "", fail.Invalid("address", "must be like name@example.com")
	}
	local := address[:i]
	for j := 0; j < len(local); j++ {
		if c := local[j]; c < ' ' || c == 0x7F {
			return "", fail.Invalid("address", "must be like name@example.com")
		}
		if local[j] >= utf8.RuneSelf {
			return "", fail.Invalid("address", "must have Latin letters before the @: other servers do not take it")
		}
	}
	if len(local) > 64 {
		return "", fail.Invalid("address", "has more than 64 characters before the @")
	}
	if !dotAtom(local) {
		inner := local
		if len(inner) > 1 && inner[0] == '"' && inner[len(inner)-1] == '"' {
			inner = unquote(inner)
		}
		local = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(inner) + `"`
	}
	domain, err := wireDomain(address[i+1:])
	if err != nil {
		return "", err
	}
	return local + "@" + domain, nil
}

var asDomain = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true), idna.StrictDomainName(false))

func wireDomain(d string) (string, error) {
	bad := fail.Invalid("address", "must end in a domain like example.com")
	if strings.HasPrefix(d, "[") && strings.HasSuffix(d, "]") && len(d) < 60 && strings.Trim(d[1:len(d)-1], "0123456789abcdefABCDEF.:IPv") == "" {
		return d, nil
	}
	a, err := asDomain.ToASCII(d)
	if err != nil || a == "" || len(a) > 253 {
		return "", bad
	}
	for i := 0; i < len(a); i++ {
		if c := a[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			return "", bad
		}
	}
	return a, nil
}
