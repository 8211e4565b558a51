package letter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

// tnefMagic begins every winmail.dat: the form in which Outlook packs a mail's text
// and files for other Outlooks (MS-OXTNEF).
var tnefMagic = []byte{0x78, 0x9F, 0x3E, 0x22}

func isTNEF(kind, name string) bool {
	return kind == "application/ms-tnef" || kind == "application/vnd.ms-tnef" || strings.EqualFold(name, "winmail.dat")
}

var errTNEF = errors.New("broken winmail.dat")

// tnef is what a winmail.dat holds.
type tnef struct {
	text, html string
	files      []File

	codepage int
	open     *File // the attachment that attributes belong to
	embedded int   // nesting
	budget   int64 // bytes that may still be taken
}

// Attributes, and properties of MAPI, that are of use.
const (
	tnefBody       = 0x800C
	tnefData       = 0x800F
	tnefTitle      = 0x8010
	tnefRender     = 0x9002
	tnefProps      = 0x9003
	tnefAttachment = 0x9005
	tnefCodepage   = 0x9007

	mapiBody      = 0x1000
	mapiRTF       = 0x1009
	mapiHTML      = 0x1013
	mapiData      = 0x3701
	mapiName      = 0x3704
	mapiLongName  = 0x3707
	mapiType      = 0x370E
	mapiContentID = 0x3712
	mapiDisplay   = 0x3001
	mapiCodepage  = 0x3FDE
)

// readTNEF reads as far as it can; what was read before an error stands.
func readTNEF(b []byte, budget int64, embedded int) (*tnef, error) {
	t := &tnef{embedded: embedded, budget: budget, codepage: 1252}
	if len(b) < 6 || !bytes.HasPrefix(b, tnefMagic) {
		return t, errTNEF
	}
	le := binary.LittleEndian
	for b = b[6:]; len(b) >= 9; {
		level, id, n := b[0], le.Uint32(b[1:]), int64(le.Uint32(b[5:]))
		b = b[9:]
		if n > int64(len(b)) || level != 1 && level != 2 {
			t.close()
			return t, errTNEF
		}
		if err := t.attribute(int(id&0xFFFF), b[:n]); err != nil {
			t.close()
			return t, err
		}
		b = b[min(int64(len(b)), n+2):] // behind a checksum that nobody needs
	}
	t.close()
	return t, nil
}

func (t *tnef) attribute(id int, b []byte) error {
	switch id {
	case tnefCodepage:
		if len(b) >= 4 {
			t.codepage = int(binary.LittleEndian.Uint32(b))
		}
	case tnefBody:
		if t.text == "" {
			t.text = t.bytesText(b)
		}
	case tnefProps:
		return t.properties(b, nil)
	case tnefRender:
		t.close()
		t.open = &File{}
	case tnefTitle:
		if t.open != nil && t.open.Name == "" {
			t.open.Name = FileName(t.bytesText(b))
		}
	case tnefData:
		if t.open != nil {
			t.open.Content = b
		}
	case tnefAttachment:
		if t.open != nil {
			return t.properties(b, t.open)
		}
	}
	return nil
}

// close takes the attachment whose attributes have ended.
func (t *tnef) close() {
	f := t.open
	t.open = nil
	if f == nil || len(f.Content) == 0 {
		return
	}
	if t.budget -= int64(len(f.Content)); t.budget < 0 {
		return
	}
	if f.Type == "" {
		f.Type = typeByName(f.Name)
	}
	t.files = append(t.files, *f)
}

// bytesText is a string of the code page, which ends in a zero.
func (t *tnef) bytesText(b []byte) string {
	s, _ := toText(bytes.TrimRight(b, "\x00"), codepageName(t.codepage))
	return cleanText(s)
}

func codepageName(n int) string {
	switch n {
	case 65001:
		return "utf-8"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 866:
		return "ibm866"
	case 932:
		return "shift_jis"
	case 936, 54936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 28591:
		return "iso-8859-1"
	case 28595:
		return "iso-8859-5"
	case 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258:
		return "windows-" + string([]byte{'1', '2', '5', byte('0' + n%10)})
	}
	return ""
}

// property is one value of MAPI.
type property struct {
	id, kind int
	value    []byte
}

func (p property) string(t *tnef) string {
	if p.kind == 0x1F {
		u := make([]uint16, len(p.value)/2)
		for i := range u {
			u[i] = binary.LittleEndian.Uint16(p.value[2*i:])
		}
		return cleanText(strings.TrimRight(string(utf16.Decode(u)), "\x00"))
	}
	return t.bytesText(p.value)
}

// properties reads a list of MAPI properties, of the message or of a file.
func (t *tnef) properties(b []byte, f *File) error {
	var htmlBytes []byte
	err := eachProperty(b, func(p property) {
		switch {
		case p.id == mapiCodepage && len(p.value) >= 4:
			t.codepage = int(binary.LittleEndian.Uint32(p.value))
		case f != nil:
			t.fileProperty(f, p)
		case p.id == mapiBody:
			t.text = p.string(t)
		case p.id == mapiHTML:
			if p.kind == 0x102 {
				htmlBytes = p.value
			} else {
				t.html = p.string(t)
			}
		case p.id == mapiRTF && t.html == "":
			if rtf, err := inflateRTF(p.value, 8<<20); err == nil {
				text, web := readRTF(rtf)
				if t.text == "" {
					t.text = text
				}
				t.html = web
			}
		}
	})
	if htmlBytes != nil {
		cs := metaCharset(htmlBytes)
		if cs == "" {
			cs = codepageName(t.codepage)
		}
		t.html, _ = toText(htmlBytes, cs)
	}
	return err
}

func (t *tnef) fileProperty(f *File, p property) {
	switch p.id {
	case mapiLongName:
		if s := FileName(p.string(t)); s != "" {
			f.Name = s
		}
	case mapiName, mapiDisplay:
		if s := FileName(p.string(t)); s != "" && f.Name == "" {
			f.Name = s
		}
	case mapiType:
		if s := strings.ToLower(strings.TrimSpace(p.string(t))); mediaTypeForm(s) {
			f.Type = s
		}
	case mapiContentID:
		f.ContentID = strings.Join(strings.Fields(strings.Trim(p.string(t), "<> ")), "")
	case mapiData:
		v := p.value
		if p.kind == 0x0D && len(v) > 16 {
			v = v[16:] // the object's interface
		}
		if bytes.HasPrefix(v, tnefMagic) && t.embedded < 5 {
			t.message(v)
			return
		}
		if len(f.Content) == 0 {
			f.Content = v
		}
	}
}

// message takes the files and the text of a mail that is attached.
func (t *tnef) message(b []byte) {
	in, _ := readTNEF(b, t.budget, t.embedded+1)
	t.budget = in.budget
	t.files = append(t.files, in.files...)
	text := in.text
	if text == "" {
		text = TextOf(in.html)
	}
	if text != "" {
		t.files = append(t.files, File{Name: "message.txt", Type: "text/plain", Content: []byte(text)})
		t.budget -= int64(len(text))
	}
}

// eachProperty walks over a list of properties.
func eachProperty(b []byte, each func(property)) error {
	le := binary.LittleEndian
	take := func(n int64) ([]byte, bool) {
		if n < 0 || n > int64(len(b)) {
			return nil, false
		}
		v := b[:n]
		b = b[n:]
		return v, true
	}
	number := func() (int64, bool) {
		v, ok := take(4)
		if !ok {
			return 0, false
		}
		return int64(le.Uint32(v)), true
	}
	padded := func() ([]byte, bool) {
		n, ok := number()
		if !ok {
			return nil, false
		}
		v, ok := take(n)
		if ok {
			_, _ = take(min((4-n%4)%4, int64(len(b))))
		}
		return v, ok
	}
	count, ok := number()
	for ; ok && count > 0; count-- {
		head, ok := take(4)
		if !ok {
			return errTNEF
		}
		p := property{kind: int(le.Uint16(head)), id: int(le.Uint16(head[2:]))}
		if p.id >= 0x8000 { // a property with a name of its own
			if _, ok = take(16); !ok {
				return errTNEF
			}
			kind, ok := number()
			if !ok {
				return errTNEF
			}
			if kind == 0 {
				_, ok = take(4)
			} else {
				_, ok = padded()
			}
			if !ok {
				return errTNEF
			}
		}
		values := int64(1)
		many := p.kind&0x1000 != 0
		p.kind &= 0xFFF
		varies := p.kind == 0x1E || p.kind == 0x1F || p.kind == 0x102 || p.kind == 0x0D
		if many || varies {
			// Even an empty value costs a step: as many as there are bytes at most.
			if values, ok = number(); !ok || values > int64(len(b))+1 {
				return errTNEF
			}
		}
		for ; values > 0; values-- {
			if varies {
				p.value, ok = padded()
			} else {
				p.value, ok = take(fixedSize(p.kind))
			}
			if !ok {
				return errTNEF
			}
			if p.id < 0x8000 {
				each(p)
			}
		}
	}
	if !ok {
		return errTNEF
	}
	return nil
}

func fixedSize(kind int) int64 {
	switch kind {
	case 0x1:
		return 0
	case 0x2, 0x3, 0x4, 0xA, 0xB:
		return 4
	case 0x5, 0x6, 0x7, 0x14, 0x40:
		return 8
	case 0x48:
		return 16
	}
	return -1
}

// winmail adds what a winmail.dat holds in the place of the file itself.
func (r *reader) winmail(c *content, p *part) {
	b := decodeTransfer(p.body, p.f.get("content-transfer-encoding"), r.problems)
	if !bytes.HasPrefix(b, tnefMagic) {
		r.problems.add(ProblemTNEF)
		r.file(c, p, b, "winmail.dat")
		return
	}
	r.winmailBytes(c, b)
}

func (r *reader) winmailBytes(c *content, b []byte) {
	t, err := readTNEF(b, max(0, r.limits.Decoded-r.decoded), 0)
	if err != nil {
		r.problems.add(ProblemTNEF)
	}
	if t.budget < 0 {
		r.problems.add(ProblemDecodedLimit)
	}
	if r.rich == "" && r.richWeb == "" {
		r.rich, r.richWeb = cutText(t.text, int(r.limits.Text)), cutText(t.html, int(r.limits.Text))
	}
	for _, f := range t.files {
		r.keep(c, &located{File: f})
	}
	if err != nil && len(t.files) == 0 {
		r.keep(c, &located{File: File{Name: "winmail.dat", Type: "application/ms-tnef", Content: b}})
	}
}
