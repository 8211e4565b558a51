package media

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// origins number what a sender is fed by: an epoch of a far end, or a run of a
// room's clock. When the origin changes, the sender carries its own numbers on.
var origins atomic.Uint64

func newOrigin() uint64 { return origins.Add(1) }

// A sender writes one far end's packets. Its SSRC stays, its sequence numbers
// and timestamps go on, whoever speaks: another leg's packets, a room's clock,
// digits.
type sender struct {
	mu      sync.Mutex
	stream  Stream // nil: not connected
	codec   Codec
	pt      uint8
	eventPT uint8

	ssrc    uint32
	seq     uint16    // newest that was sent
	ts      uint32    // newest that was sent
	at      time.Time // when; zero before the first packet
	lead    int32     // ticks by which ts is ahead of time; old lead is forgotten, as clocks differ
	packets uint32
	octets  uint32

	from    uint64 // the origin the offsets belong to
	tsOff   uint32
	seqOff  uint16
	newest  uint16 // of the origin's numbers
	oldest  uint16 // those before this one would collide with what was sent since
	digit   bool   // a digit is being sent: no sound
	last    int16  // last sample that was sent
	lastSet bool
	buf     [headerSize + 1500]byte
}

func (s *sender) init() {
	s.ssrc, s.seq, s.ts = rand.Uint32(), uint16(rand.Uint32()), rand.Uint32()
}

// connect changes where and how it sends.
func (s *sender) connect(stream Stream, c Codec, pt, eventPT uint8) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.codec != c {
		s.lastSet = false
	}
	s.stream, s.codec, s.pt, s.eventPT = stream, c, pt, eventPT
	s.from = 0
}

// passed gives the ticks since the newest packet.
func (s *sender) passed(now time.Time) int32 {
	return int32(min(now.Sub(s.at), time.Hour) / (time.Second / clockRate))
}

// next is the timestamp of something new that is sent now. It is false when what
// was sent reaches so far ahead of time that the new has to wait for a frame:
// otherwise every change would make the far end's buffer longer.
func (s *sender) next(now time.Time) (ts uint32, ok bool) {
	if s.at.IsZero() {
		return s.ts, true
	}
	gap := s.passed(now) - s.lead
	return s.ts + uint32(max(1, (gap+frameTicks/2)/frameTicks))*frameTicks, gap > -frameTicks/2
}

// forward sends another far end's packet under our own numbers. Gaps and order
// stay as they are: the far end's own concealment knows best. What is not in this
// far end's codec, as for a moment when that changes, is left out.
func (s *sender) forward(origin uint64, c Codec, p packet, isEvent bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream == nil || s.codec.Name != c.Name {
		return
	}
	fresh := origin != s.from
	if fresh {
		ts, ok := s.next(now)
		if !ok {
			return
		}
		s.from = origin
		s.tsOff = ts - p.ts
		s.seqOff = s.seq + 1 - p.seq
		s.newest, s.oldest = p.seq-1, p.seq
	}
	if int16(p.seq-s.oldest) < 0 {
		return
	}
	newer := int16(p.seq-s.newest) > 0
	if s.digit || isEvent && s.eventPT == 0 {
		if newer { // leave no hole in the numbers
			s.seqOff--
			s.newest, s.oldest = p.seq, p.seq+1
		}
		return
	}
	if newer {
		s.newest = p.seq
	}
	p.pt, p.marker = s.pt, p.marker || fresh
	if isEvent {
		p.pt = s.eventPT
	}
	p.seq, p.ts = p.seq+s.seqOff, p.ts+s.tsOff
	s.write(p, fresh && !isEvent, isEvent, newer, now)
}

// frame sends a frame of a room's clock that is written in c. cut says that it
// does not go on from the frame before.
func (s *sender) frame(origin uint64, ts uint32, c Codec, payload []byte, cut bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream == nil || s.digit || s.codec.Name != c.Name {
		return
	}
	fresh := origin != s.from
	if fresh {
		begin, ok := s.next(now)
		if !ok {
			return
		}
		s.from = origin
		s.tsOff = begin - ts
	}
	s.write(packet{marker: fresh, pt: s.pt, seq: s.seq + 1, ts: ts + s.tsOff, payload: payload}, fresh || cut, false, true, now)
}

// write sends one packet; s.mu is held.
func (s *sender) write(p packet, smooth, isEvent, newer bool, now time.Time) {
	p.ssrc = s.ssrc
	b := appendPacket(s.buf[:0], p)
	if !isEvent {
		s.join(b[headerSize:], smooth)
	}
	if newer {
		ts := p.ts
		if e, ok := parseEvent(p.payload); isEvent && ok {
			ts += uint32(e.duration)
		}
		ahead := max(0, int32(ts-s.ts))
		if !s.at.IsZero() {
			s.lead = max(-clockRate, min(clockRate, s.lead+min(ahead, 1<<24)-min(s.passed(now), 1<<24)))
			s.lead -= s.lead / 256
		}
		s.seq, s.ts, s.at = p.seq, s.ts+uint32(ahead), now
	}
	s.packets++
	s.octets += uint32(len(p.payload))
	// A stream never waits; what it cannot send is lost as on the network.
	_, _ = s.stream.WriteRTP(b)
}

// join takes the step out of a seam: where the new sound begins elsewhere than
// the old one ended, the difference fades over 8 ms. Only the laws of G.711 can
// be changed in place; G.722's predictor softens a seam by itself.
func (s *sender) join(payload []byte, smooth bool) {
	if len(payload) == 0 || s.codec.SampleRate != 8000 {
		return
	}
	of, a := &ofUlaw, s.codec.Name == PCMA.Name
	if a {
		of = &ofAlaw
	}
	if smooth && s.lastSet {
		const n = 64
		step := int32(s.last) - int32(of[payload[0]])
		var pcm [n]int16
		for i := range min(n, len(payload)) {
			pcm[i] = int16(saturate(int32(of[payload[i]]) + step*int32(n-i)/n))
		}
		if a {
			alaw{}.encode(payload, pcm[:])
		} else {
			ulaw{}.encode(payload, pcm[:])
		}
	}
	s.last, s.lastSet = of[payload[len(payload)-1]], true
}

// beginDigit silences the sound and gives the digit's timestamp.
func (s *sender) beginDigit(now time.Time) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.digit = true
	ts, _ := s.next(now)
	return ts
}

// sendEvent sends one packet of a digit.
func (s *sender) sendEvent(ts uint32, e event, marker bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream == nil || s.eventPT == 0 {
		return
	}
	s.seqOff++ // the origin's numbers move up by one
	s.oldest = s.newest + 1
	var b [eventSize]byte
	s.write(packet{marker: marker, pt: s.eventPT, seq: s.seq + 1, ts: ts, payload: appendEvent(b[:0], e)}, false, true, true, now)
}

// endDigit lets the sound through again.
func (s *sender) endDigit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.digit, s.last = false, 0
}
