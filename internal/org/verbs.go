package org

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
)

// CreateTenant makes a tenant with its host names and settings. The first one of
// an installation is its operator.
func (o *Org) CreateTenant(ctx context.Context, tx *db.Tx, t *Tenant) error {
	any, err := tx.NewSelect().Table("tenants").Exists(ctx)
	if err != nil {
		return err
	}
	if t.ID == "" {
		t.ID = db.NewID()
	}
	t.Status, t.Operator = TenantActive, !any
	if err := o.tenants.add(ctx, tx, t.ID, t); err != nil {
		return err
	}
	return storeHosts(ctx, tx, t)
}

// ChangeTenant changes a tenant. seen is the version the caller knew.
func (o *Org) ChangeTenant(ctx context.Context, tx *db.Tx, id string, seen int64, edit func(t *Tenant) error) (*Tenant, error) {
	t, err := o.tenants.change(ctx, tx, id, id, seen, edited(edit))
	if err != nil {
		return nil, err
	}
	return t, storeHosts(ctx, tx, t)
}

// edited turns an editing function into the form change wants.
func edited[T any](edit func(*T) error) func(*T) (*T, error) {
	return func(old *T) (*T, error) {
		p, err := overlay(old, nil) // a copy down to the last list
		if err != nil {
			return nil, err
		}
		return p, edit(p)
	}
}

func storeHosts(ctx context.Context, tx *db.Tx, t *Tenant) error {
	if _, err := tx.NewDelete().Table("tenant_hosts").Where("tenant_id = ?", t.ID).Exec(ctx); err != nil {
		return err
	}
	for _, h := range t.Hosts {
		taken, err := tx.NewSelect().Table("tenant_hosts").Where("host = ?", h).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return fail.Invalid("hosts", "the host name "+h+" is already taken")
		}
		_, err = tx.NewInsert().Model(&map[string]any{"host": h, "tenant_id": t.ID}).Table("tenant_hosts").Exec(ctx)
		if db.IsUnique(err) {
			return fail.Invalid("hosts", "the host name "+h+" is already taken")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CreateUser makes a user. passwordHash may be empty: then the user can't sign
// in until a password is set.
func (o *Org) CreateUser(ctx context.Context, tx *db.Tx, tenant string, u *User, passwordHash string) error {
	u.HasPassword = passwordHash != ""
	if err := o.users.add(ctx, tx, tenant, u); err != nil {
		return err
	}
	return o.storeHash(ctx, tx, tenant, u.ID, passwordHash)
}

func (o *Org) storeHash(ctx context.Context, tx *db.Tx, tenant, id, hash string) error {
	if hash == "" {
		return nil
	}
	_, err := tx.NewUpdate().Table("users").Set("password_hash = ?, password_at = ?", hash, o.now()).
		Where("tenant_id = ? AND id = ?", tenant, id).Exec(ctx)
	return err
}

// SetPassword stores a new password's hash. mustChange asks the user for another
// one at the next sign-in. By whom it may be done is the caller's to check; who
// sets another's needs the right to change that user.
func (o *Org) SetPassword(ctx context.Context, tx *db.Tx, tenant, userID, hash string, mustChange bool) error {
	old, err := o.users.live(ctx, tx, tenant, userID)
	if err != nil {
		return err
	}
	who := authorityOf(ctx)
	switch {
	case who.UserID == userID: // everybody may set their own
		ctx = System(ctx)
	case !who.system:
		if err := o.shut(ctx, tx, tenant, userID); err != nil {
			return err
		}
	}
	_, err = o.users.change(ctx, tx, tenant, userID, old.Version, edited(func(u *User) error {
		u.HasPassword, u.MustChangePassword = hash != "", mustChange
		return nil
	}))
	if err != nil {
		return err
	}
	if err := o.rememberPassword(ctx, tx, tenant, userID); err != nil {
		return err
	}
	if err := o.storeHash(ctx, tx, tenant, userID, hash); err != nil {
		return err
	}
	return o.audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: "set_password", Entity: "user", EntityID: userID, Name: old.label()})
}

// UpdateProfile changes what users may change about themselves, but not what
// their administrators have locked.
func (o *Org) UpdateProfile(ctx context.Context, tx *db.Tx, tenant, userID string, seen int64, edit func(u *User) error) (*User, error) {
	return o.users.change(System(ctx), tx, tenant, userID, seen, edited(func(u *User) error {
		before, err := fieldsOf(u)
		if err != nil {
			return err
		}
		if err := edit(u); err != nil {
			return err
		}
		after, err := fieldsOf(u)
		if err != nil {
			return err
		}
		for _, field := range sortedKeys(after) {
			if string(before[field]) == string(after[field]) || slices.Contains(ownChoices, field) {
				continue
			}
			if !slices.Contains(ProfileFields, field) || slices.Contains(u.LockedFields, field) {
				return fail.Invalid(field, "can only be changed by an administrator")
			}
		}
		return nil
	}))
}

// CreateTeam makes a team.
func (o *Org) CreateTeam(ctx context.Context, tx *db.Tx, tenant string, t *Team) error {
	return o.teams.add(ctx, tx, tenant, t)
}

// ChangeTeam changes a team; of seen as in ChangeTenant.
func (o *Org) ChangeTeam(ctx context.Context, tx *db.Tx, tenant, id string, seen int64, edit func(*Team) error) (*Team, error) {
	return o.teams.change(ctx, tx, tenant, id, seen, edited(edit))
}

// ChangeUser changes a user.
func (o *Org) ChangeUser(ctx context.Context, tx *db.Tx, tenant, id string, seen int64, edit func(*User) error) (*User, error) {
	return o.users.change(ctx, tx, tenant, id, seen, edited(edit))
}

// CreateRole makes a role.
func (o *Org) CreateRole(ctx context.Context, tx *db.Tx, tenant string, r *Role) error {
	return o.roles.add(ctx, tx, tenant, r)
}

// CreateSkill makes a skill.
func (o *Org) CreateSkill(ctx context.Context, tx *db.Tx, tenant string, s *Skill) error {
	return o.skills.add(ctx, tx, tenant, s)
}

// CreateService makes a service and its own skill.
func (o *Org) CreateService(ctx context.Context, tx *db.Tx, tenant string, s *Service) error {
	return o.services.add(ctx, tx, tenant, s)
}

// ChangeService changes a service.
func (o *Org) ChangeService(ctx context.Context, tx *db.Tx, tenant, id string, seen int64, edit func(*Service) error) (*Service, error) {
	return o.services.change(ctx, tx, tenant, id, seen, edited(edit))
}

// CreateDisposition makes a disposition.
func (o *Org) CreateDisposition(ctx context.Context, tx *db.Tx, tenant string, d *Disposition) error {
	return o.dispositions.add(ctx, tx, tenant, d)
}

// CreateCategory makes a category of cases.
func (o *Org) CreateCategory(ctx context.Context, tx *db.Tx, tenant string, k *Category) error {
	return o.categories.add(ctx, tx, tenant, k)
}

// CreateCaseField makes a field of cases.
func (o *Org) CreateCaseField(ctx context.Context, tx *db.Tx, tenant string, f *CaseField) error {
	return o.caseFields.add(ctx, tx, tenant, f)
}

// CreateCalendar makes a calendar.
func (o *Org) CreateCalendar(ctx context.Context, tx *db.Tx, tenant string, k *Calendar) error {
	return o.calendars.add(ctx, tx, tenant, k)
}

// CreateReason makes a reason of Not ready.
func (o *Org) CreateReason(ctx context.Context, tx *db.Tx, tenant string, r *Reason) error {
	return o.reasons.add(ctx, tx, tenant, r)
}

// CreateEntry makes an entry; its key is made up unless given.
func (o *Org) CreateEntry(ctx context.Context, tx *db.Tx, tenant string, e *Entry) error {
	return o.entries.add(ctx, tx, tenant, e)
}

// ChangeEntry changes an entry.
func (o *Org) ChangeEntry(ctx context.Context, tx *db.Tx, tenant, id string, seen int64, edit func(*Entry) error) (*Entry, error) {
	return o.entries.change(ctx, tx, tenant, id, seen, edited(edit))
}

// NewService is a service with the ready-made defaults.
func NewService(name string) *Service { s := newService(); s.Name = name; return s }

// NewTeam is a team with the defaults.
func NewTeam(name string) *Team { t := newTeam(); t.Name = name; return t }

// NewEntry is a chat entry with the defaults.
func NewEntry(name string) *Entry { e := newEntry(); e.Name = name; return e }

// NewTenant is a tenant with the defaults of a language.
func NewTenant(name, lang string, hosts ...string) *Tenant {
	t := newTenant()
	t.Name, t.Hosts, t.Settings = name, hosts, DefaultSettings(lang)
	return t
}

// newEntryKey is short enough for a script tag and long enough not to be guessed.
func newEntryKey() string {
	var b [15]byte
	_, _ = rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// log notes an act that changes nothing here, such as an export.
func (o *Org) log(ctx context.Context, tenant, action, entity, id, name string) error {
	return o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return o.audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: action, Entity: entity, EntityID: id, Name: name})
	})
}
