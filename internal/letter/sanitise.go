package letter

import (
	"errors"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Sanitise makes HTML from outside safe to read in a sandboxed frame: its looks
// stay (tables, colours, fonts; rules of style sheets are written into the
// elements), nothing of it acts or calls out. Pictures from outside lose their
// address to data-remote-src and are counted; cid gives the address of an inline
// picture, "" for none, and may be nil: then cid:ID stays for ShowInline. Sanitising
// twice gives the same.
func Sanitise(doc string, cid func(id string) string) (safe string, remote int) {
	c := &cleaner{cid: cid}
	safe, _ = c.clean(doc)
	return safe, c.remote
}

// SanitiseOwn cleans what the editor of the interface made before it is sent:
// fonts, sizes, colours, lists, tables, links, alignment, pictures by cid: and those
// of a quoted mail, which the recipient's program decides on.
func SanitiseOwn(doc string) string {
	c := &cleaner{own: true}
	safe, _ := c.clean(doc)
	return safe
}

// SanitiseDraft is SanitiseOwn for what is still being written: the editor knows
// the quoted mail and the signature by their marks, which do not leave with it.
func SanitiseDraft(doc string) string {
	c := &cleaner{own: true, marked: true}
	safe, _ := c.clean(doc)
	return safe
}

// cleaner writes a tree of HTML again, and only what it knows. The result passes
// bluemonday, so that a mistake here alone opens nothing.
type cleaner struct {
	cid       func(string) string
	own       bool
	marked    bool              // own, and folds keep their marks
	locations map[string]string // Content-Location → Content-ID
	used      map[string]bool   // Content-IDs that were met
	remote    int

	base  *url.URL
	sheet *sheet
	out   strings.Builder
}

var errFlattened = errors.New("the HTML is nested deeper than anything readable")

// clean gives the safe form of one document. An error says that its nesting was
// lost; the result is good all the same.
func (c *cleaner) clean(doc string) (string, error) {
	c.out.Reset()
	c.base, c.sheet = nil, newSheet()
	doc = strings.ReplaceAll(strings.ToValidUTF8(doc, "\uFFFD"), "\x00", "")
	root, err := parseHTML(doc)
	if root == nil {
		return html.EscapeString(doc), err
	}
	c.head(root)
	c.sheet.finish()
	c.node(root)
	return policy.Sanitize(c.out.String()), err
}

// parseHTML parses a document as a browser without scripts does. What is nested
// too deep for the parser is flattened first.
func parseHTML(doc string) (*html.Node, error) {
	root, err := html.ParseWithOptions(strings.NewReader(doc), html.ParseOptionEnableScripting(false))
	if err == nil {
		return root, nil
	}
	root, err = html.ParseWithOptions(strings.NewReader(flatten(doc)), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, err
	}
	return root, errFlattened
}

// flatten leaves out tags that open more than 150 levels, counting each tag that
// is never closed.
func flatten(doc string) string {
	z := html.NewTokenizer(strings.NewReader(doc))
	var out strings.Builder
	depth := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			if voidElements[string(name)] {
				out.Write(z.Raw())
			} else if depth++; depth <= 150 {
				out.Write(z.Raw())
			}
		case html.EndTagToken:
			if depth--; depth < 150 {
				out.Write(z.Raw())
			}
			depth = max(depth, 0)
		default:
			out.Write(z.Raw())
		}
	}
}

// head finds what speaks of the whole document: style sheets and the base.
func (c *cleaner) head(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.Data {
		case "style":
			if n.Namespace == "" && n.FirstChild != nil && !c.own {
				c.sheet.read(n.FirstChild.Data)
			}
			return
		case "base":
			if u, err := url.Parse(attr(n, "href")); err == nil && c.base == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
				c.base = u
			}
		}
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.head(k)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func (c *cleaner) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		c.out.WriteString(html.EscapeString(n.Data))
		return
	case html.CommentNode, html.DoctypeNode:
		return
	case html.ElementNode:
	default:
		c.kids(n)
		return
	}
	if gone[n.Data] || n.Namespace != "" {
		return
	}
	name := n.Data
	if to, ok := renamed[name]; ok {
		name = to
	}
	attrs, ok := kept[name]
	if !ok {
		c.kids(n)
		return
	}
	if name == "img" {
		c.picture(n)
		return
	}
	mark := len(c.out.String())
	c.out.WriteString("<" + name)
	wrote := c.attributes(n, name, attrs)
	if n.Data == "body" && !wrote { // a body that says nothing needs no element
		s := c.out.String()[:mark]
		c.out.Reset()
		c.out.WriteString(s)
		c.kids(n)
		return
	}
	c.out.WriteString(">")
	if voidElements[name] {
		return
	}
	c.kids(n)
	c.out.WriteString("</" + name + ">")
}

func (c *cleaner) kids(n *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.node(k)
	}
}

func (c *cleaner) write(name, value string) {
	c.out.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
}

// attributes writes what stays of an element's attributes and reports whether
// there was anything.
func (c *cleaner) attributes(n *html.Node, name, own string) (wrote bool) {
	put := func(k, v string) {
		if v != "" {
			c.write(k, v)
			wrote = true
		}
	}
	for _, a := range n.Attr {
		if a.Namespace != "" {
			continue
		}
		v := strings.TrimSpace(a.Val)
		switch a.Key {
		case "style", "data-mark":
		case "data-fold":
			if (v == "quote" || v == "signature") && (!c.own || c.marked) {
				put(a.Key, v)
			}
		case "title":
			put(a.Key, cutText(v, 1000))
		case "dir", "align", "valign":
			if v = strings.ToLower(v); words[a.Key][v] {
				if a.Key != "valign" || contains(own, "valign") {
					put(a.Key, v)
				}
			}
		case "lang":
			if plainWord(v) {
				put(a.Key, v)
			}
		case "href":
			if to := c.link(v); name == "a" && to != "" {
				put(a.Key, to)
				c.out.WriteString(` target="_blank" rel="noopener noreferrer nofollow"`)
			}
		default:
			if n.Data == "body" {
				break
			}
			if contains(own, a.Key) && goodAttribute(name, a.Key, v) {
				if v == "" {
					v = a.Key // nowrap, noshade, reversed
				}
				put(a.Key, v)
			}
		}
	}
	style := attr(n, "style")
	if n.Data == "body" {
		if v := attr(n, "bgcolor"); colour(v) {
			style = "background-color:" + v + ";" + style
		}
		if v := attr(n, "text"); colour(v) {
			style = "color:" + v + ";" + style
		}
	}
	put("style", c.sheet.style(n, style))
	if !c.own {
		put("data-mark", markOf(n))
	}
	return wrote
}

// picture writes an image: an inline one with its address, one from outside
// without. Those nobody would see are there to tell the sender: they go.
func (c *cleaner) picture(n *html.Node) {
	src := strings.TrimSpace(attr(n, "src"))
	style := c.sheet.style(n, attr(n, "style"))
	address, remote := "", ""
	lower := strings.ToLower(cutText(src, 40))
	switch {
	case strings.HasPrefix(lower, "cid:"):
		address = c.inline(string(percent(src[4:])), src)
	case dataImage.MatchString(strings.TrimPrefix(lower, "data:")) && strings.HasPrefix(lower, "data:") && !strings.ContainsAny(src, "<>\"'\\ "):
		address = src
	case c.locations[src] != "":
		address = c.inline(c.locations[src], "cid:"+c.locations[src])
	default:
		remote = c.outside(src)
		if remote == "" {
			remote = c.outside(attr(n, "data-remote-src"))
		}
	}
	if remote != "" {
		if invisible(n, style) {
			return
		}
		c.remote++
	}
	if address == "" && remote == "" && strings.TrimSpace(attr(n, "alt")) == "" {
		return
	}
	c.out.WriteString("<img")
	switch {
	case address != "":
		c.write("src", address)
	case remote != "" && c.own:
		c.write("src", remote)
	case remote != "":
		c.write("data-remote-src", remote)
	}
	for _, a := range n.Attr {
		v := strings.TrimSpace(a.Val)
		switch {
		case a.Namespace != "":
		case a.Key == "alt", a.Key == "title":
			c.write(a.Key, cutText(v, 1000))
		case contains("width height border hspace vspace", a.Key) && goodAttribute("img", a.Key, v) && v != "":
			c.write(a.Key, v)
		case a.Key == "align" && words["align"][strings.ToLower(v)]:
			c.write(a.Key, strings.ToLower(v))
		}
	}
	if style != "" {
		c.write("style", style)
	}
	c.out.WriteString(">")
}

func (c *cleaner) inline(id, as string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if c.used != nil {
		c.used[id] = true
	}
	if c.cid == nil || c.own {
		if strings.ContainsAny(as, "<>\"'` \t\r\n") {
			return ""
		}
		return "cid:" + as[4:]
	}
	return c.cid(id)
}

// link gives the address of a link that may be followed, "" for all others.
func (c *cleaner) link(s string) string {
	u := c.resolve(s)
	if u == nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https", "ftp":
		if u.Host == "" {
			return ""
		}
	case "mailto", "tel", "sms":
	default:
		return ""
	}
	return u.String()
}

// outside gives the address of a picture on the web.
func (c *cleaner) outside(s string) string {
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	u := c.resolve(s)
	if u == nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// resolve reads an address as a browser does, which passes over line ends and tabs.
func (c *cleaner) resolve(s string) *url.URL {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7F {
			if r == ' ' {
				return r
			}
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if s == "" || strings.HasPrefix(s, "#") || len(s) > 8000 {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(s, " ", "%20"))
	if err != nil {
		return nil
	}
	if u.Scheme == "" {
		if c.base == nil || u.Host != "" && c.base == nil {
			return nil
		}
		u = c.base.ResolveReference(u)
	}
	return u
}
