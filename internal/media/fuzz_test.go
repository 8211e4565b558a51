package media

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"parley/internal/run"
)

// What comes from outside: nothing of it may crash, hang or need much memory, and
// what another implementation reads, ours reads as the same.

func FuzzRTP(f *testing.F) {
	f.Add(appendPacket(nil, packet{pt: 0, seq: 1, ts: 2, ssrc: 3, payload: make([]byte, 160)}))
	f.Add([]byte{0xB1, 0xE5, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0, 1, 2, 0, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := parsePacket(b)
		var q rtp.Packet
		if err := q.Unmarshal(append([]byte(nil), b...)); err != nil {
			return // extensions are not our business, so we may take more
		}
		if q.Version != 2 { // which the other does not look at
			if ok {
				t.Fatal("taken, though it is of another version")
			}
			return
		}
		if !ok {
			t.Fatal("refused, though it is an RTP packet")
		}
		if p.seq != q.SequenceNumber || p.ts != q.Timestamp || p.ssrc != q.SSRC || p.pt != q.PayloadType || p.marker != q.Marker || !bytes.Equal(p.payload, q.Payload) {
			t.Fatalf("%+v is read as %+v", q, p)
		}
		again, ok := parsePacket(appendPacket(nil, p))
		if !ok || again.seq != p.seq || again.ts != p.ts || again.pt != p.pt || again.marker != p.marker || !bytes.Equal(again.payload, p.payload) {
			t.Fatal("what is written is read otherwise")
		}
	})
}

func FuzzRTCP(f *testing.F) {
	f.Add(appendName(appendReport(nil, report{ssrc: 1, sender: true, ntp: 2, ts: 3, packets: 4, octets: 5, blocks: []block{{ssrc: 6, fraction: 7, lost: -8, highest: 9, jitter: 10, lsr: 11, delay: 12}}}), 1, "x"))
	f.Add(appendBye(appendReport(nil, report{ssrc: 1}), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got []report
		ok := parseRTCP(b, func(r report) { got = append(got, r) })
		l := NewLeg(nil)
		(&reporter{leg: l}).take(b, time.Now())
		all, err := rtcp.Unmarshal(append([]byte(nil), b...))
		if err != nil || !ok {
			return
		}
		i := 0
		next := func() report { i++; return got[i-1] }
		compare := func(r report, blocks []rtcp.ReceptionReport) {
			if len(r.blocks) != len(blocks) {
				t.Fatalf("%d blocks are read as %d", len(blocks), len(r.blocks))
			}
			for k, x := range blocks {
				y := r.blocks[k]
				if x.SSRC != y.ssrc || x.FractionLost != y.fraction || x.TotalLost != uint32(y.lost)&0xFFFFFF || x.LastSequenceNumber != y.highest || x.Jitter != y.jitter || x.LastSenderReport != y.lsr || x.Delay != y.delay {
					t.Fatalf("%+v is read as %+v", x, y)
				}
			}
		}
		for _, p := range all {
			switch p := p.(type) {
			case *rtcp.SenderReport:
				r := next()
				if !r.sender || r.ssrc != p.SSRC || r.ntp != p.NTPTime || r.ts != p.RTPTime || r.packets != p.PacketCount || r.octets != p.OctetCount {
					t.Fatalf("%+v is read as %+v", p, r)
				}
				compare(r, p.Reports)
			case *rtcp.ReceiverReport:
				r := next()
				if r.sender || r.ssrc != p.SSRC {
					t.Fatalf("%+v is read as %+v", p, r)
				}
				compare(r, p.Reports)
			}
		}
	})
}

// Our reports are read by another implementation.
func TestReportsAreRead(t *testing.T) {
	l := NewLeg(run.New(t.Context()))
	now := time.Now()
	l.src.take(77, 65535, now)
	l.src.take(77, 3, now)
	l.out.packets, l.out.octets, l.out.at = 5, 800, now
	all, err := rtcp.Unmarshal((&reporter{leg: l, name: "parley"}).make(now, true))
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	sr, ok := all[0].(*rtcp.SenderReport)
	if !ok || sr.SSRC != l.out.ssrc || sr.PacketCount != 5 || len(sr.Reports) != 1 {
		t.Fatalf("%+v", all[0])
	}
	if k := sr.Reports[0]; k.SSRC != 77 || k.TotalLost != 3 || k.FractionLost != 256*3/5 || k.LastSequenceNumber != 1<<16+3 {
		t.Errorf("%+v", k)
	}
	if d, ok := all[1].(*rtcp.SourceDescription); !ok || d.Chunks[0].Items[0].Text != "parley" {
		t.Errorf("%+v", all[1])
	}
	if _, ok := all[2].(*rtcp.Goodbye); !ok {
		t.Errorf("%+v", all[2])
	}
}

func FuzzWAV(f *testing.F) {
	f.Add(wav(1, 2, 44100, 16, make([]byte, 400)))
	f.Add(wav(7, 1, 8000, 8, make([]byte, 400)))
	f.Add(wav(6, 1, 8000, 8, make([]byte, 400))[:50])
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := DecodeWAV(bytes.NewReader(b)); err == nil && s.frames() == 0 {
			t.Error("a sound without a frame")
		}
	})
}

func FuzzMP3(f *testing.F) {
	b, err := os.ReadFile("testdata/tone700.mp3")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:1000])
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := DecodeMP3(bytes.NewReader(b)); err == nil && s.frames() == 0 {
			t.Error("a sound without a frame")
		}
	})
}

// FuzzLeg gives a leg any packets: as a stream of (length, packet) in a room that
// forwards and in one that mixes.
func FuzzLeg(f *testing.F) {
	one := func(pt uint8, seq uint16, ts uint32, n int) []byte {
		p := appendPacket(nil, packet{pt: pt, seq: seq, ts: ts, ssrc: 1, payload: make([]byte, n)})
		return append([]byte{byte(len(p))}, p...)
	}
	f.Add(bytes.Join([][]byte{one(0, 1, 0, 160), one(101, 2, 160, 4), one(0, 3, 320, 80), one(0, 60000, 1e9, 200)}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		g := run.New(t.Context())
		r := NewRoom(g)
		a, x := NewLeg(g), NewLeg(g)
		fa, fx := newFarEnd(t, PCMU), newFarEnd(t, PCMU)
		c := &conn{LegConfig: fa.config(), reading: &reading{fa}}
		a.conn, x.conn = c, &conn{LegConfig: fx.config()}
		a.mouth.use(PCMU)
		x.mouth.use(PCMU)
		x.out.connect(fx, PCMU, 0, 126)
		a.room.Store(r)
		now := time.Unix(1e9, 0)
		for i := 0; len(b) > 1; i++ {
			n := min(int(b[0]), len(b)-1)
			p := b[1 : 1+n]
			b = b[1+n:]
			now = now.Add(frameTime)
			if i%40 == 20 {
				a.feed(x)
			} else if i%40 == 0 {
				a.feed(nil)
			}
			if q, ok := parsePacket(p); ok {
				a.take(c.reading, q, now)
			}
			if pcm := a.mouth.frame(16000); pcm != nil && len(pcm) != 320 {
				t.Fatalf("a frame of %d samples", len(pcm))
			}
			for _, p := range fx.take() {
				if p.ssrc != x.out.ssrc || p.pt != 0 && p.pt != 126 {
					t.Fatalf("forwarded as %+v", p.packet)
				}
			}
		}
		a.Quality()
	})
}

func FuzzEvent(f *testing.F) {
	f.Add(uint32(1), []byte{1, 0x8A, 0, 160}, uint32(1), []byte{1, 10, 0, 80})
	f.Fuzz(func(t *testing.T, ts1 uint32, b1 []byte, ts2 uint32, b2 []byte) {
		var e eventTaker
		for _, p := range []packet{{ts: ts1, payload: b1}, {ts: ts2, payload: b2}, {ts: ts2, payload: b2}} {
			d := e.take(p)
			if _, ok := parseEvent(p.payload); len(d) > 1 || d != "" && !ok {
				t.Fatalf("%q", d)
			}
		}
		if d := e.take(packet{ts: ts2, payload: b2}); d != "" && e.ts == ts2 {
			t.Fatalf("%q twice", d)
		}
	})
}
