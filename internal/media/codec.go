package media

import "time"

// Every codec here carries 64 kbit/s on an RTP clock of 8,000 Hz, so a frame is
// 160 bytes and 160 ticks whatever its sample rate: one byte is one tick.
const (
	frameTime  = 20 * time.Millisecond
	frameTicks = 160
	frameBytes = 160
	clockRate  = 8000
)

// Codec is how sound is written on the wire.
type Codec struct {
	Name        string // as in SDP's rtpmap
	PayloadType uint8  // the static one
	ClockRate   int    // of RTP timestamps
	SampleRate  int    // of the sound; G.722 samples twice as often as its RTP clock says (RFC 3551)
}

// The codecs that phones and browsers have in common.
var (
	PCMU = Codec{Name: "PCMU", PayloadType: 0, ClockRate: clockRate, SampleRate: 8000}
	PCMA = Codec{Name: "PCMA", PayloadType: 8, ClockRate: clockRate, SampleRate: 8000}
	G722 = Codec{Name: "G722", PayloadType: 9, ClockRate: clockRate, SampleRate: 16000}
)

// samples of one frame.
func (c Codec) samples() int { return c.SampleRate / 50 }

// An encoder writes pcm, sampled at its codec's rate, to dst and gives the
// number of bytes. It may keep state from frame to frame.
type encoder interface {
	encode(dst []byte, pcm []int16) int
}

// A decoder is the other way round; it gives the number of samples.
type decoder interface {
	decode(pcm []int16, src []byte) int
}

func (c Codec) encoder() encoder {
	switch c.Name {
	case PCMA.Name:
		return alaw{}
	case G722.Name:
		return newG722Encoder()
	}
	return ulaw{}
}

func (c Codec) decoder() decoder {
	switch c.Name {
	case PCMA.Name:
		return alaw{}
	case G722.Name:
		return newG722Decoder()
	}
	return ulaw{}
}

// known says whether there is a coder for it.
func (c Codec) known() bool {
	return c.Name == PCMU.Name || c.Name == PCMA.Name || c.Name == G722.Name
}
