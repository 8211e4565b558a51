package media

import (
	"math"
	"time"
)

// windowSeconds is how far back Recent looks.
const windowSeconds = 10

// Figures are what came from the far end in some time.
type Figures struct {
	Packets, Lost uint64
	LossPercent   float64
	JitterMs      float64 // interarrival jitter, RFC 3550, 6.4.1; averaged
	MOS           float64 // 1 to 4.4, estimated; 0: nothing came
}

// Quality is how a far end is heard, and how it hears us.
type Quality struct {
	Codec  string
	Recent Figures // the last 10 s
	Whole  Figures
	RTT    time.Duration // from RTCP; 0: not known
	Far    struct {      // what the far end says about our packets
		Known       bool
		LossPercent float64
		JitterMs    float64
	}
}

// A second of the window. What is expected in it is counted from where the
// numbers stood before its first packet.
type second struct {
	at       int64 // seconds since the source began, +1; 0: unused
	before   uint64
	received uint64
	jitter   float64
	jitters  int
}

func (s *source) second(now time.Time) *second {
	return &s.window[s.index(now)%int64(len(s.window))]
}

func (s *source) index(now time.Time) int64 { return int64(now.Sub(s.began)/time.Second) + 1 }

// roll begins now's second if it is a new one.
func (s *source) roll(now time.Time) {
	if w, at := s.second(now), s.index(now); w.at != at {
		*w = second{at: at, before: s.whole().expected}
	}
}

// recent sums the window up.
func (s *source) recent(now time.Time) (f figures, jitterMs float64) {
	if !s.started {
		return f, 0
	}
	newest := s.index(now)
	oldest := newest - windowSeconds
	first, firstExpected := int64(math.MaxInt64), uint64(0)
	var sum float64
	var n int
	for i := range s.window {
		w := &s.window[i]
		if w.at <= oldest || w.at > newest {
			continue
		}
		f.received += w.received
		sum += w.jitter
		n += w.jitters
		if w.at < first {
			first, firstExpected = w.at, w.before
		}
	}
	if first == math.MaxInt64 {
		return f, 0
	}
	f.expected = s.whole().expected - firstExpected
	if n > 0 {
		jitterMs = sum / float64(n) / (clockRate / 1000)
	}
	return f, jitterMs
}

func newFigures(f figures, jitterMs float64, rtt time.Duration) Figures {
	out := Figures{Packets: f.received, Lost: f.lost(), JitterMs: jitterMs}
	if f.expected > 0 {
		out.LossPercent = 100 * float64(out.Lost) / float64(f.expected)
	}
	if f.received > 0 {
		out.MOS = mos(out.LossPercent/100, jitterMs, rtt)
	}
	return out
}

// mos estimates how a listener would judge: the E-model (ITU-T G.107) reduced to
// delay and loss as in Cole and Rosenbluth, "Voice over IP Performance
// Monitoring" (2001), with their figures for G.711 with random loss. The delay is
// half of the round trip and what a jitter buffer of our kind adds.
func mos(loss, jitterMs float64, rtt time.Duration) float64 {
	d := float64(rtt)/float64(time.Millisecond)/2 + 20 + max(20*ringTarget, 2*jitterMs)
	r := 94.2 - 0.024*d - 30*math.Log(1+15*loss)
	if d > 177.3 {
		r -= 0.11 * (d - 177.3)
	}
	r = max(0, min(100, r))
	return 1 + 0.035*r + 7e-6*r*(r-60)*(100-r)
}
