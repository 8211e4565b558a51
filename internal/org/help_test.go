package org_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// centre is an installation with two tenants, reached by HTTP as their users.
type centre struct {
	t    *testing.T
	db   *db.DB
	org  *org.Org
	log  *audit.Log
	url  string
	host string // of the tenant requests go to
	ids  map[string]string
	seed map[string]org.Seeded // by host
	ten  map[string]string     // tenant by host
}

const (
	own   = "one.test"
	other = "two.test"
)

// signIn stands for access: the bearer token is a user's login.
type signIn struct{ o *org.Org }

func (s signIn) Authenticate(r *http.Request) (web.Identity, error) {
	ctx, login := r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	tenant := web.Tenant(ctx)
	u, _, err := s.o.Credentials(ctx, tenant, login)
	if err != nil || u == nil {
		return web.Identity{}, err
	}
	privileges, err := s.o.Privileges(ctx, tenant, u)
	if err != nil {
		return web.Identity{}, err
	}
	teams, err := s.o.SupervisedTeams(ctx, tenant, u.ID)
	return web.Identity{TenantID: tenant, UserID: u.ID, SessionID: "s", Login: u.Login, Name: u.Name(), TeamID: u.TeamID,
		Privileges: privileges, SupervisedTeamIDs: teams, Locale: "en"}, err
}

type passwords struct{}

func (passwords) CheckPassword(_ context.Context, p org.PasswordPolicy, _ *org.User, password string) error {
	if len(password) < p.MinLength {
		return fail.Invalid("password", "is too short")
	}
	return nil
}

func (passwords) HashPassword(p string) (string, error) { return "hash:" + p, nil }

// eachCentre runs f on both engines.
func eachCentre(t *testing.T, f func(t *testing.T, c *centre)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newCentre(t, d)) })
}

func newCentre(t *testing.T, d *db.DB) *centre {
	log := audit.New(d, []byte("key"))
	o := org.New(d, nil, log)
	o.UsePasswords(passwords{})
	c := &centre{t: t, db: d, org: o, log: log, host: own, ids: map[string]string{}, seed: map[string]org.Seeded{}, ten: map[string]string{}}
	c.tenant(own)
	c.tenant(other)
	s := web.New(web.Config{Tenants: o, Auth: signIn{o}, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
	o.Register(s)
	log.Register(s)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = o.Close() })
	c.url = server.URL
	return c
}

// run is t.Run with the centre's failures going to the subtest.
func (c *centre) run(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		outer := c.t
		c.t = t
		defer func() { c.t = outer }()
		f(t)
	})
}

// tenant makes one with an agent, a supervisor and administrators.
func (c *centre) tenant(host string) {
	c.t.Helper()
	c.write(func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("Centre "+host, "ru", host)
		if err := c.org.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		c.ten[host] = tenant.ID
		s, err := c.org.Seed(ctx, tx, tenant.ID, "ru")
		if err != nil {
			return err
		}
		c.seed[host] = s
		for login, role := range map[string]string{"anna": org.RoleAgent, "supervisor": org.RoleSupervisor, "admin": org.RoleSystemAdmin, "security": org.RoleSecurityAdmin, "services": org.RoleServiceAdmin} {
			u := &org.User{Login: login, FirstName: strings.ToUpper(login[:1]) + login[1:], TeamID: s.TeamID, RoleIDs: []string{s.RoleIDs[role]}}
			if err := c.org.CreateUser(ctx, tx, tenant.ID, u, "hash"); err != nil {
				return err
			}
			c.ids[host+"/"+login] = u.ID
		}
		return nil
	})
}

func (c *centre) write(f func(ctx context.Context, tx *db.Tx) error) {
	c.t.Helper()
	if err := c.db.Write(org.System(c.t.Context()), db.Chat, f); err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) id(login string) string { return c.ids[c.host+"/"+login] }
func (c *centre) seeded() org.Seeded     { return c.seed[c.host] }
func (c *centre) tid() string            { return c.ten[c.host] }

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	body   []byte
	header http.Header
}

// do sends a request as the user with a login.
func (c *centre) do(login, method, path string, body any) answer {
	c.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		in, kind = strings.NewReader(b), "text/csv"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, in)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Host = c.host
	if login != "" {
		r.Header.Set("Authorization", "Bearer "+login)
	}
	if in != nil {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("X-Parley", "1")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{c.t, resp.StatusCode, raw, resp.Header}
}

// is wants a status, and for problems a code (and field, "PAR-0001 name").
func (a answer) is(status int, code ...string) answer {
	a.t.Helper()
	got := ""
	if a.status >= 400 {
		m := a.object()
		got, _ = m["code"].(string)
		if f, _ := m["field"].(string); f != "" {
			got += " " + f
		}
	}
	if a.status != status || (len(code) > 0 && got != code[0]) {
		a.t.Fatalf("got %d %s, want %d %v: %s", a.status, got, status, code, a.body)
	}
	return a
}

func (a answer) object() map[string]any {
	a.t.Helper()
	m := map[string]any{}
	if err := json.Unmarshal(a.body, &m); err != nil {
		a.t.Fatalf("%s: %v", a.body, err)
	}
	return m
}

func (a answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v", a.body, err)
	}
}

// obj is a JSON object.
type obj = map[string]any

// list is a list of anything.
type listOf[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
	Total int    `json:"total"`
}
