package letter

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

var (
	colourForm = regexp.MustCompile(`(?i)^(#[0-9a-f]{3,8}|[a-z]{3,24}|[0-9a-f]{6}|(rgb|hsl)a?\(\s*[\d.]+%?(deg)?\s*[, ]\s*[\d.]+%?\s*[, ]\s*[\d.]+%?\s*([,/]\s*[\d.]+%?\s*)?\))$`)
	colourIn   = regexp.MustCompile(`(?i)(#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\([^()]{1,60}\))`)
	lengthForm = regexp.MustCompile(`(?i)^\d{0,5}(\.\d{1,6})?(%|px|pt|em|rem|ex|in|cm|mm|pc)?$`)
	// valueForm is any value without a function, a quote that hides something, an
	// escape or a sign that ends it.
	valueForm  = regexp.MustCompile(`^[\pL\pN\s#%.,'"/+_-]{1,300}$`)
	functions  = regexp.MustCompile(`(?i)\b(rgb|hsl)a?\(\s*[\d.,%\s/deg]{1,60}\)`)
	safeStyle  = regexp.MustCompile(`^([a-z-]{3,40}:[\pL\pN\s#%.,'"/+_()-]{1,300};?)+$`)
	negative   = regexp.MustCompile(`(^|[\s,])-[\d.]`)
	smallShift = regexp.MustCompile(`(?i)^-?\d{1,2}(\.\d+)?(px|pt|em|cm|in|mm)?$`)
	numberForm = regexp.MustCompile(`^-?\d{1,6}$`)
	sizeForm   = regexp.MustCompile(`(?i)^\d{1,5}(\.\d{1,4})?(%|px|pt|\*)?$`)
	faceForm   = regexp.MustCompile(`^[\pL\pN\s,'"._-]{1,200}$`)
	wordForm   = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)
	markWords  = regexp.MustCompile(`^(quote|signature|rest|attribution)$`)
)

// properties are those that make text look as its sender wanted and cannot leave
// its place: nothing of position, layers, pictures or time.
var properties = func() map[string]bool {
	m := map[string]bool{}
	for _, p := range strings.Fields(`color background-color background opacity
		font font-family font-size font-style font-weight font-variant font-stretch line-height letter-spacing word-spacing
		text-align text-decoration text-decoration-line text-decoration-color text-decoration-style text-indent text-transform text-overflow text-size-adjust vertical-align white-space word-break word-wrap overflow-wrap hyphens direction
		border border-top border-right border-bottom border-left border-color border-style border-width border-radius border-collapse border-spacing
		border-top-color border-right-color border-bottom-color border-left-color border-top-style border-right-style border-bottom-style border-left-style
		border-top-width border-right-width border-bottom-width border-left-width border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
		padding padding-top padding-right padding-bottom padding-left margin margin-top margin-right margin-bottom margin-left
		width height min-width min-height max-width max-height display float clear overflow visibility box-sizing table-layout caption-side empty-cells
		list-style list-style-type list-style-position`) {
		m[p] = true
	}
	return m
}()

var displays = set("none block inline inline-block table inline-table table-row table-cell table-row-group table-header-group table-footer-group table-column table-caption list-item")

// words are the values of attributes that are words.
var words = map[string]map[string]bool{
	"dir":    set("ltr rtl auto"),
	"align":  set("left right center justify top middle bottom baseline texttop absmiddle absbottom"),
	"valign": set("top middle bottom baseline"),
}

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

func contains(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

func plainWord(s string) bool { return wordForm.MatchString(s) }

func colour(s string) bool { return s != "" && colourForm.MatchString(strings.TrimSpace(s)) }

// goodAttribute checks the value of an attribute by what it means.
func goodAttribute(element, name, v string) bool {
	switch name {
	case "color", "bgcolor":
		return colour(v)
	case "face":
		return faceForm.MatchString(v)
	case "size":
		return regexpSize(v)
	case "type":
		if element == "blockquote" {
			return strings.EqualFold(v, "cite")
		}
		return plainWord(v)
	case "valign":
		return words["valign"][strings.ToLower(v)]
	case "clear":
		return plainWord(v)
	case "nowrap", "noshade", "reversed":
		return v == "" || plainWord(v)
	case "start", "value":
		return numberForm.MatchString(v)
	case "alt":
		return true
	case "colspan", "rowspan", "span":
		// A span of thousands makes a browser work for nothing.
		return numberForm.MatchString(v) && len(v) <= 3 && v[0] != '-'
	}
	return sizeForm.MatchString(v)
}

func regexpSize(v string) bool {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "+"), "-")
	return len(v) > 0 && len(v) <= 4 && strings.Trim(v, "0123456789px") == ""
}

// declaration is one line of a style.
type declaration struct{ name, value string }

// declarations takes the harmless ones out of a style.
func declarations(s string) (out []declaration) {
	s = stripComments(s[:min(len(s), 20000)])
	for s != "" {
		var one string
		one, s = cutDeclaration(s)
		name, value, ok := strings.Cut(one, ":")
		if !ok {
			continue
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if !properties[name] {
			if name != "background-image" {
				continue
			}
			name = "background"
		}
		if v, ok := safeValue(name, strings.TrimSpace(value)); ok {
			if name == "background" {
				name = "background-color"
			}
			out = append(out, declaration{name, v})
		}
	}
	return out
}

// cutDeclaration cuts at a semicolon outside of quotes and brackets.
func cutDeclaration(s string) (one, rest string) {
	quote, depth := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth = max(0, depth-1)
		case c == ';' && depth == 0:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func stripComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(s, "/*")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if _, s, found = strings.Cut(after, "*/"); !found {
			return out.String()
		}
		out.WriteByte(' ')
	}
}

// safeValue gives the value of a property when it is harmless.
func safeValue(name, v string) (string, bool) {
	if i := strings.IndexByte(v, '!'); i >= 0 {
		v = strings.TrimSpace(v[:i])
	}
	v = strings.Join(strings.Fields(v), " ")
	if v == "" || len(v) > 300 {
		return "", false
	}
	lower := strings.ToLower(v)
	switch name {
	case "background", "background-color":
		if colour(v) {
			return v, true
		}
		if m := colourIn.FindString(v); m != "" && colour(m) {
			return m, true
		}
		first, _, _ := strings.Cut(v, " ")
		if colour(first) && !strings.ContainsAny(first, "(") && first != "url" && first != "no-repeat" {
			return first, true
		}
		return "", false
	case "display":
		return lower, displays[lower]
	case "overflow":
		return lower, lower == "hidden" || lower == "visible" || lower == "auto"
	case "text-indent":
		return lower, smallShift.MatchString(v) || lengthForm.MatchString(v)
	}
	bare := functions.ReplaceAllString(v, "red")
	if !valueForm.MatchString(bare) || strings.Count(v, `"`)%2 != 0 || strings.Count(v, "'")%2 != 0 {
		return "", false
	}
	if negative.MatchString(v) && name != "letter-spacing" {
		return "", false
	}
	if name != "font-family" && name != "font" && strings.ContainsAny(v, `"'`) {
		return "", false
	}
	for _, w := range []string{"expression", "javascript", "behavior", "binding", "url"} {
		if strings.Contains(lower, w) {
			return "", false
		}
	}
	return v, true
}

// styleText writes declarations; the last one of a name wins and stands last.
func styleText(list []declaration) string {
	last := map[string]int{}
	for i, d := range list {
		last[d.name] = i
	}
	var b strings.Builder
	for i, d := range list {
		if last[d.name] == i {
			if b.Len() > 0 {
				b.WriteByte(';')
			}
			b.WriteString(d.name + ":" + d.value)
		}
	}
	return b.String()
}

// invisible reports a picture of a point or none at all: a tracking pixel.
func invisible(n *html.Node, style string) bool {
	tiny := func(v string) bool {
		v = strings.TrimSuffix(strings.TrimSpace(strings.ToLower(v)), "px")
		return v == "0" || v == "1" || v == "2"
	}
	w, h := attr(n, "width"), attr(n, "height")
	if tiny(w) && (tiny(h) || h == "") || tiny(h) && w == "" {
		return true
	}
	small := 0
	for _, d := range strings.Split(style, ";") {
		name, v, _ := strings.Cut(d, ":")
		switch name {
		case "display":
			if v == "none" {
				return true
			}
		case "visibility":
			if v == "hidden" {
				return true
			}
		case "opacity":
			if strings.Trim(v, "0.") == "" {
				return true
			}
		case "width", "height", "max-width", "max-height":
			if tiny(v) {
				small++
			}
		}
	}
	return small >= 2
}
