package letter

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// SplitHTML wraps the quoted mail and the signature of sanitised HTML in
// <div data-fold="quote"> and <div data-fold="signature">, to be folded away. A mail
// that is nothing but a quote (one that was forwarded) stays as it is, and so does
// one answered between the lines.
func SplitHTML(safe string) string {
	root, err := parseHTML(safe)
	if err != nil {
		return safe
	}
	s := &folder{body: find(root, "body"), work: 2_000_000}
	if s.body == nil || find(s.body, "", "data-fold") != nil {
		return safe
	}
	s.walk(s.body)
	if len(s.quotes) > 1 && s.textBetween() {
		s.quotes = nil
	}
	folded := false
	if len(s.quotes) > 0 && s.ownBefore(s.quotes[0].first) {
		for _, q := range s.quotes {
			wrap(q, "quote")
		}
		folded = true
	}
	if r, ok := s.signature(); ok {
		wrap(r, "signature")
		folded = true
	}
	if !folded {
		return safe
	}
	var out strings.Builder
	for k := s.body.FirstChild; k != nil; k = k.NextSibling {
		if html.Render(&out, k) != nil {
			return safe
		}
	}
	return out.String()
}

// stretch is a run of siblings; last is nil for all to the end of the parent.
type stretch struct{ first, last *html.Node }

type folder struct {
	body   *html.Node
	quotes []stretch
	done   bool
	work   int
}

func find(n *html.Node, name string, attrs ...string) *html.Node {
	for k := range n.Descendants() {
		if k.Type == html.ElementNode && (name == "" || k.Data == name) && (len(attrs) == 0 || attr(k, attrs[0]) != "") {
			return k
		}
	}
	return nil
}

// head is the beginning of a node's text, lines kept apart, up to most bytes.
func (s *folder) head(n *html.Node, most int) string {
	var b strings.Builder
	var walk func(*html.Node) bool
	walk = func(n *html.Node) bool {
		if s.work--; s.work < 0 || b.Len() >= most {
			return false
		}
		switch {
		case n.Type == html.TextNode:
			t := strings.ReplaceAll(strings.ReplaceAll(cutText(n.Data, most), "\n", " "), "\u00a0", " ")
			b.WriteString(t)
		case n.Data == "br" || blocks[n.Data]:
			b.WriteByte('\n')
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			if !walk(k) {
				return false
			}
		}
		if blocks[n.Data] {
			b.WriteByte('\n')
		}
		return true
	}
	walk(n)
	return strings.TrimSpace(b.String())
}

// blank reports a node without text and pictures.
func (s *folder) blank(n *html.Node) bool {
	if n.Type == html.TextNode {
		return strings.Trim(n.Data, " \t\r\n\u00a0\u200b") == ""
	}
	if n.Data == "img" {
		return false
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if s.work--; s.work < 0 || !s.blank(k) {
			return false
		}
	}
	return true
}

// walk finds the quotes in the order of the text; it does not look into them.
func (s *folder) walk(n *html.Node) {
	for k := n.FirstChild; k != nil && !s.done; k = k.NextSibling {
		if s.work--; s.work < 0 {
			return
		}
		if k.Type == html.TextNode {
			s.textLine(k)
			continue
		}
		if k.Type != html.ElementNode {
			continue
		}
		switch mark := attr(k, "data-mark"); {
		case mark == "quote", k.Data == "blockquote" && (strings.EqualFold(attr(k, "type"), "cite") || s.attributed(k)):
			s.quotes = append(s.quotes, stretch{s.withAttribution(k), k})
			continue
		case mark == "rest", s.outlookHead(k):
			s.rest(k)
			continue
		case mark == "signature":
			continue
		}
		s.walk(k)
	}
}

// textLine ends the own text at a line like "-----Original Message-----".
func (s *folder) textLine(n *html.Node) {
	if t := strings.TrimSpace(n.Data); len(t) < 200 && (ruled.MatchString(t) || plainRule.MatchString(t)) {
		s.rest(n)
	}
}

// rest takes all that follows a node, and what belongs before it: a rule, and the
// elements that hold nothing else.
func (s *folder) rest(n *html.Node) {
	n = s.climb(n)
	if p := previous(s, n); p != nil && p.Data == "hr" {
		n = p
	}
	s.quotes = append(s.quotes, stretch{first: n})
	s.done = true
}

// climb goes up while nothing stands before the node in its parent.
func (s *folder) climb(n *html.Node) *html.Node {
	for n.Parent != nil && n.Parent != s.body && !isCell(n.Parent) {
		for p := n.PrevSibling; p != nil; p = p.PrevSibling {
			if !s.blank(p) || p.Data == "hr" {
				return n
			}
		}
		n = n.Parent
	}
	return n
}

// isCell reports elements whose siblings cannot stand in a div together.
func isCell(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Td, atom.Th, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Table, atom.Li, atom.Ul, atom.Ol, atom.Dl:
		return true
	}
	return false
}

func previous(s *folder, n *html.Node) *html.Node {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Data == "hr" || !s.blank(p) {
			return p
		}
	}
	return nil
}

// outlookHead is the block From, Sent, To, Subject that Outlook puts above a quote.
func (s *folder) outlookHead(n *html.Node) bool {
	if n.Data != "div" && n.Data != "p" {
		return false
	}
	t := s.head(n, 500)
	if !headFrom.MatchString(t) {
		return false
	}
	more := 0
	for l := range strings.SplitSeq(t, "\n") {
		if headMore.MatchString(l) {
			more++
		}
	}
	return more >= 2
}

// attributed reports a blockquote that says whose it is, in its first line or in
// the line before it.
func (s *folder) attributed(n *html.Node) bool {
	first, _, _ := strings.Cut(s.head(n, 400), "\n")
	if is, _ := attribution(first); is {
		return true
	}
	return s.withAttribution(n) != n
}

// withAttribution is the node where the line "X wrote:" before a quote begins.
func (s *folder) withAttribution(n *html.Node) *html.Node {
	p := previous(s, n)
	if p == nil {
		return n
	}
	if attr(p, "data-mark") == "attribution" {
		return p
	}
	// A line of text may be several inline nodes: go back to the line's start.
	first := p
	text := s.head(p, 500)
	for !blocks[first.Data] && first.PrevSibling != nil && first.PrevSibling.Data != "br" && !blocks[first.PrevSibling.Data] && len(text) < 500 {
		first = first.PrevSibling
		text = s.head(first, 500) + " " + text
	}
	if is, _ := attribution(strings.ReplaceAll(text, "\n", " ")); is {
		return first
	}
	return n
}

// ownBefore reports text of the sender before a node.
func (s *folder) ownBefore(n *html.Node) bool {
	for ; n != nil && n != s.body; n = n.Parent {
		for p := n.PrevSibling; p != nil; p = p.PrevSibling {
			if !s.blank(p) {
				return true
			}
		}
	}
	return false
}

// textBetween reports answers between several quotes.
func (s *folder) textBetween() bool {
	for i := 1; i < len(s.quotes); i++ {
		prev := s.quotes[i-1].last
		if prev == nil {
			return false
		}
		for p := prev.NextSibling; p != nil && p != s.quotes[i].first; p = p.NextSibling {
			if !s.blank(p) {
				return true
			}
		}
	}
	return false
}

// signature finds the signature in what is not folded yet.
func (s *folder) signature() (stretch, bool) {
	var at *html.Node
	marked := false
	after := 0 // text behind what was found
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			if attr(k, "data-fold") != "" || k.Data == "blockquote" {
				continue
			}
			if attr(k, "data-mark") == "signature" && !marked && !s.blank(k) {
				at, marked = k, true
				continue
			}
			if k.Type == html.TextNode {
				t := strings.TrimSpace(strings.ReplaceAll(k.Data, "\u00a0", " "))
				if !marked && len(t) > 0 && len(t) < 120 && signs(t) && lineStart(s, k) && (at == nil || after > 500) {
					at, after = k, 0
				}
				after += len(t)
			}
			walk(k)
		}
	}
	walk(s.body)
	if at == nil || !s.ownBefore(at) {
		return stretch{}, false
	}
	if marked {
		return stretch{at, at}, !isCell(at)
	}
	if after > 1200 {
		return stretch{}, false // too much for a signature
	}
	first := s.climb(at)
	if isCell(first) || first.Parent == nil || isCell(first.Parent) && first.Parent.DataAtom != atom.Td {
		return stretch{}, false
	}
	last := first
	for k := first; k != nil && attr(k, "data-fold") == ""; k = k.NextSibling {
		last = k
	}
	return stretch{first, last}, true
}

// lineStart reports that nothing stands before a text in its line.
func lineStart(s *folder, n *html.Node) bool {
	for ; n != nil && n != s.body; n = n.Parent {
		for p := n.PrevSibling; p != nil; p = p.PrevSibling {
			if p.Data == "br" || blocks[p.Data] {
				return true
			}
			if !s.blank(p) {
				return false
			}
		}
		if blocks[n.Data] {
			return true
		}
	}
	return true
}

// wrap puts a run of siblings into a fold.
func wrap(r stretch, kind string) {
	parent := r.first.Parent
	if parent == nil || isCell(r.first) {
		return
	}
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{{Key: "data-fold", Val: kind}}}
	parent.InsertBefore(div, r.first)
	for k := div.NextSibling; k != nil; {
		after := k.NextSibling
		parent.RemoveChild(k)
		div.AppendChild(k)
		if k == r.last {
			break
		}
		k = after
	}
}
