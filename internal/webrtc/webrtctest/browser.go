// Package webrtctest is a browser for tests: a peer connection of its own with
// G.711, a tone for a microphone and an ear that measures tones.
package webrtctest

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"
)

// Payload types of the offer, as browsers have them.
const (
	PayloadPCMU  = 0
	PayloadEvent = 126
)

// keys in the order of their numbers in RFC 4733.
const keys = "0123456789*#ABCD"

const frame = 160 // samples of 20 ms

// Browser is one peer.
type Browser struct {
	PC *pion.PeerConnection

	mic    *mic
	up     chan struct{}
	closed chan struct{}

	mu      sync.Mutex
	heard   []int16 // the last second
	packets int
	types   map[uint8]int // packets by payload type
	digits  string
	digitAt uint32 // time stamp of the last digit
	seq     uint16
	ts      uint32
	hz      float64
	phase   float64
	mute    bool // nothing is sent, as without a microphone
}

// New makes a browser that is silent and hears nothing yet.
func New(t *testing.T) *Browser {
	t.Helper()
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// NewTCP makes a browser in a network that lets no UDP out.
func NewTCP(t *testing.T) *Browser {
	t.Helper()
	b, err := open(pion.NetworkTypeTCP4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// Open is New for those who have no test at hand; Close it.
func Open() (*Browser, error) { return open() }

func open(networks ...pion.NetworkType) (*Browser, error) {
	var codecs pion.MediaEngine
	for _, c := range []pion.RTPCodecParameters{
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: pion.MimeTypeOpus, ClockRate: 48000, Channels: 2}, PayloadType: 111},
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: pion.MimeTypeG722, ClockRate: 8000}, PayloadType: 9},
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: pion.MimeTypePCMU, ClockRate: 8000}, PayloadType: PayloadPCMU},
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: pion.MimeTypePCMA, ClockRate: 8000}, PayloadType: 8},
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 48000}, PayloadType: 110},
		{RTPCodecCapability: pion.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}, PayloadType: PayloadEvent},
	} {
		if err := codecs.RegisterCodec(c, pion.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	var interceptors interceptor.Registry
	if err := pion.ConfigureRTCPReports(&interceptors); err != nil {
		return nil, err
	}
	var s pion.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	if len(networks) > 0 {
		s.SetNetworkTypes(networks)
	}
	pc, err := pion.NewAPI(pion.WithMediaEngine(&codecs), pion.WithInterceptorRegistry(&interceptors), pion.WithSettingEngine(s)).NewPeerConnection(pion.Configuration{})
	if err != nil {
		return nil, err
	}
	b := &Browser{PC: pc, mic: &mic{}, up: make(chan struct{}), closed: make(chan struct{}), types: map[uint8]int{}}
	if _, err := pc.AddTrack(b.mic); err != nil {
		return nil, err
	}
	var once sync.Once
	pc.OnConnectionStateChange(func(s pion.PeerConnectionState) {
		if s == pion.PeerConnectionStateConnected {
			once.Do(func() { close(b.up) })
		}
	})
	pc.OnTrack(func(in *pion.TrackRemote, from *pion.RTPReceiver) {
		go func() { // sender reports, which the stack answers
			for {
				if _, _, err := from.ReadRTCP(); err != nil {
					return
				}
			}
		}()
		b.listen(in)
	})
	go b.speak()
	return b, nil
}

// Offer is the browser's whole session description.
func (b *Browser) Offer() (string, error) {
	o, err := b.PC.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	gathered := pion.GatheringCompletePromise(b.PC)
	if err := b.PC.SetLocalDescription(o); err != nil {
		return "", err
	}
	<-gathered
	return b.PC.LocalDescription().SDP, nil
}

// Accept takes the answer and waits until the connection is up.
func (b *Browser) Accept(ctx context.Context, answer string) error {
	if err := b.PC.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeAnswer, SDP: answer}); err != nil {
		return err
	}
	select {
	case <-b.up:
		return nil
	case <-b.closed:
		return errors.New("closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Say puts a tone into the microphone; 0 is silence.
func (b *Browser) Say(hz float64) {
	b.mu.Lock()
	b.hz = hz
	b.mu.Unlock()
}

// Unplug takes the microphone away: no more packets of sound are sent, as after
// replaceTrack(null).
func (b *Browser) Unplug() {
	b.mu.Lock()
	b.mute = true
	b.mu.Unlock()
}

// Tone is the share of a frequency in what was heard in the last half second,
// 0 to 1; 0 also when there was next to nothing to hear.
func (b *Browser) Tone(hz float64) float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	const n = 4000
	if len(b.heard) < n {
		return 0
	}
	return Goertzel(b.heard[len(b.heard)-n:], hz, 8000)
}

// Loudness is the mean square root of the last half second, 0 to 32767.
func (b *Browser) Loudness() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	var sum float64
	last := b.heard[max(0, len(b.heard)-4000):]
	for _, v := range last {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / math.Max(1, float64(len(last))))
}

// Packets counts those that came with a payload type.
func (b *Browser) Packets(payloadType uint8) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.types[payloadType]
}

// Digits are those that came as telephone events, each once.
func (b *Browser) Digits() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.digits
}

// event notes a digit; all its packets have one time stamp.
func (b *Browser) event(p rtp.Packet) {
	if len(p.Payload) < 4 || p.Timestamp == b.digitAt || int(p.Payload[0]) >= len(keys) {
		return
	}
	b.digitAt = p.Timestamp
	b.digits += keys[p.Payload[0] : p.Payload[0]+1]
}

// Digit presses a key as RFC 4733 has it: three packets, the end three times,
// all of one time stamp.
func (b *Browser) Digit(event byte) error {
	b.mu.Lock()
	b.ts += frame
	ts := b.ts
	b.mu.Unlock()
	for i := range 6 {
		length, end := uint16(frame*(i+1)), byte(0)
		if i >= 3 {
			length, end = frame*4, 0x80
		}
		b.mu.Lock()
		b.seq++
		h := rtp.Header{Version: 2, Marker: i == 0, PayloadType: PayloadEvent, SequenceNumber: b.seq, Timestamp: ts}
		b.mu.Unlock()
		if err := b.mic.send(h, []byte{event, end | 10, byte(length >> 8), byte(length)}); err != nil {
			return err
		}
	}
	return nil
}

// mic is a track that leaves the payload type alone.
type mic struct {
	mu   sync.Mutex
	to   pion.TrackLocalWriter
	ssrc uint32
}

func (m *mic) Bind(c pion.TrackLocalContext) (pion.RTPCodecParameters, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.to, m.ssrc = c.WriteStream(), uint32(c.SSRC())
	return c.CodecParameters()[0], nil
}

func (m *mic) Unbind(pion.TrackLocalContext) error { return nil }
func (m *mic) ID() string                          { return "mic" }
func (m *mic) RID() string                         { return "" }
func (m *mic) StreamID() string                    { return "page" }
func (m *mic) Kind() pion.RTPCodecType             { return pion.RTPCodecTypeAudio }

func (m *mic) send(h rtp.Header, payload []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h.SSRC = m.ssrc
	_, err := m.to.WriteRTP(&h, payload)
	return err
}

// speak sends a frame every 20 ms once the connection is up.
func (b *Browser) speak() {
	select {
	case <-b.up:
	case <-b.closed:
		return
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-b.closed:
			return
		}
		payload := make([]byte, frame)
		b.mu.Lock()
		if b.mute {
			b.mu.Unlock()
			continue
		}
		for i := range payload {
			v := 0.0
			if b.hz > 0 {
				v = 8000 * math.Sin(b.phase)
				b.phase = math.Mod(b.phase+2*math.Pi*b.hz/8000, 2*math.Pi)
			}
			payload[i] = Ulaw(int16(v))
		}
		b.seq++
		b.ts += frame
		h := rtp.Header{Version: 2, PayloadType: PayloadPCMU, SequenceNumber: b.seq, Timestamp: b.ts}
		b.mu.Unlock()
		_ = b.mic.send(h, payload)
	}
}

func (b *Browser) listen(in *pion.TrackRemote) {
	buf := make([]byte, 1500)
	for {
		n, _, err := in.Read(buf)
		if err != nil && n == 0 {
			return
		}
		var p rtp.Packet
		if p.Unmarshal(buf[:n]) != nil {
			continue
		}
		b.mu.Lock()
		b.packets++
		b.types[p.PayloadType]++
		if p.PayloadType == PayloadEvent {
			b.event(p)
		}
		if p.PayloadType == PayloadPCMU {
			for _, u := range p.Payload {
				b.heard = append(b.heard, FromUlaw(u))
			}
			if n := len(b.heard); n > 8000 {
				b.heard = append(b.heard[:0], b.heard[n-8000:]...)
			}
		}
		b.mu.Unlock()
	}
}

// Close goes away as a page does.
func (b *Browser) Close() {
	b.mu.Lock()
	select {
	case <-b.closed:
		b.mu.Unlock()
		return
	default:
	}
	close(b.closed)
	b.mu.Unlock()
	_ = b.PC.GracefulClose()
}

// Goertzel is the share of the signal's power at a frequency, 0 to 1.
func Goertzel(samples []int16, hz, rate float64) float64 {
	w := 2 * math.Pi * hz / rate
	var s1, s2, power float64
	for _, v := range samples {
		x := float64(v)
		s1, s2 = x+2*math.Cos(w)*s1-s2, s1
		power += x * x
	}
	n := float64(len(samples))
	if power/n < 100 {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - 2*math.Cos(w)*s1*s2) / n / power
}

// Ulaw codes a sample by G.711.
func Ulaw(v int16) byte {
	const bias, clip = 132, 32635
	sign, x := byte(0), int(v)
	if x < 0 {
		sign, x = 0x80, -x
	}
	x = min(x, clip) + bias
	exponent := byte(7)
	for mask := 0x4000; exponent > 0 && x&mask == 0; mask >>= 1 {
		exponent--
	}
	return ^(sign | exponent<<4 | byte(x>>(exponent+3))&0x0f)
}

// FromUlaw is the way back.
func FromUlaw(u byte) int16 {
	u = ^u
	v := (int16(u&0x0f)<<3+132)<<(u>>4&7) - 132
	if u&0x80 != 0 {
		return -v
	}
	return v
}
