package matrixtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/internal/web"
)

// Caller is somebody who sends requests.
type Caller struct {
	Host string              // of the caller's tenant
	Sign func(*http.Request) // adds cookie and X-Parley, or a key; nil: sends none
}

// Config is the server under test, who calls it, and what a good request is.
// Rate limits must be out of the way.
type Config struct {
	Handler  http.Handler
	Document []byte          // OpenAPI, as web.Server.OpenAPI gives it
	Owner    Caller          // may do everything in the tenant the cases belong to
	Nobody   Caller          // signed in there, without any privilege
	Stranger Caller          // may do everything in another tenant
	Cases    map[string]Case // by operationId
	Raw      []web.RawRoute  // handlers outside the document, tried without session and privilege
}

// Case is how to call one operation.
type Case struct {
	// Make prepares what the operation works on and gives a request that must
	// succeed. It is called anew for every request that may change something.
	Make func() (Request, error)
	// As calls in the owner's place: Make may set up somebody new each time.
	As *Caller
	// OwnOnly says that what it works on is found by who asks, not by id, so that
	// nobody else's can be asked for.
	OwnOnly bool
	// Stranger is what the other tenant's owner is answered, Unknown what an id is
	// that is nobody's; 0: 404.
	Stranger, Unknown int
	// NoRepeat gives the reason why a second call with the same key is not tried.
	NoRepeat string
	// Skip gives the reason why nothing is tried (a stream without end, say).
	Skip string
}

// Request is a good request of an operation.
type Request struct {
	Path   map[string]string // path parameters: ids of the owner's tenant
	Query  url.Values
	Body   any
	Header http.Header
	Status int // what it must answer; 0: anything from 200 to 299
}

// Run tries everything and reports each finding under its operation.
func Run(t *testing.T, cfg Config) {
	t.Helper()
	doc, err := parse(cfg.Document)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, op := range doc.operations {
		known[op.id] = true
		t.Run(fmt.Sprintf("[M-40] [M-2] [X-3] %s %s", op.method, op.path), func(t *testing.T) {
			for _, f := range try(cfg, op) {
				t.Error(f)
			}
		})
	}
	for _, route := range cfg.Raw {
		t.Run("[M-40] [M-2] "+route.Pattern, func(t *testing.T) {
			for _, f := range tryRaw(cfg, route) {
				t.Error(f)
			}
		})
	}
	for id := range cfg.Cases {
		if !known[id] {
			t.Errorf("there is a case for %q, but no such operation", id)
		}
	}
}

// tryRaw: a handler of its own is closed to who must not get in.
func tryRaw(cfg Config, route web.RawRoute) []string {
	method, path, ok := strings.Cut(route.Pattern, " ")
	if !ok {
		method, path = http.MethodGet, route.Pattern
	}
	if route.Public || !strings.HasPrefix(path, "/") {
		return nil
	}
	path = strings.ReplaceAll(path, "{$}", "")
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + unknownID + after
	}
	x := &trial{cfg: cfg, op: operation{method: method, path: path}}
	x.expect("without a session", x.send(Caller{Host: cfg.Owner.Host}, Request{}), 401)
	x.expect("with a session of another tenant", x.send(Caller{Host: cfg.Stranger.Host, Sign: cfg.Owner.Sign}, Request{}), 401)
	if len(route.Privileges) > 0 {
		x.expect("without the privilege", x.send(cfg.Nobody, Request{}), 403)
	}
	return x.findings
}

// Findings is Run without a test: what is wrong, by operationId.
func Findings(cfg Config) (map[string][]string, error) {
	doc, err := parse(cfg.Document)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, op := range doc.operations {
		if f := try(cfg, op); len(f) > 0 {
			found[op.id] = f
		}
	}
	return found, nil
}

// trial is the trying of one operation.
type trial struct {
	cfg      Config
	op       operation
	c        Case
	findings []string
}

func try(cfg Config, op operation) []string {
	c, given := cfg.Cases[op.id]
	if c.Skip != "" {
		return nil
	}
	if !given && op.needsCase() {
		return []string{"no case is given for " + op.id + ": it needs ids, parameters or a body"}
	}
	if c.Make == nil {
		c.Make = func() (Request, error) { return Request{}, nil }
	}
	good, err := c.Make()
	x := &trial{cfg: cfg, op: op, c: c}
	if err != nil {
		return []string{"preparing: " + err.Error()}
	}
	x.strangers(good)
	x.badPaths(good)
	x.badQueries(good)
	x.badBodies(good)
	x.owner()
	x.repeated()
	return x.findings
}

func (x *trial) find(format string, args ...any) {
	if len(x.findings) < 20 {
		x.findings = append(x.findings, fmt.Sprintf(format, args...))
	}
}

// strangers: who must not get in.
func (x *trial) strangers(good Request) {
	if x.op.public {
		return
	}
	x.expect("without a session", x.send(Caller{Host: x.cfg.Owner.Host}, good), 401)
	crossed := Caller{Host: x.cfg.Stranger.Host, Sign: x.ownerNow().Sign}
	x.expect("with a session of another tenant", x.send(crossed, good), 401)
	if len(x.op.privileges) > 0 {
		x.expect("without the privilege", x.send(x.cfg.Nobody, good), 403)
	}
	if len(x.op.pathParameters) > 0 && !x.c.OwnOnly {
		x.expect("from another tenant, with the ids of this one", x.send(x.cfg.Stranger, good), cmp.Or(x.c.Stranger, 404))
	}
	if x.op.method != http.MethodGet {
		forged := Caller{Host: x.cfg.Owner.Host, Sign: func(r *http.Request) {
			x.ownerNow().Sign(r)
			r.Header.Del("X-Parley")
			if r.Header.Get("Cookie") == "" { // a key: nothing a browser could be made to send
				r.Header.Del("Authorization")
			}
		}}
		x.expect("from a page of another site", x.send(forged, good), 403)
	}
}

// owner: it works at all.
func (x *trial) owner() {
	good, err := x.c.Make()
	if err != nil {
		x.find("preparing: %v", err)
		return
	}
	got := x.send(x.ownerNow(), good)
	if good.Status != 0 && got.Code != good.Status || good.Status == 0 && (got.Code < 200 || got.Code > 299) {
		x.find("as the owner: %d %s", got.Code, brief(got))
	}
}

// repeated: a second time with the same key is the same answer, with another
// body a refusal.
func (x *trial) repeated() {
	if x.op.method == http.MethodGet || x.op.public || x.c.NoRepeat != "" {
		return
	}
	good, err := x.c.Make()
	if err != nil {
		x.find("preparing: %v", err)
		return
	}
	if good.Header == nil {
		good.Header = http.Header{}
	}
	good.Header.Set("Idempotency-Key", "matrix-"+x.op.id)
	first, second := x.send(x.ownerNow(), good), x.send(x.ownerNow(), good)
	switch {
	case first.Code < 200 || first.Code > 299:
		x.find("with an Idempotency-Key: %d %s", first.Code, brief(first))
	case x.op.secret:
		x.expect("a secret asked for a second time", second, 409)
	case second.Code != first.Code || !sameJSON(second.Body.Bytes(), first.Body.Bytes()):
		x.find("repeated with the same key: %d %s, at first %d %s", second.Code, brief(second), first.Code, brief(first))
	}
	if x.op.body == nil || x.op.ownID {
		return
	}
	good.Query = withQuery(good.Query, "matrix", "other")
	x.expect("the same key with another request", x.send(x.ownerNow(), good), 409)
}

func withQuery(q url.Values, k, v string) url.Values {
	out := url.Values{k: {v}}
	for name, values := range q {
		out[name] = values
	}
	return out
}

func sameJSON(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return bytes.Equal(a, b)
	}
	ja, _ := json.Marshal(x)
	jb, _ := json.Marshal(y)
	return bytes.Equal(ja, jb)
}

func (x *trial) send(who Caller, req Request) *httptest.ResponseRecorder {
	raw := []byte(nil)
	if x.op.body != nil {
		var err error
		if raw, err = json.Marshal(req.Body); err != nil {
			x.find("the case's body is no JSON: %v", err)
		}
	}
	return x.sendRaw(who, req, raw)
}

// ownerNow is the owner, or who calls in that place since the last Make.
func (x *trial) ownerNow() Caller {
	if x.c.As != nil {
		return *x.c.As
	}
	return x.cfg.Owner
}

func (x *trial) sendRaw(who Caller, req Request, body []byte) *httptest.ResponseRecorder {
	path := x.op.path
	for name, value := range req.Path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	target := "http://" + who.Host + path
	if len(req.Query) > 0 {
		target += "?" + req.Query.Encode()
	}
	return x.sendTo(who, req, target, body)
}

func (x *trial) sendTo(who Caller, req Request, target string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(x.op.method, target, bytes.NewReader(body))
	if body == nil {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Parley", "1")
	if who.Sign != nil {
		who.Sign(r)
	}
	for k, v := range req.Header {
		r.Header[k] = v
	}
	w := httptest.NewRecorder()
	x.cfg.Handler.ServeHTTP(w, r)
	x.shape(w)
	return w
}

// shape: every refusal is a whole problem, and none is our fault.
func (x *trial) shape(w *httptest.ResponseRecorder) {
	if w.Code >= 500 {
		x.find("a request made the server fail: %d %s", w.Code, brief(w))
	}
	if w.Code < 400 {
		return
	}
	p, err := problemOf(w)
	if err != nil || p.Code == "" || p.Status != w.Code || p.Detail == "" {
		x.find("%d is no whole problem: %s %s", w.Code, w.Header().Get("Content-Type"), brief(w))
	}
}

type problem struct {
	Code   string `json:"code"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field"`
}

func problemOf(w *httptest.ResponseRecorder) (p problem, err error) {
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		return p, fmt.Errorf("content type %q", ct)
	}
	return p, json.Unmarshal(w.Body.Bytes(), &p)
}

func (x *trial) expect(what string, w *httptest.ResponseRecorder, status int) {
	if w.Code != status {
		x.find("%s: %d, want %d: %s", what, w.Code, status, brief(w))
	}
}

func brief(w *httptest.ResponseRecorder) string {
	b, _ := io.ReadAll(io.LimitReader(bytes.NewReader(w.Body.Bytes()), 300))
	return string(b)
}
