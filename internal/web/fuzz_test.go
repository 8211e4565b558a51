package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/web"
)

// checkAnswer: whatever came in, the answer is 2xx or a whole problem, and not
// our failure.
func checkAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w.Code < 400 {
		return
	}
	var p web.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code == "" || p.Status != w.Code || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%d is no problem: %s", w.Code, w.Body)
	}
	if !utf8.Valid(w.Body.Bytes()) {
		t.Fatalf("answer is not UTF-8: %q", w.Body)
	}
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"name":"x","level":1}`, `{"name":"x","level":1e400}`, `{"name":null}`, `[[[[`, `{"name":"\u0000"}`, `{"name":"\ud800","level":-0}`,
		"\ufeff{}", `{"":{}}`, `{"name":"x","level":1,"tags":["a",1,{}],"deep":{"a":[{}]}}`, `{"name":"x","name":2,"level":1}`, ``} {
		f.Add([]byte(s), "application/json")
	}
	f.Add([]byte(`{"name":"x","level":1}`), "application/vnd.api+json; charset=UTF-8")
	f.Add([]byte(`name=x`), "multipart/form-data; boundary=\"")
	s := newServer(f, web.Config{Log: textLog(io.Discard), Limits: web.Limits{AddressRate: 1e9, AddressBurst: 1e9, SessionRate: 1e9, SessionBurst: 1e9}})
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		r := httptest.NewRequest("PUT", "http://one.test/api/things/1", strings.NewReader(string(body)))
		r.Header["Authorization"] = []string{"Bearer ann"}
		r.Header["Content-Type"] = []string{contentType}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		checkAnswer(t, w)
		if w.Code == 200 { // what was taken must be what was sent
			var in struct{ Name string }
			var out struct{ Name string }
			if json.Unmarshal(body, &in) != nil || json.Unmarshal(w.Body.Bytes(), &out) != nil || in != out || len(out.Name) == 0 {
				t.Fatalf("took %q for %s", body, w.Body)
			}
		}
	})
}

func FuzzHeaders(f *testing.F) {
	f.Add("one.test", "/api/things", "limit=1", "parley_session=ann", "Bearer ann", "ru,en;q=0.5", "10.0.0.1, 10.0.0.2", "key", "http://one.test")
	f.Add("[::1]:80", "//..//", "%zz=%00", "parley_session=\"; a=b;;", "Basic \xff", "q=,,;*-1", "[::1%25eth0]", strings.Repeat("k", 300), "null")
	f.Add("ONE.test.:9", "/assets/..%2f..", "a=1;b", ";", "Bearer", "x-very-long-"+strings.Repeat("a", 100), ",,,", "\x00", "://")
	s := newServer(f, web.Config{Log: textLog(io.Discard), TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")},
		Limits: web.Limits{AddressRate: 1e9, AddressBurst: 1e9, SessionRate: 1e9, SessionBurst: 1e9, Buckets: 100}})
	f.Fuzz(func(t *testing.T, host, path, query, cookie, authorization, language, forwarded, key, origin string) {
		for _, method := range []string{"GET", "PUT", "DELETE", "WEIRD"} {
			r := httptest.NewRequest("GET", "http://one.test/", nil)
			r.Method, r.Host, r.URL.Path, r.URL.RawQuery = method, host, "/"+path, query
			r.Header = http.Header{"Cookie": {cookie}, "Authorization": {authorization}, "Accept-Language": {language}, "X-Forwarded-For": {forwarded},
				"X-Forwarded-Proto": {language}, "Idempotency-Key": {key}, "Origin": {origin}, "Accept": {language}, "Accept-Encoding": {language}, "X-Parley": {"1"}}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			checkAnswer(t, w)
		}
	})
}
