package mailbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/mailbox"
	"parley/internal/org"
)

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func (c *centre) smtp(in mailbox.Intake, edit func(*mailbox.SMTPConfig)) (*mailbox.Server, string) {
	c.t.Helper()
	cfg := mailbox.SMTPConfig{Listen: "127.0.0.1:0", Host: "mx.shop.example", Org: c.org, Intake: in, Log: quiet,
		Limits: mailbox.Limits{MessagesMinute: 6000, RecipientsMinute: 60_000}}
	if edit != nil {
		edit(&cfg)
	}
	s := mailbox.NewServer(cfg)
	if err := s.Start(group(c.t)); err != nil {
		c.t.Fatal(err)
	}
	return s, s.Addr().String()
}

// mail begins one as a well-behaved sender does, up to DATA.
func (k *talk) mail(to ...string) *talk {
	k.t.Helper()
	k.says("", "220 mx.shop.example")
	k.says("EHLO sender.example", "250")
	k.says("MAIL FROM:<c@elsewhere.example>", "250")
	for _, a := range to {
		k.says("RCPT TO:<"+a+">", "250")
	}
	k.says("DATA", "354")
	return k
}

func TestSMTPTakes(t *testing.T) {
	c := seeded(t)
	help := c.mailbox("help@shop.example", func(e *org.Entry) { e.Aliases = []string{"sos@shop.example", "справка@почта.рф"} })
	other := c.mailbox("bills@shop.example", nil)
	in := newShelf()
	_, addr := c.smtp(in, nil)
	t.Run("[E-1/smtp] a mail is taken as it came, with its envelope", func(t *testing.T) {
		k := dial(t, addr).mail("help@shop.example", "SOS@shop.example", "bills@shop.example")
		body := "Subject: dots\r\n\r\n..one\r\n.two\r\nvery " + strings.Repeat("long ", 1000) + "\r\n\xff\xfe bytes\r\n"
		k.says(strings.ReplaceAll("\r\n"+body, "\r\n.", "\r\n..")[2:]+".", "250")
		k.says("QUIT", "221")
		got := in.all()
		if len(got) != 2 || got[0].EntryID != help.ID || got[1].EntryID != other.ID {
			t.Fatalf("taken: %d mails; two addresses of one mailbox are one", len(got))
		}
		a := got[0]
		if string(a.Raw) != body || a.Sender != "c@elsewhere.example" || a.Recipient != "help@shop.example" || a.Source != mailbox.SourceSMTP ||
			a.Peer != "127.0.0.1" || a.TenantID != c.tenant || time.Since(time.UnixMilli(a.ReceivedAt)) > time.Minute {
			t.Errorf("taken %+v", a)
		}
	})
	t.Run("[E-1/smtp] only for addresses of this installation, and never for anybody else's", func(t *testing.T) {
		k := dial(t, addr)
		k.says("", "220")
		said := k.says("EHLO sender.example", "250")
		for _, ability := range []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE"} {
			if !strings.Contains(said, ability) {
				t.Errorf("EHLO does not offer %s: %s", ability, said)
			}
		}
		if strings.Contains(said, "AUTH") || strings.Contains(said, "STARTTLS") {
			t.Errorf("EHLO offers what is not there: %s", said)
		}
		k.says("MAIL FROM:<help@shop.example>", "250")
		for _, to := range []string{"nobody@shop.example", "victim@elsewhere.example", "victim%elsewhere.example@shop.example", `"victim@elsewhere.example"@shop.example`,
			"@shop.example:victim@elsewhere.example", "help@shop.example@elsewhere.example"} {
			if got := k.says("RCPT TO:<"+to+">", "5"); !strings.HasPrefix(got, "550") && !strings.HasPrefix(got, "501") {
				t.Errorf("%s: %s", to, got)
			}
		}
		k.says("DATA", "502")
		k.says("RCPT TO:<help@shop.example>", "250")
	})
	t.Run("[E-1/smtp] addresses in any alphabet, and the null sender of bounces", func(t *testing.T) {
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<> SMTPUTF8 BODY=8BITMIME", "250")
		k.says("RCPT TO:<справка@почта.рф>", "250")
		k.says("DATA", "354")
		k.says(letter("bounce")+".", "250")
		got := in.all()
		if a := got[len(got)-1]; a.Sender != "" || a.EntryID != help.ID {
			t.Errorf("taken %+v", a)
		}
	})
	t.Run("[E-1/smtp] swaks and its pipelined mail are content", func(t *testing.T) {
		before := len(in.all())
		out, err := exec.Command("swaks", "--server", addr, "--from", "c@elsewhere.example", "--to", "help@shop.example", "--pipeline", "--header", "Subject: swaks").CombinedOutput()
		if err != nil || len(in.all()) != before+1 {
			t.Errorf("%v: %s", err, out)
		}
	})
	t.Run("[E-1/smtp] a suspended tenant's addresses are nobody's", func(t *testing.T) {
		status := func(to string) {
			now, err := c.org.Tenant(context.Background(), c.tenant)
			if err != nil {
				t.Fatal(err)
			}
			c.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := c.org.ChangeTenant(ctx, tx, c.tenant, now.Version, func(t *org.Tenant) error { t.Status = to; return nil })
				return err
			})
		}
		status(org.TenantSuspended)
		defer status(org.TenantActive)
		k := dial(t, addr)
		k.says("", "220")
		k.says("HELO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<help@shop.example>", "550")
	})
}

func TestSMTPDurable(t *testing.T) {
	c := seeded(t)
	c.mailbox("help@shop.example", nil)
	in := newShelf()
	_, addr := c.smtp(in, nil)
	for name, x := range map[string]struct {
		err  error
		want string
	}{
		"the store fails":  {errors.New("broken"), "451"},
		"the disk is full": {fmt.Errorf("writing: %w", syscall.ENOSPC), "452"},
	} {
		t.Run("[E-1/smtp] "+name+": the sender keeps the mail", func(t *testing.T) {
			in.set(x.err, nil)
			dial(t, addr).mail("help@shop.example").says(letter(x.want)+".", x.want)
			in.set(nil, nil)
			dial(t, addr).mail("help@shop.example").says(letter(x.want)+".", "250")
		})
	}
	t.Run("[E-1/smtp] 250 is said only when the mail is stored", func(t *testing.T) {
		gate := make(chan struct{})
		in.set(nil, gate)
		k := dial(t, addr).mail("help@shop.example")
		if _, err := io.WriteString(k.c, letter("slow")+".\r\n"); err != nil {
			t.Fatal(err)
		}
		_ = k.c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		if b, err := k.r.ReadByte(); err == nil {
			t.Fatalf("answered %q before the mail was stored", b)
		}
		_ = k.c.SetReadDeadline(time.Now().Add(30 * time.Second))
		close(gate)
		in.set(nil, nil)
		k.says("", "250")
	})
	t.Run("[E-1/smtp] a database that can't be asked is no reason to refuse for good", func(t *testing.T) {
		broken := seeded(t)
		broken.mailbox("help@shop.example", nil)
		_, addr := broken.smtp(in, nil)
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		broken.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("ALTER TABLE mail_addresses RENAME TO away").Exec(ctx)
			return err
		})
		k.says("RCPT TO:<help@shop.example>", "451")
	})
}

func TestSMTPBounds(t *testing.T) {
	c := seeded(t)
	c.mailbox("help@shop.example", nil)
	in := newShelf()
	t.Run("[E-1/smtp] size: by SIZE at once, while reading otherwise, and the next mail goes", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.MaxSize = 100_000 })
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example> SIZE=100001", "552")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<help@shop.example>", "250")
		k.says("DATA", "354")
		k.says(letter("big", strings.Repeat("line\r\n", 20_000))+".", "552")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<help@shop.example>", "250")
		k.says("BDAT 200000", "552")
	})
	t.Run("[E-1/smtp] header and lines", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.HeaderBytes = 10_000; cfg.Limits.LineBytes = 5000 })
		dial(t, addr).mail("help@shop.example").says(strings.Repeat("X-Header: "+strings.Repeat("x", 80)+"\r\n", 500)+"\r\n.", "552")
		dial(t, addr).mail("help@shop.example").says(letter("long", strings.Repeat("x", 10_000))+".", "500")
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO "+strings.Repeat("x", 10_000), "500")
	})
	t.Run("[E-1/smtp] smuggling: bare CR and LF are refused and end no mail", func(t *testing.T) {
		_, addr := c.smtp(in, nil)
		before := len(in.all())
		for _, end := range []string{"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\r\n.\r\n\r", "\n"} {
			smuggled := end + "MAIL FROM:<boss@shop.example>\r\nRCPT TO:<help@shop.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
			k := dial(t, addr).mail("help@shop.example")
			want := "550"
			if end == "\r\n.\r" {
				want = "250" // a dot stuffed away with the CR behind it: one mail, the rest is its text
			}
			k.says(letter("outer")+"x"+smuggled+"\r\n.", want)
			k.says("NOOP", "250")
			k.says("MAIL FROM:<c@elsewhere.example>", "250")
			k.says("RCPT TO:<help@shop.example>", "250")
			body := "Subject: b\r\n\r\nx" + end + "y\r\n"
			k.says(fmt.Sprintf("BDAT %d LAST\r\n%s", len(body), strings.TrimSuffix(body, "\r\n")), "550")
		}
		if got := in.subjects()[before:]; len(got) != 1 || got[0] != "outer" {
			t.Errorf("taken: %q", got)
		}
	})
	t.Run("[E-1/smtp] recipients of one mail, and strangers who look for addresses", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.Recipients = 3; cfg.Limits.Strangers = 2 })
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		for range 3 {
			k.says("RCPT TO:<help@shop.example>", "250")
		}
		k.says("RCPT TO:<help@shop.example>", "452")
		k = dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<a@shop.example>", "550")
		k.says("RCPT TO:<b@shop.example>", "550")
		k.says("RCPT TO:<c@shop.example>", "421")
		k.says("", "421")
		if _, err := k.r.ReadByte(); !errors.Is(err, io.EOF) {
			t.Errorf("the connection stays open: %v", err)
		}
	})
	t.Run("[E-1/smtp] connections of one address and in all", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.Connections = 4; cfg.Limits.ConnectionsAddress = 3 })
		open := []*talk{dial(t, addr), dial(t, addr), dial(t, addr)}
		for _, k := range open {
			k.says("", "220")
		}
		dial(t, addr).says("", "421")
		open[0].says("QUIT", "221")
		until(t, "another connection is let in", func() bool { return strings.HasPrefix(dial(t, addr).answer(), "220") })
	})
	t.Run("[E-1/smtp] messages and recipients a minute", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.MessagesMinute = 4; cfg.Limits.RecipientsMinute = 10 })
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		for range 5 {
			k.says("RCPT TO:<help@shop.example>", "250")
		}
		k.says("RCPT TO:<help@shop.example>", "450")
		k.says("RSET", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RSET", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "450")
	})
	t.Run("[E-1/smtp] memory: more mail at once than there is room for waits with its sender", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.MemoryBytes = 300_000 })
		k := dial(t, addr).mail("help@shop.example")
		k.says(letter("heavy", strings.Repeat("line\r\n", 80_000))+".", "452")
		dial(t, addr).mail("help@shop.example").says(letter("light", strings.Repeat("line\r\n", 20_000))+".", "250")
	})
	t.Run("[E-1/smtp] who says nothing is told good bye", func(t *testing.T) {
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.Idle = 200 * time.Millisecond })
		k := dial(t, addr)
		k.says("", "220")
		k.says("", "421")
		k = dial(t, addr).mail("help@shop.example")
		_, _ = io.WriteString(k.c, "Subject: unfinished\r\n")
		k.says("", "451")
	})
}

func TestSMTPFlood(t *testing.T) {
	c := seeded(t)
	c.mailbox("help@shop.example", nil)
	in := newShelf()
	_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.Limits.Connections = 20; cfg.Limits.ConnectionsAddress = 15 })
	t.Run("[E-1/smtp] a flood of connections and rubbish hurts nobody's mail", func(t *testing.T) {
		var all sync.WaitGroup
		for n := range 60 {
			all.Go(func() {
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
				_, _ = conn.Write(bytes.Repeat([]byte{byte(n), 'A', '\r', '\n', 0xff, '\n'}, 5000))
				_, _ = io.Copy(io.Discard, io.LimitReader(conn, 10_000))
			})
		}
		all.Wait()
		until(t, "a mail is taken", func() bool {
			k := dial(t, addr)
			if !strings.HasPrefix(k.answer(), "220") {
				return false
			}
			k.says("EHLO s", "250")
			k.says("MAIL FROM:<c@elsewhere.example>", "250")
			k.says("RCPT TO:<help@shop.example>", "250")
			k.says("DATA", "354")
			k.says(letter("after the flood")+".", "250")
			return true
		})
	})
}

func TestSMTPStartTLS(t *testing.T) {
	c := seeded(t)
	c.mailbox("help@shop.example", nil)
	in := newShelf()
	_, _, pool, pair := certificate(t, t.TempDir())
	_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.TLS = &tls.Config{Certificates: []tls.Certificate{pair}} })
	t.Run("[E-1/smtp] STARTTLS, and nothing said before it counts after it", func(t *testing.T) {
		k := dial(t, addr)
		k.says("", "220")
		if said := k.says("EHLO sender.example", "250"); !strings.Contains(said, "STARTTLS") {
			t.Fatalf("not offered: %s", said)
		}
		k.says("MAIL FROM:<before@elsewhere.example>", "250")
		k.says("STARTTLS", "220")
		s := tls.Client(k.c, &tls.Config{RootCAs: pool, ServerName: "localhost"})
		if err := s.Handshake(); err != nil {
			t.Fatal(err)
		}
		inside := &talk{t, s, nil}
		inside.r = newReader(s)
		inside.says("RCPT TO:<help@shop.example>", "502")
		if said := inside.says("EHLO sender.example", "250"); strings.Contains(said, "STARTTLS") {
			t.Error("offered again inside")
		}
		inside.says("MAIL FROM:<c@elsewhere.example>", "250")
		inside.says("RCPT TO:<help@shop.example>", "250")
		inside.says("DATA", "354")
		inside.says(letter("encrypted")+".", "250")
	})
	t.Run("[E-1/smtp] commands smuggled behind STARTTLS are not obeyed", func(t *testing.T) {
		k := dial(t, addr)
		k.says("", "220")
		k.says("EHLO sender.example", "250")
		k.says("STARTTLS\r\nMAIL FROM:<injected@elsewhere.example>", "220")
		_ = k.c.SetReadDeadline(time.Now().Add(5 * time.Second))
		s := tls.Client(k.c, &tls.Config{RootCAs: pool, ServerName: "localhost"})
		if err := s.Handshake(); err == nil {
			inside := &talk{t, s, newReader(s)}
			inside.says("RCPT TO:<help@shop.example>", "502")
		}
	})
	t.Run("[E-1/smtp] swaks by STARTTLS", func(t *testing.T) {
		if out, err := exec.Command("swaks", "--server", addr, "--tls", "--from", "c@elsewhere.example", "--to", "help@shop.example").CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
}

func TestSMTPDrain(t *testing.T) {
	c := seeded(t)
	c.mailbox("help@shop.example", nil)
	in := newShelf()
	s, addr := c.smtp(in, nil)
	t.Run("[E-1/smtp] a stopping program says 421, answers the mail it is receiving and takes no other", func(t *testing.T) {
		idle := dial(t, addr)
		idle.says("", "220")
		busy := dial(t, addr).mail("help@shop.example")
		_, _ = io.WriteString(busy.c, "Subject: under way\r\n")
		gate := make(chan struct{})
		in.set(nil, gate)
		_, _ = io.WriteString(busy.c, "\r\nHello\r\n.\r\n")
		until(t, "the mail is being stored", func() bool { in.mu.Lock(); defer in.mu.Unlock(); return in.calls == 1 })
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			s.Drain(ctx)
		}()
		idle.says("", "421")
		close(gate)
		busy.says("", "250")
		busy.says("", "421")
		<-drained
		if conn, err := net.Dial("tcp", addr); err == nil {
			_ = conn.Close()
			t.Error("the port is still open")
		}
		if got := in.subjects(); len(got) != 1 || got[0] != "under way" {
			t.Errorf("taken %q", got)
		}
	})
}
