package web

import (
	"context"
	"net/http"
)

// Identity is who makes a request. For public operations only TenantID and
// Locale are set.
type Identity struct {
	TenantID           string
	UserID             string
	SessionID          string // "" with an API key
	APIKeyID           string // "" with a session
	Login              string
	Name               string
	TeamID             string
	Privileges         map[string]bool
	SupervisedTeamIDs  []string
	Locale             string  // "ru" or "en"
	MustChangePassword bool    // nothing is allowed but what is marked so, until the password is changed
	RatePerSecond      float64 // requests, 0 = the server's own limit
}

// Can reports that the identity has the privilege.
func (i Identity) Can(privilege string) bool { return i.Privileges[privilege] }

// SignedIn reports that there is a user or a key behind the request.
func (i Identity) SignedIn() bool { return i.UserID != "" || i.APIKeyID != "" }

// Authenticator finds out who makes a request. The request's context already
// has the tenant (Tenant). No credentials at all give the zero Identity and no
// error; credentials that are wrong or no longer valid are an error, which is
// shown (PAR-0009, PAR-1003, PAR-1004, …).
type Authenticator interface {
	Authenticate(r *http.Request) (Identity, error)
}

// TenantResolver knows whose host a host name is.
type TenantResolver interface {
	// TenantByHost takes the host in lower case and without port. An unknown host
	// is "" and no error.
	TenantByHost(ctx context.Context, host string) (id string, err error)
}

type identityKey struct{}

// Who is the identity of the request that ctx belongs to.
func Who(ctx context.Context) Identity {
	i, _ := ctx.Value(identityKey{}).(Identity)
	return i
}

// WithIdentity is for what acts in the name of somebody outside a request, and
// for tests.
func WithIdentity(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, i)
}

// Tenant is the tenant of the request's host; "" where any host is let in.
func Tenant(ctx context.Context) string { return Who(ctx).TenantID }
