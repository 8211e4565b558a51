package matrixtest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// shelf keeps books of two tenants; its faults can be switched on.
type shelf struct {
	mu     sync.Mutex
	books  map[string]string // tenant/id → title
	n      int
	faults map[string]bool
}

type bookIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Title string   `json:"title" minLength:"1" maxLength:"50"`
		Tags  []string `json:"tags,omitempty"`
		Kind  string   `json:"kind,omitempty" enum:"novel,poem"`
	}
}
type bookOut struct {
	Body struct {
		ID string `json:"id"`
		N  int    `json:"n"`
	}
}

func (s *shelf) put(tenant string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	id = fmt.Sprintf("book-%d", s.n)
	s.books[tenant+"/"+id] = "title"
	return id
}

func (s *shelf) change(ctx context.Context, in *bookIn) (*bookOut, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tenant := web.Tenant(ctx)
	if s.faults["any tenant"] {
		tenant = "t1"
	}
	if _, ok := s.books[tenant+"/"+in.ID]; !ok {
		if s.faults["500"] {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, fail.NotFound("book")
	}
	s.n++
	out := &bookOut{}
	out.Body.ID, out.Body.N = in.ID, s.n
	if s.faults["never works"] {
		return nil, fail.State("no")
	}
	return out, nil
}

func (s *shelf) server(d *db.DB) *web.Server {
	if s.faults["not kept"] {
		d = nil
	}
	srv := web.New(web.Config{Tenants: hosts{}, Auth: keys{}, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
	op := web.Op{Method: "PUT", Path: "/api/books/{id}", ID: "changeBook", Tag: "books", Privileges: []string{"books.edit"}}
	if s.faults["no privilege"] {
		op.Privileges = nil
	}
	if s.faults["public"] {
		op.Public = true
	}
	web.Command(srv, op, s.change)
	web.Query(srv, web.Op{Path: "/api/books", ID: "listBooks", Tag: "books"}, func(context.Context, *struct {
		Limit int  `query:"limit" minimum:"1" maximum:"10" default:"5"`
		Old   bool `query:"old"`
	}) (*struct{ Body []string }, error) {
		return &struct{ Body []string }{[]string{"a"}}, nil
	})
	return srv
}

type hosts struct{}

func (hosts) TenantByHost(_ context.Context, h string) (string, error) {
	return map[string]string{"one.test": "t1", "two.test": "t2"}[h], nil
}

type keys struct{}

func (keys) Authenticate(r *http.Request) (web.Identity, error) {
	return map[string]web.Identity{
		"Bearer owner":    {TenantID: "t1", UserID: "o", SessionID: "1", Privileges: map[string]bool{"books.edit": true}},
		"Bearer nobody":   {TenantID: "t1", UserID: "n", SessionID: "2"},
		"Bearer stranger": {TenantID: "t2", UserID: "s", SessionID: "3", Privileges: map[string]bool{"books.edit": true}},
	}[r.Header.Get("Authorization")], nil
}

func caller(host, name string) matrixtest.Caller {
	return matrixtest.Caller{Host: host, Sign: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+name) }}
}

func (s *shelf) config(t *testing.T, d *db.DB) matrixtest.Config {
	t.Helper()
	srv := s.server(d)
	doc, err := srv.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	return matrixtest.Config{Handler: srv, Document: doc,
		Owner: caller("one.test", "owner"), Nobody: caller("one.test", "nobody"), Stranger: caller("two.test", "stranger"),
		Cases: map[string]matrixtest.Case{"changeBook": {Make: func() (matrixtest.Request, error) {
			return matrixtest.Request{Path: map[string]string{"id": s.put("t1")}, Body: map[string]any{"title": "x", "kind": "poem"}}, nil
		}}},
	}
}

func newShelf(faults ...string) *shelf {
	s := &shelf{books: map[string]string{}, faults: map[string]bool{}}
	for _, f := range faults {
		s.faults[f] = true
	}
	return s
}

func TestMatrix(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	t.Run("finds nothing where nothing is wrong", func(t *testing.T) {
		matrixtest.Run(t, newShelf().config(t, d))
	})
	for fault, want := range map[string]string{
		"any tenant":   "from another tenant",
		"no privilege": "", // the document says so too: nothing to find
		"public":       "",
		"500":          "made the server fail",
		"never works":  "as the owner",
		"not kept":     "repeated with the same key",
	} {
		t.Run("finds: "+fault, func(t *testing.T) {
			found, err := matrixtest.Findings(newShelf(fault).config(t, d))
			if err != nil {
				t.Fatal(err)
			}
			seen := slices.ContainsFunc(found["changeBook"], func(f string) bool { return strings.Contains(f, want) })
			if seen != (want != "") {
				t.Errorf("findings %q, want one with %q", found, want)
			}
		})
	}
	t.Run("finds an operation without a case", func(t *testing.T) {
		cfg := newShelf().config(t, d)
		cfg.Cases = nil
		found, err := matrixtest.Findings(cfg)
		if err != nil || len(found) != 1 || !strings.Contains(found["changeBook"][0], "no case") {
			t.Errorf("findings %q %v", found, err)
		}
	})
	t.Run("finds a privilege that the document names and the server does not ask for", func(t *testing.T) {
		cfg := newShelf("no privilege").config(t, d)
		good := newShelf().config(t, d)
		cfg.Document = good.Document
		found, err := matrixtest.Findings(cfg)
		if err != nil || !strings.Contains(strings.Join(found["changeBook"], "\n"), "without the privilege") {
			t.Errorf("findings %q %v", found, err)
		}
	})
}
