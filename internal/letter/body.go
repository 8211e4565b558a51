package letter

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// chunk is a piece of the readable body: a text, its HTML, or both of the same.
type chunk struct {
	text string
	html []string // as it came, decoded to UTF-8
}

// content is what a part gives to the reader.
type content struct {
	chunks []chunk
	files  []*located
}

// located is a file with the address that the HTML may call it by.
type located struct {
	File
	location string
}

func (c *content) add(other content) {
	c.chunks = append(c.chunks, other.chunks...)
	c.files = append(c.files, other.files...)
}

func (r *reader) collect(p *part) (c content) {
	switch {
	case p == nil:
	case p.tooDeep:
		r.file(&c, p, p.body, "message.txt")
	case p.kind == "multipart/alternative":
		c = r.alternative(p)
	case strings.HasPrefix(p.kind, "multipart/"):
		for _, k := range p.kids {
			c.add(r.collect(k))
		}
	case strings.HasPrefix(p.kind, "message/"):
		r.message(&c, p)
	case isTNEF(p.kind, p.name):
		r.winmail(&c, p)
	case r.isText(p):
		r.text(&c, p)
	default:
		b := decodeTransfer(p.body, p.f.get("content-transfer-encoding"), r.problems)
		if bytes.HasPrefix(b, tnefMagic) {
			r.winmailBytes(&c, b)
			break
		}
		r.file(&c, p, b, "")
	}
	return c
}

// alternative takes the text of the first part that is text alone and the HTML of
// the last that has some: the parts say the same, the last says it best.
func (r *reader) alternative(p *part) (c content) {
	var text, web []chunk
	for _, k := range p.kids {
		if k.kind == "text/x-amp-html" {
			continue
		}
		kc := r.collect(k)
		c.files = append(c.files, kc.files...)
		hasHTML := false
		for _, x := range kc.chunks {
			hasHTML = hasHTML || len(x.html) > 0
		}
		switch {
		case hasHTML:
			web = kc.chunks
		case len(kc.chunks) > 0 && (text == nil || strings.TrimSpace(joinText(text)) == ""):
			text = kc.chunks
		}
	}
	if web == nil {
		c.chunks = text
		return c
	}
	one := chunk{text: joinText(text)}
	for _, x := range web {
		one.html = append(one.html, x.web()...)
	}
	c.chunks = []chunk{one}
	return c
}

// isText tells the body from text that is attached.
func (r *reader) isText(p *part) bool {
	switch p.kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html", "application/xhtml+xml":
	default:
		return false
	}
	if p.disposition == "attachment" {
		return false
	}
	return p.name == "" || !r.seen && p.disposition != "inline" || p.kind == "text/html" && !r.seen
}

func (r *reader) text(c *content, p *part) {
	b := decodeTransfer(p.body, p.f.get("content-transfer-encoding"), r.problems)
	cs := p.params["charset"]
	web := p.kind == "text/html" || p.kind == "application/xhtml+xml" || p.kind == "text/x-amp-html"
	if web {
		if cs == "" {
			cs = metaCharset(b)
		}
		var pictures []File
		b, pictures = cutDataImages(b, len(c.files)+r.parts*1000)
		for _, f := range pictures {
			r.keep(c, &located{File: f})
		}
	} else {
		var files []File
		files, b = cutUU(b, r.problems)
		for _, f := range files {
			r.keep(c, &located{File: f})
		}
	}
	if int64(len(b)) > r.limits.Text {
		r.problems.add(ProblemTextLimit)
		name := "message.txt"
		if web {
			name = "message.html"
		}
		r.file(c, &part{kind: p.kind}, b, name)
		b = b[:r.limits.Text]
		for len(b) > 0 && b[len(b)-1] >= 0xC0 {
			b = b[:len(b)-1] // not in the middle of a character
		}
	}
	s, how := toText(b, cs)
	if how != "" {
		r.problems.add(how)
	}
	if int64(len(s)) > r.limits.Text {
		r.problems.add(ProblemTextLimit)
		s = cutText(s, int(r.limits.Text))
	}
	if strings.TrimSpace(s) != "" {
		r.seen = true
	}
	if web {
		c.chunks = append(c.chunks, chunk{html: []string{s}})
		return
	}
	s = cleanText(s)
	if strings.EqualFold(p.params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(p.params["delsp"], "yes"))
	}
	if p.kind == "text/enriched" || p.kind == "text/richtext" {
		s = unenrich(s)
	}
	c.chunks = append(c.chunks, chunk{text: s})
}

// message is a mail within the mail, or a machine's report: kept as a file.
func (r *reader) message(c *content, p *part) {
	b := decodeTransfer(p.body, p.f.get("content-transfer-encoding"), r.problems)
	name := p.name
	if name == "" && (p.kind == "message/rfc822" || p.kind == "message/global") {
		name = "message.eml"
		if f, _ := splitHeader(b, r.limits.HeaderBytes, nil); len(f) > 0 {
			if s := FileName(strings.NewReplacer("/", "_", `\`, "_").Replace(decoder{}.line(f.get("subject")))); s != "" {
				name = s + ".eml"
			}
		}
	}
	if p.kind == "message/rfc822" && !strings.HasSuffix(strings.ToLower(name), ".eml") {
		name += ".eml"
	}
	if name == "" {
		name = strings.TrimPrefix(p.kind, "message/") + ".txt"
	}
	q := *p
	q.name = name
	r.file(c, &q, b, "")
}

// file adds a part as a file; every file gets a name.
func (r *reader) file(c *content, p *part, b []byte, name string) {
	if len(b) == 0 && p.name == "" {
		return
	}
	if name == "" {
		name = p.name
	}
	if name == "" {
		name = "file"
		if p.cid != "" && strings.HasPrefix(p.kind, "image/") {
			name = "picture"
		}
		name += extension(p.kind)
	}
	kind := p.kind
	if p.f != nil && p.f.get("content-type") == "" && p.name != "" {
		kind = typeByName(name)
	}
	r.keep(c, &located{File{Name: name, Type: kind, ContentID: p.cid, Content: b}, p.location})
}

// keep takes a file within the limit of all decoded bytes.
func (r *reader) keep(c *content, f *located) {
	if r.decoded += int64(len(f.Content)); r.decoded > r.limits.Decoded {
		r.problems.add(ProblemDecodedLimit)
		return
	}
	if f.Type == "" {
		f.Type = "application/octet-stream"
	}
	if f.Name == "" {
		f.Name = "file" + extension(f.Type)
	}
	c.files = append(c.files, f)
}

// compose makes what is read of what was collected.
func (r *reader) compose(m *Letter, c content) {
	if !r.seen && (r.rich != "" || r.richWeb != "") {
		c.chunks = []chunk{{text: r.rich}}
		if r.richWeb != "" {
			c.chunks[0].html = []string{r.richWeb}
		}
	}
	var texts, webs []string
	any := false
	for _, x := range c.chunks {
		any = any || len(x.html) > 0
	}
	w := &cleaner{used: map[string]bool{}, locations: map[string]string{}}
	for i, f := range c.files {
		if f.location != "" {
			if f.ContentID == "" {
				f.ContentID = fmt.Sprintf("location-%d@letter", i)
			}
			w.locations[f.location] = f.ContentID
		}
	}
	for _, x := range c.chunks {
		text := x.text
		var safe []string
		for _, h := range x.web() {
			if !any {
				break
			}
			s, err := w.clean(h)
			if err != nil {
				r.problems.add(ProblemHTMLBroken)
			}
			safe = append(safe, s)
		}
		if len(x.html) > 0 {
			made := TextOf(strings.Join(safe, "\n"))
			if t := strings.TrimSpace(text); t == "" || placeholder(t) && len(made) > len(t) {
				text = made
			}
		}
		if s := strings.Trim(text, "\n"); strings.TrimSpace(s) != "" {
			texts = append(texts, s)
		}
		webs = append(webs, safe...)
	}
	m.Text = cutText(strings.Join(texts, "\n\n"), int(r.limits.Text))
	if any {
		m.HTML = strings.TrimSpace(strings.Join(webs, "\n"))
	}
	m.RemoteImages = w.remote
	for _, f := range c.files {
		f.Inline = f.ContentID != "" && w.used[f.ContentID]
		m.Files = append(m.Files, f.File)
	}
	m.Language = language(m.Subject + "\n" + m.Text)
}

// placeholder is a text part that only says that there is HTML.
func placeholder(s string) bool {
	return len(s) < 400 && strings.Contains(strings.ToLower(s), "html")
}

// web is the chunk as HTML, its text when it has none.
func (x chunk) web() []string {
	if len(x.html) > 0 {
		return x.html
	}
	if strings.TrimSpace(x.text) == "" {
		return nil
	}
	return []string{`<div style="white-space:pre-wrap">` + html.EscapeString(x.text) + "</div>"}
}

func joinText(list []chunk) string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, x.text)
	}
	return strings.Join(out, "\n\n")
}
