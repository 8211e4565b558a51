package webrtc

import (
	"io"
	"net"
	"sync"
	"time"

	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"
)

// stream carries the leg's RTP packets; it is a media.Stream.
type stream struct {
	out *outTrack

	ready chan struct{} // closed when in is there
	gone  chan struct{} // closed by Close

	mu     sync.Mutex
	in     *pion.TrackRemote
	closed bool
}

func newStream() *stream {
	return &stream{out: &outTrack{}, ready: make(chan struct{}), gone: make(chan struct{})}
}

// arrive takes what the browser sends; a second track is not listened to.
func (s *stream) arrive(in *pion.TrackRemote) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in == nil && !s.closed {
		s.in = in
		close(s.ready)
	}
}

// ReadRTP takes the packets. One whose payload type was not agreed on is passed
// over.
func (s *stream) ReadRTP(take func(b []byte, now time.Time)) error {
	select {
	case <-s.ready:
	case <-s.gone:
		return net.ErrClosed
	}
	b := make([]byte, 2048)
	for {
		n, _, err := s.in.Read(b)
		switch {
		case err == nil:
			take(b[:n], time.Now())
		case n == 0:
			return io.EOF
		}
	}
}

// WriteRTP sends a packet; before the connection is up, and when the system's
// buffers are full, it is lost, as on any network.
func (s *stream) WriteRTP(b []byte) (int, error) { return s.out.write(b) }

// Close ends ReadRTP.
func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.gone)
	if s.in != nil {
		return s.in.SetReadDeadline(time.Unix(1, 0))
	}
	return nil
}

// outTrack is what the browser hears. Unlike the stack's own tracks it leaves
// the payload type alone, so that telephone events keep theirs.
type outTrack struct {
	mu   sync.RWMutex
	to   pion.TrackLocalWriter
	ssrc uint32
}

func (t *outTrack) Bind(c pion.TrackLocalContext) (pion.RTPCodecParameters, error) {
	codecs := c.CodecParameters()
	if len(codecs) == 0 {
		return pion.RTPCodecParameters{}, pion.ErrUnsupportedCodec
	}
	t.mu.Lock()
	t.to, t.ssrc = c.WriteStream(), uint32(c.SSRC())
	t.mu.Unlock()
	return codecs[0], nil
}

func (t *outTrack) Unbind(pion.TrackLocalContext) error {
	t.mu.Lock()
	t.to = nil
	t.mu.Unlock()
	return nil
}

func (t *outTrack) ID() string              { return "voice" }
func (t *outTrack) RID() string             { return "" }
func (t *outTrack) StreamID() string        { return "parley" }
func (t *outTrack) Kind() pion.RTPCodecType { return pion.RTPCodecTypeAudio }

func (t *outTrack) write(b []byte) (int, error) {
	var h rtp.Header
	n, err := h.Unmarshal(b)
	if err != nil {
		return 0, err
	}
	t.mu.RLock()
	to := t.to
	h.SSRC = t.ssrc
	t.mu.RUnlock()
	if to == nil {
		return len(b), nil
	}
	if _, err := to.WriteRTP(&h, b[n:]); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (t *outTrack) source() uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.ssrc
}
