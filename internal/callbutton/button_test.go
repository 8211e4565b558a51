package callbutton_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/call"
	"parley/internal/callbutton"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/media"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/web"
	"parley/internal/webrtc"
	"parley/internal/webrtc/webrtctest"
)

const page = "https://shop.example"

// lines stands for the call room, which has tests of its own: it takes every
// call, plays a tone to it and tells the state it is given.
type lines struct {
	g *run.Group

	mu    sync.Mutex
	in    call.Incoming
	leg   call.Leg
	heard []call.LegEvent
	view  call.CustomerView
}

func (l *lines) Incoming(_ context.Context, in call.Incoming, makeLeg func(func(call.LegEvent)) call.Leg) (string, error) {
	leg := makeLeg(func(ev call.LegEvent) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.heard = append(l.heard, ev)
		if ev.Kind == call.LegEnded {
			l.view = call.CustomerView{State: "ended", EndedBy: call.ByCustomer, Reason: call.ReasonHungUp}
		}
	})
	room := media.NewRoom(l.g)
	room.Join(leg.Media())
	room.Play(media.Tone(440, time.Minute), media.PlayOptions{Loop: true})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.in, l.leg, l.view, l.heard = in, leg, call.CustomerView{State: "waiting"}, nil
	return "call-1", nil
}

func (l *lines) Customer(_ context.Context, _, id string) (call.CustomerView, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id != "call-1" {
		return call.CustomerView{}, fail.NotFound("call")
	}
	return l.view, nil
}

func (l *lines) set(v call.CustomerView) {
	l.mu.Lock()
	l.view = v
	l.mu.Unlock()
}

// place is the interaction's own name, read as a number.
func (l *lines) place(_ context.Context, _, interactionID string) int {
	n, _ := strconv.Atoi(interactionID)
	return n
}

type nobody struct{}

func (nobody) Authenticate(*http.Request) (web.Identity, error) { return web.Identity{}, fail.SignIn() }

type centre struct {
	testing.TB
	server *httptest.Server
	client *http.Client
	lines  *lines
	edge   *webrtc.Edge
}

func start(t *testing.T, d *db.DB, limits callbutton.Limits) *centre {
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := bus.Open(ctx, d, bus.Config{})
	must(err)
	t.Cleanup(func() { must(b.Close()) })
	o := org.New(d, b, audit.New(d, []byte("key")))
	t.Cleanup(func() { must(o.Close()) })
	must(d.Write(org.System(ctx), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("Centre", "ru", "centre.test")
		if err := o.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		if _, err := o.Seed(ctx, tx, tenant.ID, "en"); err != nil {
			return err
		}
		s := org.NewService("Calls")
		s.Channel = org.ChannelVoice
		if err := o.CreateService(ctx, tx, tenant.ID, s); err != nil {
			return err
		}
		e := org.NewEntry("Call us")
		e.Kind, e.Key, e.ServiceID, e.AllowedOrigins = org.EntryCall, "button", s.ID, []string{page}
		return o.CreateEntry(ctx, tx, tenant.ID, e)
	}))
	g := run.New(ctx)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	edge, err := webrtc.New(webrtc.Config{Listen: "127.0.0.1:0", Group: g, Log: log})
	must(err)
	c := &centre{TB: t, client: http.DefaultClient, lines: &lines{g: g}, edge: edge}
	srv := web.New(web.Config{Tenants: o, Auth: nobody{}, DB: d, Log: log})
	callbutton.New(callbutton.Config{Org: o, Calls: c.lines, Browsers: edge, Group: g, Key: []byte("key"), Limits: limits,
		Place: c.lines.place, Times: callbutton.Times{Look: 10 * time.Millisecond}, Log: log}).Register(srv)
	c.server = httptest.NewServer(srv)
	t.Cleanup(func() {
		must(g.Stop(10 * time.Second))
		c.server.Close()
		_ = edge.Close()
	})
	return c
}

type answer struct {
	status int
	body   []byte
	header http.Header
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatal(err)
	}
}

// at is the centre seen from another address of this machine.
func (c *centre) at(address string) *centre {
	other := *c
	tr := &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext}
	c.Cleanup(tr.CloseIdleConnections)
	other.client = &http.Client{Transport: tr}
	return &other
}

// ask sends a request of the page; headers in pairs override.
func (c *centre) ask(method, path string, body any, headers ...string) answer {
	c.Helper()
	var b io.Reader
	if body != nil {
		text, ok := body.(string)
		if !ok {
			j, _ := json.Marshal(body)
			text = string(j)
		}
		b = strings.NewReader(text)
	}
	r, err := http.NewRequest(method, c.server.URL+"/call/"+path, b)
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Origin", page)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.client.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer res.Body.Close()
	var buf bytes.Buffer
	_, _ = buf.ReadFrom(res.Body)
	return answer{res.StatusCode, buf.Bytes(), res.Header}
}

type started struct{ CallID, Secret, SDP string }

func (c *centre) dial() (*webrtctest.Browser, started) {
	c.Helper()
	b, err := webrtctest.Open()
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(b.Close)
	offer, err := b.Offer()
	if err != nil {
		c.Fatal(err)
	}
	var token struct{ Token string }
	c.ask("POST", "button/token", map[string]string{}).into(c, &token)
	var s started
	c.ask("POST", "button/calls", map[string]any{"token": token.Token, "sdp": offer, "name": "Olga\n", "lang": "en", "page": map[string]string{"url": page + "/tea", "title": "Tea"}}).into(c, &s)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := b.Accept(ctx, s.SDP); err != nil {
		c.Fatal(err)
	}
	return b, s
}

type state struct {
	N                             int64
	State, Agent, EndedBy, Reason string
	Position                      int
	TalkingMs                     int64
}

func (c *centre) state(s started, after string) (v state) {
	c.Helper()
	c.ask("GET", "button/calls/"+s.CallID+"?wait=20&after="+after, nil, "Authorization", "Bearer "+s.Secret).into(c, &v)
	return v
}

func TestButton(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		c := start(t, dbtest.Open(t, cfg), callbutton.Limits{})
		t.Run("[V-43/site] [C-20/position] a page calls: it hears the music, follows its place in the queue and the state, and ends", func(t *testing.T) {
			b, s := c.dial()
			until(t, "the music is heard", func() bool { return b.Tone(440) > 0.9 })
			in := c.lines.in
			if in.Source != call.SourceWeb || in.FromName != "Olga" || in.Language != "en" || in.Page.Title != "Tea" || in.ServiceID == "" {
				t.Errorf("came in as %+v", in)
			}
			waiting := c.state(s, "0")
			if waiting.State != "waiting" {
				t.Errorf("state %+v", waiting)
			}
			for _, place := range []int{3, 2} {
				time.AfterFunc(50*time.Millisecond, func() {
					c.lines.set(call.CustomerView{State: "waiting", InteractionID: strconv.Itoa(place)})
				})
				if waiting = c.state(s, number(waiting.N)); waiting.Position != place {
					t.Errorf("place in the queue: %+v, want %d", waiting, place)
				}
			}
			time.AfterFunc(50*time.Millisecond, func() {
				c.lines.set(call.CustomerView{State: "talking", Agent: "Anna", TalkingAt: db.Now() - 5000})
			})
			talking := c.state(s, number(waiting.N))
			if talking.State != "talking" || talking.Agent != "Anna" || talking.TalkingMs < 5000 || talking.N == waiting.N {
				t.Errorf("state %+v", talking)
			}
			// A page that goes away can't send headers of its own.
			if a := c.ask("POST", "button/calls/"+s.CallID+"/end", `{"secret":"`+s.Secret+`"}`, "Content-Type", "text/plain;charset=UTF-8"); a.status != 200 {
				t.Errorf("end: %d %s", a.status, a.body)
			}
			if over := c.state(s, number(talking.N)); over.State != "ended" || over.EndedBy != "customer" {
				t.Errorf("state %+v", over)
			}
			until(t, "the line is free", func() bool { return c.edge.Open() == 0 })
		})
		t.Run("[M-15/button] unknown keys, other sites, other kinds and wrong secrets get nothing", func(t *testing.T) {
			for _, x := range []struct {
				method, path string
				body         any
				status       int
				headers      []string
			}{
				{"GET", "nobody/config", nil, 404, nil},
				{"GET", "a%20b/config", nil, 404, nil},
				{"GET", "button/config", nil, 403, []string{"Origin", "https://evil.example"}},
				{"POST", "button/token", map[string]string{}, 403, []string{"Origin", "https://evil.example"}},
				{"POST", "button/calls", map[string]string{"token": "x", "sdp": "v=0"}, 409, nil},
				{"POST", "button/calls", "{", 400, nil},
				{"POST", "button/calls", `{"sdp":1}`, 422, nil},
				{"POST", "button/calls", strings.Repeat(" ", 90<<10), 413, nil},
				{"GET", "button/calls/call-1", nil, 404, []string{"Authorization", "Bearer x"}},
				{"POST", "button/calls/call-1/end", map[string]string{}, 404, nil},
			} {
				if a := c.ask(x.method, x.path, x.body, x.headers...); a.status != x.status || !strings.Contains(a.header.Get("Content-Type"), "problem+json") {
					t.Errorf("%s %s: %d %s", x.method, x.path, a.status, a.body)
				}
			}
			a := c.ask("OPTIONS", "button/calls", nil)
			if a.status != 204 || a.header.Get("Access-Control-Allow-Origin") != page {
				t.Errorf("asked before: %d %v", a.status, a.header)
			}
		})
		t.Run("an offer that is none frees its place", func(t *testing.T) {
			var token struct{ Token string }
			c.ask("POST", "button/token", map[string]string{}).into(t, &token)
			if a := c.ask("POST", "button/calls", map[string]string{"token": token.Token, "sdp": "v=0"}); a.status != 422 || c.edge.Open() != 0 {
				t.Errorf("%d %s, %d open", a.status, a.body, c.edge.Open())
			}
		})
		t.Run("[M-15/button] the button is told how it looks and whether anybody is there", func(t *testing.T) {
			var v struct {
				Lang            string
				Open, Available bool
				Look            struct{ Color string }
			}
			c.ask("GET", "button/config?lang=en-GB,ru", nil).into(t, &v)
			if v.Lang != "en" || !v.Open || !v.Available || v.Look.Color == "" {
				t.Errorf("config %+v", v)
			}
		})
	})
}

func TestLimits(t *testing.T) {
	tries := func(c *centre) answer {
		c.Helper()
		var token struct{ Token string }
		c.ask("POST", "button/token", map[string]string{}).into(c, &token)
		return c.ask("POST", "button/calls", map[string]string{"token": token.Token, "sdp": "v=0"})
	}
	refused := func(t *testing.T, a answer) {
		t.Helper()
		if a.status != 429 || a.header.Get("Retry-After") == "" {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	ends := func(c *centre, s started) {
		c.Helper()
		if a := c.ask("POST", "button/calls/"+s.CallID+"/end", map[string]string{}, "Authorization", "Bearer "+s.Secret); a.status != 200 {
			c.Errorf("end: %d %s", a.status, a.body)
		}
	}
	t.Run("[M-15/button] an address has so many calls open and asks for so many tokens; another address is not held up", func(t *testing.T) {
		dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
			c := start(t, dbtest.Open(t, cfg), callbutton.Limits{OpenByAddress: 1, Tokens: web.Rate{Every: time.Hour, Burst: 2}})
			_, s := c.dial()
			refused(t, tries(c))
			refused(t, c.ask("POST", "button/token", map[string]string{}))
			if a := tries(c.at("127.0.0.2")); a.status != 422 { // as far as its offer, which is none
				t.Errorf("another address: %d %s", a.status, a.body)
			}
			ends(c, s)
			until(t, "the line is free", func() bool { return c.edge.Open() == 0 })
		})
	})
	t.Run("[M-15/button] a tenant has so many calls open, from wherever; one that ends makes room", func(t *testing.T) {
		dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
			c := start(t, dbtest.Open(t, cfg), callbutton.Limits{OpenByTenant: 1})
			_, s := c.dial()
			refused(t, tries(c.at("127.0.0.2")))
			ends(c, s)
			until(t, "the line is free", func() bool { return c.edge.Open() == 0 })
			if a := tries(c.at("127.0.0.2")); a.status != 422 {
				t.Errorf("with room: %d %s", a.status, a.body)
			}
		})
	})
	t.Run("[M-15/button] a tenant takes so many calls in a time, from wherever", func(t *testing.T) {
		dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
			c := start(t, dbtest.Open(t, cfg), callbutton.Limits{Calls: web.Rate{Every: time.Hour, Burst: 2}})
			for _, address := range []string{"127.0.0.2", "127.0.0.3"} {
				if a := tries(c.at(address)); a.status != 422 {
					t.Errorf("%s: %d %s", address, a.status, a.body)
				}
			}
			refused(t, tries(c.at("127.0.0.4")))
		})
	})
}

func number(n int64) string { b, _ := json.Marshal(n); return string(b) }

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(late) {
			t.Fatal("waited in vain: " + what)
		}
		<-time.After(10 * time.Millisecond)
	}
}
