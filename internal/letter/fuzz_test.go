package letter

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func addMails(f *testing.F) {
	f.Helper()
	mails, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range mails {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
}

// tight are limits that a fuzzer reaches.
var tight = Limits{Size: 1 << 20, Parts: 20, Depth: 5, HeaderBytes: 4 << 10, Addresses: 10, Text: 64 << 10, Decoded: 256 << 10}

func FuzzRead(f *testing.F) {
	addMails(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		m, err := Read(raw, tight)
		if !bytes.Equal(raw, before) {
			t.Fatal("reading changed the mail")
		}
		if err != nil {
			if err != ErrEmpty && err != ErrTooLarge && err != ErrNotMail {
				t.Fatal(err)
			}
			return
		}
		if int64(len(m.Text)) > tight.Text || len(m.To) > tight.Addresses {
			t.Fatalf("beyond the limits: %d bytes of text, %d addresses", len(m.Text), len(m.To))
		}
		sum := 0
		for _, x := range m.Files {
			sum += len(x.Content)
			if x.Name == "" || x.Type == "" || strings.ContainsAny(x.Name, "/\\\r\n\x00") {
				t.Fatalf("file %q of type %q", x.Name, x.Type)
			}
		}
		if int64(sum) > tight.Decoded {
			t.Fatalf("%d bytes of files", sum)
		}
		for _, s := range append([]string{m.Text, m.HTML, m.Subject, m.MessageID}, m.References...) {
			if !utf8.ValidString(s) {
				t.Fatalf("%q is no UTF-8", s)
			}
		}
		if strings.ContainsAny(m.Subject+m.MessageID, "\r\n\x00") {
			t.Fatalf("subject %q, id %q", m.Subject, m.MessageID)
		}
		harmless(t, m.HTML)
	})
}

// harmless checks with a parser that nothing in sanitised HTML acts or calls out.
func harmless(t *testing.T, safe string) {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(safe), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatalf("%v in %q", err, safe)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
			continue
		}
		attrs, ok := kept[n.Data]
		if !ok || n.Namespace != "" {
			t.Fatalf("<%s> in %q", n.Data, safe)
		}
		for _, a := range n.Attr {
			v := strings.ToLower(a.Val)
			switch a.Key {
			case "style":
				for _, w := range []string{"url", "expression", "position", "z-index", "@", "\\", "javascript", "binding", "behavior", "transform", "animation", "content:"} {
					if strings.Contains(v, w) {
						t.Fatalf("style %q", a.Val)
					}
				}
			case "href":
				scheme, _, _ := strings.Cut(v, ":")
				if !slices.Contains([]string{"http", "https", "mailto", "tel", "sms", "ftp"}, scheme) {
					t.Fatalf("link to %q", a.Val)
				}
			case "src":
				if !strings.HasPrefix(v, "cid:") && !strings.HasPrefix(v, "data:image/") {
					t.Fatalf("picture from %q", a.Val)
				}
			case "data-remote-src":
				if !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") {
					t.Fatalf("remote picture from %q", a.Val)
				}
			case "target", "rel", "title", "dir", "lang", "align", "data-fold", "data-mark":
			default:
				if !contains(attrs, a.Key) {
					t.Fatalf("%s=%q of <%s>", a.Key, a.Val, n.Data)
				}
			}
		}
	}
}

var dangerous = []string{
	`<p style="color:red;position:fixed;background:url(x)">a</p><img src=x onerror=y><img src="https://a.b/c.png"><svg><a xlink:href="javascript:x">b</a></svg>`,
	`<style>p{color:red}.a b{background:url(x)}@media x{p{}}</style><p class=a><b>x</b></p><table><tr><td bgcolor=red><p>y`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<a href="java&#9;script:alert(1)">x</a><a href="&#1;javascript:alert(1)">y</a><a href="//h/p">z</a><base href="https://b.c/">`,
	`<div style="width:expression(alert(1));color:\72 ed;/* */font-family:'a;b'">x</div>`, `<plaintext><b>x`, `<select><option><style></select><img src=x onerror=y>`,
	`<table><td><table><td><a><a><b><p><b><p></a></b>`, `<img src="data:image/svg+xml;base64,AAAA"><img src="data:image/png;base64,AAAA"><img src="cid:a@b&quot; onerror=x">`,
	`<div data-fold="quote" data-mark="rest" class="gmail_quote">x</div><blockquote type=cite>y</blockquote>`, `<body bgcolor="red" text="javascript:x"><p>a</body>`,
}

func FuzzSanitise(f *testing.F) {
	for _, s := range dangerous {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		safe, remote := Sanitise(doc, nil)
		harmless(t, safe)
		again, n := Sanitise(safe, nil)
		harmless(t, again)
		if n != remote {
			t.Fatalf("%d remote pictures, %d when sanitised again", remote, n)
		}
		shown := ShowRemote(ShowInline(safe, func(string) string { return "/files/1" }), func(string) string { return "/proxy/1" })
		if strings.Contains(shown, "data-remote-src") && !strings.Contains(TextOf(shown), "data-remote-src") && !strings.Contains(shown, "data-remote-src&") && remote == 0 {
			t.Fatalf("a remote picture in %q", shown)
		}
		harmless(t, SplitHTML(safe))
		_ = SanitiseOwn(doc)
		_ = SanitiseDraft(doc)
		_ = TextOf(doc)
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"Thanks!\n\nOn Mon, Mar 4, 2024 at 12:00 PM Anna <anna@example.org> wrote:\n\n> Hello\n> world\n\n-- \nAnna", "Спасибо!\n\nС уважением,\nАнна\n\n-----Исходное сообщение-----\nОт: x\nКому: y\nТема: z\n\nq",
		"> a\nb\n> c\nd", "> a\n\nb\n--\nc",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		own, quote, signature := Split(text)
		lines := func(list ...string) (out []string) {
			for _, s := range list {
				for l := range strings.SplitSeq(s, "\n") {
					if strings.TrimSpace(l) != "" {
						out = append(out, l)
					}
				}
			}
			slices.Sort(out)
			return out
		}
		if got, want := lines(own, quote, signature), lines(strings.ReplaceAll(text, "\r\n", "\n")); !slices.Equal(got, want) {
			t.Fatalf("%q is parted into %q, %q, %q", text, own, quote, signature)
		}
		if again, _, _ := Split(own); again == "" && own != "" {
			t.Fatalf("what is own of %q is nothing by itself", own)
		}
	})
}

func FuzzWrite(f *testing.F) {
	f.Add("Привет", "Anna, the first", "anna@example.org", "text\nmore", "<p>html</p>", "файл.pdf", "application/pdf", []byte{1, 2}, "a@b", "X-A", "b")
	f.Add("=?utf-8?B?x?=", `"q"\`, "a b@пример.рф", ".\nFrom x\n-- \n", "", "a\"b.txt", "message/rfc822", []byte("A: b\r\n\r\n"), "", "", "")
	f.Fuzz(func(t *testing.T, subject, name, address, text, web, file, kind string, body []byte, id, key, value string) {
		o := Outgoing{
			From: Address{name, "me@example.org"}, To: []Address{{name, address}}, Subject: subject, Text: text, HTML: web, InReplyTo: id, References: []string{id},
			Files: []File{{Name: file, Type: kind, ContentID: id, Inline: true, Content: body}},
		}
		if key != "" {
			o.Headers = map[string]string{key: value}
		}
		b, err := Write(o)
		if err != nil {
			return
		}
		wire(t, b)
		m, err := Read(b, DefaultLimits)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		head, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
		for _, once := range []string{"From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "Content-Type: ", "MIME-Version: "} {
			if n := bytes.Count(append([]byte("\r\n"), head...), []byte("\r\n"+once)); n > 1 {
				t.Fatalf("%d times %s in\n%s", n, once, head)
			}
		}
		if bytes.Contains(bytes.ToLower(head), []byte("\r\nbcc")) {
			t.Fatalf("a Bcc in\n%s", head)
		}
		if want := oneLine(subject); m.Subject != want {
			t.Fatalf("subject %q is read as %q\n%s", want, m.Subject, b)
		}
		if len(m.To) != 1 || len(m.From) != 1 || m.From[0].Address != "me@example.org" {
			t.Fatalf("to %v from %v\n%s", m.To, m.From, b)
		}
		if want := trimName(oneLine(name)); m.To[0].Name != want {
			t.Fatalf("name %q is read as %q\n%s", want, m.To[0].Name, b)
		}
		if len(body) > 0 && !slices.ContainsFunc(m.Files, func(f File) bool { return bytes.Equal(f.Content, body) }) && !bytes.HasPrefix(body, tnefMagic) && !isTNEF(kind, FileName(file)) {
			t.Fatalf("the file is gone: %+v\n%s", m.Files, b)
		}
	})
}
