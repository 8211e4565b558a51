package media

// The jitter ring: packets go in by timestamp, frames come out one a tick of the
// room's clock. A packet may hold any length of sound (10 to 60 ms are usual);
// since a byte is a tick, it is cut where frames begin.
const (
	ringTarget = 2  // frames that wait before sound starts
	ringMax    = 6  // more than that is too late for talk
	ringSlots  = 16 // power of two above ringMax and the longest packet
	ringCalm   = 50 // pops with frames to spare before one is left out
)

type slot struct {
	filled int
	data   [frameBytes]byte
}

type ring struct {
	slots   [ringSlots]slot
	silence byte
	set     bool   // a timeline is known
	playing bool   // the target was reached
	base    uint32 // timestamp of slot 0 of the timeline
	pos     uint32 // next frame to come out, counted from base
	end     uint32 // one after the newest frame with sound
	spare   int    // pops in a row with more than the target waiting
	missed  int    // pops in a row with nothing
	late    uint64
	skipped uint64
}

func (r *ring) reset(silence byte) {
	r.silence, r.set, r.playing = silence, false, false
	r.pos, r.end, r.spare, r.missed = 0, 0, 0, 0
}

func (r *ring) clear() { r.reset(r.silence) }

// put takes a packet's sound.
func (r *ring) put(ts uint32, payload []byte) {
	if len(payload) == 0 || len(payload) > frameBytes*ringMax {
		return
	}
	if !r.set {
		r.set, r.base, r.pos, r.end = true, ts, 0, 0
	}
	at := int32(ts - (r.base + r.pos*frameTicks)) // ticks from the next frame to this packet
	if at > frameTicks*(ringSlots-ringMax) || at < -frameTicks*2*ringSlots {
		// The far end's clock has jumped: another timeline.
		r.clear()
		r.set, r.base = true, ts
		at = 0
	}
	if at < 0 {
		if r.playing || -at > frameTicks*ringMax {
			r.late++
			if -at >= int32(len(payload)) {
				return
			}
			payload, at = payload[-at:], 0
		} else {
			// Reordered at the very start: the timeline begins earlier.
			n := uint32(-at+frameTicks-1) / frameTicks
			if r.end-r.pos+n > ringSlots-1 {
				return
			}
			r.base -= n * frameTicks
			for i := r.end; i > r.pos; i-- {
				*r.slot(i - 1 + n) = *r.slot(i - 1)
			}
			for i := range n {
				r.wipe(r.pos + i)
			}
			r.end += n
			at += int32(n) * frameTicks
		}
	}
	for len(payload) > 0 {
		i, off := r.pos+uint32(at)/frameTicks, int(at)%frameTicks
		for r.end <= i {
			r.wipe(r.end)
			r.end++
		}
		s := r.slot(i)
		n := copy(s.data[off:], payload)
		s.filled += n
		payload = payload[n:]
		at += int32(n)
	}
	for r.end-r.pos > ringMax {
		r.drop()
	}
}

func (r *ring) slot(i uint32) *slot { return &r.slots[i%ringSlots] }

func (r *ring) wipe(i uint32) {
	s := r.slot(i)
	s.filled = 0
	for k := range s.data {
		s.data[k] = r.silence
	}
}

func (r *ring) drop() {
	r.pos++
	r.skipped++
}

// pop gives the next frame; nil when there is nothing to play: lost, late, or
// nobody speaks.
func (r *ring) pop() []byte {
	waiting := r.end - r.pos
	if !r.playing {
		if waiting < ringTarget {
			return nil
		}
		r.playing = true
	}
	if waiting == 0 {
		// Nothing has come. Time stands still for the ring, so that packets which
		// are only late still find their place; after a while it is a pause.
		if r.missed++; r.missed > ringMax {
			r.clear()
		}
		r.spare = 0
		return nil
	}
	r.missed = 0
	// The far end's clock is faster, or packets came in a bunch: leave one out.
	if waiting > ringTarget+1 {
		if r.spare++; r.spare > ringCalm {
			r.spare = 0
			r.drop()
		}
	} else {
		r.spare = 0
	}
	s := r.slot(r.pos)
	r.pos++
	if s.filled == 0 {
		return nil
	}
	return s.data[:]
}
