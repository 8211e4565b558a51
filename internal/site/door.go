package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// Door lets requests in to the entries of one kind.
type Door struct {
	Org      *org.Org
	Kind     string     // of entries
	Requests *web.Rated // by address
	Foreign  string     // code of the error for a site that is not allowed
	MaxBody  int64      // largest JSON body, bytes
}

// Request is one request that was let in.
type Request struct {
	W       http.ResponseWriter
	R       *http.Request
	Tenant  string
	Entry   *org.Entry
	Address string
	Origin  string // "" for a program

	maxBody int64
}

// Admit finds the entry and lets in whom its rules allow. The pattern of the
// route has {key}.
func (d *Door) Admit(h func(q *Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &Request{W: w, R: r, Address: web.ClientAddress(r.Context()), maxBody: d.MaxBody}
		err := d.enter(q)
		if err == nil {
			err = h(q)
		}
		if err != nil {
			web.WriteProblem(w, r, err)
		}
	})
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func (d *Door) enter(q *Request) (err error) {
	if wait := d.Requests.Take(q.Address); wait > 0 {
		return fail.TooMany(wait)
	}
	key := q.R.PathValue("key")
	if !keyForm.MatchString(key) {
		return fail.NotFound("entry")
	}
	if q.Tenant, q.Entry, err = d.Org.EntryByKey(q.R.Context(), d.Kind, key); err != nil {
		return err
	}
	h := q.W.Header()
	h.Add("Vary", "Origin")
	q.Origin = q.R.Header.Get("Origin")
	if q.Origin == "" || ownPage(q.R, q.Origin) {
		return nil
	}
	if !q.Entry.Allows(q.Origin) {
		return fail.New(d.Foreign, nil)
	}
	h.Set("Access-Control-Allow-Origin", q.Origin)
	h.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
	return nil
}

// ownPage is true for a page of the installation itself.
func ownPage(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// Preflight answers what a browser asks before it sends (Fetch, section 4.8).
func Preflight(q *Request) error {
	h := q.W.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Language, Idempotency-Key")
	h.Set("Access-Control-Max-Age", "600")
	q.W.WriteHeader(http.StatusNoContent)
	return nil
}

// Bearer is the token the request came with, "" for none.
func (q *Request) Bearer() string {
	token, _ := strings.CutPrefix(q.R.Header.Get("Authorization"), "Bearer ")
	return token
}

// Decode reads a JSON body.
func (q *Request) Decode(into any) error {
	if ct := q.R.Header.Get("Content-Type"); ct != "" && !strings.HasPrefix(ct, "application/json") {
		return fail.Unsupported(errors.New("content type " + ct))
	}
	return q.DecodeAny(into)
}

// DecodeAny is Decode for bodies that a page sends while it goes away, which
// browsers let it do only with a type that needs no asking first.
func (q *Request) DecodeAny(into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(q.W, q.R.Body, q.maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return fail.TooLarge("request body, bytes", q.maxBody)
		}
		return fail.Unreadable(err)
	}
	if !utf8.Valid(body) {
		return fail.Unreadable(errors.New("not UTF-8"))
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if err := json.Unmarshal(body, into); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
			return fail.Invalid(t.Field, "has the wrong type")
		}
		return fail.Unreadable(err)
	}
	return nil
}

// Answer sends JSON.
func (q *Request) Answer(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	_, _ = q.W.Write(b) // the client may be gone: nobody left to tell
	return nil
}
