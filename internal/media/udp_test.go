package media

import (
	"errors"
	"math"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/run"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func anyPorts(t *testing.T) *Ports {
	p, err := NewPorts(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func openUDP(t *testing.T, p *Ports) *UDP {
	t.Helper()
	u, err := ListenUDP(UDPConfig{Local: loopback, Ports: p, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// phone is a far end on a real socket: it sends a tone on its own clock and
// decodes what it gets.
type phone struct {
	t     *testing.T
	codec Codec
	conn  *net.UDPConn
	to    netip.AddrPort
	hz    atomic.Uint64 // of the tone, as float bits
	stop  chan struct{}
	wait  sync.WaitGroup

	mu   sync.Mutex
	got  []gotPacket
	more *sync.Cond
}

func newPhone(t *testing.T, c Codec, to *UDP, hz float64) *phone {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{t: t, codec: c, conn: conn, to: netip.AddrPortFrom(loopback, to.Port()), stop: make(chan struct{})}
	p.more = sync.NewCond(&p.mu)
	p.hz.Store(math.Float64bits(hz))
	p.wait.Go(p.send)
	p.wait.Go(p.receive)
	t.Cleanup(p.close)
	return p
}

func (p *phone) addr() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (p *phone) close() {
	select {
	case <-p.stop:
		return
	default:
	}
	close(p.stop)
	_ = p.conn.Close()
	p.wait.Wait()
}

func (p *phone) send() {
	f := newFarEnd(p.t, p.codec)
	tick := time.NewTicker(frameTime)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			_, _ = p.conn.WriteToUDPAddrPort(f.next(math.Float64frombits(p.hz.Load())), p.to)
		}
	}
}

func (p *phone) receive() {
	b := make([]byte, 2000)
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		if q, ok := parsePacket(append([]byte(nil), b[:n]...)); ok {
			p.mu.Lock()
			p.got = append(p.got, gotPacket{q, time.Now()})
			p.mu.Unlock()
			p.more.Broadcast()
		}
	}
}

// until waits for n more packets and gives them.
func (p *phone) until(n int) []gotPacket {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := len(p.got)
	for len(p.got) < from+n {
		p.more.Wait()
	}
	return append([]gotPacket(nil), p.got[from:from+n]...)
}

// hear waits until of the three tones exactly those named are heard.
func (p *phone) hear(what string, want ...float64) {
	p.t.Helper()
	f := newFarEnd(p.t, p.codec)
	var levels map[float64]float64
	for range 40 { // 10 s at most
		pcm := f.sound(p.until(25))[p.codec.SampleRate/25:]
		levels = map[float64]float64{450: 0, 700: 0, 1100: 0}
		right := true
		for hz := range levels {
			levels[hz] = level(pcm, p.codec.SampleRate, hz)
			expected := false
			for _, w := range want {
				expected = expected || w == hz
			}
			right = right && (expected == (levels[hz] > 3500)) && (expected || levels[hz] < 500)
		}
		if right {
			return
		}
	}
	p.t.Errorf("%s: expected %v, heard %v", what, want, levels)
}

// A whole call over real sockets: talk, mute, hold with music, a third one.
func TestCallOverUDP(t *testing.T) {
	g := run.New(t.Context())
	ports := anyPorts(t)
	r := NewRoom(g)
	var legs []*Leg
	var phones []*phone
	var streams []*UDP
	for i, hz := range []float64{450, 700, 1100} {
		c := []Codec{PCMA, PCMA, G722}[i]
		u := openUDP(t, ports)
		p := newPhone(t, c, u, hz)
		u.SetRemote(p.addr())
		l := NewLeg(g)
		l.Connect(LegConfig{Stream: u, Codec: c, PayloadType: c.PayloadType})
		legs, phones, streams = append(legs, l), append(phones, p), append(streams, u)
	}
	customer, agent := phones[0], phones[1]
	r.Join(legs[0])
	r.Join(legs[1])
	customer.hear("talk, customer", 700)
	agent.hear("talk, agent", 450)

	legs[1].SetMuted(true)
	customer.hear("[V-15] mute, customer")
	agent.hear("[V-15] mute, agent", 450)
	legs[1].SetMuted(false)
	customer.hear("[V-15] no mute, customer", 700)

	r.Hear(legs[0], legs[1], false)
	r.Hear(legs[1], legs[0], false)
	music := r.Play(Tone(1100, time.Minute), PlayOptions{To: legs[:1], Loop: true})
	customer.hear("[V-16] hold, customer", 1100)
	agent.hear("[V-16] hold, agent")
	music.Stop()
	r.Hear(legs[0], legs[1], true)
	r.Hear(legs[1], legs[0], true)
	customer.hear("[V-16] retrieved, customer", 700)
	agent.hear("[V-16] retrieved, agent", 450)

	r.Join(legs[2])
	customer.hear("three, customer", 700, 1100)
	agent.hear("three, agent", 450, 1100)
	phones[2].hear("three, third", 450, 700)
	r.Leave(legs[2])
	customer.hear("two again", 700)

	q := legs[0].Quality()
	if q.Recent.Packets < 100 || q.Whole.LossPercent > 1 || q.Recent.MOS < 3 {
		t.Errorf("[V-46] quality: %+v", q)
	}
	customer.mu.Lock()
	ssrcs := map[uint32]bool{}
	for _, p := range customer.got {
		ssrcs[p.ssrc] = true
	}
	customer.mu.Unlock()
	if len(ssrcs) != 1 {
		t.Errorf("the customer has heard %d sources", len(ssrcs))
	}
	for i, l := range legs {
		l.Close()
		if err := streams[i].ReadRTP(nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
	r.Close()
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// Everything ends with its group, without a Close.
func TestGroupEnds(t *testing.T) {
	g := run.New(t.Context())
	ports := anyPorts(t)
	for range 5 {
		r := NewRoom(g)
		for range 3 {
			u := openUDP(t, ports)
			u.SetRemote(netip.AddrPortFrom(loopback, 9))
			l := NewLeg(g)
			l.Connect(LegConfig{Stream: u, Codec: PCMU, EventPT: 101})
			if err := l.SendDigits("1,,,,2"); err != nil {
				t.Error(err)
			}
			r.Join(l)
		}
		r.Play(Music(), PlayOptions{Loop: true})
	}
	if err := g.Stop(5 * time.Second); err != nil {
		t.Error(err)
	}
	if left := g.Running(); len(left) != 0 {
		t.Errorf("still running: %v", left)
	}
}

func TestRTCP(t *testing.T) {
	start := time.Unix(1e9, 0)
	g := run.New(t.Context())
	a, b := NewLeg(g), NewLeg(g)
	fa, fb := newFarEnd(t, PCMU), newFarEnd(t, PCMU)
	a.conn, b.conn = &conn{LegConfig: fa.config()}, &conn{LegConfig: fb.config()}
	a.out.connect(fa, PCMU, 0, 0)
	// a sends 100 packets, of which b loses every tenth.
	for i := range 100 {
		now := start.Add(time.Duration(i) * frameTime)
		a.out.frame(1, uint32(i)*frameTicks, PCMU, silences["PCMU"][:], false, now)
		p := fa.take()[0]
		if i%10 != 5 {
			b.src.take(p.ssrc, p.seq, now)
			b.src.time(p.ts, now)
		}
	}
	now := start.Add(2 * time.Second)
	ra, rb := &reporter{leg: a, name: "a"}, &reporter{leg: b, name: "b"}
	// 40 ms there, 100 ms until the answer, 60 ms back.
	rb.take(ra.make(now, false), now.Add(40*time.Millisecond))
	ra.take(rb.make(now.Add(140*time.Millisecond), false), now.Add(200*time.Millisecond))
	q := a.Quality()
	if !q.Far.Known || q.Far.LossPercent < 9 || q.Far.LossPercent > 11 {
		t.Errorf("[V-46] the far end reports %+v", q.Far)
	}
	if q.RTT < 99*time.Millisecond || q.RTT > 101*time.Millisecond {
		t.Errorf("[V-46] a round trip of %v", q.RTT)
	}
	if isRTCP(ra.make(now, true)) == false {
		t.Error("a report is not known as RTCP")
	}
	// Somebody else's report, and one that answers nothing, change nothing.
	before := a.Quality()
	ra.take(appendReport(nil, report{ssrc: 5, blocks: []block{{ssrc: 12345, fraction: 255}}}), now)
	ra.take([]byte{0x81, 201, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8}, now)
	if a.Quality().Far != before.Far {
		t.Error("a foreign report counts")
	}
}

// RTCP over sockets: both sides report by themselves, on the next port or on the
// same.
func TestRTCPOverUDP(t *testing.T) {
	for _, mux := range []bool{false, true} {
		g := run.New(t.Context())
		ports := anyPorts(t)
		ua, ub := openUDP(t, ports), openUDP(t, ports)
		ua.SetRemote(netip.AddrPortFrom(loopback, ub.Port()))
		ub.SetRemote(netip.AddrPortFrom(loopback, ua.Port()))
		ua.SetRTCP(netip.AddrPort{}, mux)
		ub.SetRTCP(netip.AddrPort{}, mux)
		ra, rb := NewRoom(g), NewRoom(g)
		a, b := NewLeg(g), NewLeg(g)
		a.Connect(LegConfig{Stream: ua, Codec: PCMU, PayloadType: 0})
		b.Connect(LegConfig{Stream: ub, Codec: PCMU, PayloadType: 0})
		ra.Join(a)
		rb.Join(b)
		deadline := time.NewTimer(20 * time.Second)
		tick := time.NewTicker(50 * time.Millisecond)
		for done := false; !done; {
			select {
			case <-deadline.C:
				t.Fatalf("mux %v: no round trip is known: %+v", mux, a.Quality())
			case <-tick.C:
				// Now rather than in five seconds.
				ua.sendReport(ua.rep, false)
				ub.sendReport(ub.rep, false)
				qa, qb := a.Quality(), b.Quality()
				done = qa.RTT > 0 && qb.RTT > 0 && qa.Far.Known && qb.Far.Known
			}
		}
		tick.Stop()
		deadline.Stop()
		a.Close()
		b.Close()
		ra.Close()
		rb.Close()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestLatch(t *testing.T) {
	t.Run("[V-48/nat] sound is taken from where SDP says, or from who comes first within the window; strangers take nothing over", latches)
}

func latches(t *testing.T) {
	start := time.Unix(1e9, 0)
	said := netip.MustParseAddrPort("192.0.2.1:4000")
	port, nat, stranger := netip.MustParseAddrPort("192.0.2.1:4444"), netip.MustParseAddrPort("198.51.100.7:5000"), netip.MustParseAddrPort("203.0.113.9:6000")
	var l latch
	if l.take(said, start) || l.at().IsValid() {
		t.Error("somebody is believed before SDP has said anything")
	}
	l.expect(said, start)
	if !l.take(nat, start.Add(time.Second)) || l.at() != nat {
		t.Error("a phone behind NAT is not found")
	}
	if l.take(stranger, start.Add(2*time.Second)) || l.at() != nat {
		t.Error("a stranger takes over in the window")
	}
	if !l.take(said, start.Add(time.Hour)) || l.at() != said {
		t.Error("the address of SDP is not believed")
	}
	if l.take(nat, start.Add(time.Hour)) {
		t.Error("another address is believed beside that of SDP")
	}
	l.expect(said, start.Add(time.Hour)) // a re-INVITE that changes nothing
	if l.at() != said || l.take(nat, start.Add(time.Hour)) {
		t.Error("the same address opens the window again")
	}
	l = latch{}
	l.expect(said, start)
	if l.take(nat, start.Add(latchTime)) {
		t.Error("a stranger is believed after the window")
	}
	if !l.take(port, start.Add(time.Hour)) || l.at() != port {
		t.Error("another port of the same host is not believed")
	}
	l.expect(stranger, start.Add(time.Hour))
	if !l.take(netip.MustParseAddrPort("[::ffff:203.0.113.9]:6000"), start.Add(2*time.Hour)) {
		t.Error("the address in IPv6 clothes is another")
	}
}

func TestPorts(t *testing.T) {
	start := time.Unix(1e9, 0)
	p, err := NewPorts(20001, 20007)
	if err != nil {
		t.Fatal(err)
	}
	if p.first != 20002 || p.pairs != 3 {
		t.Errorf("from %d, %d pairs", p.first, p.pairs)
	}
	for want := range 3 {
		if i, ok := p.take(start); !ok || i != want {
			t.Errorf("pair %d, %v", i, ok)
		}
	}
	if i, ok := p.take(start); ok {
		t.Errorf("pair %d is given twice", i)
	}
	p.give(1, start)
	if _, ok := p.take(start.Add(portRest - 1)); ok {
		t.Error("a pair does not rest")
	}
	if i, ok := p.take(start.Add(portRest)); !ok || i != 1 {
		t.Errorf("pair %d, %v", i, ok)
	}
	if _, err := NewPorts(20001, 20002); err == nil {
		t.Error("a range without a pair is taken")
	}

	t.Run("a port that somebody else has is left out, and the error says when none is left", func(t *testing.T) {
		u := openUDP(t, anyPorts(t)) // somewhere the system has two free ports
		first := u.Port()
		few, err := NewPorts(first, first+1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ListenUDP(UDPConfig{Local: loopback, Ports: few}); err == nil {
			t.Error("a taken port is opened")
		}
		_ = u.Close()
	})
	t.Run("a write never waits and never fails the caller's clock", func(t *testing.T) {
		u := openUDP(t, anyPorts(t))
		defer u.Close()
		b := make([]byte, 172)
		if _, err := u.WriteRTP(b); err != nil {
			t.Errorf("before SetRemote: %v", err)
		}
		u.SetRemote(netip.MustParseAddrPort("[2001:db8::1]:4000")) // not reachable from an IPv4 socket
		if _, err := u.WriteRTP(b); err == nil {
			t.Error("an IPv6 address on an IPv4 socket")
		}
		sink := openUDP(t, anyPorts(t)) // reads nothing: its buffer fills up
		defer sink.Close()
		u.SetRemote(netip.AddrPortFrom(loopback, sink.Port()))
		for range 20000 {
			_, _ = u.WriteRTP(b)
		}
	})
}
