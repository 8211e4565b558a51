package media

import (
	"sync"
	"time"
)

// Sound is something to be played: mono, in whole frames, at both rates. It is
// shared by all who play it, and encoded once for each codec.
type Sound struct {
	narrow, wide []int16 // 8 and 16 kHz

	mu      sync.Mutex
	encoded map[string]*encodedSound
}

// encodedSound is written as it is first played: a codec with state needs the
// frames in order, and nobody should wait for all of them.
type encodedSound struct {
	enc  encoder
	data []byte
	done int // frames
}

// newSound makes a sound of samples at rate, resampled as needed.
func newSound(pcm []int16, rate int) *Sound {
	s := &Sound{encoded: map[string]*encodedSound{}}
	s.narrow, s.wide = whole(resample(pcm, rate, 8000), 160), whole(resample(pcm, rate, 16000), 320)
	n := max(len(s.narrow)/160, len(s.wide)/320)
	s.narrow, s.wide = padded(s.narrow, 160*n), padded(s.wide, 320*n)
	return s
}

// whole fills the last frame up with silence.
func whole(pcm []int16, frame int) []int16 {
	return padded(pcm, (len(pcm)+frame-1)/frame*frame)
}

func padded(pcm []int16, n int) []int16 {
	if len(pcm) >= n {
		return pcm
	}
	return append(pcm, make([]int16, n-len(pcm))...)
}

// frames gives the length.
func (s *Sound) frames() int { return len(s.narrow) / 160 }

// pcm gives frame i at rate.
func (s *Sound) pcm(rate, i int) []int16 {
	if rate == 16000 {
		return s.wide[320*i : 320*(i+1)]
	}
	return s.narrow[160*i : 160*(i+1)]
}

// frame gives frame i as c writes it.
func (s *Sound) frame(c Codec, i int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.encoded[c.Name]
	if e == nil {
		e = &encodedSound{enc: c.encoder(), data: make([]byte, frameBytes*s.frames())}
		s.encoded[c.Name] = e
	}
	for ; e.done <= i; e.done++ {
		e.enc.encode(e.data[frameBytes*e.done:frameBytes*(e.done+1)], s.pcm(c.SampleRate, e.done))
	}
	return e.data[frameBytes*i : frameBytes*(i+1)]
}

// PlayOptions say how a sound is played.
type PlayOptions struct {
	To   []*Leg // who hears it; empty: everybody in the room
	Loop bool   // until Stop
	// Done is called when the sound has come to its end, not after Stop. It may
	// call anything.
	Done func()
}

// Playback is a sound being played in a room.
type Playback struct {
	room  *Room
	sound *Sound
	opt   PlayOptions
	id    uint64
	at    int // next frame
}

// Play lets legs hear s over what they hear otherwise. A leg that leaves the room
// hears no more of it; a playback to named legs ends with the last of them.
func (r *Room) Play(s *Sound, o PlayOptions) *Playback {
	p := &Playback{room: r, sound: s, opt: o, id: newOrigin()}
	p.opt.To = append([]*Leg(nil), o.To...)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || s == nil || s.frames() == 0 {
		if o.Done != nil && !r.closed {
			r.finished(o.Done)
		}
		return p
	}
	r.plays = append(r.plays, p)
	r.choose()
	return p
}

// Stop ends the playback. When it returns, no frame of it is sent any more.
func (p *Playback) Stop() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.unplay(p)
	p.room.choose()
}

// to says whether l hears it.
func (p *Playback) to(l *Leg) bool {
	if len(p.opt.To) == 0 {
		return true
	}
	for _, x := range p.opt.To {
		if x == l {
			return true
		}
	}
	return false
}

// Length is how long the sound lasts.
func (s *Sound) Length() time.Duration { return time.Duration(s.frames()) * frameTime }
