package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/smtp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/db"
	"parley/internal/web/matrixtest"
)

const mailKills = 8

// clerk answers every mail that is offered, through every restart.
type clerk struct {
	head http.Header
	done map[string]bool // segments whose answer was taken

	mu    sync.Mutex
	acked []string // texts of answers whose sending was answered
}

func (k *clerk) work(ctx context.Context, p *process) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		k.follow(ctx, p)
		<-tick.C
	}
}

// follow reads one socket until it breaks.
func (k *clerk) follow(ctx context.Context, p *process) {
	p.until(ctx, "localhost", "POST", "/api/desk/state", k.head, object{"state": "ready"})
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/api/desk/socket", p.port),
		&websocket.DialOptions{Host: fmt.Sprintf("localhost:%d", p.port), HTTPHeader: k.head.Clone(), Subprotocols: []string{"parley.desk.1"}})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(8 << 20)
	if conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello"}`)) != nil {
		return
	}
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var f struct {
			Type string
			Data struct {
				SegmentID string
				Offers    []struct{ SegmentID string }
				Segments  []struct{ ID, State string }
			}
		}
		if json.Unmarshal(b, &f) != nil {
			continue
		}
		switch f.Type {
		case "snapshot":
			for _, one := range f.Data.Segments {
				k.answer(ctx, p, one.ID)
			}
			for _, one := range f.Data.Offers {
				k.answer(ctx, p, one.SegmentID)
			}
		case "offer.opened":
			k.answer(ctx, p, f.Data.SegmentID)
		}
	}
}

// answer takes a mail, writes, sends and finishes. What was done before a crash is refused, which is as good.
func (k *clerk) answer(ctx context.Context, p *process, segment string) {
	post := func(method, path string, body any) (int, object) {
		status, b := p.until(ctx, "localhost", method, path, k.head, body)
		var data object
		_ = json.Unmarshal(b, &data)
		if status >= 500 {
			p.t.Errorf("%s %s: %d %s", method, path, status, b)
		}
		return status, data
	}
	post("POST", "/api/offers/"+segment+"/accept", nil)
	if !k.done[segment] {
		status, draft := post("POST", "/api/segments/"+segment+"/drafts", object{"kind": "reply"})
		id, _ := draft["id"].(string)
		if status != 200 || id == "" {
			return // it went to the queue meanwhile, and comes again
		}
		text := "answer to " + segment
		status, _ = post("PUT", "/api/mails/"+id, object{"version": draft["version"], "to": draft["to"], "cc": []any{}, "bcc": []any{}, "subject": draft["subject"], "html": "<p>" + text + "</p>"})
		if status != 200 && status != http.StatusConflict { // kept, and the answer got lost
			return
		}
		status, _ = post("POST", "/api/mails/"+id+"/send", object{"close": true})
		if status != 200 && status != http.StatusConflict {
			return
		}
		k.done[segment] = true
		k.mu.Lock()
		k.acked = append(k.acked, text)
		k.mu.Unlock()
	}
	post("POST", "/api/segments/"+segment+"/finish", object{})
}

// writer is a mail server of the outside: it gives each mail until it is taken.
func writer(ctx context.Context, p *process, server, to, name string, taken *atomic.Int64) (acked []string) {
	for n := 0; ctx.Err() == nil; n++ {
		id := fmt.Sprintf("%s-%d@example.com", name, n)
		raw := fmt.Appendf(nil, "From: %s <%s@example.com>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\n\r\nHello\r\n", name, name, to, id, id)
		tick := time.NewTicker(25 * time.Millisecond)
		for smtp.SendMail(server, nil, name+"@example.com", []string{to}, raw) != nil && ctx.Err() == nil {
			<-tick.C
		}
		tick.Stop()
		if ctx.Err() != nil {
			return acked
		}
		acked = append(acked, id)
		taken.Add(1)
	}
	return acked
}

func TestKillInMail(t *testing.T) {
	t.Parallel()
	out, through := startRelay(t)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, port.Close())

	// The centre is made first, by the program's own parts; then the program runs on its folder.
	p := newProcess(t)
	p.cfg = Config{Data: p.cfg.Data, Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off, SMTPListen: "127.0.0.1:0", SMTPHost: "parley.test", MailRelay: through, MailMaxSize: 35}
	a, err := newApp(p.cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	must(t, a.start(context.Background(), &progress{}))
	box, err := ownCentre(t, a).emptyBox(t.Context())
	must(t, err)
	head := http.Header{}
	sign(box.agent, head)
	a.Stop()

	p.args = []string{"--sip-listen", off, "--webrtc-listen", off, "--smtp-listen", port.Addr().String(), "--smtp-host", "parley.test", "--mail-relay", through}
	p.start()
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	p.awaitHealth(ctx, 200)
	writing, enough := context.WithCancel(ctx)
	var writers, agents sync.WaitGroup
	var taken atomic.Int64
	acked := make([][]string, 3)
	for i := range acked {
		writers.Go(func() {
			acked[i] = writer(writing, p, port.Addr().String(), box.address, fmt.Sprint("writer", i), &taken)
		})
	}
	k := &clerk{head: head, done: map[string]bool{}}
	agents.Go(func() { k.work(ctx, p) })
	for i := range mailKills {
		p.more(ctx, &taken, 5+rand.Int64N(20))
		p.kill()
		p.start()
		t.Logf("kill %d after %d mails", i+1, taken.Load())
	}
	enough()
	writers.Wait()
	// What is on its way must leave before the end; the clerk answers on meanwhile.
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		status, b := p.call(ctx, "localhost", "GET", "/api/mail-outbox?state=sending", head.Clone(), nil)
		if status == 200 && !strings.Contains(string(b), `"sending"`) {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("mails stay on their way: %.2000s", b)
		}
		<-tick.C
	}
	stop()
	agents.Wait()
	p.kill()

	d, err := db.Open(t.Context(), db.Config{Engine: db.SQLite, Path: p.cfg.Data + "/parley.db"})
	must(t, err)
	defer d.Close()
	t.Run("[E-1/kill] [B-3/once] every mail that was taken is there once", func(t *testing.T) {
		var rows []struct {
			MessageID string `bun:"message_id"`
			N         int    `bun:"n"`
		}
		must(t, d.Read().NewSelect().Table("mails").ColumnExpr("message_id, count(*) AS n").Where("direction = 'in'").Group("message_id").Scan(t.Context(), &rows))
		stored := map[string]int{}
		for _, r := range rows {
			stored[strings.Trim(r.MessageID, "<>")] = r.N
			if r.N != 1 {
				t.Errorf("%s is there %d times", r.MessageID, r.N)
			}
		}
		total := 0
		for _, ids := range acked {
			total += len(ids)
			for _, id := range ids {
				if stored[id] == 0 {
					t.Errorf("%s was taken and is lost", id)
				}
			}
		}
		t.Logf("%d mails taken, %d stored", total, len(rows))
	})
	t.Run("[E-30/kill] every answer that was sent arrived, and never under two identifiers", func(t *testing.T) {
		out.mu.Lock()
		defer out.mu.Unlock()
		ids, times := map[string]map[string]bool{}, map[string]int{}
		for _, m := range out.got {
			if m.Automatic != "" {
				continue
			}
			text := strings.TrimSpace(m.Text)
			if ids[text] == nil {
				ids[text] = map[string]bool{}
			}
			ids[text][m.MessageID] = true
			times[text]++
		}
		if len(k.acked) == 0 {
			t.Fatal("nobody was answered: the test shows nothing")
		}
		twice := 0
		for _, text := range k.acked {
			if len(ids[text]) != 1 {
				t.Errorf("%q left under %d identifiers", text, len(ids[text]))
			}
			if times[text] > 1 {
				twice++
			}
		}
		t.Logf("%d answers, %d of them sent again", len(k.acked), twice)
		if twice > mailKills {
			t.Errorf("%d answers went twice, with %d crashes", twice, mailKills)
		}
	})
}

// sign puts a caller's session into headers.
func sign(who matrixtest.Caller, head http.Header) {
	r, _ := http.NewRequest(http.MethodGet, "http://localhost/", http.NoBody)
	who.Sign(r)
	head.Set("Cookie", r.Header.Get("Cookie"))
	head.Set("X-Parley", "1")
}
