package letter

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// sheet holds the rules of a mail's style sheets that are written into elements:
// those of plain selectors (tags, classes, ids and their descendants). Media
// queries are for other screens than this one, and are left out.
type sheet struct {
	rules []rule
	byKey map[string][]int // "tag", ".class", "#id" of a selector's last step, and "*"
	// budget bounds the text that rules add to the elements, work the comparing.
	budget, work int
}

const (
	sheetBytes  = 256 << 10
	sheetRules  = 3000
	sheetBudget = 4 << 20
	sheetWork   = 1_000_000
)

type rule struct {
	steps  []step // the element's own step last
	weight int
	list   []declaration
	size   int
}

// step is one element of a selector.
type step struct {
	tag, id string
	classes []string
}

func newSheet() *sheet {
	return &sheet{byKey: map[string][]int{}, budget: sheetBudget, work: sheetWork}
}

// read takes the rules of one style element.
func (s *sheet) read(css string) {
	css = css[:min(len(css), sheetBytes)]
	css = stripComments(strings.NewReplacer("<!--", " ", "-->", " ").Replace(css))
	for css != "" && len(s.rules) < sheetRules {
		open := strings.IndexAny(css, "{;")
		if open < 0 {
			return
		}
		head := strings.TrimSpace(css[:open])
		if css[open] == ';' { // @import, @charset
			css = css[open+1:]
			continue
		}
		if strings.HasPrefix(head, "@") {
			css = skipBlock(css[open:])
			continue
		}
		end := strings.IndexByte(css[open:], '}')
		if end < 0 {
			end = len(css) - open
		}
		list := declarations(css[open+1 : open+end])
		css = css[min(len(css), open+end+1):]
		if len(list) == 0 {
			continue
		}
		size := 0
		for _, d := range list {
			size += len(d.name) + len(d.value) + 2
		}
		for i, sel := range strings.Split(head, ",") {
			if i > 100 || len(s.rules) >= sheetRules {
				break
			}
			if steps, weight, ok := selector(sel); ok {
				s.rules = append(s.rules, rule{steps, weight, list, size})
			}
		}
	}
}

// skipBlock passes over { … } with what is nested in it.
func skipBlock(css string) string {
	depth := 0
	for i := 0; i < len(css); i++ {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return css[i+1:]
			}
		}
	}
	return ""
}

// selector reads tag.class#id steps with white space between them.
func selector(s string) (steps []step, weight int, ok bool) {
	list := strings.Fields(s)
	if len(list) == 0 || len(list) > 6 {
		return nil, 0, false
	}
	for _, f := range list {
		var st step
		for f != "" {
			kind := f[0]
			if kind == '.' || kind == '#' {
				f = f[1:]
			}
			n := 0
			for n < len(f) && (f[n] >= 'a' && f[n] <= 'z' || f[n] >= 'A' && f[n] <= 'Z' || f[n] >= '0' && f[n] <= '9' || f[n] == '-' || f[n] == '_' || f[n] == '*' && n == 0) {
				n++
			}
			if n == 0 {
				return nil, 0, false // >, :hover, [attr]
			}
			word := f[:n]
			f = f[n:]
			switch {
			case kind == '.':
				st.classes = append(st.classes, word)
				weight += 100
			case kind == '#':
				st.id = word
				weight += 10000
			case st.tag != "" || len(st.classes) > 0 || st.id != "":
				return nil, 0, false
			case word != "*":
				st.tag = strings.ToLower(word)
				weight++
			}
		}
		steps = append(steps, st)
	}
	return steps, weight, true
}

// finish makes the rules ready to be found.
func (s *sheet) finish() {
	slices.SortStableFunc(s.rules, func(a, b rule) int { return a.weight - b.weight })
	for i, r := range s.rules {
		last := r.steps[len(r.steps)-1]
		key := "*"
		switch {
		case last.id != "":
			key = "#" + last.id
		case len(last.classes) > 0:
			key = "." + last.classes[0]
		case last.tag != "":
			key = last.tag
		}
		s.byKey[key] = append(s.byKey[key], i)
	}
}

// style is what an element looks like: the rules that meet it, then its own.
func (s *sheet) style(n *html.Node, own string) string {
	var list []declaration
	if len(s.rules) > 0 {
		list = s.matching(n)
	}
	if own != "" {
		list = append(list, declarations(own)...)
	}
	if len(list) == 0 {
		return ""
	}
	return styleText(list)
}

func (s *sheet) matching(n *html.Node) (list []declaration) {
	var found []int
	try := func(key string) {
		for _, i := range s.byKey[key] {
			if s.work--; s.work < 0 {
				return
			}
			if s.meets(n, s.rules[i].steps) {
				found = append(found, i)
			}
		}
	}
	try("*")
	try(n.Data)
	classes := strings.Fields(attr(n, "class"))
	for i, c := range classes {
		if i < 20 && !slices.Contains(classes[:i], c) {
			try("." + c)
		}
	}
	if id := attr(n, "id"); id != "" {
		try("#" + id)
	}
	slices.Sort(found)
	for _, i := range found {
		if s.budget -= s.rules[i].size; s.budget < 0 {
			return nil
		}
		list = append(list, s.rules[i].list...)
	}
	return list
}

func (s *sheet) meets(n *html.Node, steps []step) bool {
	last := len(steps) - 1
	if !steps[last].is(n) {
		return false
	}
	for i := last - 1; i >= 0; i-- {
		for n = n.Parent; ; n = n.Parent {
			if s.work--; n == nil || s.work < 0 {
				return false
			}
			if n.Type == html.ElementNode && steps[i].is(n) {
				break
			}
		}
	}
	return true
}

func (st step) is(n *html.Node) bool {
	if st.tag != "" && st.tag != n.Data || st.id != "" && st.id != attr(n, "id") {
		return false
	}
	if len(st.classes) > 0 {
		have := attr(n, "class")
		for _, c := range st.classes {
			if !contains(have, c) {
				return false
			}
		}
	}
	return true
}
