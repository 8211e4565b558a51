package mailbox_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/mailbox"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/secret"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// centre is an organisation with a service for mail.
type centre struct {
	t       *testing.T
	db      *db.DB
	org     *org.Org
	tenant  string
	service string
}

func newCentre(t *testing.T, d *db.DB, key string) *centre {
	t.Helper()
	keys, _, err := secret.Load(key)
	if err != nil {
		t.Fatal(err)
	}
	box, err := keys.Box("mail")
	if err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, db: d, org: org.New(d, nil, audit.New(d, []byte("key")))}
	c.org.UseBox(box)
	t.Cleanup(func() { _ = c.org.Close() })
	return c
}

// seeded is a centre with a tenant in it that may go to private addresses.
func seeded(t *testing.T) *centre {
	t.Helper()
	c := newCentre(t, dbtest.Open(t, dbtest.SQLite(t)), filepath.Join(t.TempDir(), "key"))
	c.seed()
	return c
}

func (c *centre) seed() { c.seedAs("Shop", "shop.test") }

func (c *centre) seedAs(name, host string) {
	c.t.Helper()
	c.write(func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant(name, "en", host)
		tenant.Limits.PrivateAddresses = true
		if err := c.org.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		s := org.NewService("Letters")
		s.Channel = org.ChannelEmail
		if err := c.org.CreateService(ctx, tx, tenant.ID, s); err != nil {
			return err
		}
		c.tenant, c.service = tenant.ID, s.ID
		return nil
	})
}

func (c *centre) write(f func(ctx context.Context, tx *db.Tx) error) {
	c.t.Helper()
	if err := c.db.Write(org.System(context.Background()), db.Chat, f); err != nil {
		c.t.Fatal(err)
	}
}

// mailbox makes one; edit may be nil.
func (c *centre) mailbox(address string, edit func(e *org.Entry)) *org.Entry {
	c.t.Helper()
	e := org.NewEntry(address)
	e.Kind, e.ServiceID, e.Address = org.EntryMailbox, c.service, address
	if edit != nil {
		edit(e)
	}
	c.write(func(ctx context.Context, tx *db.Tx) error { return c.org.CreateEntry(ctx, tx, c.tenant, e) })
	return e
}

func (c *centre) change(id string, edit func(e *org.Entry)) {
	c.t.Helper()
	now, err := c.org.Entry(context.Background(), c.tenant, id)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := c.org.ChangeEntry(ctx, tx, c.tenant, id, now.Version, func(e *org.Entry) error { edit(e); return nil })
		return err
	})
}

// shelf is an intake as the contract wants it: what is known is taken, but kept once.
type shelf struct {
	mu    sync.Mutex
	kept  []mailbox.Arrival
	known map[string]bool
	fail  error
	gate  chan struct{} // when set, Take waits for it
	came  chan struct{}
	calls int
}

func newShelf() *shelf { return &shelf{known: map[string]bool{}, came: make(chan struct{}, 10_000)} }

func (s *shelf) Take(ctx context.Context, a mailbox.Arrival) error {
	s.mu.Lock()
	gate, failing := s.gate, s.fail
	s.calls++
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if failing != nil {
		return failing
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := arrivalKey(a); !s.known[key] {
		s.known[key] = true
		s.kept = append(s.kept, a)
		s.came <- struct{}{}
	}
	return nil
}

func arrivalKey(a mailbox.Arrival) string {
	id := ""
	if m, err := mail.ReadMessage(strings.NewReader(string(a.Raw))); err == nil {
		id = m.Header.Get("Message-ID")
	}
	return fmt.Sprintf("%s|%s|%x", a.EntryID, id, sha256.Sum256(a.Raw))
}

func (s *shelf) set(err error, gate chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail, s.gate = err, gate
}

func (s *shelf) all() []mailbox.Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

// subjects gives those of all mails kept, in order of coming.
func (s *shelf) subjects() []string {
	var out []string
	for _, a := range s.all() {
		m, err := mail.ReadMessage(strings.NewReader(string(a.Raw)))
		if err != nil {
			out = append(out, "unreadable")
			continue
		}
		out = append(out, m.Header.Get("Subject"))
	}
	return out
}

// wait waits until so many mails have come since the last wait.
func (s *shelf) wait(t *testing.T, n int) {
	t.Helper()
	late := time.After(30 * time.Second)
	for range n {
		select {
		case <-s.came:
		case <-late:
			t.Fatalf("%d mails came: %q", len(s.all()), s.subjects())
		}
	}
}

// until waits for a condition that something else brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-late:
			t.Fatal("not in time: " + what)
		case <-tick.C:
		}
	}
}

func group(t *testing.T) *run.Group {
	g := run.New(context.Background())
	t.Cleanup(func() {
		if err := g.Stop(20 * time.Second); err != nil {
			t.Error(err)
		}
	})
	return g
}

// certificate makes one for localhost and 127.0.0.1, in files and for checking.
func certificate(t *testing.T, dir string) (certFile, keyFile string, pool *x509.CertPool, pair tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM, keyPEM := pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", private)
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, content := range map[string][]byte{certFile: certPEM, keyFile: keyPEM} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	if pair, err = tls.X509KeyPair(certPEM, keyPEM); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile, pool, pair
}

// freePort gives one that was free a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// talk is a conversation by hand.
type talk struct {
	t *testing.T
	c net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *talk {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	return &talk{t, c, bufio.NewReader(c)}
}

// answer reads a whole answer.
func (k *talk) answer() string {
	k.t.Helper()
	var all strings.Builder
	for {
		line, err := k.r.ReadString('\n')
		all.WriteString(line)
		if err != nil || len(line) < 4 || line[3] != '-' {
			return all.String()
		}
	}
}

// says sends lines and wants the answer to begin so.
func (k *talk) says(line, want string) string {
	k.t.Helper()
	if line != "" {
		if _, err := io.WriteString(k.c, line+"\r\n"); err != nil {
			k.t.Fatalf("%.60s: %v", line, err)
		}
	}
	got := k.answer()
	if !strings.HasPrefix(got, want) {
		k.t.Fatalf("%.60q was answered %q, want %s", line, got, want)
	}
	return got
}

func letter(subject string, more ...string) string {
	return "From: Customer <c@elsewhere.example>\r\nTo: help@shop.example\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject + "@elsewhere.example>\r\n\r\n" +
		strings.Join(append(more, "Hello"), "\r\n") + "\r\n"
}

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReader(r) }

func poolOf(certPEM []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return pool
}
