package callbutton

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/call"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/site"
	"parley/internal/web"
)

// maxBody is the largest body, bytes: a session description with every character escaped fits.
const maxBody = 80 << 10

// Calls is what the button needs of the call room.
type Calls interface {
	Incoming(ctx context.Context, in call.Incoming, makeLeg func(events func(call.LegEvent)) call.Leg) (callID string, err error)
	Customer(ctx context.Context, tenant, callID string) (call.CustomerView, error)
}

// Config is what a Server works with.
type Config struct {
	Org      *org.Org
	Calls    Calls
	Browsers call.Browsers
	Group    *run.Group
	Key      []byte // signs tokens and secrets
	// Available tells whether somebody is signed in who could answer; nil: yes.
	Available func(ctx context.Context, tenant, serviceID string) bool
	// Place is where an interaction stands in its queue, from 1, 0: nowhere; nil: nobody is told.
	Place  func(ctx context.Context, tenant, interactionID string) int
	Limits Limits
	Times  Times
	Now    func() int64 // unix ms; nil: the clock
	Log    *slog.Logger
}

// Limits are what one address and one tenant may do. Zero values mean the defaults.
type Limits struct {
	Requests      web.Rate // by address; 50/s, 300 at once
	Tokens        web.Rate // by address; one in 5 s, 10 at once
	Calls         web.Rate // by tenant; 5/s, 50 at once
	OpenByAddress int      // 10
	OpenByTenant  int      // 200
	Polls         int      // open at a time by call; 3
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		at *web.Rate
		is web.Rate
	}{{&l.Requests, web.Rate{Every: 20 * time.Millisecond, Burst: 300}}, {&l.Tokens, web.Rate{Every: 5 * time.Second, Burst: 10}}, {&l.Calls, web.Rate{Every: 200 * time.Millisecond, Burst: 50}}} {
		if d.at.Every == 0 {
			*d.at = d.is
		}
	}
	for _, d := range []struct {
		at *int
		is int
	}{{&l.OpenByAddress, 10}, {&l.OpenByTenant, 200}, {&l.Polls, 3}} {
		if *d.at == 0 {
			*d.at = d.is
		}
	}
	return l
}

// Times are how long things wait; zero values mean the defaults.
type Times struct {
	Poll time.Duration // longest wait of a poll; 25 s
	Look time.Duration // between two looks at a call that somebody waits for; 500 ms
}

// Server answers the button.
type Server struct {
	cfg    Config
	door   site.Door
	tokens *tokens
	asking *web.Rated // for tokens
	taking *web.Rated // calls
	book   *book
}

// New makes the server; Register puts it on the HTTP edge.
func New(cfg Config) *Server {
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Times.Poll == 0 {
		cfg.Times.Poll = 25 * time.Second
	}
	if cfg.Times.Look == 0 {
		cfg.Times.Look = 500 * time.Millisecond
	}
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
	return &Server{cfg: cfg, tokens: newTokens(cfg.Key, cfg.Now), asking: web.NewRatedByAddress(cfg.Limits.Tokens), taking: web.NewRated(cfg.Limits.Calls), book: newBook(),
		door: site.Door{Org: cfg.Org, Kind: org.EntryCall, Requests: web.NewRatedByAddress(cfg.Limits.Requests), Foreign: "PAR-3013", MaxBody: maxBody}}
}

// Register puts the button's routes on the server.
func (s *Server) Register(srv *web.Server) {
	route := func(pattern string, h func(*site.Request) error) {
		srv.Handle(pattern, s.door.Admit(h), web.AnyHost(), web.OwnCSRF())
	}
	route("OPTIONS /call/{key}/{rest...}", site.Preflight)
	route("GET /call/{key}/config", s.config)
	route("POST /call/{key}/token", s.token)
	route("POST /call/{key}/calls", s.call)
	route("GET /call/{key}/calls/{id}", s.state)
	route("POST /call/{key}/calls/{id}/end", s.end)
}
