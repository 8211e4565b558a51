package widget_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/chat"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/widget"
)

func TestWhoMayAsk(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		v := c.visitor()
		key := c.seed.EntryKey
		t.Run("[C-20] an unknown key is not found", func(t *testing.T) {
			for _, k := range []string{"nonsense", strings.Repeat("a", 500), "%00", url.PathEscape("ключ")} {
				if r := c.send("GET", "/widget/"+k+"/config", nil, nil); r.status != 404 || !strings.HasPrefix(r.code(), "PAR-0002") {
					t.Errorf("%.20s: %d %s", k, r.status, r.body)
				}
			}
		})
		t.Run("[C-20] a site that is not allowed is refused everywhere, preflights too", func(t *testing.T) {
			for _, path := range []string{"GET config", "POST visitor", "OPTIONS messages", "GET conversation", "GET socket", "GET events"} {
				method, rest, _ := strings.Cut(path, " ")
				r := c.send(method, "/widget/"+key+"/"+rest, map[string]string{"Origin": "https://evil.example", "Authorization": "Bearer " + v.token}, nil)
				if r.status != 403 || r.code() != "PAR-5008" || r.header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s: %d %s %v", path, r.status, r.code(), r.header)
				}
			}
		})
		t.Run("[C-20] an allowed site gets its own origin, never a star, never cookies", func(t *testing.T) {
			r := c.send("OPTIONS", "/widget/"+key+"/messages", map[string]string{"Origin": site, "Access-Control-Request-Method": "POST"}, nil)
			if r.status != 204 || r.header.Get("Access-Control-Allow-Origin") != site || r.header.Get("Access-Control-Allow-Credentials") != "" ||
				!strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "Authorization") || !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Origin") {
				t.Errorf("%d %v", r.status, r.header)
			}
		})
		t.Run("[C-21] without the token nothing of a conversation is shown", func(t *testing.T) {
			o := v.open("secret")
			other := c.visitor()
			for _, token := range []string{"", "nonsense", strings.Repeat("x", 5000)} {
				for _, path := range []string{"GET conversation", "POST messages", "POST end", "GET events", "POST files?name=a.txt&clientId=1"} {
					method, rest, _ := strings.Cut(path, " ")
					if r := c.send(method, "/widget/"+key+"/"+rest, map[string]string{"Authorization": "Bearer " + token}, nil); r.status != 401 {
						t.Errorf("%s with token %.10q: %d", path, token, r.status)
					}
				}
			}
			var seen struct{ Conversation *chat.CustomerView }
			other.ok(other.get("conversation"), &seen)
			if seen.Conversation != nil {
				t.Errorf("another visitor sees %+v", seen.Conversation)
			}
			if r := other.post("messages", map[string]any{"clientId": "1", "text": "hi"}); r.status != 404 {
				t.Errorf("another visitor writes: %d %s", r.status, r.body)
			}
			_ = o
		})
		t.Run("[C-20] an entry switched off is gone at once", func(t *testing.T) {
			c.must(c.db.Write(org.System(context.Background()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				e, err := c.org.Entry(ctx, c.tenant, c.seed.EntryID)
				if err != nil {
					return err
				}
				_, err = c.org.ChangeEntry(ctx, tx, c.tenant, c.seed.EntryID, e.Version, func(e *org.Entry) error { e.Active = false; return nil })
				return err
			}))
			if r := v.get("config"); r.status != 404 {
				t.Errorf("%d", r.status)
			}
		})
	})
}

func TestConfig(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		v := &visitor{c: c}
		for wish, want := range map[string]string{"en-GB,ru": "en", "ru-RU": "ru", "de,en": "en", "": "ru", "xx": "ru", strings.Repeat("q,", 5000): "ru"} {
			var body struct {
				Lang            string
				Open, Available bool
				Texts           map[string]string
				PreChat         []struct{ Field string }
				FileTypes       []string
				MaxFileBytes    int64
			}
			v.ok(v.get("config?lang="+url.QueryEscape(wish)), &body)
			if body.Lang != want || !body.Open || !body.Available || body.Texts["title"] == "" || len(body.PreChat) == 0 || body.MaxFileBytes == 0 || !strings.HasPrefix(body.FileTypes[0], ".") {
				t.Errorf("[C-20] %.20q: %+v", wish, body)
			}
		}
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		v := c.visitor()
		form := map[string]string{"name": "Ivan"}
		for what, try := range map[string]struct {
			body any
			want string
		}{
			"no JSON":          {[]byte("{"), "400 PAR-0010"},
			"wrong type":       {[]byte(`{"text":5}`), "422 PAR-0001 text"},
			"not UTF-8":        {[]byte("{\"text\":\"\xff\"}"), "400 PAR-0010"},
			"too large":        {[]byte(`{"text":"` + strings.Repeat("a", 70_000) + `"}`), "413 PAR-0004"},
			"deep":             {[]byte(`{"form":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`), "400 PAR-0010"},
			"no text":          {map[string]any{"clientId": "1", "form": form}, "422 PAR-0001 text"},
			"control text":     {map[string]any{"clientId": "1", "form": form, "text": "\u0000\u0007"}, "422 PAR-0001 text"},
			"long text":        {map[string]any{"clientId": "1", "form": form, "text": strings.Repeat("ж", 10_001)}, "422 PAR-5007 text"},
			"no client id":     {map[string]any{"form": form, "text": "x"}, "422 PAR-0001 clientId"},
			"no name":          {map[string]any{"clientId": "1", "text": "x"}, "422 PAR-0001 name"},
			"bad email":        {map[string]any{"clientId": "1", "text": "x", "form": map[string]string{"name": "I", "email": "nonsense"}}, "422 PAR-0001 email"},
			"bad phone":        {map[string]any{"clientId": "1", "text": "x", "form": map[string]string{"name": "I", "phone": "call me"}}, "422 PAR-0001 phone"},
			"script as page":   {map[string]any{"clientId": "1", "text": "x", "form": form, "page": map[string]string{"url": "javascript:alert(1)"}}, "422 PAR-0001 page.url"},
			"foreign service":  {map[string]any{"clientId": "1", "text": "x", "form": form, "serviceId": "other"}, "422 PAR-0001 serviceId"},
			"too many answers": {map[string]any{"clientId": "1", "text": "x", "form": many(50)}, "422 PAR-0001 form"},
		} {
			r := v.post("conversations", try.body)
			if got := fmt.Sprint(r.status, " ", r.code()); got != try.want {
				t.Errorf("[X-3] %s: got %s, want %s (%s)", what, got, try.want, r.body)
			}
			if r.header.Get("Access-Control-Allow-Origin") != site {
				t.Errorf("[X-3] %s: the page cannot read why", what)
			}
		}
		if r := v.get("conversation?before=x"); r.status != 422 {
			t.Errorf("[X-3] before=x: %d", r.status)
		}
		if r := v.get("conversation"); !bytes.Contains(r.body, []byte(`"conversation":null`)) {
			t.Errorf("[X-3] bad input left something: %s", r.body)
		}
	})
}

func many(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprint("field", i)] = "x"
	}
	return m
}

func TestFloods(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		slow := web.Rate{Every: time.Hour, Burst: 3}
		c := newCentre(t, cfg, widget.Limits{Requests: web.Rate{Every: time.Microsecond, Burst: 1e6}, Visitors: slow, Opens: slow, Messages: slow, Files: slow, Marks: slow, Streams: 2})
		v := c.visitor()
		v.open("hello")
		flood := map[string]func() reply{
			"messages": func() reply { return v.post("messages", map[string]any{"clientId": db.NewID(), "text": "x"}) },
			"openings": func() reply {
				return v.post("conversations", map[string]any{"clientId": db.NewID(), "text": "x", "form": map[string]string{"name": "I"}})
			},
			"files":    func() reply { return v.post("files?name=a.txt&clientId="+db.NewID(), []byte("x")) },
			"marks":    func() reply { return v.post("read", map[string]any{"n": 1}) },
			"visitors": func() reply { return (&visitor{c: c}).post("visitor", map[string]any{}) },
		}
		for what, try := range flood {
			refused := 0
			for range 6 {
				if r := try(); r.status == 429 {
					refused++
					if r.header.Get("Retry-After") == "" || r.code() != "PAR-0006" {
						t.Errorf("[X-3] %s: 429 without a word when to come again: %v", what, r.header)
					}
				}
			}
			if refused < 3 {
				t.Errorf("[C-20] a flood of %s was let through (%d of 6 refused)", what, refused)
			}
		}
		a, b := v.connect("", 0), v.connect("", 0)
		a.until("snapshot", func([]byte) bool { return true })
		b.until("snapshot", func([]byte) bool { return true })
		if code := closeCode(v.connect("", 0)); code != 4429 {
			t.Errorf("[C-20] a third stream: closed with %d", code)
		}
	})
}

// closeCode reads to the end of a stream.
func closeCode(s *stream) int {
	for {
		if _, err := s.next(); err != nil {
			return int(websocket.CloseStatus(err))
		}
	}
}

func TestSocketManners(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		v := c.visitor()
		silent := &stream{c: c, conn: v.dial()}
		if code := closeCode(silent); code != 4002 {
			t.Errorf("[C-21] a socket without hello: closed with %d", code)
		}
		forged := &visitor{c: c, token: "forged"}
		if code := closeCode(forged.connect("", 0)); code != 4401 {
			t.Errorf("[C-21] an unknown token: closed with %d", code)
		}
		for what, raw := range map[string]string{"no JSON": "{", "unknown type": `{"type":"shutdown"}`, "second hello": `{"type":"hello"}`} {
			s := v.stream()
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			c.must(s.conn.Write(ctx, websocket.MessageText, []byte(raw)))
			cancel()
			if code := closeCode(s); code != int(websocket.StatusPolicyViolation) {
				t.Errorf("[C-21] %s: closed with %d", what, code)
			}
		}
		s := v.stream()
		s.send(map[string]string{"type": "ping"})
		s.until("pong", func([]byte) bool { return true })
		_, err := func() (any, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.server.URL, "http")+v.path("socket"),
				&websocket.DialOptions{Subprotocols: []string{"other"}, Host: host})
			_ = resp
			return conn, err
		}()
		if err == nil {
			t.Error("[C-21] a client of another protocol was let in")
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Error("[C-21] a client of another protocol was left waiting")
		}
	})
}

func TestFiles(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		o := v.open("hello")
		s := v.stream()
		anna.accept()
		var picture bytes.Buffer
		c.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))))

		var sent chat.Message
		v.ok(v.post("files?clientId=f1&name="+url.QueryEscape("../кот.png"), picture.Bytes()), &sent)
		if sent.File == nil || sent.File.Name != "кот.png" || sent.File.Width != 40 || sent.File.Height != 30 || sent.File.Type != "image/png" {
			t.Fatalf("[C-11] %+v", sent.File)
		}
		var again chat.Message
		v.ok(v.post("files?clientId=f1&name=other.png", picture.Bytes()), &again)
		if again.ID != sent.ID {
			t.Error("[C-21] a repeated upload is a second message")
		}
		anna.until("message.added", func(data []byte) bool {
			var m chat.Message
			c.must(json.Unmarshal(data, &m))
			return m.File != nil && m.File.ID == sent.File.ID
		})
		if r := c.agent("anna", "GET", "/api/files/"+sent.File.ID, nil); r.status != 200 || !bytes.Equal(r.body, picture.Bytes()) ||
			!strings.HasPrefix(r.header.Get("Content-Disposition"), "inline") || r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("[C-11] the agent gets %d %v", r.status, r.header)
		}
		if r := c.agent("boris", "GET", "/api/files/"+sent.File.ID, nil); r.status != 404 {
			t.Errorf("[C-11] somebody else's file: %d", r.status)
		}

		r := c.agent("anna", "POST", "/api/conversations/"+o.Conversation.ID+"/files?clientId=g1&name=price.pdf", []byte("%PDF-1.7 price list"))
		if r.status != 200 {
			t.Fatalf("[C-11] the agent's file: %d %s", r.status, r.body)
		}
		var file chat.Message
		s.until("message.added", func(data []byte) bool {
			file = chat.Message{}
			c.must(json.Unmarshal(data, &file))
			return file.File != nil && file.File.Name == "price.pdf"
		})
		get := c.send("GET", v.path("files/"+file.File.ID+"?token="+v.token), nil, nil)
		if get.status != 200 || !strings.HasPrefix(get.header.Get("Content-Disposition"), "attachment") || get.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("[C-11] the customer gets %d %v", get.status, get.header)
		}
		other := c.visitor()
		if r := c.send("GET", other.path("files/"+file.File.ID+"?token="+other.token), nil, nil); r.status != 404 {
			t.Errorf("[C-11] another visitor gets the file: %d", r.status)
		}
		for _, id := range []string{"%00", "%ff", "x", strings.Repeat("a", 200)} {
			if r := c.agent("anna", "GET", "/api/files/"+id, nil); r.status != 404 {
				t.Errorf("[X-3] agent's file %.10q: %d", id, r.status)
			}
			if r := c.send("GET", v.path("files/"+id+"?token="+v.token), nil, nil); r.status != 404 {
				t.Errorf("[X-3] customer's file %.10q: %d", id, r.status)
			}
			if r := c.agent("anna", "POST", "/api/conversations/"+id+"/files?clientId=1&name=a.txt", []byte("x")); r.status != 404 {
				t.Errorf("[X-3] upload to conversation %.10q: %d", id, r.status)
			}
		}

		for what, try := range map[string]struct {
			name string
			body []byte
			want string
		}{
			"a program":               {"setup.exe", []byte("MZ"), "415 PAR-5001 file"},
			"a program in disguise":   {"cat.png", []byte("MZ\x90\x00"), "415 PAR-5002 file"},
			"a page as text":          {"a.txt", []byte("<html><script>"), "415 PAR-5002 file"},
			"nothing":                 {"a.png", []byte{}, "422 PAR-5004 file"},
			"more than the service's": {"a.txt", bytes.Repeat([]byte("a"), 11<<20), "413 PAR-5003 file"},
		} {
			r := v.post("files?clientId="+db.NewID()+"&name="+try.name, try.body)
			if got := fmt.Sprint(r.status, " ", r.code()); got != try.want {
				t.Errorf("[C-11] %s: got %s, want %s", what, got, try.want)
			}
		}
		ru := c.send("POST", v.path("files?clientId=z&name=setup.exe"), map[string]string{"Authorization": "Bearer " + v.token, "Origin": site, "Accept-Language": "ru"}, []byte("MZ"))
		if !strings.Contains(string(ru.body), "не принимаются") {
			t.Errorf("[C-11] the reason is not in the customer's language: %s", ru.body)
		}
	})
}
