package demo

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func site(t *testing.T, w func(*http.Request) (Widget, error)) http.Handler {
	t.Helper()
	h, err := Handler(w, post{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// post is the customers' mail of these tests.
type post struct{}

func (post) Send(_ context.Context, l Letter) error {
	if l.Address == "" {
		return errors.New("no address")
	}
	return nil
}

func (post) Inbox(context.Context) ([]Letter, error) {
	return []Letter{{Address: "ivan@example.org", Subject: "Your bag", Text: "Found <b>it</b>", ID: "m1@x"}}, nil
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

var links = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

func TestSite(t *testing.T) {
	h := site(t, func(*http.Request) (Widget, error) {
		return Widget{Src: "http://localhost:8080/widget.js", Key: `k"1`, CallSrc: "http://localhost:8080/call.js", CallKey: "c1"}, nil
	})
	t.Run("[B-1/site] every page is there in both languages, links lead somewhere, each carries the chat", func(t *testing.T) {
		for _, path := range []string{"/", "/catalogue", "/delivery", "/contacts", "/en/", "/en", "/en/catalogue", "/en/delivery", "/en/contacts"} {
			w := get(h, path)
			body := w.Body.String()
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			lang := "ru"
			if strings.HasPrefix(path, "/en") {
				lang = "en"
			}
			for _, want := range []string{`<html lang="` + lang + `">`, `src="http://localhost:8080/widget.js" data-key="k&#34;1" async`, `src="http://localhost:8080/call.js" data-key="c1" async`} {
				if !strings.Contains(body, want) {
					t.Errorf("%s lacks %q", path, want)
				}
			}
			for _, m := range links.FindAllStringSubmatch(body, -1) {
				if code := get(h, m[1]).Code; code != http.StatusOK {
					t.Errorf("%s links to %s: %d", path, m[1], code)
				}
			}
		}
	})
	t.Run("[C-20/policy] the policy allows the chat's server and no inline script or style", func(t *testing.T) {
		csp := get(h, "/").Header().Get("Content-Security-Policy")
		for _, want := range []string{"script-src 'self' http://localhost:8080;", "connect-src http://localhost:8080 ws://localhost:8080;", "style-src 'self';"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%q lacks %q", csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%q is no strict policy", csp)
		}
	})
	t.Run("[B-1/write] a customer writes a mail, hears what is wrong with it, and reads the answers", func(t *testing.T) {
		send := func(form string) string {
			r := httptest.NewRequest(http.MethodPost, "/en/write", strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Body.String()
		}
		if body := send("text=lost"); !strings.Contains(body, "no address") || !strings.Contains(body, ">lost<") {
			t.Fatal(body)
		}
		if body := send("text=lost&address=a@b.c"); !strings.Contains(body, "on its way") {
			t.Fatal(body)
		}
		if body := get(h, "/en/post").Body.String(); !strings.Contains(body, "Found &lt;b&gt;it") || !strings.Contains(body, "id=m1%40x") {
			t.Fatal(body)
		}
	})
	t.Run("what is not there is not found", func(t *testing.T) {
		for _, path := range []string{"/nope", "/en/nope", "/frame", "/layout", "/static/nope.css", "/index"} {
			if code := get(h, path).Code; code != http.StatusNotFound {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
	t.Run("without an entry the shop goes on without chat", func(t *testing.T) {
		h := site(t, func(*http.Request) (Widget, error) { return Widget{}, errors.New("no entry yet") })
		if body := get(h, "/").Body.String(); strings.Contains(body, "data-key") {
			t.Error("a script without a key")
		}
	})
}
