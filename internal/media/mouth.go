package media

// A mouth turns what comes from a far end into frames of samples for a room's
// clock. Its leg's lock guards it.
type mouth struct {
	codec   Codec
	dec     decoder
	conceal *concealer
	ring    ring
	up      *halfband // 8 to 16 kHz, when the room is wider than the codec
	down    *halfband // 16 to 8 kHz, the other way round
	pcm     [320]int16

	// The last payloads that were forwarded, so that a clock that starts now can
	// go on from what the listener heard.
	recent [3][frameBytes]byte
	fresh  int // of them, written since the ring was used
}

func (m *mouth) use(c Codec) {
	if m.codec == c && m.dec != nil {
		return
	}
	m.codec = c
	m.restart()
}

// restart forgets everything: another source, or nothing of before may be heard.
func (m *mouth) restart() {
	if !m.codec.known() {
		return
	}
	m.dec, m.conceal = m.codec.decoder(), newConcealer(m.codec.SampleRate)
	m.ring.reset(silenceOf(m.codec))
	m.up, m.down, m.fresh = nil, nil, 0
}

// silenceOf is the byte of which silence consists; G.722 has none, but what its
// decoder makes of a gap inside a frame is quiet.
func silenceOf(c Codec) byte {
	switch c.Name {
	case PCMA.Name:
		return alawSilence
	case G722.Name:
		return 0xFA
	}
	return ulawSilence
}

// passed remembers what was forwarded.
func (m *mouth) passed(payload []byte) {
	if len(payload) != frameBytes {
		m.fresh = 0
		return
	}
	copy(m.recent[0][:], m.recent[1][:])
	copy(m.recent[1][:], m.recent[2][:])
	copy(m.recent[2][:], payload)
	m.fresh = min(m.fresh+1, len(m.recent))
}

// clocked begins to feed a clock after forwarding: decoder and concealment are
// brought to where the listener is, so that the ring's delay is bridged.
func (m *mouth) clocked() {
	n := m.fresh
	m.fresh = 0
	m.ring.clear()
	if n == 0 || m.dec == nil {
		return
	}
	m.dec, m.conceal = m.codec.decoder(), newConcealer(m.codec.SampleRate)
	for _, b := range m.recent[len(m.recent)-n:] {
		k := m.dec.decode(m.pcm[:], b[:])
		m.conceal.remember(m.pcm[:k])
	}
	if m.codec.Name == G722.Name {
		m.conceal.ahead = g722Delay
	}
}

// frame gives the next 20 ms at rate, nil for silence. It is valid until the
// next call.
func (m *mouth) frame(rate int) []int16 {
	if m.dec == nil {
		return nil
	}
	pcm := m.pcm[:m.codec.samples()]
	if b := m.ring.pop(); b != nil {
		m.dec.decode(pcm, b)
		m.conceal.good(pcm)
	} else if !m.conceal.lost(pcm) {
		return nil
	}
	return m.convert(pcm, rate)
}

func (m *mouth) convert(pcm []int16, rate int) []int16 {
	switch {
	case rate > m.codec.SampleRate:
		if m.up == nil {
			m.up = &halfband{}
		}
		m.up.double(m.pcm[:2*len(pcm)], pcm)
		return m.pcm[:2*len(pcm)]
	case rate < m.codec.SampleRate:
		if m.down == nil {
			m.down = &halfband{}
		}
		m.down.halve(m.pcm[:len(pcm)/2], pcm)
		return m.pcm[:len(pcm)/2]
	}
	return pcm
}
