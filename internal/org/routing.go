package org

import (
	"context"
	"slices"
	"strings"
)

// Routing is all that the floor has to know of a tenant's settings.
type Routing struct {
	GraceMs   int64
	ReofferMs int64
	AloneMs   int64
	RampUpMs  int64
	Capacity  Capacity // the tenant's, whole
	Reasons   []RoutingReason
	Teams     []RoutingTeam
	Services  []RoutingService
}

// RoutingReason is a reason of Not ready.
type RoutingReason struct {
	ID     string
	BackMs int64 // Ready by itself after this; 0: never
}

// RoutingTeam is a team's rules. Reasons left empty are already the system's.
type RoutingTeam struct {
	ID       string
	Rules    StateRules
	Wrapup   bool
	WrapupMs int64 // 0: no limit
	RampUpMs *int64
	Capacity *Capacity
}

// RoutingService is how a service's contacts find their agent.
type RoutingService struct {
	ID          string
	Skills      []SkillLevel // the first is the service's own
	TeamIDs     []string     // who serves it
	Steps       []RouteStep
	Choice      string
	Priority    int
	OfferMs     int64
	QueueSize   int   // 0: no limit
	MaxWaitMs   int64 // 0: no limit
	NoAgents    bool  // closes when nobody is signed in
	LastAgentMs int64
	Pull        bool // nobody is offered its contacts: agents take them by hand
}

// AgentRouting is what the floor has to know of one agent.
type AgentRouting struct {
	UserID   string
	TeamID   string
	Skills   []SkillLevel // by id; the team's services included
	Capacity *Capacity    // the agent's own
	Kinds    []string     // kinds of work the privileges allow; none: the agent may be offered nothing
	Rank     int          // for the choice by rank: 1 is first, 0 is last
	Locked   bool
}

// Routing gives the floor's view of a tenant.
func (o *Org) Routing(ctx context.Context, tenant string) (Routing, error) {
	settings, err := o.Settings(ctx, tenant)
	if err != nil {
		return Routing{}, err
	}
	teams, err := o.Teams(ctx, tenant)
	if err != nil {
		return Routing{}, err
	}
	services, err := o.Services(ctx, tenant)
	if err != nil {
		return Routing{}, err
	}
	reasons, err := o.Reasons(ctx, tenant)
	if err != nil {
		return Routing{}, err
	}
	r := Routing{
		GraceMs:   int64(settings.GraceSeconds) * 1000,
		ReofferMs: int64(settings.ReofferSeconds) * 1000,
		AloneMs:   int64(settings.AloneSeconds) * 1000,
		RampUpMs:  int64(settings.RampUpSeconds) * 1000,
		Capacity:  settings.Capacity.over(DefaultCapacity()),
	}
	for _, x := range reasons {
		r.Reasons = append(r.Reasons, RoutingReason{ID: x.ID, BackMs: int64(x.BackMinutes) * 60_000})
	}
	for _, t := range teams {
		r.Teams = append(r.Teams, routingTeam(t))
	}
	for _, s := range services {
		r.Services = append(r.Services, routingService(s, teams))
	}
	return r, nil
}

// systemReasonAfter is the reason a rule means when it names none.
var systemReasonAfter = map[string]string{"afterSignIn": ReasonSignIn, "afterReject": ReasonRejected, "afterNoAnswer": ReasonNoAnswer}

func routingTeam(t *Team) RoutingTeam {
	own := *t
	own.eachRule(func(field string, rule *StateRule) {
		if rule.State == StateNotReady && rule.ReasonID == "" {
			rule.ReasonID = systemReasonAfter[field]
		}
	})
	out := RoutingTeam{ID: t.ID, Rules: own.Rules, Wrapup: t.Wrapup.Enabled, WrapupMs: int64(t.Wrapup.Seconds) * 1000, Capacity: t.Capacity}
	if t.RampUpSeconds != nil {
		ms := int64(*t.RampUpSeconds) * 1000
		out.RampUpMs = &ms
	}
	return out
}

func routingService(s *Service, teams []*Team) RoutingService {
	out := RoutingService{
		ID: s.ID, Skills: append([]SkillLevel{{SkillID: s.SkillID, Level: 1}}, s.RequiredSkills...),
		Steps: s.Steps, Choice: s.Choice, Priority: s.Priority, OfferMs: int64(s.OfferSeconds) * 1000,
		QueueSize: s.QueueLimit.Size, MaxWaitMs: int64(s.QueueLimit.Seconds) * 1000,
		NoAgents: s.NoAgentsExit == NoAgentsClose, LastAgentMs: int64(s.LastAgentSeconds) * 1000,
	}
	if s.Channel == ChannelEmail { // a mail can wait, and nobody may send it away
		out.Pull, out.QueueSize, out.MaxWaitMs, out.NoAgents = !s.Email.Push, 0, 0, false
	}
	for _, t := range teams {
		if slices.Contains(t.ServiceIDs, s.ID) {
			out.TeamIDs = append(out.TeamIDs, t.ID)
		}
	}
	return out
}

// workPrivileges say who may be offered which kind of work.
var workPrivileges = map[string]string{WorkCall: HandleVoice, WorkChat: HandleChat, WorkEmail: HandleEmail, WorkPreview: HandleExternalCalls}

// AgentRouting gives the floor's view of one agent.
func (o *Org) AgentRouting(ctx context.Context, tenant, userID string) (AgentRouting, error) {
	u, err := o.User(ctx, tenant, userID)
	if err != nil {
		return AgentRouting{}, err
	}
	allowed, err := o.Privileges(ctx, tenant, u)
	if err != nil {
		return AgentRouting{}, err
	}
	a := AgentRouting{UserID: u.ID, TeamID: u.TeamID, Capacity: u.Capacity, Rank: u.Rank, Locked: u.Locked || u.Archived}
	for _, kind := range WorkKinds {
		if allowed[workPrivileges[kind]] {
			a.Kinds = append(a.Kinds, kind)
		}
	}
	levels, err := o.Levels(ctx, tenant, u)
	if err != nil {
		return AgentRouting{}, err
	}
	for id, level := range levels {
		if level > 0 {
			a.Skills = append(a.Skills, SkillLevel{SkillID: id, Level: level})
		}
	}
	slices.SortFunc(a.Skills, func(x, y SkillLevel) int { return strings.Compare(x.SkillID, y.SkillID) })
	return a, nil
}

// Levels gives what somebody masters, by skill, the team's services included; 0: not qualified.
func (o *Org) Levels(ctx context.Context, tenant string, u *User) (map[string]int, error) {
	levels := map[string]int{}
	if u.TeamID != "" {
		if err := o.teamLevels(ctx, tenant, u.TeamID, levels); err != nil {
			return nil, err
		}
	}
	for _, s := range u.Skills { // what is set for the agent wins over the team's
		levels[s.SkillID] = s.Level
	}
	return levels, nil
}

func (o *Org) teamLevels(ctx context.Context, tenant, teamID string, levels map[string]int) error {
	t, err := o.Team(ctx, tenant, teamID)
	if err != nil {
		return err
	}
	for _, id := range t.ServiceIDs {
		s, err := o.Service(ctx, tenant, id)
		if err != nil {
			return err
		}
		levels[s.SkillID] = t.LevelFor(id)
	}
	return nil
}
