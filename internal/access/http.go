package access

import (
	"context"
	"net/http"
	"strings"

	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// Me is who is signed in and what the interface needs to begin.
type Me struct {
	User struct {
		ID          string `json:"id"`
		Login       string `json:"login"`
		Name        string `json:"name"`
		FirstName   string `json:"firstName"`
		LastName    string `json:"lastName"`
		PhotoFileID string `json:"photoFileId"`
	} `json:"user"`
	Tenant             Named           `json:"tenant"`
	Team               *Named          `json:"team,omitempty"`
	Privileges         []string        `json:"privileges"`
	SupervisedTeamIDs  []string        `json:"supervisedTeamIds"`
	MustChangePassword bool            `json:"mustChangePassword" doc:"Only the password can be changed now, nothing else works"`
	Language           string          `json:"language" enum:"ru,en" doc:"By the browser's languages; the interface may be switched by hand"`
	ProfileLanguage    string          `json:"profileLanguage" doc:"For information"`
	SessionID          string          `json:"sessionId"`
	Features           map[string]bool `json:"features"`
	ServerTime         int64           `json:"serverTime" doc:"For timers"`
	Version            string          `json:"version"`
}

// Named is a thing by id and name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *Service) me(ctx context.Context, a Account, sessionID string) Me {
	me := Me{
		Tenant: Named{a.TenantID, a.TenantName}, Privileges: orEmpty(a.Privileges), SupervisedTeamIDs: orEmpty(a.SupervisedTeamIDs),
		MustChangePassword: a.MustChangePassword, Language: web.Who(ctx).Locale, ProfileLanguage: a.Language,
		SessionID: sessionID, Features: s.Features, ServerTime: s.now(), Version: s.Version,
	}
	me.User.ID, me.User.Login, me.User.Name = a.UserID, a.Login, a.Name
	me.User.FirstName, me.User.LastName, me.User.PhotoFileID = a.FirstName, a.LastName, a.PhotoFileID
	if a.TeamID != "" {
		me.Team = &Named{a.TeamID, a.TeamName}
	}
	if me.Features == nil {
		me.Features = map[string]bool{}
	}
	return me
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

type signInInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"100"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
		Force    bool   `json:"force,omitempty" doc:"End the user's session elsewhere"`
	}
}

type meOutput struct {
	SetCookie *http.Cookie `header:"Set-Cookie" hidden:"true"`
	Body      Me
}

type nothing struct{}

// Register puts the package's operations on the server.
func (s *Service) Register(srv *web.Server) {
	const tag = "session"
	web.Command(srv, web.Op{Path: "/api/session", ID: "signIn", Summary: "Sign in", Tag: tag, Public: true, MaxBody: 4 << 10, Secret: true}, s.postSession)
	web.Query(srv, web.Op{Path: "/api/session", ID: "getSession", Summary: "Who is signed in", Tag: tag, BeforePasswordChange: true}, s.getSession)
	web.Command(srv, web.Op{Method: http.MethodDelete, Path: "/api/session", ID: "signOut", Summary: "Sign out", Tag: tag, BeforePasswordChange: true}, s.deleteSession)
	web.Command(srv, web.Op{Path: "/api/session/password", ID: "changePassword", Summary: "Change the own password", Tag: tag, MaxBody: 4 << 10, BeforePasswordChange: true}, s.postPassword)
	s.registerReset(srv)
	web.Event[Ended](srv, EventEnded)
	s.registerKeys(srv)
}

func (s *Service) postSession(ctx context.Context, in *signInInput) (*meOutput, error) {
	r := web.Request(ctx)
	from := origin{address: web.ClientAddress(ctx), agent: r.UserAgent(), token: sessionToken(r)}
	account, session, token, err := s.signIn(ctx, web.Tenant(ctx), in.Body.Login, in.Body.Password, in.Body.Force, from)
	if err != nil {
		return nil, err
	}
	return &meOutput{SetCookie: s.cookie(ctx, token), Body: s.me(ctx, account, session.ID)}, nil
}

// cookie carries a token, or with "" takes the one there is away. It lives as
// long as the browser does; how long the session does is the server's business.
func (s *Service) cookie(ctx context.Context, token string) *http.Cookie {
	c := &http.Cookie{Name: web.SessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: web.Secure(ctx)}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

func (s *Service) getSession(ctx context.Context, _ *nothing) (*meOutput, error) {
	who, err := user(ctx)
	if err != nil {
		return nil, err
	}
	account, found, err := s.users.Account(ctx, who.TenantID, who.UserID)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fail.SignIn()
	}
	return &meOutput{Body: s.me(ctx, account, who.SessionID)}, nil
}

type signedOut struct {
	SetCookie *http.Cookie `header:"Set-Cookie" hidden:"true"`
}

func (s *Service) deleteSession(ctx context.Context, _ *nothing) (*signedOut, error) {
	who, err := user(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.signOut(ctx, who); err != nil {
		return nil, err
	}
	return &signedOut{SetCookie: s.cookie(ctx, "")}, nil
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" minLength:"1" maxLength:"200"`
		New string `json:"new" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) postPassword(ctx context.Context, in *passwordInput) (*nothing, error) {
	who, err := user(ctx)
	if err != nil {
		return nil, err
	}
	return nil, s.changePassword(ctx, who, in.Body.Old, in.Body.New, web.ClientAddress(ctx))
}

// user refuses programs: what is about the own session is for people.
func user(ctx context.Context) (web.Identity, error) {
	who := web.Who(ctx)
	if who.SessionID == "" {
		return who, fail.Forbidden()
	}
	return who, nil
}

// API keys.

// APIKeyFields are what can be set about a key.
type APIKeyFields struct {
	Name          string   `json:"name" minLength:"1" maxLength:"100"`
	Scopes        []string `json:"scopes" minItems:"1" maxItems:"100"`
	RatePerSecond int64    `json:"ratePerSecond,omitempty" minimum:"0" maximum:"1000"`
	ExpiresAt     int64    `json:"expiresAt,omitempty" minimum:"0"`
}

func (b APIKeyFields) key() APIKey {
	return APIKey{Name: b.Name, Scopes: b.Scopes, RatePerSecond: b.RatePerSecond, ExpiresAt: b.ExpiresAt}
}

type keyOutput struct{ Body APIKey }

// NewAPIKey is a key just made, with its secret.
type NewAPIKey struct {
	APIKey
	Secret string `json:"secret" doc:"The key itself; shown this once"`
}

// APIKeyPage is a part of the list.
type APIKeyPage struct {
	Items []APIKey `json:"items"`
	Next  string   `json:"next,omitempty" doc:"Cursor of the next page"`
}

type listKeysInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"64"`
	Q      string `query:"q" maxLength:"100"`
}

type keyInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) registerKeys(srv *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Summary: summary, Tag: "api-keys", Privileges: []string{org.SecurityKeys}}
	}
	web.Query(srv, op("GET", "/api/api-keys", "listApiKeys", "API keys"), func(ctx context.Context, in *listKeysInput) (*struct{ Body APIKeyPage }, error) {
		keys, next, err := s.listKeys(ctx, web.Tenant(ctx), strings.TrimSpace(in.Q), in.Cursor, in.Limit)
		return &struct{ Body APIKeyPage }{APIKeyPage{keys, next}}, err
	})
	create := op("POST", "/api/api-keys", "createApiKey", "Make an API key")
	create.Secret, create.Status = true, http.StatusCreated
	web.Command(srv, create, func(ctx context.Context, in *struct{ Body APIKeyFields }) (*struct{ Body NewAPIKey }, error) {
		k, secret, err := s.createKey(ctx, web.Who(ctx), in.Body.key())
		return &struct{ Body NewAPIKey }{NewAPIKey{k, secret}}, err
	})
	web.Query(srv, op("GET", "/api/api-keys/{id}", "getApiKey", "One API key"), func(ctx context.Context, in *keyInput) (*keyOutput, error) {
		row, err := findKey(ctx, s.db.Read(), web.Tenant(ctx), in.ID)
		return &keyOutput{row.key()}, err
	})
	web.Command(srv, op("PUT", "/api/api-keys/{id}", "updateApiKey", "Change an API key"), func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			APIKeyFields
			Version int64 `json:"version" minimum:"1"`
		}
	}) (*keyOutput, error) {
		k := in.Body.key()
		k.Version = in.Body.Version
		k, err := s.updateKey(ctx, web.Who(ctx), in.ID, k)
		return &keyOutput{k}, err
	})
	renew := op("POST", "/api/api-keys/{id}/secret", "renewApiKey", "Give an API key another secret and show it, this once")
	renew.Secret = true
	web.Command(srv, renew, func(ctx context.Context, in *keyInput) (*struct{ Body NewAPIKey }, error) {
		k, secret, err := s.renewKey(ctx, web.Who(ctx), in.ID)
		return &struct{ Body NewAPIKey }{NewAPIKey{APIKey: k, Secret: secret}}, err
	})
	web.Command(srv, op("DELETE", "/api/api-keys/{id}", "deleteApiKey", "End an API key"), func(ctx context.Context, in *keyInput) (*nothing, error) {
		return nil, s.deleteKey(ctx, web.Who(ctx), in.ID)
	})
}
