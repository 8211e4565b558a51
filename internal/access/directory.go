package access

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"slices"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// FromOrg is the organisation as access sees it.
func FromOrg(o *org.Org) Directory { return directory{o} }

type directory struct{ org *org.Org }

func (d directory) AccountByLogin(ctx context.Context, tenant, login string) (Account, bool, error) {
	u, hash, err := d.org.Credentials(ctx, tenant, login)
	if err != nil || u == nil {
		return Account{}, false, err
	}
	a, err := d.account(ctx, tenant, u)
	a.PasswordHash = hash
	return a, err == nil, err
}

func (d directory) Account(ctx context.Context, tenant, userID string) (Account, bool, error) {
	u, err := d.org.User(ctx, tenant, userID)
	if errors.Is(err, fail.NotFound("")) || err == nil && u.Archived {
		return Account{}, false, nil
	}
	if err != nil {
		return Account{}, false, err
	}
	a, err := d.account(ctx, tenant, u)
	return a, err == nil, err
}

func (d directory) account(ctx context.Context, tenant string, u *org.User) (Account, error) {
	a := Account{TenantID: tenant, UserID: u.ID, Login: u.Login, Name: u.Name(), Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
		PhotoFileID: u.PhotoFileID, TeamID: u.TeamID, Language: u.Language, Locked: u.Locked, MustChangePassword: u.MustChangePassword}
	t, err := d.org.Tenant(ctx, tenant)
	if err != nil {
		return a, err
	}
	a.TenantName = t.Name
	if u.TeamID != "" {
		team, err := d.org.Team(ctx, tenant, u.TeamID)
		if err != nil {
			return a, err
		}
		a.TeamName = team.Name
	}
	allowed, err := d.org.Privileges(ctx, tenant, u)
	if err != nil {
		return a, err
	}
	for p := range allowed {
		a.Privileges = append(a.Privileges, p)
	}
	slices.Sort(a.Privileges)
	if a.SupervisedTeamIDs, err = d.org.SupervisedTeams(ctx, tenant, u.ID); err != nil {
		return a, err
	}
	if days := t.Settings.Password.MaxDays; days > 0 && !a.MustChangePassword {
		_, setAt, err := d.org.PasswordHash(ctx, tenant, u.ID)
		if err != nil {
			return a, err
		}
		a.MustChangePassword = setAt > 0 && db.Now()-setAt > int64(days)*24*time.Hour.Milliseconds()
	}
	return a, nil
}

// PasswordHash is for who is signed in already.
func (d directory) PasswordHash(ctx context.Context, tenant, userID string) (string, error) {
	hash, _, err := d.org.PasswordHash(ctx, tenant, userID)
	return hash, err
}

// SetPassword is called only for the user's own doing, so no other rights are asked.
func (d directory) SetPassword(ctx context.Context, tx *db.Tx, tenant, userID, hash string, mustChange bool) error {
	return d.org.SetPassword(org.System(ctx), tx, tenant, userID, hash, mustChange)
}

// RefreshHash is no change of the user, so nothing but the hash moves.
func (d directory) RefreshHash(ctx context.Context, tx *db.Tx, tenant, userID, hash string) error {
	return d.org.RefreshHash(ctx, tx, tenant, userID, hash)
}

func (d directory) UsedPasswords(ctx context.Context, tenant, userID string) ([]string, error) {
	return d.org.UsedPasswords(ctx, tenant, userID)
}

func (d directory) Rules(ctx context.Context, tenant string) (Rules, error) {
	s, err := d.org.Settings(ctx, tenant)
	if err != nil {
		return Rules{}, err
	}
	r := policyRules(s.Password)
	r.LockAfter, r.LockFor = s.SignIn.LockAfter, time.Duration(s.SignIn.LockMinutes)*time.Minute
	if r.LockAfter == 0 {
		r.LockAfter = math.MaxInt
	}
	r.SessionFor, r.IdleFor = time.Duration(s.SignIn.SessionHours)*time.Hour, time.Duration(s.SignIn.IdleMinutes)*time.Minute
	for _, a := range s.SignIn.AllowedAddresses {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			return r, err // checked when it was saved
		}
		r.AllowedAddresses = append(r.AllowedAddresses, p)
	}
	return r, nil
}

func policyRules(p org.PasswordPolicy) Rules {
	return Rules{MinLength: p.MinLength, NeedDigit: p.NeedDigit, NeedLetter: p.NeedLetter, NeedOther: p.NeedOther}
}

// CheckPassword implements org.Hasher.
func (s *Service) CheckPassword(ctx context.Context, policy org.PasswordPolicy, user *org.User, password string) error {
	if err := checkNewPassword(policyRules(policy).withDefaults(), "password", user.Login, password); err != nil || user.ID == "" {
		return err
	}
	return s.unused(ctx, web.Tenant(ctx), user.ID, "password", password)
}

// HashPassword implements org.Hasher: like the function, but in the queue.
func (s *Service) HashPassword(password string) (string, error) {
	return s.hasher.make(context.Background(), password)
}

// RequestRate is the tenant's limit for each of its keys.
func (d directory) RequestRate(ctx context.Context, tenant string) (float64, error) {
	t, err := d.org.Tenant(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return float64(t.Limits.RequestRate) / 60, nil
}
