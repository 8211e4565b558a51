package media

import "time"

// mixer is the room's work space; r.mu guards it.
type mixer struct {
	frames [][]int16 // of each leg, nil: silent
	live   []bool    // may be heard
	codecs []Codec
	total  [320]int32
}

// ear writes what a leg hears. It belongs to the room the leg is in.
type ear struct {
	codec  Codec
	enc    encoder
	down   *halfband
	was    uint64 // what was heard in the frame before: who may be heard, what is played
	sum    [320]int32
	pcm    [320]int16
	out    [frameBytes]byte
	shared [3][frameBytes]byte // G.722: last frames that enc did not write
	behind int                 // of them
}

// tick makes one frame for everybody; false when this clock is over.
func (r *Room) tick(c *clock, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clock != c {
		return false
	}
	ts := c.frames * frameTicks
	c.frames++
	m := &r.mix
	m.frames, m.live, m.codecs = m.frames[:0], m.live[:0], m.codecs[:0]
	alone := len(r.legs) == 1
	for _, l := range r.legs {
		codec, live, pcm := l.speak(r.rate, alone)
		m.frames, m.live, m.codecs = append(m.frames, pcm), append(m.live, live), append(m.codecs, codec)
	}
	n := len(r.legs)
	if n > 3 {
		m.addUp(r.rate / 50)
	}
	for i, l := range r.legs {
		if m.codecs[i].known() {
			r.listen(c, i, l, ts, now)
		}
	}
	r.advance()
	return true
}

// speak gives the leg's next frame and whether it may be heard.
func (l *Leg) speak(rate int, alone bool) (c Codec, live bool, pcm []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil || l.closed {
		return c, false, nil
	}
	if c = l.conn.Codec; l.muted {
		return c, false, nil
	}
	if alone {
		l.mouth.ring.clear()
		return c, true, nil
	}
	return c, true, l.mouth.frame(rate)
}

func (m *mixer) addUp(samples int) {
	clear(m.total[:samples])
	for _, f := range m.frames {
		for k, x := range f {
			m.total[k] += int32(x)
		}
	}
}

// listen writes and sends what leg i hears in this frame.
func (r *Room) listen(c *clock, i int, l *Leg, ts uint32, now time.Time) {
	m, e := &r.mix, &l.ear
	codec := m.codecs[i]
	e.use(codec)
	heard, voices, all := uint64(1), 0, true
	for j, s := range r.legs {
		if !r.hears(l, s) {
			all = all && (i == j || m.frames[j] == nil)
			continue
		}
		if m.live[j] {
			heard = heard*31 + uint64(j) + 1
		}
		if m.frames[j] != nil {
			voices++
		}
	}
	plays, play := 0, (*Playback)(nil)
	for _, p := range r.plays {
		if p.to(l) {
			plays++
			play = p
			heard = heard*31 + p.id
		}
	}
	cut := e.was != heard
	e.was = heard

	var out []byte
	switch {
	case voices == 0 && plays == 0 && codec.SampleRate == 8000:
		out = silences[codec.Name][:]
	case voices == 0 && plays == 1:
		out = play.sound.frame(codec, play.at)
		e.sharedFrame(out)
	default:
		n := r.rate / 50
		sum := e.sum[:n]
		if all && len(r.legs) > 3 {
			copy(sum, m.total[:n])
			for k, x := range m.frames[i] {
				sum[k] -= int32(x)
			}
		} else {
			clear(sum)
			for j, s := range r.legs {
				if m.frames[j] != nil && r.hears(l, s) {
					add(sum, m.frames[j])
				}
			}
		}
		for _, p := range r.plays {
			if p.to(l) {
				add(sum, p.sound.pcm(r.rate, p.at))
			}
		}
		out = e.write(sum, r.rate)
	}
	l.out.frame(c.origin, ts, codec, out, cut, now)
}

func add(sum []int32, pcm []int16) {
	for k, x := range pcm[:len(sum)] {
		sum[k] += int32(x)
	}
}

// advance moves the playbacks on and takes out those that are over.
func (r *Room) advance() {
	ended := false
	for i := 0; i < len(r.plays); i++ {
		p := r.plays[i]
		if p.at++; p.at < p.sound.frames() {
			continue
		}
		if p.at = 0; p.opt.Loop {
			continue
		}
		r.unplay(p)
		i--
		ended = true
		if p.opt.Done != nil {
			r.finished(p.opt.Done)
		}
	}
	if ended {
		r.choose()
	}
}

// silences are frames of nothing.
var silences = map[string]*[frameBytes]byte{PCMU.Name: filled(ulawSilence), PCMA.Name: filled(alawSilence)}

func filled(b byte) *[frameBytes]byte {
	var f [frameBytes]byte
	for i := range f {
		f[i] = b
	}
	return &f
}

func (e *ear) use(c Codec) {
	if e.codec != c || e.enc == nil {
		e.codec, e.enc, e.down, e.behind = c, c.encoder(), nil, 0
	}
}

// write encodes a mix.
func (e *ear) write(sum []int32, rate int) []byte {
	pcm := e.pcm[:len(sum)]
	for k, v := range sum {
		pcm[k] = int16(saturate(v))
	}
	if rate > e.codec.SampleRate {
		if e.down == nil {
			e.down = &halfband{}
		}
		e.down.halve(pcm[:len(pcm)/2], pcm)
		pcm = pcm[:len(pcm)/2]
	}
	if g, ok := e.enc.(*g722Encoder); ok && e.behind > 0 {
		d := newG722Decoder()
		var waste [320]int16
		for _, b := range e.shared[len(e.shared)-e.behind:] {
			d.decode(waste[:], b[:])
		}
		g.follow(d)
		e.behind = 0
	}
	e.enc.encode(e.out[:], pcm)
	return e.out[:]
}

// sharedFrame remembers a frame that was sent but not written by this ear.
func (e *ear) sharedFrame(b []byte) {
	if e.codec.Name != G722.Name {
		return
	}
	copy(e.shared[0][:], e.shared[1][:])
	copy(e.shared[1][:], e.shared[2][:])
	copy(e.shared[2][:], b)
	e.behind = min(e.behind+1, len(e.shared))
}

// follow lets the ear go on after packets of m were forwarded to it.
func (e *ear) follow(m *mouth) {
	e.use(m.codec)
	if g, ok := e.enc.(*g722Encoder); ok {
		if d, ok := m.dec.(*g722Decoder); ok {
			g.follow(d)
		}
	}
	e.behind, e.was = 0, 0
}
