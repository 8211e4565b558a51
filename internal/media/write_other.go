//go:build !unix

package media

import (
	"net"
	"net/netip"
)

// A writer sends datagrams. Here the system takes them at once.
type writer struct{ conn *net.UDPConn }

func newWriter(c *net.UDPConn) (*writer, error) { return &writer{c}, nil }

func (w *writer) send(b []byte, to netip.AddrPort) error {
	_, err := w.conn.WriteToUDPAddrPort(b, to)
	return err
}
