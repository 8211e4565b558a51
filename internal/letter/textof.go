package letter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// TextOf is HTML as text: paragraphs, lists, quotes, cells and the addresses of links
// that say something else.
func TextOf(doc string) string {
	root, _ := parseHTML(strings.ToValidUTF8(doc, "\uFFFD"))
	if root == nil {
		return ""
	}
	t := &texter{}
	t.node(root, state{})
	return strings.TrimRight(strings.Trim(t.out.String(), "\n"), " \n\t")
}

type state struct {
	pre    bool
	indent string // what stands before each line: quotes and lists
}

type texter struct {
	out    strings.Builder
	breaks int  // line ends that are due before the next word
	space  bool // a space is due
	line   bool // something stands in this line
	bullet string
}

// most is how much text is made of one document at most: indentation multiplies.
const most = 8 << 20

func (t *texter) br(n int) { t.breaks = max(t.breaks, n) }

func (t *texter) word(s string, st state) {
	if s == "" || t.out.Len() > most {
		return
	}
	if t.breaks > 0 || t.out.Len() == 0 {
		if t.out.Len() > 0 {
			for i := range min(t.breaks, 2) {
				t.out.WriteByte('\n')
				if i+1 < min(t.breaks, 2) && strings.HasPrefix(st.indent, ">") {
					t.out.WriteString(strings.TrimRight(st.indent, " "))
				}
			}
		}
		t.out.WriteString(st.indent)
		t.breaks, t.space, t.line = 0, false, false
		if t.bullet != "" {
			t.out.WriteString(t.bullet)
			t.bullet = ""
		}
	}
	if t.space && t.line {
		t.out.WriteByte(' ')
	}
	t.space = false
	t.out.WriteString(s)
	t.line = true
}

func (t *texter) text(s string, st state) {
	if st.pre {
		for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if i > 0 {
				t.breaks++
			}
			t.word(line, st)
		}
		return
	}
	start := -1
	for i, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == 0xA0 {
			if start >= 0 {
				t.word(visible(s[start:i]), st)
				start = -1
			}
			t.space = true
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		t.word(visible(s[start:]), st)
	}
}

// visible leaves out marks that take no room: newsletters fill their preview with them.
func visible(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if hides(r) || r == 0x200C || r == 0x200D || r == 0xAD || r == 0x34F {
					return -1
				}
				return r
			}, s)
		}
	}
	return s
}

var blocks = set("address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section table tbody tfoot thead tr ul xmp listing plaintext")

func (t *texter) kids(n *html.Node, st state) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		t.node(k, st)
	}
}

func (t *texter) node(n *html.Node, st state) {
	switch n.Type {
	case html.TextNode:
		t.text(n.Data, st)
		return
	case html.ElementNode:
	case html.DocumentNode:
		t.kids(n, st)
		return
	default:
		return
	}
	if gone[n.Data] || n.Data == "head" || n.Namespace != "" || hiddenStyle(attr(n, "style")) {
		return
	}
	block := blocks[n.Data]
	if block {
		t.br(1)
	}
	switch n.Data {
	case "br":
		t.breaks++
	case "hr":
		t.br(1)
		t.word("----------", st)
		t.br(1)
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "dl":
		if n.Data != "table" && !(strings.HasSuffix(st.indent, "  ") && (n.Data == "ul" || n.Data == "ol")) {
			t.br(2)
		}
		t.kids(n, st)
		if n.Data != "table" {
			t.br(2)
		}
	case "blockquote":
		st.indent = cutText(st.indent, 40) + "> "
		t.br(1)
		t.kids(n, st)
		t.br(1)
	case "li":
		t.item(n, st)
	case "pre", "xmp", "listing", "plaintext":
		st.pre = true
		t.kids(n, st)
	case "td", "th":
		if t.line && t.breaks == 0 {
			t.space = true
		}
		t.kids(n, st)
		t.space = true
	case "a":
		t.anchor(n, st)
	case "img":
		if alt := strings.TrimSpace(attr(n, "alt")); alt != "" {
			t.text("["+cutText(alt, 200)+"]", st)
		}
	default:
		if preStyle(attr(n, "style")) {
			st.pre = true
		}
		t.kids(n, st)
	}
	if block {
		t.br(1)
	}
}

func (t *texter) item(n *html.Node, st state) {
	t.br(1)
	t.bullet = "- "
	if n.Parent != nil && n.Parent.Data == "ol" {
		i := 1
		for k := n.PrevSibling; k != nil && i < 1000; k = k.PrevSibling {
			if k.Type == html.ElementNode && k.Data == "li" {
				i++
			}
		}
		t.bullet = fmt.Sprintf("%d. ", i)
	}
	inner := st
	first := t.bullet
	inner.indent = cutText(st.indent, 40) + strings.Repeat(" ", len(first))
	// The bullet itself stands where the list does.
	t.breaks = max(t.breaks, 1)
	if t.out.Len() > 0 {
		t.out.WriteString(strings.Repeat("\n", min(t.breaks, 2)))
	}
	t.out.WriteString(st.indent + first)
	t.bullet = ""
	t.breaks, t.space, t.line = 0, false, false
	t.kids(n, inner)
	t.br(1)
}

// anchor writes a link's text, and its address when the text is not it.
func (t *texter) anchor(n *html.Node, st state) {
	before := t.out.Len()
	t.kids(n, st)
	to := strings.TrimSpace(attr(n, "href"))
	said := strings.TrimSpace(t.out.String()[before:])
	plain, isMail := strings.CutPrefix(to, "mailto:")
	if !isMail && !strings.HasPrefix(to, "http://") && !strings.HasPrefix(to, "https://") || said == "" || len(to) > 500 {
		return
	}
	if bare(said) == bare(plain) || isMail && strings.Contains(plain, said) {
		return
	}
	t.space = true
	t.word("<"+plain+">", st)
}

func bare(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "https://"), "http://")
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
}

func hiddenStyle(s string) bool {
	return s != "" && strings.Contains(strings.ReplaceAll(strings.ToLower(s), " ", ""), "display:none")
}

func preStyle(s string) bool {
	return s != "" && strings.Contains(strings.ReplaceAll(strings.ToLower(s), " ", ""), "white-space:pre")
}
