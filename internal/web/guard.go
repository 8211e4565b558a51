package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/fail"
)

// rule says who may use a route.
type rule struct {
	public, anyHost      bool
	ownCSRF              bool
	privileges           []string
	beforePasswordChange bool
}

// route finds the handler. What the mux would answer by itself in plain text
// becomes a problem.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	if r.RequestURI == "*" || r.Method == http.MethodConnect {
		WriteProblem(w, r, fail.Unreadable(nil))
		return
	}
	if wait := s.addresses.take(addressKey(x.address), 0); wait > 0 {
		WriteProblem(w, r, fail.TooMany(wait))
		return
	}
	_, x.route = s.mux.Handler(r)
	s.mux.ServeHTTP(w, r)
}

// serveRest answers what has no route: the interface's pages on a tenant's host,
// otherwise 405 with the methods that would do, otherwise 404.
func (s *Server) serveRest(w http.ResponseWriter, r *http.Request) {
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if allowed := s.allowed(r); len(allowed) > 0 {
		e := fail.Unreadable(nil)
		e.Status, e.Message, e.Field = http.StatusMethodNotAllowed, "This method is not possible here", "method"
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		WriteProblem(w, r, e)
		return
	}
	if reading && s.app != nil && !reserved(r.URL.Path) {
		s.guard(rule{public: true}, s.app).ServeHTTP(w, r)
		return
	}
	WriteProblem(w, r, fail.NotFound("page"))
}

func reserved(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/api" || strings.HasPrefix(path, "/widget/")
}

func (s *Server) allowed(r *http.Request) []string {
	var ms []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if m == r.Method {
			continue
		}
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" && pattern != "" {
			ms = append(ms, m)
		}
	}
	return ms
}

// guard lets a request through to next only if the rule allows it.
func (s *Server) guard(rule rule, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.admit(rule, r)
		exchangeOf(r.Context()).who = who
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), who)))
	})
}

func (s *Server) admit(rule rule, r *http.Request) (Identity, error) {
	ctx := r.Context()
	who := Identity{Locale: languageIn(ctx)}
	if s.cfg.Tenants != nil {
		tenant, err := s.cfg.Tenants.TenantByHost(ctx, hostOf(r))
		if err != nil {
			return who, err
		}
		who.TenantID = tenant
	}
	if who.TenantID == "" && !rule.anyHost {
		e := fail.NotFound("host")
		e.Status = http.StatusMisdirectedRequest
		return who, e
	}
	if !rule.ownCSRF {
		if err := checkCSRF(r); err != nil {
			return who, err
		}
	}
	if rule.public {
		return who, nil
	}
	return s.identify(WithIdentity(ctx, who), rule, r)
}

// identify finds out who it is and whether they may.
func (s *Server) identify(ctx context.Context, rule rule, r *http.Request) (Identity, error) {
	anonymous := Who(ctx)
	if s.cfg.Auth == nil {
		return anonymous, fail.SignIn()
	}
	who, err := s.cfg.Auth.Authenticate(r.WithContext(ctx))
	if err != nil {
		return anonymous, err
	}
	if !who.SignedIn() || who.TenantID != anonymous.TenantID {
		return anonymous, fail.SignIn()
	}
	if who.Locale == "" {
		who.Locale = anonymous.Locale
	}
	if wait := s.sessions.take(who.SessionID+who.APIKeyID, who.RatePerSecond); wait > 0 {
		return who, fail.TooMany(wait)
	}
	if len(rule.privileges) > 0 && !slices.ContainsFunc(rule.privileges, who.Can) {
		return who, fail.Forbidden()
	}
	if who.MustChangePassword && !rule.beforePasswordChange {
		e := fail.State("the password must be changed first")
		e.Status, e.Field = http.StatusForbidden, "password"
		return who, e
	}
	return who, nil
}

// checkCSRF refuses changing requests that another site's page could have made a
// browser send: those without our own header, which needs a preflight that is
// never granted, and those with a foreign Origin. A request with an
// Authorization header is never the browser's doing.
func checkCSRF(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Authorization") != "" {
		return nil
	}
	if r.Header.Get("X-Parley") == "" || !SameOrigin(r) {
		e := fail.Forbidden()
		e.Field = "X-Parley"
		return e
	}
	return nil
}

// SameOrigin reports that a request comes from a page of the same host, or from
// no page at all.
func SameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
