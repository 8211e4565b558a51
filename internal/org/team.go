package org

import (
	"fmt"
	"slices"
)

// The states a rule can lead to.
const (
	StateReady    = "ready"
	StateNotReady = "not_ready"
)

// StateRule says in which state an agent is after something.
type StateRule struct {
	State    string `json:"state" enum:"ready,not_ready"`
	ReasonID string `json:"reasonId" doc:"With not_ready; empty: the system reason that fits"`
}

// StateRules are the automatic changes of state of a team's agents.
type StateRules struct {
	AfterSignIn   StateRule `json:"afterSignIn"`
	AfterContact  StateRule `json:"afterContact"`
	AfterWrapup   StateRule `json:"afterWrapup"`
	AfterReject   StateRule `json:"afterReject"`
	AfterNoAnswer StateRule `json:"afterNoAnswer"`
}

// Wrapup is the time for the paperwork of a contact.
type Wrapup struct {
	Enabled bool `json:"enabled"`
	Seconds int  `json:"seconds" minimum:"0" maximum:"7200" doc:"0: until the agent ends it"`
}

// HelpLink is one line of the team's help window.
type HelpLink struct {
	Title Text   `json:"title"`
	URL   string `json:"url"`
}

// Team is a group of agents with common rules, led by supervisors.
type Team struct {
	Base
	Name               string         `json:"name"`
	ParentID           string         `json:"parentId"`
	SupervisorIDs      []string       `json:"supervisorIds"`
	ServiceIDs         []string       `json:"serviceIds"`
	ServiceLevels      map[string]int `json:"serviceLevels" doc:"Skill level members get for a service of the team, by service; 50 when not named"`
	Rules              StateRules     `json:"rules"`
	Wrapup             Wrapup         `json:"wrapup"`
	RampUpSeconds      *int           `json:"rampUpSeconds,omitempty" minimum:"0" maximum:"600" doc:"After Ready nothing is offered for so long; left out: the tenant's"`
	BreakBudgetMinutes int            `json:"breakBudgetMinutes" minimum:"0" maximum:"1440"`
	StartPage          string         `json:"startPage"`
	HelpLinks          []HelpLink     `json:"helpLinks"`
	HomeFigures        []string       `json:"homeFigures"`
	Sounds             Sounds         `json:"sounds"`
	RecordCalls        bool           `json:"recordCalls"`
	RecordScreens      bool           `json:"recordScreens"`
	Capacity           *Capacity      `json:"capacity,omitempty"`
}

// Sounds says which events make a sound at the team's desks.
type Sounds struct {
	Offer   bool `json:"offer"`
	Message bool `json:"message"`
	Email   bool `json:"email"`
}

// DefaultServiceLevel is the skill level a team's members have for its services.
const DefaultServiceLevel = 50

func newTeam() *Team {
	return &Team{
		Rules: StateRules{
			AfterSignIn:   StateRule{State: StateNotReady},
			AfterContact:  StateRule{State: StateReady},
			AfterWrapup:   StateRule{State: StateReady},
			AfterReject:   StateRule{State: StateNotReady},
			AfterNoAnswer: StateRule{State: StateNotReady},
		},
		Wrapup:             Wrapup{Enabled: true, Seconds: 60},
		BreakBudgetMinutes: 60,
		Sounds:             Sounds{Offer: true, Message: true, Email: true},
	}
}

func (t *Team) label() string { return t.Name }

func (t *Team) columns() []column { return []column{{"parent_id", t.ParentID}} }

func (t *Team) links() []Link {
	out := slices.Concat(links("parentId", "team", t.ParentID), links("supervisorIds", "user", t.SupervisorIDs...),
		links("serviceIds", "service", t.ServiceIDs...))
	t.eachRule(func(field string, r *StateRule) {
		out = append(out, links("rules."+field+".reasonId", "reason", r.ReasonID)...)
	})
	return out
}

func (t *Team) eachRule(f func(field string, r *StateRule)) {
	f("afterSignIn", &t.Rules.AfterSignIn)
	f("afterContact", &t.Rules.AfterContact)
	f("afterWrapup", &t.Rules.AfterWrapup)
	f("afterReject", &t.Rules.AfterReject)
	f("afterNoAnswer", &t.Rules.AfterNoAnswer)
}

func (t *Team) check(c *check) {
	c.line("name", &t.Name, 1, 100)
	c.ids("supervisorIds", t.SupervisorIDs, 200)
	c.ids("serviceIds", t.ServiceIDs, 500)
	for _, id := range sortedKeys(t.ServiceLevels) {
		if !slices.Contains(t.ServiceIDs, id) {
			delete(t.ServiceLevels, id)
			continue
		}
		number(c, "serviceLevels."+id, t.ServiceLevels[id], 0, 100)
	}
	t.eachRule(func(field string, r *StateRule) {
		c.oneOf("rules."+field+".state", r.State, StateReady, StateNotReady)
		if r.State == StateReady {
			r.ReasonID = ""
		}
	})
	number(c, "wrapup.seconds", t.Wrapup.Seconds, 0, 7200)
	if t.RampUpSeconds != nil {
		number(c, "rampUpSeconds", *t.RampUpSeconds, 0, 600)
	}
	number(c, "breakBudgetMinutes", t.BreakBudgetMinutes, 0, 1440)
	c.link("startPage", &t.StartPage, false)
	c.atMost("helpLinks", len(t.HelpLinks), 50)
	for i := range t.HelpLinks {
		at := fmt.Sprintf("helpLinks[%d]", i)
		c.translated(at+".title", t.HelpLinks[i].Title, 200, true)
		c.link(at+".url", &t.HelpLinks[i].URL, true)
	}
	c.ids("homeFigures", t.HomeFigures, 30)
	t.Capacity.check(c, "capacity")
}

// LevelFor is the skill level members get for a service of the team; 0 when the
// team does not serve it.
func (t *Team) LevelFor(serviceID string) int {
	if !slices.Contains(t.ServiceIDs, serviceID) {
		return 0
	}
	if l, ok := t.ServiceLevels[serviceID]; ok {
		return l
	}
	return DefaultServiceLevel
}
