package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/fail"
	"parley/internal/web"
)

type hosts map[string]string

func (h hosts) TenantByHost(_ context.Context, host string) (string, error) { return h[host], nil }

// tokens authenticates by "Bearer <token>".
type tokens map[string]web.Identity

func (t tokens) Authenticate(r *http.Request) (web.Identity, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return web.Identity{}, nil
	}
	i, ok := t[token]
	if !ok {
		return web.Identity{}, fail.SignIn()
	}
	return i, nil
}

type thingIn struct {
	ID   string `path:"id" maxLength:"36"`
	Body struct {
		Name  string   `json:"name" minLength:"1" maxLength:"20"`
		Level int64    `json:"level" minimum:"0" maximum:"100"`
		Tags  []string `json:"tags,omitempty"`
		Deep  any      `json:"deep,omitempty"`
	}
}
type thing struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}
type thingOut struct{ Body thing }

func newServer(t testing.TB, cfg web.Config) *web.Server {
	t.Helper()
	if cfg.Tenants == nil {
		cfg.Tenants = hosts{"one.test": "t1", "two.test": "t2"}
	}
	if cfg.Auth == nil {
		cfg.Auth = tokens{
			"ann": {TenantID: "t1", UserID: "ann", SessionID: "s1", Privileges: map[string]bool{"things.edit": true}},
			"bob": {TenantID: "t1", UserID: "bob", SessionID: "s2"},
			"eve": {TenantID: "t2", UserID: "eve", SessionID: "s3", Privileges: map[string]bool{"things.edit": true}},
			"new": {TenantID: "t1", UserID: "new", SessionID: "s4", MustChangePassword: true, Privileges: map[string]bool{"things.edit": true}},
		}
	}
	s := web.New(cfg)
	web.Command(s, web.Op{Method: "PUT", Path: "/api/things/{id}", ID: "putThing", Tag: "things", Privileges: []string{"things.edit"}},
		func(ctx context.Context, in *thingIn) (*thingOut, error) {
			switch in.ID {
			case "gone":
				return nil, fail.NotFound("thing")
			case "panic":
				panic("poisoned")
			case "slow":
				return nil, fail.TooMany(7)
			}
			return &thingOut{thing{in.ID, in.Body.Name}}, nil
		})
	web.Query(s, web.Op{Path: "/api/things", ID: "listThings", Tag: "things"},
		func(ctx context.Context, in *struct {
			Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
			Q     string `query:"q"`
		}) (*struct{ Body []thing }, error) {
			return &struct{ Body []thing }{[]thing{{web.Who(ctx).UserID, in.Q}}}, nil
		})
	return s
}

type call struct {
	method, host, path, token, body string
	header                          map[string]string
}

func do(t testing.TB, s http.Handler, c call) (*httptest.ResponseRecorder, web.Problem) {
	t.Helper()
	if c.host == "" {
		c.host = "one.test"
	}
	r := httptest.NewRequest(c.method, "http://"+c.host+c.path, strings.NewReader(c.body))
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for k, v := range c.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var p web.Problem
	if w.Code >= 400 {
		if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
			t.Fatalf("%s %s: %d as %q: %s", c.method, c.path, w.Code, ct, w.Body)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || p.Code == "" || p.Detail == "" {
			t.Fatalf("%s %s: no whole problem: %s", c.method, c.path, w.Body)
		}
	}
	return w, p
}

func TestProblems(t *testing.T) {
	s := newServer(t, web.Config{})
	good := `{"name":"x","level":1}`
	cases := []struct {
		name   string
		c      call
		status int
		code   string
		field  string
	}{
		{"good", call{method: "PUT", path: "/api/things/1", token: "ann", body: good}, 200, "", ""},
		{"no session", call{method: "PUT", path: "/api/things/1", body: good, header: map[string]string{"X-Parley": "1"}}, 401, "PAR-0009", ""},
		{"wrong key", call{method: "PUT", path: "/api/things/1", token: "zoe", body: good}, 401, "PAR-0009", ""},
		{"no privilege", call{method: "PUT", path: "/api/things/1", token: "bob", body: good}, 403, "PAR-1006", ""},
		{"other tenant's session", call{method: "PUT", path: "/api/things/1", token: "eve", body: good}, 401, "PAR-0009", ""},
		{"password first", call{method: "PUT", path: "/api/things/1", token: "new", body: good}, 403, "PAR-0005", "password"},
		{"unknown host", call{method: "GET", host: "three.test", path: "/api/things", token: "ann"}, 421, "PAR-0002", ""},
		{"no such page", call{method: "GET", path: "/api/nothing", token: "ann"}, 404, "PAR-0002", ""},
		{"wrong method", call{method: "DELETE", path: "/api/things", token: "ann"}, 405, "PAR-0010", "method"},
		{"not there", call{method: "PUT", path: "/api/things/gone", token: "ann", body: good}, 404, "PAR-0002", ""},
		{"panic", call{method: "PUT", path: "/api/things/panic", token: "ann", body: good}, 500, "PAR-0007", ""},
		{"too fast", call{method: "PUT", path: "/api/things/slow", token: "ann", body: good}, 429, "PAR-0006", ""},
		{"no body", call{method: "PUT", path: "/api/things/1", token: "ann"}, 400, "PAR-0010", "body"},
		{"no JSON", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":`}, 400, "PAR-0010", "body"},
		{"two values", call{method: "PUT", path: "/api/things/1", token: "ann", body: good + good}, 400, "PAR-0010", "body"},
		{"no object", call{method: "PUT", path: "/api/things/1", token: "ann", body: `"x"`}, 422, "PAR-0001", "body"},
		{"null", call{method: "PUT", path: "/api/things/1", token: "ann", body: `null`}, 422, "PAR-0001", "body"},
		{"missing field", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x"}`}, 422, "PAR-0001", "level"},
		{"unknown field", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1,"admin":true}`}, 422, "PAR-0001", "admin"},
		{"other case", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"Name":"x","level":1}`}, 422, "PAR-0001", "Name"},
		{"wrong type", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":7,"level":1}`}, 422, "PAR-0001", "name"},
		{"wrong element", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1,"tags":["a",{}]}`}, 422, "PAR-0001", "tags[1]"},
		{"out of range", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":101}`}, 422, "PAR-0001", "level"},
		{"beyond int64", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1e300}`}, 422, "PAR-0001", "level"},
		{"beyond float64", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1e999}`}, 422, "PAR-0001", "body"},
		{"1.0 is no int64 of Go's", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1.0}`}, 422, "PAR-0001", "level"},
		{"too long", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"` + strings.Repeat("x", 21) + `","level":1}`}, 422, "PAR-0001", "name"},
		{"not UTF-8", call{method: "PUT", path: "/api/things/1", token: "ann", body: "{\"name\":\"\xff\",\"level\":1}"}, 400, "PAR-0010", "body"},
		{"U+0000", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"a\u0000b","level":1}`}, 422, "PAR-0001", "name"},
		{"U+0000 deep", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"a","level":1,"tags":["b","\u0000"]}`}, 422, "PAR-0001", "tags[1]"},
		{"deep", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"x","level":1,"deep":` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `}`}, 400, "PAR-0010", "body"},
		{"very deep", call{method: "PUT", path: "/api/things/1", token: "ann", body: strings.Repeat(`{"a":`, 100_000)}, 400, "PAR-0010", "body"},
		{"large", call{method: "PUT", path: "/api/things/1", token: "ann", body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`}, 413, "PAR-0004", "body"},
		{"form", call{method: "PUT", path: "/api/things/1", token: "ann", body: "name=x", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 415, "PAR-0010", "Content-Type"},
		{"cp1251", call{method: "PUT", path: "/api/things/1", token: "ann", body: good, header: map[string]string{"Content-Type": "application/json; charset=windows-1251"}}, 415, "PAR-0010", "Content-Type"},
		{"gzip", call{method: "PUT", path: "/api/things/1", token: "ann", body: good, header: map[string]string{"Content-Encoding": "gzip"}}, 415, "PAR-0010", "Content-Encoding"},
		{"query type", call{method: "GET", path: "/api/things?limit=ten", token: "ann"}, 422, "PAR-0001", "limit"},
		{"query range", call{method: "GET", path: "/api/things?limit=0", token: "ann"}, 422, "PAR-0001", "limit"},
		{"query U+0000", call{method: "GET", path: "/api/things?q=%00", token: "ann"}, 422, "PAR-0001", "q"},
		{"query not UTF-8", call{method: "GET", path: "/api/things?q=%ff", token: "ann"}, 422, "PAR-0001", "q"},
		{"query escapes", call{method: "GET", path: "/api/things?q=%zz", token: "ann"}, 422, "PAR-0001", "query"},
		{"path too long", call{method: "PUT", path: "/api/things/" + strings.Repeat("x", 37), token: "ann", body: good}, 422, "PAR-0001", "id"},
		{"path U+0000", call{method: "PUT", path: "/api/things/%00", token: "ann", body: good}, 404, "PAR-0002", ""},
	}
	for _, c := range cases {
		t.Run("[X-3] "+c.name, func(t *testing.T) {
			w, p := do(t, s, c.c)
			if w.Code != c.status || p.Code != c.code || p.Field != c.field {
				t.Errorf("got %d %s %q, want %d %s %q\n%s", w.Code, p.Code, p.Field, c.status, c.code, c.field, w.Body)
			}
		})
	}
	t.Run("[X-3] the number of a failure is in the answer and in the log, the cause only in the log", func(t *testing.T) {
		var log strings.Builder
		s := newServer(t, web.Config{Log: textLog(&log)})
		w, p := do(t, s, call{method: "PUT", path: "/api/things/panic", token: "ann", body: good})
		number, _ := p.Args["number"].(string)
		if number == "" || !strings.Contains(p.Detail, number) || !strings.Contains(log.String(), number) || !strings.Contains(log.String(), "poisoned") {
			t.Errorf("number %q; answer %s; log %s", number, w.Body, &log)
		}
		if strings.Contains(w.Body.String(), "poisoned") {
			t.Errorf("the cause shows: %s", w.Body)
		}
	})
	t.Run("[X-3] a problem speaks the language asked for", func(t *testing.T) {
		_, p := do(t, s, call{method: "PUT", path: "/api/things/1", token: "bob", header: map[string]string{"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}})
		if p.Detail != "Недостаточно прав для выполнения данной операции." {
			t.Errorf("detail %q", p.Detail)
		}
	})
	t.Run("[X-3] 429 says when to come again, 405 what is possible", func(t *testing.T) {
		w, _ := do(t, s, call{method: "PUT", path: "/api/things/slow", token: "ann", body: good})
		if w.Header().Get("Retry-After") != "7" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
		w, _ = do(t, s, call{method: "DELETE", path: "/api/things", token: "ann"})
		if w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("Allow %q", w.Header().Get("Allow"))
		}
	})
}
