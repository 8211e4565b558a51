package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"parley/internal/access"
	"parley/internal/db"
	"parley/internal/org"
)

// withOrg opens the data for a command of the terminal, beside a running Parley too: what it changes is noticed there
// through the change feed. Nothing else is started.
func withOrg(ctx context.Context, cfg Config, do func(ctx context.Context, a *App) error) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	a := &App{cfg: cfg, log: slog.Default(), folder: &folder{path: cfg.Data}}
	defer a.Stop()
	if cfg.Database == "" && !a.folder.used() {
		return fmt.Errorf("no database in %s: start parley serve once, or name the folder with --data", cfg.Data)
	}
	if _, err := a.startData(ctx); err != nil {
		return err
	}
	if _, err := a.startBus(ctx); err != nil {
		return err
	}
	if _, err := a.startOrganisation(ctx); err != nil {
		return err
	}
	return do(org.System(ctx), a)
}

// tenantOf finds the tenant of a host name, or the first one.
func (a *App) tenantOf(ctx context.Context, host string) (string, error) {
	if host != "" {
		id, err := a.org.TenantByHost(ctx, host)
		if err == nil && id == "" {
			err = fmt.Errorf("no contact centre has the host name %s", host)
		}
		return id, err
	}
	all, err := a.org.ActiveTenants(ctx)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("there is no contact centre yet: start parley serve once")
	}
	if err != nil {
		return "", err
	}
	return all[0], nil
}

func (a *App) userOf(ctx context.Context, host, login string) (tenant string, u *org.User, err error) {
	if tenant, err = a.tenantOf(ctx, host); err != nil {
		return "", nil, err
	}
	u, _, err = a.org.Credentials(ctx, tenant, login)
	if err == nil && u == nil {
		err = fmt.Errorf("no user %s", login)
	}
	return tenant, u, err
}

// ListUsers prints the users of a tenant.
func ListUsers(ctx context.Context, cfg Config, host string, out io.Writer) error {
	return withOrg(ctx, cfg, func(ctx context.Context, a *App) error {
		tenant, err := a.tenantOf(ctx, host)
		if err != nil {
			return err
		}
		users, err := a.org.Users(ctx, tenant)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, u := range users {
			state := ""
			if u.Locked {
				state = "locked"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", u.Login, u.Name(), state)
		}
		return w.Flush()
	})
}

// AddUser makes a user with a password that is printed once.
func AddUser(ctx context.Context, cfg Config, host, login, name string, roles []string, out io.Writer) error {
	return withOrg(ctx, cfg, func(ctx context.Context, a *App) error {
		tenant, err := a.tenantOf(ctx, host)
		if err != nil {
			return err
		}
		first, last, _ := strings.Cut(name, " ")
		u := &org.User{Login: login, FirstName: first, LastName: last, MustChangePassword: true}
		all, err := a.org.Roles(ctx, tenant)
		if err != nil {
			return err
		}
		for _, key := range roles {
			i := slices.IndexFunc(all, func(r *org.Role) bool { return r.Builtin == key || strings.EqualFold(r.Name, key) })
			if i < 0 {
				return fmt.Errorf("no role %s", key)
			}
			u.RoleIDs = append(u.RoleIDs, all[i].ID)
		}
		if teams, err := a.org.Teams(ctx, tenant); err == nil && len(teams) > 0 {
			u.TeamID = teams[0].ID
		}
		password := newPassword()
		hash, err := access.HashPassword(password)
		if err != nil {
			return err
		}
		if err := a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error { return a.org.CreateUser(ctx, tx, tenant, u, hash) }); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s may sign in with %s (to be changed at the first sign-in)\n", login, password)
		return nil
	})
}

// ResetPassword gives a user a new password and ends the session there is.
func ResetPassword(ctx context.Context, cfg Config, host, login string, out io.Writer) error {
	return withOrg(ctx, cfg, func(ctx context.Context, a *App) error {
		tenant, u, err := a.userOf(ctx, host, login)
		if err != nil {
			return err
		}
		password := newPassword()
		hash, err := access.HashPassword(password)
		if err != nil {
			return err
		}
		if err := a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			return a.org.SetPassword(ctx, tx, tenant, u.ID, hash, true)
		}); err != nil {
			return err
		}
		if err := a.access.EndSession(ctx, tenant, u.ID, "", access.Closed, "", ""); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s may sign in with %s (to be changed at the first sign-in)\n", login, password)
		return nil
	})
}

// LockUser locks a user out, or lets one in again.
func LockUser(ctx context.Context, cfg Config, host, login string, locked bool, out io.Writer) error {
	return withOrg(ctx, cfg, func(ctx context.Context, a *App) error {
		tenant, u, err := a.userOf(ctx, host, login)
		if err != nil {
			return err
		}
		err = a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			_, err := a.org.ChangeUser(ctx, tx, tenant, u.ID, u.Version, func(u *org.User) error { u.Locked = locked; return nil })
			return err
		})
		if err == nil {
			fmt.Fprintf(out, "%s: locked=%v\n", login, locked)
		}
		return err
	})
}

// Migrate brings the database to this version's shape.
func Migrate(ctx context.Context, cfg Config, out io.Writer) error {
	a := &App{cfg: cfg, log: slog.Default()}
	f, err := openFolder(cfg.Data, cfg.Demo)
	if err != nil {
		return err
	}
	a.folder = f
	a.onStop(f.close)
	defer a.Stop()
	if _, err := a.startData(ctx); err != nil {
		return err
	}
	states, err := a.db.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The %s database has all %d migrations.\n", a.db.Engine(), len(states))
	return nil
}
