package sip

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/run"
)

// packetGate is the UDP socket as the SIP stack sees it: messages that the guard
// does not let through never reach it.
type packetGate struct {
	net.PacketConn
	guard   *guard
	reading chan struct{} // closed when the stack reads, and so can send as well
	once    sync.Once
}

func (p *packetGate) ReadFrom(b []byte) (int, net.Addr, error) {
	p.once.Do(func() { close(p.reading) })
	for {
		n, from, err := p.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		switch p.guard.look(addressOf(from), isResponse(b[:n])) {
		case pass:
			return n, from, nil
		case refuse:
			if answer := refusal(b[:n], "UDP", from.String()); answer != nil {
				_, _ = p.PacketConn.WriteTo(answer, from) // it is told once; lost is lost
			}
		}
	}
}

func isResponse(b []byte) bool { return bytes.HasPrefix(b, []byte("SIP/2.0 ")) }

// addressOf gives the address of a socket's other end.
func addressOf(a net.Addr) netip.Addr {
	switch a := a.(type) {
	case *net.UDPAddr:
		return a.AddrPort().Addr().Unmap()
	case *net.TCPAddr:
		return a.AddrPort().Addr().Unmap()
	}
	ap, _ := netip.ParseAddrPort(a.String())
	return ap.Addr().Unmap()
}

// refusal is the 403 to a request from an address of no trunk, made without
// keeping anything of it; nil when the message is none that gets an answer.
func refusal(b []byte, transport, from string) (answer []byte) {
	_ = run.Protect("sip refusal", func() error {
		m, err := gosip.ParseMessage(b)
		req, ok := m.(*gosip.Request)
		if err != nil || !ok || req.IsAck() || req.Via() == nil {
			return nil
		}
		req.SetTransport(transport)
		req.SetSource(from)
		answer = []byte(gosip.NewResponseFromRequest(req, gosip.StatusForbidden, "Forbidden", nil).String())
		return nil
	})
	return answer
}

// listenGate is the TCP listener as the SIP stack sees it.
type listenGate struct {
	net.Listener
	guard *guard
	group *run.Group
	spare chan struct{} // room for connections that are read only to be refused
}

func newListenGate(l net.Listener, g *guard, group *run.Group) *listenGate {
	return &listenGate{Listener: l, guard: g, group: group, spare: make(chan struct{}, 16)}
}

func (l *listenGate) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := addressOf(c.RemoteAddr())
		switch l.guard.look(from, false) {
		case pass:
			if l.guard.connect(from) {
				return &gatedConn{Conn: c, guard: l.guard, from: from}, nil
			}
			refused.WithLabelValues("connections").Inc()
		case refuse:
			if l.refuse(c) {
				continue
			}
		}
		_ = c.Close()
	}
}

// refuse answers one request with 403 and closes; false when too many are being
// refused already.
func (l *listenGate) refuse(c net.Conn) bool {
	select {
	case l.spare <- struct{}{}:
	default:
		return false
	}
	l.group.Go("sip refusal", func(context.Context) error {
		defer func() { _ = c.Close(); <-l.spare }()
		_ = c.SetDeadline(time.Now().Add(2 * time.Second))
		b := make([]byte, 8<<10)
		n := 0
		for n < len(b) && !bytes.Contains(b[:n], []byte("\r\n\r\n")) {
			m, err := c.Read(b[n:])
			if err != nil {
				return nil // a stranger's connection is nobody's error
			}
			n += m
		}
		if answer := refusal(b[:n], "TCP", c.RemoteAddr().String()); answer != nil {
			_, _ = c.Write(answer)
		}
		return nil
	})
	return true
}

// gatedConn has what comes over it counted, and the connection itself.
type gatedConn struct {
	net.Conn
	guard *guard
	from  netip.Addr
	once  sync.Once
}

func (c *gatedConn) Close() error {
	c.once.Do(func() { c.guard.disconnect(c.from) })
	return c.Conn.Close()
}

func (c *gatedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.guard.look(c.from, false) != pass { // the trunk was taken away, or it sends too much
		return 0, net.ErrClosed
	}
	return n, err
}
