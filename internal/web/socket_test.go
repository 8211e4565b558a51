package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/web"
)

// socketServer serves one socket handler at /socket and gives its address.
func socketServer(t *testing.T, cfg web.SocketConfig, run func(ctx context.Context, s *web.Socket)) (address string, stop func()) {
	t.Helper()
	s := newServer(t, web.Config{Tenants: anyHost{}})
	s.Handle("GET /socket", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sock, err := web.AcceptSocket(w, r, cfg)
		if err != nil {
			return
		}
		run(r.Context(), sock)
	}), web.Public())
	return listen(t, s, nil)
}

type anyHost struct{}

func (anyHost) TenantByHost(context.Context, string) (string, error) { return "t1", nil }

func dial(t *testing.T, address string, opts *websocket.DialOptions) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if opts == nil {
		opts = &websocket.DialOptions{Subprotocols: []string{"parley.test.1"}}
	}
	c, res, err := websocket.Dial(ctx, "ws://"+address+"/socket", opts)
	if c != nil {
		t.Cleanup(func() { _ = c.CloseNow() })
	}
	return c, res, err
}

func closeCode(t *testing.T, c *websocket.Conn) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		if _, _, err := c.Read(ctx); err != nil {
			return int(websocket.CloseStatus(err))
		}
	}
}

var testSocket = web.SocketConfig{Subprotocol: "parley.test.1"}

func TestSocket(t *testing.T) {
	echo := func(ctx context.Context, s *web.Socket) {
		_ = s.Run(ctx, func(f []byte) error {
			switch string(f) {
			case "bye":
				s.Send([]byte("last words"))
				s.Close(web.CloseSession, "session ended")
			case "fail":
				return errors.New("bad frame")
			case "panic":
				panic("poisoned frame")
			default:
				s.Send(f)
			}
			return nil
		})
	}
	address, stop := socketServer(t, testSocket, echo)
	ctx := t.Context()
	say := func(c *websocket.Conn, text string) {
		t.Helper()
		if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(c *websocket.Conn) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_, b, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	t.Run("frames go both ways in order", func(t *testing.T) {
		c, _, err := dial(t, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			say(c, fmt.Sprint(i))
		}
		for i := range 100 {
			if got := hear(c); got != fmt.Sprint(i) {
				t.Fatalf("frame %d is %q", i, got)
			}
		}
	})
	t.Run("what was queued before a close is still sent, with the code after it", func(t *testing.T) {
		c, _, err := dial(t, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		say(c, "bye")
		if got := hear(c); got != "last words" {
			t.Errorf("got %q", got)
		}
		if code := closeCode(t, c); code != web.CloseSession {
			t.Errorf("code %d", code)
		}
	})
	t.Run("[X-3] bad frames end the one socket with a code", func(t *testing.T) {
		for name, c := range map[string]struct {
			typ  websocket.MessageType
			data string
			code websocket.StatusCode
		}{
			"too large":  {websocket.MessageText, strings.Repeat("x", 65<<10), websocket.StatusMessageTooBig},
			"binary":     {websocket.MessageBinary, "x", websocket.StatusUnsupportedData},
			"not UTF-8":  {websocket.MessageText, "\xff", websocket.StatusInvalidFramePayloadData},
			"refused":    {websocket.MessageText, "fail", websocket.StatusPolicyViolation},
			"a poisoned": {websocket.MessageText, "panic", websocket.StatusInternalError},
		} {
			conn, _, err := dial(t, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.Write(ctx, c.typ, []byte(c.data)); err != nil {
				t.Fatal(err)
			}
			if code := closeCode(t, conn); code != int(c.code) {
				t.Errorf("%s: code %d, want %d", name, code, c.code)
			}
		}
		c, _, err := dial(t, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		say(c, "still here")
		hear(c)
	})
	t.Run("[X-3] handshakes that must fail are problems", func(t *testing.T) {
		for name, c := range map[string]struct {
			opts   websocket.DialOptions
			status int
		}{
			"other site":     {websocket.DialOptions{Subprotocols: []string{"parley.test.1"}, HTTPHeader: http.Header{"Origin": {"https://evil.test"}}}, 403},
			"no subprotocol": {websocket.DialOptions{}, 400},
		} {
			_, res, err := dial(t, address, &c.opts)
			if err == nil || res == nil || res.StatusCode != c.status || res.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %v %v", name, res, err)
			}
		}
		res, err := http.Get("http://" + address + "/socket")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUpgradeRequired {
			t.Errorf("plain GET: %d", res.StatusCode)
		}
	})
	t.Run("a stop tells every socket to come back", func(t *testing.T) {
		c, _, err := dial(t, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		say(c, "hello")
		hear(c)
		code := make(chan int, 1)
		go func() { code <- closeCode(t, c) }()
		stop()
		if got := <-code; got != web.CloseRestart {
			t.Errorf("code %d", got)
		}
	})
}

func TestSlowSocket(t *testing.T) {
	flood := func(t *testing.T) (address string, cut, ended chan struct{}) {
		cut, ended = make(chan struct{}), make(chan struct{})
		address, _ = socketServer(t, web.SocketConfig{Subprotocol: "parley.test.1", Buffer: 8}, func(ctx context.Context, s *web.Socket) {
			defer close(ended)
			go func() {
				for frame := []byte(strings.Repeat("x", 32<<10)); s.Send(frame); {
					runtime.Gosched()
				}
				close(cut)
			}()
			_ = s.Run(ctx, func([]byte) error { return nil })
		})
		return address, cut, ended
	}
	t.Run("[X-4] a client that does not read is cut and holds nobody up", func(t *testing.T) {
		address, cut, ended := flood(t)
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, err = fmt.Fprintf(conn, "GET /socket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: parley.test.1\r\n\r\n", address)
		if err != nil {
			t.Fatal(err)
		}
		<-cut
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Fatal("the cut socket never ended")
		}
	})
	t.Run("[X-4] a client that falls behind is told so and may resume", func(t *testing.T) {
		address, cut, _ := flood(t)
		c, _, err := dial(t, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		<-cut
		c.SetReadLimit(1 << 20)
		if code := closeCode(t, c); code != web.CloseSlow {
			t.Errorf("code %d", code)
		}
	})
	t.Run("[X-4] a client that is gone without a word is found out", func(t *testing.T) {
		ended := make(chan struct{})
		cfg := web.SocketConfig{Subprotocol: "parley.test.1", PingEvery: 20 * time.Millisecond, WriteTimeout: 100 * time.Millisecond}
		address, _ := socketServer(t, cfg, func(ctx context.Context, s *web.Socket) {
			defer close(ended)
			_ = s.Run(ctx, func([]byte) error { return nil })
		})
		if _, _, err := dial(t, address, nil); err != nil { // never read from: pings are not answered
			t.Fatal(err)
		}
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Fatal("the silent socket never ended")
		}
	})
}
