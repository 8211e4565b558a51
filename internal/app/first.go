package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"os"
	"strings"

	"parley/internal/access"
	"parley/internal/db"
	"parley/internal/org"
)

// first makes sure there is somebody who can sign in: an empty database gets its first tenant with ready-made
// defaults, and either the demo's people or an administrator whose password is printed once.
func (a *App) first(ctx context.Context) error {
	tenants, err := a.org.ActiveTenants(ctx)
	if err != nil || len(tenants) > 0 {
		return err
	}
	if a.cfg.Demo {
		return a.makeDemo(ctx)
	}
	password := newPassword()
	hash, err := access.HashPassword(password)
	if err != nil {
		return err
	}
	err = a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		ctx = org.System(ctx)
		t := org.NewTenant("Parley", language(), hosts(a.cfg)...)
		t.Operator = true
		if err := a.org.CreateTenant(ctx, tx, t); err != nil {
			return err
		}
		seeded, err := a.org.Seed(ctx, tx, t.ID, language())
		if err != nil {
			return err
		}
		admin := &org.User{Login: "admin", FirstName: "Admin", MustChangePassword: true, TeamID: seeded.TeamID}
		for _, key := range []string{org.RoleSystemAdmin, org.RoleSecurityAdmin, org.RoleServiceAdmin, org.RoleSupervisor, org.RoleAgent} {
			admin.RoleIDs = append(admin.RoleIDs, seeded.RoleIDs[key])
		}
		return a.org.CreateUser(ctx, tx, t.ID, admin, hash)
	})
	if err == nil {
		a.firstPassword = password
	}
	return err
}

// newPassword is 100 random bits in letters and digits that are told apart easily.
func newPassword() string {
	b := make([]byte, 13)
	if _, err := rand.Read(b); err != nil {
		panic(err) // never returns an error since Go 1.24
	}
	s := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
	return s[:5] + "-" + s[5:10] + "-" + s[10:15] + "-" + s[15:20]
}

func hosts(cfg Config) []string {
	list := append([]string{"localhost", "127.0.0.1"}, cfg.Hosts...)
	if name, err := os.Hostname(); err == nil {
		list = append(list, strings.ToLower(name))
	}
	seen := map[string]bool{}
	out := list[:0]
	for _, h := range list {
		if h != "" && !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

// language is what the machine speaks.
func language() string {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if s := os.Getenv(v); s != "" {
			if strings.HasPrefix(s, "ru") {
				return "ru"
			}
			return "en"
		}
	}
	return "en"
}
