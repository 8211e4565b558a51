package letter

import (
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

var voidElements = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

// gone are elements whose content goes with them.
var gone = map[string]bool{
	"script": true, "style": true, "title": true, "meta": true, "link": true, "base": true, "svg": true, "math": true, "iframe": true, "frame": true, "frameset": true, "noframes": true,
	"object": true, "embed": true, "applet": true, "param": true, "template": true, "select": true, "option": true, "optgroup": true, "datalist": true, "textarea": true, "input": true,
	"audio": true, "video": true, "source": true, "track": true, "canvas": true, "dialog": true, "portal": true, "keygen": true, "bgsound": true, "xml": true,
}

// kept are elements that stay, with the attributes of their own.
var kept = map[string]string{
	"a": "href", "abbr": "", "b": "", "bdi": "", "bdo": "", "big": "", "blockquote": "type", "br": "clear", "caption": "", "center": "", "cite": "", "code": "",
	"col": "span width", "colgroup": "span width", "dd": "", "del": "", "dfn": "", "div": "", "dl": "", "dt": "", "em": "", "font": "color face size",
	"h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "", "hr": "size width color noshade", "i": "", "img": "alt width height border hspace vspace", "ins": "", "kbd": "", "li": "value type", "mark": "",
	"ol": "start type reversed", "p": "", "pre": "", "q": "", "s": "", "samp": "", "small": "", "span": "", "strike": "", "strong": "", "sub": "", "sup": "",
	"table": "width height border cellpadding cellspacing bgcolor", "tbody": "", "td": "colspan rowspan width height bgcolor valign nowrap", "tfoot": "", "th": "colspan rowspan width height bgcolor valign nowrap", "thead": "",
	"tr": "bgcolor valign height", "tt": "", "u": "", "ul": "type", "var": "", "wbr": "",
}

// renamed are elements that only the name is taken from; all others are left out
// and their content stays.
var renamed = map[string]string{
	"article": "div", "section": "div", "header": "div", "footer": "div", "main": "div", "nav": "div", "aside": "div", "figure": "div", "figcaption": "div", "address": "div", "fieldset": "div",
	"legend": "div", "form": "div", "button": "span", "label": "span", "xmp": "pre", "listing": "pre", "plaintext": "pre", "acronym": "abbr", "details": "div", "summary": "div", "dir": "ul", "menu": "ul",
	"image": "img", "time": "span", "marquee": "span", "blink": "span", "body": "div",
}

// policy is the last gate: what this room lets through, in bluemonday's words.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name, attrs := range kept {
		p.AllowElements(name)
		if list := strings.Fields(attrs); len(list) > 0 {
			p.AllowAttrs(list...).OnElements(name)
		}
		p.AllowNoAttrs().OnElements(name)
	}
	p.AllowAttrs("target", "rel").OnElements("a")
	p.AllowAttrs("src", "data-remote-src").OnElements("img")
	p.AllowAttrs("title", "dir", "lang", "align").Globally()
	p.AllowAttrs("data-fold", "data-mark").Matching(markWords).Globally()
	p.AllowAttrs("style").Matching(safeStyle).Globally()
	p.AllowURLSchemes("http", "https", "mailto", "tel", "sms", "ftp", "cid")
	p.AllowDataURIImages()
	p.AllowRelativeURLs(true) // an inline picture's address; others were left out before
	return p
}()
