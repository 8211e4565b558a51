package org

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
)

// What the readers give is shared and must not be changed. Archived things are
// found too, as records name them; lists leave them out.

func find[T any, P thing[T]](ctx context.Context, b *book[T, P], tenant, id string) (P, error) {
	s, err := b.shelf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	p, ok := s.byID[id]
	if !ok {
		return nil, fail.NotFound(b.word)
	}
	return p, nil
}

func list[T any, P thing[T]](ctx context.Context, b *book[T, P], tenant string) ([]P, error) {
	s, err := b.shelf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return s.live, nil
}

// User gives one user of the tenant.
func (o *Org) User(ctx context.Context, tenant, id string) (*User, error) {
	return find(ctx, o.users, tenant, id)
}

// Role gives one role.
func (o *Org) Role(ctx context.Context, tenant, id string) (*Role, error) {
	return find(ctx, o.roles, tenant, id)
}

// Team gives one team.
func (o *Org) Team(ctx context.Context, tenant, id string) (*Team, error) {
	return find(ctx, o.teams, tenant, id)
}

// Skill gives one skill.
func (o *Org) Skill(ctx context.Context, tenant, id string) (*Skill, error) {
	return find(ctx, o.skills, tenant, id)
}

// Service gives one service.
func (o *Org) Service(ctx context.Context, tenant, id string) (*Service, error) {
	return find(ctx, o.services, tenant, id)
}

// Disposition gives one disposition.
func (o *Org) Disposition(ctx context.Context, tenant, id string) (*Disposition, error) {
	return find(ctx, o.dispositions, tenant, id)
}

// Calendar gives one calendar.
func (o *Org) Calendar(ctx context.Context, tenant, id string) (*Calendar, error) {
	return find(ctx, o.calendars, tenant, id)
}

// Reason gives one reason of Not ready; system reasons have their word as id.
func (o *Org) Reason(ctx context.Context, tenant, id string) (*Reason, error) {
	return find(ctx, o.reasons, tenant, id)
}

// Entry gives one entry.
func (o *Org) Entry(ctx context.Context, tenant, id string) (*Entry, error) {
	return find(ctx, o.entries, tenant, id)
}

// Numbers gives the entries that are telephone numbers and are in use.
func (o *Org) Numbers(ctx context.Context, tenant string) ([]*Entry, error) {
	all, err := list(ctx, o.entries, tenant)
	var out []*Entry
	for _, e := range all {
		if e.Kind == EntryNumber && e.Active {
			out = append(out, e)
		}
	}
	return out, err
}

// Users gives all users, by name.
func (o *Org) Users(ctx context.Context, tenant string) ([]*User, error) {
	return list(ctx, o.users, tenant)
}

// Entries gives all entries, by name.
func (o *Org) Entries(ctx context.Context, tenant string) ([]*Entry, error) {
	return list(ctx, o.entries, tenant)
}

// Roles gives all roles, by name.
func (o *Org) Roles(ctx context.Context, tenant string) ([]*Role, error) {
	return list(ctx, o.roles, tenant)
}

// Teams gives all teams, by name.
func (o *Org) Teams(ctx context.Context, tenant string) ([]*Team, error) {
	return list(ctx, o.teams, tenant)
}

// Skills gives all skills, by name.
func (o *Org) Skills(ctx context.Context, tenant string) ([]*Skill, error) {
	return list(ctx, o.skills, tenant)
}

// Services gives all services, by name.
func (o *Org) Services(ctx context.Context, tenant string) ([]*Service, error) {
	return list(ctx, o.services, tenant)
}

// Dispositions gives those of a service in its order; all for an empty id.
func (o *Org) Dispositions(ctx context.Context, tenant, serviceID string) ([]*Disposition, error) {
	if serviceID == "" {
		return list(ctx, o.dispositions, tenant)
	}
	s, err := o.Service(ctx, tenant, serviceID)
	if err != nil {
		return nil, err
	}
	out := make([]*Disposition, 0, len(s.DispositionIDs))
	for _, id := range s.DispositionIDs {
		d, err := o.Disposition(ctx, tenant, id)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Reasons gives all reasons in their order, system ones too.
func (o *Org) Reasons(ctx context.Context, tenant string) ([]*Reason, error) {
	all, err := list(ctx, o.reasons, tenant)
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *Reason) int { return a.Order - b.Order })
	return all, err
}

// ReasonsFor gives the reasons that agents of a team choose from.
func (o *Org) ReasonsFor(ctx context.Context, tenant, teamID string) ([]*Reason, error) {
	all, err := o.Reasons(ctx, tenant)
	return slices.DeleteFunc(all, func(r *Reason) bool { return !r.For(teamID) }), err
}

// OpenNow tells whether a calendar is open at a moment (unix ms). No calendar
// is always open.
func (o *Org) OpenNow(ctx context.Context, tenant, calendarID string, at int64) (bool, error) {
	if calendarID == "" {
		return true, nil
	}
	k, err := o.Calendar(ctx, tenant, calendarID)
	if err != nil {
		return false, err
	}
	return k.OpenAt(at), nil
}

// OpenFor tells whether an entry's hours, or where it has none of its own the
// service's, are on at a moment (unix ms).
func (o *Org) OpenFor(ctx context.Context, tenant, serviceID, entryID string, at int64) (bool, error) {
	s, err := o.Service(ctx, tenant, serviceID)
	if err != nil {
		return false, err
	}
	calendar := s.CalendarID
	if e, err := o.Entry(ctx, tenant, entryID); err == nil && e.CalendarID != "" {
		calendar = e.CalendarID
	}
	return o.OpenNow(ctx, tenant, calendar, at)
}

// Serves tells whether a service is there and not archived.
func (o *Org) Serves(ctx context.Context, tenant, serviceID string) (bool, error) {
	s, err := o.Service(ctx, tenant, serviceID)
	if fail.Code(err) == fail.CodeNotFound {
		return false, nil
	}
	return err == nil && !s.Archived, err
}

// Tenant gives one tenant.
func (o *Org) Tenant(ctx context.Context, id string) (*Tenant, error) {
	return find(ctx, o.tenants, id, id)
}

// Settings gives what is set for the whole contact centre.
func (o *Org) Settings(ctx context.Context, tenant string) (*TenantSettings, error) {
	t, err := o.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return &t.Settings, nil
}

// TenantByHost gives the tenant whose host name it is; "" when it is nobody's, or
// the tenant's who is suspended or being deleted.
func (o *Org) TenantByHost(ctx context.Context, host string) (string, error) {
	return o.hosts.get(hostKey(host), func() (string, bool, error) {
		var id string
		err := o.db.Read().NewSelect().Table("tenant_hosts").Column("tenant_id").Where("host = ?", hostKey(host)).
			Where("tenant_id IN (SELECT id FROM tenants WHERE status = ?)", TenantActive).Scan(ctx, &id)
		if db.IsNone(err) {
			return "", false, nil // not kept: strangers could fill the memory with names
		}
		return id, err == nil && o.watch(ctx, id), err
	})
}

// ActiveTenants lists the tenants that are at work, for what runs for all of them.
func (o *Org) ActiveTenants(ctx context.Context) ([]string, error) {
	var ids []string
	err := o.db.Read().NewSelect().Table("tenants").Column("id").Where("status = ?", TenantActive).OrderExpr("id").Scan(ctx, &ids)
	return ids, err
}

type entryKey struct{ tenant, id string }

// EntryByKey finds the entry of a kind with a public key, whatever the tenant.
// Unknown, of another kind and switched off are the same: not found.
func (o *Org) EntryByKey(ctx context.Context, kind, key string) (tenant string, e *Entry, err error) {
	at, err := o.keys.get(key, func() (entryKey, bool, error) {
		var row struct {
			TenantID string `bun:"tenant_id"`
			ID       string `bun:"id"`
		}
		err := o.db.Read().NewSelect().Table("entries").Column("tenant_id", "id").Where("key = ? AND archived_at = 0", key).Scan(ctx, &row)
		if db.IsNone(err) {
			return entryKey{}, false, nil
		}
		return entryKey{row.TenantID, row.ID}, err == nil && o.watch(ctx, row.TenantID), err
	})
	if err != nil {
		return "", nil, err
	}
	if at.id == "" {
		return "", nil, fail.NotFound("entry")
	}
	t, err := o.Tenant(ctx, at.tenant)
	if err != nil {
		return "", nil, err
	}
	e, err = o.Entry(ctx, at.tenant, at.id)
	if err != nil {
		return "", nil, err
	}
	if t.Status != TenantActive || !e.Active || e.Archived || e.Kind != kind {
		return "", nil, fail.NotFound("entry")
	}
	return at.tenant, e, nil
}

// Credentials finds a user for signing in. A login nobody has gives nil and no
// error, so that the caller can take the same time for both.
func (o *Org) Credentials(ctx context.Context, tenant, login string) (u *User, passwordHash string, err error) {
	var found struct {
		ID   string `bun:"id"`
		Hash string `bun:"password_hash"`
	}
	err = o.db.Read().NewSelect().Table("users").Column("id", "password_hash").
		Where("tenant_id = ? AND login_key = ? AND archived_at = 0", tenant, loginKey(login)).Scan(ctx, &found)
	if db.IsNone(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	u, err = o.users.get(ctx, o.db.Read(), tenant, found.ID)
	return u, found.Hash, err
}

// PasswordHash gives the stored hash of a user's password, "" when none is set.
func (o *Org) PasswordHash(ctx context.Context, tenant, userID string) (hash string, setAt int64, err error) {
	err = o.db.Read().NewSelect().Table("users").Column("password_hash", "password_at").
		Where("tenant_id = ? AND id = ? AND archived_at = 0", tenant, userID).Scan(ctx, &hash, &setAt)
	if db.IsNone(err) {
		return "", 0, fail.NotFound("user")
	}
	return hash, setAt, err
}

// Privileges gives what a user may do.
func (o *Org) Privileges(ctx context.Context, tenant string, u *User) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range u.RoleIDs {
		r, err := o.Role(ctx, tenant, id)
		if err != nil {
			return nil, err
		}
		for _, p := range r.allows() {
			out[p] = true
		}
	}
	t, err := o.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if !t.Operator { // only the operator's people look after the installation's tenants
		delete(out, SecurityTenants)
	}
	return out, nil
}

// SupervisedTeams gives the teams a user leads, with all teams below them.
func (o *Org) SupervisedTeams(ctx context.Context, tenant, userID string) ([]string, error) {
	teams, err := o.Teams(ctx, tenant)
	if err != nil {
		return nil, err
	}
	led := map[string]bool{}
	for more := true; more; {
		more = false
		for _, t := range teams {
			if !led[t.ID] && (slices.Contains(t.SupervisorIDs, userID) || led[t.ParentID]) {
				led[t.ID], more = true, true
			}
		}
	}
	return sortedKeys(led), nil
}
