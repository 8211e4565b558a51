package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"parley/internal/fail"
	"parley/internal/run"
)

// Close codes of Parley's own (RFC 6455, 7.4.2: 4000–4999 are ours).
const (
	CloseSlow    = 4008 // the other side did not keep up; it may connect again and resume
	CloseSession = 4001 // the session has ended; connecting again is no use
	CloseHello   = 4002 // no or wrong first frame
	CloseRestart = 1012 // the server goes down, or who is signed in has other rights now; connect again in a moment
)

// slowGrace is how long a socket that is cut has to take the close frame.
const slowGrace = 3 * time.Second

// SocketConfig says how a socket behaves. Zero values mean the defaults.
type SocketConfig struct {
	Subprotocol  string                   // must be asked for by the client
	MaxFrame     int64                    // bytes of one incoming frame; default 64 KiB
	Buffer       int                      // outgoing frames that may wait; default 256
	PingEvery    time.Duration            // default 20 s; a ping must be answered within WriteTimeout
	WriteTimeout time.Duration            // default 10 s
	Origin       func(origin string) bool // nil: the same host only
}

func (c SocketConfig) withDefaults() SocketConfig {
	if c.MaxFrame <= 0 {
		c.MaxFrame = 64 << 10
	}
	if c.Buffer <= 0 {
		c.Buffer = 256
	}
	if c.PingEvery <= 0 {
		c.PingEvery = 20 * time.Second
	}
	if c.WriteTimeout <= 0 {
		c.WriteTimeout = 10 * time.Second
	}
	return c
}

// Socket is one WebSocket of text frames: one reader (Run's goroutine), one
// writer, a bounded buffer between the others and the writer.
type Socket struct {
	cfg  SocketConfig
	conn *websocket.Conn
	out  chan []byte

	end    sync.Once
	writes context.Context // of the writer's writes
	cut    func()          // ends writes at once, and the connection with them
	closed chan struct{}   // closed by Close: the writer sends the close frame and ends
	code   int
	reason string
}

// AcceptSocket upgrades a request. On failure it has answered it already.
func AcceptSocket(w http.ResponseWriter, r *http.Request, cfg SocketConfig) (*Socket, error) {
	cfg = cfg.withDefaults()
	allowed := SameOrigin(r)
	if cfg.Origin != nil {
		allowed = cfg.Origin(r.Header.Get("Origin"))
	}
	if !allowed {
		e := fail.Forbidden()
		e.Field = "Origin"
		WriteProblem(w, r, e)
		return nil, e
	}
	if err := checkUpgrade(r, cfg.Subprotocol); err != nil {
		WriteProblem(w, r, err)
		return nil, err
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{cfg.Subprotocol}, InsecureSkipVerify: true, // the origin was checked above
		CompressionMode: websocket.CompressionDisabled, // context takeover costs 250 KB a socket
	})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(cfg.MaxFrame)
	s := &Socket{cfg: cfg, conn: conn, out: make(chan []byte, cfg.Buffer), closed: make(chan struct{})}
	s.writes, s.cut = context.WithCancel(context.WithoutCancel(r.Context()))
	return s, nil
}

// checkUpgrade answers with a problem what the library would answer in plain text.
func checkUpgrade(r *http.Request, subprotocol string) error {
	bad := func(field string) error {
		e := fail.Unreadable(errors.New("no WebSocket handshake"))
		e.Field = field
		return e
	}
	switch {
	case !headerHas(r.Header, "Connection", "upgrade"), !headerHas(r.Header, "Upgrade", "websocket"):
		e := fail.Unreadable(errors.New("no WebSocket handshake"))
		e.Status, e.Field = http.StatusUpgradeRequired, "Upgrade"
		return e
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return bad("Sec-WebSocket-Version")
	case subprotocol != "" && !headerHas(r.Header, "Sec-WebSocket-Protocol", subprotocol):
		return bad("Sec-WebSocket-Protocol")
	}
	return nil
}

func headerHas(h http.Header, name, token string) bool {
	for _, v := range h.Values(name) {
		for t := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(t), token) {
				return true
			}
		}
	}
	return false
}

// Send queues a frame and never waits. It is false when the socket is closed, or
// is closed by this call because its buffer is full: whoever falls behind is cut
// and resumes, instead of holding others up.
func (s *Socket) Send(frame []byte) bool {
	select {
	case <-s.closed:
		return false
	default:
	}
	select {
	case s.out <- frame:
		return true
	default:
		slowSockets.Inc()
		s.Close(CloseSlow, "too slow")
		return false
	}
}

// Waiting is how many frames are queued; lossy senders skip a turn when it grows.
func (s *Socket) Waiting() int { return len(s.out) }

// Close ends the socket with a code; frames queued before a code other than
// CloseSlow are still sent. Only the first call counts. It does not wait.
func (s *Socket) Close(code int, reason string) {
	s.end.Do(func() {
		s.code, s.reason = code, reason
		close(s.closed)
		if code == CloseSlow { // the writer may be stuck in a write that nobody reads
			time.AfterFunc(slowGrace, s.cut)
		}
	})
}

// Closed is closed when the socket is to end.
func (s *Socket) Closed() <-chan struct{} { return s.closed }

// Run reads until the socket ends, calling onFrame for every text frame on the
// calling goroutine; an error or panic of onFrame ends the socket. ctx done means
// the server goes down. Run returns when reader and writer have ended.
func (s *Socket) Run(ctx context.Context, onFrame func(frame []byte) error) error {
	openSockets.Inc()
	defer openSockets.Dec()
	restart := func() { s.Close(CloseRestart, "server restarts") }
	defer context.AfterFunc(ctx, restart)()
	if server := servingOf(ctx); server != nil {
		server.sockets.Add(1)
		defer server.sockets.Done()
		defer context.AfterFunc(server.stop, restart)()
	}
	g := run.New(context.WithoutCancel(ctx)) // not cancelled before the close frame is out
	g.Go("socket.write", s.write)
	g.Go("socket.ping", s.ping)
	err := s.read(g.Context(), onFrame)
	s.Close(int(websocket.StatusNormalClosure), "")
	_ = g.Wait() // logged by the group
	s.cut()
	_ = s.conn.CloseNow()
	return err
}

func (s *Socket) read(ctx context.Context, onFrame func([]byte) error) error {
	for {
		typ, frame, err := s.conn.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != -1 {
				return nil // the other side said goodbye
			}
			return err
		}
		if typ != websocket.MessageText {
			s.Close(int(websocket.StatusUnsupportedData), "text frames only")
			return errors.New("binary frame")
		}
		if !cleanText(string(frame)) {
			s.Close(int(websocket.StatusInvalidFramePayloadData), "UTF-8 only")
			return errors.New("frame is no text")
		}
		if err := run.Protect("socket.frame", func() error { return onFrame(frame) }); err != nil {
			code := websocket.StatusPolicyViolation
			if _, ours := errors.AsType[*run.Panic](err); ours {
				code = websocket.StatusInternalError
			}
			s.Close(int(code), "")
			return err
		}
	}
}

func (s *Socket) write(context.Context) error {
	for {
		select {
		case frame := <-s.out:
			if s.writeFrame(frame) != nil {
				s.abort()
				return nil
			}
		case <-s.closed:
			s.finish()
			return nil
		}
	}
}

// ping finds out that the other side is gone without a goodbye. The reader takes
// the answers in.
func (s *Socket) ping(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.closed:
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, s.cfg.WriteTimeout)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil {
			s.abort()
			return nil
		}
	}
}

func (s *Socket) writeFrame(frame []byte) error {
	ctx, cancel := context.WithTimeout(s.writes, s.cfg.WriteTimeout)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, frame)
}

// finish sends what was queued before the close, then the close frame. It does
// not wait for the other side's answer: the reader ends with the connection.
func (s *Socket) finish() {
	for s.code != CloseSlow {
		select {
		case frame := <-s.out:
			if s.writeFrame(frame) != nil {
				s.abort()
				return
			}
			continue
		default:
		}
		break
	}
	_ = s.conn.Close(websocket.StatusCode(s.code), s.reason)
}

// abort ends a connection that no longer answers.
func (s *Socket) abort() {
	s.Close(int(websocket.StatusAbnormalClosure), "")
	_ = s.conn.CloseNow()
}

// SameHost is for SocketConfig.Origin of handlers that also take other origins.
func SameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}
