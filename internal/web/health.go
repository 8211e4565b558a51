package web

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/internal/fail"
	"parley/internal/run"
)

// checkTime is how long a part may take to say that it is well.
const checkTime = 2 * time.Second

// checks are the parts whose health /healthz tells.
type checks struct {
	mu    sync.Mutex
	names []string
	funcs map[string]func(context.Context) error
}

// Check adds a part to /healthz. f must return within its context's time; its
// error makes the whole answer 503. What it says goes to the log only.
func (s *Server) Check(name string, f func(context.Context) error) {
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	if s.checks.funcs == nil {
		s.checks.funcs = map[string]func(context.Context) error{}
	}
	s.checks.names = append(s.checks.names, name)
	s.checks.funcs[name] = f
}

// Health is the answer of /healthz.
type Health struct {
	Status  string            `json:"status"` // ok or failing
	Version string            `json:"version"`
	Parts   map[string]string `json:"parts"` // ok or failing
}

// Healthy asks every part; also for `parley doctor`.
func (s *Server) Healthy(ctx context.Context) Health {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	s.checks.mu.Lock()
	names := slices.Clone(s.checks.names)
	s.checks.mu.Unlock()
	h := Health{Status: "ok", Version: s.cfg.Version, Parts: map[string]string{}}
	for _, name := range names {
		h.Parts[name] = "ok"
		if err := run.Protect("health", func() error { return s.checks.funcs[name](ctx) }); err != nil {
			h.Status, h.Parts[name] = "failing", "failing"
			s.log.Warn("a part is not well", "part", name, "error", err)
		}
	}
	return h
}

func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) {
	h := s.Healthy(r.Context())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if h.Status != "ok" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(h)
}

// Routes are constants of the code, so the number of series is bounded.
var requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
	Name: "parley_http_request_seconds", Help: "Requests by route and class of status.",
	Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
}, []string{"route", "status"})

var (
	openSockets = prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_sockets", Help: "Open WebSockets."})
	slowSockets = prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_sockets_slow_total", Help: "WebSockets cut because the other side did not keep up."})
)

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) { r.MustRegister(requests, openSockets, slowSockets) }

// metrics serves the figures to those allowed; to others the page doesn't exist.
func (s *Server) metrics() http.Handler {
	g := s.cfg.Gatherer
	if g == nil {
		g = prometheus.DefaultGatherer
	}
	pages := promhttp.HandlerFor(g, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.mayReadMetrics(r) {
			WriteProblem(w, r, fail.NotFound("page"))
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// mayReadMetrics: a request that passed a proxy is not from this machine, even
// if the proxy is.
func (s *Server) mayReadMetrics(r *http.Request) bool {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if s.cfg.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.cfg.MetricsToken)) == 1 {
		return true
	}
	a, err := netip.ParseAddr(ClientAddress(r.Context()))
	return err == nil && a.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
