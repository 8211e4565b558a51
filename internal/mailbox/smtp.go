package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"parley/internal/run"
	"parley/internal/web"
)

// SMTPConfig is what the SMTP server is made of.
type SMTPConfig struct {
	Listen  string      // host:port, of LMTP unix:/path too
	LMTP    bool        // speaks LMTP (RFC 2033) with a mail server on this machine
	Host    string      // the name in the greeting
	TLS     *tls.Config // nil: no STARTTLS
	MaxSize int64       // of a mail; default 35 MiB
	Limits  Limits
	Org     Directory
	Intake  Intake
	Log     *slog.Logger
}

// MaxSize is the largest mail that is taken as long as nothing else is set.
const MaxSize = 35 << 20

// Server takes mail by SMTP or LMTP for the mailboxes of this installation.
type Server struct {
	cfg        SMTPConfig
	srv        *gosmtp.Server
	gate       *gate
	memory     *budget
	messages   *web.Rated
	recipients *web.Rated
}

// NewServer makes a server; Start opens it.
func NewServer(cfg SMTPConfig) *Server {
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.MaxSize <= 0 {
		cfg.MaxSize = MaxSize
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Server{cfg: cfg, memory: &budget{left: cfg.Limits.MemoryBytes}, messages: perMinute(cfg.Limits.MessagesMinute),
		recipients: perMinute(cfg.Limits.RecipientsMinute)}
	s.srv = gosmtp.NewServer(gosmtp.BackendFunc(s.session))
	s.srv.Domain, s.srv.TLSConfig = cfg.Host, cfg.TLS
	s.srv.MaxMessageBytes, s.srv.MaxRecipients, s.srv.MaxLineLength = cfg.MaxSize, cfg.Limits.Recipients, cfg.Limits.LineBytes
	s.srv.ReadTimeout, s.srv.WriteTimeout = cfg.Limits.Idle, cfg.Limits.Idle
	s.srv.EnableSMTPUTF8, s.srv.LMTP = true, cfg.LMTP
	s.srv.ErrorLog = strangersLog{cfg.Log}
	return s
}

// Start opens the port and serves until the group ends or Close.
func (s *Server) Start(g *run.Group) error {
	l, err := s.listen(g.Context())
	if err != nil {
		return fmt.Errorf("%s-listen: %w", s.protocol(), err)
	}
	s.gate = newGate(l, s.cfg.Limits)
	g.Go(s.protocol()+" server", func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() {
			_ = s.srv.Close()
			_ = l.Close() // the library closes what it serves already, not what it is about to
		})
		defer stop()
		if err := s.srv.Serve(s.gate); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return nil
}

func (s *Server) protocol() string {
	if s.cfg.LMTP {
		return "lmtp"
	}
	return "smtp"
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.gate.Addr() }

// Drain takes no new mail; mails being received are still answered. It waits for
// them until ctx ends.
func (s *Server) Drain(ctx context.Context) {
	s.gate.drain()
	if err := s.srv.Shutdown(ctx); err != nil && !errors.Is(err, gosmtp.ErrServerClosed) {
		s.cfg.Log.Info("mails that were still being received are cut off; their senders try again", "reason", err)
	}
}

// Close ends everything at once.
func (s *Server) Close() { _ = s.srv.Close() }

// strangersLog takes what the library says of single connections, which anybody
// can provoke.
type strangersLog struct{ log *slog.Logger }

func (l strangersLog) Printf(format string, v ...any) {
	l.say(fmt.Sprintf(format, v...))
}
func (l strangersLog) Println(v ...any) { l.say(fmt.Sprintln(v...)) }

func (l strangersLog) say(text string) {
	if strings.HasPrefix(text, "panic") {
		l.log.Error("smtp: " + text)
		return
	}
	l.log.Debug("smtp: " + strings.TrimSpace(text))
}

func reply(code int, enhanced gosmtp.EnhancedCode, text string) *gosmtp.SMTPError {
	return &gosmtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func (s *Server) session(c *gosmtp.Conn) (gosmtp.Session, error) {
	raw := c.Conn()
	if t, ok := raw.(*tls.Conn); ok {
		raw = t.NetConn()
	}
	g, ok := raw.(*gated)
	if !ok {
		return nil, reply(421, gosmtp.EnhancedCode{4, 3, 0}, "Not ready")
	}
	host := "localhost"
	if _, local := g.RemoteAddr().(*net.UnixAddr); !local {
		var err error
		if host, _, err = net.SplitHostPort(g.RemoteAddr().String()); err != nil {
			return nil, err
		}
	}
	return &session{server: s, conn: c.Conn(), gated: g, peer: host, now: time.Now}, nil
}
