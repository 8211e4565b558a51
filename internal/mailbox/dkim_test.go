package mailbox_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/mailbox"
	"parley/internal/mailbox/dnstest"
	"parley/internal/org"
	"parley/internal/secret"
)

// keyring makes one as the app does, with a key file and a DNS server of the test.
func (c *centre) keyring(dns *dnstest.Server, keyFile string) *mailbox.Keyring {
	c.t.Helper()
	return mailbox.NewKeyring(mailbox.KeyringConfig{DB: c.db, Org: c.org, Box: dkimBox(c.t, keyFile), Resolver: dns.Resolver(), Audit: audit.New(c.db, []byte("key"))})
}

func dkimBox(t *testing.T, keyFile string) *secret.Box {
	t.Helper()
	keys, _, err := secret.Load(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	box, err := keys.Box("dkim")
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// verdicts are what our library says of a mail's signatures; "" is a good one.
func verdicts(t *testing.T, dns *dnstest.Server, raw []byte) []string {
	t.Helper()
	all, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: dns.LookupTXT})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range all {
		if v.Err != nil {
			out = append(out, v.Domain+": "+v.Err.Error())
		} else {
			out = append(out, v.Domain)
		}
	}
	return out
}

// peerSays is what another implementation says, which asks the same DNS server.
func peerSays(t *testing.T, dns *dnstest.Server, raw []byte) string {
	t.Helper()
	host, port, err := net.SplitHostPort(dns.Addr)
	if err != nil {
		t.Fatal(err)
	}
	const script = `
import sys, dkim, dns.resolver
r = dns.resolver.Resolver(configure=False)
r.nameservers, r.port = [sys.argv[1]], int(sys.argv[2])
def txt(name, timeout=5):
    try:
        return b"".join(next(iter(r.resolve(name.decode().rstrip(".") + ".", "TXT"))).strings)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
print("good" if dkim.verify(sys.stdin.buffer.read(), dnsfunc=txt) else "bad")
`
	cmd := exec.Command("/usr/bin/python3", "-c", script, host, port)
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("dkim.verify (Debian package python3-dkim): %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

const wholeLetter = "From: =?utf-8?q?=D0=9B=D0=B0=D0=B2=D0=BA=D0=B0?= <help@shop.example>\r\nTo: help@shop.example\r\nSubject: Where is\r\n my bag?\r\n" +
	"Date: Mon, 02 Nov 2026 10:00:00 +0300\r\nMessage-ID: <one@shop.example>\r\nIn-Reply-To: <first@elsewhere.example>\r\nReferences: <first@elsewhere.example>\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n.\r\nHere  it is. \r\n\r\n..\r\n\r\n\r\n"

func TestSigning(t *testing.T) {
	ctx := org.System(t.Context())
	cfg := dbtest.SQLite(t)
	keyFile := filepath.Join(t.TempDir(), "key")
	c := newCentre(t, dbtest.Open(t, cfg), keyFile)
	c.seed()
	dns := dnstest.New(t)
	ring := c.keyring(dns, keyFile)
	d := startDovecot(t, "")
	in := newShelf()
	_, addr := c.smtp(in, nil)
	p := startPostfix(t, d, addr)
	e := c.mailbox("help@Shop.example", func(e *org.Entry) {
		e.Relay = org.MailAccount{Host: "localhost", Port: p.port, TLS: org.TLSStart, User: "help", Password: "pass"}
	})
	tr := mailbox.NewTransport(mailbox.TransportConfig{Org: c.org, Host: "parley.example", Keys: ring, Roots: d.pool})
	t.Cleanup(tr.Close)
	passed := 0
	// through sends the mail, and gives it as the other side of a real mail server has it.
	through := func(t *testing.T) []byte {
		t.Helper()
		_, err := tr.Send(ctx, mailbox.Outgoing{TenantID: c.tenant, EntryID: e.ID, From: "help@shop.example", To: []string{"help@shop.example"}, Raw: []byte(wholeLetter)})
		if err != nil {
			t.Fatal(err)
		}
		in.wait(t, 1)
		passed++
		return in.all()[passed-1].Raw
	}
	var first, second mailbox.DKIMKey

	t.Run("[M-31/dkim] nothing is signed without a key, nor with one whose record is only to be published", func(t *testing.T) {
		if raw := through(t); bytes.Contains(raw, []byte("DKIM-Signature")) {
			t.Fatalf("signed: %s", raw)
		}
		if _, err := ring.Prepare(ctx, c.tenant, "elsewhere.example"); fail.Code(err) != fail.CodeInvalid {
			t.Fatalf("a key for a foreign domain: %v", err)
		}
		var err error
		if first, err = ring.Prepare(ctx, c.tenant, "SHOP.example."); err != nil {
			t.Fatal(err)
		}
		if first.State != mailbox.KeyPrepared || first.RecordName != first.Selector+"._domainkey.shop.example" || !strings.HasPrefix(first.RecordValue, "v=DKIM1; k=rsa; p=MIIBIjANBgkq") {
			t.Fatalf("%+v", first)
		}
		if _, err := ring.Prepare(ctx, c.tenant, "shop.example"); fail.Code(err) != fail.CodeState {
			t.Fatalf("a second prepared key: %v", err)
		}
		if raw := through(t); bytes.Contains(raw, []byte("DKIM-Signature")) {
			t.Fatalf("signed: %s", raw)
		}
	})
	t.Run("[M-31/dkim] the DNS is asked for the record: not there, another one, two of them, the same, no answer", func(t *testing.T) {
		for _, x := range []struct {
			want  string
			texts []string
		}{
			{mailbox.RecordNotFound, nil},
			{mailbox.RecordDifferent, []string{"v=spf1 -all"}},
			{mailbox.RecordDifferent, []string{"v=DKIM1; k=rsa; p="}},
			{mailbox.RecordDifferent, []string{first.RecordValue[:300]}},
			{mailbox.RecordDifferent, []string{first.RecordValue, "v=DKIM1; k=rsa; p=MIIB"}},
			{mailbox.RecordDifferent, []string{strings.Replace(first.RecordValue, "k=rsa", "k=rsa; h=sha1", 1)}},
			{mailbox.RecordSame, []string{strings.Replace(first.RecordValue, "; ", ";\t", -1) + ";"}},
			{mailbox.RecordSame, []string{strings.TrimPrefix(first.RecordValue, "v=DKIM1; k=rsa; "), "a word of somebody else"}},
		} {
			dns.Set(first.RecordName, x.texts...)
			key, found, _, err := ring.Check(ctx, c.tenant, first.ID)
			if err != nil || key.CheckResult != x.want || len(found) != len(x.texts) || key.CheckedAt == 0 {
				t.Errorf("%q: %v %+v %q", x.texts, err, key, found)
			}
			if x.want != mailbox.RecordSame {
				if _, err := ring.Use(ctx, c.tenant, first.ID, false); fail.Code(err) != "PAR-6009" {
					t.Errorf("%q: put in use: %v", x.texts, err)
				}
			}
		}
		dns.Refuse(true)
		key, _, detail, err := ring.Check(ctx, c.tenant, first.ID)
		if err != nil || key.CheckResult != mailbox.RecordUnavailable || detail == "" || strings.Contains(detail, "127.0.0.1") {
			t.Errorf("%v %+v %q", err, key, detail)
		}
		dns.Refuse(false)
		if raw := through(t); bytes.Contains(raw, []byte("DKIM-Signature")) {
			t.Errorf("signed: %s", raw)
		}
	})
	t.Run("[M-31/dkim] a mail is signed, and two implementations find the signature good behind a real mail server; what is changed is found out", func(t *testing.T) {
		dns.Set(first.RecordName, first.RecordValue)
		used, err := ring.Use(ctx, c.tenant, first.ID, false)
		if err != nil || used.State != mailbox.KeySigning {
			t.Fatalf("%v %+v", err, used)
		}
		raw := through(t)
		if got := verdicts(t, dns, raw); !slices.Equal(got, []string{"shop.example"}) {
			t.Fatalf("%q\n%s", got, raw)
		}
		if got := peerSays(t, dns, raw); got != "good" {
			t.Fatalf("another implementation: %s\n%s", got, raw)
		}
		for _, want := range []string{"a=rsa-sha256;", "c=relaxed/relaxed;", "d=shop.example;", "s=" + first.Selector + ";",
			"h=From:From:To:Cc:Subject:Date:Message-ID:In-Reply-To:References:Reply-To:MIME-Version:Content-Type;"} {
			if !strings.Contains(string(raw), want) {
				t.Errorf("without %s: %s", want, raw)
			}
		}
		for what, change := range map[string][2]string{"the text": {"Here  it is", "There it is"}, "the subject": {"my bag", "my box"}, "the time": {"10:00:00", "10:00:01"},
			"a second From": {"From: =?", "From: boss@shop.example\r\nFrom: =?"}, "a Cc": {"To: help@", "Cc: spy@elsewhere.example\r\nTo: help@"}} {
			changed := []byte(strings.Replace(string(raw), change[0], change[1], 1))
			if bytes.Equal(changed, raw) {
				t.Fatalf("%s did not change", what)
			}
			if got := verdicts(t, dns, changed); len(got) != 1 || !strings.HasPrefix(got[0], "shop.example: ") {
				t.Errorf("%s was changed: %q", what, got)
			}
			if got := peerSays(t, dns, changed); got != "bad" {
				t.Errorf("%s was changed: another implementation: %s", what, got)
			}
		}
	})
	t.Run("[M-31/dkim] a new key is prepared while the old one signs; after the change the old private half is gone and its mails can still be checked", func(t *testing.T) {
		before := through(t)
		var err error
		if second, err = ring.Prepare(ctx, c.tenant, "shop.example"); err != nil || second.Selector == first.Selector {
			t.Fatalf("%v %+v", err, second)
		}
		if raw := through(t); !bytes.Contains(raw, []byte("s="+first.Selector+";")) {
			t.Fatalf("not by the first: %s", raw)
		}
		if _, err := ring.Use(ctx, c.tenant, second.ID, true); err != nil { // its record is not to be seen from here
			t.Fatal(err)
		}
		raw := through(t)
		if got := verdicts(t, dns, raw); len(got) != 1 || !strings.Contains(got[0], "no key for signature") {
			t.Errorf("without a record: %q", got)
		}
		dns.Set(second.RecordName, second.RecordValue)
		if got := verdicts(t, dns, raw); !slices.Equal(got, []string{"shop.example"}) || !bytes.Contains(raw, []byte("s="+second.Selector+";")) {
			t.Errorf("%q: %s", got, raw)
		}
		if got := verdicts(t, dns, before); !slices.Equal(got, []string{"shop.example"}) {
			t.Errorf("an earlier mail: %q", got)
		}
		states := map[string]string{}
		for _, k := range ring.All(ctx, t, c.tenant) {
			states[k.ID] = k.State
		}
		if states[first.ID] != mailbox.KeyRetired || states[second.ID] != mailbox.KeySigning || len(states) != 2 {
			t.Errorf("%v", states)
		}
		if ring.Sealed(ctx, t, c.tenant, first.ID) != "" {
			t.Error("the old private half is kept")
		}
		if _, err := ring.Use(ctx, c.tenant, first.ID, true); fail.Code(err) != fail.CodeState {
			t.Errorf("a retired key in use again: %v", err)
		}
	})
	t.Run("[M-31/dkim] the private half is nowhere in the database as it is, and opens for its own tenant and key only", func(t *testing.T) {
		private := ring.Private(ctx, t, c.tenant, second.ID)
		files, err := filepath.Glob(filepath.Join(filepath.Dir(cfg.Path), "*"))
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil {
				all = append(all, b...)
			}
		}
		if !bytes.Contains(all, []byte(second.Selector)) {
			t.Fatal("the key is not in these files at all")
		}
		for what, bare := range map[string][]byte{"PEM": []byte("PRIVATE KEY"), "a prime": private.Primes[0].Bytes(), "the exponent": private.D.Bytes()[:64],
			"PKCS 8 in base64": []byte("MIIEvQIBADANBgkq"), "PKCS 8 in base64 too": []byte("MIIEvAIBADANBgkq")} {
			if bytes.Contains(all, bare) {
				t.Errorf("%s stands in the database", what)
			}
		}
		box := dkimBox(t, keyFile)
		sealed := ring.Sealed(ctx, t, c.tenant, second.ID)
		if _, err := box.Open(sealed, "another/dkim/"+second.ID); !errors.Is(err, secret.ErrBroken) {
			t.Errorf("opened for another tenant: %v", err)
		}
	})
	t.Run("[M-31/dkim] a mail that can't be signed is not sent and says why; without the key it goes", func(t *testing.T) {
		other := c.keyring(dns, filepath.Join(t.TempDir(), "other"))
		lost := mailbox.NewTransport(mailbox.TransportConfig{Org: c.org, Host: "parley.example", Keys: other, Roots: d.pool})
		t.Cleanup(lost.Close)
		out := mailbox.Outgoing{TenantID: c.tenant, EntryID: e.ID, From: "help@shop.example", To: []string{"help@shop.example"}, Raw: []byte(wholeLetter)}
		_, err := lost.Send(ctx, out)
		if !errors.Is(err, secret.ErrOtherKey) || errors.As(err, new(*mailbox.Refused)) || errors.As(err, new(*mailbox.Doubtful)) ||
			!strings.Contains(err.Error(), "could not be signed (DKIM of shop.example)") {
			t.Fatalf("%v", err)
		}
		if n := len(in.all()); n != passed {
			t.Fatalf("%d mails went instead of %d", n, passed)
		}
		if raw := through(t); !bytes.Contains(raw, []byte("DKIM-Signature")) { // with the right key file the next try is signed
			t.Fatalf("unsigned: %s", raw)
		}
		if err := ring.Remove(ctx, c.tenant, second.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := lost.Send(ctx, out); err != nil {
			t.Fatal(err)
		}
		in.wait(t, 1)
		passed++
		if raw := in.all()[passed-1].Raw; bytes.Contains(raw, []byte("DKIM-Signature")) {
			t.Errorf("signed: %s", raw)
		}
	})
}

// TestSigningOwners has two tenants with an address each in the same domain, and
// one that has none.
func TestSigningOwners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := org.System(t.Context())
		keyFile := filepath.Join(t.TempDir(), "key")
		c := newCentre(t, d, keyFile)
		c.seed()
		dns := dnstest.New(t)
		ring := c.keyring(dns, keyFile)
		mine := c.mailbox("a@shared.example", nil)
		strange := &centre{t: t, db: d, org: c.org}
		strange.seedAs("Other", "other.test")
		strange.mailbox("b@own.example", nil)
		mail := func(from string) []byte { return []byte(strings.Replace(wholeLetter, "help@shop.example", from, 1)) }
		signed := func(tenant, from string) bool {
			t.Helper()
			raw, err := ring.Sign(ctx, tenant, mail(from))
			if err != nil {
				t.Fatal(err)
			}
			return bytes.Contains(raw, []byte("DKIM-Signature"))
		}
		key, err := ring.Prepare(ctx, c.tenant, "shared.example")
		if err != nil {
			t.Fatal(err)
		}
		dns.Set(key.RecordName, key.RecordValue)

		t.Run("[M-31/dkim] another tenant can neither make a key for a domain without an address in it nor touch one", func(t *testing.T) {
			if _, err := ring.Prepare(ctx, strange.tenant, "shared.example"); fail.Code(err) != fail.CodeInvalid {
				t.Errorf("made: %v", err)
			}
			_, err1 := ring.Use(ctx, strange.tenant, key.ID, true)
			_, _, _, err2 := ring.Check(ctx, strange.tenant, key.ID)
			err3 := ring.Remove(ctx, strange.tenant, key.ID)
			for _, err := range []error{err1, err2, err3} {
				if fail.Code(err) != fail.CodeNotFound {
					t.Errorf("%v", err)
				}
			}
			if _, err := ring.Use(ctx, c.tenant, key.ID, false); err != nil {
				t.Fatal(err)
			}
			if !signed(c.tenant, "a@SHARED.example") || signed(strange.tenant, "a@shared.example") || signed(c.tenant, "b@own.example") || signed(c.tenant, "x@sub.shared.example") {
				t.Error("signed by the wrong one, or not by the right one")
			}
		})
		t.Run("[M-31/dkim] tenants that share a domain sign with keys of their own", func(t *testing.T) {
			also := strange.mailbox("b@shared.example", nil)
			if signed(strange.tenant, "b@shared.example") {
				t.Error("signed with the other tenant's key")
			}
			other, err := ring.Prepare(ctx, strange.tenant, "shared.example")
			if err != nil || other.Selector == key.Selector || other.RecordValue == key.RecordValue {
				t.Fatalf("%v %+v", err, other)
			}
			if _, err := ring.Use(ctx, strange.tenant, other.ID, true); err != nil || !signed(strange.tenant, "b@shared.example") {
				t.Fatalf("not signed: %v", err)
			}
			strange.change(also.ID, func(e *org.Entry) { e.Active = false })
			if signed(strange.tenant, "b@shared.example") || !signed(c.tenant, "a@shared.example") {
				t.Error("a domain is signed for by who has a mailbox in use in it")
			}
			if _, _, _, err := ring.Check(ctx, strange.tenant, other.ID); fail.Code(err) != fail.CodeState {
				t.Errorf("checked: %v", err)
			}
			if err := ring.Remove(ctx, strange.tenant, other.ID); err != nil { // what is left over can be cleared away
				t.Error(err)
			}
		})
		t.Run("[M-31/dkim] a domain in other letters is signed for as it goes over the wire", func(t *testing.T) {
			c.change(mine.ID, func(e *org.Entry) { e.Aliases = []string{"справка@почта.рф"} })
			key, err := ring.Prepare(ctx, c.tenant, "Почта.рф")
			if err != nil || key.Domain != "xn--80a1acny.xn--p1ai" {
				t.Fatalf("%v %+v", err, key)
			}
			if _, err := ring.Use(ctx, c.tenant, key.ID, true); err != nil {
				t.Fatal(err)
			}
			dns.Set(key.RecordName, key.RecordValue)
			raw, err := ring.Sign(ctx, c.tenant, mail("справка@почта.рф"))
			if err != nil {
				t.Fatal(err)
			}
			if got := verdicts(t, dns, raw); !slices.Equal(got, []string{"xn--80a1acny.xn--p1ai"}) || peerSays(t, dns, raw) != "good" {
				t.Errorf("%q: %s", got, raw)
			}
		})
		t.Run("[M-31/dkim] what was done stands in the audit log, without the key", func(t *testing.T) {
			var acts []struct{ Action, Name, Before, After string }
			err := d.Read().NewSelect().Table("audit_entries").ColumnExpr("action, name, was AS before, became AS after").Where("tenant_id = ? AND entity = 'dkim_key'", c.tenant).OrderExpr("n").Scan(context.Background(), &acts)
			if err != nil {
				t.Fatal(err)
			}
			var did []string
			for _, a := range acts {
				did = append(did, a.Action)
			}
			if !slices.Equal(did, []string{"create", "use", "create", "use"}) || acts[0].Name != key.RecordName || strings.Contains(acts[1].After, "MII") {
				t.Errorf("%+v", acts)
			}
		})
	})
}
