package letter

import (
	"strings"

	"golang.org/x/net/html"
)

// ShowRemote gives the pictures from outside their address back, through a proxy.
func ShowRemote(safe string, proxy func(url string) string) string {
	if !strings.Contains(safe, "data-remote-src") {
		return safe
	}
	return pictures(safe, func(attrs []html.Attribute) []html.Attribute {
		for i, a := range attrs {
			if a.Key == "data-remote-src" {
				if to := proxy(a.Val); to != "" {
					attrs[i] = html.Attribute{Key: "src", Val: to}
				}
			}
		}
		return attrs
	})
}

// ShowInline gives the inline pictures of a Letter's HTML their address; one whose
// address is "" is left out.
func ShowInline(safe string, cid func(id string) string) string {
	if !strings.Contains(safe, "cid:") {
		return safe
	}
	return pictures(safe, func(attrs []html.Attribute) []html.Attribute {
		for i, a := range attrs {
			if id, ok := strings.CutPrefix(a.Val, "cid:"); ok && a.Key == "src" {
				if attrs[i].Val = cid(string(percent(id))); attrs[i].Val == "" {
					return append(attrs[:i:i], attrs[i+1:]...)
				}
			}
		}
		return attrs
	})
}

// pictures writes sanitised HTML again with other attributes of its images.
func pictures(safe string, change func([]html.Attribute) []html.Attribute) string {
	z := html.NewTokenizer(strings.NewReader(safe))
	var out strings.Builder
	out.Grow(len(safe))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.String()
		}
		raw := z.Raw()
		if (kind == html.StartTagToken || kind == html.SelfClosingTagToken) && len(raw) > 4 && strings.EqualFold(string(raw[:4]), "<img") {
			raw = append([]byte(nil), raw...)
			t := z.Token()
			if t.Data == "img" {
				t.Type = html.StartTagToken
				t.Attr = change(t.Attr)
				out.WriteString(t.String())
				continue
			}
		}
		out.Write(raw)
	}
}
