package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/internal/mailbox"
	"parley/internal/org"
)

func (c *centre) transport(d *dovecot, relay mailbox.Relay) *mailbox.Transport {
	cfg := mailbox.TransportConfig{Org: c.org, Host: "parley.example", Relay: relay, Wait: 5 * time.Second}
	if d != nil {
		cfg.Roots = d.pool
	}
	tr := mailbox.NewTransport(cfg)
	c.t.Cleanup(tr.Close)
	return tr
}

func TestRelay(t *testing.T) {
	d := startDovecot(t, "")
	c := seeded(t)
	in := newShelf()
	_, addr := c.smtp(in, nil)
	p := startPostfix(t, d, addr)
	tr := c.transport(d, mailbox.Relay{})
	e := c.mailbox("help@shop.example", func(e *org.Entry) {
		e.Aliases = []string{"справка@почта.рф"}
		e.Relay = org.MailAccount{Host: "localhost", Port: p.port, TLS: org.TLSStart, User: "help", Password: "pass"}
	})
	send := func(raw string, to ...string) (mailbox.Receipt, error) {
		return tr.Send(context.Background(), mailbox.Outgoing{TenantID: c.tenant, EntryID: e.ID, From: "help@shop.example", To: to, Raw: []byte(raw)})
	}
	t.Run("[M-31/accounts] a mail goes through a relay with sign-in, and comes in again by an MTA's delivery", func(t *testing.T) {
		raw := letter("round trip", ".", "..", "line")
		r, err := send(raw, "help@shop.example")
		if err != nil || !strings.HasPrefix(r.Text, "250 ") || !strings.Contains(r.Text, "queued as") || r.At == 0 {
			t.Fatalf("%+v %v", r, err)
		}
		in.wait(t, 1)
		if got := in.all()[0]; !strings.HasSuffix(string(got.Raw), "\r\n\r\n.\r\n..\r\nline\r\nHello\r\n") || got.Sender != "help@shop.example" {
			t.Errorf("came as %q", got.Raw)
		}
	})
	t.Run("[M-31/accounts] a burst uses one connection", func(t *testing.T) {
		connects := func() int {
			log, err := asRoot("cat", p.maill).Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.Count(string(log), "]: connect from localhost")
		}
		if _, err := send(letter("first"), "help@shop.example"); err != nil {
			t.Fatal(err)
		}
		before := connects()
		for n := range 5 {
			if _, err := send(letter(fmt.Sprint("burst", n)), "help@shop.example"); err != nil {
				t.Fatal(err)
			}
		}
		in.wait(t, 6)
		if n := connects(); n != before || n == 0 {
			t.Errorf("%d connections before, %d after", before, n)
		}
	})
	t.Run("[M-31/accounts] addresses in any alphabet", func(t *testing.T) {
		if _, err := send(letter("alphabet"), "справка@почта.рф"); err != nil {
			t.Fatal(err)
		}
		in.wait(t, 1)
	})
	t.Run("[M-31/accounts] what the relay says decides: refused for good, or to be tried again", func(t *testing.T) {
		_, err := send(letter("no"), "help@shop.example", "refused@elsewhere.example")
		if no := new(mailbox.Refused); !errors.As(err, &no) || no.Recipient != "refused@elsewhere.example" || no.Code != 550 || !strings.Contains(no.Text, "not wanted") {
			t.Errorf("refused: %v", err)
		}
		_, err = send(letter("later"), "later@elsewhere.example")
		if err == nil || errors.As(err, new(*mailbox.Refused)) || errors.As(err, new(*mailbox.Doubtful)) || !strings.Contains(err.Error(), "come later") {
			t.Errorf("later: %v", err)
		}
		_, err = send(letter("big", strings.Repeat("line\r\n", 300_000)), "help@shop.example")
		if no := new(mailbox.Refused); !errors.As(err, &no) || no.Code != 552 {
			t.Errorf("too large: %v", err)
		}
		if _, err = send(letter("injected"), "help@shop.example>\r\nRCPT TO:<other@elsewhere.example"); !errors.As(err, new(*mailbox.Refused)) {
			t.Errorf("injected: %v", err)
		}
		if _, err := send(letter("and on"), "help@shop.example"); err != nil {
			t.Errorf("after refusals: %v", err)
		}
		in.wait(t, 1)
	})
	t.Run("[M-31/tests] the test shows the whole conversation without the password, and sends nothing", func(t *testing.T) {
		x, err := tr.TestRelay(context.Background(), c.tenant, e)
		if err != nil || !x.OK || x.Reason != mailbox.TestedRelay || !strings.Contains(x.Text, "> STARTTLS") || !strings.Contains(x.Text, "> AUTH PLAIN ********") || !strings.Contains(x.Text, "> MAIL FROM:<help@shop.example>") ||
			!strings.Contains(x.Text, "> RSET") || strings.Contains(x.Text, "cGFzcw") {
			t.Errorf("%v %+v", err, x)
		}
		c.change(e.ID, func(e *org.Entry) { e.Relay.Password = "wrong-word" })
		now, _ := c.org.Entry(context.Background(), c.tenant, e.ID)
		x, err = tr.TestRelay(context.Background(), c.tenant, now)
		if err != nil || x.OK || x.Reason != mailbox.TroubleSignIn || !strings.Contains(x.Detail, "535") || strings.Contains(x.Text, "wrong-word") {
			t.Errorf("%v %+v", err, x)
		}
		c.change(e.ID, func(e *org.Entry) { e.Relay.Password, e.Relay.Port, e.Relay.TLS = "pass", p.secure, org.TLSImplicit })
		now, _ = c.org.Entry(context.Background(), c.tenant, e.ID)
		if x, err = tr.TestRelay(context.Background(), c.tenant, now); err != nil || !x.OK {
			t.Errorf("%v %+v", err, x)
		}
	})
	t.Run("[E-1] swaks through an MTA reaches the mailbox", func(t *testing.T) {
		out, err := exec.Command("swaks", "--server", fmt.Sprintf("127.0.0.1:%d", p.port), "--tls", "--auth", "PLAIN", "--auth-user", "c", "--auth-password", "pass",
			"--from", "c@elsewhere.example", "--to", "help@shop.example", "--header", "Subject: by an MTA").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		in.wait(t, 1)
	})
}

func TestRelayTrouble(t *testing.T) {
	c := seeded(t)
	through := func(args ...string) *mailbox.Transport {
		relay, err := mailbox.ParseRelay(fmt.Sprintf("127.0.0.1:%d", startSink(t, args...)))
		if err != nil {
			t.Fatal(err)
		}
		return c.transport(nil, relay)
	}
	mail := mailbox.Outgoing{TenantID: c.tenant, From: "a@shop.example", To: []string{"b@elsewhere.example"}, Raw: []byte(letter("x"))}
	kind := func(err error) string {
		switch {
		case err == nil:
			return "sent"
		case errors.As(err, new(*mailbox.Doubtful)):
			return "doubtful"
		case errors.As(err, new(*mailbox.Refused)):
			return "refused"
		}
		return "again"
	}
	for _, x := range []struct {
		name, want string
		args       []string
	}{
		{"all well", "sent", nil},
		{"cut off after the final dot", "doubtful", []string{"-q", "."}},
		{"cut off before the data", "again", []string{"-q", "data"}},
		{"cut off at the sender", "again", []string{"-q", "mail"}},
		{"not now", "again", []string{"-r", "rcpt"}},
		{"the whole mail not now", "again", []string{"-r", "."}},
		{"never", "refused", []string{"-f", "mail"}},
		{"the whole mail never", "refused", []string{"-f", "."}},
	} {
		t.Run("[E-1] "+x.name+": "+x.want, func(t *testing.T) {
			_, err := through(x.args...).Send(context.Background(), mail)
			if got := kind(err); got != x.want {
				t.Errorf("%s: %v", got, err)
			}
		})
	}
	t.Run("[E-1] a relay that is not there, or none: to be tried again", func(t *testing.T) {
		relay, _ := mailbox.ParseRelay(fmt.Sprintf("127.0.0.1:%d", freePort(t)))
		for _, tr := range []*mailbox.Transport{c.transport(nil, relay), c.transport(nil, mailbox.Relay{})} {
			if _, err := tr.Send(context.Background(), mail); kind(err) != "again" {
				t.Error(err)
			}
		}
	})
	t.Run("[E-1] a relay that closes idle connections loses no mail", func(t *testing.T) {
		tr := through()
		if _, err := tr.Send(context.Background(), mail); err != nil {
			t.Fatal(err)
		}
		// The far end cuts what it has; a proxy in between plays the relay's part.
		through := make(chan [2]net.Conn, 4)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		sink := startSink(t)
		go func() {
			for {
				in, err := l.Accept()
				if err != nil {
					return
				}
				out, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", sink))
				if err != nil {
					return
				}
				through <- [2]net.Conn{in, out}
				go pipe(in, out)
				go pipe(out, in)
			}
		}()
		relay, _ := mailbox.ParseRelay(l.Addr().String())
		tr = c.transport(nil, relay)
		if _, err := tr.Send(context.Background(), mail); err != nil {
			t.Fatal(err)
		}
		for _, conn := range <-through {
			_ = conn.Close()
		}
		if _, err := tr.Send(context.Background(), mail); err != nil || len(through) != 1 {
			t.Errorf("%v after %d more connections", err, len(through))
		}
	})
}

func pipe(to, from net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if n > 0 {
			_, _ = to.Write(b[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func TestParseRelay(t *testing.T) {
	for in, want := range map[string]org.MailAccount{
		"relay.example:25":                         {Host: "relay.example", Port: 25, TLS: org.TLSNone, Auth: org.AuthPassword},
		"smtp://relay.example":                     {Host: "relay.example", Port: 587, TLS: org.TLSStart, Auth: org.AuthPassword},
		"smtps://me:secret@relay.example":          {Host: "relay.example", Port: 465, TLS: org.TLSImplicit, User: "me", Auth: org.AuthPassword},
		"smtp://me%40a.example:x@relay.example:25": {Host: "relay.example", Port: 25, TLS: org.TLSNone, User: "me@a.example", Auth: org.AuthPassword},
		"smtp://[::1]:2525":                        {Host: "::1", Port: 2525, TLS: org.TLSStart, Auth: org.AuthPassword},
		"":                                         {},
	} {
		if got, err := mailbox.ParseRelay(in); err != nil || got.MailAccount != want {
			t.Errorf("%s: %+v %v", in, got, err)
		}
	}
	for _, bad := range []string{"relay.example", "http://relay.example", "smtp://", "smtp://relay.example/x", "relay.example:0", "smtp://relay.example:99999", ":25"} {
		if got, err := mailbox.ParseRelay(bad); err == nil {
			t.Errorf("%s: %+v", bad, got)
		}
	}
}
