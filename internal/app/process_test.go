package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// process is the real program with a real data folder, killed and started again at will.
type process struct {
	t         testing.TB
	bin       string
	cfg       Config
	port      int
	args      []string // further flags
	clustered bool     // another program has the same database

	mu  sync.Mutex
	cmd *exec.Cmd
}

// binFolder is where the program stands; "": no test has needed it.
var binFolder string

// built is the program, made once for all tests of the package that need it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "parley-bin-")
	if err != nil {
		return "", err
	}
	binFolder = dir
	bin := filepath.Join(dir, "parley")
	cmd := exec.Command("go", "build", "-o", bin, "parley/cmd/parley")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
})

func program(t testing.TB) string {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binFolder != "" {
		_ = os.RemoveAll(binFolder)
	}
	os.Exit(code)
}

func newProcess(t testing.TB) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := &process{t: t, bin: program(t), port: l.Addr().(*net.TCPAddr).Port}
	p.cfg = Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true}
	t.Cleanup(p.kill)
	return p
}

func (p *process) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	args := append([]string{"serve", "--data", p.cfg.Data, "--listen", fmt.Sprintf(":%d", p.port), "--log-level", "error"}, p.args...)
	if p.cfg.Demo {
		args = append(args, "--demo")
	}
	cmd := exec.Command(p.bin, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		p.t.Error(err)
		return
	}
	p.cmd = cmd
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // SIGKILL: nothing is flushed, nothing said goodbye
	_ = p.cmd.Wait()
	p.cmd = nil
}

// call sends one request; status 0 means that no whole answer came.
func (p *process) call(ctx context.Context, host, method, path string, header http.Header, body any) (int, []byte) {
	var in io.Reader
	if body != nil {
		b, _ := json.Marshal(body)
		in = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, fmt.Sprintf("http://127.0.0.1:%d%s", p.port, path), in)
	if err != nil {
		return 0, nil
	}
	req.Host = fmt.Sprintf("%s:%d", host, p.port)
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	for _, c := range res.Cookies() {
		header.Set("Cookie", c.Name+"="+c.Value)
	}
	return res.StatusCode, b
}

// until repeats a request with the same ids until it is answered: what a widget and a desk do.
func (p *process) until(ctx context.Context, host, method, path string, header http.Header, body any) (int, []byte) {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		if status, b := p.call(ctx, host, method, path, header, body); status != 0 && status != 503 && status != 429 {
			return status, b
		}
		<-tick.C
	}
	return 0, nil
}

type visitor struct {
	name  string
	head  http.Header
	acked []string // texts whose send was answered, in order
}

func (p *process) shop() http.Header {
	if p.clustered { // the demo allows the site at the port of the program started last
		return http.Header{}
	}
	return http.Header{"Origin": {fmt.Sprintf("http://%s:%d", demoSiteHost, p.port)}}
}

// visitors are browsers that the program knows.
func (p *process) visitors(ctx context.Context, n int) []*visitor {
	p.t.Helper()
	list := make([]*visitor, n)
	for i := range list {
		v := &visitor{name: fmt.Sprintf("visitor%d", i), head: p.shop()}
		status, b := p.until(ctx, demoWidgetHost, "POST", "/widget/"+demoEntryKey+"/visitor", v.head, map[string]any{"page": map[string]string{"url": "http://shop.localhost/"}})
		var got struct{ Token string }
		if err := json.Unmarshal(b, &got); err != nil || got.Token == "" {
			p.t.Fatalf("%d %s", status, b)
		}
		v.head.Set("Authorization", "Bearer "+got.Token)
		list[i] = v
	}
	return list
}

// health is the status of /healthz, 0 without an answer.
func (p *process) health(ctx context.Context) int {
	status, _ := p.call(ctx, "localhost", "GET", "/healthz", http.Header{}, nil)
	return status
}

// awaitHealth polls until /healthz says so.
func (p *process) awaitHealth(ctx context.Context, want int) {
	p.t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for p.health(ctx) != want {
		if ctx.Err() != nil {
			p.t.Fatalf("/healthz never became %d", want)
		}
		<-tick.C
	}
}

// metric is the value of the series whose line begins so, 0 without one.
func metric(page, series string) int {
	for line := range strings.Lines(page) {
		if text, ok := strings.CutPrefix(line, series); ok {
			n, _ := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return int(n)
		}
	}
	return 0
}

// awaitMetric polls until a series of /metrics is as it should be.
func (p *process) awaitMetric(ctx context.Context, series string, well func(int) bool) {
	p.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := -1; ; <-tick.C {
		if status, page := p.call(ctx, "localhost", "GET", "/metrics", http.Header{}, nil); status == 200 {
			if last = metric(string(page), series); well(last) {
				return
			}
		}
		if ctx.Err() != nil {
			p.t.Fatalf("%s was %d to the end", series, last)
		}
	}
}

// until the program has taken n more messages of the visitors.
func (p *process) more(ctx context.Context, sent *atomic.Int64, n int64) {
	p.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for goal := sent.Load() + n; sent.Load() < goal; <-tick.C {
		if ctx.Err() != nil {
			p.t.Fatalf("the program took %d messages and no more", sent.Load())
		}
	}
}

// write opens a conversation and sends until ctx ends; every answered message is noted.
func (v *visitor) write(ctx context.Context, p *process, sent *atomic.Int64) {
	page := map[string]string{"url": "http://shop.localhost/", "title": "Shop"}
	first := v.name + "-0"
	status, b := p.until(ctx, demoWidgetHost, "POST", "/widget/"+demoEntryKey+"/conversations", v.head,
		map[string]any{"clientId": first, "form": map[string]string{"name": v.name}, "text": first, "page": page, "lang": "ru"})
	if status == 0 {
		return
	}
	if status > 299 {
		p.t.Errorf("%s: opening: %d %s", v.name, status, b)
		return
	}
	v.acked = append(v.acked, first)
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for n := 1; ctx.Err() == nil; n++ {
		text := fmt.Sprintf("%s-%d", v.name, n)
		status, b := p.until(ctx, demoWidgetHost, "POST", "/widget/"+demoEntryKey+"/messages", v.head, map[string]any{"clientId": text, "text": text})
		if status == 0 {
			return
		}
		if status > 299 {
			p.t.Errorf("%s: message: %d %s", v.name, status, b)
			return
		}
		v.acked = append(v.acked, text)
		sent.Add(1)
		<-tick.C
	}
}

// agent comes to work, then accepts every offer and answers each customer, through every restart.
type agent struct {
	login   string
	head    http.Header
	mu      sync.Mutex
	session string              // the cookie
	mirror  *mirror             // keeps what the desk shows; nil: nobody looks
	acked   map[string][]string // conversation → texts whose send was answered
}

// answers is how many messages of the agent were taken.
func (a *agent) answers() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, texts := range a.acked {
		n += len(texts)
	}
	return n
}

func (a *agent) host() string { return a.login + ".localhost" }

// begin signs in and becomes Ready. It is done before customers come, or
// whoever is first takes them all.
func (a *agent) begin(ctx context.Context, p *process) {
	a.head = http.Header{"X-Parley": {"1"}, "Origin": {fmt.Sprintf("http://%s:%d", a.host(), p.port)}}
	p.until(ctx, a.host(), "POST", "/api/session", a.head, map[string]any{"login": a.login, "password": a.login + "-demo-1", "force": true})
	a.session = a.head.Get("Cookie")
	p.until(ctx, a.host(), "POST", "/api/desk/shift", a.head, nil)
	p.until(ctx, a.host(), "POST", "/api/desk/state", a.head, map[string]any{"state": "ready"})
}

// work answers customers until ctx ends.
func (a *agent) work(ctx context.Context, p *process) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		a.follow(ctx, p)
		<-tick.C
	}
}

// follow reads one socket until it breaks.
func (a *agent) follow(ctx context.Context, p *process) {
	hello, client := []byte(`{"type":"hello"}`), http.DefaultClient
	if a.mirror != nil {
		hello, client = a.mirror.hello(), a.mirror.client()
		defer client.CloseIdleConnections()
	}
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/api/desk/socket", p.port),
		&websocket.DialOptions{HTTPClient: client, Host: fmt.Sprintf("%s:%d", a.host(), p.port), HTTPHeader: a.head.Clone(), Subprotocols: []string{"parley.desk.1"}})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(8 << 20)
	if conn.Write(ctx, websocket.MessageText, hello) != nil {
		return
	}
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			return
		}
		if a.mirror != nil {
			a.mirror.take(p.t, b)
		}
		a.take(ctx, p, b)
	}
}

func (a *agent) take(ctx context.Context, p *process, b []byte) {
	var f struct {
		Type string
		Data json.RawMessage
	}
	type offer struct{ SegmentID string }
	type message struct {
		ConversationID string
		N              int64
		Author         struct{ Kind string }
	}
	if json.Unmarshal(b, &f) != nil {
		return
	}
	switch f.Type {
	case "snapshot":
		var s struct{ Offers []offer }
		_ = json.Unmarshal(f.Data, &s)
		for _, o := range s.Offers {
			p.call(ctx, a.host(), "POST", "/api/offers/"+o.SegmentID+"/accept", a.head, nil)
		}
	case "offer.opened":
		var o offer
		_ = json.Unmarshal(f.Data, &o)
		p.call(ctx, a.host(), "POST", "/api/offers/"+o.SegmentID+"/accept", a.head, nil)
	case "message.added":
		var m message
		_ = json.Unmarshal(f.Data, &m)
		if m.Author.Kind != "customer" || m.N%5 != 0 {
			return
		}
		text := fmt.Sprintf("%s-answers-%d", a.login, m.N)
		status, b := p.until(ctx, a.host(), "POST", "/api/conversations/"+m.ConversationID+"/messages", a.head, map[string]any{"clientId": text, "text": text})
		switch {
		case status >= 200 && status < 300:
			a.mu.Lock()
			a.acked[m.ConversationID] = append(a.acked[m.ConversationID], text)
			a.mu.Unlock()
		case status != 0 && status != http.StatusConflict: // a conversation handed on meanwhile
			p.t.Errorf("%s: answer: %d %s", a.login, status, b)
		}
	}
}

type keptMessage struct {
	N      int64
	Text   string
	Author struct{ Kind string }
}

// history reads a visitor's whole conversation, page by page from the newest.
func (v *visitor) history(t *testing.T, ctx context.Context, p *process) (id, state string, all []keptMessage) {
	t.Helper()
	before := ""
	for {
		status, b := p.until(ctx, demoWidgetHost, "GET", "/widget/"+demoEntryKey+"/conversation"+before, v.head, nil)
		var got struct {
			Conversation struct{ ID, State string }
			Messages     []keptMessage
		}
		if err := json.Unmarshal(b, &got); err != nil || status != 200 {
			t.Fatalf("%d %v %s", status, err, b)
		}
		id, state = got.Conversation.ID, got.Conversation.State
		if len(got.Messages) == 0 {
			return id, state, all
		}
		all = append(got.Messages, all...)
		before = fmt.Sprintf("?before=%d", all[0].N)
		if all[0].N == 1 {
			return id, state, all
		}
	}
}

// check compares what the server has with what was answered to both sides.
func (v *visitor) check(t *testing.T, ctx context.Context, p *process, agents []*agent) (answers int) {
	id, state, all := v.history(t, ctx, p)
	var mine []string
	seen := map[string]int{}
	for i, m := range all {
		if i > 0 && m.N <= all[i-1].N {
			t.Fatalf("number %d follows %d", m.N, all[i-1].N)
		}
		if m.Author.Kind == "customer" {
			mine = append(mine, m.Text)
		}
		seen[m.Text]++
	}
	for _, a := range agents {
		for _, text := range a.acked[id] {
			answers++
			if seen[text] != 1 {
				t.Errorf("the agent's %q is there %d times", text, seen[text])
			}
		}
	}
	if state != "active" && state != "waiting" {
		t.Errorf("the conversation is %s: it was forgotten", state)
	}
	// The last send may be stored without its answer having arrived.
	if len(mine) < len(v.acked) || len(mine) > len(v.acked)+1 {
		t.Fatalf("%d messages are stored, %d were answered", len(mine), len(v.acked))
	}
	for i, text := range v.acked {
		if mine[i] != text {
			t.Fatalf("place %d holds %q, want %q", i, mine[i], text)
		}
	}
	return answers
}
