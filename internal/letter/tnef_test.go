package letter

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// tnefWriter writes a winmail.dat as Outlook does.
type tnefWriter struct{ bytes.Buffer }

func newTNEF() *tnefWriter {
	w := &tnefWriter{}
	w.Write(tnefMagic)
	w.Write([]byte{1, 0})
	w.attr(1, 0x89006, []byte{0, 0, 1, 0})
	w.attr(1, 0x69007, le32(1251, 0))
	w.attr(1, 0x78008, []byte("IPM.Microsoft Mail.Note\x00"))
	return w
}

func le32(list ...uint32) (b []byte) {
	for _, n := range list {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func (w *tnefWriter) attr(level byte, id uint32, b []byte) {
	w.WriteByte(level)
	w.Write(le32(id, uint32(len(b))))
	w.Write(b)
	sum := uint16(0)
	for _, c := range b {
		sum += uint16(c)
	}
	w.Write(binary.LittleEndian.AppendUint16(nil, sum))
}

func props(list ...[]byte) []byte {
	return append(le32(uint32(len(list))), bytes.Join(list, nil)...)
}

func prop(kind, id uint16, v []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	switch kind {
	case 3:
		return append(b, v...)
	}
	b = append(b, le32(1, uint32(len(v)))...)
	b = append(b, v...)
	return append(b, make([]byte, (4-len(v)%4)%4)...)
}

func utf16z(s string) (b []byte) {
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func (w *tnefWriter) file(short, long, cid, kind string, content []byte) {
	w.attr(2, 0x69002, make([]byte, 14))
	w.attr(2, 0x18010, append([]byte(short), 0))
	w.attr(2, 0x6800F, content)
	list := [][]byte{prop(0x1F, mapiLongName, utf16z(long))}
	if cid != "" {
		list = append(list, prop(0x1E, mapiContentID, append([]byte(cid), 0)))
	}
	if kind != "" {
		list = append(list, prop(0x1E, mapiType, append([]byte(kind), 0)))
	}
	w.attr(2, 0x69005, props(list...))
}

// rtfHTML is HTML as Outlook hides it in RTF.
const rtfHTML = `{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}` +
	`{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 \'cf\'f0\'e8\'e2\'e5\'f2, {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 \u1084?\u1080?\u1088?\htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}`

func storedRTF(s string) []byte {
	return append(le32(uint32(len(s)+12), uint32(len(s)), 0x414C454D, 0), s...)
}

func mailWith(b []byte) []byte {
	head := "From: anna@example.org\r\nSubject: packed\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	return append(append([]byte(head), base64Lines(b)...), "--b--\r\n"...)
}

func TestTNEF(t *testing.T) {
	inner := newTNEF()
	inner.attr(1, 0x69003, props(prop(0x1F, mapiBody, utf16z("inner text"))))
	inner.file("IN.TXT", "inside.txt", "", "", []byte("inside"))

	w := newTNEF()
	w.attr(1, 0x69003, props(prop(3, 0x0017, le32(1)), prop(0x102, mapiRTF, storedRTF(rtfHTML))))
	w.file("D8E2~1.PDF", "Счёт на оплату.pdf", "", "application/pdf", []byte("%PDF-1"))
	w.file("PIC.PNG", "pic.png", "pic@1", "image/png", []byte("\x89PNG"))
	files := w.Bytes()

	t.Run("[E-2] winmail.dat gives its text, its files and their long names", func(t *testing.T) {
		m, err := Read(mailWith(files), DefaultLimits)
		if err != nil || len(m.Problems) > 0 {
			t.Fatal(err, m.Problems)
		}
		if m.HTML != "<p>Привет, <b>мир</b></p>" || m.Text != "Привет, мир" {
			t.Errorf("html %q, text %q", m.HTML, m.Text)
		}
		if len(m.Files) != 2 || m.Files[0].Name != "Счёт на оплату.pdf" || m.Files[0].Type != "application/pdf" || string(m.Files[0].Content) != "%PDF-1" || m.Files[1].ContentID != "pic@1" {
			t.Errorf("%+v", m.Files)
		}
	})
	t.Run("[E-2] ytnef finds the same files", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "winmail.dat")
		if err := os.WriteFile(path, files, 0o600); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, "out")
		if err := os.Mkdir(out, 0o700); err != nil {
			t.Fatal(err)
		}
		if b, err := exec.Command("ytnef", "-f", out, path).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, b)
		}
		var theirs, ours []string
		list, err := os.ReadDir(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			b, err := os.ReadFile(filepath.Join(out, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(e.Name(), ".rtf") {
				theirs = append(theirs, fmt.Sprintf("%x", b))
			}
		}
		in, err := readTNEF(files, 1<<20, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range in.files {
			ours = append(ours, fmt.Sprintf("%x", f.Content))
		}
		slices.Sort(theirs)
		slices.Sort(ours)
		if len(ours) == 0 || !slices.Equal(ours, theirs) {
			t.Errorf("ours %q, theirs %q", ours, theirs)
		}
	})
	t.Run("[E-2] a mail attached in winmail.dat gives its text and files", func(t *testing.T) {
		w := newTNEF()
		w.attr(2, 0x69002, make([]byte, 14))
		w.attr(2, 0x69005, props(prop(0x0D, mapiData, append(make([]byte, 16), inner.Bytes()...)), prop(0x1F, mapiDisplay, utf16z("Inner"))))
		m, err := Read(mailWith(w.Bytes()), DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Files) != 2 || m.Files[0].Name != "inside.txt" || string(m.Files[1].Content) != "inner text" {
			t.Errorf("%+v %v", m.Files, m.Problems)
		}
	})
	t.Run("[E-2] a winmail.dat that is cut off is read as far as it goes", func(t *testing.T) {
		for n := range files {
			m, err := Read(mailWith(files[:n]), DefaultLimits)
			if err != nil || !slices.Contains(m.Problems, ProblemTNEF) && n > 0 && !completeAt(n, files) {
				t.Fatalf("cut at %d: %v %v", n, err, m.Problems)
			}
		}
	})
}

// completeAt reports that no attribute is cut at n: then nothing shows that more was meant.
func completeAt(n int, b []byte) bool {
	for at := 6; at <= len(b); {
		if n == at || n > at && n < at+9 || n == at-1 || n == at-2 { // between attributes, or in a head or a checksum
			return true
		}
		if at+9 > len(b) {
			return false
		}
		at += 9 + int(binary.LittleEndian.Uint32(b[at+5:])) + 2
	}
	return false
}

func TestRTF(t *testing.T) {
	t.Run("[E-2] compressed RTF: the example of MS-OXRTFCP", func(t *testing.T) {
		packed := []byte{0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0}
		got, err := inflateRTF(packed, 1<<20)
		if err != nil || string(got) != "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n" {
			t.Errorf("%q %v", got, err)
		}
	})
	t.Run("[E-2] RTF as text", func(t *testing.T) {
		text, web := readRTF([]byte(`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator x;}\'cf\'f0\'e8\'e2\'e5\'f2\par {\b bold} \{x\} \u8212- dash\line end{\pict 0102}}`))
		if web != "" || text != "Привет\nbold {x} — dash\nend" {
			t.Errorf("%q %q", text, web)
		}
	})
	t.Run("[E-2] a bomb of compressed RTF stops at its limit", func(t *testing.T) {
		var b []byte
		for range 5000 {
			b = append(b, 0xFF)
			for range 8 {
				b = append(b, 0x00, 0x0F)
			}
		}
		packed := append(le32(uint32(len(b)+12), 0xFFFFFFF0, 0x75465A4C, 0), b...)
		got, err := inflateRTF(packed, 1000)
		if err != nil || len(got) > 1000 {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}
