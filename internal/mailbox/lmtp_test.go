package mailbox_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/mailbox"
	"parley/internal/org"
	"parley/internal/run"
)

// picky is an intake that cannot store what is for one mailbox.
type picky struct {
	*shelf
	entry string
}

func (p picky) Take(ctx context.Context, a mailbox.Arrival) error {
	if a.EntryID == p.entry {
		return errors.New("disk away")
	}
	return p.shelf.Take(ctx, a)
}

func lmtp(cfg *mailbox.SMTPConfig) { cfg.LMTP = true }

func TestLMTP(t *testing.T) {
	c := seeded(t)
	help := c.mailbox("help@shop.example", func(e *org.Entry) { e.Aliases = []string{"sos@shop.example"} })
	bills := c.mailbox("bills@shop.example", nil)
	t.Run("[E-1/lmtp] each recipient has an answer of its own, after the mail is stored for it or was not", func(t *testing.T) {
		in := picky{newShelf(), bills.ID}
		_, addr := c.smtp(in, lmtp)
		k := dial(t, addr)
		k.says("", "220 mx.shop.example")
		k.says("EHLO mta.example", "500")
		k.says("LHLO mta.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<help@shop.example>", "250")
		k.says("RCPT TO:<nobody@shop.example>", "550")
		k.says("RCPT TO:<bills@shop.example>", "250")
		k.says("RCPT TO:<sos@shop.example>", "250")
		k.says("DATA", "354")
		if got := k.says(letter("one by one")+".", "250"); !strings.Contains(got, "help@shop.example") {
			t.Fatal(got)
		}
		if got := in.subjects(); len(got) != 1 { // stored before the first answer, once for both addresses
			t.Fatalf("stored: %q", got)
		}
		k.says("", "451 4.3.0 <bills@shop.example>")
		k.says("", "250 2.0.0 <sos@shop.example>")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("QUIT", "221")
	})
	t.Run("[E-1/lmtp] a mail that cannot be taken is refused for all its recipients", func(t *testing.T) {
		in := newShelf()
		_, addr := c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.LMTP, cfg.MaxSize = true, 2000 })
		k := dial(t, addr)
		k.says("", "220")
		k.says("LHLO mta.example", "250")
		k.says("MAIL FROM:<c@elsewhere.example>", "250")
		k.says("RCPT TO:<help@shop.example>", "250")
		k.says("RCPT TO:<bills@shop.example>", "250")
		k.says("DATA", "354")
		k.says(letter("big", strings.Repeat("x", 900), strings.Repeat("y", 900), strings.Repeat("z", 900))+".", "552")
		k.says("", "552")
		if len(in.all()) != 0 {
			t.Fatal("something was stored")
		}
	})
	t.Run("[E-1/lmtp] it listens on this machine only, and over a socket that a dead process left", func(t *testing.T) {
		start := func(listen string) error {
			s := mailbox.NewServer(mailbox.SMTPConfig{Listen: listen, LMTP: true, Org: c.org, Intake: newShelf(), Log: quiet})
			g := run.New(context.Background())
			err := s.Start(g)
			if err == nil {
				s.Close()
			}
			return errors.Join(err, g.Stop(20*time.Second))
		}
		for _, bad := range []string{"0.0.0.0:2424", ":2424", "127.0.0.1:25", "192.0.2.1:2424", "x"} {
			if err := start(bad); err == nil || !strings.Contains(err.Error(), "lmtp-listen") {
				t.Errorf("%s: %v", bad, err)
			}
		}
		path := filepath.Join(t.TempDir(), "s")
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		l.SetUnlinkOnClose(false)
		if err := start("unix:" + path); err == nil {
			t.Error("a socket in use was taken")
		}
		_ = l.Close()
		if err := start("unix:" + path); err != nil {
			t.Error(err)
		}
	})
	t.Run("[E-1/lmtp] a real Postfix delivers over a socket; what was not stored stays with it for that recipient only", func(t *testing.T) {
		d := startDovecot(t, "")
		in := picky{newShelf(), bills.ID}
		dir, err := os.MkdirTemp("/tmp", "lmtp-")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		path := filepath.Join(dir, "lmtp")
		c.smtp(in, func(cfg *mailbox.SMTPConfig) { cfg.LMTP, cfg.Listen = true, "unix:"+path })
		for file, mode := range map[string]os.FileMode{dir: 0o755, path: 0o666} { // postfix is another user
			if err := os.Chmod(file, mode); err != nil {
				t.Fatal(err)
			}
		}
		p := startPostfix(t, d, "lmtp:unix:"+path)
		c.change(help.ID, func(e *org.Entry) {
			e.Relay = org.MailAccount{Host: "localhost", Port: p.port, TLS: org.TLSStart, User: "help", Password: "pass"}
		})
		_, err = c.transport(d, mailbox.Relay{}).Send(context.Background(), mailbox.Outgoing{TenantID: c.tenant, EntryID: help.ID, From: "help@shop.example",
			To: []string{"help@shop.example", "bills@shop.example"}, Raw: []byte(letter("by lmtp"))})
		if err != nil {
			t.Fatal(err)
		}
		in.wait(t, 1)
		if got := in.all()[0]; got.EntryID != help.ID || got.Peer != "localhost" {
			t.Errorf("%+v", got)
		}
		until(t, "postfix notes both answers", func() bool {
			log, err := asRoot("cat", p.maill).Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.Contains(string(log), "to=<help@shop.example>, relay=relay.example["+path+"]") && strings.Count(string(log), "status=sent") == 1 &&
				strings.Count(string(log), "status=deferred") == 1
		})
	})
}
