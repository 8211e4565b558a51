package floor

import (
	"context"
	"fmt"
	"maps"

	"parley/internal/floor/core"
	"parley/internal/org"
)

// OrgSettings are the settings as organisation keeps them.
type OrgSettings struct{ Org *org.Org }

// Tenants lists all tenants.
func (s OrgSettings) Tenants(ctx context.Context) ([]string, error) { return s.Org.ActiveTenants(ctx) }

// FloorConfig is the tenant's routing configuration.
func (s OrgSettings) FloorConfig(ctx context.Context, tenant string) (core.Config, error) {
	r, err := s.Org.Routing(ctx, tenant)
	if err != nil {
		return core.Config{}, err
	}
	cfg := core.Config{GraceMs: r.GraceMs, ReofferMs: r.ReofferMs, AloneMs: r.AloneMs, RampUpMs: r.RampUpMs,
		Capacity: capacityOf(r.Capacity)}
	for _, x := range r.Reasons {
		cfg.Reasons = append(cfg.Reasons, core.Reason{ID: x.ID, LimitMs: x.BackMs})
	}
	for _, t := range r.Teams {
		cfg.Teams = append(cfg.Teams, core.Team{ID: t.ID, Rules: rulesOf(t.Rules), Wrapup: t.Wrapup, WrapupMs: t.WrapupMs,
			RampUpMs: t.RampUpMs, Capacity: ownCapacity(t.Capacity, r.Capacity)})
	}
	for _, sv := range r.Services {
		cfg.Services = append(cfg.Services, serviceOf(sv))
	}
	return cfg, nil
}

// AgentInput fills what the floor has to know of one agent.
func (s OrgSettings) AgentInput(ctx context.Context, tenant, user string, in *core.Input) error {
	a, err := s.Org.AgentRouting(ctx, tenant, user)
	if err != nil {
		return fmt.Errorf("settings of agent %s: %w", user, err)
	}
	in.Team, in.Rank, in.Skills = a.TeamID, a.Rank, skillsOf(a.Skills)
	if a.Capacity != nil {
		if in.Capacity, err = s.agentCapacity(ctx, tenant, a); err != nil {
			return err
		}
	}
	in.Kinds = []string{core.Invite} // internal calls and invitations reach everybody (decision 5)
	for _, k := range a.Kinds {
		in.Kinds = append(in.Kinds, workKind(k))
	}
	return nil
}

func serviceOf(s org.RoutingService) core.Service {
	choices := map[string]string{org.ChoiceLevelIdle: core.ChooseLevel, org.ChoiceOccupancy: core.ChooseOccupancy, org.ChoiceRank: core.ChooseRank}
	out := core.Service{ID: s.ID, Skills: skillsOf(s.Skills), Teams: s.TeamIDs, Choice: choices[s.Choice], Priority: s.Priority,
		OfferMs: s.OfferMs, QueueLimit: s.QueueSize, MaxWaitMs: s.MaxWaitMs, NoAgents: s.NoAgents, Pull: s.Pull}
	for _, st := range s.Steps {
		step := core.Step{AfterMs: int64(st.AfterSeconds) * 1000, AddServices: st.AddServiceIDs, AddSkills: skillsOf(st.AddSkills),
			AddTeams: st.WidenTeamIDs, RaisePriority: st.AddPriority}
		if st.LowerLevelTo != nil {
			step.LowerLevelTo = max(*st.LowerLevelTo, 1)
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

func rulesOf(r org.StateRules) core.Rules {
	rule := func(x org.StateRule) core.Rule { return core.Rule{State: x.State, Reason: x.ReasonID} }
	return core.Rules{AfterSignIn: rule(r.AfterSignIn), AfterContact: rule(r.AfterContact), AfterWrapup: rule(r.AfterWrapup),
		AfterReject: rule(r.AfterReject), AfterNoAnswer: rule(r.AfterNoAnswer)}
}

func skillsOf(list []org.SkillLevel) []core.Skill {
	var out []core.Skill
	for _, s := range list {
		out = append(out, core.Skill{ID: s.SkillID, Level: s.Level})
	}
	return out
}

func workKind(k string) string {
	if k == org.WorkCall {
		return core.Voice
	}
	return k
}

// agentCapacity is an agent's own over the team's over the tenant's.
func (s OrgSettings) agentCapacity(ctx context.Context, tenant string, a org.AgentRouting) ([]core.KindCapacity, error) {
	r, err := s.Org.Routing(ctx, tenant)
	if err != nil {
		return nil, err
	}
	below := r.Capacity
	for _, t := range r.Teams {
		if t.ID == a.TeamID && t.Capacity != nil {
			below = over(*t.Capacity, below)
		}
	}
	return ownCapacity(a.Capacity, below), nil
}

// ownCapacity is what is set somewhere, completed by what holds below it; nil
// when nothing is set.
func ownCapacity(own *org.Capacity, below org.Capacity) []core.KindCapacity {
	if own == nil {
		return nil
	}
	return capacityOf(over(*own, below))
}

func over(own, below org.Capacity) org.Capacity {
	out := org.Capacity{Shares: map[string]org.Share{}, OnTopOf: map[string][]string{}, Precedence: below.Precedence}
	for _, layer := range []org.Capacity{below, own} {
		maps.Copy(out.Shares, layer.Shares)
		maps.Copy(out.OnTopOf, layer.OnTopOf)
	}
	if len(own.Precedence) > 0 {
		out.Precedence = own.Precedence
	}
	return out
}

// capacityOf keeps the order of kinds fixed, since configurations are compared.
func capacityOf(c org.Capacity) []core.KindCapacity {
	rank := map[string]int{}
	for i, k := range c.Precedence {
		rank[k] = len(c.Precedence) - i
	}
	var out []core.KindCapacity
	for _, k := range org.WorkKinds {
		share, set := c.Shares[k]
		if !set {
			continue
		}
		kc := core.KindCapacity{Kind: workKind(k), Share: share.Takes, Need: share.Needs, Precedence: rank[k]}
		for _, other := range c.OnTopOf[k] {
			kc.Over = append(kc.Over, workKind(other))
		}
		out = append(out, kc)
	}
	return out
}
