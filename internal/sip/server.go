package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/media"
	"parley/internal/run"
)

// Calls is the room that incoming calls go to; the app adapts call.Service.
type Calls interface {
	// Incoming decides what becomes of a call, durably, before it returns. It
	// takes the leg by makeLeg, naming the trunk of in.Trunks that has the
	// called number. Without that, or with an error, the call is refused:
	// ErrNoSuchNumber by 404, others by 500.
	Incoming(ctx context.Context, in Invite, makeLeg func(trunkID string, events func(call.LegEvent)) call.Leg) error
}

// Invite is what an incoming call says of itself.
type Invite struct {
	Trunks         []Trunk // the trunks the caller's address belongs to
	From, FromName string  // "" when the caller hides
	To             string  // the called number, as it came
	CallID         string
}

// ErrNoSuchNumber refuses a call to a number that nobody has.
var ErrNoSuchNumber = errors.New("no such number")

// Config of a Server.
type Config struct {
	Listen  string // ip:port for UDP and TCP; port 0: one that is free for both
	Public  string // host name or address that the other ends are told; "": the address they reach us by
	RTP     RTP
	Calls   Calls
	Trunks  Trunks
	Limits  Limits
	Timers  Timers
	Product string // for the User-Agent header
}

// Timers are times that tests shorten. Zero values are the defaults.
type Timers struct {
	T1, T2      time.Duration // of RFC 3261 for answers and their ACK; 0.5 s, 4 s
	NoReply     time.Duration // until the next address of a trunk is tried; 6 s
	Ringing     time.Duration // of a call that we make; 3 minutes
	Session     time.Duration // RFC 4028, what we ask for; 30 minutes
	MinSession  time.Duration // and accept; 90 s
	Ping        time.Duration // between OPTIONS to a trunk; 1 minute
	RegisterFor time.Duration // 1 hour
	Retry       time.Duration // first pause after a failed registration; 30 s
	Incoming    time.Duration // that Calls.Incoming may take; 15 s
}

func (t Timers) withDefaults() Timers {
	set := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&t.T1, 500*time.Millisecond)
	set(&t.T2, 4*time.Second)
	set(&t.NoReply, 6*time.Second)
	set(&t.Ringing, 3*time.Minute)
	set(&t.Session, 30*time.Minute)
	set(&t.MinSession, 90*time.Second)
	set(&t.Ping, time.Minute)
	set(&t.RegisterFor, time.Hour)
	set(&t.Retry, 30*time.Second)
	set(&t.Incoming, 15*time.Second)
	return t
}

// Server speaks SIP with the trunks. Start it, then it is ready.
type Server struct {
	cfg      Config
	group    *run.Group
	guard    *guard
	dir      *directory
	addr     netip.AddrPort
	tp       *gosip.TransportLayer
	tx       *gosip.TransactionLayer
	udp      net.PacketConn
	tcp      net.Listener
	draining atomic.Bool

	mu      sync.Mutex
	legs    map[legKey]*leg
	invites map[inviteKey]struct{} // to tell a copy of an INVITE that came by another way
	keepers map[string]*keeper     // by trunk
}

type legKey struct{ callID, localTag string }

type inviteKey struct {
	callID, fromTag string
	seq             uint32
}

// stackOnce sets what sipgo keeps in package variables.
var stackOnce sync.Once

// New prepares a Server.
func New(cfg Config) *Server {
	stackOnce.Do(func() {
		gosip.UDPMTUSize = 65_000 // an INVITE with a long route is larger than a packet; IP fragments it
		gosip.SetDefaultLogger(slog.New(quiet{slog.Default().Handler()}))
	})
	cfg.Limits, cfg.Timers = cfg.Limits.withDefaults(), cfg.Timers.withDefaults()
	if cfg.Product == "" {
		cfg.Product = "Parley"
	}
	s := &Server{cfg: cfg, legs: map[legKey]*leg{}, invites: map[inviteKey]struct{}{}, keepers: map[string]*keeper{}}
	s.dir = newDirectory(cfg.Trunks)
	s.guard = newGuard(cfg.Limits, s.dir.knows)
	return s
}

// Start binds the sockets and serves until the group ends.
func (s *Server) Start(g *run.Group) error {
	s.group = g
	if _, err := s.dir.reload(g.Context()); err != nil {
		return fmt.Errorf("trunks: %w", err)
	}
	if err := s.bind(); err != nil {
		return err
	}
	if err := s.openRTP(); err != nil {
		return err
	}
	log := slog.New(quiet{slog.Default().Handler()})
	s.tp = gosip.NewTransportLayer(net.DefaultResolver, gosip.NewParser(), nil, gosip.WithTransportLayerLogger(log))
	s.tx = gosip.NewTransactionLayer(s.tp, gosip.WithTransactionLayerLogger(log), gosip.WithTransactionLayerUnhandledResponseHandler(s.stray))
	s.tx.OnRequest(s.onRequest)
	gate := &packetGate{PacketConn: s.udp, guard: s.guard, reading: make(chan struct{})}
	g.Go("sip udp", func(context.Context) error { return s.tp.ServeUDP(gate) })
	<-gate.reading
	g.Go("sip tcp", func(ctx context.Context) error {
		err := s.tp.ServeTCP(newListenGate(s.tcp, s.guard, g))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	})
	g.Go("sip close", func(ctx context.Context) error {
		<-ctx.Done()
		_ = s.udp.Close()
		_ = s.tcp.Close()
		s.tx.Close()
		return s.tp.Close()
	})
	g.Every("sip trunks", 10*time.Second, s.Reload)
	return nil
}

// bind opens the same port for UDP and TCP.
func (s *Server) bind() error {
	want, err := netip.ParseAddrPort(s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("SIP address %q: %w", s.cfg.Listen, err)
	}
	family := "4"
	if want.Addr().Is6() {
		family = "6"
	}
	for try := 0; ; try++ {
		s.udp, err = net.ListenPacket("udp"+family, want.String())
		if err != nil {
			return fmt.Errorf("SIP over UDP: %w", err)
		}
		_ = s.udp.(*net.UDPConn).SetReadBuffer(4 << 20) // as much of it as the system allows
		s.addr = s.udp.LocalAddr().(*net.UDPAddr).AddrPort()
		s.tcp, err = net.Listen("tcp"+family, s.addr.String())
		if err == nil {
			return nil
		}
		_ = s.udp.Close()
		if want.Port() != 0 || try == 20 {
			return fmt.Errorf("SIP over TCP: %w", err)
		}
	}
}

func (s *Server) openRTP() (err error) {
	r := &s.cfg.RTP
	if !r.Local.IsValid() {
		r.Local = s.addr.Addr()
	}
	if r.Ports == nil {
		r.Ports, err = media.NewPorts(0, 0)
	}
	return err
}

// Addr is where the server listens.
func (s *Server) Addr() netip.AddrPort { return s.addr }

// Drain makes the server take no new calls (503) while running ones go on.
func (s *Server) Drain() { s.draining.Store(true) }

// Close ends the calls that are left with a BYE and takes the registrations
// back. It waits until that was sent, at most until ctx ends.
func (s *Server) Close(ctx context.Context) {
	s.Drain()
	s.mu.Lock()
	legs := make([]*leg, 0, len(s.legs))
	for _, l := range s.legs {
		legs = append(legs, l)
	}
	keepers := make([]*keeper, 0, len(s.keepers))
	for id, k := range s.keepers {
		keepers = append(keepers, k)
		delete(s.keepers, id)
	}
	s.mu.Unlock()
	for _, l := range legs {
		l.HangUp(call.CauseSystem)
	}
	for _, k := range keepers {
		k.stop()
	}
	for _, l := range legs {
		select {
		case <-l.gone:
		case <-ctx.Done():
			return
		}
	}
	for _, k := range keepers {
		select {
		case <-k.done:
		case <-ctx.Done():
			return
		}
	}
}

// Reload has the trunks read again. The server does it by itself too, but a
// changed trunk should not wait.
func (s *Server) Reload(ctx context.Context) error {
	if _, err := s.dir.reload(ctx); err != nil {
		return err
	}
	s.keepTrunks()
	return nil
}

// advertised is the host we name to a peer.
func (s *Server) advertised(peer string) string {
	if s.cfg.Public != "" {
		return s.cfg.Public
	}
	if !s.addr.Addr().IsUnspecified() {
		return s.addr.Addr().String()
	}
	if a, ok := localFor(peer); ok {
		return a.String()
	}
	return s.addr.Addr().String()
}

// localFor is our address on the way to a peer; nothing is sent.
func localFor(peer string) (netip.Addr, bool) {
	c, err := net.Dial("udp", peer)
	if err != nil {
		return netip.Addr{}, false
	}
	defer func() { _ = c.Close() }()
	return addressOf(c.LocalAddr()), true
}

// contact is the address that requests to us within a dialog go to.
func (s *Server) contact(transport, peer string) *gosip.ContactHeader {
	u := gosip.Uri{Scheme: "sip", User: "parley", Host: s.advertised(peer), Port: int(s.addr.Port())}
	if gosip.IsReliable(transport) {
		u.UriParams = gosip.NewParams()
		u.UriParams.Add("transport", gosip.NetworkToLower(transport))
	}
	return &gosip.ContactHeader{Address: u}
}

func hostPort(host string, port int) string { return net.JoinHostPort(bare(host), strconv.Itoa(port)) }

func (s *Server) leg(callID, localTag string) *leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[legKey{callID, localTag}]
}

func (s *Server) add(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.legs[l.key()] = l
	legsOpen.Set(float64(len(s.legs)))
}

func (s *Server) remove(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs[l.key()] == l {
		delete(s.legs, l.key())
	}
	delete(s.invites, l.inviteKey)
	legsOpen.Set(float64(len(s.legs)))
}

func (s *Server) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.legs)
}

// quiet lowers what the SIP stack says to the level of debugging: a malformed
// packet from outside is not an error of ours.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l > slog.LevelDebug && q.Handler.Enabled(ctx, slog.LevelDebug)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	r.Level = slog.LevelDebug
	return q.Handler.Handle(ctx, r)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
