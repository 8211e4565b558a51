package mailbox

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	gosmtp "github.com/emersion/go-smtp"

	"parley/internal/fail"
	"parley/internal/org"
)

// session is one connection's conversation. The library calls it from one
// goroutine at a time.
type session struct {
	server *Server
	conn   net.Conn // with TLS where it is on
	gated  *gated
	peer   string
	now    func() time.Time

	sender    string
	to        []recipient
	given     []given
	strangers int
}

// given is a recipient as the sender named it, and which of the mailboxes it is.
type given struct {
	as string
	to int
}

type recipient struct{ address, tenantID, entryID string }

// asking bounds a look at the organisation while the sender waits.
const asking = 30 * time.Second

// storing bounds the Intake: senders wait ten minutes for the answer to a mail.
const storing = 2 * time.Minute

func (s *session) Reset() { s.sender, s.to, s.given = "", nil, nil }

func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *gosmtp.MailOptions) error {
	s.Reset()
	if !wellFormed(from) && from != "" {
		return reply(501, gosmtp.EnhancedCode{5, 1, 7}, "The sender's address cannot be read")
	}
	if !s.trusted() && s.server.messages.Take(s.peer) > 0 {
		refused.WithLabelValues("messages").Inc()
		return reply(450, gosmtp.EnhancedCode{4, 7, 1}, "Too many messages, try again later")
	}
	s.sender = from
	return nil
}

// wellFormed keeps what would be dangerous further on out of envelopes.
func wellFormed(address string) bool {
	i := strings.LastIndexByte(address, '@')
	return i > 0 && i <= 256 && len(address)-i-1 <= 255 && i < len(address)-1 && utf8.ValidString(address) &&
		!strings.ContainsFunc(address, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 })
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	if !s.trusted() && s.server.recipients.Take(s.peer) > 0 {
		refused.WithLabelValues("recipients").Inc()
		return reply(450, gosmtp.EnhancedCode{4, 7, 1}, "Too many recipients, try again later")
	}
	if !wellFormed(to) {
		return s.stranger()
	}
	ctx, cancel := context.WithTimeout(context.Background(), asking)
	defer cancel()
	tenant, e, ok, err := s.server.cfg.Org.MailboxByAddress(ctx, to)
	if err != nil {
		s.server.cfg.Log.Warn("a recipient could not be looked up; the sender tries again", "error", err)
		return reply(451, gosmtp.EnhancedCode{4, 3, 0}, "Temporary failure, try again later")
	}
	if !ok {
		return s.stranger()
	}
	i := slices.IndexFunc(s.to, func(r recipient) bool { return r.entryID == e.ID && r.tenantID == tenant })
	if i < 0 {
		i = len(s.to)
		s.to = append(s.to, recipient{org.MailKey(to), tenant, e.ID})
	}
	s.given = append(s.given, given{to, i})
	return nil
}

// stranger answers for an address that nobody here has. Who tries many of them
// is looking for those that exist.
func (s *session) stranger() error {
	refused.WithLabelValues("unknown").Inc()
	if s.strangers++; !s.trusted() && s.strangers > s.server.cfg.Limits.Strangers {
		s.gated.end()
		return reply(421, gosmtp.EnhancedCode{4, 7, 0}, "Too many unknown recipients")
	}
	return reply(550, gosmtp.EnhancedCode{5, 1, 1}, "No such mailbox here")
}

// trusted: by LMTP comes what our own mail server has let in. How much strangers
// may send is its affair, and it asks for all of them from one address.
func (s *session) trusted() bool { return s.server.cfg.LMTP }

func (s *session) reader(r io.Reader) *mailReader {
	return &mailReader{from: r, server: s.server, conn: s.conn, until: s.now().Add(s.server.cfg.Limits.Mail), now: s.now}
}

func (s *session) Data(r io.Reader) error {
	s.gated.setBusy(true)
	defer s.gated.setBusy(false)
	in := s.reader(r)
	defer in.free()
	raw, err := in.all()
	if err != nil {
		refused.WithLabelValues("content").Inc()
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), storing)
	defer cancel()
	for _, to := range s.to {
		if err := s.store(ctx, to, raw); err != nil {
			return err // those who have it already know it when it comes again
		}
	}
	return nil
}

// store makes the mail durable for one recipient.
func (s *session) store(ctx context.Context, to recipient, raw []byte) error {
	err := s.server.cfg.Intake.Take(ctx, Arrival{TenantID: to.tenantID, EntryID: to.entryID, Recipient: to.address, Sender: s.sender,
		Source: SourceSMTP, Peer: s.peer, ReceivedAt: s.now().UnixMilli(), Raw: raw})
	if err != nil {
		s.server.cfg.Log.Error("a mail could not be stored; the sender keeps it and tries again", "recipient", to.address, "error", err)
		return storeReply(err)
	}
	taken.WithLabelValues(SourceSMTP).Inc()
	return nil
}

func storeReply(err error) error {
	switch {
	case fail.Code(err) == fail.CodeNotFound:
		return reply(550, gosmtp.EnhancedCode{5, 2, 1}, "The mailbox is closed")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), fail.Code(err) == "PAR-5010":
		return reply(452, gosmtp.EnhancedCode{4, 3, 1}, "No room at the moment, try again later")
	}
	return reply(451, gosmtp.EnhancedCode{4, 3, 0}, "Temporary failure, try again later")
}

// mailReader takes the bytes of one mail in, watching its size, its header, its
// lines, its time and the memory of all.
type mailReader struct {
	from   io.Reader
	server *Server
	conn   net.Conn
	until  time.Time
	now    func() time.Time

	raw    []byte
	held   int64
	last   byte
	header bool // its end was seen
}

func (m *mailReader) free() { m.server.memory.give(m.held) }

var (
	errTooLarge  = reply(552, gosmtp.EnhancedCode{5, 3, 4}, "The message is too large")
	errHeader    = reply(552, gosmtp.EnhancedCode{5, 3, 4}, "The header is too large")
	errLineEnds  = reply(550, gosmtp.EnhancedCode{5, 5, 2}, "Lines must end in CR LF: bare CR or LF is not taken")
	errNoMemory  = reply(452, gosmtp.EnhancedCode{4, 3, 1}, "Too much mail at once, try again later")
	errTooSlow   = reply(451, gosmtp.EnhancedCode{4, 4, 2}, "The message took too long")
	errLongLine  = reply(500, gosmtp.EnhancedCode{5, 5, 2}, "A line is too long")
	errCutOff    = reply(451, gosmtp.EnhancedCode{4, 4, 2}, "The message did not end")
	readPart     = 32 << 10
	headerEnding = "\r\n\r\n"
)

func (m *mailReader) all() ([]byte, error) {
	buf := make([]byte, readPart)
	for {
		deadline := m.now().Add(m.server.cfg.Limits.Idle)
		if m.until.Before(deadline) {
			deadline = m.until
		}
		_ = m.conn.SetReadDeadline(deadline)
		n, err := m.from.Read(buf)
		if bad := m.add(buf[:n]); bad != nil {
			_ = m.conn.SetReadDeadline(m.until) // the rest is passed over, so that the sender hears why
			return nil, bad
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			if m.last == '\r' {
				return nil, errLineEnds
			}
			return m.raw, nil
		default:
			return nil, readReply(err)
		}
	}
}

func readReply(err error) error {
	var slow net.Error
	switch {
	case errors.Is(err, gosmtp.ErrDataTooLarge):
		return errTooLarge
	case errors.Is(err, gosmtp.ErrTooLongLine):
		return errLongLine
	case errors.As(err, &slow) && slow.Timeout():
		return errTooSlow
	}
	return errCutOff
}

func (m *mailReader) add(part []byte) error {
	for _, b := range part {
		if (b == '\n') != (m.last == '\r') {
			return errLineEnds
		}
		m.last = b
	}
	if int64(len(m.raw)+len(part)) > m.server.cfg.MaxSize {
		return errTooLarge
	}
	if need := int64(len(m.raw)+len(part)) - m.held; need > 0 {
		step := max(need, min(m.held, 4<<20), int64(readPart))
		if !m.server.memory.take(step) {
			return errNoMemory
		}
		m.held += step
		m.raw = slices.Grow(m.raw, int(m.held)-len(m.raw))
	}
	from := max(0, len(m.raw)-len(headerEnding))
	m.raw = append(m.raw, part...)
	if !m.header {
		m.header = strings.Contains(string(m.raw[from:]), headerEnding)
		if !m.header && len(m.raw) > m.server.cfg.Limits.HeaderBytes {
			return errHeader
		}
	}
	return nil
}
