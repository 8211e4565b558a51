package widget_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"parley/internal/chat"
	"parley/internal/widget"
)

// visitor is a browser on the site.
type visitor struct {
	c     *centre
	token string
	n     atomic.Int64
}

func (c *centre) visitor() *visitor {
	c.Helper()
	v := &visitor{c: c}
	var body struct{ Token string }
	r := v.post("visitor", map[string]any{})
	if r.status != 200 {
		c.Fatalf("no visitor: %d %s", r.status, r.body)
	}
	c.must(json.Unmarshal(r.body, &body))
	v.token = body.Token
	return v
}

func (v *visitor) path(rest string) string { return "/widget/" + v.c.seed.EntryKey + "/" + rest }

func (v *visitor) header() map[string]string {
	h := map[string]string{"Origin": site}
	if v.token != "" {
		h["Authorization"] = "Bearer " + v.token
	}
	return h
}

func (v *visitor) post(rest string, body any) reply {
	v.c.Helper()
	return v.c.send("POST", v.path(rest), v.header(), body)
}

func (v *visitor) get(rest string) reply {
	v.c.Helper()
	return v.c.send("GET", v.path(rest), v.header(), nil)
}

// ok wants a 200 and reads its body.
func (v *visitor) ok(r reply, into any) {
	v.c.Helper()
	if r.status != 200 {
		v.c.Fatalf("got %d %s", r.status, r.body)
	}
	if into != nil {
		v.c.must(json.Unmarshal(r.body, into))
	}
}

// open begins a conversation with a text.
func (v *visitor) open(text string) chat.Opened {
	v.c.Helper()
	var o chat.Opened
	v.ok(v.post("conversations", map[string]any{"clientId": "open-" + text, "text": text, "lang": "en",
		"form": map[string]string{"name": "Ivan", "email": "ivan@example.com"}, "page": map[string]string{"url": site + "/a", "title": "A"}}), &o)
	return o
}

func (v *visitor) say(text string) chat.Message {
	v.c.Helper()
	var m chat.Message
	v.ok(v.post("messages", map[string]any{"clientId": fmt.Sprintf("say-%d", v.n.Add(1)), "text": text}), &m)
	return m
}

// frame is what streams carry.
type frame struct {
	Epoch string
	Seq   int64
	Prev  int64
	Type  string
	Data  json.RawMessage
}

// stream is a socket of a visitor.
type stream struct {
	c    *centre
	conn *websocket.Conn
	last frame
}

func (v *visitor) dial() *websocket.Conn {
	v.c.Helper()
	url := "ws" + strings.TrimPrefix(v.c.server.URL, "http") + v.path("socket")
	conn, resp, err := websocket.Dial(context.Background(), url, &websocket.DialOptions{Subprotocols: []string{widget.Subprotocol},
		HTTPHeader: http.Header{"Origin": {site}}, Host: host})
	if err != nil {
		v.c.Fatalf("dialling: %v %v", err, resp)
	}
	conn.SetReadLimit(1 << 20)
	return conn
}

// connect opens a socket that goes on from a place, or begins with a snapshot.
func (v *visitor) connect(epoch string, seq int64) *stream {
	v.c.Helper()
	s := &stream{c: v.c, conn: v.dial()}
	v.c.Cleanup(func() { _ = s.conn.CloseNow() })
	s.send(map[string]any{"type": "hello", "token": v.token, "epoch": epoch, "seq": seq})
	return s
}

// stream connects afresh and has the snapshot.
func (v *visitor) stream() *stream {
	v.c.Helper()
	s := v.connect("", 0)
	s.until("snapshot", func([]byte) bool { return true })
	return s
}

func (s *stream) send(frame any) {
	s.c.Helper()
	raw, err := json.Marshal(frame)
	s.c.must(err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s.c.must(s.conn.Write(ctx, websocket.MessageText, raw))
}

// next reads one frame.
func (s *stream) next() (frame, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, raw, err := s.conn.Read(ctx)
	if err != nil {
		return frame{}, err
	}
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, err
	}
	if f.Seq > 0 {
		if f.Prev != 0 && f.Prev != s.last.Seq && s.last.Seq != 0 {
			return f, fmt.Errorf("a gap: frame %d says %d stood before it, but it was %d", f.Seq, f.Prev, s.last.Seq)
		}
		s.last = f
	}
	return f, nil
}

// until reads up to the first frame of a type that f takes.
func (s *stream) until(typ string, f func(data []byte) bool) {
	s.c.Helper()
	for {
		fr, err := s.next()
		if err != nil {
			s.c.Fatalf("waiting for %s: %v", typ, err)
		}
		if fr.Type == typ && f(fr.Data) {
			return
		}
	}
}

func (s *stream) message(text string) (m chat.Message) {
	s.c.Helper()
	s.until("message.added", func(data []byte) bool {
		m = chat.Message{}
		s.c.must(json.Unmarshal(data, &m))
		return m.Text == text
	})
	return m
}
