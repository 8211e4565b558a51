package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"

	"parley/internal/egress"
	"parley/internal/org"
)

// account is one account at a mail server, with all that is needed to go there.
type account struct {
	org.MailAccount
	tenant, entry, side string
	secret              org.MailSecret
	private             bool // private addresses are allowed
}

// accounts finds accounts and signs in at them.
type accounts struct {
	org   Directory
	roots *x509.CertPool // nil: the system's

	mu     sync.Mutex
	tokens map[string]token
}

type token struct {
	access  string
	refresh string // it was made with
	until   time.Time
}

func newAccounts(o Directory, roots *x509.CertPool) *accounts {
	return &accounts{org: o, roots: roots, tokens: map[string]token{}}
}

func (as *accounts) find(ctx context.Context, tenant string, e *org.Entry, side string) (account, error) {
	a := account{MailAccount: e.Relay, tenant: tenant, entry: e.ID, side: side}
	if side == org.MailSideIMAP {
		a.MailAccount = e.IMAP.MailAccount
	}
	t, err := as.org.Tenant(ctx, tenant)
	if err != nil {
		return a, err
	}
	a.private = t.Limits.PrivateAddresses
	a.secret, err = as.org.MailSecret(ctx, tenant, e.ID, side)
	return a, err
}

// dialFor bounds the making of a connection, TLS included.
const dialFor = 20 * time.Second

// dial connects; with implicit TLS the connection is encrypted already.
func (as *accounts) dial(ctx context.Context, a account) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialFor)
	defer cancel()
	d := egress.Dialer(egress.Options{AllowPrivate: a.private, Timeout: dialFor})
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(a.Host, strconv.Itoa(a.Port)))
	if err != nil || a.TLS != org.TLSImplicit {
		return c, err
	}
	t := tls.Client(c, as.tls(a))
	if err := t.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return t, nil
}

func (as *accounts) tls(a account) *tls.Config {
	return &tls.Config{ServerName: a.Host, RootCAs: as.roots, MinVersion: tls.VersionTLS12}
}

// accessToken gives a token that is valid for a while, asking for a fresh one
// where needed.
func (as *accounts) accessToken(ctx context.Context, a account) (string, error) {
	key := a.tenant + "/" + a.entry + "/" + a.side
	as.mu.Lock()
	t, ok := as.tokens[key]
	as.mu.Unlock()
	if ok && t.refresh == a.secret.RefreshToken && time.Now().Before(t.until) {
		return t.access, nil
	}
	fresh, err := askToken(ctx, a)
	if err != nil {
		return "", err
	}
	t = token{access: fresh.AccessToken, refresh: a.secret.RefreshToken, until: time.Now().Add(time.Duration(max(0, fresh.ExpiresIn-60)) * time.Second)}
	if fresh.RefreshToken != "" && fresh.RefreshToken != a.secret.RefreshToken {
		if err := as.org.KeepMailToken(ctx, a.tenant, a.entry, a.side, a.secret.RefreshToken, fresh.RefreshToken); err != nil {
			return "", err
		}
		t.refresh = fresh.RefreshToken
	}
	as.mu.Lock()
	as.tokens[key] = t
	as.mu.Unlock()
	return t.access, nil
}

// forgetToken makes the next connection ask for a fresh token: the server did not
// like the last one.
func (as *accounts) forgetToken(a account) {
	as.mu.Lock()
	delete(as.tokens, a.tenant+"/"+a.entry+"/"+a.side)
	as.mu.Unlock()
}

type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int64  `json:"expires_in"`
	Error        string `json:"error"`
	Description  string `json:"error_description"`
}

// maxTokenAnswer bounds what is read of a token's server.
const maxTokenAnswer = 64 << 10

func askToken(ctx context.Context, a account) (tokenAnswer, error) {
	var out tokenAnswer
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.secret.RefreshToken}, "client_id": {a.OAuth.ClientID}}
	if a.secret.ClientSecret != "" {
		form.Set("client_secret", a.secret.ClientSecret)
	}
	if a.OAuth.Scope != "" {
		form.Set("scope", a.OAuth.Scope)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.OAuth.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return out, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := egress.Client(egress.Options{AllowPrivate: a.private}).Do(req)
	if err != nil {
		return out, &troubled{Trouble{TroubleTokenAddress, egress.Reason(err)}, err}
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer))
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(raw, &out); err != nil || resp.StatusCode != http.StatusOK || out.AccessToken == "" || strings.ContainsAny(out.AccessToken, "\r\n\x01\x00") {
		said := shortened(strings.TrimSpace(out.Error+" "+out.Description), 300)
		return out, &troubled{Trouble{TroubleToken, fmt.Sprintf("%d %s", resp.StatusCode, said)}, err}
	}
	return out, nil
}

// xoauth2 is the SASL mechanism of the same name, which large providers want.
type xoauth2 struct{ user, token string }

func (x xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's JSON with its reasons by nothing, upon which it
// refuses.
func (xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// mechanism gives what signs in, given what the server offers.
func (as *accounts) mechanism(ctx context.Context, a account, offers func(string) bool) (sasl.Client, error) {
	if a.Auth == org.AuthOAuth2 {
		t, err := as.accessToken(ctx, a)
		return xoauth2{a.User, t}, err
	}
	if !offers(sasl.Plain) && offers(sasl.Login) {
		return sasl.NewLoginClient(a.User, a.secret.Password), nil
	}
	return sasl.NewPlainClient("", a.User, a.secret.Password), nil
}
