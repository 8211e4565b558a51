package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/web"
)

// Serve runs the contact centre until ctx ends, then drains. What a newcomer has to know goes to out.
func Serve(ctx context.Context, cfg Config, version string, out io.Writer) error {
	log := newLog(cfg)
	slog.SetDefault(log)
	if cfg.Demo {
		if err := demoListen(&cfg); err != nil {
			return err
		}
	}
	a, err := newApp(cfg, version, log)
	if err != nil {
		return err
	}
	defer a.Stop()
	listeners, err := listen(ctx, cfg)
	if err != nil {
		return err
	}
	front := &front{demo: cfg.Demo, show: &progress{}}
	front.page = front.show.handler()
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { ended <- web.Serve(serving, l, front, cfg.Drain, log) }()
	}
	began := time.Now()
	if err := a.start(ctx, front.show); err != nil {
		return err
	}
	port := listeners[0].Addr().(*net.TCPAddr).Port
	places, err := a.places(ctx, port)
	if err != nil {
		return err
	}
	if cfg.Demo {
		if err := a.allowDemoSite(ctx, port); err != nil {
			return err
		}
		if front.site, err = a.demoSite(port); err != nil {
			return err
		}
	}
	front.app.Store(a.server)
	front.show.finish(places)
	a.greet(out, port, places, time.Since(began))
	debug.FreeOSMemory() // what only the start needed, passwords of the demo above all, goes back at once

	select {
	case <-ctx.Done():
	case err := <-ended:
		return err
	}
	log.Info("draining: no new calls, those that go on end by themselves; a second signal ends at once", "atMost", cfg.Drain)
	a.drainMail(cfg.Drain)
	a.drainCalls(cfg.Drain)
	log.Info("stopping: running requests end, desks and widgets come back to the next process; a second signal ends at once")
	a.cancel()
	stopServing()
	for range listeners {
		if err := <-ended; err != nil {
			log.Warn("a listener did not end cleanly", "error", err)
		}
	}
	return nil
}

// front answers by host: the start page and the demo site beside the application.
type front struct {
	demo bool
	show *progress
	page http.Handler
	site http.Handler
	app  atomic.Pointer[web.Server]
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	app := f.app.Load()
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	startPage := r.URL.Path == "/" || r.URL.Path == "/start.json" || strings.HasPrefix(r.URL.Path, "/start/")
	switch {
	case f.demo && isLoopbackName(host) && startPage:
		f.page.ServeHTTP(w, r)
	case f.demo && host == demoSiteHost && app != nil:
		f.site.ServeHTTP(w, r)
	case app != nil:
		app.ServeHTTP(w, r)
	case startPage && r.Method == http.MethodGet:
		f.page.ServeHTTP(w, r)
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "Parley is starting", http.StatusServiceUnavailable)
	}
}

func isLoopbackName(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "[::1]"
}

// demoListen narrows a demo to loopback: its passwords are known to everybody.
func demoListen(cfg *Config) error {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen %q: %w", cfg.Listen, err)
	}
	if host == "" {
		host = "localhost"
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("the demo listens on this computer only: drop listen, or name a loopback address (got %s)", host)
	}
	cfg.Listen = net.JoinHostPort(host, port)
	cfg.SMTPListen = cmp.Or(cfg.SMTPListen, "127.0.0.1:2525")
	for _, edge := range []*string{&cfg.SIPListen, &cfg.WebRTCListen, &cfg.WebRTCTCP, &cfg.SMTPListen, &cfg.ClusterListen} {
		if *edge == "" || *edge == off {
			continue
		}
		host, port, err := net.SplitHostPort(*edge)
		if ip := net.ParseIP(host); err != nil || host != "" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("the demo listens on this computer only: drop sip-listen, webrtc-listen, webrtc-tcp-listen, smtp-listen and cluster-listen, or name a loopback address (got %s)", *edge)
		}
		*edge = net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port)
	}
	return nil
}

// listen opens the sockets: for localhost both families, so that browsers find it either way.
func listen(ctx context.Context, cfg Config) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen %q: %w", cfg.Listen, err)
	}
	addresses := []string{cfg.Listen}
	if host == "localhost" {
		addresses = []string{net.JoinHostPort("127.0.0.1", port)}
	}
	var lc net.ListenConfig
	var out []net.Listener
	for _, a := range addresses {
		l, err := lc.Listen(ctx, "tcp", a)
		if err != nil {
			return nil, fmt.Errorf("cannot listen on %s: %w (is another Parley running? name another address with --listen)", a, err)
		}
		out = append(out, l)
	}
	if host == "localhost" {
		six := net.JoinHostPort("::1", fmt.Sprint(out[0].Addr().(*net.TCPAddr).Port))
		if l, err := lc.Listen(ctx, "tcp6", six); err == nil { // a machine without IPv6 has no ::1
			out = append(out, l)
		}
	}
	tlsConfig, err := tlsOf(cfg)
	if err != nil || tlsConfig == nil {
		return out, err
	}
	for i := range out {
		out[i] = tls.NewListener(out[i], tlsConfig)
	}
	return out, nil
}

func tlsOf(cfg Config) (*tls.Config, error) {
	switch {
	case cfg.TLSCert != "":
		return web.TLSFromFiles(cfg.TLSCert, cfg.TLSKey)
	case cfg.SelfSigned:
		return web.TLSSelfSigned(cfg.Data, cfg.Hosts)
	}
	return nil, nil
}

func newLog(cfg Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// greet prints where to go.
func (a *App) greet(out io.Writer, port int, places []place, took time.Duration) {
	fmt.Fprintf(out, "Parley %s is ready after %d ms.\n", a.version, took.Milliseconds())
	scheme := "http"
	if a.cfg.TLSCert != "" || a.cfg.SelfSigned {
		scheme = "https"
	}
	if a.cfg.Demo {
		fmt.Fprintf(out, "\n  Open %s://localhost:%d\n\n", scheme, port)
		for _, p := range places {
			fmt.Fprintf(out, "  %-12s %-40s %s %s\n", p.Kind, p.URL, p.Login, p.Password)
		}
		fmt.Fprintln(out, "\nTry: sign in as anna and press Start shift, then Ready; open the shop, write in its chat, accept it on the desk.")
		return
	}
	fmt.Fprintf(out, "Sign in at %s://localhost:%d/login\n", scheme, port)
	if a.firstPassword != "" {
		fmt.Fprintf(out, "The first administrator is admin with the password %s (to be changed at the first sign-in; shown this once).\n", a.firstPassword)
	}
	fmt.Fprintf(out, "Data: %s   Key file: %s (keep it apart from backups)\n", a.cfg.Data, a.cfg.KeyPath())
}
