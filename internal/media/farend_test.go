package media

import (
	"io"
	"math"
	"sync"
	"testing"
	"time"

	"parley/internal/run"
)

// farEnd is the other side of a leg in memory: it sends a tone in real packets
// and keeps every packet that it gets.
type farEnd struct {
	t     *testing.T
	codec Codec
	pt    uint8
	event uint8
	ssrc  uint32
	seq   uint16
	ts    uint32
	phase int
	enc   encoder

	in     chan []byte
	closed chan struct{}
	once   sync.Once

	mu  sync.Mutex
	got []gotPacket
}

type gotPacket struct {
	packet
	at time.Time
}

func newFarEnd(t *testing.T, c Codec) *farEnd {
	return &farEnd{t: t, codec: c, pt: c.PayloadType, event: 101, ssrc: 7, seq: 65500, ts: 4294960000, enc: c.encoder(),
		in: make(chan []byte, 1000), closed: make(chan struct{})}
}

func (f *farEnd) ReadRTP(take func(b []byte, now time.Time)) error {
	for {
		select {
		case p := <-f.in:
			take(p, time.Now())
		case <-f.closed:
			return io.EOF
		}
	}
}

func (f *farEnd) WriteRTP(b []byte) (int, error) {
	p, ok := parsePacket(append([]byte(nil), b...))
	if !ok {
		f.t.Error("the leg sent something that is no RTP packet")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = append(f.got, gotPacket{p, time.Now()})
	return len(b), nil
}

func (f *farEnd) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

func (f *farEnd) config() LegConfig {
	return LegConfig{Stream: f, Codec: f.codec, PayloadType: f.pt, EventPT: f.event}
}

// next makes the next packet of a tone; hz 0 is silence.
func (f *farEnd) next(hz float64) []byte {
	pcm := make([]int16, f.codec.samples())
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(f.phase+i)/float64(f.codec.SampleRate)))
	}
	f.phase += len(pcm)
	payload := make([]byte, frameBytes)
	f.enc.encode(payload, pcm)
	b := appendPacket(nil, packet{pt: f.pt, seq: f.seq, ts: f.ts, ssrc: f.ssrc, payload: payload})
	f.seq++
	f.ts += frameTicks
	return b
}

// talk sends a tone for so many frames, in real time of the test's clock.
func talk(frames int, tones map[*farEnd]float64) {
	for range frames {
		for f, hz := range tones {
			f.in <- f.next(hz)
		}
		time.Sleep(frameTime)
	}
}

// take gives what has come since the last call.
func (f *farEnd) take() []gotPacket {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := f.got
	f.got = nil
	return g
}

// sound decodes the audio among packets in the order of their numbers.
func (f *farEnd) sound(got []gotPacket) []int16 {
	d := f.codec.decoder()
	var out []int16
	for _, p := range got {
		if p.pt != f.pt {
			continue
		}
		pcm := make([]int16, f.codec.samples())
		out = append(out, pcm[:d.decode(pcm, p.payload)]...)
	}
	return out
}

// level is the amplitude of hz in pcm, by Goertzel's algorithm.
func level(pcm []int16, rate int, hz float64) float64 {
	if len(pcm) == 0 {
		return 0
	}
	w := 2 * math.Pi * hz / float64(rate)
	var s1, s2 float64
	for _, x := range pcm {
		s1, s2 = float64(x)+2*math.Cos(w)*s1-s2, s1
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-2*math.Cos(w)*s1*s2) / float64(len(pcm))
}

// hears checks that of tones exactly those named are heard.
func (f *farEnd) hears(got []gotPacket, want ...float64) {
	f.t.Helper()
	pcm := f.sound(got)
	for _, hz := range []float64{450, 700, 1100} {
		l, expected := level(pcm, f.codec.SampleRate, hz), false
		for _, w := range want {
			expected = expected || w == hz
		}
		if expected && l < 4000 || !expected && l > 200 {
			f.t.Errorf("tone of %v Hz is heard at a level of %.0f, expected: %v (%d packets)", hz, l, expected, len(got))
		}
	}
}

// inOrder checks that packets go on without a hole in their numbers, under one
// SSRC, with timestamps that follow time.
func inOrder(t *testing.T, got []gotPacket) {
	t.Helper()
	for i := 1; i < len(got); i++ {
		a, b := got[i-1], got[i]
		if b.ssrc != a.ssrc {
			t.Errorf("packet %d: SSRC %d after %d", i, b.ssrc, a.ssrc)
		}
		if b.seq != a.seq+1 {
			t.Errorf("packet %d: number %d after %d", i, b.seq, a.seq)
		}
		if d := int32(b.ts - a.ts); d < 0 || d == 0 && b.pt == a.pt && b.pt < 96 {
			t.Errorf("packet %d: timestamp goes on by %d", i, d)
		}
	}
	n := len(got)
	for n > 0 && got[n-1].pt >= 96 { // an event's timestamp is its beginning
		n--
	}
	if n > 0 {
		ticks, passed := int32(got[n-1].ts-got[0].ts), got[n-1].at.Sub(got[0].at)
		if d := time.Duration(ticks)*time.Second/clockRate - passed; d > 4*frameTime || d < -4*frameTime {
			t.Errorf("timestamps are %v off after %v", d, passed)
		}
	}
}

// group is one that must be empty when the test ends.
func group(t *testing.T) (*run.Group, func()) {
	g := run.New(t.Context())
	return g, func() {
		t.Helper()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// connected makes a leg with a far end.
func connected(t *testing.T, g *run.Group, c Codec) (*Leg, *farEnd) {
	l, f := NewLeg(g), newFarEnd(t, c)
	l.Connect(f.config())
	return l, f
}
