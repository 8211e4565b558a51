package widget

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/picture"
	"parley/internal/run"
	"parley/internal/site"
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
	// Pictures hands out logos and photos; nil: there are none.
	Pictures *picture.Service
	// Place is where an interaction stands in its queue, from 1, 0: nowhere; nil: nobody is told.
	Place  func(ctx context.Context, tenant, interactionID string) int
	Region string // country of phone numbers without one
	Limits Limits
	Times  Times
	Now    func() int64 // unix ms; nil: the clock
	Log    *slog.Logger
}

// Times are how long things wait; zero values mean the defaults.
type Times struct {
	Hello     time.Duration // for a socket's first frame; 5 s
	Poll      time.Duration // longest wait of a poll; 25 s
	Gone      time.Duration // without a connection before the customer counts as gone; 10 s
	Settle    time.Duration // after the start before those who did not come back count as gone; 30 s
	Delivered time.Duration // marks of delivery are gathered this long; 500 ms
	File      time.Duration // longest upload; 5 min
	Place     time.Duration // between two looks at the place of somebody near the head of the queue; 3 s
}

func (t Times) withDefaults() Times {
	for _, d := range []struct {
		at *time.Duration
		is time.Duration
	}{{&t.Hello, 5 * time.Second}, {&t.Poll, 25 * time.Second}, {&t.Gone, 10 * time.Second}, {&t.Settle, 30 * time.Second}, {&t.Delivered, 500 * time.Millisecond}, {&t.File, 5 * time.Minute}, {&t.Place, 3 * time.Second}} {
		if *d.at == 0 {
			*d.at = d.is
		}
	}
	return t
}

// Server answers the widget.
type Server struct {
	cfg      Config
	door     site.Door
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
	if cfg.Place == nil {
		cfg.Place = func(context.Context, string, string) int { return 0 }
	}
	if cfg.Available == nil {
		cfg.Available = func(context.Context, string, string) bool { return true }
	}
	limits := cfg.Limits.withDefaults()
	s := &Server{cfg: cfg, limits: newLimiters(limits),
		door: site.Door{Org: cfg.Org, Kind: org.EntryChat, Requests: web.NewRatedByAddress(limits.Requests), Foreign: "PAR-5008", MaxBody: maxBody}}
	s.presence = newPresence(cfg.Times.Gone, s.online)
	if cfg.Group != nil && !cfg.Bus.Clustered() { // in a cluster a visitor may be at another node
		cfg.Group.Go("widget.settle", s.settle)
	}
	return s
}

// request is one request that was let in.
type request struct {
	*site.Request
	visitor chat.Visitor // for those that need one
	token   string
}

type handler func(s *Server, q *request) error

// Register puts the widget's routes on the server.
func (s *Server) Register(srv *web.Server) {
	route := func(pattern string, h handler) {
		srv.Handle(pattern, s.door.Admit(func(q *site.Request) error { return h(s, &request{Request: q}) }), web.AnyHost(), web.OwnCSRF())
	}
	route("OPTIONS /widget/{key}/{rest...}", func(_ *Server, q *request) error { return site.Preflight(q.Request) })
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
	route("GET /widget/{key}/pictures/{id}", (*Server).picture)
	route("GET /widget/{key}/socket", (*Server).socket)
}

// known lets only a browser in that has its token.
func known(h handler) handler {
	return func(s *Server, q *request) error {
		token, ok := strings.CutPrefix(q.R.Header.Get("Authorization"), "Bearer ")
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
	q.visitor, err = s.cfg.Chat.VisitorByToken(q.R.Context(), q.Tenant, q.Entry.ID, token)
	return err
}
