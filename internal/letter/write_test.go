package letter

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"parley/internal/fail"
)

// sample is a mail with everything.
func fullMail() Outgoing {
	return Outgoing{
		From: Address{"Иван Петров, отдел", "ivan@пример.рф"}, ReplyTo: []Address{{"", "support@example.org"}},
		To: []Address{{`Bob "the" Builder`, "bob@example.com"}, {"Zoë", "zoe@example.com"}}, Cc: []Address{{"", "x y@example.com"}},
		Subject: strings.Repeat("Привет мир ", 20) + "end", Date: time.Date(2024, 3, 4, 12, 0, 0, 0, time.FixedZone("", 3*3600)),
		MessageID: "1.2@example.org", InReplyTo: "a@b", References: []string{"z@b", "a@b"},
		Text: "Добрый день!\n.\nFrom here\n\n-- \nИван", HTML: `<p>Добрый день!</p><img src="cid:pic@1">`,
		Files: []File{
			{Name: "pic.png", Type: "image/png", ContentID: "pic@1", Inline: true, Content: []byte("\x89PNG")},
			{Name: "Счёт на оплату за очень длинное наименование услуги по договору.pdf", Type: "application/pdf", Content: bytes.Repeat([]byte{0, 1, 2}, 1000)},
			{Name: "fwd.eml", Type: "message/rfc822", Content: []byte("From: a@b.c\r\n\r\nhi\r\n")},
		},
		Headers: map[string]string{"X-Case": "1034"},
	}
}

// wire checks what every server must be able to take.
func wire(t *testing.T, b []byte) {
	t.Helper()
	for i, line := range bytes.Split(bytes.TrimSuffix(b, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("line %d is %d long or has a bare line end: %.80q", i, len(line), line)
		}
		for _, c := range line {
			if c >= 0x80 {
				t.Fatalf("line %d has 8 bits: %q", i, line)
			}
		}
	}
}

func TestWrite(t *testing.T) {
	b, err := Write(fullMail())
	if err != nil {
		t.Fatal(err)
	}
	wire(t, b)
	t.Run("[E-27] Go's own readers find every part, name and text of what was written", func(t *testing.T) {
		m, err := mail.ReadMessage(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		word := &mime.WordDecoder{}
		if s, err := word.DecodeHeader(m.Header.Get("Subject")); err != nil || s != fullMail().Subject {
			t.Errorf("subject %q %v", s, err)
		}
		from, err := m.Header.AddressList("From")
		if err != nil || from[0].Name != "Иван Петров, отдел" || from[0].Address != "ivan@xn--e1afmkfd.xn--p1ai" {
			t.Errorf("from %v %v", from, err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil || to[0].Name != `Bob "the" Builder` || to[1].Name != "Zoë" {
			t.Errorf("to %v %v", to, err)
		}
		if cc, err := m.Header.AddressList("Cc"); err != nil || cc[0].Address != "x y@example.com" {
			t.Errorf("cc %v %v", cc, err)
		}
		if m.Header.Get("References") != "<z@b> <a@b>" || m.Header.Get("In-Reply-To") != "<a@b>" || m.Header.Get("X-Case") != "1034" {
			t.Errorf("%v", m.Header)
		}
		var seen []string
		var walk func(contentType string, r io.Reader)
		walk = func(contentType string, r io.Reader) {
			kind, params, err := mime.ParseMediaType(contentType)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, kind)
			if !strings.HasPrefix(kind, "multipart/") {
				return
			}
			for mr := multipart.NewReader(r, params["boundary"]); ; {
				p, err := mr.NextRawPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if p.Header.Get("Content-Type") != "" && strings.Contains(p.Header.Get("Content-Type"), "pdf") && p.FileName() != fullMail().Files[1].Name {
					t.Errorf("file name %q", p.FileName())
				}
				walk(p.Header.Get("Content-Type"), p)
			}
		}
		walk(m.Header.Get("Content-Type"), m.Body)
		want := "multipart/mixed multipart/alternative text/plain multipart/related text/html image/png application/pdf message/rfc822"
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("parts %s, want %s", got, want)
		}
	})
	t.Run("[E-27] what was written is read back", func(t *testing.T) {
		o := fullMail()
		m, err := Read(b, DefaultLimits)
		if err != nil || len(m.Problems) > 0 {
			t.Fatal(err, m.Problems)
		}
		if m.Subject != o.Subject || m.From[0] != o.From || m.To[0] != o.To[0] || m.Text != o.Text || !m.Date.Equal(o.Date) || m.MessageID != o.MessageID || m.InReplyTo[0] != "a@b" || len(m.References) != 2 {
			t.Errorf("%+v", m)
		}
		for i, f := range m.Files {
			if w := o.Files[i]; f.Name != w.Name || f.Type != w.Type || !bytes.Equal(f.Content, w.Content) || f.Inline != w.Inline {
				t.Errorf("file %+v", f)
			}
		}
	})
	t.Run("[E-1] an automatic answer says so and is known as our own when it comes back", func(t *testing.T) {
		o := fullMail()
		o.Automatic = true
		b, err := Write(o)
		if err != nil {
			t.Fatal(err)
		}
		h, err := Peek(b)
		if err != nil || h.Automatic != Loop || len(h.Loop) != 1 || h.Loop[0] != "xn--e1afmkfd.xn--p1ai" {
			t.Errorf("%+v %v", h, err)
		}
		b = bytes.Replace(b, []byte("X-Parley-Loop"), []byte("X-Other"), 1)
		if h, _ := Peek(b); h.Automatic != Reply {
			t.Errorf("automatic %q", h.Automatic)
		}
	})
	t.Run("[E-27] the text is made from the HTML when there is none", func(t *testing.T) {
		b, err := Write(Outgoing{From: Address{"", "a@b.c"}, HTML: "<p>Hello <b>you</b></p><ul><li>one<li>two</ul>"})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(b, []byte("Hello you\r\n\r\n- one\r\n- two")) {
			t.Errorf("%s", b)
		}
	})
}

func TestWriteRefuses(t *testing.T) {
	for name, change := range map[string]func(*Outgoing){
		"a line end in the subject": func(o *Outgoing) { o.Subject = "x\r\nBcc: all@example.com" },
		"a line end in a name":      func(o *Outgoing) { o.To[0].Name = "x\nBcc: y" },
		"a line end in an address":  func(o *Outgoing) { o.To[0].Address = "a@b.c>\r\nBcc: <d@e.f" },
		"an address that is none":   func(o *Outgoing) { o.Cc = []Address{{"", "nobody"}} },
		"a space in a domain":       func(o *Outgoing) { o.Cc = []Address{{"", "a@b c.de"}} },
		"Cyrillic before the @":     func(o *Outgoing) { o.Cc = []Address{{"", "иван@example.com"}} },
		"a message id with spaces":  func(o *Outgoing) { o.MessageID = "a b@c" },
		"a field of ours":           func(o *Outgoing) { o.Headers = map[string]string{"BCC": "x"} },
		"a field that is none":      func(o *Outgoing) { o.Headers = map[string]string{"X: y\r\nZ": "x"} },
		"a line end in a field":     func(o *Outgoing) { o.Headers = map[string]string{"X-A": "x\r\ny"} },
		"Content-Type":              func(o *Outgoing) { o.Headers = map[string]string{"content-type": "x"} },
		"a content id with a fold":  func(o *Outgoing) { o.Files[0].ContentID = "x>\r\ny" },
	} {
		t.Run("[E-27] header injection is refused: "+name, func(t *testing.T) {
			o := fullMail()
			change(&o)
			if b, err := Write(o); fail.Code(err) != fail.CodeInvalid {
				t.Errorf("%v\n%s", err, b)
			}
		})
	}
	t.Run("[E-27] ids of others that no header can hold are left out", func(t *testing.T) {
		o := fullMail()
		o.InReplyTo, o.References = "x\r\ny@z", []string{"a@b", "c d@e", "ж@e"}
		b, err := Write(o)
		if err != nil || !bytes.Contains(b, []byte("References: <a@b>\r\n")) || bytes.Contains(b, []byte("In-Reply-To")) {
			t.Errorf("%v", err)
		}
	})
}

func TestSizes(t *testing.T) {
	o := Outgoing{From: Address{"", "a@b.c"}, Files: []File{{Name: "a.bin", Content: make([]byte, MaxFile)}, {Name: "b.bin", Content: make([]byte, MaxFile)}}}
	t.Run("[E-29] files of exactly 10 MiB may be sent", func(t *testing.T) {
		if err := CheckSize(o); err != nil {
			t.Error(err)
		}
	})
	t.Run("[E-29] one byte over 10 MiB is refused, with the file's name", func(t *testing.T) {
		p := o
		p.Files = []File{{Name: "c.bin", Content: make([]byte, MaxFile+1)}}
		var e *SizeError
		if _, err := Write(p); !errors.As(err, &e) || e.File != "c.bin" || fail.As(err).Status != 413 {
			t.Errorf("%v", err)
		}
	})
	t.Run("[E-29] the whole mail has at most 25 MiB, inline pictures included", func(t *testing.T) {
		p := o
		p.Text, p.HTML = "x", "y"
		p.Files = append(p.Files[:2:2], File{Name: "p.png", ContentID: "p@1", Inline: true, Content: make([]byte, 5<<20-2)})
		if err := CheckSize(p); err != nil {
			t.Error(err)
		}
		p.Text = "xx"
		var e *SizeError
		if err := CheckSize(p); !errors.As(err, &e) || e.File != "" || e.Max != MaxMail {
			t.Errorf("%v", err)
		}
	})
}
