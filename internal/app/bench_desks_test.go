package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/access"
	"parley/internal/db"
	"parley/internal/org"
)

// The benchmarks here measure the built program as a process of its own, from
// outside: its clients are in this one, on the same processors.

const (
	benchHost = "bench.localhost"
	benchTime = 10 * time.Second
)

// benchCentre is a running program with agents at their desks.
type benchCentre struct {
	b      *testing.B
	p      *process
	key    string // of the chat entry
	desks  []*benchDesk
	client *http.Client
	count  atomic.Int64
	frame  func(d *benchDesk, typ string, data json.RawMessage)
}

type benchDesk struct {
	c      *benchCentre
	header http.Header
}

// newBenchCentre makes a tenant with signed-in agents and starts the program on it.
func newBenchCentre(b *testing.B, engine string, agents int) *benchCentre {
	c := &benchCentre{b: b, p: newProcess(b), client: &http.Client{Transport: &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000}}}
	c.p.cfg.Demo = false
	if engine == db.Postgres {
		c.p.cfg.Database = ownPostgres(b).DSN("postgres")
		c.p.args = append(c.p.args, "--database", c.p.cfg.Database)
	}
	c.p.args = append(c.p.args, "--trusted-proxy", "127.0.0.0/8", "--sip-listen", "off", "--webrtc-listen", "off")
	c.populate(agents)
	c.p.start()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	c.p.awaitHealth(ctx, 200)
	return c
}

func (c *benchCentre) must(err error) {
	c.b.Helper()
	if err != nil {
		c.b.Fatal(err)
	}
}

func (c *benchCentre) populate(agents int) {
	cfg := c.p.cfg
	cfg.Listen, cfg.SIPListen, cfg.WebRTCListen = "127.0.0.1:0", "off", "off"
	a, err := newApp(cfg, "bench", slog.New(slog.NewTextHandler(io.Discard, nil)))
	c.must(err)
	defer a.Stop()
	c.must(a.start(context.Background(), &progress{}))
	var tenant string
	var seeded org.Seeded
	ctx := org.System(context.Background())
	c.must(a.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		t := org.NewTenant("Centre", "en", benchHost)
		if err := a.org.CreateTenant(ctx, tx, t); err != nil {
			return err
		}
		tenant = t.ID
		seeded, err = a.org.Seed(ctx, tx, tenant, "en")
		c.key = seeded.EntryKey
		return err
	}))
	for made := 0; made < agents; made += 50 {
		c.must(a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			for i := made; i < min(made+50, agents); i++ {
				u := &org.User{Login: fmt.Sprint("agent", i), FirstName: fmt.Sprint("Agent", i), TeamID: seeded.TeamID, RoleIDs: []string{seeded.RoleIDs[org.RoleAgent]}}
				if err := a.org.CreateUser(ctx, tx, tenant, u, "hash"); err != nil {
					return err
				}
				// A password is slow to check on purpose, so the session is there already.
				token := strings.ReplaceAll(db.NewID(), "-", "") + "-benchtoken"
				sum := sha256.Sum256([]byte(token))
				s := access.Session{TenantID: tenant, ID: db.NewID(), UserID: u.ID, TokenHash: hex.EncodeToString(sum[:]), CreatedAt: db.Now(), LastSeenAt: db.Now()}
				if _, err := tx.NewInsert().Model(&s).Exec(ctx); err != nil {
					return err
				}
				c.desks = append(c.desks, &benchDesk{c, http.Header{"Cookie": {"parley_session=" + token}, "X-Parley": {"1"},
					"Origin": {fmt.Sprintf("http://%s:%d", benchHost, c.p.port)}, "X-Forwarded-For": {c.address()}}})
			}
			return nil
		}))
	}
}

// address is somebody's own, so that the limits by address are not what is measured.
func (c *benchCentre) address() string {
	n := c.count.Add(1)
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

func (c *benchCentre) send(path string, header http.Header, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(c.b.Context(), "POST", fmt.Sprintf("http://127.0.0.1:%d%s", c.p.port, path), bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Host = fmt.Sprintf("%s:%d", benchHost, c.p.port)
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	if body == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode > 299:
		return fmt.Errorf("POST %s: %d %s", path, res.StatusCode, answer)
	case into != nil:
		return json.Unmarshal(answer, into)
	}
	return nil
}

// crowd runs f for 0 … n-1, a few at a time.
func (c *benchCentre) crowd(n int, f func(i int) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, 64) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && !c.b.Failed(); i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					c.b.Error(err)
				}
			}
		})
	}
	all.Wait()
	if c.b.Failed() {
		c.b.FailNow()
	}
}

// ready brings agents to the floor, waiting for contacts.
func (c *benchCentre) ready(agents int) {
	c.crowd(agents, func(i int) error {
		if err := c.send("/api/desk/shift", c.desks[i].header, nil, nil); err != nil {
			return err
		}
		return c.send("/api/desk/state", c.desks[i].header, map[string]any{"state": "ready"}, nil)
	})
}

// connect opens a desk's socket, returns with its snapshot and reads on until the benchmark's end.
func (d *benchDesk) connect() error {
	ctx := d.c.b.Context()
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/api/desk/socket", d.c.p.port),
		&websocket.DialOptions{Host: fmt.Sprintf("%s:%d", benchHost, d.c.p.port), HTTPHeader: d.header.Clone(), Subprotocols: []string{"parley.desk.1"}})
	if err != nil {
		return err
	}
	d.c.b.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(8 << 20)
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello"}`)); err != nil {
		return err
	}
	come := make(chan error, 1)
	go d.read(ctx, conn, come)
	go func() { // what the interface does every two seconds
		begin := time.NewTimer(rand.N(2 * time.Second))
		defer begin.Stop()
		<-begin.C
		tick := time.NewTicker(2 * time.Second)
		defer tick.Stop()
		for conn.Write(ctx, websocket.MessageText, []byte(`{"type":"ping"}`)) == nil {
			<-tick.C
		}
	}()
	return <-come
}

func (d *benchDesk) read(ctx context.Context, conn *websocket.Conn, come chan<- error) {
	for first := true; ; {
		_, raw, err := conn.Read(ctx)
		if err != nil {
			if first {
				come <- err
			}
			return
		}
		var f struct {
			Type string
			Data json.RawMessage
		}
		switch err := json.Unmarshal(raw, &f); {
		case err != nil:
			d.c.b.Error(err)
		case f.Type == "snapshot" && first:
			first = false
			come <- nil
		default:
			d.c.frame(d, f.Type, f.Data)
		}
	}
}

// sit opens all desks and gives how long it took until each had its snapshot.
func (c *benchCentre) sit() time.Duration {
	began := time.Now()
	c.crowd(len(c.desks), func(i int) error { return c.desks[i].connect() })
	return time.Since(began)
}

// customer is a browser on the customer's side.
func (c *benchCentre) customer() (http.Header, error) {
	h := http.Header{"X-Forwarded-For": {c.address()}}
	var got struct{ Token string }
	err := c.send("/widget/"+c.key+"/visitor", h, map[string]any{"page": map[string]string{"url": "http://shop.example/"}}, &got)
	h.Set("Authorization", "Bearer "+got.Token)
	return h, err
}

// open begins a conversation of a customer with that name.
func (c *benchCentre) open(h http.Header, name string) error {
	return c.send("/widget/"+c.key+"/conversations", h, map[string]any{"clientId": name, "text": "Hello", "lang": "en",
		"form": map[string]string{"name": name, "email": name + "@example.com"}, "page": map[string]string{"url": "http://shop.example/"}}, nil)
}

// arrivals knows when each thing was sent and how long it was on its way.
type arrivals struct {
	mu   sync.Mutex
	sent map[string]time.Time
	took []time.Duration
}

func (a *arrivals) send(key string) {
	a.mu.Lock()
	a.sent[key] = time.Now()
	a.mu.Unlock()
}

func (a *arrivals) came(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := a.sent[key]; ok {
		delete(a.sent, key)
		a.took = append(a.took, time.Since(at))
	}
}

// report waits until n have come and says how long they took.
func (a *arrivals) report(b *testing.B, n int) {
	late, tick := time.NewTimer(time.Minute), time.NewTicker(5*time.Millisecond)
	defer late.Stop()
	defer tick.Stop()
	for {
		a.mu.Lock()
		come := len(a.took)
		a.mu.Unlock()
		if come >= n {
			break
		}
		select {
		case <-late.C:
			b.Fatalf("only %d of %d came", come, n)
		case <-tick.C:
		}
	}
	slices.Sort(a.took)
	b.ReportMetric(float64(a.took[n/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(a.took[n*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// atRate starts f for 0 … n-1 at a rate, whatever each takes, and waits for all.
func (c *benchCentre) atRate(rate, n int, f func(i int) error) {
	var all sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i := range n {
		<-tick.C
		all.Go(func() {
			if err := f(i); err != nil {
				c.b.Error(err)
			}
		})
	}
	all.Wait()
}

// BenchmarkOffer is the time from a customer's first message, before it is sent,
// to the offer on an agent's socket, while agents accept what they are offered.
func BenchmarkOffer(b *testing.B) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		for _, size := range []struct{ agents, rate int }{{125, 13}, {500, 50}} {
			b.Run(fmt.Sprintf("%s/%d-agents-%d-per-second", engine, size.agents, size.rate), func(b *testing.B) {
				c := newBenchCentre(b, engine, size.agents)
				way := &arrivals{sent: map[string]time.Time{}}
				c.frame = func(d *benchDesk, typ string, data json.RawMessage) {
					if typ != "offer.opened" {
						return
					}
					var o struct {
						SegmentID string
						Customer  struct{ Name string }
					}
					if err := json.Unmarshal(data, &o); err != nil {
						b.Error(err)
						return
					}
					way.came(o.Customer.Name)
					go func() {
						if err := c.send("/api/offers/"+o.SegmentID+"/accept", d.header, nil, nil); err != nil && b.Context().Err() == nil {
							b.Error(err)
						}
					}()
				}
				c.sit()
				c.ready(size.agents)
				n := size.rate * int(benchTime.Seconds())
				customers := make([]http.Header, n)
				c.crowd(n, func(i int) (err error) {
					customers[i], err = c.customer()
					return err
				})
				for b.Loop() { // once: the agents have their hands full then
					c.atRate(size.rate, n, func(i int) error {
						name := fmt.Sprint("customer", i)
						way.send(name)
						return c.open(customers[i], name)
					})
				}
				way.report(b, n)
			})
		}
	}
}

// BenchmarkDesks is a floor full of desks: how long until all have their
// snapshot when they come at once, what the program then has of memory, and how
// long a customer's message takes to a desk among them.
func BenchmarkDesks(b *testing.B) {
	const talks, rate = 40, 50
	for _, engine := range []string{db.SQLite, db.Postgres} {
		for _, desks := range []int{500, 2000} {
			b.Run(fmt.Sprintf("%s/%d-desks", engine, desks), func(b *testing.B) {
				c := newBenchCentre(b, engine, desks)
				way := &arrivals{sent: map[string]time.Time{}}
				accepted := make(chan struct{}, talks)
				c.frame = func(d *benchDesk, typ string, data json.RawMessage) {
					var f struct{ SegmentID, Text string }
					if json.Unmarshal(data, &f) != nil {
						return
					}
					switch typ {
					case "offer.opened":
						go func() {
							if err := c.send("/api/offers/"+f.SegmentID+"/accept", d.header, nil, nil); err != nil {
								b.Error(err)
							}
							accepted <- struct{}{}
						}()
					case "message.added":
						way.came(f.Text)
					}
				}
				c.ready(desks)
				before := c.p.memory(b)
				storm := c.sit()
				after := c.p.memory(b)
				customers := make([]http.Header, talks)
				c.crowd(talks, func(i int) (err error) {
					if customers[i], err = c.customer(); err != nil {
						return err
					}
					return c.open(customers[i], fmt.Sprint("customer", i))
				})
				for range talks {
					<-accepted
				}
				n := rate * int(benchTime.Seconds())
				for b.Loop() {
					c.atRate(rate, n, func(i int) error {
						text := db.NewID()
						way.send(text)
						return c.send("/widget/"+c.key+"/messages", customers[i%talks], map[string]any{"clientId": text, "text": text}, nil)
					})
				}
				b.ReportMetric(storm.Seconds(), "storm-s")
				b.ReportMetric(float64(after)/1024, "MB")
				b.ReportMetric(float64(after-before)/float64(desks), "KB/desk")
				way.report(b, n)
			})
		}
	}
}

// memory is what the program has of it, in KB.
func (p *process) memory(b *testing.B) (kb int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(after, &kb); err != nil {
		b.Fatal(err)
	}
	return kb
}
