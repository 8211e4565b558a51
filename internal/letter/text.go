package letter

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

// cleanText brings line ends to \n and takes out what is no text.
func cleanText(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF {
			return -1
		}
		return r
	}, s)
}

// unflow joins the lines of RFC 3676: a line that ends in a space goes on in the
// next one of the same depth of quotation. The line of a signature never flows.
func unflow(s string, deleteSpace bool) string {
	var out strings.Builder
	out.Grow(len(s))
	open, depth := false, 0
	for line := range strings.SplitSeq(s, "\n") {
		n := 0
		for n < len(line) && line[n] == '>' {
			n++
		}
		text := strings.TrimPrefix(line[n:], " ") // stuffed
		if n == 0 && line == "" {
			text = ""
		}
		if open && (n != depth || text == "-- ") {
			out.WriteByte('\n')
			open = false
		}
		if !open {
			if n > 0 {
				out.WriteString(strings.Repeat(">", n) + " ")
			}
		}
		flows := strings.HasSuffix(text, " ") && text != "-- "
		if flows && deleteSpace {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if !flows {
			out.WriteByte('\n')
		}
		open, depth = flows, n
	}
	return strings.TrimRight(out.String(), "\n")
}

var enrichedTag = regexp.MustCompile(`(?i)<(/?)([a-z-]{1,60})>`)

// unenrich leaves the text of text/enriched (RFC 1896): single line ends are spaces.
func unenrich(s string) string {
	s = regexp.MustCompile(`(?is)<param>.*?</param>`).ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "<<", "\x00")
	s = enrichedTag.ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "\x00", "<")
	return regexp.MustCompile(`\n+`).ReplaceAllStringFunc(s, func(n string) string {
		if len(n) == 1 {
			return " "
		}
		return n[1:]
	})
}

var metaTag = regexp.MustCompile(`(?i)<meta[^>]{0,300}charset\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})`)

// metaCharset is the charset an HTML text claims for itself.
func metaCharset(b []byte) string {
	if m := metaTag.FindSubmatch(b[:min(len(b), 16<<10)]); m != nil {
		if name := charsetName(string(m[1])); name != "utf-16" && name != "utf-16le" && name != "utf-16be" {
			return name // it could not have been read otherwise
		}
	}
	return ""
}

var dataImage = regexp.MustCompile(`(?i)^image/(png|jpe?g|gif|webp|bmp);base64,`)

// cutDataImages makes files of the pictures that stand in the HTML itself, so that
// they are stored once and the HTML stays short.
func cutDataImages(b []byte, number int) (rest []byte, files []File) {
	mark := []byte("data:")
	if !bytes.Contains(b, mark) {
		return b, nil
	}
	for {
		i := bytes.Index(b, mark)
		if i < 0 {
			return append(rest, b...), files
		}
		rest = append(rest, b[:i]...)
		b = b[i:]
		quote := byte(0)
		if n := len(rest); n > 0 {
			quote = rest[n-1]
		}
		m := dataImage.FindSubmatch(b[5:min(len(b), 60)])
		before := bytes.TrimRight(rest[:max(0, len(rest)-1)], " \t\r\n")
		isSource := bytes.HasSuffix(bytes.ToLower(before[max(0, len(before)-4):]), []byte("src="))
		if m == nil || quote != '"' && quote != '\'' || !isSource {
			rest = append(rest, mark...)
			b = b[len(mark):]
			continue
		}
		end := bytes.IndexByte(b, quote)
		if end < 0 {
			return append(rest, b...), files
		}
		data := b[5+len(m[0]) : end]
		raw, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(data), nil)))
		if err != nil {
			raw, _ = decodeBase64(data)
		}
		kind := "image/" + strings.ReplaceAll(strings.ToLower(string(m[1])), "jpg", "jpeg")
		number++
		id := fmt.Sprintf("data-%d@letter", number)
		files = append(files, File{Name: fmt.Sprintf("picture-%d%s", len(files)+1, extension(kind)), Type: kind, ContentID: id, Content: raw})
		rest = append(rest, "cid:"+id...)
		b = b[end:]
	}
}
