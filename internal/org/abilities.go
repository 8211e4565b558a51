package org

import (
	"context"
	"slices"
)

// The abilities of a thing: what the asking user may do to it.
const (
	AbilityEdit     = "edit"
	AbilityDelete   = "delete"
	AbilityPassword = "password"
)

// abilities works out what the one at work may do to a thing.
func (b *book[T, P]) abilities(ctx context.Context, p P) []string {
	if p.base().Archived {
		return []string{}
	}
	if b.may != nil {
		return b.may(ctx, p)
	}
	if authorityOf(ctx).canAny(b.edit) {
		return []string{AbilityEdit, AbilityDelete}
	}
	return []string{}
}

func (o *Org) userAbilities(ctx context.Context, u *User) []string {
	who := authorityOf(ctx)
	if !who.can(SystemUsers) && !(who.can(SuperviseOwnTeams) && who.leads(u.TeamID)) {
		return []string{}
	}
	allowed, err := o.Privileges(ctx, who.TenantID, u)
	if err != nil || slices.ContainsFunc(sortedKeys(allowed), func(p string) bool { return !who.grants(p) }) {
		return []string{}
	}
	out := []string{AbilityEdit, AbilityPassword}
	if u.ID != who.UserID {
		out = append(out, AbilityDelete)
	}
	return out
}

func (o *Org) roleAbilities(ctx context.Context, r *Role) []string {
	if r.Builtin != "" || !authorityOf(ctx).can(SystemUsers) {
		return []string{}
	}
	return []string{AbilityEdit, AbilityDelete}
}

func (o *Org) skillAbilities(ctx context.Context, s *Skill) []string {
	if s.Kind == SkillService || !authorityOf(ctx).canAny(o.skills.edit) {
		return []string{}
	}
	return []string{AbilityEdit, AbilityDelete}
}

func (o *Org) reasonAbilities(ctx context.Context, r *Reason) []string {
	switch {
	case !authorityOf(ctx).canAny(o.reasons.edit):
		return []string{}
	case r.System != "":
		return []string{AbilityEdit}
	}
	return []string{AbilityEdit, AbilityDelete}
}
