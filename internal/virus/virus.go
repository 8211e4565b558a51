package virus

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const (
	chunkBytes = 64 << 10
	maxAnswer  = 4 << 10 // bytes; a name of a virus is far shorter
	dialFor    = 5 * time.Second
	idleFor    = 60 * time.Second // clamd answers after it has looked at all of it
	atOnce     = 4                // contents being checked by one Scanner
)

// ErrTooLarge says that clamd takes no content of this size (StreamMaxLength): it
// could not be checked, and will not be until clamd is set up otherwise.
var ErrTooLarge = errors.New("the content is larger than the scanner takes (StreamMaxLength)")

// Refused says that clamd answered, but that it could not check the content.
type Refused struct{ Text string }

func (e *Refused) Error() string { return "the scanner could not check it: " + e.Text }

// Away says that clamd could not be spoken with: what is asked later may be
// answered.
type Away struct{ Cause error }

func (e *Away) Error() string { return "the scanner cannot be reached: " + e.Cause.Error() }
func (e *Away) Unwrap() error { return e.Cause }

// Scanner asks one clamd. It is safe for concurrent use and bounds how much it
// asks at once.
type Scanner struct {
	network, address string
	idle             time.Duration
	slots            chan struct{}
}

// New makes a Scanner of the setting: tcp://host:port or unix:/path. It does not
// connect.
func New(setting string) (*Scanner, error) {
	s := &Scanner{idle: idleFor, slots: make(chan struct{}, atOnce)}
	if at, ok := strings.CutPrefix(setting, "tcp://"); ok {
		host, port, err := net.SplitHostPort(at)
		if err != nil || host == "" || port == "" {
			return nil, fmt.Errorf("%q is no address such as tcp://127.0.0.1:3310", setting)
		}
		s.network, s.address = "tcp", at
		return s, nil
	}
	if at, ok := strings.CutPrefix(setting, "unix:"); ok && strings.HasPrefix(at, "/") {
		s.network, s.address = "unix", at
		return s, nil
	}
	return nil, fmt.Errorf("%q is neither tcp://host:port nor unix:/path", setting)
}

// Check gives the name of the virus that r is, "" for none. A content that could
// not be checked is an error: Away, ErrTooLarge, Refused, that of ctx, or whatever
// reading r failed with.
func (s *Scanner) Check(ctx context.Context, r io.Reader) (name string, err error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	name, err = s.ask(ctx, "zINSTREAM\x00", r)
	count(name, err)
	return name, err
}

// Ping tells whether clamd is there and answers.
func (s *Scanner) Ping(ctx context.Context) error {
	answer, err := s.talk(ctx, "zPING\x00", nil)
	if err == nil && answer != "PONG" {
		err = &Refused{Text: answer}
	}
	return err
}

func (s *Scanner) ask(ctx context.Context, command string, r io.Reader) (string, error) {
	answer, err := s.talk(ctx, command, r)
	if err != nil {
		return "", err
	}
	return verdict(answer)
}

// verdict reads clamd's answer: «stream: OK», «stream: NAME FOUND», or anything
// else, which is no verdict. What is not understood is never taken for clean.
func verdict(answer string) (string, error) {
	said, ok := strings.CutPrefix(answer, "stream: ")
	if ok && said == "OK" {
		return "", nil
	}
	if name, found := strings.CutSuffix(said, " FOUND"); ok && found && strings.TrimSpace(name) != "" {
		return strings.TrimSpace(name), nil
	}
	if strings.Contains(answer, "size limit exceeded") {
		return "", ErrTooLarge
	}
	return "", &Refused{Text: answer}
}

// talk sends one command, with a content where there is one, and gives the
// answer.
func (s *Scanner) talk(ctx context.Context, command string, r io.Reader) (string, error) {
	d := net.Dialer{Timeout: dialFor}
	conn, err := d.DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", &Away{err}
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := patient{conn, s.idle}
	if _, err := io.WriteString(c, command); err != nil {
		return "", &Away{err}
	}
	if r != nil {
		err := stream(c, r)
		if read := (*unreadable)(nil); errors.As(err, &read) {
			return "", read.cause
		}
		// clamd answers and closes before the end when it is too much for it, so the
		// answer is looked for after a failed write too.
		if err != nil {
			if answer, e := line(c); e == nil {
				return answer, nil
			}
			return "", &Away{err}
		}
	}
	answer, err := line(c)
	if err != nil {
		return "", &Away{err}
	}
	return answer, nil
}

// unreadable is a failure of the content's reader, which is not clamd's.
type unreadable struct{ cause error }

func (e *unreadable) Error() string { return e.cause.Error() }

// stream sends r in chunks with their length before them; one of length 0 ends
// it.
func stream(w io.Writer, r io.Reader) error {
	buf := make([]byte, 4+chunkBytes)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if _, err := w.Write(buf[:4+n]); err != nil {
				return err
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			_, err := w.Write(make([]byte, 4))
			return err
		}
		if err != nil {
			return &unreadable{err}
		}
	}
}

// line reads an answer up to its NUL.
func line(c io.Reader) (string, error) {
	answer, err := bufio.NewReader(io.LimitReader(c, maxAnswer)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("the answer is cut off: %w", err)
	}
	return strings.TrimSpace(strings.TrimSuffix(answer, "\x00")), nil
}

// patient gives each read and write its own time.
type patient struct {
	net.Conn
	idle time.Duration
}

func (c patient) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c patient) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
