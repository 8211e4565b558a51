package media

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"parley/internal/run"
)

// A socket is a UDP socket that a few goroutines read for everybody (poller).
// Were each read by a goroutine of its own, waking it would cost as much again as
// receiving the packet and sending it on (BenchmarkRelay).
type socket struct {
	six  bool
	done chan struct{} // closed with err set when no more is read

	read sync.Mutex // guards fd against being closed while it is read
	fd   int        // -1: closed
	take func(b []byte, from netip.AddrPort, now time.Time)
	err  error
	poll *poller
	id   int32

	write sync.Mutex // guards fd against being closed while it is written; taken after read
	addr  netip.AddrPort
	to    syscall.Sockaddr // of addr
}

// newSocket takes over c, which is closed.
func newSocket(c *net.UDPConn) (*socket, error) {
	defer func() { _ = c.Close() }()
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &socket{six: !c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().Is4(), done: make(chan struct{}), fd: -1}
	// A copy, since Go's poller would go on waking for the first.
	e := raw.Control(func(fd uintptr) {
		var n uintptr
		var no syscall.Errno
		if n, _, no = syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, 0); no != 0 {
			err = no
			return
		}
		s.fd = int(n)
	})
	if err == nil {
		err = e
	}
	return s, err
}

// newSockets takes over a pair; when one fails both are closed.
func newSockets(rtp, rtcp *net.UDPConn) (*socket, *socket, error) {
	a, err := newSocket(rtp)
	b, e := newSocket(rtcp)
	if err == nil {
		err = e
	}
	if err != nil {
		_, _ = a.Close(), b.Close()
		return nil, nil, err
	}
	return a, b, nil
}

// serve hands every packet to take until the socket is closed, which gives
// net.ErrClosed. It is called once; take must not keep b.
func (s *socket) serve(take func(b []byte, from netip.AddrPort, now time.Time)) error {
	p, err := pollers()
	if err != nil {
		return err
	}
	s.read.Lock()
	if s.fd < 0 {
		s.read.Unlock()
		return net.ErrClosed
	}
	s.take = take
	err = p.add(s)
	s.read.Unlock()
	if err != nil {
		return err
	}
	<-s.done
	return s.err
}

// send sends b without ever waiting, and gives the error of a datagram that could
// not go at once; it is dropped.
func (s *socket) send(b []byte, to netip.AddrPort) error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.fd < 0 {
		return net.ErrClosed
	}
	if to != s.addr {
		a := sockaddr(to, s.six)
		if a == nil {
			return syscall.EAFNOSUPPORT
		}
		s.to, s.addr = a, to
	}
	return syscall.Sendto(s.fd, b, syscall.MSG_DONTWAIT, s.to)
}

// Close ends serve.
func (s *socket) Close() error { return s.end(net.ErrClosed) }

func (s *socket) end(why error) error {
	s.read.Lock()
	defer s.read.Unlock()
	s.write.Lock()
	defer s.write.Unlock()
	if s.fd < 0 {
		return nil
	}
	if s.poll != nil {
		s.poll.remove(s)
	}
	err := syscall.Close(s.fd)
	s.fd, s.err = -1, why
	close(s.done)
	return err
}

// receive reads one packet, if there is one.
func (s *socket) receive(b []byte) (n int, from netip.AddrPort, err error) {
	s.read.Lock()
	defer s.read.Unlock()
	if s.fd < 0 {
		return 0, from, net.ErrClosed
	}
	n, a, err := syscall.Recvfrom(s.fd, b, syscall.MSG_DONTWAIT)
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		from = netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *syscall.SockaddrInet6:
		from = netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port))
	}
	return n, from, err
}

// pass reads one packet and hands it on. More of them wait for the next turn, so
// that nobody who sends a lot keeps the others waiting.
func (s *socket) pass(b []byte, now time.Time) {
	n, from, err := s.receive(b)
	switch {
	case err == nil:
		err = run.Protect("media packet", func() error { s.take(b[:n], from, now); return nil })
		if err != nil {
			_ = s.end(err)
		}
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR), errors.Is(err, net.ErrClosed):
	default:
		_ = s.end(err)
	}
}

func sockaddr(to netip.AddrPort, six bool) syscall.Sockaddr {
	switch a := to.Addr().Unmap(); {
	case six:
		return &syscall.SockaddrInet6{Port: int(to.Port()), Addr: a.As16()}
	case a.Is4():
		return &syscall.SockaddrInet4{Port: int(to.Port()), Addr: a.As4()}
	default:
		return nil
	}
}

// A poller reads many sockets in one goroutine.
type poller struct {
	ep   int
	wait syscall.RawConn // of ep

	mu      sync.Mutex
	last    int32
	sockets map[int32]*socket
}

var (
	startPollers = sync.OnceValues(newPollers)
	turn         atomic.Uint32
)

// pollers gives each socket the next of the process's pollers, one a processor.
// They run as long as the process, as Go's own does.
func pollers() (*poller, error) {
	all, err := startPollers()
	if err != nil {
		return nil, err
	}
	return all[turn.Add(1)%uint32(len(all))], nil
}

func newPollers() ([]*poller, error) {
	g := run.New(context.Background())
	var all []*poller
	for range runtime.GOMAXPROCS(0) {
		ep, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
		if err != nil {
			return nil, err
		}
		p := &poller{ep: ep, sockets: map[int32]*socket{}}
		if err := syscall.SetNonblock(ep, true); err != nil {
			return nil, err
		}
		if p.wait, err = os.NewFile(uintptr(ep), "epoll").SyscallConn(); err != nil {
			return nil, err
		}
		all = append(all, p)
		g.Go("media poller", func(context.Context) error { return p.run() })
	}
	return all, nil
}

func (p *poller) add(s *socket) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.sockets[p.last] != nil || p.last == 0 {
		p.last++
	}
	s.poll, s.id = p, p.last
	// The event carries the id rather than the descriptor, which may be another
	// socket's by the time it is looked at.
	err := syscall.EpollCtl(p.ep, syscall.EPOLL_CTL_ADD, s.fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: s.id})
	if err != nil {
		s.poll = nil
		return err
	}
	p.sockets[s.id] = s
	return nil
}

func (p *poller) remove(s *socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sockets, s.id)
	if err := syscall.EpollCtl(p.ep, syscall.EPOLL_CTL_DEL, s.fd, nil); err != nil {
		slog.Error("a socket could not be taken from its poller", "error", err)
	}
}

func (p *poller) find(id int32) *socket {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sockets[id]
}

// run waits in Go's own poller, in which ours is one descriptor: a thread that
// waited in epoll_wait would have to be given a processor anew for each packet.
func (p *poller) run() error {
	events := make([]syscall.EpollEvent, 64)
	b := make([]byte, 2048)
	var n int
	var failed error
	look := func(uintptr) bool {
		n, failed = syscall.EpollWait(p.ep, events, 0)
		return n > 0 || failed != nil && !errors.Is(failed, syscall.EINTR)
	}
	for {
		if err := p.wait.Read(look); err != nil {
			return err
		}
		if failed != nil {
			return failed
		}
		now := time.Now()
		for i := range n {
			if s := p.find(events[i].Fd); s != nil {
				s.pass(b, now)
			}
		}
	}
}
