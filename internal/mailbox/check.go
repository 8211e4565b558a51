package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"

	"parley/internal/org"
)

// Exchange is what came of trying an account.
type Exchange struct {
	OK     bool
	Reason string // one of the Tested… or Trouble…
	Detail string // what the reason's words leave open
	Text   string // the whole conversation, without secrets
}

// What a test found where there is no trouble; what the detail is stands behind it.
const (
	TestedIdle   = "idle"   // how many mails the folder has; the server tells of new ones
	TestedPolled = "polled" // how many; the server is asked each minute
	TestedRelay  = "relay"  // whose mail it takes
	NoRelay      = "no_relay"
)

// TestIMAP signs in at a mailbox's server and opens its folders; it changes
// nothing there.
func (fs *Fetchers) TestIMAP(ctx context.Context, tenant string, e *org.Entry) (Exchange, error) {
	a, err := fs.accounts.find(ctx, tenant, e, org.MailSideIMAP)
	if err != nil {
		return Exchange{}, err
	}
	d := &dialogue{}
	d.say("%s:%d, %s", a.Host, a.Port, tlsWord(a.TLS))
	found, err := fs.tryIMAP(ctx, a, e, d)
	return finished(d, a, fs.accounts.held(a), found, err), nil
}

func (fs *Fetchers) tryIMAP(ctx context.Context, a account, e *org.Entry, d *dialogue) (found Trouble, err error) {
	in, err := fs.accounts.connect(ctx, a, d)
	if err != nil {
		return found, err
	}
	defer in.Close()
	o, err := in.Open(ctx, e.IMAP.Folder)
	if err != nil {
		return found, err
	}
	if e.IMAP.MoveTo != "" {
		if _, err := in.Open(ctx, e.IMAP.MoveTo); err != nil {
			return found, err
		}
	}
	_ = in.bounded(ctx, imapHello, func() error { return in.c.Logout().Wait() }) // for the sake of manners
	found = Trouble{TestedIdle, strconv.FormatInt(int64(o.Messages), 10)}
	if !in.idle {
		found.Reason = TestedPolled
	}
	return found, nil
}

// TestRelay signs in at a mailbox's relay and asks whether it would take a mail
// of the mailbox to itself; none is sent.
func (t *Transport) TestRelay(ctx context.Context, tenant string, e *org.Entry) (Exchange, error) {
	a, ok, err := t.account(ctx, tenant, e.ID)
	if err != nil {
		return Exchange{}, err
	}
	if !ok {
		return Exchange{Reason: NoRelay}, nil
	}
	d := &dialogue{}
	if a.entry == "" {
		// The operator's relay is no business of the tenant's administrators.
		d.say("the installation's relay")
	} else {
		d.say("%s:%d, %s", a.Host, a.Port, tlsWord(a.TLS))
	}
	found, err := t.tryRelay(ctx, a, e, d)
	return finished(d, a, t.accounts.held(a), found, err), nil
}

func (t *Transport) tryRelay(ctx context.Context, a account, e *org.Entry, d *dialogue) (found Trouble, err error) {
	r, err := t.connect(ctx, a, d)
	if err != nil {
		return found, err
	}
	defer r.close()
	stop := context.AfterFunc(ctx, r.close)
	defer stop()
	if err := r.c.Mail(e.Address, nil); err != nil {
		return found, err
	}
	if err := r.c.Rcpt(e.Address, nil); err != nil {
		return found, err
	}
	if err := r.c.Reset(); err != nil {
		return found, err
	}
	_ = r.c.Quit()
	return Trouble{TestedRelay, e.Address}, nil
}

// held is the access token in use, so that it can be starred.
func (as *accounts) held(a account) string {
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.tokens[a.tenant+"/"+a.entry+"/"+a.side].access
}

func finished(d *dialogue, a account, token string, found Trouble, err error) Exchange {
	out := Exchange{OK: err == nil, Reason: found.Reason, Detail: found.Detail}
	if err != nil {
		t := troubleOf(err)
		out.Reason, out.Detail = t.Reason, hidden(t.Detail, a.secret, token)
		d.say("%s", shortened(explained(err), 500))
	}
	out.Text = d.text(a.side, a.secret, token)
	return out
}

// explained is what the conversation's reader should know of an error; whatever
// is not of the network is shown by its reason only.
func explained(err error) string {
	var cert *tls.CertificateVerificationError
	var op *net.OpError
	if errors.As(err, &cert) || errors.As(err, &op) {
		return err.Error()
	}
	return troubleOf(err).String()
}

func tlsWord(how string) string {
	return map[string]string{org.TLSImplicit: "encrypted from the first byte", org.TLSStart: "encrypted by STARTTLS", org.TLSNone: "not encrypted"}[how]
}
