package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"parley/internal/org"
)

// Exchange is what came of trying an account.
type Exchange struct {
	OK     bool
	Detail string // in a few words
	Text   string // the whole conversation, without secrets
}

// TestIMAP signs in at a mailbox's server and opens its folders; it changes
// nothing there.
func (fs *Fetchers) TestIMAP(ctx context.Context, tenant string, e *org.Entry) (Exchange, error) {
	a, err := fs.accounts.find(ctx, tenant, e, org.MailSideIMAP)
	if err != nil {
		return Exchange{}, err
	}
	d := &dialogue{}
	d.say("%s:%d, %s", a.Host, a.Port, tlsWord(a.TLS))
	detail, err := fs.tryIMAP(ctx, a, e, d)
	return finished(d, a, fs.accounts.held(a), detail, err), nil
}

func (fs *Fetchers) tryIMAP(ctx context.Context, a account, e *org.Entry, d *dialogue) (string, error) {
	in, err := fs.accounts.connect(ctx, a, d)
	if err != nil {
		return "", err
	}
	defer in.Close()
	o, err := in.Open(ctx, e.IMAP.Folder)
	if err != nil {
		return "", err
	}
	if e.IMAP.MoveTo != "" {
		if _, err := in.Open(ctx, e.IMAP.MoveTo); err != nil {
			return "", err
		}
	}
	_ = in.bounded(ctx, imapHello, func() error { return in.c.Logout().Wait() }) // for the sake of manners
	how := "the server tells of new mail (IDLE)"
	if !in.idle {
		how = "the server is asked for new mail each minute"
	}
	return fmt.Sprintf("signed in; %s has %d mails; %s", e.IMAP.Folder, o.Messages, how), nil
}

// TestRelay signs in at a mailbox's relay and asks whether it would take a mail
// of the mailbox to itself; none is sent.
func (t *Transport) TestRelay(ctx context.Context, tenant string, e *org.Entry) (Exchange, error) {
	a, ok, err := t.account(ctx, tenant, e.ID)
	if err != nil {
		return Exchange{}, err
	}
	if !ok {
		return Exchange{Detail: "no relay is set, neither for the mailbox nor for the installation (mail-relay)"}, nil
	}
	d := &dialogue{}
	if a.entry == "" {
		// The operator's relay is no business of the tenant's administrators.
		d.say("the installation's relay")
	} else {
		d.say("%s:%d, %s", a.Host, a.Port, tlsWord(a.TLS))
	}
	detail, err := t.tryRelay(ctx, a, e, d)
	return finished(d, a, t.accounts.held(a), detail, err), nil
}

func (t *Transport) tryRelay(ctx context.Context, a account, e *org.Entry, d *dialogue) (string, error) {
	r, err := t.connect(ctx, a, d)
	if err != nil {
		return "", err
	}
	defer r.close()
	stop := context.AfterFunc(ctx, r.close)
	defer stop()
	if err := r.c.Mail(e.Address, nil); err != nil {
		return "", err
	}
	if err := r.c.Rcpt(e.Address, nil); err != nil {
		return "", err
	}
	if err := r.c.Reset(); err != nil {
		return "", err
	}
	_ = r.c.Quit()
	return "the relay takes mail of " + e.Address, nil
}

// held is the access token in use, so that it can be starred.
func (as *accounts) held(a account) string {
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.tokens[a.tenant+"/"+a.entry+"/"+a.side].access
}

func finished(d *dialogue, a account, token, detail string, err error) Exchange {
	out := Exchange{OK: err == nil, Detail: detail}
	if err != nil {
		out.Detail = hidden(reason(err), a.secret, token)
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
	return reason(err)
}

func tlsWord(how string) string {
	return map[string]string{org.TLSImplicit: "encrypted from the first byte", org.TLSStart: "encrypted by STARTTLS", org.TLSNone: "not encrypted"}[how]
}
