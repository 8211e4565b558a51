package widget

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/web"
)

// maxBody is the largest JSON body, bytes: a message of 10,000 characters with
// its form fits even when every character is escaped.
const maxBody = 64 << 10

// Config is what a Server works with.
type Config struct {
	DB    *db.DB
	Bus   *bus.Bus
	Org   *org.Org
	Chat  *chat.Service
	Group *run.Group // ends the streams
	// Available tells whether somebody is signed in who could answer; nil: yes.
	Available func(ctx context.Context, tenant, serviceID string) bool
	Region    string // country of phone numbers without one
	Limits    Limits
	Times     Times
	Now       func() int64 // unix ms; nil: the clock
	Log       *slog.Logger
}

// Times are how long things wait; zero values mean the defaults.
type Times struct {
	Hello     time.Duration // for a socket's first frame; 5 s
	Poll      time.Duration // longest wait of a poll; 25 s
	Gone      time.Duration // without a connection before the customer counts as gone; 10 s
	Settle    time.Duration // after the start before those who did not come back count as gone; 30 s
	Delivered time.Duration // marks of delivery are gathered this long; 500 ms
	File      time.Duration // longest upload; 5 min
}

func (t Times) withDefaults() Times {
	for _, d := range []struct {
		at *time.Duration
		is time.Duration
	}{{&t.Hello, 5 * time.Second}, {&t.Poll, 25 * time.Second}, {&t.Gone, 10 * time.Second}, {&t.Settle, 30 * time.Second}, {&t.Delivered, 500 * time.Millisecond}, {&t.File, 5 * time.Minute}} {
		if *d.at == 0 {
			*d.at = d.is
		}
	}
	return t
}

// Server answers the widget.
type Server struct {
	cfg      Config
	limits   limiters
	presence *presence
}

// New makes the server; Register puts it on the HTTP edge.
func New(cfg Config) *Server {
	cfg.Times = cfg.Times.withDefaults()
	if cfg.Now == nil {
		cfg.Now = db.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Available == nil {
		cfg.Available = func(context.Context, string, string) bool { return true }
	}
	s := &Server{cfg: cfg, limits: newLimiters(cfg.Limits.withDefaults())}
	s.presence = newPresence(cfg.Times.Gone, s.online)
	if cfg.Group != nil && !cfg.Bus.Clustered() { // in a cluster a visitor may be at another node
		cfg.Group.Go("widget.settle", s.settle)
	}
	return s
}

// request is one request that was let in.
type request struct {
	w       http.ResponseWriter
	r       *http.Request
	tenant  string
	entry   *org.Entry
	address string
	visitor chat.Visitor // for those that need one
	token   string
}

type handler func(s *Server, q *request) error

// Register puts the widget's routes on the server.
func (s *Server) Register(srv *web.Server) {
	route := func(pattern string, h handler) {
		srv.Handle(pattern, s.admit(h), web.AnyHost(), web.OwnCSRF())
	}
	route("OPTIONS /widget/{key}/{rest...}", preflight)
	route("GET /widget/{key}/config", (*Server).config)
	route("POST /widget/{key}/visitor", (*Server).newVisitor)
	route("GET /widget/{key}/conversation", known((*Server).conversation))
	route("POST /widget/{key}/conversations", known((*Server).open))
	route("POST /widget/{key}/offline", known((*Server).offline))
	route("POST /widget/{key}/messages", known((*Server).say))
	route("POST /widget/{key}/files", known((*Server).upload))
	route("GET /widget/{key}/files/{id}", (*Server).download)
	route("POST /widget/{key}/read", known((*Server).read))
	route("POST /widget/{key}/page", known((*Server).page))
	route("POST /widget/{key}/end", known((*Server).end))
	route("GET /widget/{key}/events", known((*Server).poll))
	route("GET /widget/{key}/socket", (*Server).socket)
}

// admit finds the entry and lets in whom its rules allow.
func (s *Server) admit(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{w: w, r: r, address: web.ClientAddress(r.Context())}
		if err := s.enter(q); err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		if err := h(s, q); err != nil {
			web.WriteProblem(w, r, err)
		}
	})
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func (s *Server) enter(q *request) error {
	if wait := s.limits.requests.take(q.address); wait > 0 {
		return fail.TooMany(wait)
	}
	key := q.r.PathValue("key")
	if !keyForm.MatchString(key) {
		return fail.NotFound("entry")
	}
	tenant, entry, err := s.cfg.Org.EntryByKey(q.r.Context(), org.EntryChat, key)
	if err != nil {
		return err
	}
	q.tenant, q.entry = tenant, entry
	q.w.Header().Add("Vary", "Origin")
	origin := q.r.Header.Get("Origin")
	if origin == "" || ownPage(q.r, origin) {
		return nil
	}
	if !entry.Allows(origin) {
		return fail.New("PAR-5008", nil)
	}
	h := q.w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
	return nil
}

// ownPage is true for a page of the installation itself: the full-page chat.
func ownPage(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// preflight answers what a browser asks before it sends (Fetch, section 4.8).
func preflight(_ *Server, q *request) error {
	h := q.w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Language, Idempotency-Key")
	h.Set("Access-Control-Max-Age", "600")
	q.w.WriteHeader(http.StatusNoContent)
	return nil
}

// known lets only a browser in that has its token.
func known(h handler) handler {
	return func(s *Server, q *request) error {
		token, ok := strings.CutPrefix(q.r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			return fail.SignIn()
		}
		if err := s.recognise(q, token); err != nil {
			return err
		}
		return h(s, q)
	}
}

func (s *Server) recognise(q *request, token string) (err error) {
	q.token = token
	q.visitor, err = s.cfg.Chat.VisitorByToken(q.r.Context(), q.tenant, q.entry.ID, token)
	return err
}

// decode reads a JSON body.
func (q *request) decode(into any) error {
	if ct := q.r.Header.Get("Content-Type"); ct != "" && !strings.HasPrefix(ct, "application/json") {
		return fail.Unsupported(errors.New("content type " + ct))
	}
	body, err := io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return fail.TooLarge("request body, bytes", maxBody)
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

// answer sends JSON.
func (q *request) answer(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	_, _ = q.w.Write(b) // the client may be gone: nobody left to tell
	return nil
}
