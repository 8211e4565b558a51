package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/web"
)

// scene is a program with visitors who write and agents who answer.
type scene struct {
	t        *testing.T
	ctx      context.Context
	visitors []*visitor
	agents   []*agent
	sent     atomic.Int64
	enough   context.CancelFunc
	all      sync.WaitGroup
}

// play begins a scene: the customers are at one program, the agents at another or the same.
func play(ctx context.Context, t *testing.T, customers, agents *process) *scene {
	t.Helper()
	customers.awaitHealth(ctx, 200)
	agents.awaitHealth(ctx, 200)
	s := &scene{t: t, ctx: ctx, visitors: customers.visitors(ctx, 4)}
	working, enough := context.WithCancel(ctx)
	s.enough = enough
	t.Cleanup(enough)
	for _, login := range []string{"anna", "boris"} {
		a := &agent{login: login, acked: map[string][]string{}}
		s.agents = append(s.agents, a)
		a.begin(ctx, agents)
		s.all.Go(func() { a.work(working, agents) })
	}
	for _, v := range s.visitors {
		s.all.Go(func() { v.write(working, customers, &s.sent) })
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.agents[0].answers()+s.agents[1].answers() == 0 {
		if ctx.Err() != nil {
			t.Fatal("no agent answers anybody")
		}
		<-tick.C
	}
	return s
}

// over ends the scene and compares what is stored with what was answered.
func (s *scene) over(p *process) {
	s.t.Helper()
	s.enough()
	s.all.Wait()
	p.awaitHealth(s.ctx, 200)
	answered := 0
	for _, v := range s.visitors {
		answered += v.check(s.t, s.ctx, p, s.agents)
	}
	if answered == 0 {
		s.t.Error("no agent answered anybody: the test shows nothing about agents")
	}
}

func limited(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func ownPostgres(t testing.TB) *dbtest.Server {
	t.Helper()
	s, err := dbtest.StartServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestDatabaseRestart(t *testing.T) {
	t.Run("[B-3] PostgreSQL crashes under load: nothing answered is lost, /healthz says so, work goes on by itself", func(t *testing.T) {
		p := newProcess(t)
		ctx, s := limited(t, 4*time.Minute), ownPostgres(t)
		p.args = []string{"--database", s.DSN("postgres")}
		p.start()
		sc := play(ctx, t, p, p)
		for range 3 {
			p.more(ctx, &sc.sent, 20)
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			p.awaitHealth(ctx, 503)
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
			p.awaitHealth(ctx, 200)
		}
		p.more(ctx, &sc.sent, 20)
		sc.over(p)
	})
}

func TestTwoPrograms(t *testing.T) {
	t.Run("[B-14] [M-2/at-once] two programs on one PostgreSQL: customers at one, agents at the other; the death of either loses nobody, and rights taken away at one are gone at the other", func(t *testing.T) {
		one, two := newProcess(t), newProcess(t)
		ctx, s := limited(t, 5*time.Minute), ownPostgres(t)
		routes := [2]string{freeAddress(t), freeAddress(t)}
		key := filepath.Join(t.TempDir(), "shared.key")
		for i, p := range []*process{one, two} {
			p.clustered = true
			p.args = []string{"--database", s.DSN("postgres"), "--key-file", key, "--node", fmt.Sprint("node", i), "--cluster-listen", routes[i],
				"--cluster-route", "nats://" + routes[1-i], "--cluster-token", "a-shared-secret"}
		}
		one.start()
		one.awaitHealth(ctx, 200)
		two.start()
		sc := play(ctx, t, two, one) // the floor came up at the first
		two.more(ctx, &sc.sent, 30)
		one.kill() // the floor's owner: the other takes it over
		two.more(ctx, &sc.sent, 30)
		one.start()
		one.awaitHealth(ctx, 200)
		two.more(ctx, &sc.sent, 30)
		two.kill() // now the floor and the customers' sockets die together
		two.start()
		two.awaitHealth(ctx, 200)
		two.more(ctx, &sc.sent, 30)
		sc.over(one)
		rights(ctx, t, one, two)
	})
}

// rights takes rights away at one program: the other one, where their owner works, knows it at once.
func rights(ctx context.Context, t *testing.T, one, two *process) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	admin, boss := one.signIn(ctx, "admin"), two.signIn(ctx, "supervisor")
	sees := func() int {
		status, _ := two.until(ctx, "supervisor.localhost", "GET", "/api/records", boss, nil)
		return status
	}
	if status := sees(); status != 200 {
		t.Fatalf("the supervisor sees the records with %d", status)
	}
	var users struct {
		Items []map[string]any `json:"items"`
	}
	ask := func(method, path string, body, answer any) {
		t.Helper()
		status, b := one.until(ctx, "admin.localhost", method, path, admin, body)
		if status != 200 {
			t.Fatalf("%s %s: %d %s", method, path, status, b)
		}
		if err := json.Unmarshal(b, answer); answer != nil && err != nil {
			t.Fatal(err)
		}
	}
	ask("GET", "/api/users?q=supervisor", nil, &users)
	if len(users.Items) != 1 {
		t.Fatalf("%d users", len(users.Items))
	}
	user := users.Items[0]
	user["roleIds"] = []string{}
	ask("PUT", "/api/users/"+user["id"].(string), user, &user)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); sees() == 200; <-tick.C {
		if time.Since(began) > 5*time.Second {
			t.Fatal("the other program lets who has lost the right see the records")
		}
	}
}

// signIn gives the head of somebody's requests.
func (p *process) signIn(ctx context.Context, login string) http.Header {
	p.t.Helper()
	host := login + ".localhost"
	head := http.Header{"X-Parley": {"1"}, "Origin": {fmt.Sprintf("http://%s:%d", host, p.port)}}
	if status, b := p.until(ctx, host, "POST", "/api/session", head, map[string]any{"login": login, "password": login + "-demo-1", "force": true}); status != 200 {
		p.t.Fatalf("%s signs in: %d %s", login, status, b)
	}
	return head
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestDiskFull(t *testing.T) {
	t.Run("[B-3] a full disk: a clear refusal, /healthz says so, nothing answered is lost, and room makes it go on", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Fatal("this test mounts a small file system and needs root: run it as root or in a container (internal/db tests a full SQLite file without)")
		}
		small := t.TempDir()
		if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=64m"); err != nil {
			t.Fatalf("a small file system can't be mounted here (%v): this machine can't show what a full disk does", err)
		}
		t.Cleanup(func() { // after the program has been killed
			if err := syscall.Unmount(small, 0); err != nil {
				t.Error(err)
			}
		})
		p := newProcess(t) // builds the program, which may take its time
		ctx := limited(t, 4*time.Minute)
		p.cfg.Data = filepath.Join(small, "data")
		p.start()
		sc := play(ctx, t, p, p)
		stone := filepath.Join(small, "stone")
		if err := fill(stone); err != nil {
			t.Fatal(err)
		}
		p.awaitHealth(ctx, 503)
		probe := func(method, path string, body any) (status int, answer []byte) {
			for status = 429; status == 429; { // the visitor writes besides
				status, answer = p.call(ctx, demoWidgetHost, method, "/widget/"+demoEntryKey+path, sc.visitors[0].head.Clone(), body)
			}
			return status, answer
		}
		status, body := probe("POST", "/messages", map[string]any{"clientId": "full-1", "text": "full"})
		if status != 503 || !strings.Contains(string(body), "PAR-0011") {
			t.Errorf("on a full disk: %d %s", status, body)
		}
		if status, _ := probe("GET", "/conversation", nil); status != 200 {
			t.Errorf("reading on a full disk: %d", status)
		}
		if err := os.Remove(stone); err != nil {
			t.Fatal(err)
		}
		p.awaitHealth(ctx, 200)
		p.more(ctx, &sc.sent, 20)
		sc.over(p)
	})
}

// fill writes until the file system has no room.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 64<<10)
	for {
		if _, err := f.Write(block); err != nil {
			if len(block) > 1 {
				block = block[:len(block)/2]
				continue
			}
			return f.Close()
		}
	}
}

func TestBadClients(t *testing.T) {
	t.Parallel()
	p := newProcess(t)
	ctx := limited(t, 3*time.Minute)
	p.start()
	sc := play(ctx, t, p, p)
	t.Run("at a time", func(t *testing.T) { badClients(ctx, t, p, sc) }) // both wait for time limits
	sc.over(p)
}

func badClients(ctx context.Context, t *testing.T, p *process, sc *scene) {
	address := fmt.Sprintf("127.0.0.1:%d", p.port)
	t.Run("[X-4] desks and widgets that read nothing hold nobody up and are cut", func(t *testing.T) {
		t.Parallel()
		token := strings.TrimPrefix(sc.visitors[0].head.Get("Authorization"), "Bearer ")
		stuck := []net.Conn{
			deaf(ctx, t, address, "anna.localhost", "/api/desk/socket", "parley.desk.1", sc.agents[0].session, `{"type":"hello"}`),
			deaf(ctx, t, address, demoWidgetHost, "/widget/"+demoEntryKey+"/socket", "parley.widget.1", "", `{"type":"hello","token":"`+token+`"}`),
		}
		defer func() {
			for _, c := range stuck {
				_ = c.Close()
			}
		}()
		p.awaitMetric(ctx, "parley_sockets ", func(open int) bool { return open > len(sc.agents) })
		p.more(ctx, &sc.sent, 100)
		// Neither has read or closed anything: only the program can end them. A ping comes every 20 s and has 10.
		soon, cancel := context.WithTimeout(ctx, 45*time.Second)
		defer cancel()
		p.awaitMetric(soon, "parley_sockets ", func(open int) bool { return open == len(sc.agents) })
	})
	t.Run("[B-3] slow headers and slow bodies cost a connection and no more", func(t *testing.T) {
		t.Parallel()
		var slow []net.Conn
		for i := range 100 {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			text := "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
			if i%2 == 1 {
				text = "POST /api/session HTTP/1.1\r\nHost: anna.localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
			}
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, c)
		}
		p.more(ctx, &sc.sent, 50)
		if p.health(ctx) != 200 {
			t.Error("the program is not well")
		}
		for i, c := range slow {
			_ = c.SetReadDeadline(time.Now().Add(45 * time.Second)) // headers have 5 s, bodies 30 s
			if _, err := io.Copy(io.Discard, c); err != nil {
				t.Fatalf("slow connection %d was not closed: %v", i, err)
			}
		}
	})
}

// deaf opens a socket, says hello and reads nothing from then on. It takes its
// turn behind the visitors, who use up what their address may ask for.
func deaf(ctx context.Context, t *testing.T, address, host, path, subprotocol, cookie, hello string) net.Conn {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		c, answer := knock(t, address, host, path, subprotocol, cookie)
		switch {
		case strings.Contains(answer, " 429 ") && ctx.Err() == nil:
			_ = c.Close()
			continue
		case !strings.Contains(answer, " 101 "):
			t.Fatalf("%s: %q", path, answer)
		case len(hello) > 125:
			t.Fatal("the hello is too long for a short frame")
		}
		frame := []byte{0x81, 0x80 | byte(len(hello)), 0, 0, 0, 0} // masked with zeroes (RFC 6455, 5.3)
		if _, err := c.Write(append(frame, hello...)); err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// knock asks for a socket and reads the first line of the answer.
func knock(t *testing.T, address, host, path, subprotocol, cookie string) (net.Conn, string) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.(*net.TCPConn).SetReadBuffer(1024)
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\nCookie: %s\r\n\r\n", path, host, host, subprotocol, cookie)
	line, err := bufio.NewReaderSize(c, 16).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %q %v", path, line, err)
	}
	return c, line
}

func TestPanic(t *testing.T) {
	t.Run("[B-3] a handler that panics is one request's trouble, and is counted", func(t *testing.T) {
		a := running(t, db.SQLite)
		a.server.Handle("GET /test/panic", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("poisoned") }), web.AnyHost())
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.server.Serve(ctx, l, time.Second) }()
		get := func(path string) (int, string) {
			res, err := http.Get("http://" + l.Addr().String() + path)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(b)
		}
		counted := func() int {
			_, body := get("/metrics")
			return metric(body, `parley_http_request_seconds_count{route="GET /test/panic",status="5xx"} `)
		}
		before := counted()
		for range 3 {
			if status, body := get("/test/panic"); status != 500 || !strings.Contains(body, "PAR-0") || strings.Contains(body, "poisoned") {
				t.Errorf("%d %s", status, body)
			}
			if status, _ := get("/healthz"); status != 200 {
				t.Errorf("after a panic: %d", status)
			}
		}
		if n := counted() - before; n != 3 {
			t.Errorf("the metrics count %d failures, 3 there were", n)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
