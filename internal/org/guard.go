package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/db"
	"parley/internal/fail"
)

// guardUser: supervisors manage their own teams' users only; nobody hands out
// more than they may; nobody locks themselves or the last administrator out.
func (o *Org) guardUser(ctx context.Context, tx *db.Tx, tenant string, old, u *User) error {
	who := authorityOf(ctx)
	for _, side := range []*User{old, u} {
		if side == nil {
			continue
		}
		if !who.can(SystemUsers) && !(who.can(SuperviseOwnTeams) && who.leads(side.TeamID)) {
			return fail.Forbidden()
		}
		if err := o.mayGrant(ctx, tx, tenant, side.RoleIDs); err != nil {
			return err
		}
	}
	if old != nil && !who.system && who.UserID == old.ID && (u == nil || u.Locked) {
		return fail.State("you can't lock or delete yourself")
	}
	if u != nil {
		var had string
		if old != nil {
			had = old.PhotoFileID
		}
		if err := o.checkPicture(ctx, tenant, "photoFileId", had, u.PhotoFileID); err != nil {
			return err
		}
	}
	if old == nil {
		return o.roomForUser(ctx, tx, tenant)
	}
	if err := o.keepAdministrator(ctx, tx, tenant, old, u); err != nil {
		return err
	}
	if u == nil || u.Locked && !old.Locked {
		return o.shut(ctx, tx, tenant, old.ID)
	}
	return nil
}

// mayGrant refuses when a role allows more than the one at work may hand out.
func (o *Org) mayGrant(ctx context.Context, tx *db.Tx, tenant string, roleIDs []string) error {
	who := authorityOf(ctx)
	if who.system {
		return nil
	}
	for _, id := range roleIDs {
		r, err := o.roles.get(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(r.allows(), func(p string) bool { return !who.grants(p) }) {
			return fail.Forbidden()
		}
	}
	return nil
}

func (o *Org) roomForUser(ctx context.Context, tx *db.Tx, tenant string) error {
	t, err := o.tenants.get(ctx, tx, tenant, tenant)
	if err != nil || t.Limits.Users == 0 {
		return err
	}
	n, err := tx.NewSelect().Table("users").Where("tenant_id = ? AND archived_at = 0", tenant).Count(ctx)
	if err == nil && n >= int64(t.Limits.Users) {
		return fail.Limit("users", int64(t.Limits.Users))
	}
	return err
}

// keepAdministrator refuses to take the last one who can manage users away.
func (o *Org) keepAdministrator(ctx context.Context, tx *db.Tx, tenant string, old, u *User) error {
	was, err := o.manages(ctx, tx, tenant, old)
	if err != nil || !was {
		return err
	}
	if u != nil {
		if is, err := o.manages(ctx, tx, tenant, u); err != nil || is {
			return err
		}
	}
	others, err := o.administrators(ctx, tx, tenant)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(others, func(id string) bool { return id != old.ID }) {
		return fail.State("nobody would be left who can manage users")
	}
	return nil
}

func (o *Org) manages(ctx context.Context, tx *db.Tx, tenant string, u *User) (bool, error) {
	if u.Locked {
		return false, nil
	}
	for _, id := range u.RoleIDs {
		r, err := o.roles.get(ctx, tx, tenant, id)
		if err != nil {
			return false, err
		}
		if slices.Contains(r.allows(), SystemUsers) {
			return true, nil
		}
	}
	return false, nil
}

// administrators are the users who are not locked and may manage users.
func (o *Org) administrators(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	roles, err := o.roles.all(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, role := range roles {
		if !slices.Contains(role.allows(), SystemUsers) {
			continue
		}
		var ids []string
		err = tx.NewSelect().Table("users").Column("id").Where("tenant_id = ? AND archived_at = 0 AND locked = ?", tenant, false).
			Where("id IN (SELECT from_id FROM org_links WHERE tenant_id = ? AND from_kind = 'user' AND to_kind = 'role' AND to_id = ?)", tenant, role.ID).
			Scan(ctx, &ids)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// guardRole: ready-made roles stay as they are, and nobody puts more into a role
// than they may hand out.
func (o *Org) guardRole(ctx context.Context, tx *db.Tx, tenant string, old, r *Role) error {
	who := authorityOf(ctx)
	if old != nil && old.Builtin != "" && !who.system {
		return fail.State("ready-made roles can be copied, not changed")
	}
	if r == nil {
		return nil
	}
	if old == nil && r.Builtin != "" && !who.system {
		return fail.Invalid("builtin", "is set by Parley only")
	}
	var were []string
	if old != nil {
		were = old.Privileges
	}
	for _, p := range append(slices.Clone(were), r.Privileges...) {
		if slices.Contains(were, p) != slices.Contains(r.Privileges, p) && !who.grants(p) {
			return fail.Forbidden()
		}
	}
	if old == nil || !slices.Contains(were, SystemUsers) || slices.Contains(r.Privileges, SystemUsers) {
		return nil
	}
	return o.keepOtherRole(ctx, tx, tenant, old)
}

// keepOtherRole refuses to take the right to manage users from the last role
// that gives it to anybody.
func (o *Org) keepOtherRole(ctx context.Context, tx *db.Tx, tenant string, old *Role) error {
	ids, err := o.administrators(ctx, tx, tenant)
	if err != nil {
		return err
	}
	for _, id := range ids {
		u, err := o.users.get(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		u.RoleIDs = slices.DeleteFunc(u.RoleIDs, func(r string) bool { return r == old.ID })
		if ok, err := o.manages(ctx, tx, tenant, u); err != nil || ok {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return fail.State("nobody would be left who can manage users")
}

// guardTeam: a team is not below itself.
func (o *Org) guardTeam(ctx context.Context, tx *db.Tx, tenant string, _, t *Team) error {
	if t == nil {
		return nil
	}
	for id, depth := t.ParentID, 0; id != ""; depth++ {
		if id == t.ID || depth > 20 {
			return fail.Invalid("parentId", "the team would stand below itself")
		}
		parent, err := o.teams.get(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		id = parent.ParentID
	}
	return nil
}

// guardSkill: a service's skill goes with its service.
func (o *Org) guardSkill(ctx context.Context, _ *db.Tx, _ string, old, s *Skill) error {
	if authorityOf(ctx).system {
		return nil
	}
	if (old != nil && old.Kind == SkillService) || (s != nil && s.Kind == SkillService) {
		return fail.State("a service's own skill is changed with its service")
	}
	return nil
}

// guardService keeps the service's files within the tenant's limits, and makes,
// renames and archives the service's own skill.
func (o *Org) guardService(ctx context.Context, tx *db.Tx, tenant string, old, s *Service) error {
	ctx = System(ctx)
	if s != nil {
		t, err := o.tenants.get(ctx, tx, tenant, tenant)
		if err != nil {
			return err
		}
		if s.Chat.FileMaxBytes > t.Settings.FileMaxBytes {
			return fail.Invalid("chat.fileMaxBytes", fmt.Sprintf("the settings allow at most %d", t.Settings.FileMaxBytes))
		}
		if i := t.Settings.firstNotAllowed(s.Chat.FileTypes); i >= 0 {
			return fail.Invalid(fmt.Sprintf("chat.fileTypes[%d]", i), "is not among the types the settings allow")
		}
		if s.takesMail() && s.Email.FileMaxBytes > t.Settings.FileMaxBytes {
			return fail.Invalid("email.fileMaxBytes", fmt.Sprintf("the settings allow at most %d", t.Settings.FileMaxBytes))
		}
	}
	switch {
	case old == nil:
		skill := &Skill{Name: s.Name, Kind: SkillService, ServiceID: s.ID}
		if err := o.skills.add(ctx, tx, tenant, skill); err != nil {
			return err
		}
		s.SkillID = skill.ID
		return nil
	case s == nil:
		skill, err := o.skills.get(ctx, tx, tenant, old.SkillID)
		if err != nil {
			return err
		}
		return o.skills.remove(ctx, tx, tenant, skill.ID, skill.Version)
	case s.Name != old.Name:
		skill, err := o.skills.get(ctx, tx, tenant, old.SkillID)
		if err != nil {
			return err
		}
		_, err = o.skills.change(ctx, tx, tenant, skill.ID, skill.Version, func(k *Skill) (*Skill, error) {
			renamed := *k
			renamed.Name = s.Name
			return &renamed, nil
		})
		return err
	}
	return nil
}

// guardReason: system reasons stay, only their texts, icons and order change.
func (o *Org) guardReason(ctx context.Context, _ *db.Tx, _ string, old, r *Reason) error {
	if authorityOf(ctx).system {
		return nil
	}
	switch {
	case r == nil && old.System != "":
		return fail.State("system reasons can't be deleted")
	case old == nil && r.System != "":
		return fail.Invalid("system", "is set by Parley only")
	case r != nil && r.System != "" && (r.DailyMinutes != 0 || r.BackMinutes != 0 || r.Break || len(r.TeamIDs) > 0):
		return fail.Invalid("system", "of a system reason only name, icon and order can be changed")
	}
	return nil
}

// guardEntry gives a new entry its key; its services must be ones for its channel.
func (o *Org) guardEntry(ctx context.Context, tx *db.Tx, tenant string, old, e *Entry) error {
	switch {
	case e == nil:
		return o.releaseMailbox(ctx, tx, tenant, old)
	case old != nil && e.Kind != old.Kind:
		return fail.Invalid("kind", "can't be changed: make another entry")
	case e.Kind == EntryNumber:
		e.Key = "tel:" + cmp.Or(e.TrunkID, tenant) + ":" + strings.TrimPrefix(e.Number, "+")
		if err := o.numberFree(ctx, tx, e); err != nil {
			return err
		}
	case e.Kind == EntryMailbox:
		if err := o.guardMailbox(ctx, tx, tenant, old, e); err != nil {
			return err
		}
	case old == nil && e.Key == "":
		e.Key = newEntryKey()
	}
	var had string
	if old != nil {
		had = old.Look.LogoFileID
	}
	if err := o.checkPicture(ctx, tenant, "look.logoFileId", had, e.Look.LogoFileID); err != nil {
		return err
	}
	for _, l := range e.links() {
		if l.Kind != "service" {
			continue
		}
		s, err := o.services.get(ctx, tx, tenant, l.ID)
		if err != nil {
			return err
		}
		if channel := channelOf[e.Kind]; s.Channel != channel && s.Channel != ChannelBlended {
			return fail.Invalid(l.Field, map[string]string{ChannelChat: "must be a service for chats", ChannelVoice: "must be a service for calls",
				ChannelEmail: "must be a service for e-mail"}[channel])
		}
	}
	return nil
}

// numberFree refuses a number that another entry has at the same place.
func (o *Org) numberFree(ctx context.Context, tx *db.Tx, e *Entry) error {
	n, err := tx.NewSelect().Table("entries").Where("key = ? AND id <> ? AND archived_at = 0", e.Key, e.ID).Count(ctx)
	if err == nil && n > 0 {
		err = fail.Invalid("number", "another entry has this number")
	}
	return err
}

// guardTenant: the settings can't forbid what a service still allows, and links
// for passwords go out by a mailbox.
func (o *Org) guardTenant(ctx context.Context, tx *db.Tx, tenant string, old, t *Tenant) error {
	if old == nil || t == nil {
		return nil
	}
	if id := t.Settings.SignIn.ResetMailboxID; id != "" && id != old.Settings.SignIn.ResetMailboxID {
		if e, err := o.entries.get(ctx, tx, tenant, id); err != nil {
			return err
		} else if e.Kind != EntryMailbox {
			return fail.Invalid("signIn.resetMailboxId", "must be a mailbox")
		}
	}
	if t.Settings.FileMaxBytes == old.Settings.FileMaxBytes && slices.Equal(t.Settings.FileTypes, old.Settings.FileTypes) {
		return nil
	}
	services, err := o.services.all(ctx, tx, tenant)
	if err != nil {
		return err
	}
	for _, s := range services {
		if s.Chat.FileMaxBytes > t.Settings.FileMaxBytes || s.takesMail() && s.Email.FileMaxBytes > t.Settings.FileMaxBytes {
			return fail.Invalid("fileMaxBytes", fmt.Sprintf("the service “%s” allows more", s.Name))
		}
		if i := t.Settings.firstNotAllowed(s.Chat.FileTypes); i >= 0 {
			return fail.Invalid("fileTypes", fmt.Sprintf("the service “%s” allows %s", s.Name, s.Chat.FileTypes[i]))
		}
	}
	return nil
}
