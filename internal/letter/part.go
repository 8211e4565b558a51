package letter

import (
	"bytes"
	"strings"
)

// part is a node of the MIME tree.
type part struct {
	f           fields
	kind        string // media type
	params      map[string]string
	disposition string
	name        string // file name, "" when none is given
	cid         string
	location    string
	body        []byte // not decoded
	kids        []*part
	tooDeep     bool
}

// reader holds what reading one mail has used up.
type reader struct {
	limits   Limits
	problems *problems
	hint     string

	parts   int
	decoded int64
	rich    string // text of a winmail.dat, for mails that have no other
	richWeb string
	seen    bool // some text was found
}

// tree makes the tree of a part. Work is bounded: each level reads its bytes once,
// and levels and parts are limited.
func (r *reader) tree(f fields, body []byte, depth int) *part {
	if r.parts++; r.parts > r.limits.Parts {
		r.problems.add(ProblemPartsLimit)
		return nil
	}
	d := decoder{hint: r.hint, problems: r.problems}
	p := &part{f: f, body: body, location: strings.Join(strings.Fields(f.get("content-location")), "")}
	p.kind, p.params = d.mediaType(f.get("content-type"))
	var disposition map[string]string
	p.disposition, disposition = d.mediaType(f.get("content-disposition"))
	p.name = FileName(disposition["filename"])
	if p.name == "" {
		p.name = FileName(p.params["name"])
	}
	if ids := messageIDs(f.get("content-id")); len(ids) > 0 {
		p.cid = ids[0]
	} else {
		p.cid = strings.Join(strings.Fields(strings.Trim(f.get("content-id"), "<> ")), "")
	}
	switch p.kind {
	case "", "text", "plain", "text/":
		p.kind = "text/plain"
	case "html":
		p.kind = "text/html"
	}
	if !strings.HasPrefix(p.kind, "multipart/") {
		return p
	}
	if depth >= r.limits.Depth {
		r.problems.add(ProblemDepthLimit)
		p.tooDeep = true
		return p
	}
	pieces, closed := splitParts(body, p.params["boundary"], r.limits.Parts)
	if len(pieces) == 0 {
		guessed := guessBoundary(body)
		if guessed != "" {
			pieces, closed = splitParts(body, guessed, r.limits.Parts)
		}
		r.problems.add(ProblemBoundary)
		if len(pieces) == 0 {
			p.kind = "text/plain"
			if looksLikeHTML(body) {
				p.kind = "text/html"
			}
			return p
		}
	}
	if !closed {
		r.problems.add(ProblemUnfinished)
	}
	for _, piece := range pieces {
		kf, kb := splitHeader(piece, r.limits.HeaderBytes, r.problems)
		if p.kind == "multipart/digest" && kf.get("content-type") == "" {
			kf = append(kf, field{"content-type", "message/rfc822"})
		}
		k := r.tree(kf, kb, depth+1)
		if k == nil {
			break
		}
		p.kids = append(p.kids, k)
	}
	return p
}

// splitParts cuts a multipart's body at its boundary. closed is false when the end
// is missing. Parts behind the end are taken too: some senders write the closing
// line between parts.
func splitParts(b []byte, boundary string, most int) (pieces [][]byte, closed bool) {
	if boundary == "" {
		return nil, false
	}
	delimiter := []byte("--" + boundary)
	start := -1
	for pos := 0; ; {
		i := bytes.Index(b[pos:], delimiter)
		if i < 0 {
			break
		}
		i += pos
		pos = i + len(delimiter)
		if i > 0 && b[i-1] != '\n' && b[i-1] != '\r' {
			continue
		}
		line, rest := cutLine(b[pos:])
		tail := bytes.TrimSpace(line)
		end := bytes.HasPrefix(tail, []byte("--"))
		if len(tail) > 0 && !end {
			continue // a longer boundary that begins like this one
		}
		if start >= 0 {
			pieces = append(pieces, b[start:max(start, beforeNewline(b, i))])
			if len(pieces) > most {
				return pieces, true
			}
		}
		closed = end
		start = len(b) - len(rest)
		if end {
			start = -1
		}
		pos = len(b) - len(rest)
	}
	if start >= 0 && start < len(b) {
		pieces = append(pieces, b[start:])
	}
	return pieces, closed
}

// beforeNewline is the end of what stands before the line at i: its line end
// belongs to the boundary.
func beforeNewline(b []byte, i int) int {
	if i > 0 && b[i-1] == '\n' {
		i--
	}
	if i > 0 && b[i-1] == '\r' {
		i--
	}
	return i
}

// guessBoundary finds a line that looks like a boundary: dashes, then a header.
func guessBoundary(b []byte) string {
	for n := 0; len(b) > 0 && n < 2000; n++ {
		line, rest := cutLine(b)
		if len(line) > 4 && len(line) < 200 && bytes.HasPrefix(line, []byte("--")) {
			next, _ := cutLine(rest)
			name := fieldName(next)
			s := strings.TrimRight(string(line[2:]), " \t")
			if strings.HasPrefix(name, "content-") && strings.Trim(s, "-") != "" {
				return s
			}
		}
		b = rest
	}
	return ""
}

func looksLikeHTML(b []byte) bool {
	b = bytes.ToLower(b[:min(len(b), 2000)])
	for _, w := range []string{"<html", "<body", "<div", "<table", "<!doctype html", "<br", "<p>"} {
		if bytes.Contains(b, []byte(w)) {
			return true
		}
	}
	return false
}
