package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"parley/internal/desk"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/stats"
	"parley/internal/web"
)

// directory answers for each room what that room asks of the organisation. Every answer comes from org's memory.
type directory struct{ org *org.Org }

// For the desk and the live figures.

type watching struct{ directory }

func (d watching) Midnight(ctx context.Context, tenant string, at int64) (from, next int64, err error) {
	s, err := d.org.Settings(ctx, tenant)
	if err != nil {
		return 0, 0, err
	}
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	y, m, day := time.UnixMilli(at).In(zone).Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone).UnixMilli(), time.Date(y, m, day+1, 0, 0, 0, 0, zone).UnixMilli(), nil
}

func (d watching) IsBreak(ctx context.Context, tenant, reasonID string) bool {
	r, err := d.org.Reason(ctx, tenant, reasonID)
	return err == nil && r.Break
}

// teams are those whose people a supervisor sees: the supervised ones, or all for who looks after the whole centre.
func (d watching) teams(ctx context.Context, who web.Identity) ([]*org.Team, error) {
	all, err := d.org.Teams(ctx, who.TenantID)
	if err != nil || who.Can(org.SystemUsers) {
		return all, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(t *org.Team) bool { return !slices.Contains(who.SupervisedTeamIDs, t.ID) }), nil
}

// everything tells which team serves which service.
func (d watching) everything(ctx context.Context, tenant string) (stats.Serves, error) {
	all, err := d.org.Teams(ctx, tenant)
	if err != nil {
		return nil, err
	}
	serves := map[string]bool{}
	for _, t := range all {
		for _, s := range t.ServiceIDs {
			serves[t.ID+"/"+s] = true
		}
	}
	return func(_, teamID, serviceID string) bool { return serves[teamID+"/"+serviceID] }, nil
}

// Now asks what access asks at every request, without a password's age, which only a request has to know.
func (d watching) Now(ctx context.Context, who web.Identity) (web.Identity, bool, error) {
	if who.UserID == "" {
		return who, true, nil // a program: its key says what it may
	}
	u, err := d.org.User(ctx, who.TenantID, who.UserID)
	if errors.Is(err, fail.NotFound("")) || err == nil && (u.Archived || u.Locked) {
		return who, false, nil
	}
	if err != nil {
		return who, false, err
	}
	who.TeamID = u.TeamID
	if who.Privileges, err = d.org.Privileges(ctx, who.TenantID, u); err != nil {
		return who, false, err
	}
	who.SupervisedTeamIDs, err = d.org.SupervisedTeams(ctx, who.TenantID, u.ID)
	return who, true, err
}

func (d watching) Visible(ctx context.Context, who web.Identity) (desk.Scope, error) {
	teams, err := d.teams(ctx, who)
	if err != nil {
		return desk.Scope{}, err
	}
	serves, err := d.everything(ctx, who.TenantID)
	if err != nil {
		return desk.Scope{}, err
	}
	scope := desk.Scope{ServiceIDs: []string{}, TeamIDs: []string{}, Parents: map[string]string{}, Serves: serves}
	services, err := d.services(ctx, who, teams)
	for _, s := range services {
		scope.ServiceIDs = append(scope.ServiceIDs, s.ID)
	}
	for _, t := range teams {
		scope.TeamIDs = append(scope.TeamIDs, t.ID)
		scope.Parents[t.ID] = t.ParentID
	}
	return scope, err
}

// services are those of the person's own team and of the visible teams.
func (d watching) services(ctx context.Context, who web.Identity, teams []*org.Team) ([]*org.Service, error) {
	all, err := d.org.Services(ctx, who.TenantID)
	if err != nil || who.Can(org.SystemUsers) {
		return all, err
	}
	if who.TeamID != "" {
		own, err := d.org.Team(ctx, who.TenantID, who.TeamID)
		if err != nil {
			return nil, err
		}
		teams = append(slices.Clone(teams), own)
	}
	return slices.DeleteFunc(slices.Clone(all), func(s *org.Service) bool {
		return !slices.ContainsFunc(teams, func(t *org.Team) bool { return slices.Contains(t.ServiceIDs, s.ID) })
	}), nil
}

func (d watching) HomeFacts(ctx context.Context, who web.Identity, into *desk.HomeBody) error {
	reasons, err := d.org.ReasonsFor(ctx, who.TenantID, who.TeamID)
	if err != nil {
		return err
	}
	for _, r := range reasons {
		if r.DailyMinutes > 0 {
			into.Reasons = append(into.Reasons, desk.ReasonTime{ReasonID: r.ID, Name: r.Name.In(who.Locale), BudgetMs: int64(r.DailyMinutes) * 60_000})
		}
	}
	if who.TeamID == "" {
		return nil
	}
	t, err := d.org.Team(ctx, who.TenantID, who.TeamID)
	if err != nil {
		return err
	}
	into.BreakBudgetMs, into.StartPage = int64(t.BreakBudgetMinutes)*60_000, t.StartPage
	if t.HomeFigures != nil {
		into.Figures = t.HomeFigures
	}
	return nil
}

func (d watching) TeamRules(ctx context.Context, who web.Identity, into *desk.TeamRulesBody) error {
	sounds := org.NewTeam("").Sounds
	into.HelpLinks = []desk.HelpLink{}
	if who.TeamID != "" {
		t, err := d.org.Team(ctx, who.TenantID, who.TeamID)
		if err != nil {
			return err
		}
		sounds = t.Sounds
		for _, link := range t.HelpLinks {
			into.HelpLinks = append(into.HelpLinks, desk.HelpLink{Title: link.Title.In(who.Locale), URL: link.URL})
		}
	}
	into.Sounds.Offer, into.Sounds.Message, into.Sounds.Email = sounds.Offer, sounds.Message, sounds.Email
	return nil
}
