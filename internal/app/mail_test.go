package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/smtp"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"parley/internal/access/accesstest"
	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/letter"
	"parley/internal/stats"
)

// relay is a mail server of the outside world, which keeps what it takes.
type relay struct {
	mu   sync.Mutex
	got  []*letter.Letter
	raw  [][]byte
	last []byte // what next gave, as it came
	news chan struct{}
}

// startRelay gives one, and the address it listens at.
func startRelay(t testing.TB) (r *relay, address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r = &relay{news: make(chan struct{}, 100_000)} // more than any test sends: nobody need listen
	server := gosmtp.NewServer(r)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return r, l.Addr().String()
}

func (r *relay) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return &relaySession{r}, nil }

type relaySession struct{ r *relay }

func (*relaySession) Reset()                                 {}
func (*relaySession) Logout() error                          { return nil }
func (*relaySession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (*relaySession) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (s *relaySession) Data(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	l, err := letter.Read(raw, letter.DefaultLimits)
	if err != nil {
		return err
	}
	s.r.mu.Lock()
	s.r.got, s.r.raw = append(s.r.got, l), append(s.r.raw, raw)
	s.r.mu.Unlock()
	s.r.news <- struct{}{}
	return nil
}

// next waits for the next mail that goes out.
func (r *relay) next(t *testing.T) *letter.Letter {
	t.Helper()
	select {
	case <-r.news:
	case <-time.After(30 * time.Second):
		t.Fatal("no mail went out")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.got[0]
	r.last = r.raw[0]
	r.got, r.raw = r.got[1:], r.raw[1:]
	return l
}

// TestMail lets a mail come by SMTP to a signed-in agent, and the answer go to
// the customer through a relay.
func TestMail(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run("[B-1/mail] "+engine+": by SMTP to the agent, the answer by the relay, the customer's next mail into the same case", func(t *testing.T) {
			out, through := startRelay(t)
			cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off,
				SMTPListen: "127.0.0.1:0", SMTPHost: "parley.test", MailRelay: through, MailMaxSize: 35}
			if engine == db.Postgres {
				cfg.Database = dbtest.Postgres(t).DSN
			}
			a, err := newApp(cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
			must(t, err)
			t.Cleanup(a.Stop)
			must(t, a.start(context.Background(), &progress{}))
			c, ctx := ownCentre(t, a), t.Context()
			p, err := c.emptyBox(ctx)
			must(t, err)
			must(t, p.do("POST", "/api/desk/state", object{"state": "ready"}))
			write := func(subject, more, text string) {
				t.Helper()
				must(t, smtp.SendMail(a.smtp.Addr().String(), nil, "ivan@example.com", []string{p.address},
					[]byte(fmt.Sprintf("From: Ivan <ivan@example.com>\r\nTo: %s\r\nSubject: %s\r\n%s\r\n%s\r\n", p.address, subject, more, text))))
			}
			if err := smtp.SendMail(a.smtp.Addr().String(), nil, "ivan@example.com", []string{"nobody@parley.test"}, []byte("Subject: x\r\n\r\nx")); err == nil || !strings.Contains(err.Error(), "550") {
				t.Fatalf("a mail for nobody: %v", err)
			}
			write("Lost bag", "Message-ID: <first@example.com>\r\n", "Where is my bag?")
			offer, err := hear(p.news, "offer.opened")
			must(t, err)
			if offer["subject"] != "Lost bag" || offer["kind"] != "email" {
				t.Fatalf("%v", offer)
			}
			segment, _ := offer["segmentId"].(string)
			must(t, p.do("POST", "/api/offers/"+segment+"/accept", nil))
			draft, err := accesstest.Call(a.server, p.agent, "POST", "/api/segments/"+segment+"/drafts", object{"kind": "reply"})
			must(t, err)
			id, _ := draft["id"].(string)
			must(t, p.do("PUT", "/api/mails/"+id, object{"version": draft["version"], "to": draft["to"], "cc": []any{}, "bcc": []any{}, "subject": draft["subject"], "html": "<p>It is here.</p>"}))
			must(t, p.do("POST", "/api/mails/"+id+"/send", object{"close": true}))
			must(t, p.do("POST", "/api/segments/"+segment+"/finish", object{}))
			answer := out.next(t)
			if answer.Automatic != "" { // the acknowledgement went first
				answer = out.next(t)
			}
			keys := cases.KeysIn(answer.Subject)
			if strings.TrimSpace(answer.Text) != "It is here." || len(keys) != 1 || answer.InReplyTo[0] != "first@example.com" || answer.From[0].Address != p.address {
				t.Fatalf("%q %q %v", answer.Subject, answer.Text, answer.InReplyTo)
			}
			write("Thanks", "In-Reply-To: <"+answer.MessageID+">\r\n", "Thank you")
			again, err := hear(p.news, "offer.opened")
			must(t, err)
			if again["reference"] != offer["reference"] || again["segmentId"] == segment {
				t.Fatalf("another case: %v", again)
			}
			until(t, "[R-4/email] [R-5/email-sl] the figures of an answer in time and of a mail that is owed one", func() bool {
				live, err := a.figures.For(ctx, c.world.Tenant)
				must(t, err)
				all := func(string, string, string) bool { return true }
				now := live.Services([]string{p.serviceID}, all, db.Now())[0]
				late := live.Services([]string{p.serviceID}, all, db.Now()+30*24*3_600_000)[0]
				return now.Figures.Replied == 1 && now.SL == stats.Percent{Tenths: 1000, OK: true} && now.Ringing == 1 && now.Overdue == 0 && late.Overdue == 1
			})
		})
	}
}
