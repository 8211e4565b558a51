package media

import "time"

// A source follows the sequence numbers of one far end (RFC 3550, A.1 and A.3)
// and its jitter (A.8). Its epoch changes when the numbers begin anew: another
// SSRC, or a jump that is no loss.
type source struct {
	started  bool
	ssrc     uint32
	epoch    uint64 // an origin, for the senders this source is forwarded by
	base     uint32 // first extended number of the epoch
	highest  uint32 // newest extended number
	seen     uint64 // bit i: highest-i has come
	bad      uint16 // the number that, if it comes next, means a restart
	badSSRC  uint32
	badSet   bool
	received uint64 // of the epoch, without duplicates
	past     figures

	transit int64 // of the packet before, in ticks
	timed   bool
	jitter  float64 // ticks
	began   time.Time
	jitters float64 // sum over all packets, for the mean
	timings int

	window [windowSeconds + 1]second
}

// Limits of RFC 3550, A.1.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

type verdict int

const (
	taken     verdict = iota // in order, or newer with a gap
	reordered                // older than the newest, for the first time
	dropped                  // duplicate, too old, or not believed yet
)

// take judges a packet by its numbers.
func (s *source) take(ssrc uint32, seq uint16, now time.Time) verdict {
	if !s.started {
		s.began = now
	}
	s.roll(now)
	if !s.started {
		s.begin(ssrc, seq, now)
		return taken
	}
	if ssrc != s.ssrc {
		return s.doubt(ssrc, seq, now)
	}
	delta := seq - uint16(s.highest)
	switch {
	case delta == 0:
		return dropped
	case delta < maxDropout:
		s.highest += uint32(delta)
		if s.seen <<= delta; delta > 63 {
			s.seen = 0
		}
		s.seen |= 1
		s.badSet = false
		s.count(now)
		return taken
	case delta > 1<<16-maxMisorder:
		back := -delta
		if back > 63 || s.seen&(1<<back) != 0 || s.highest-uint32(back) < s.base {
			return dropped
		}
		s.seen |= 1 << back
		s.count(now)
		return reordered
	}
	return s.doubt(ssrc, seq, now)
}

// doubt believes in a new beginning when two packets in a row say so.
func (s *source) doubt(ssrc uint32, seq uint16, now time.Time) verdict {
	if s.badSet && s.badSSRC == ssrc && s.bad == seq {
		s.begin(ssrc, seq, now)
		return taken
	}
	s.badSet, s.badSSRC, s.bad = true, ssrc, seq+1
	return dropped
}

func (s *source) begin(ssrc uint32, seq uint16, now time.Time) {
	s.past = s.past.plus(s.epochFigures())
	s.started, s.ssrc, s.epoch, s.badSet = true, ssrc, newOrigin(), false
	// 1<<16 keeps what came before the first packet representable.
	s.base, s.highest = 1<<16+uint32(seq), 1<<16+uint32(seq)
	s.seen, s.received, s.timed = 1, 0, false
	s.count(now)
}

// count enters a packet that has come.
func (s *source) count(now time.Time) {
	s.received++
	s.second(now).received++
}

// time enters an audio packet's arrival; events, whose timestamp stands still,
// are left out.
func (s *source) time(ts uint32, now time.Time) {
	arrival := int64(now.Sub(s.began) / (time.Second / clockRate))
	transit := arrival - int64(ts)
	if s.timed {
		// The timestamp wraps; so does the difference.
		d := int64(int32(uint32(transit - s.transit)))
		if d < 0 {
			d = -d
		}
		if d > 10*clockRate { // a jump of the far clock is no jitter
			d = 0
		}
		s.jitter += (float64(d) - s.jitter) / 16
		w := s.second(now)
		w.jitter += s.jitter
		w.jitters++
		s.jitters += s.jitter
		s.timings++
	}
	s.transit, s.timed = transit, true
}

// figures counts packets.
type figures struct{ expected, received uint64 }

func (f figures) plus(o figures) figures {
	return figures{f.expected + o.expected, f.received + o.received}
}

// lost is never negative: late duplicates do not make up for losses.
func (f figures) lost() uint64 { return f.expected - min(f.expected, f.received) }

func (s *source) epochFigures() figures {
	if !s.started {
		return figures{}
	}
	return figures{uint64(s.highest-s.base) + 1, s.received}
}

func (s *source) whole() figures { return s.past.plus(s.epochFigures()) }

// meanJitter is the average over all packets, in milliseconds.
func (s *source) meanJitter() float64 {
	if s.timings == 0 {
		return 0
	}
	return s.jitters / float64(s.timings) / (clockRate / 1000)
}
