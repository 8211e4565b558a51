package mailbox

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"parley/internal/web"
)

// Limits bound what the outside can make of the SMTP server. Zero values are the
// defaults.
type Limits struct {
	Connections        int           // open at once; 200
	ConnectionsAddress int           // … from one address (IPv6: network); 20
	MessagesMinute     int           // from one address; 120
	RecipientsMinute   int           // asked for by one address, known or not; 600
	Recipients         int           // of one mail; 100
	Strangers          int           // addresses nobody has, in one connection; 10
	LineBytes          int           // 64 KiB
	HeaderBytes        int           // 256 KiB
	MemoryBytes        int64         // of all mails being received; 256 MiB
	Idle               time.Duration // between commands, and between two parts of a mail; 1 minute
	Mail               time.Duration // for a whole mail; 15 minutes
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.Connections, 200)
	set(&l.ConnectionsAddress, 20)
	set(&l.MessagesMinute, 120)
	set(&l.RecipientsMinute, 600)
	set(&l.Recipients, 100)
	set(&l.Strangers, 10)
	set(&l.LineBytes, 64<<10)
	set(&l.HeaderBytes, 256<<10)
	if l.MemoryBytes <= 0 {
		l.MemoryBytes = 256 << 20
	}
	if l.Idle <= 0 {
		l.Idle = time.Minute
	}
	if l.Mail <= 0 {
		l.Mail = 15 * time.Minute
	}
	return l
}

// perMinute is a rate of so many a minute, half of them at once.
func perMinute(n int) *web.Rated {
	return web.NewRatedByAddress(web.Rate{Every: time.Minute / time.Duration(n), Burst: max(1, n/2)})
}

// gate is the listener as the SMTP server sees it: connections over the limits
// hear 421 and never reach it.
type gate struct {
	net.Listener
	limits Limits

	mu     sync.Mutex
	open   map[*gated]bool
	from   map[netip.Prefix]int
	closed bool // draining: what is idle goes
}

func newGate(l net.Listener, limits Limits) *gate {
	return &gate{Listener: l, limits: limits, open: map[*gated]bool{}, from: map[netip.Prefix]int{}}
}

func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if out := g.enter(c); out != nil {
			return out, nil
		}
		refused.WithLabelValues("connections").Inc()
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = c.Write([]byte("421 4.3.2 Too many connections, try again later\r\n"))
		_ = c.Close()
	}
}

func (g *gate) enter(c net.Conn) *gated {
	out := &gated{Conn: c, gate: g, network: networkOf(c.RemoteAddr())}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || len(g.open) >= g.limits.Connections || out.network.IsValid() && g.from[out.network] >= g.limits.ConnectionsAddress {
		return nil
	}
	g.open[out] = true
	g.from[out.network]++
	connections.Inc()
	return out
}

// networkOf is what counts as one address: an IPv4 address, an IPv6 /64.
func networkOf(a net.Addr) netip.Prefix {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	ip, bits := ap.Addr().Unmap().WithZone(""), 32
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.Prefix(bits)
	return p
}

// drain ends the connections on which no mail is under way, and the others as
// soon as theirs is answered.
func (g *gate) drain() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for c := range g.open {
		if !c.busy {
			_ = c.Conn.SetReadDeadline(time.Now())
		}
	}
}

// gated is a connection that is counted. Its busy state is guarded by the gate.
type gated struct {
	net.Conn
	gate    *gate
	network netip.Prefix
	busy    bool
	ending  bool // the next reading is the last
	once    sync.Once
}

// end makes the library's next reading its last: it hears a timeout and closes.
func (c *gated) end() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.ending = true
}

// setBusy notes that a mail is being received, or that it has been answered.
func (c *gated) setBusy(busy bool) {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.busy = busy
}

// SetReadDeadline does what it says, but a draining server waits for nobody.
func (c *gated) SetReadDeadline(t time.Time) error {
	c.gate.mu.Lock()
	if c.ending || c.gate.closed && !c.busy {
		t = time.Now()
	}
	c.gate.mu.Unlock()
	return c.Conn.SetReadDeadline(t)
}

func (c *gated) Close() error {
	c.once.Do(func() {
		c.gate.mu.Lock()
		defer c.gate.mu.Unlock()
		delete(c.gate.open, c)
		if c.gate.from[c.network]--; c.gate.from[c.network] <= 0 {
			delete(c.gate.from, c.network)
		}
		connections.Dec()
	})
	return c.Conn.Close()
}

// budget bounds the memory of mails that are being received.
type budget struct {
	mu   sync.Mutex
	left int64
}

func (b *budget) take(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > b.left {
		return false
	}
	b.left -= n
	return true
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left += n
}
