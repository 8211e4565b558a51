package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/fail"
)

// maxDepth is how deep arrays and objects of a body may be nested.
const maxDepth = 32

var jsonFormat = huma.Format{
	Marshal:   huma.DefaultJSONFormat.Marshal,
	Unmarshal: unmarshal,
}

// unmarshal is json.Unmarshal with errors fit to be shown: they name the field,
// not the Go type. "@field: text" is taken apart by fieldErrors.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := t.Field
		if field == "" {
			field = "body"
		}
		return fmt.Errorf("@%s: does not fit (%s)", field, t.Value)
	}
	if syn, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("no valid JSON at byte %d", syn.Offset)
	}
	return err
}

// takeBody reads the whole body into memory, within its limit, and refuses what
// can't be JSON for us. It also looks at path and query, where bytes that no
// database takes may hide. The returned request is never nil.
func takeBody(r *http.Request, wanted bool, limit int64) (*http.Request, error) {
	if err := checkURL(r); err != nil {
		return r, err
	}
	if !wanted {
		return r, nil
	}
	if err := checkContentType(r.Header); err != nil {
		return r, err
	}
	if r.ContentLength > limit {
		return r, tooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return r, unreadable(err)
	case int64(len(body)) > limit:
		return r, tooLarge(limit)
	}
	if err := checkJSON(body); err != nil {
		return r, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	r = withBody(r, body)
	return r, nil
}

func tooLarge(limit int64) error {
	e := fail.TooLarge("request body, bytes", limit)
	e.Field = "body"
	return e
}

func unreadable(err error) error {
	e := fail.Unreadable(err)
	e.Field = "body"
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		e.Status = http.StatusRequestTimeout
	}
	return e
}

// checkContentType lets JSON in UTF-8 in, and silence, which is taken for it.
func checkContentType(h http.Header) error {
	field, bad := "Content-Type", error(nil)
	if ct := h.Get("Content-Type"); ct != "" {
		media, params, err := mime.ParseMediaType(ct)
		charset := strings.ToLower(params["charset"])
		if err != nil || (media != "application/json" && !(strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))) ||
			(charset != "" && charset != "utf-8") {
			bad = errors.New("content type is not JSON in UTF-8")
		}
	}
	if ce := h.Get("Content-Encoding"); ce != "" && !strings.EqualFold(ce, "identity") {
		field, bad = "Content-Encoding", errors.New("encoded bodies are not taken")
	}
	if bad == nil {
		return nil
	}
	e := fail.Unsupported(bad)
	e.Field = field
	return e
}

// checkJSON looks at the raw body before anything is built from it: depth, UTF-8
// (encoding/json would silently replace what is not), and U+0000, which
// PostgreSQL's text cannot hold.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return unreadable(errors.New("not UTF-8"))
	}
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			if bytes.HasPrefix(body[i+1:], []byte("u0000")) {
				return fail.Invalid(fieldOfNUL(body), "must not contain U+0000")
			}
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return unreadable(fmt.Errorf("nested deeper than %d", maxDepth))
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// fieldOfNUL finds the first string with U+0000; the depth may not be checked
// yet, json's own limit (10,000) holds.
func fieldOfNUL(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return "body"
	}
	if at := strings.TrimPrefix(findNUL(v, ""), "."); at != "" {
		return at
	}
	return "body"
}

func findNUL(v any, at string) string {
	switch v := v.(type) {
	case string:
		if strings.ContainsRune(v, 0) {
			return at
		}
	case []any:
		for i, e := range v {
			if f := findNUL(e, fmt.Sprintf("%s[%d]", at, i)); f != "" {
				return f
			}
		}
	case map[string]any:
		for k, e := range v {
			if strings.ContainsRune(k, 0) {
				return "body"
			}
			if f := findNUL(e, at+"."+k); f != "" {
				return f
			}
		}
	}
	return ""
}

// checkURL refuses a path or query with broken escapes, invalid UTF-8 or U+0000.
func checkURL(r *http.Request) error {
	if !cleanText(r.URL.Path) {
		return fail.NotFound("page")
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fail.Invalid("query", "cannot be read")
	}
	for k, values := range q {
		if !cleanText(k) {
			return fail.Invalid("query", "has a name that is no text")
		}
		for _, v := range values {
			if !cleanText(v) {
				return fail.Invalid(k, "must be text in UTF-8")
			}
		}
	}
	return nil
}

func cleanText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
