package mailbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/mailbox"
	"parley/internal/org"
	"parley/internal/run"
)

var fast = mailbox.Timers{Look: 100 * time.Millisecond, Poll: 2 * time.Second, Retry: 100 * time.Millisecond, MaxRetry: 200 * time.Millisecond, Lease: 100 * time.Millisecond}

func (c *centre) fetch(d *dovecot, in mailbox.Intake, edit func(*mailbox.FetchConfig)) (*mailbox.Fetchers, *run.Group) {
	cfg := mailbox.FetchConfig{DB: c.db, Org: c.org, Intake: in, Roots: d.pool, Timers: fast, Log: quiet}
	if edit != nil {
		edit(&cfg)
	}
	fs := mailbox.NewFetchers(cfg)
	g := group(c.t)
	fs.Start(g)
	return fs, g
}

func (c *centre) health(id string) (state, detail string) {
	var reason string
	_ = c.db.Read().NewSelect().Table("mailbox_health").Column("state", "reason", "detail").Where("entry_id = ?", id).Scan(context.Background(), &state, &reason, &detail)
	return state, reason + ": " + detail
}

func (c *centre) up(id string) {
	c.t.Helper()
	until(c.t, "the mailbox is connected", func() bool { s, _ := c.health(id); return s == mailbox.StateUp })
}

func TestIMAP(t *testing.T) {
	d := startDovecot(t, "")
	c := seeded(t)
	in := newShelf()
	fs, _ := c.fetch(d, in, nil)
	var help *org.Entry
	t.Run("[E-1/imap] new mail is taken at once, as it is, and marked as read; what was there before is left alone", func(t *testing.T) {
		d.deliver("help", letter("old"), time.Now().Add(-time.Hour))
		help = c.mailbox("help@shop.example", func(e *org.Entry) { d.imap(e, "help") })
		c.up(help.ID)
		raw := letter("new", "\xff\xfe bytes", ".", strings.Repeat("long ", 5000))
		d.deliver("help", raw, time.Now().Add(-time.Minute))
		in.wait(t, 1)
		a := in.all()[0]
		if string(a.Raw) != raw || a.Source != mailbox.SourceIMAP || a.EntryID != help.ID || a.TenantID != c.tenant || a.Recipient != "help@shop.example" {
			t.Errorf("taken %+v", a)
		}
		if ago := time.Since(time.UnixMilli(a.ReceivedAt)); ago < 30*time.Second || ago > 2*time.Minute {
			t.Errorf("received %s ago", ago)
		}
		until(t, "the mail is marked", func() bool {
			flags := d.cmdIMAP("help", "EXAMINE INBOX", "FETCH 1:* FLAGS")
			return strings.Contains(flags, `* 2 FETCH (FLAGS (\Seen`) && !strings.Contains(flags, `* 1 FETCH (FLAGS (\Seen`)
		})
	})
	t.Run("[E-1/imap] IDLE tells of mail, many come in order", func(t *testing.T) {
		var want []string
		for n := range 30 {
			want = append(want, fmt.Sprint("burst", n))
			d.deliver("help", letter(want[n]), time.Now())
		}
		in.wait(t, 30)
		if got := in.subjects()[1:]; !slices.Equal(got, want) {
			t.Errorf("taken %q", got)
		}
	})
	t.Run("[E-1/imap] moved away instead of marked, by setting", func(t *testing.T) {
		c.change(help.ID, func(e *org.Entry) { e.IMAP.MoveTo = "Taken" })
		d.deliver("help", letter("moved"), time.Now())
		in.wait(t, 1)
		until(t, "the mail is in the other folder", func() bool { return strings.Contains(d.cmdIMAP("help", "EXAMINE Taken"), "* 1 EXISTS") })
	})
	t.Run("[B-3/quarantine] a mail that is too large stays on its server and on a list, and keeps nobody waiting", func(t *testing.T) {
		c, in := seeded(t), newShelf()
		small := c.mailbox("small@shop.example", func(e *org.Entry) { d.imap(e, "small") })
		c.fetch(d, in, func(cfg *mailbox.FetchConfig) { cfg.MaxSize = 20_000 })
		c.up(small.ID)
		d.deliver("small", letter("huge", strings.Repeat("line\r\n", 10_000)), time.Now())
		d.deliver("small", letter("behind"), time.Now())
		in.wait(t, 1)
		var row mailbox.Skipped
		if err := c.db.Read().NewSelect().Model(&row).Scan(context.Background()); err != nil || row.Subject != "huge" || row.Reason != mailbox.SkippedTooLarge || row.EntryID != small.ID {
			t.Errorf("%+v %v", row, err)
		}
		if got := in.subjects(); !slices.Equal(got, []string{"behind"}) {
			t.Errorf("taken %q", got)
		}
	})
	t.Run("[B-3/backfill] mail since a day is taken in again, what is known stays as it is", func(t *testing.T) {
		past := c.mailbox("past@shop.example", func(e *org.Entry) { d.imap(e, "past"); e.IMAP.SinceDays = 3 })
		c.up(past.ID)
		before := len(in.all())
		d.deliver("ancient", letter("other box"), time.Now())
		c.change(past.ID, func(e *org.Entry) { e.Active = false })
		for days, name := range map[int]string{10: "ten days", 5: "five days", 2: "two days", 0: "today"} {
			d.deliver("past2", letter(name), time.Now().AddDate(0, 0, -days))
		}
		c.change(past.ID, func(e *org.Entry) { e.Active = true; e.IMAP.User, e.IMAP.Password = "past2", "pass" })
		in.wait(t, 2)
		if got := in.subjects()[before:]; slices.Contains(got, "five days") || len(got) != 2 {
			t.Errorf("at first: %q", got)
		}
		c.write(func(ctx context.Context, tx *db.Tx) error {
			return fs.AskBackfill(ctx, tx, c.tenant, past.ID, time.Now().AddDate(0, 0, -6).UnixMilli())
		})
		fs.Look()
		in.wait(t, 1)
		until(t, "the backfill is over", func() bool {
			n, err := c.db.Read().NewSelect().Table("mailbox_states").Where("entry_id = ? AND backfill_from > 0", past.ID).Count(context.Background())
			return err == nil && n == 0
		})
		if got := in.subjects()[before:]; len(got) != 3 || got[2] != "five days" {
			t.Errorf("in the end: %q", got)
		}
	})
}

// fetchOnly fetches with settings of its own while do runs.
func (c *centre) fetchOnly(t *testing.T, d *dovecot, in mailbox.Intake, edit func(*mailbox.FetchConfig), do func()) {
	t.Helper()
	cfg := mailbox.FetchConfig{DB: c.db, Org: c.org, Intake: in, Roots: d.pool, Timers: fast, Log: quiet}
	edit(&cfg)
	fs := mailbox.NewFetchers(cfg)
	g := run.New(context.Background())
	fs.Start(g)
	do()
	if err := g.Stop(20 * time.Second); err != nil {
		t.Error(err)
	}
}

func TestIMAPTrouble(t *testing.T) {
	d := startDovecot(t, "")
	c := seeded(t)
	in := newShelf()
	c.fetch(d, in, nil)
	help := c.mailbox("help@shop.example", func(e *org.Entry) { d.imap(e, "help") })
	c.up(help.ID)
	t.Run("[E-1/imap] a store that fails loses nothing, and says so", func(t *testing.T) {
		in.set(errors.New("the disk is broken"), nil)
		d.deliver("help", letter("kept waiting"), time.Now())
		until(t, "the failure shows", func() bool { s, _ := c.health(help.ID); return s == mailbox.StateDown })
		if _, detail := c.health(help.ID); !strings.HasPrefix(detail, mailbox.TroubleStore+": ") {
			t.Errorf("shown: %s", detail)
		}
		in.set(nil, nil)
		in.wait(t, 1)
		c.up(help.ID)
	})
	t.Run("[E-1/imap] a server that goes away is found again", func(t *testing.T) {
		d.stop()
		until(t, "the loss shows", func() bool { s, _ := c.health(help.ID); return s == mailbox.StateDown })
		d.start()
		d.deliver("help", letter("after the break"), time.Now())
		in.wait(t, 1)
		c.up(help.ID)
	})
	t.Run("[E-1/imap] a server that numbers anew makes nothing come twice and nothing go lost", func(t *testing.T) {
		before := len(in.all())
		c.change(help.ID, func(e *org.Entry) { e.Active = false })
		until(t, "the fetching ends", func() bool { return !c.connected(d, "help") })
		d.deliver("help", letter("before the numbering"), time.Now())
		for _, name := range []string{"dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache", "dovecot-uidvalidity"} {
			files, _ := filepath.Glob(filepath.Join(d.dir, "mail", "help", name+"*"))
			for _, f := range files {
				if err := os.Remove(f); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.change(help.ID, func(e *org.Entry) { e.Active = true })
		in.wait(t, 1)
		d.deliver("help", letter("after the numbering"), time.Now())
		in.wait(t, 1)
		if got := in.subjects()[before:]; !slices.Equal(got, []string{"before the numbering", "after the numbering"}) {
			t.Errorf("taken %q", got)
		}
	})
	t.Run("[E-1/imap] a wrong password shows in words", func(t *testing.T) {
		wrong := c.mailbox("wrong@shop.example", func(e *org.Entry) { d.imap(e, "wrong"); e.IMAP.Password = "no" })
		until(t, "the refusal shows", func() bool {
			_, detail := c.health(wrong.ID)
			return strings.HasPrefix(detail, mailbox.TroubleSignIn+": ")
		})
	})
	t.Run("[E-1/imap] a mailbox is fetched by one node", func(t *testing.T) {
		lost := make(chan struct{})
		asked := make(chan string, 1)
		free := false
		lease := func(_ context.Context, key string) (<-chan struct{}, func(), error) {
			select {
			case asked <- key:
			default:
			}
			if free {
				return lost, func() {}, nil
			}
			return nil, nil, errors.New("another node has it")
		}
		other := seeded(t)
		second := newShelf()
		box := other.mailbox("two@shop.example", func(e *org.Entry) { d.imap(e, "two") })
		other.fetch(d, second, func(cfg *mailbox.FetchConfig) { cfg.Lease = lease })
		if key := <-asked; key != "mailbox/"+box.ID {
			t.Errorf("asked for %s", key)
		}
		if s, _ := other.health(box.ID); s != "" {
			t.Errorf("fetched without the lease: %s", s)
		}
	})
}

func (c *centre) connected(d *dovecot, _ string) bool {
	out, err := exec.Command("/usr/bin/doveadm", "-c", filepath.Join(d.dir, "dovecot.conf"), "who", "-1").Output()
	return err == nil && strings.Contains(string(out), "help ")
}

func TestIMAPSecure(t *testing.T) {
	d := startDovecot(t, "")
	c := seeded(t)
	in := newShelf()
	t.Run("[M-31/accounts] encrypted from the first byte, and only with a certificate that is right", func(t *testing.T) {
		e := c.mailbox("tls@shop.example", func(e *org.Entry) { d.imap(e, "tls"); e.IMAP.Port, e.IMAP.TLS = d.secure, org.TLSImplicit })
		c.fetchOnly(t, d, in, func(*mailbox.FetchConfig) {}, func() { c.up(e.ID) })
		c.fetchOnly(t, d, in, func(cfg *mailbox.FetchConfig) { cfg.Roots = nil }, func() {
			until(t, "the certificate is refused", func() bool {
				s, detail := c.health(e.ID)
				return s == mailbox.StateDown && detail == mailbox.TroubleUntrusted+": "
			})
		})
	})
	t.Run("[M-31/tests] the test shows the whole conversation without the password", func(t *testing.T) {
		fs := mailbox.NewFetchers(mailbox.FetchConfig{DB: c.db, Org: c.org, Intake: in, Roots: d.pool, Log: quiet})
		e := c.mailbox("test@shop.example", func(e *org.Entry) { d.imap(e, "test") })
		x, err := fs.TestIMAP(context.Background(), c.tenant, e)
		if err != nil || !x.OK || x.Reason != mailbox.TestedIdle || x.Detail != "0" || !strings.Contains(x.Text, "STARTTLS") || !strings.Contains(x.Text, "> T") || !strings.Contains(x.Text, "< * OK") || !strings.Contains(x.Text, "********") {
			t.Errorf("%v %+v", err, x)
		}
		if encoded := "AHRlc3QAcGFzcw=="; strings.Contains(x.Text, encoded) || strings.Contains(x.Text, "pass ") {
			t.Errorf("the password shows: %s", x.Text)
		}
		c.change(e.ID, func(e *org.Entry) { e.IMAP.Password = "wrong-pass-word" })
		x, err = fs.TestIMAP(context.Background(), c.tenant, e)
		if err != nil || x.OK || x.Reason != mailbox.TroubleSignIn || !strings.Contains(x.Text, "NO [AUTHENTICATIONFAILED]") || strings.Contains(x.Text, "wrong-pass-word") {
			t.Errorf("%v %+v", err, x)
		}
		c.change(e.ID, func(e *org.Entry) { e.IMAP.Password = "pass"; e.IMAP.Folder = "Nowhere" })
		now, _ := c.org.Entry(context.Background(), c.tenant, e.ID)
		if x, err = fs.TestIMAP(context.Background(), c.tenant, now); err != nil || x.OK || x.Reason != mailbox.TroubleFolder || !strings.Contains(x.Detail, "Nowhere") {
			t.Errorf("%v %+v", err, x)
		}
	})
	t.Run("[M-31/accounts] a tenant that may not go to private addresses does not, by name neither", func(t *testing.T) {
		fs := mailbox.NewFetchers(mailbox.FetchConfig{DB: c.db, Org: c.org, Intake: in, Roots: d.pool, Log: quiet})
		e := c.mailbox("private@shop.example", func(e *org.Entry) { d.imap(e, "private") })
		now, err := c.org.Tenant(context.Background(), c.tenant)
		if err != nil {
			t.Fatal(err)
		}
		c.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := c.org.ChangeTenant(ctx, tx, c.tenant, now.Version, func(t *org.Tenant) error { t.Limits.PrivateAddresses = false; return nil })
			return err
		})
		x, err := fs.TestIMAP(context.Background(), c.tenant, e)
		if err != nil || x.OK || x.Reason != mailbox.TroublePrivate || strings.Contains(x.Text, "* OK") {
			t.Errorf("%v %+v", err, x)
		}
	})
}

func TestIMAPOAuth2(t *testing.T) {
	refresh, issued := "refresh-1", 0
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("refresh_token") != refresh || r.FormValue("client_id") != "parley" || r.FormValue("client_secret") != "client-word" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"the refresh token is spent"}`))
			return
		}
		issued++
		refresh = fmt.Sprint("refresh-", issued+1)
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprint("access-", issued), "refresh_token": refresh, "expires_in": 3600})
	})
	mux.HandleFunc("/info", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("access_token") != fmt.Sprint("access-", issued) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"email": "help", "expires_in": 3000})
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	d := startDovecot(t, srv.URL+"/info")
	c := seeded(t)
	e := c.mailbox("help@shop.example", func(e *org.Entry) {
		d.imap(e, "help")
		e.IMAP.Password, e.IMAP.Auth = "", org.AuthOAuth2
		e.IMAP.OAuth = org.MailOAuth{TokenURL: srv.URL + "/token", ClientID: "parley", ClientSecret: "client-word", RefreshToken: "refresh-1"}
	})
	t.Run("[E-1/imap] OAuth2: a fresh token signs in, and the token it comes with is kept for the next time", func(t *testing.T) {
		c.fetchOnly(t, d, newShelf(), func(*mailbox.FetchConfig) {}, func() { c.up(e.ID) })
		s, err := c.org.MailSecret(context.Background(), c.tenant, e.ID, org.MailSideIMAP)
		if err != nil || s.RefreshToken != "refresh-2" || s.ClientSecret != "client-word" {
			t.Errorf("kept %+v %v", s, err)
		}
		fs := mailbox.NewFetchers(mailbox.FetchConfig{DB: c.db, Org: c.org, Roots: d.pool, Log: quiet})
		x, err := fs.TestIMAP(context.Background(), c.tenant, e)
		if err != nil || !x.OK || strings.Contains(x.Text, "access-") {
			t.Errorf("%v %+v", err, x)
		}
	})
	t.Run("[M-31/accounts] a refused token shows in words", func(t *testing.T) {
		refresh = "another"
		fs := mailbox.NewFetchers(mailbox.FetchConfig{DB: c.db, Org: c.org, Roots: d.pool, Log: quiet})
		x, err := fs.TestIMAP(context.Background(), c.tenant, e)
		if err != nil || x.OK || x.Reason != mailbox.TroubleToken || !strings.Contains(x.Detail, "the refresh token is spent") {
			t.Errorf("%v %+v", err, x)
		}
	})
}

const childEnv = "PARLEY_TEST_MAILBOX" // database, key file, certificate and folder of the process to be killed

// folderIntake keeps mails as files, as durably as the real one.
type folderIntake struct {
	dir  string
	hold bool // after the first mail is stored, say so and never return
}

func (f folderIntake) Take(ctx context.Context, a mailbox.Arrival) error {
	name := filepath.Join(f.dir, fmt.Sprintf("%x", sha256.Sum256(a.Raw)))
	calls, err := os.OpenFile(filepath.Join(f.dir, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = calls.Close() }()
	if _, err := fmt.Fprintln(calls, filepath.Base(name)); err != nil {
		return err
	}
	if err := os.WriteFile(name, a.Raw, 0o600); err != nil {
		return err
	}
	if f.hold {
		fmt.Println("stored")
		<-ctx.Done()
	}
	return ctx.Err()
}

// TestMailboxChild is the process that TestIMAPKilled starts and kills.
func TestMailboxChild(t *testing.T) {
	spec, ok := os.LookupEnv(childEnv)
	if !ok {
		return // not the child: TestIMAPKilled is the test
	}
	part := strings.Split(spec, "|")
	c := newCentre(t, dbtest.Open(t, db.Config{Engine: db.SQLite, Path: part[0]}), part[1])
	pem, err := os.ReadFile(part[2])
	if err != nil {
		t.Fatal(err)
	}
	cfg := mailbox.FetchConfig{DB: c.db, Org: c.org, Intake: folderIntake{part[3], true}, Roots: poolOf(pem), Timers: fast, Log: quiet}
	mailbox.NewFetchers(cfg).Start(group(t))
	select {}
}

func TestIMAPKilled(t *testing.T) {
	t.Run("[E-1/kill] killed between storing a mail and marking it: nothing is lost, nothing is kept twice", func(t *testing.T) {
		d := startDovecot(t, "")
		cfg, key, kept := dbtest.SQLite(t), filepath.Join(t.TempDir(), "key"), t.TempDir()
		c := newCentre(t, dbtest.Open(t, cfg), key)
		c.seed()
		e := c.mailbox("help@shop.example", func(e *org.Entry) { d.imap(e, "help") })
		c.fetchOnly(t, d, newShelf(), func(*mailbox.FetchConfig) {}, func() { c.up(e.ID) }) // settled
		for n := range 3 {
			d.deliver("help", letter(fmt.Sprint("mail", n)), time.Now())
		}
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMailboxChild$", "-test.count=1")
		child.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{cfg.Path, key, filepath.Join(d.dir, "cert.pem"), kept}, "|"))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := newReader(out).ReadString('\n'); err != nil || strings.TrimSpace(line) != "stored" {
			t.Fatalf("the child said %q, %v", line, err)
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait()
		if flags := d.cmdIMAP("help", "EXAMINE INBOX", "FETCH 1:* FLAGS"); strings.Contains(flags, `FETCH (FLAGS (\Seen`) {
			t.Fatalf("marked before the kill: %s", flags)
		}
		c.fetchOnly(t, d, folderIntake{dir: kept}, func(*mailbox.FetchConfig) {}, func() {
			until(t, "all are marked", func() bool {
				return strings.Count(d.cmdIMAP("help", "EXAMINE INBOX", "FETCH 1:* FLAGS"), `FETCH (FLAGS (\Seen`) == 3
			})
		})
		calls, err := os.ReadFile(filepath.Join(kept, "calls"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(string(calls))
		if len(lines) != 4 || lines[0] != lines[1] {
			t.Errorf("given to the intake: %q, want the first twice and the others once", lines)
		}
		files, _ := filepath.Glob(filepath.Join(kept, "*"))
		if len(files) != 4 { // three mails and the calls
			t.Errorf("kept: %q", files)
		}
	})
}
