package widget_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/chat"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

const (
	benchAgents = 50
	costAgents  = 10
	benchEach   = 4 // chats of one agent (S-9)
	benchFor    = 5 * time.Second
)

// BenchmarkMessages writes durable messages at a given rate, half by visitors,
// half by agents, over HTTP on the loopback, and measures until the other side
// has them: the visitors by socket, the agents by the feed their desks hang on.
// Clients and server share the machine. The floor is a raw WebSocket echo.
func BenchmarkMessages(b *testing.B) {
	// PostgreSQL's own processes have the same two processors: it keeps up to about 300 there.
	for engine, rates := range map[string][]int{db.SQLite: {250, 500, 1000}, db.Postgres: {125, 250}} {
		for _, rate := range rates {
			b.Run(fmt.Sprintf("%s/%d-per-second", engine, rate), func(b *testing.B) {
				h := newHall(b, startCentre(&centre{TB: b, cfg: durable(b, engine), limits: wide}), benchAgents)
				for b.Loop() {
					h.run(b, rate)
				}
			})
		}
	}
}

// BenchmarkMessageCost is what one durable message costs the process in
// processor time, from the verb to the ends of the feed, without HTTP: a figure
// that stays true on a machine with other work. Sixteen write at once, as many
// by customers as by agents.
func BenchmarkMessageCost(b *testing.B) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		b.Run(engine, func(b *testing.B) {
			h := newHall(b, startCentre(&centre{TB: b, cfg: durable(b, engine), limits: wide}), costAgents)
			ctx := context.Background()
			visitors := make([]chat.Visitor, len(h.talks))
			for i, t := range h.talks {
				var err error
				if visitors[i], err = h.c.chat.VisitorByToken(ctx, h.c.tenant, h.c.seed.EntryID, t.v.token); err != nil {
					b.Fatal(err)
				}
			}
			var next atomic.Int64
			began := processorTime(b)
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := int(next.Add(1))
					t, text := n/2%len(h.talks), db.NewID()
					var err error
					if n%2 == 0 {
						_, err = h.c.chat.CustomerSays(ctx, visitors[t], text, text)
					} else {
						_, err = h.c.chat.AgentSays(ctx, h.c.tenant, h.c.ids[h.talks[t].agent], h.talks[t].id, text, text)
					}
					if err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/message")
		})
	}
}

// durable is a database that syncs, unlike the PostgreSQL of other tests.
func durable(b *testing.B, engine string) db.Config {
	if engine == db.SQLite {
		return dbtest.SQLite(b)
	}
	s, err := dbtest.StartServer()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Remove(); err != nil {
			b.Error(err)
		}
	})
	cfg := db.Config{Engine: db.Postgres, DSN: s.DSN("postgres")}
	if err := dbtest.Open(b, cfg).Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return cfg
}

// processorTime is what the process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hall is a centre full of conversations.
type hall struct {
	c     *centre
	talks []talk
	late  *latencies
}

type talk struct {
	v     *visitor
	agent string
	id    string
}

// latencies knows when each text was sent and gathers how long it took.
type latencies struct {
	mu   sync.Mutex
	sent map[string]time.Time
	took []time.Duration
	all  chan struct{} // closed when want have come
	want int
}

func (l *latencies) send(text string) {
	l.mu.Lock()
	l.sent[text] = time.Now()
	l.mu.Unlock()
}

func (l *latencies) came(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.sent[text]
	if !ok {
		return
	}
	delete(l.sent, text)
	if l.took = append(l.took, time.Since(at)); len(l.took) == l.want {
		close(l.all)
	}
}

func newHall(b *testing.B, c *centre, agents int) *hall {
	h := &hall{c: c, late: &latencies{sent: map[string]time.Time{}}}
	c.client.Transport.(*http.Transport).MaxIdleConnsPerHost = 500
	c.must(c.db.Write(org.System(context.Background()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		for i := range agents {
			login := fmt.Sprint("agent", i)
			u := &org.User{Login: login, FirstName: login, TeamID: c.seed.TeamID, RoleIDs: []string{c.seed.RoleIDs[org.RoleAgent]}}
			if err := c.org.CreateUser(ctx, tx, c.tenant, u, "hash"); err != nil {
				return err
			}
			c.ids[login] = u.ID
		}
		return nil
	}))
	for i := range agents {
		login := fmt.Sprint("agent", i)
		d := c.desk(login)
		c.ready(login)
		for range benchEach {
			v := c.visitor()
			id := v.open("hello-" + login).Conversation.ID
			d.accept()
			h.talks = append(h.talks, talk{v, login, id})
			go h.listen(v.connect("", 0))
		}
		go func() {
			for ch := range d.sub.C() {
				if ch.Type == "message.added" {
					h.heard(ch.Data, chat.FromCustomer)
				}
			}
		}()
	}
	return h
}

func (h *hall) listen(s *stream) {
	for {
		f, err := s.next()
		if err != nil {
			return // the hall closes
		}
		if f.Type == "message.added" {
			h.heard(f.Data, chat.FromAgent)
		}
	}
}

func (h *hall) heard(data []byte, from string) {
	var m chat.Message
	if json.Unmarshal(data, &m) == nil && m.Author.Kind == from {
		h.late.came(m.Text)
	}
}

// run writes for a while at a rate, whatever the answers take, and waits until
// all has come.
func (h *hall) run(b *testing.B, rate int) {
	n := int(benchFor.Seconds()) * rate
	h.late.mu.Lock()
	h.late.took, h.late.want, h.late.all = nil, n, make(chan struct{})
	h.late.mu.Unlock()
	began := time.Now()
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(rate))
	for i := range n {
		<-tick.C
		wg.Add(1)
		go func() {
			defer wg.Done()
			t := h.talks[i/2%len(h.talks)]
			text := db.NewID()
			h.late.send(text)
			path, header := t.v.path("messages"), t.v.header()
			if i%2 == 1 {
				path, header = "/api/conversations/"+t.id+"/messages", map[string]string{"Authorization": "Bearer " + t.agent, "X-Parley": "1"}
			}
			if r, err := h.c.try("POST", path, header, map[string]string{"clientId": text, "text": text}); err != nil || r.status != 200 {
				b.Errorf("a message was refused: %v %d %s", err, r.status, r.body)
			}
		}()
	}
	tick.Stop()
	wg.Wait()
	select {
	case <-h.late.all:
	case <-time.After(time.Minute):
		b.Fatalf("only %d of %d messages came", len(h.late.took), n)
	}
	took := time.Since(began)
	slices.Sort(h.late.took)
	b.ReportMetric(float64(n)/took.Seconds(), "messages/s")
	b.ReportMetric(float64(h.late.took[n/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(h.late.took[n*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkEcho is the floor: one text there and back on a raw WebSocket.
func BenchmarkEcho(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		for {
			typ, raw, err := conn.Read(r.Context())
			if err != nil || conn.Write(r.Context(), typ, raw) != nil {
				return
			}
		}
	}))
	defer srv.Close()
	conn, _, err := websocket.Dial(b.Context(), "ws"+strings.TrimPrefix(srv.URL, "http"), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	for b.Loop() {
		if err := conn.Write(b.Context(), websocket.MessageText, []byte("hello")); err != nil {
			b.Fatal(err)
		}
		if _, _, err := conn.Read(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
