package access

import (
	"context"
	"net/netip"
	"time"

	"parley/internal/db"
)

// Account is what access needs to know of a user.
type Account struct {
	TenantID, UserID    string
	Login, Name, Email  string
	FirstName, LastName string
	PhotoFileID         string
	TeamID, TeamName    string
	TenantName          string
	Language            string // ru, en, or "" for the browser's
	PasswordHash        string // "" = can't sign in by password
	Locked              bool
	MustChangePassword  bool
	Privileges          []string
	SupervisedTeamIDs   []string
}

// Rules are a tenant's settings for coming in. Zero values mean the defaults.
type Rules struct {
	MinLength                        int // of a password, characters
	NeedDigit, NeedLetter, NeedOther bool
	LockAfter                        int            // wrong passwords in a row until the account pauses
	LockFor                          time.Duration  // how long it pauses
	SessionFor                       time.Duration  // longest life of a session
	IdleFor                          time.Duration  // longest silence of a session; 0: no limit
	AllowedAddresses                 []netip.Prefix // empty: from everywhere
}

const (
	defaultMinLength  = 10
	maxPasswordLength = 200 // characters; more is work for us, not for a guesser
)

func (r Rules) withDefaults() Rules {
	if r.MinLength <= 0 {
		r.MinLength = defaultMinLength
	}
	if r.LockAfter <= 0 {
		r.LockAfter = 10
	}
	if r.LockFor <= 0 {
		r.LockFor = 15 * time.Minute
	}
	if r.SessionFor <= 0 {
		r.SessionFor = 24 * time.Hour
	}
	return r
}

func (r Rules) allows(address string) bool {
	if len(r.AllowedAddresses) == 0 {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, p := range r.AllowedAddresses {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Directory knows the users. Its answers are current: a change of role or lock
// shows with the next request.
type Directory interface {
	// AccountByLogin finds a user whatever the case of the login; found is false
	// when there is none.
	AccountByLogin(ctx context.Context, tenant, login string) (a Account, found bool, err error)
	// Account leaves PasswordHash empty.
	Account(ctx context.Context, tenant, userID string) (a Account, found bool, err error)
	PasswordHash(ctx context.Context, tenant, userID string) (string, error)
	// SetPassword is called inside a transaction and records what changed.
	SetPassword(ctx context.Context, tx *db.Tx, tenant, userID, hash string, mustChange bool) error
	// RefreshHash stores another hash of the password the user has.
	RefreshHash(ctx context.Context, tx *db.Tx, tenant, userID, hash string) error
	// UsedPasswords gives the hashes of passwords the user may not take again.
	UsedPasswords(ctx context.Context, tenant, userID string) ([]string, error)
	Rules(ctx context.Context, tenant string) (Rules, error)
	// RequestRate is how many requests a second one key may make, 0: what the key
	// itself allows.
	RequestRate(ctx context.Context, tenant string) (float64, error)
}
