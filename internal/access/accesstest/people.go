package accesstest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"parley/internal/access"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// Password is everybody's here.
const Password = "matrix password 1"

// hash is made once: making one is slow on purpose.
var hash = sync.OnceValues(func() (string, error) { return access.HashPassword(Password) })

var count atomic.Int64

// Unique gives a text with a number that was not given before.
func Unique(text string) string { return fmt.Sprintf("%s%d", text, count.Add(1)) }

// World is the server under test with one tenant's people.
type World struct {
	DB      *db.DB
	Org     *org.Org
	Handler http.Handler
	Tenant  string
	Host    string
}

// NewUser makes a user who has the privileges, and gives the id and login.
func (w World) NewUser(ctx context.Context, privileges ...string) (id, login string, err error) {
	h, err := hash()
	if err != nil {
		return "", "", err
	}
	u := &org.User{Login: Unique("user"), FirstName: "Matrix", LastName: "User"}
	err = w.DB.Write(org.System(ctx), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if len(privileges) > 0 {
			r := &org.Role{Name: Unique("role "), Privileges: privileges}
			if err := w.Org.CreateRole(ctx, tx, w.Tenant, r); err != nil {
				return err
			}
			u.RoleIDs = []string{r.ID}
		}
		return w.Org.CreateUser(ctx, tx, w.Tenant, u, h)
	})
	return u.ID, u.Login, err
}

// SignIn signs a user in and gives the session's token.
func (w World) SignIn(login string) (token string, err error) {
	body, err := json.Marshal(map[string]any{"login": login, "password": Password})
	if err != nil {
		return "", err
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+w.Host+"/api/session", strings.NewReader(string(body)))
	r.Header.Set("X-Parley", "1")
	rec := httptest.NewRecorder()
	w.Handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if c.Name == web.SessionCookie && rec.Code == http.StatusOK {
			return c.Value, nil
		}
	}
	return "", fmt.Errorf("signing in as %s: %d %s", login, rec.Code, rec.Body)
}

// Somebody is a new user, signed in.
func (w World) Somebody(ctx context.Context, privileges ...string) (matrixtest.Caller, error) {
	_, login, err := w.NewUser(ctx, privileges...)
	if err != nil {
		return matrixtest.Caller{}, err
	}
	token, err := w.SignIn(login)
	return matrixtest.Caller{Host: w.Host, Sign: Sign(token)}, err
}

// Sign adds a session to a request, as the interface does.
func Sign(token string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Cookie", web.SessionCookie+"="+token)
		r.Header.Set("X-Parley", "1")
	}
}

// Call sends a request in somebody's name and gives the answer's object.
func Call(h http.Handler, who matrixtest.Caller, method, path string, body any) (map[string]any, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r := httptest.NewRequest(method, "http://"+who.Host+path, strings.NewReader(string(raw)))
	if body == nil {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	who.Sign(r)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Code > 299 {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	var out map[string]any
	if rec.Body.Len() == 0 {
		return out, nil
	}
	return out, json.Unmarshal(rec.Body.Bytes(), &out)
}
