package web

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
	"parley/internal/run"
)

// SessionCookie is the name of the cookie that carries a session's token.
const SessionCookie = "parley_session"

// Config is what a server needs. A zero Config makes a server that can be asked
// for its OpenAPI document and nothing else.
type Config struct {
	Version string
	Tenants TenantResolver
	Auth    Authenticator
	DB      *db.DB // keeps the answers to commands; nil: repeated keys are not recognised

	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto
	// are believed.
	TrustedProxies []netip.Prefix
	// MetricsToken opens /metrics to other machines; this machine needs none.
	MetricsToken string
	Gatherer     prometheus.Gatherer // nil: the default one
	App          fs.FS               // the built interface; nil: none
	Limits       Limits
	Log          *slog.Logger // nil: the default one
}

// Server is the HTTP edge. Everything is registered before it serves.
type Server struct {
	cfg       Config
	mux       *http.ServeMux
	api       huma.API
	app       *static
	log       *slog.Logger
	addresses *buckets
	sessions  *buckets
	running   keyed // commands with a key that are being served
	checks    checks
	raw       []RawRoute
	handler   http.Handler
}

// New makes a server with what belongs to the platform itself registered.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, mux: http.NewServeMux(), log: cfg.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.cfg.Limits = cfg.Limits.withDefaults()
	s.addresses = newBuckets(s.cfg.Limits.AddressRate, s.cfg.Limits.AddressBurst, s.cfg.Limits.Buckets)
	s.sessions = newBuckets(s.cfg.Limits.SessionRate, s.cfg.Limits.SessionBurst, s.cfg.Limits.Buckets)
	s.api = s.newAPI(cfg.Version)
	s.app = newStatic(cfg.App)
	s.mux.Handle("GET /api/openapi.json", s.guard(rule{public: true}, http.HandlerFunc(s.serveOpenAPI)))
	s.mux.Handle("GET /healthz", s.guard(rule{public: true, anyHost: true}, http.HandlerFunc(s.serveHealth)))
	s.mux.Handle("GET /metrics", s.guard(rule{public: true, anyHost: true}, s.metrics()))
	s.mux.HandleFunc("/", s.serveRest)
	s.handler = s.outermost(http.HandlerFunc(s.route))
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Option says who may use a raw handler.
type Option func(*rule)

// Public lets a raw handler be used without a session.
func Public() Option { return func(r *rule) { r.public = true } }

// AnyHost lets a raw handler be used under every host name, known or not. It is
// for what finds its tenant by other means, and implies Public.
func AnyHost() Option { return func(r *rule) { r.public, r.anyHost = true, true } }

// OwnCSRF is for handlers that protect their changing requests themselves, like
// those for other sites' pages, which authenticate by a token and not by cookie.
func OwnCSRF() Option { return func(r *rule) { r.ownCSRF = true } }

// Needs lets a raw handler be used only with one of the privileges.
func Needs(privileges ...string) Option { return func(r *rule) { r.privileges = privileges } }

// Handle registers a raw handler (sockets, files): pattern as in http.ServeMux.
// Without options it needs a session. The handler limits the body by itself.
func (s *Server) Handle(pattern string, h http.Handler, opts ...Option) {
	var r rule
	for _, o := range opts {
		o(&r)
	}
	s.raw = append(s.raw, RawRoute{Pattern: pattern, Public: r.public, Privileges: r.privileges})
	s.mux.Handle(pattern, s.guard(r, h))
}

// RawRoute is a handler that does not stand in the OpenAPI document.
type RawRoute struct {
	Pattern    string
	Public     bool
	Privileges []string
}

// RawRoutes lists them, for the matrix of who may do what.
func (s *Server) RawRoutes() []RawRoute { return slices.Clone(s.raw) }

// serving is what requests know of the server that serves them.
type serving struct {
	stop    context.Context // done when the server is told to stop
	sockets sync.WaitGroup
}

type servingKey struct{}

func servingOf(ctx context.Context) *serving {
	v, _ := ctx.Value(servingKey{}).(*serving)
	return v
}

// Stopping is closed when the server of a request is told to stop: what would
// last (a long poll) should come to its end. Sockets see to it by themselves.
func Stopping(ctx context.Context) <-chan struct{} {
	if v := servingOf(ctx); v != nil {
		return v.stop.Done()
	}
	return nil
}

// Serve answers on l until ctx is done, then lets running requests and sockets
// end for at most grace, and returns when they have.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	return Serve(ctx, l, s, grace, s.log)
}

// Serve is Server.Serve for a handler that stands before a Server, with the same bounds.
func Serve(ctx context.Context, l net.Listener, h http.Handler, grace time.Duration, log *slog.Logger) error {
	state := &serving{stop: ctx}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second, // slow headers hold a connection no longer
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second, // raw handlers that stream set their own (http.ResponseController)
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    32 << 10,
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.WithoutCancel(ctx), servingKey{}, state)
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	drained := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(drained)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if srv.Shutdown(end) != nil {
			_ = srv.Close()
		}
		state.awaitSockets(end)
	})
	err := srv.Serve(l)
	if !stop() {
		<-drained
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// awaitSockets: net/http does not count connections it has given away.
func (v *serving) awaitSockets(ctx context.Context) {
	gone := make(chan struct{})
	run.New(context.WithoutCancel(ctx)).Go("web.drain", func(context.Context) error {
		v.sockets.Wait()
		close(gone)
		return nil
	})
	select {
	case <-gone:
	case <-ctx.Done():
	}
}
