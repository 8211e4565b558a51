package access

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/web"
)

// fuzzServer hashes with next to no work, or nothing would be tried.
func fuzzServer(f *testing.F) (*web.Server, *db.DB) {
	d := dbtest.Open(f, dbtest.SQLite(f))
	p := &people{users: map[string]*Account{}, rules: Rules{LockAfter: 1 << 40}}
	s := New(d, p, &acts{})
	weak := argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16}
	var err error
	if s.hasher.nobody, err = argon2id.CreateHash("x", &weak); err != nil {
		f.Fatal(err)
	}
	srv := web.New(web.Config{Tenants: p, Auth: s, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: web.Limits{AddressRate: 1e9, AddressBurst: 1e9, SessionRate: 1e9, SessionBurst: 1e9}})
	s.Register(srv)
	return srv, d
}

func FuzzSignIn(f *testing.F) {
	srv, _ := fuzzServer(f)
	f.Add("ann", "secret", false)
	f.Add("", "", true)
	f.Add("' OR 1=1 --", "\x00", true)
	f.Add("АННА\u202e", strings.Repeat("п", 300), false)
	f.Add("a\xff", "{\"$gt\":\"\"}", false)
	f.Fuzz(func(t *testing.T, login, password string, force bool) {
		body, err := json.Marshal(map[string]any{"login": login, "password": password, "force": force})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "http://one.test/api/session", bytes.NewReader(body))
		r.Header.Set("X-Parley", "1")
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		switch w.Code {
		case 401, 422, 429:
		default:
			t.Fatalf("%q: %d %s", login, w.Code, w.Body)
		}
		if w.Header().Get("Set-Cookie") != "" {
			t.Fatal("a cookie for nobody")
		}
	})
}

func FuzzCredentials(f *testing.F) {
	srv, _ := fuzzServer(f)
	f.Add("parley_session="+newToken(), "")
	f.Add("parley_session=\"a\"; parley_session=b", "Bearer pk_"+newToken())
	f.Add("parley_session=\x00; ;;=", "bearer  pk_' OR '1'='1")
	f.Add(strings.Repeat("a=b; ", 1000), "Bearer pk_\xff")
	f.Fuzz(func(t *testing.T, cookie, authorization string) {
		r := httptest.NewRequest("GET", "http://one.test/api/session", nil)
		r.Header = http.Header{"Cookie": {cookie}, "Authorization": {authorization}}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		if w.Code != 401 {
			t.Fatalf("%q %q: %d %s", cookie, authorization, w.Code, w.Body)
		}
	})
}
