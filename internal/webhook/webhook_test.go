package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/jobs"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/webhook"
)

// box stands for the key file: it only has to give back what it was given.
type box struct{}

func (box) Seal(plain []byte, owner string) string {
	return "sealed:" + owner + ":" + hex.EncodeToString(plain)
}

func (box) Open(sealed, owner string) ([]byte, error) {
	return hex.DecodeString(strings.TrimPrefix(sealed, "sealed:"+owner+":"))
}

type admin struct{}

func (admin) Authenticate(r *http.Request) (web.Identity, error) {
	return web.Identity{TenantID: web.Tenant(r.Context()), UserID: "u", SessionID: "s",
		Privileges: map[string]bool{org.SystemSettings: r.Header.Get("X-Nobody") == ""}}, nil
}

// call is one request as the receiver got it.
type call struct {
	header http.Header
	body   []byte
}

type bench struct {
	t        *testing.T
	db       *db.DB
	org      *org.Org
	sender   *webhook.Sender
	url      string
	tenant   string
	calls    chan call
	answers  chan int // status of the next answers; 200 when empty
	receiver *httptest.Server
}

func newBench(t *testing.T, d *db.DB) *bench {
	b := &bench{t: t, db: d, calls: make(chan call, 100), answers: make(chan int, 100)}
	b.org = org.New(d, nil, audit.New(d, []byte("k")))
	b.org.UseBox(box{})
	b.sender = webhook.New(d, b.org)
	b.org.OnChange(func(ctx context.Context, tx *db.Tx, tenant string, c org.ConfigChanged) error {
		return b.sender.Publish(ctx, tx, tenant, org.TypeChanged, c)
	})
	b.receiver = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		select {
		case status := <-b.answers:
			w.WriteHeader(status)
		default:
		}
		b.calls <- call{r.Header, body}
	}))
	t.Cleanup(b.receiver.Close)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("One", "en", "one.test")
		tenant.Limits.PrivateAddresses = true
		err := b.org.CreateTenant(ctx, tx, tenant)
		b.tenant = tenant.ID
		return err
	})
	runner, err := jobs.New(t.Context(), d, jobs.Config{Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	b.sender.RegisterJobs(runner)
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = runner.Stop(context.Background()) })
	w := web.New(web.Config{Tenants: b.org, Auth: admin{}, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
	b.org.Register(w)
	b.sender.Register(w)
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

func (b *bench) write(f func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(org.System(b.t.Context()), db.Chat, f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) do(method, path string, body any, want int) map[string]any {
	b.t.Helper()
	raw, _ := json.Marshal(body)
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, bytes.NewReader(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Host = "one.test"
	r.Header.Set("Authorization", "Bearer x")
	r.Header.Set("X-Parley", "1")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	m := map[string]any{}
	_ = json.NewDecoder(resp.Body).Decode(&m)
	if resp.StatusCode != want {
		b.t.Fatalf("%s %s: %d %v, want %d", method, path, resp.StatusCode, m, want)
	}
	return m
}

func (b *bench) hook(events ...string) (id, secret string) {
	b.t.Helper()
	name := "hook " + db.NewID()
	id = b.do("POST", "/api/webhooks", map[string]any{"name": name, "url": b.receiver.URL + "/in", "events": events}, 201)["id"].(string)
	return id, b.do("POST", "/api/webhooks/"+id+"/secret", nil, 200)["secret"].(string)
}

func (b *bench) publish(event string, data any) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *db.Tx) error { return b.sender.Publish(ctx, tx, b.tenant, event, data) })
}

func (b *bench) next() call {
	b.t.Helper()
	select {
	case c := <-b.calls:
		return c
	case <-time.After(30 * time.Second):
		b.t.Fatal("nothing was delivered")
		return call{}
	}
}

// log waits until the newest delivery has left the state "pending".
func (b *bench) log(id string) map[string]any {
	b.t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		items := b.do("GET", "/api/webhooks/"+id+"/deliveries", nil, 200)["items"].([]any)
		if len(items) > 0 {
			if d := items[0].(map[string]any); d["state"] != webhook.Pending {
				return d
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			b.t.Fatalf("still pending: %v", items)
		}
	}
}

func TestWebhooks(t *testing.T) {
	webhook.SetPauses(time.Millisecond)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		run := func(name string, f func(t *testing.T)) {
			t.Run(name, func(t *testing.T) {
				b.t = t
				f(t)
			})
		}
		run("[M-42/webhooks-signed] the receiver can tell that it was us, and when", func(t *testing.T) {
			id, secret := b.hook("interaction.*")
			b.publish("interaction.finished", map[string]string{"id": "i1"})
			c := b.next()
			stamp := c.header.Get("Parley-Timestamp")
			h := hmac.New(sha256.New, []byte(secret))
			h.Write([]byte(stamp + "."))
			h.Write(c.body)
			if want := "v1=" + hex.EncodeToString(h.Sum(nil)); c.header.Get("Parley-Signature") != want || len(stamp) < 10 {
				t.Errorf("signature %s at %s, want %s", c.header.Get("Parley-Signature"), stamp, want)
			}
			var m webhook.Message
			if err := json.Unmarshal(c.body, &m); err != nil || m.Event != "interaction.finished" || m.ID != c.header.Get("Parley-Delivery") || string(m.Data) != `{"id":"i1"}` {
				t.Errorf("%s %v", c.body, err)
			}
			if l := b.log(id); l["state"] != webhook.Delivered || l["attempts"] != 1.0 || l["lastStatus"] != 200.0 {
				t.Errorf("%v", l)
			}
			b.do("DELETE", "/api/webhooks/"+id, nil, 204)
		})
		run("[M-42/webhooks-retried] what was not taken is tried again, and in the end given up, visibly", func(t *testing.T) {
			id, _ := b.hook("a.b")
			b.answers <- 500
			b.publish("a.b", 1)
			if first, second := b.next(), b.next(); !bytes.Equal(first.body, second.body) {
				t.Error("the tries differ")
			}
			if l := b.log(id); l["state"] != webhook.Delivered || l["attempts"] != 2.0 {
				t.Errorf("%v", l)
			}
			b.answers <- 302 // a redirect is not followed
			b.answers <- 503
			b.publish("a.b", 2)
			for range webhook.Tries {
				b.next()
			}
			if l := b.log(id); l["state"] != webhook.Failed || l["lastStatus"] != 503.0 || l["lastError"] != "answered 503" || l["nextAt"] != 0.0 {
				t.Errorf("%v", l)
			}
			b.do("DELETE", "/api/webhooks/"+id, nil, 204)
		})
		run("[M-42/webhooks-replayable] a delivery can be sent again with the same id and body", func(t *testing.T) {
			id, _ := b.hook("a.b")
			b.publish("a.b", map[string]int{"n": 7})
			first := b.next()
			l := b.log(id)
			b.do("POST", "/api/webhooks/"+id+"/deliveries/"+l["id"].(string)+"/replay", nil, 200)
			again := b.next()
			if !bytes.Equal(first.body, again.body) || again.header.Get("Parley-Delivery") != l["id"] {
				t.Errorf("%s\n%s", first.body, again.body)
			}
			if l := b.log(id); l["state"] != webhook.Delivered {
				t.Errorf("%v", l)
			}
			b.do("POST", "/api/webhooks/"+id+"/deliveries/nothing/replay", nil, 404)
			b.do("DELETE", "/api/webhooks/"+id, nil, 204)
		})
		run("[M-42/webhooks-events] only what was asked for is told; the test goes through too; administration is told", func(t *testing.T) {
			id, _ := b.hook("config.changed")
			b.publish("interaction.finished", 1)
			b.do("POST", "/api/webhooks/"+id+"/test", nil, 200)
			if c := b.next(); c.header.Get("Parley-Event") != webhook.EventTest {
				t.Errorf("%v", c.header)
			}
			b.write(func(ctx context.Context, tx *db.Tx) error {
				return b.org.CreateSkill(ctx, tx, b.tenant, &org.Skill{Name: "x", Kind: "other"})
			})
			if c := b.next(); c.header.Get("Parley-Event") != org.TypeChanged || !bytes.Contains(c.body, []byte(`"entity":"skill"`)) {
				t.Errorf("%s", c.body)
			}
			b.do("PUT", "/api/webhooks/"+id, map[string]any{"version": 1, "active": false}, 200)
			b.publish("config.changed", 1)
			select {
			case c := <-b.calls:
				t.Errorf("a switched off webhook was told: %s", c.body)
			default:
			}
		})
		run("[M-42/ssrf] addresses inside are refused when typed in, and again when something is sent", func(t *testing.T) {
			id, _ := b.hook("a.b") // while private addresses were allowed
			b.write(func(ctx context.Context, tx *db.Tx) error {
				tenant, err := b.org.Tenant(ctx, b.tenant)
				if err != nil {
					return err
				}
				_, err = b.org.ChangeTenant(ctx, tx, b.tenant, tenant.Version, func(t *org.Tenant) error { t.Limits.PrivateAddresses = false; return nil })
				return err
			})
			for _, url := range []string{b.receiver.URL, "http://localhost/x", "http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd", "https://u:p@example.org/"} {
				p := b.do("POST", "/api/webhooks", map[string]any{"name": url, "url": url, "events": []string{"*"}}, 422)
				if p["field"] != "url" {
					t.Errorf("%s: %v", url, p)
				}
			}
			b.publish("a.b", 1)
			if l := b.log(id); l["state"] != webhook.Failed || l["lastError"] != "the address is not a public one" || l["lastStatus"] != 0.0 {
				t.Errorf("%v", l)
			}
			if len(b.calls) > 0 {
				t.Error("the receiver was reached")
			}
		})
		run("[M-42/webhooks-log] deliveries are forgotten after 30 days", func(t *testing.T) {
			b.sender.SetNow(func() int64 { return db.Now() + 29*24*3600*1000 })
			if n, err := b.sender.Trim(t.Context(), 1000); n != 0 || err != nil {
				t.Error(n, err)
			}
			b.sender.SetNow(func() int64 { return db.Now() + 31*24*3600*1000 })
			if n, err := b.sender.Trim(t.Context(), 1000); n == 0 || err != nil {
				t.Error(n, err)
			}
		})
	})
}
