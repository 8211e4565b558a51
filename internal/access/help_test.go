package access

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/web"
)

// people is a Directory in memory; the real one is org's.
type people struct {
	mu    sync.Mutex
	users map[string]*Account // by tenant/user id
	rules Rules

	requestRate float64
}

var hashes sync.Map // password → hash

func (p *people) add(t *testing.T, tenant, id, password string, privileges ...string) {
	t.Helper()
	hash := ""
	if password != "" {
		made, ok := hashes.Load(password) // making one is slow on purpose
		if !ok {
			h, err := HashPassword(password)
			if err != nil {
				t.Fatal(err)
			}
			made = h
			hashes.Store(password, h)
		}
		hash = made.(string)
	}
	p.users[tenant+"/"+id] = &Account{TenantID: tenant, UserID: id, Login: strings.ToUpper(id[:1]) + id[1:], Name: "Name of " + id,
		TenantName: "Tenant " + tenant, PasswordHash: hash, Privileges: privileges}
}

func (p *people) change(tenant, id string, f func(a *Account)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p.users[tenant+"/"+id])
}

func (p *people) AccountByLogin(ctx context.Context, tenant, login string) (Account, bool, error) {
	return p.Account(ctx, tenant, strings.ToLower(login))
}

func (p *people) Account(_ context.Context, tenant, id string) (Account, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.users[tenant+"/"+id]
	if !ok {
		return Account{}, false, nil
	}
	return *a, true, nil
}

func (p *people) PasswordHash(ctx context.Context, tenant, id string) (string, error) {
	a, _, err := p.Account(ctx, tenant, id)
	return a.PasswordHash, err
}

func (p *people) SetPassword(_ context.Context, _ *db.Tx, tenant, id, hash string, mustChange bool) error {
	p.change(tenant, id, func(a *Account) { a.PasswordHash, a.MustChangePassword = hash, mustChange })
	return nil
}

func (p *people) RefreshHash(_ context.Context, _ *db.Tx, tenant, id, hash string) error {
	p.change(tenant, id, func(a *Account) { a.PasswordHash = hash })
	return nil
}

func (p *people) UsedPasswords(context.Context, string, string) ([]string, error) { return nil, nil }

func (p *people) RequestRate(context.Context, string) (float64, error) { return p.requestRate, nil }

func (p *people) Rules(context.Context, string) (Rules, error) { return p.rules, nil }

func (p *people) TenantByHost(_ context.Context, host string) (string, error) {
	return map[string]string{"one.test": "t1", "two.test": "t2"}[host], nil
}

// acts is an Auditor that remembers.
type acts struct {
	mu   sync.Mutex
	list []audit.Event
}

func (a *acts) Record(_ context.Context, _ *db.Tx, ev audit.Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, ev)
	return nil
}

func (a *acts) has(action, id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, ev := range a.list {
		if ev.Action == action && ev.EntityID == id {
			return true
		}
	}
	return false
}

const (
	annPassword = "correct horse 7"
	bobPassword = "battery staple 8"
)

// centre is a running server with two tenants.
type centre struct {
	t      *testing.T
	db     *db.DB
	people *people
	acts   *acts
	access *Service
	web    *web.Server
	http   *httptest.Server
}

func newCentre(t *testing.T, d *db.DB) *centre {
	t.Helper()
	c := &centre{t: t, db: d, people: &people{users: map[string]*Account{}}, acts: &acts{}}
	c.people.add(t, "t1", "ann", annPassword, "handle.chat")
	c.people.add(t, "t1", "bob", bobPassword, "system.users", "security.keys", "handle.chat")
	c.people.add(t, "t1", "sam", "", "handle.chat")
	c.people.add(t, "t2", "ann", "another pass 9", "system.users", "security.keys", "handle.chat")
	c.access = New(d, c.people, c.acts)
	c.web = web.New(web.Config{Tenants: c.people, Auth: c.access, DB: d})
	c.access.Register(c.web)
	web.Query(c.web, web.Op{Path: "/api/chats", ID: "listChats", Tag: "test", Privileges: []string{"handle.chat"}},
		func(ctx context.Context, _ *struct{}) (*struct{ Body web.Identity }, error) {
			return &struct{ Body web.Identity }{web.Who(ctx)}, nil
		})
	c.http = httptest.NewServer(c.web)
	t.Cleanup(c.http.Close)
	return c
}

// browser is one client with its cookie.
type browser struct {
	c      *centre
	host   string
	token  string
	header map[string]string
}

func (c *centre) browser() *browser { return &browser{c: c, host: "one.test"} }

type answer struct {
	status  int
	header  http.Header
	body    []byte
	problem web.Problem
}

func (b *browser) call(method, path string, body any) answer {
	b.c.t.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.c.t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, b.c.http.URL+path, content)
	if err != nil {
		b.c.t.Fatal(err)
	}
	r.Host = b.host
	r.Header.Set("X-Parley", "1")
	if b.token != "" {
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: b.token})
	}
	for k, v := range b.header {
		r.Header.Set(k, v)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{status: res.StatusCode, header: res.Header}
	a.body, err = io.ReadAll(res.Body)
	if err != nil {
		b.c.t.Fatal(err)
	}
	if a.status >= 400 {
		if err := json.Unmarshal(a.body, &a.problem); err != nil {
			b.c.t.Fatalf("%s %s: %d with %q", method, path, a.status, a.body)
		}
	}
	for _, ck := range res.Cookies() {
		if ck.Name == web.SessionCookie {
			b.token = ck.Value
		}
	}
	return a
}

func (b *browser) signIn(login, password string, force bool) answer {
	b.c.t.Helper()
	return b.call("POST", "/api/session", map[string]any{"login": login, "password": password, "force": force})
}

func (b *browser) must(status int, code string, a answer) answer {
	b.c.t.Helper()
	if a.status != status || a.problem.Code != code {
		b.c.t.Fatalf("got %d %q, want %d %q: %s", a.status, a.problem.Code, status, code, a.body)
	}
	return a
}

// clock lets a test set the service's time.
func (c *centre) clock() (advance func(time.Duration)) {
	var mu sync.Mutex
	at := db.Now()
	c.access.now = func() int64 {
		mu.Lock()
		defer mu.Unlock()
		return at
	}
	return func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		at += d.Milliseconds()
	}
}
