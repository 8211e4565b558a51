package org

import (
	"context"
	"slices"

	"parley/internal/fail"
	"parley/internal/web"
)

type systemKey struct{}

// System marks what Parley does by itself: seeding, demo data, jobs. No
// privileges are asked for then.
func System(ctx context.Context) context.Context { return context.WithValue(ctx, systemKey{}, true) }

// authority is who is at work and what that one may do.
type authority struct {
	web.Identity
	system bool
}

func authorityOf(ctx context.Context) authority {
	system, _ := ctx.Value(systemKey{}).(bool)
	return authority{web.Who(ctx), system}
}

func (a authority) can(privilege string) bool { return a.system || a.Identity.Can(privilege) }

func (a authority) canAny(privileges []string) bool {
	return a.system || slices.ContainsFunc(privileges, a.Identity.Can)
}

// leads tells whether the team is among those the one at work supervises.
func (a authority) leads(teamID string) bool {
	return teamID != "" && slices.Contains(a.SupervisedTeamIDs, teamID)
}

// mustAny refuses who has none of the privileges.
func mustAny(ctx context.Context, privileges []string) error {
	if !authorityOf(ctx).canAny(privileges) {
		return fail.Forbidden()
	}
	return nil
}

// grants tells whether the one at work may hand out a privilege: security
// privileges only by who has them; a supervisor who is no administrator only
// those of one's own.
func (a authority) grants(privilege string) bool {
	if a.system || a.Identity.Can(privilege) {
		return true
	}
	return a.can(SystemUsers) && !isSecurity(privilege)
}

func isSecurity(privilege string) bool {
	return slices.Contains([]string{SecurityAudit, SecurityKeys, SecurityTenants}, privilege)
}
