//go:build !linux

package media

import (
	"net"
	"net/netip"
	"time"
)

// A socket is a UDP socket.
type socket struct{ *net.UDPConn }

func newSockets(rtp, rtcp *net.UDPConn) (*socket, *socket, error) {
	return &socket{rtp}, &socket{rtcp}, nil
}

// serve hands every packet to take until the socket is closed, which gives
// net.ErrClosed. It is called once; take must not keep b.
func (s *socket) serve(take func(b []byte, from netip.AddrPort, now time.Time)) error {
	b := make([]byte, 2048)
	for {
		n, from, err := s.ReadFromUDPAddrPort(b)
		if err != nil {
			return err
		}
		take(b[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
	}
}

// send sends a datagram.
func (s *socket) send(b []byte, to netip.AddrPort) error {
	_, err := s.WriteToUDPAddrPort(b, to)
	return err
}
