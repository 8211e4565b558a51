package core

// routes are the ways to meet what the item asks for after the first steps of its series.
func (c *Core) routes(it *item, stage int) []route {
	svc := it.svc
	base := route{teams: svc.Teams, skills: joined(svc.Skills, it.Skills)}
	routes := []route{base}
	for _, step := range it.steps()[:stage] {
		if step.AnyTeam {
			routes[0].teams = nil
		}
		if len(routes[0].teams) > 0 && len(step.AddTeams) > 0 {
			routes[0].teams = append(routes[0].teams[:len(routes[0].teams):len(routes[0].teams)], step.AddTeams...)
		}
		if len(step.AddSkills) > 0 {
			routes = append(routes, route{skills: joined(step.AddSkills, nil)})
		}
		for _, id := range step.AddServices {
			if other := c.services[id]; other != nil {
				routes = append(routes, route{teams: other.Teams, skills: joined(other.Skills, it.Skills)})
			}
		}
		for i := range routes {
			lower(routes[i].skills, step)
		}
	}
	return routes
}

func lower(skills []Skill, step Step) {
	for i := range skills {
		s := &skills[i]
		if step.LowerLevel > 0 {
			s.Level -= min(step.LowerLevel, maxLevel)
		}
		if step.LowerLevelTo > 0 {
			s.Level = min(s.Level, step.LowerLevelTo)
		}
		s.Level = max(s.Level, 1)
	}
}

const maxLevel = 100

// joined is a copy of both lists with levels within 1–100; of a skill named twice the higher level counts.
func joined(a, b []Skill) []Skill {
	out := make([]Skill, 0, len(a)+len(b))
	for _, list := range [][]Skill{a, b} {
	next:
		for _, s := range list {
			s.Level = clamp(s.Level, 1, maxLevel)
			for i := range out {
				if out[i].ID == s.ID {
					out[i].Level = max(out[i].Level, s.Level)
					continue next
				}
			}
			out = append(out, s)
		}
	}
	return out
}
