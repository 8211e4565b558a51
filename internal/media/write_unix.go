//go:build unix

package media

import (
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// A writer sends datagrams without ever waiting: net.UDPConn would park the
// caller, and with it a room's clock, until the socket's buffer has room.
type writer struct {
	raw syscall.RawConn
	six bool

	mu   sync.Mutex
	b    []byte
	to   syscall.Sockaddr
	addr netip.AddrPort // of to
	err  error
	call func(fd uintptr) bool
}

func newWriter(c *net.UDPConn) (*writer, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	w := &writer{raw: raw, six: !c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().Is4()}
	w.call = func(fd uintptr) bool {
		w.err = syscall.Sendto(int(fd), w.b, syscall.MSG_DONTWAIT, w.to)
		return true
	}
	return w, nil
}

// send gives the error of a datagram that could not go at once; it is dropped.
func (w *writer) send(b []byte, to netip.AddrPort) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if to != w.addr {
		switch a := to.Addr().Unmap(); {
		case w.six:
			w.to = &syscall.SockaddrInet6{Port: int(to.Port()), Addr: a.As16()}
		case a.Is4():
			w.to = &syscall.SockaddrInet4{Port: int(to.Port()), Addr: a.As4()}
		default:
			return syscall.EAFNOSUPPORT
		}
		w.addr = to
	}
	w.b = b
	if err := w.raw.Write(w.call); err != nil {
		return err
	}
	return w.err
}
