package access

import (
	"context"
	"net/http"
	"strings"

	"parley/internal/fail"
	"parley/internal/web"
)

// Authenticate implements web.Authenticator. An API key wins over a cookie.
func (s *Service) Authenticate(r *http.Request) (web.Identity, error) {
	ctx := r.Context()
	tenant := web.Tenant(ctx)
	if tenant == "" {
		return web.Identity{}, nil
	}
	if key, ok := bearer(r.Header); ok {
		return s.byKey(ctx, tenant, key)
	}
	token := sessionToken(r)
	if token == "" {
		return web.Identity{}, nil
	}
	return s.bySession(ctx, tenant, token)
}

// bearer takes the key out of "Authorization: Bearer pk_…" (RFC 6750, 2.1).
func bearer(h http.Header) (string, bool) {
	scheme, key, ok := strings.Cut(h.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	key = strings.TrimSpace(key)
	return key, strings.HasPrefix(key, keyPrefix)
}

// sessionToken takes the token out of the cookie; what can't be one is none.
func sessionToken(r *http.Request) string {
	c, err := r.Cookie(web.SessionCookie)
	if err != nil || len(c.Value) != len(newTokenShape) {
		return ""
	}
	for _, ch := range []byte(c.Value) {
		if !(ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= '0' && ch <= '9' || ch == '-' || ch == '_') {
			return ""
		}
	}
	return c.Value
}

// newTokenShape has the length of a token: 32 bytes in base64 without padding.
const newTokenShape = "0123456789012345678901234567890123456789012"

func (s *Service) bySession(ctx context.Context, tenant, token string) (web.Identity, error) {
	session, found, err := sessionByToken(ctx, s.db.Read(), tenant, token)
	if err != nil || !found {
		return web.Identity{}, err
	}
	if session.EndedAt > 0 {
		return web.Identity{}, session.refusal()
	}
	rules, err := s.users.Rules(ctx, tenant)
	if err != nil {
		return web.Identity{}, err
	}
	now := s.now()
	session.LastSeenAt = s.seen.latest(sessionSeen, tenant, session.ID, session.LastSeenAt)
	if session.overdue(rules.withDefaults(), now) {
		return web.Identity{}, fail.SignIn() // the sweep writes its end
	}
	account, found, err := s.users.Account(ctx, tenant, session.UserID)
	if err != nil {
		return web.Identity{}, err
	}
	if !found || account.Locked {
		return web.Identity{}, fail.SignIn()
	}
	s.seen.mark(sessionSeen, tenant, session.ID, now)
	return identityOf(account, session.ID), nil
}

func identityOf(a Account, sessionID string) web.Identity {
	who := web.Identity{
		TenantID: a.TenantID, UserID: a.UserID, SessionID: sessionID, Login: a.Login, Name: a.Name, TeamID: a.TeamID,
		SupervisedTeamIDs: a.SupervisedTeamIDs, MustChangePassword: a.MustChangePassword,
		Privileges: make(map[string]bool, len(a.Privileges)),
	}
	for _, p := range a.Privileges {
		who.Privileges[p] = true
	}
	return who
}

// Seen notes that a session is in use, for what is not a request (a socket).
func (s *Service) Seen(tenant, sessionID string) {
	s.seen.mark(sessionSeen, tenant, sessionID, s.now())
}
