package letter

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"parley/internal/fail"
)

// entity is a part to be written: a leaf with a body, or several in a multipart.
type entity struct {
	head     func(*writer) // its own fields, Content-Type and encoding included
	body     []byte        // encoded
	kind     string        // of a multipart
	param    string
	kids     []*entity
	boundary string
}

func several(kind, param string, kids ...*entity) *entity {
	// No encoded body has =_ in it.
	return &entity{kind: "multipart/" + kind, param: param, kids: kids, boundary: "=_" + rand.Text()}
}

func (e *entity) size() int {
	n := len(e.body) + 400
	for _, k := range e.kids {
		n += k.size()
	}
	return n
}

func (e *entity) write(w *writer) {
	if e.kids == nil {
		e.head(w)
		w.raw("\r\n")
		w.Write(e.body)
		return
	}
	w.raw("Content-Type: " + e.kind + ";" + e.param + "\r\n boundary=\"" + e.boundary + "\"\r\n\r\n")
	for _, k := range e.kids {
		w.raw("--" + e.boundary + "\r\n")
		k.write(w)
		if !bytes.HasSuffix(w.Bytes(), []byte("\r\n")) {
			w.raw("\r\n")
		} else if k.kids == nil {
			w.raw("\r\n") // the line end before a boundary belongs to the boundary
		}
	}
	w.raw("--" + e.boundary + "--\r\n")
}

// entityOf builds mixed(related(alternative(text, html), pictures), files), without
// the layers that would hold one thing.
func entityOf(o Outgoing) (*entity, error) {
	text := o.Text
	if text == "" && o.HTML != "" {
		text = TextOf(o.HTML)
	}
	var inline, attached []*entity
	for i, f := range o.Files {
		e, err := fileEntity(f, fmt.Sprintf("files[%d]", i), o.HTML != "")
		if err != nil {
			return nil, err
		}
		if f.Inline && f.ContentID != "" && o.HTML != "" {
			inline = append(inline, e)
		} else {
			attached = append(attached, e)
		}
	}
	root := textEntity("plain", text)
	if o.HTML != "" {
		web := textEntity("html", o.HTML)
		if len(inline) > 0 {
			web = several("related", ` type="text/html";`, append([]*entity{web}, inline...)...)
		}
		root = several("alternative", "", root, web)
	}
	if len(attached) > 0 {
		root = several("mixed", "", append([]*entity{root}, attached...)...)
	}
	return root, nil
}

// textEntity is a text: as it is when it is short ASCII, else in the encoding that
// is shorter.
func textEntity(kind, s string) *entity {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "\r", "\r\n", "\x00", "").Replace(s)
	high, long := 0, false
	at := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			at = i + 1
		case c >= utf8.RuneSelf || c < ' ' && c != '\r' && c != '\t':
			high++
		}
		long = long || i-at > soft
	}
	encoding := "7bit"
	body := []byte(s)
	switch {
	case high*6 > len(s):
		encoding = "base64"
		body = base64Lines([]byte(s))
	case high > 0 || long || strings.Contains(s, " \r\n") || strings.HasSuffix(s, " "):
		encoding = "quoted-printable"
		var b bytes.Buffer
		q := quotedprintable.NewWriter(&b)
		_, _ = q.Write([]byte(s))
		_ = q.Close()
		body = b.Bytes()
	}
	return &entity{body: body, head: func(w *writer) {
		w.raw("Content-Type: text/" + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + "\r\n")
	}}
}

// base64Lines encodes in lines of 76 characters.
func base64Lines(b []byte) []byte {
	const in, line = 57, 76
	out := make([]byte, 0, (len(b)/in+1)*(line+2))
	for len(b) > 0 {
		n := min(in, len(b))
		out = base64.StdEncoding.AppendEncode(out, b[:n])
		out = append(out, "\r\n"...)
		b = b[n:]
	}
	return out
}

func fileEntity(f File, field string, html bool) (*entity, error) {
	name := FileName(f.Name)
	if name == "" {
		name = "file" + extension(f.Type)
	}
	kind := strings.ToLower(strings.TrimSpace(f.Type))
	if !mediaTypeForm(kind) || strings.HasPrefix(kind, "multipart/") {
		kind = "application/octet-stream"
	}
	encoding := "base64"
	body := f.Content
	if strings.HasPrefix(kind, "message/") {
		// A mail in a mail may not be encoded (RFC 2046): one that needs it goes as bytes.
		if sevenBit(body) {
			encoding = "7bit"
		} else {
			kind = "application/octet-stream"
		}
	}
	if encoding == "base64" {
		body = base64Lines(body)
	}
	id := strings.Trim(f.ContentID, "<>")
	if id != "" && (!goodID(id+"@") || len(id) > 200) {
		return nil, fail.Invalid(field, "has a content id that no header can hold")
	}
	return &entity{body: body, head: func(w *writer) {
		w.field("Content-Type", append([]string{kind + ";"}, nameParams("name", name)...)...)
		w.raw("Content-Transfer-Encoding: " + encoding + "\r\n")
		disposition := "attachment;"
		if f.Inline && id != "" && html {
			disposition = "inline;"
		}
		if id != "" {
			w.raw("Content-ID: <" + id + ">\r\n")
		}
		w.field("Content-Disposition", append([]string{disposition}, nameParams("filename", name)...)...)
	}}, nil
}

// mediaTypeForm is type/subtype.
func mediaTypeForm(s string) bool {
	a, b, ok := strings.Cut(s, "/")
	token := func(s string) bool {
		return s != "" && len(s) < 100 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.+-_") == ""
	}
	return ok && token(a) && token(b)
}

// sevenBit reports bytes that go as they are: ASCII with CRLF and lines in bounds.
func sevenBit(b []byte) bool {
	at := 0
	for i, c := range b {
		switch {
		case c == 0 || c >= utf8.RuneSelf:
			return false
		case c == '\n':
			if i == 0 || b[i-1] != '\r' {
				return false
			}
			at = i + 1
		case c == '\r':
			if i+1 == len(b) || b[i+1] != '\n' {
				return false
			}
		}
		if i-at > 990 {
			return false
		}
	}
	return true
}

// nameParams writes a file's name: in quotes when it is ASCII, else by RFC 2231,
// in pieces that fit a line. Old programs that know only encoded words find them in name.
func nameParams(param, name string) []string {
	plain := len(name) < 60
	for i := 0; i < len(name); i++ {
		plain = plain && name[i] < utf8.RuneSelf
	}
	if plain && !strings.Contains(name, "=?") {
		return []string{param + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`}
	}
	if param == "name" {
		words := encodedWords(name)
		words[0] = `name="` + words[0]
		words[len(words)-1] += `"`
		return words
	}
	var pieces []string
	var b strings.Builder
	b.WriteString("utf-8''")
	for i := 0; i < len(name); i++ {
		c := name[i]
		coded := fmt.Sprintf("%%%02X", c)
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			coded = string(rune(c))
		}
		if b.Len()+len(coded) > 58 {
			pieces = append(pieces, b.String())
			b.Reset()
		}
		b.WriteString(coded)
	}
	pieces = append(pieces, b.String())
	if len(pieces) == 1 {
		return []string{param + "*=" + pieces[0]}
	}
	for i := range pieces {
		pieces[i] = fmt.Sprintf("%s*%d*=%s", param, i, pieces[i])
		if i+1 < len(pieces) {
			pieces[i] += ";"
		}
	}
	return pieces
}
