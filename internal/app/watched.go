package app

import (
	"context"
	"slices"

	"parley/internal/desk"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/stats"
	"parley/internal/web"
)

// Who and what a supervisor's tables show: always of the teams that watching.teams names.

func (d watching) Names(ctx context.Context, who web.Identity, into *desk.ScopeList) error {
	teams, err := d.teams(ctx, who)
	if err != nil {
		return err
	}
	services, err := d.services(ctx, who, teams)
	if err != nil {
		return err
	}
	reasons, err := d.org.Reasons(ctx, who.TenantID)
	if err != nil {
		return err
	}
	people, err := d.people(ctx, who.TenantID, teams)
	if err != nil {
		return err
	}
	skills, err := d.skills(ctx, who.TenantID, people, services)
	if err != nil {
		return err
	}
	b := &into.Body
	b.Services, b.Teams, b.Agents, b.Reasons, b.Skills = []desk.ServiceName{}, []desk.TeamName{}, []desk.Named{}, []desk.Named{}, []desk.Named{}
	for _, s := range services {
		b.Services = append(b.Services, desk.ServiceName{Named: desk.Named{ID: s.ID, Name: s.Name}, SLPercent: s.SLPercent, SLSeconds: s.SLSeconds})
	}
	for _, t := range teams {
		b.Teams = append(b.Teams, desk.TeamName{Named: desk.Named{ID: t.ID, Name: t.Name}, ParentID: t.ParentID})
	}
	for _, u := range people {
		b.Agents = append(b.Agents, desk.Named{ID: u.ID, Name: u.Name()})
	}
	for _, r := range reasons {
		b.Reasons = append(b.Reasons, desk.Named{ID: r.ID, Name: r.Name.In(who.Locale)})
	}
	for _, one := range skills {
		s, err := d.org.Skill(ctx, who.TenantID, one.ID)
		if err != nil {
			return err
		}
		b.Skills = append(b.Skills, desk.Named{ID: s.ID, Name: s.Name})
	}
	return nil
}

func (d watching) Members(ctx context.Context, who web.Identity) ([]stats.Member, error) {
	teams, err := d.teams(ctx, who)
	if err != nil {
		return nil, err
	}
	people, err := d.people(ctx, who.TenantID, teams)
	if err != nil {
		return nil, err
	}
	out := make([]stats.Member, 0, len(people))
	for _, u := range people {
		if !u.Archived {
			out = append(out, stats.Member{UserID: u.ID, TeamID: u.TeamID})
		}
	}
	return out, nil
}

func (d watching) Skills(ctx context.Context, who web.Identity) ([]stats.Skill, error) {
	teams, err := d.teams(ctx, who)
	if err != nil {
		return nil, err
	}
	services, err := d.services(ctx, who, teams)
	if err != nil {
		return nil, err
	}
	people, err := d.people(ctx, who.TenantID, teams)
	if err != nil {
		return nil, err
	}
	return d.skills(ctx, who.TenantID, people, services)
}

// People are those whose activity somebody may read: who leads teams or watches them live, the same people as there; who
// only reads (a report viewer, a program) everybody, as in the records of contacts; who looks after users everybody too.
func (d watching) People(ctx context.Context, who web.Identity) ([]interaction.Person, error) {
	teams, err := d.org.Teams(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, t := range teams {
		names[t.ID] = t.Name
	}
	people, err := d.org.Users(ctx, who.TenantID)
	if (len(who.SupervisedTeamIDs) > 0 || who.Can(org.SuperviseLive)) && !who.Can(org.SystemUsers) {
		if teams, err = d.teams(ctx, who); err == nil {
			people, err = d.people(ctx, who.TenantID, teams)
		}
	}
	out := make([]interaction.Person, len(people))
	for i, u := range people {
		out[i] = interaction.Person{ID: u.ID, Name: u.Name(), TeamID: u.TeamID, TeamName: names[u.TeamID]}
	}
	return out, err
}

func (d watching) ReasonName(ctx context.Context, who web.Identity, id string) string {
	r, err := d.org.Reason(ctx, who.TenantID, id)
	if err != nil {
		return ""
	}
	return r.Name.In(who.Locale)
}

// people are those of the teams.
func (d watching) people(ctx context.Context, tenant string, teams []*org.Team) ([]*org.User, error) {
	users, err := d.org.Users(ctx, tenant)
	if err != nil {
		return nil, err
	}
	of := map[string]bool{}
	for _, t := range teams {
		of[t.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(users), func(u *org.User) bool { return !of[u.TeamID] }), nil
}

// skills are those that one of the people masters or one of the services asks for, by name.
func (d watching) skills(ctx context.Context, tenant string, people []*org.User, services []*org.Service) ([]stats.Skill, error) {
	all, err := d.org.Skills(ctx, tenant)
	if err != nil {
		return nil, err
	}
	agents, asking := map[string]map[string]bool{}, map[string]map[string]bool{}
	note := func(m map[string]map[string]bool, skill, id string) {
		if m[skill] == nil {
			m[skill] = map[string]bool{}
		}
		m[skill][id] = true
	}
	for _, u := range people {
		levels, err := d.org.Levels(ctx, tenant, u)
		if err != nil {
			return nil, err
		}
		for skill, level := range levels {
			if level > 0 {
				note(agents, skill, u.ID)
			}
		}
	}
	for _, s := range services {
		note(asking, s.SkillID, s.ID)
		for _, r := range s.RequiredSkills {
			note(asking, r.SkillID, s.ID)
		}
	}
	var out []stats.Skill
	for _, s := range all {
		if len(agents[s.ID])+len(asking[s.ID]) > 0 {
			out = append(out, stats.Skill{ID: s.ID, Services: asking[s.ID], Agents: agents[s.ID]})
		}
	}
	return out, nil
}
