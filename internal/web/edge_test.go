package web_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/web"
)

func TestCSRF(t *testing.T) {
	s := newServer(t, web.Config{Auth: cookieAuth{}})
	good := `{"name":"x","level":1}`
	for _, c := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"our own page", map[string]string{"X-Parley": "1", "Origin": "http://one.test", "Sec-Fetch-Site": "same-origin"}, 200},
		{"no page at all", map[string]string{"X-Parley": "1"}, 200},
		{"a form of another site", map[string]string{"Origin": "http://evil.test"}, 403},
		{"without our header", map[string]string{"Origin": "http://one.test"}, 403},
		{"another site with our header", map[string]string{"X-Parley": "1", "Origin": "http://evil.test"}, 403},
		{"another port", map[string]string{"X-Parley": "1", "Origin": "http://one.test:8081"}, 403},
		{"a tenant's neighbour", map[string]string{"X-Parley": "1", "Sec-Fetch-Site": "same-site"}, 403},
		{"no origin at all (sandbox)", map[string]string{"X-Parley": "1", "Origin": "null"}, 403},
	} {
		t.Run("[X-3] "+c.name, func(t *testing.T) {
			c.header["Cookie"] = web.SessionCookie + "=ann"
			w, _ := do(t, s, call{method: "PUT", path: "/api/things/1", body: good, header: c.header})
			if w.Code != c.status {
				t.Errorf("got %d, want %d", w.Code, c.status)
			}
		})
	}
	w, _ := do(t, s, call{method: "GET", path: "/api/things", header: map[string]string{"Cookie": web.SessionCookie + "=ann", "Origin": "http://evil.test"}})
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("reading: %d, allowed origin %q", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	}
}

// cookieAuth takes the cookie's value for the user.
type cookieAuth struct{}

func (cookieAuth) Authenticate(r *http.Request) (web.Identity, error) {
	c, err := r.Cookie(web.SessionCookie)
	if err != nil {
		return web.Identity{}, nil
	}
	return web.Identity{TenantID: "t1", UserID: c.Value, SessionID: "s", Privileges: map[string]bool{"things.edit": true}}, nil
}

func TestHeaders(t *testing.T) {
	app := fstest.MapFS{
		"index.html":             {Data: []byte(`<meta property="csp-nonce" nonce="__CSP_NONCE__">`)},
		"assets/main-1a2b.js":    {Data: []byte("plain")},
		"assets/main-1a2b.js.br": {Data: []byte("small")},
		"favicon.svg":            {Data: []byte("<svg/>")},
	}
	s := newServer(t, web.Config{App: app})
	get := func(path string, header map[string]string) (int, http.Header, string) {
		w, _ := do(t, s, call{method: "GET", path: path, header: header})
		return w.Code, w.Header(), w.Body.String()
	}
	t.Run("[A-1] every page of the interface is the one page, with a nonce of its own and no unsafe script", func(t *testing.T) {
		seen := map[string]bool{}
		for _, path := range []string{"/", "/login", "/agentdesktop", "/admin/users/01"} {
			status, h, body := get(path, nil)
			csp := h.Get("Content-Security-Policy")
			_, rest, _ := strings.Cut(body, `nonce="`)
			nonce, _, _ := strings.Cut(rest, `"`)
			if status != 200 || len(nonce) < 20 || seen[nonce] || !strings.Contains(csp, "'nonce-"+nonce+"'") {
				t.Errorf("%s: %d, nonce %q, policy %q", path, status, nonce, csp)
			}
			seen[nonce] = true
			script, _, _ := strings.Cut(strings.SplitAfter(csp, "script-src")[1], ";")
			if strings.TrimSpace(script) != "'self'" || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("policy %q", csp)
			}
			if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" {
				t.Errorf("headers %v", h)
			}
		}
	})
	t.Run("hashed files are kept for ever and sent small where understood", func(t *testing.T) {
		status, h, body := get("/assets/main-1a2b.js", map[string]string{"Accept-Encoding": "gzip, br"})
		if status != 200 || body != "small" || h.Get("Content-Encoding") != "br" || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%d %q %v", status, body, h)
		}
		_, h, body = get("/assets/main-1a2b.js", map[string]string{"Accept-Encoding": "gzip, br;q=0"})
		if body != "plain" || h.Get("Content-Encoding") != "" || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q %v", body, h)
		}
		if _, h, _ = get("/favicon.svg", nil); strings.Contains(h.Get("Cache-Control"), "immutable") {
			t.Error("a file without hash is kept for ever")
		}
	})
	t.Run("[X-3] what is no file and no page is a problem", func(t *testing.T) {
		for _, path := range []string{"/assets/gone.js", "/..%2f..%2fetc%2fpasswd.txt", "/api/none", "/api", "/assets.js", "/widget/none"} {
			if status, _, _ := get(path, nil); status != 404 {
				t.Errorf("%s: %d", path, status)
			}
		}
		if w, _ := do(t, s, call{method: "GET", host: "three.test", path: "/login"}); w.Code != 421 {
			t.Errorf("unknown host got %d", w.Code)
		}
	})
}

func TestAddresses(t *testing.T) {
	var seen string
	var secure bool
	build := func(trusted ...netip.Prefix) *web.Server {
		s := newServer(t, web.Config{TrustedProxies: trusted})
		s.Handle("GET /where", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen, secure = web.ClientAddress(r.Context()), web.Secure(r.Context())
		}), web.Public())
		return s
	}
	for _, c := range []struct {
		name, forwarded, proto, want string
		secure                       bool
		trusted                      []netip.Prefix
	}{
		{"no proxy trusted", "198.51.100.1", "https", "192.0.2.1", false, nil},
		{"one proxy", "198.51.100.1", "https", "198.51.100.1", true, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		{"a client that invents a hop", "203.0.113.9, 198.51.100.1", "", "198.51.100.1", false, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		{"two proxies", "198.51.100.1, 10.0.0.5", "", "198.51.100.1", false, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.0/8")}},
		{"garbage", "evil, <script>", "", "192.0.2.1", false, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		{"v6", "2001:db8::1", "", "2001:db8::1", false, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen = ""
			do(t, build(c.trusted...), call{method: "GET", path: "/where", header: map[string]string{"X-Forwarded-For": c.forwarded, "X-Forwarded-Proto": c.proto}})
			if seen != c.want || secure != c.secure {
				t.Errorf("address %q %v, want %q %v", seen, secure, c.want, c.secure)
			}
		})
	}
}

func TestRateLimits(t *testing.T) {
	t.Run("[X-3] a session and an address have a limit of their own; 429 names the wait", func(t *testing.T) {
		s := newServer(t, web.Config{Limits: web.Limits{SessionRate: 0.5, SessionBurst: 3, AddressRate: 0.01, AddressBurst: 8}})
		codes := func(token string, n int) (list []int) {
			for range n {
				w, _ := do(t, s, call{method: "GET", path: "/api/things", token: token})
				list = append(list, w.Code)
				if w.Code == 429 && w.Header().Get("Retry-After") == "" {
					t.Error("429 without Retry-After")
				}
			}
			return list
		}
		if got := fmt.Sprint(codes("ann", 4), codes("bob", 3), codes("zoe", 2)); got != "[200 200 200 429] [200 200 200] [401 429]" {
			t.Errorf("codes %s", got)
		}
	})
	t.Run("[X-3] many addresses do not fill the memory", func(t *testing.T) {
		s := newServer(t, web.Config{Limits: web.Limits{Buckets: 10}, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
		for i := range 1000 {
			do(t, s, call{method: "GET", path: "/api/none", header: map[string]string{"X-Forwarded-For": fmt.Sprintf("10.0.%d.%d", i/256, i%256)}})
		}
		if n := web.Buckets(s); n != 10 {
			t.Errorf("%d buckets are kept", n)
		}
	})
}

func TestHealthAndMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	web.Metrics(reg)
	s := newServer(t, web.Config{Version: "1.2.3", Gatherer: reg, MetricsToken: "for-the-scraper"})
	var sick error
	s.Check("database", func(context.Context) error { return sick })
	s.Check("worker", func(context.Context) error { return nil })
	health := func() (int, web.Health) {
		r, _ := http.NewRequest("GET", "http://unknown.host/healthz", nil)
		w := serve(s, r)
		var h web.Health
		if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(w.Body.String(), "hunter2") {
			t.Error("the cause shows")
		}
		return w.Code, h
	}
	t.Run("[X-5] healthz tells what is not well, on any host", func(t *testing.T) {
		if code, h := health(); code != 200 || h.Status != "ok" || h.Version != "1.2.3" || h.Parts["database"] != "ok" {
			t.Errorf("%d %+v", code, h)
		}
		sick = errors.New("password hunter2 refused")
		if code, h := health(); code != 503 || h.Parts["database"] != "failing" || h.Parts["worker"] != "ok" {
			t.Errorf("%d %+v", code, h)
		}
	})
	t.Run("[X-5] metrics for this machine and for the token", func(t *testing.T) {
		do(t, s, call{method: "GET", path: "/api/things/77", token: "ann"})
		w, _ := do(t, s, call{method: "GET", path: "/metrics", token: "for-the-scraper"})
		if w.Code != 200 || !strings.Contains(w.Body.String(), "parley_http_request_seconds") || strings.Contains(w.Body.String(), "/77") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		open := newServer(t, web.Config{Gatherer: reg})
		for _, c := range []struct {
			from, token, forwarded string
			server                 *web.Server
			status                 int
		}{
			{"192.0.2.1:9", "", "", s, 404}, {"192.0.2.1:9", "wrong", "", s, 404}, {"192.0.2.1:9", "", "", open, 404},
			{"127.0.0.1:9", "", "", open, 200}, {"[::1]:9", "", "", s, 200}, {"127.0.0.1:9", "", "203.0.113.1", open, 404},
		} {
			r, _ := http.NewRequest("GET", "http://one.test/metrics", nil)
			r.RemoteAddr = c.from
			if c.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.token)
			}
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if w := serve(c.server, r); w.Code != c.status {
				t.Errorf("%+v: got %d", c, w.Code)
			}
		}
	})
}

func TestLogHoldsNobody(t *testing.T) {
	var log strings.Builder
	s := newServer(t, web.Config{Log: textLog(&log)})
	do(t, s, call{method: "GET", path: "/api/things?q=ivanov@example.org", token: "ann"})
	do(t, s, call{method: "PUT", path: "/api/things/secretid", token: "ann", body: `{"name":"Ivan Petrov","level":1000}`})
	if strings.Count(log.String(), "msg=request") != 2 || !strings.Contains(log.String(), "PAR-0001") {
		t.Fatalf("log: %s", &log)
	}
	for _, private := range []string{"ivanov", "Petrov", "secretid", "192.0.2.1"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log holds %q: %s", private, &log)
		}
	}
}

// listen serves on a free loopback port until the test ends.
func listen(t *testing.T, s *web.Server, wrap func(net.Listener) net.Listener) (address string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	if wrap != nil {
		l = wrap(l)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l, 5*time.Second) }()
	stop = func() {
		cancel()
		if err, ok := <-ended; ok && err != nil {
			t.Errorf("serving: %v", err)
		}
		close(ended)
	}
	t.Cleanup(func() {
		if ctx.Err() == nil {
			stop()
		}
	})
	return address, stop
}

func TestTLS(t *testing.T) {
	t.Run("a self-signed certificate is made once, kept, and covers the hosts", func(t *testing.T) {
		dir := t.TempDir()
		cfg, err := web.TLSSelfSigned(dir, []string{"one.test", "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, "self-signed.key"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("key file %v %v", info, err)
		}
		pem, err := os.ReadFile(filepath.Join(dir, "self-signed.crt"))
		if err != nil {
			t.Fatal(err)
		}
		address, _ := listen(t, newServer(t, web.Config{}), func(l net.Listener) net.Listener { return tls.NewListener(l, cfg) })
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "one.test"}, ForceAttemptHTTP2: true}}
		res, err := client.Get("https://" + address + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 200 || res.Header.Get("Strict-Transport-Security") == "" || res.ProtoMajor != 2 {
			t.Errorf("%d %s %v", res.StatusCode, res.Proto, res.Header)
		}
		if _, err := web.TLSSelfSigned(dir, []string{"one.test"}); err != nil {
			t.Fatal(err)
		}
		if again, _ := os.ReadFile(filepath.Join(dir, "self-signed.crt")); string(again) != string(pem) {
			t.Error("made anew without need")
		}
	})
	t.Run("broken files are said so", func(t *testing.T) {
		if _, err := web.TLSFromFiles(filepath.Join(t.TempDir(), "none.crt"), "none.key"); err == nil {
			t.Error("no error")
		}
	})
}

func TestRawConnections(t *testing.T) {
	s := newServer(t, web.Config{})
	address, _ := listen(t, s, nil)
	talk := func(text string) string {
		t.Helper()
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return strings.TrimSpace(line)
	}
	for name, c := range map[string]struct{ text, want string }{
		"no HTTP":           {"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"huge header":       {"GET / HTTP/1.1\r\nHost: one.test\r\nX-Big: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		"two lengths":       {"POST /api/things HTTP/1.1\r\nHost: one.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "HTTP/1.1 400 Bad Request"},
		"smuggled encoding": {"POST /api/things HTTP/1.1\r\nHost: one.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "HTTP/1.1 501 Not Implemented"},
		"no host":           {"GET /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request: missing required Host header"},
		"a star":            {"OPTIONS * HTTP/1.1\r\nHost: one.test\r\n\r\n", "HTTP/1.1 200 OK"},
		"fine":              {"GET /healthz HTTP/1.1\r\nHost: one.test\r\n\r\n", "HTTP/1.1 200 OK"},
	} {
		t.Run("[X-3] "+name, func(t *testing.T) {
			if got := talk(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestStop(t *testing.T) {
	t.Run("a stop lets running requests end and answers them", func(t *testing.T) {
		s := newServer(t, web.Config{})
		inside, answered := make(chan struct{}), make(chan string, 1)
		s.Handle("GET /slow", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(inside)
			<-web.Stopping(r.Context())
			if r.Context().Err() != nil {
				t.Error("the request was cancelled")
			}
			_, _ = io.WriteString(w, "to the end")
		}), web.AnyHost())
		address, stop := listen(t, s, nil)
		go func() {
			res, err := http.Get("http://" + address + "/slow")
			if err != nil {
				answered <- err.Error()
				return
			}
			defer func() { _ = res.Body.Close() }()
			b, _ := io.ReadAll(res.Body)
			answered <- string(b)
		}()
		<-inside
		stop()
		if got := <-answered; got != "to the end" {
			t.Errorf("got %q", got)
		}
	})
}
