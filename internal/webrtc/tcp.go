package webrtc

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
)

const (
	// tcpHello is how long a connection may take to say whose it is, and to be
	// taken by a leg then.
	tcpHello = 5 * time.Second
	// tcpBacklog is how much sound waits for a slow connection, in bytes (about
	// two seconds); what comes then is dropped, as a network would.
	tcpBacklog = 16 << 10
	// tcpOfOne is how many connections there may be from one address: everybody
	// in an office behind one.
	tcpOfOne = 500
)

// ports opens the edge's UDP port and, unless switched off, the TCP port beside
// it (RFC 6544) for browsers whose network lets no UDP out. Where the system
// chooses the port, it is the same number.
func ports(cfg Config) (udp *net.UDPConn, tcp net.Listener, err error) {
	at, err := net.ResolveUDPAddr("udp", cfg.Listen)
	if err != nil {
		return nil, nil, err
	}
	for range 10 {
		if udp, err = net.ListenUDP("udp", at); err != nil || cfg.TCP == Off {
			return udp, nil, err
		}
		beside := cfg.TCP
		if beside == "" {
			beside = udp.LocalAddr().String()
		}
		if tcp, err = net.Listen("tcp", beside); err == nil {
			return udp, tcp, nil
		}
		err = errors.Join(err, udp.Close())
		if at.Port != 0 || cfg.TCP != "" {
			break
		}
	}
	return nil, nil, err
}

// overTCP takes connections for the legs.
func overTCP(ln net.Listener, cfg Config, logs loggers) ice.TCPMux {
	d := &door{Listener: ln, most: cfg.Max + 1000, of: map[netip.Addr]int{}, one: cfg.PublicAddress.IsValid()}
	m := ice.NewTCPMuxDefault(ice.TCPMuxParams{Listener: d, Logger: logs.NewLogger("ice"), ReadBufferSize: 64, WriteBufferSize: tcpBacklog,
		FirstStunBindTimeout: tcpHello, AliveDurationForConnFromStun: tcpHello})
	if d.one {
		return oneAddress{m}
	}
	return m
}

// door lets in so many connections, and of one address so many.
type door struct {
	net.Listener
	most int
	one  bool // whatever address of ours a connection came to is the public one

	mu  sync.Mutex
	all int
	of  map[netip.Addr]int
}

// Accept gives the next connection that there is room for; others are closed.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if !d.enter(from) {
			_ = c.Close()
			continue
		}
		// What waits in the system is as late as what waits here.
		_ = c.(*net.TCPConn).SetWriteBuffer(tcpBacklog)
		return &guest{Conn: c, door: d, from: from}, nil
	}
}

func (d *door) enter(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all >= d.most || d.of[from] >= tcpOfOne {
		return false
	}
	d.all++
	d.of[from]++
	return true
}

func (d *door) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all--
	if d.of[from]--; d.of[from] == 0 {
		delete(d.of, from)
	}
}

// guest is a connection that was let in.
type guest struct {
	net.Conn
	door *door
	from netip.Addr
	once sync.Once
}

// Close ends the connection and makes room.
func (g *guest) Close() error {
	g.once.Do(func() { g.door.leave(g.from) })
	return g.Conn.Close()
}

// LocalAddr is the address of ours that the connection came to.
func (g *guest) LocalAddr() net.Addr {
	at := g.Conn.LocalAddr().(*net.TCPAddr)
	if g.door.one {
		return &net.TCPAddr{IP: public(at.IP.To4() == nil), Port: at.Port}
	}
	return at
}

// oneAddress is a mux behind one public address: connections are told apart by
// it, not by which of the machine's addresses they came to, which is another
// than the browser knows.
type oneAddress struct{ *ice.TCPMuxDefault }

// GetConnByUfrag gives the connections of a leg.
func (m oneAddress) GetConnByUfrag(ufrag string, isIPv6 bool, _ net.IP) (net.PacketConn, error) {
	return m.TCPMuxDefault.GetConnByUfrag(ufrag, isIPv6, public(isIPv6))
}

func public(isIPv6 bool) net.IP {
	if isIPv6 {
		return net.IPv6unspecified
	}
	return net.IPv4zero.To4()
}
