package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// mirror is a desk that keeps what it shows by the frames alone, over connections that are cut at any byte.
type mirror struct {
	agent string
	cuts  atomic.Int64 // connections that were cut
	calm  atomic.Bool  // no more of it

	mu        sync.Mutex
	epoch     string
	seq       int64
	snapshots int
	shown     screen
}

// screen is what one desk shows.
type screen struct {
	rows          map[string]map[string]string // list → id → canonical JSON
	conversations map[string]*conversation     // as rows, and followed by messages
	messages      map[string]map[int64]string  // conversation → number → canonical JSON
}

// conversation is what a desk knows of one, beside its messages. The server
// doesn't repeat it with every message: the account is kept by both sides.
type conversation struct {
	fields       map[string]any
	lastN        int64
	unansweredAt int64
}

type desktopFrame struct {
	Epoch     string
	Seq, Prev int64
	Type      string
	Data      json.RawMessage
}

func (m *mirror) hello() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Appendf(nil, `{"type":"hello","epoch":%q,"seq":%d}`, m.epoch, m.seq)
}

// client makes connections that break after some bytes, inside a frame as likely
// as not, or after a while, between two.
func (m *mirror) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil || m.calm.Load() {
			return c, err
		}
		left := 600 + rand.IntN(12_000)
		if rand.IntN(4) == 0 {
			left += 200_000 // a whole snapshot, too
		}
		b := &brittle{Conn: c, left: left, cuts: &m.cuts}
		time.AfterFunc(rand.N(120*time.Millisecond), b.cut)
		return b, nil
	}}}
}

// brittle breaks when it has given so many bytes.
type brittle struct {
	net.Conn
	left int
	once sync.Once
	cuts *atomic.Int64
}

func (b *brittle) cut() {
	b.once.Do(func() {
		b.cuts.Add(1)
		_ = b.Conn.Close()
	})
}

func (b *brittle) Close() error { // by the client: nobody cut it
	b.once.Do(func() { _ = b.Conn.Close() })
	return nil
}

func (b *brittle) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.cut()
		return 0, errors.New("cut")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func canonical(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return string(data)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// take applies one frame, as the desk in the browser does.
func (m *mirror) take(t testing.TB, b []byte) {
	var f desktopFrame
	if json.Unmarshal(b, &f) != nil || f.Seq == 0 {
		return // lossy
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.Type == "snapshot" {
		m.epoch, m.seq = f.Epoch, f.Seq
		m.snapshots++
		m.shown = screenOf(f.Data)
		return
	}
	if f.Prev != m.seq || f.Seq <= m.seq || f.Epoch != m.epoch {
		t.Errorf("%s: frame %d (after %d, epoch %s) came after %d (epoch %s)", m.agent, f.Seq, f.Prev, f.Epoch, m.seq, m.epoch)
	}
	m.epoch, m.seq = f.Epoch, f.Seq
	m.shown.take(t, f.Type, f.Data)
}

func (s *screen) take(t testing.TB, typ string, data json.RawMessage) {
	var d struct {
		ID, SegmentID, ConversationID string
		N, At                         int64
		Scope                         string
		Automatic                     bool
		Author                        struct{ Kind string }
	}
	_ = json.Unmarshal(data, &d)
	switch typ {
	case "agent.changed":
		s.rows["agent"][""] = canonical(data)
	case "offer.opened":
		s.rows["offers"][d.SegmentID] = canonical(data)
	case "offer.closed":
		delete(s.rows["offers"], d.SegmentID)
	case "segment.changed":
		s.rows["segments"][d.ID] = canonical(data)
	case "segment.removed":
		delete(s.rows["segments"], d.ID)
	case "conversation.changed":
		s.conversations[d.ID] = conversationOf(data)
	case "message.added":
		if s.messages[d.ConversationID] == nil {
			s.messages[d.ConversationID] = map[int64]string{}
		}
		was, again := s.messages[d.ConversationID][d.N]
		if again && was != canonical(data) {
			t.Errorf("message %d of %s came as\n%s\nand as\n%s", d.N, d.ConversationID, was, data)
		}
		s.messages[d.ConversationID][d.N] = canonical(data)
		c := s.conversations[d.ConversationID]
		if c == nil || again {
			return
		}
		c.lastN = max(c.lastN, d.N)
		switch {
		case d.Automatic || d.Scope != "all":
		case d.Author.Kind == "customer" && c.unansweredAt == 0:
			c.unansweredAt = d.At
		case d.Author.Kind == "agent":
			c.unansweredAt = 0
		}
	}
}

func conversationOf(data []byte) *conversation {
	c := new(conversation)
	var account struct{ LastN, UnansweredAt int64 }
	_ = json.Unmarshal(data, &account)
	_ = json.Unmarshal(data, &c.fields)
	delete(c.fields, "lastN")
	delete(c.fields, "unansweredAt")
	c.lastN, c.unansweredAt = account.LastN, account.UnansweredAt
	return c
}

func screenOf(snapshot []byte) screen {
	var s struct {
		Agent                                     json.RawMessage
		Offers, Segments, Conversations, Messages []json.RawMessage
	}
	_ = json.Unmarshal(snapshot, &s)
	shown := screen{map[string]map[string]string{"agent": {"": canonical(s.Agent)}, "offers": {}, "segments": {}}, map[string]*conversation{}, map[string]map[int64]string{}}
	type ids struct {
		ID, SegmentID, ConversationID string
		N                             int64
	}
	each := func(list []json.RawMessage, keep func(ids, json.RawMessage)) {
		for _, raw := range list {
			var d ids
			_ = json.Unmarshal(raw, &d)
			keep(d, raw)
		}
	}
	each(s.Offers, func(d ids, raw json.RawMessage) { shown.rows["offers"][d.SegmentID] = canonical(raw) })
	each(s.Segments, func(d ids, raw json.RawMessage) { shown.rows["segments"][d.ID] = canonical(raw) })
	each(s.Conversations, func(d ids, raw json.RawMessage) { shown.conversations[d.ID] = conversationOf(raw) })
	each(s.Messages, func(d ids, raw json.RawMessage) {
		if shown.messages[d.ConversationID] == nil {
			shown.messages[d.ConversationID] = map[int64]string{}
		}
		shown.messages[d.ConversationID][d.N] = canonical(raw)
	})
	return shown
}

// lines are what is shown, one a line and in order; of each conversation the
// newest messages, which a snapshot carries.
func (s *screen) lines() (list []string) {
	for name, rows := range s.rows {
		for id, row := range rows {
			list = append(list, name+" "+id+" "+row)
		}
	}
	for id, c := range s.conversations {
		fields, _ := json.Marshal(c.fields)
		list = append(list, fmt.Sprintf("conversation %s last %d unanswered since %d %s", id, c.lastN, c.unansweredAt, fields))
		all := s.messages[id]
		ns := slices.Sorted(maps.Keys(all))
		for _, n := range ns[max(0, len(ns)-40):] {
			list = append(list, fmt.Sprintf("message %s/%06d %s", id, n, all[n]))
		}
	}
	slices.Sort(list)
	return list
}

// reconnects is how many connections are cut; make soak asks for thousands.
func reconnects(t *testing.T) int64 {
	text, ok := os.LookupEnv("PARLEY_RECONNECTS")
	if !ok {
		return 1000
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReconnects(t *testing.T) {
	t.Parallel()
	t.Run("[B-2] a thousand cut connections and restarts: no frame lost, doubled or out of order, the desk shows what the server has", func(t *testing.T) {
		want := reconnects(t)
		p := newProcess(t)
		ctx := limited(t, time.Duration(want)*300*time.Millisecond+2*time.Minute)
		p.start()
		p.awaitHealth(ctx, 200)
		visitors := p.visitors(ctx, 4)
		working, enough := context.WithCancel(ctx)
		defer enough()
		var all, customers sync.WaitGroup
		var sent atomic.Int64
		agents := []*agent{}
		for _, login := range []string{"anna", "boris"} {
			a := &agent{login: login, acked: map[string][]string{}, mirror: &mirror{agent: login}}
			agents = append(agents, a)
			a.begin(ctx, p)
			all.Go(func() { a.work(working, p) })
		}
		writing, silent := context.WithCancel(ctx)
		defer silent()
		for _, v := range visitors {
			customers.Go(func() { v.write(writing, p, &sent) })
			customers.Go(func() { v.browse(writing, p) })
		}
		cuts := func() int64 { return agents[0].mirror.cuts.Load() + agents[1].mirror.cuts.Load() }
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for part := range int64(3) { // restarts after a third and after two
			for ; cuts() < want*(part+1)/3; <-tick.C {
				if ctx.Err() != nil {
					t.Fatalf("%d connections were cut, then no more", cuts())
				}
			}
			if part < 2 {
				p.kill()
				p.start()
			}
		}
		silent()
		customers.Wait()
		enough()
		all.Wait()
		for _, a := range agents {
			a.mirror.calm.Store(true)
			a.compare(t, ctx, p)
		}
		t.Logf("%d cuts, %d messages, %d and %d snapshots", cuts(), sent.Load(), agents[0].mirror.snapshots, agents[1].mirror.snapshots)
	})
}

// browse goes from page to page of the shop, which the agent sees.
func (v *visitor) browse(ctx context.Context, p *process) {
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	head := v.head.Clone()
	for n := 0; ctx.Err() == nil; n++ {
		p.call(ctx, demoWidgetHost, "POST", "/widget/"+demoEntryKey+"/page", head,
			map[string]any{"url": fmt.Sprintf("http://shop.localhost/%d", n), "title": fmt.Sprint("Page ", n)})
		<-tick.C
	}
}

// compare lets the desk come again, without cuts, until it shows what a snapshot said.
func (a *agent) compare(t *testing.T, ctx context.Context, p *process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var shown, stored []string
	for ctx.Err() == nil {
		fresh, ok := a.fresh(ctx, p)
		if !ok {
			continue
		}
		server := screenOf(fresh)
		stored = server.lines()
		if len(server.conversations) == 0 {
			t.Fatalf("%s has no conversation: %s", a.login, server.rows["agent"][""])
		}
		if shown = a.settle(ctx, p, stored); slices.Equal(shown, stored) {
			return
		}
	}
	t.Fatalf("%s: the desk does not show what the server has; only shown:\n%s\nonly stored:\n%s", a.login, lacking(shown, stored), lacking(stored, shown))
}

// settle follows until the desk shows what is wanted, or for two seconds, and gives what it shows.
func (a *agent) settle(ctx context.Context, p *process, want []string) (shown []string) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	gone := make(chan struct{})
	go func() { defer close(gone); a.follow(ctx, p) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ; ctx.Err() == nil && !slices.Equal(shown, want); <-tick.C {
		a.mirror.mu.Lock()
		shown = a.mirror.shown.lines()
		a.mirror.mu.Unlock()
	}
	cancel()
	<-gone
	return shown
}

// lacking are the lines of the one that the other has not.
func lacking(one, other []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(one), func(l string) bool { return slices.Contains(other, l) }), "\n")
}

// fresh is a snapshot from a socket of its own, which takes the place of the agent's.
func (a *agent) fresh(ctx context.Context, p *process) (data json.RawMessage, ok bool) {
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/api/desk/socket", p.port),
		&websocket.DialOptions{Host: fmt.Sprintf("%s:%d", a.host(), p.port), HTTPHeader: http.Header{"Cookie": {a.session}, "Origin": a.head["Origin"]}, Subprotocols: []string{"parley.desk.1"}})
	if err != nil {
		return nil, false
	}
	defer conn.CloseNow()
	conn.SetReadLimit(8 << 20)
	if conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello"}`)) != nil {
		return nil, false
	}
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			return nil, false
		}
		var f desktopFrame
		if json.Unmarshal(b, &f) == nil && f.Type == "snapshot" {
			return f.Data, true
		}
	}
}
