package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"parley/internal/db"
	"parley/internal/email"
	"parley/internal/mailbox"
	"parley/internal/org"
	"parley/internal/web"
)

// makeMailEdge builds the ways of mail in and out; startMailEdge opens them.
func (a *App) makeMailEdge() error {
	relay, err := mailbox.ParseRelay(a.cfg.MailRelay)
	if err != nil {
		return err
	}
	box, err := a.keys.Box("dkim")
	if err != nil {
		return err
	}
	a.dkim = mailbox.NewKeyring(mailbox.KeyringConfig{DB: a.db, Org: a.org, Box: box, Resolver: a.cfg.resolver(), Audit: a.audit})
	a.transport = mailbox.NewTransport(mailbox.TransportConfig{Org: a.org, Host: a.cfg.smtpHost(), Relay: relay, Keys: a.dkim})
	a.onStop(a.transport.Close)
	if a.cfg.Demo && a.cfg.MailRelay == "" {
		a.mails.UseTransport(demoPost{})
	} else {
		a.mails.UseTransport(mailOut{a.transport})
	}
	a.fetchers = mailbox.NewFetchers(mailbox.FetchConfig{DB: a.db, Org: a.org, Intake: mailIn{a.mails}, Lease: a.mailboxLease, MaxSize: a.cfg.MailMaxSize << 20, Log: a.log})
	a.org.OnChange(func(_ context.Context, tx *db.Tx, _ string, c org.ConfigChanged) error {
		if c.Entity == "entry" || c.Entity == "tenant" {
			tx.AfterCommit(a.fetchers.Look)
		}
		return nil
	})
	return nil
}

// startMailEdge begins to fetch and opens the ports of LMTP and SMTP.
func (a *App) startMailEdge() error {
	a.fetchers.Start(a.edges)
	if listen := a.cfg.LMTPListen; listen != "" && listen != off {
		a.lmtp = mailbox.NewServer(mailbox.SMTPConfig{Listen: listen, LMTP: true, Host: a.cfg.smtpHost(), MaxSize: a.cfg.MailMaxSize << 20,
			Limits: mailbox.Limits{ConnectionsAddress: lmtpConnections}, Org: a.org, Intake: mailIn{a.mails}, Log: a.log})
		if err := a.lmtp.Start(a.edges); err != nil {
			return err
		}
		a.onStop(a.lmtp.Close)
	}
	listen := a.cfg.SMTPListen
	if listen == "" || listen == off {
		return nil
	}
	tlsConfig, err := tlsOf(a.cfg)
	if err != nil {
		return err
	}
	cfg := mailbox.SMTPConfig{Listen: listen, Host: a.cfg.smtpHost(), TLS: tlsConfig, MaxSize: a.cfg.MailMaxSize << 20, Org: a.org, Intake: mailIn{a.mails}, Log: a.log}
	a.smtp = mailbox.NewServer(cfg)
	if err = a.smtp.Start(a.edges); err != nil && a.cfg.Demo { // somebody has the port: a demo takes another
		host, _, _ := net.SplitHostPort(listen)
		cfg.Listen = net.JoinHostPort(host, "0")
		a.smtp = mailbox.NewServer(cfg)
		err = a.smtp.Start(a.edges)
	}
	if err != nil {
		return fmt.Errorf("%w; set smtp-listen to another address, or to off", err)
	}
	a.onStop(a.smtp.Close)
	return nil
}

// drainMail takes no new mail; what is being received is still answered.
func (a *App) drainMail(atMost time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), atMost)
	defer cancel()
	for _, s := range []*mailbox.Server{a.smtp, a.lmtp} {
		if s != nil {
			s.Drain(ctx)
		}
	}
}

// lmtpConnections are those of the one mail server that hands mail over.
const lmtpConnections = 200

// mailAPI is what administrators see of the mailboxes.
func (a *App) mailAPI(s *web.Server) {
	mailbox.API{DB: a.db, Fetchers: a.fetchers, Transport: a.transport, Server: cmp.Or(a.smtp, a.lmtp), Org: a.org, Audit: a.audit, Edit: []string{org.SystemEntries},
		List: func(ctx context.Context, tenant string) ([]*org.Entry, error) { return a.org.AllMailboxes(ctx, tenant) }}.Register(s)
	a.dkim.Register(s, []string{org.SystemEntries})
}

// resolver asks the DNS: the server that is set, or those of the machine.
func (c Config) resolver() *net.Resolver {
	if c.DNSServer == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, c.DNSServer)
	}}
}

const mailboxLeaseFor = 15 * time.Second

func (a *App) mailboxLease(ctx context.Context, key string) (<-chan struct{}, func(), error) {
	l, err := a.bus.TryLease(ctx, key, mailboxLeaseFor)
	if err != nil {
		return nil, nil, err
	}
	return l.Lost(), func() { logged(a.log, "lease", l.Release(context.WithoutCancel(ctx))) }, nil
}

// smtpHost is the name we give ourselves among mail servers.
func (c Config) smtpHost() string {
	name, _ := os.Hostname()
	return cmp.Or(c.SMTPHost, name, "localhost")
}

// mailIn gives what arrives to the room of mails.
type mailIn struct{ mails *email.Service }

func (m mailIn) Take(ctx context.Context, a mailbox.Arrival) error {
	return m.mails.Take(ctx, email.Arrival(a))
}

// mailOut gives written mails to the relay, and its words back.
type mailOut struct{ transport *mailbox.Transport }

func (m mailOut) Send(ctx context.Context, o email.Outgoing) (email.Receipt, error) {
	r, err := m.transport.Send(ctx, mailbox.Outgoing(o))
	if no := new(mailbox.Refused); errors.As(err, &no) {
		return email.Receipt{}, &email.Refused{Text: no.Error()}
	}
	if doubt := new(mailbox.Doubtful); errors.As(err, &doubt) {
		return email.Receipt{}, &email.Doubtful{Text: doubt.Error()}
	}
	return email.Receipt{Text: r.Text}, err
}
