package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	gosmtp "github.com/emersion/go-smtp"
)

// unixMark begins the address of a socket in the file system.
const unixMark = "unix:"

// listen opens the server's address. LMTP has no queue behind it and no sign-in,
// so that it is for a mail server on this machine only (RFC 2033 section 5).
func (s *Server) listen(ctx context.Context) (net.Listener, error) {
	if !s.cfg.LMTP {
		return (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
	}
	if path, ok := strings.CutPrefix(s.cfg.Listen, unixMark); ok {
		return listenUnix(ctx, path)
	}
	host, port, err := net.SplitHostPort(s.cfg.Listen)
	if ip := net.ParseIP(host); err != nil || port == "25" || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%s: must be unix:/path of a socket, or a loopback address with a port other than 25", s.cfg.Listen)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
}

// listenUnix makes a socket for this user and group. One that was left behind by
// a process that is gone is replaced.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if errors.Is(err, syscall.EADDRINUSE) {
		if c, alive := (&net.Dialer{}).DialContext(ctx, "unix", path); alive == nil {
			_ = c.Close()
			return nil, err
		} else if !errors.Is(alive, syscall.ECONNREFUSED) {
			return nil, err
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
		l, err = (&net.ListenConfig{}).Listen(ctx, "unix", path)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o660); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// LMTPData takes a mail and answers for each of its recipients after it was
// stored for them, or was not: the mail server before us tries again for those
// only who have no 250 (RFC 2033 section 4.2).
func (s *session) LMTPData(r io.Reader, status gosmtp.StatusCollector) error {
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
	stored := make([]error, len(s.to))
	for i, to := range s.to {
		stored[i] = s.store(ctx, to, raw)
	}
	for _, g := range s.given {
		status.SetStatus(g.as, stored[g.to])
	}
	return nil
}
