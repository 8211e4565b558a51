package media

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/internal/run"
)

// nowhere is a stream that takes everything.
type nowhere struct{ closed chan struct{} }

func (n nowhere) ReadRTP(func([]byte, time.Time)) error { <-n.closed; return io.EOF }
func (n nowhere) WriteRTP(b []byte) (int, error)        { return len(b), nil }
func (n nowhere) Close() error                          { return nil }
func (n nowhere) config(c Codec) LegConfig {
	return LegConfig{Stream: n, Codec: c, PayloadType: c.PayloadType}
}

// quiet makes a leg with a far end but without goroutines: a benchmark drives it
// by hand.
func quiet(c Codec, r *reading) (*Leg, *conn) {
	l := NewLeg(nil)
	l.conn = &conn{LegConfig: nowhere{}.config(c), reading: r}
	l.mouth.use(c)
	l.out.connect(nowhere{}, c, c.PayloadType, 101)
	return l, l.conn
}

func BenchmarkCodec(b *testing.B) {
	for _, c := range []Codec{PCMU, PCMA, G722} {
		pcm := sine(c.samples(), c.SampleRate, 700, 8000)
		var out [frameBytes]byte
		b.Run(c.Name+"/encode", func(b *testing.B) {
			e := c.encoder()
			for b.Loop() {
				e.encode(out[:], pcm)
			}
		})
		b.Run(c.Name+"/decode", func(b *testing.B) {
			d := c.decoder()
			for b.Loop() {
				d.decode(pcm, out[:])
			}
		})
	}
	b.Run("resample/8-16", func(b *testing.B) {
		var h halfband
		in, out := make([]int16, 160), make([]int16, 320)
		for b.Loop() {
			h.double(out, in)
		}
	})
	b.Run("resample/16-8", func(b *testing.B) {
		var h halfband
		in, out := make([]int16, 320), make([]int16, 160)
		for b.Loop() {
			h.halve(out, in)
		}
	})
}

// BenchmarkForward is one packet from one leg to the other, without sockets.
func BenchmarkForward(b *testing.B) {
	r := &reading{}
	x, c := quiet(PCMU, r)
	y, _ := quiet(PCMU, r)
	x.peer = y
	p := packet{ssrc: 1, payload: make([]byte, 160)}
	now := time.Unix(1e9, 0)
	b.ReportAllocs()
	for b.Loop() {
		p.seq++
		p.ts += frameTicks
		now = now.Add(frameTime)
		x.take(c.reading, p, now)
	}
}

// BenchmarkMix is one frame for all of a room: packets in, mixed, packets out.
func BenchmarkMix(b *testing.B) {
	for _, codecs := range [][]Codec{{PCMU, PCMU, PCMU}, {PCMU, PCMA, G722}, {PCMU, PCMU, PCMU, PCMU, PCMU, PCMU}, {PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU, PCMU}} {
		var names []string
		for _, c := range codecs {
			names = append(names, c.Name)
		}
		name := strings.Join(names, "+")
		if len(codecs) > 3 {
			name = fmt.Sprintf("%dx%s", len(codecs), codecs[0].Name)
		}
		b.Run(name, func(b *testing.B) {
			room := NewRoom(nil)
			r := &reading{}
			for _, c := range codecs {
				l, _ := quiet(c, r)
				l.room.Store(room)
				room.legs = append(room.legs, l)
			}
			room.mode, room.rate = room.want()
			k := &clock{origin: 1}
			room.clock = k
			p := packet{ssrc: 1}
			pay := make([]byte, 160)
			now := time.Unix(1e9, 0)
			b.ReportAllocs()
			for b.Loop() {
				p.seq++
				p.ts += frameTicks
				now = now.Add(frameTime)
				for _, l := range room.legs {
					p.pt, p.payload = l.conn.PayloadType, pay
					pay[p.seq%160] = byte(p.seq)
					l.take(r, p, now)
				}
				room.tick(k, now)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(codecs)), "ns/leg-frame")
		})
	}
}

// BenchmarkPlay is one frame of music for one who waits.
func BenchmarkPlay(b *testing.B) {
	for _, c := range []Codec{PCMU, G722} {
		b.Run(c.Name, func(b *testing.B) {
			room := NewRoom(nil)
			l, _ := quiet(c, &reading{})
			l.room.Store(room)
			room.legs = []*Leg{l}
			room.plays = []*Playback{{room: room, sound: Music(), opt: PlayOptions{Loop: true}}}
			room.mode, room.rate = room.want()
			k := &clock{origin: 1}
			room.clock = k
			for i := range Music().frames() {
				Music().frame(c, i)
			}
			now := time.Unix(1e9, 0)
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(frameTime)
				room.tick(k, now)
			}
		})
	}
}

// BenchmarkRelay passes packets between pairs of sockets on loopback, at 50 a
// second each way for a second an iteration, and reports the CPU that a packet
// costs: by rooms that forward, and by a C program with epoll that does nothing
// else, which is the floor.
func BenchmarkRelay(b *testing.B) {
	for _, pairs := range []int{20, 100} {
		b.Run(fmt.Sprintf("rooms/%dpairs", pairs), func(b *testing.B) {
			g := run.New(b.Context())
			ports, err := NewPorts(0, 0)
			if err != nil {
				b.Fatal(err)
			}
			var to []uint16
			var legs []*Leg
			var streams []*UDP
			for range pairs {
				r := NewRoom(g)
				for range 2 {
					u, err := ListenUDP(UDPConfig{Local: loopback, Ports: ports})
					if err != nil {
						b.Fatal(err)
					}
					l := NewLeg(g)
					l.Connect(LegConfig{Stream: u, Codec: PCMU})
					r.Join(l)
					to, legs, streams = append(to, u.Port()), append(legs, l), append(streams, u)
				}
			}
			gen := newGenerator(b, to)
			for i, u := range streams {
				u.SetRemote(gen.addr(i))
			}
			var sent int64
			used := usage(b)
			for b.Loop() {
				sent += gen.second()
			}
			got := gen.close()
			cpu := usage(b) - used - gen.cost(b, sent)
			b.ReportMetric(float64(cpu.Nanoseconds())/float64(sent), "cpu-ns/packet")
			b.ReportMetric(100*float64(sent-got)/float64(sent), "lost-%")
			for _, l := range legs {
				l.Close()
			}
			if err := g.Wait(); err != nil {
				b.Error(err)
			}
		})
		b.Run(fmt.Sprintf("c/%dpairs", pairs), func(b *testing.B) {
			relay := filepath.Join(b.TempDir(), "relay")
			if out, err := exec.Command("gcc", "-O2", "-o", relay, "testdata/relay/relay.c").CombinedOutput(); err != nil {
				b.Fatalf("gcc: %v: %s", err, out)
			}
			cmd := exec.Command(relay, strconv.Itoa(pairs))
			in, _ := cmd.StdinPipe()
			out, _ := cmd.StdoutPipe()
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			var to []uint16
			for len(to) < 2*pairs && lines.Scan() {
				p, err := strconv.ParseUint(lines.Text(), 10, 16)
				if err != nil {
					b.Fatal(err)
				}
				to = append(to, uint16(p))
			}
			gen := newGenerator(b, to)
			gen.prime()
			var sent int64
			for b.Loop() {
				sent += gen.second()
			}
			got := gen.close()
			_ = in.Close()
			var us, passed int64
			if lines.Scan() {
				if _, err := fmt.Sscan(lines.Text(), &us, &passed); err != nil {
					b.Fatal(err)
				}
			}
			_ = cmd.Wait()
			b.ReportMetric(float64(us)*1000/float64(sent), "cpu-ns/packet")
			b.ReportMetric(100*float64(sent-got)/float64(sent), "lost-%")
		})
	}
}

// usage is the CPU time of this process.
func usage(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A generator sends packets to ports and counts what comes back.
type generator struct {
	conns []*net.UDPConn
	to    []netip.AddrPort
	got   atomic.Int64
	wait  sync.WaitGroup
	p     packet
}

func newGenerator(b *testing.B, ports []uint16) *generator {
	g := &generator{p: packet{ssrc: 1, payload: make([]byte, 160)}}
	for _, port := range ports {
		c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
		if err != nil {
			b.Fatal(err)
		}
		g.conns, g.to = append(g.conns, c), append(g.to, netip.AddrPortFrom(loopback, port))
		g.wait.Go(func() {
			buf := make([]byte, 2048)
			for {
				if _, _, err := c.ReadFromUDPAddrPort(buf); err != nil {
					return
				}
				g.got.Add(1)
			}
		})
	}
	return g
}

func (g *generator) addr(i int) netip.AddrPort {
	return g.conns[i].LocalAddr().(*net.UDPAddr).AddrPort()
}

// prime lets a relay learn where everybody is.
func (g *generator) prime() {
	b := appendPacket(nil, g.p)
	for i, c := range g.conns {
		_, _ = c.WriteToUDPAddrPort(b, g.to[i])
	}
	g.settle()
	g.got.Store(0)
}

// settle waits until nothing comes any more.
func (g *generator) settle() {
	for last := int64(-1); last != g.got.Load(); {
		last = g.got.Load()
		<-time.After(100 * time.Millisecond)
	}
}

// second sends 50 packets to every port, evenly.
func (g *generator) second() (sent int64) {
	tick := time.NewTicker(frameTime)
	defer tick.Stop()
	for range 50 {
		<-tick.C
		g.p.seq++
		g.p.ts += frameTicks
		b := appendPacket(nil, g.p)
		for i, c := range g.conns {
			if _, err := c.WriteToUDPAddrPort(b, g.to[i]); err == nil {
				sent++
			}
		}
	}
	return sent
}

// close waits for the last packets and gives the number that came.
func (g *generator) close() int64 {
	g.settle()
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.wait.Wait()
	return g.got.Load()
}

// cost is what the generator itself takes for as many packets: measured by
// letting it send to itself, so that it can be taken off.
func (g *generator) cost(b *testing.B, packets int64) time.Duration {
	alone := newGenerator(b, make([]uint16, len(g.to)))
	for i := range alone.conns {
		alone.to[i] = netip.AddrPortFrom(loopback, alone.addr(i).Port())
	}
	used := usage(b)
	sent := alone.second()
	alone.close()
	return time.Duration(float64(usage(b)-used) / float64(sent) * float64(packets))
}
