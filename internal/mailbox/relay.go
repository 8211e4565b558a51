package mailbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"parley/internal/org"
)

// Transport sends mail through the relay of its mailbox, or the installation's.
type Transport struct {
	cfg      TransportConfig
	accounts *accounts

	mu   sync.Mutex
	idle map[string]*relay // by account, one each
}

// TransportConfig is what the way out is made of.
type TransportConfig struct {
	Org   Directory
	Host  string         // our name in EHLO
	Relay Relay          // the installation's; without a host there is none
	Keys  *Keyring       // signs what goes out; nil: nothing is signed
	Roots *x509.CertPool // whose certificates are trusted; nil: the system's
	Wait  time.Duration  // for an answer; default 2 minutes, 10 for that to a whole mail
	Keep  time.Duration  // an idle connection; default 10 s
}

// Relay is the installation's relay, set by its operator.
type Relay struct {
	org.MailAccount
	Password string
}

// ParseRelay reads host:port, smtp://user:password@host:port (STARTTLS where the
// port is not 25) or smtps://….
func ParseRelay(s string) (Relay, error) {
	var r Relay
	if s == "" {
		return r, nil
	}
	bad := fmt.Errorf("mail-relay must be host:port, or smtp(s)://user:password@host:port")
	if !strings.Contains(s, "://") {
		host, port, err := net.SplitHostPort(s)
		if err != nil || host == "" {
			return r, bad
		}
		s = "smtp://" + net.JoinHostPort(host, port)
		r.TLS = org.TLSNone
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return r, bad
	}
	r.Host, r.Auth = u.Hostname(), org.AuthPassword
	switch u.Scheme {
	case "smtps":
		r.TLS, r.Port = org.TLSImplicit, 465
	case "smtp":
		r.Port = 587
	default:
		return r, bad
	}
	if p := u.Port(); p != "" {
		if r.Port, err = strconv.Atoi(p); err != nil || r.Port < 1 || r.Port > 65535 {
			return r, bad
		}
	}
	if u.User != nil {
		r.User = u.User.Username()
		r.Password, _ = u.User.Password()
	}
	if r.TLS == "" {
		r.TLS = org.TLSStart
		if r.Port == 25 {
			r.TLS = org.TLSNone
		}
	}
	return r, nil
}

// NewTransport makes the way out.
func NewTransport(cfg TransportConfig) *Transport {
	cfg.Host = cmp.Or(cfg.Host, "localhost")
	cfg.Wait, cfg.Keep = cmp.Or(cfg.Wait, 2*time.Minute), cmp.Or(cfg.Keep, 10*time.Second)
	return &Transport{cfg: cfg, accounts: newAccounts(cfg.Org, cfg.Roots), idle: map[string]*relay{}}
}

// relay is a connection to one.
type relay struct {
	c    *gosmtp.Client
	conn net.Conn
	used int
	age  *time.Timer // while idle
}

// maxUsed bounds the mails of one connection, as relays do themselves.
const maxUsed = 100

// account gives where the mail of an entry goes; false when there is nowhere.
func (t *Transport) account(ctx context.Context, tenant, entry string) (account, bool, error) {
	if entry != "" {
		e, err := t.cfg.Org.Entry(ctx, tenant, entry)
		if err != nil {
			return account{}, false, err
		}
		if e.Relay.Host != "" {
			a, err := t.accounts.find(ctx, tenant, e, org.MailSideRelay)
			return a, true, err
		}
	}
	r := t.cfg.Relay
	return account{MailAccount: r.MailAccount, secret: org.MailSecret{Password: r.Password}, private: true}, r.Host != "", nil
}

// Ready tells whether a mailbox's mails have a relay to go to.
func (t *Transport) Ready(ctx context.Context, tenant, entry string) (bool, error) {
	_, ok, err := t.account(ctx, tenant, entry)
	return ok, err
}

// Send gives a mail to its relay. A plain error means that it has not gone and may
// be tried again; *Refused that it never will; *Doubtful that nobody knows.
func (t *Transport) Send(ctx context.Context, out Outgoing) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, 8*t.cfg.Wait)
	defer cancel()
	r, err := t.send(ctx, out)
	outcome := "sent"
	switch {
	case errors.As(err, new(*Refused)):
		outcome = "refused"
	case errors.As(err, new(*Doubtful)):
		outcome = "doubtful"
	case err != nil:
		outcome = "again"
	}
	sent.WithLabelValues(outcome).Inc()
	return r, err
}

func (t *Transport) send(ctx context.Context, out Outgoing) (Receipt, error) {
	if len(out.To) == 0 || !wellFormed(out.From) && out.From != "" {
		return Receipt{}, &Refused{Code: 550, Text: "the envelope has no recipient or no readable sender"}
	}
	for _, to := range out.To {
		if !wellFormed(to) {
			return Receipt{}, &Refused{Recipient: to, Code: 550, Text: "this is no e-mail address"}
		}
	}
	a, ok, err := t.account(ctx, out.TenantID, out.EntryID)
	if err != nil {
		return Receipt{}, err
	}
	if !ok {
		return Receipt{}, errors.New("no relay is set, neither for the mailbox nor for the installation (mail-relay)")
	}
	if t.cfg.Keys != nil { // anew at each try: by the key that signs now, and the mail itself stays as it was written
		if out.Raw, err = t.cfg.Keys.Sign(ctx, out.TenantID, out.Raw); err != nil {
			return Receipt{}, err
		}
	}
	key := a.key()
	if r := t.reuse(key); r != nil {
		receipt, err := t.over(ctx, r, out)
		if broken := new(brokenBefore); !errors.As(err, &broken) {
			t.done(key, r, err)
			return receipt, err
		}
		r.close() // the relay closed it while it was idle
	}
	r, err := t.connect(ctx, a, nil)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := t.over(ctx, r, out)
	t.done(key, r, err)
	return receipt, err
}

// key tells accounts apart, secrets included: a new password makes a new connection.
func (a account) key() string {
	raw, _ := json.Marshal([]any{a.tenant, a.entry, a.MailAccount, a.secret, a.private})
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (t *Transport) reuse(key string) *relay {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.idle[key]
	if r == nil || !r.age.Stop() {
		return nil
	}
	delete(t.idle, key)
	return r
}

// done keeps a connection that is in order for the next mail of a burst.
func (t *Transport) done(key string, r *relay, err error) {
	var said *gosmtp.SMTPError
	var no *Refused
	orderly := err == nil || errors.As(err, &said) || errors.As(err, &no)
	if !orderly || r.used >= maxUsed {
		r.close()
		return
	}
	if err != nil && r.c.Reset() != nil {
		r.close()
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle[key] != nil {
		r.close()
		return
	}
	t.idle[key] = r
	r.age = time.AfterFunc(t.cfg.Keep, func() {
		t.mu.Lock()
		if t.idle[key] == r {
			delete(t.idle, key)
		}
		t.mu.Unlock()
		r.c.CommandTimeout = time.Second
		_ = r.c.Quit()
		r.close()
	})
}

// Close ends the idle connections.
func (t *Transport) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, r := range t.idle {
		if r.age.Stop() {
			r.close()
		}
		delete(t.idle, key)
	}
}

func (r *relay) close() { _ = r.conn.Close() }

// connect opens a connection and signs in. talk, if given, hears the dialogue.
func (t *Transport) connect(ctx context.Context, a account, talk io.Writer) (*relay, error) {
	conn, err := t.accounts.dial(ctx, a)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	plain := conn
	if a.TLS == org.TLSStart {
		_ = conn.SetDeadline(time.Now().Add(dialFor))
		if conn, err = startTLS(conn, t.cfg.Host, t.accounts.tls(a), talk); err != nil {
			_ = plain.Close()
			return nil, err
		}
		_ = conn.SetDeadline(time.Time{})
	}
	c := gosmtp.NewClient(conn)
	c.CommandTimeout, c.SubmissionTimeout = t.cfg.Wait, 5*t.cfg.Wait
	if talk != nil {
		c.DebugWriter = talk
	}
	r := &relay{c: c, conn: plain}
	if err := t.greet(ctx, c, a); err != nil {
		r.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return r, nil
}

func (t *Transport) greet(ctx context.Context, c *gosmtp.Client, a account) error {
	if err := c.Hello(t.cfg.Host); err != nil {
		return err
	}
	if a.User == "" {
		return nil
	}
	m, err := t.accounts.mechanism(ctx, a, c.SupportsAuth)
	if err != nil {
		return err
	}
	err = c.Auth(m)
	if said := new(gosmtp.SMTPError); errors.As(err, &said) {
		t.accounts.forgetToken(a)
		return &troubled{Trouble{TroubleSignIn, fmt.Sprintf("%d %s", said.Code, shortened(said.Message, 300))}, err}
	}
	return err
}

// brokenBefore is a connection that broke before anything of the mail was given.
type brokenBefore struct{ cause error }

func (e *brokenBefore) Error() string { return e.cause.Error() }
func (e *brokenBefore) Unwrap() error { return e.cause }

// over sends one mail over a connection. All recipients must be taken, or none is.
func (t *Transport) over(ctx context.Context, r *relay, out Outgoing) (Receipt, error) {
	stop := context.AfterFunc(ctx, r.close)
	defer stop()
	r.used++
	o := &gosmtp.MailOptions{Size: int64(len(out.Raw)), UTF8: needsUTF8(out)}
	if ok, _ := r.c.Extension("SMTPUTF8"); o.UTF8 && !ok {
		return Receipt{}, &Refused{Code: 553, Text: "the relay takes no addresses with letters other than a to z (SMTPUTF8)"}
	}
	if err := r.c.Mail(out.From, o); err != nil {
		return Receipt{}, judge(err, "")
	}
	for _, to := range out.To {
		if err := r.c.Rcpt(to, nil); err != nil {
			return Receipt{}, judge(err, to)
		}
	}
	w, err := r.c.Data()
	if err != nil {
		return Receipt{}, judge(err, "")
	}
	if _, err := w.Write(out.Raw); err != nil {
		return Receipt{}, err // without the final dot nothing was taken
	}
	answer, err := w.CloseWithResponse()
	if err == nil {
		return Receipt{Text: "250 " + shortened(answer.StatusText, 500), At: time.Now().UnixMilli()}, nil
	}
	if said := new(gosmtp.SMTPError); errors.As(err, &said) {
		return Receipt{}, judge(err, "")
	}
	return Receipt{}, &Doubtful{err}
}

// judge tells a refusal for good from one for now.
func judge(err error, recipient string) error {
	said := new(gosmtp.SMTPError)
	switch {
	case !errors.As(err, &said):
		return &brokenBefore{err}
	case said.Code >= 500:
		return &Refused{Recipient: recipient, Code: said.Code, Text: shortened(said.Message, 500)}
	}
	return err
}

func needsUTF8(out Outgoing) bool {
	for _, a := range append([]string{out.From}, out.To...) {
		if strings.ContainsFunc(a, func(r rune) bool { return r >= 0x80 }) {
			return true
		}
	}
	return false
}
