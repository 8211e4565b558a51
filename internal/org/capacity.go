package org

import "slices"

// The kinds of work that take a share of an agent.
const (
	WorkCall    = "call"
	WorkChat    = "chat"
	WorkEmail   = "email"
	WorkPreview = "preview"
)

// WorkKinds are all kinds of work, in the order of their precedence by default.
var WorkKinds = []string{WorkCall, WorkPreview, WorkChat, WorkEmail}

// Share is how much of an agent one contact takes and how much must be free
// for it to be offered, in percent.
type Share struct {
	Takes int `json:"takes" minimum:"0" maximum:"100"`
	Needs int `json:"needs" minimum:"0" maximum:"100"`
}

// Capacity says how many contacts of which kinds an agent can have. It is set
// for the tenant, and over it for a team, and over that for an agent; what is
// left out comes from below.
type Capacity struct {
	Shares     map[string]Share    `json:"shares,omitempty" doc:"By kind of work: call, chat, email, preview"`
	OnTopOf    map[string][]string `json:"onTopOf,omitempty" doc:"A kind that may be offered whatever the load made by these other kinds"`
	Precedence []string            `json:"precedence,omitempty" doc:"Kinds in the order in which they are offered first"`
}

// DefaultCapacity is what holds as long as nothing is set.
func DefaultCapacity() Capacity {
	return Capacity{
		Shares: map[string]Share{
			WorkCall:    {Takes: 100, Needs: 50},
			WorkChat:    {Takes: 25, Needs: 25},
			WorkEmail:   {Takes: 25, Needs: 100},
			WorkPreview: {Takes: 100, Needs: 50},
		},
		Precedence: slices.Clone(WorkKinds),
	}
}

// over lays what is set here over what is set below.
func (c *Capacity) over(below Capacity) Capacity {
	out := Capacity{Shares: map[string]Share{}, OnTopOf: map[string][]string{}, Precedence: below.Precedence}
	for _, layer := range []*Capacity{&below, c} {
		if layer == nil {
			continue
		}
		for k, s := range layer.Shares {
			out.Shares[k] = s
		}
		for k, s := range layer.OnTopOf {
			out.OnTopOf[k] = s
		}
		if len(layer.Precedence) > 0 {
			out.Precedence = layer.Precedence
		}
	}
	return out
}

func (c *Capacity) check(ck *check, field string) {
	if c == nil {
		return
	}
	for _, kind := range sortedKeys(c.Shares) {
		ck.oneOf(field+".shares", kind, WorkKinds...)
		s := c.Shares[kind]
		number(ck, field+".shares."+kind+".takes", s.Takes, 0, 100)
		number(ck, field+".shares."+kind+".needs", s.Needs, 0, 100)
	}
	for _, kind := range sortedKeys(c.OnTopOf) {
		ck.oneOf(field+".onTopOf", kind, WorkKinds...)
		for _, other := range c.OnTopOf[kind] {
			ck.oneOf(field+".onTopOf."+kind, other, WorkKinds...)
		}
	}
	if len(c.Precedence) > 0 {
		sorted := slices.Sorted(slices.Values(c.Precedence))
		if !slices.Equal(sorted, slices.Sorted(slices.Values(WorkKinds))) {
			ck.bad(field+".precedence", "must name each kind of work once: call, preview, chat, email")
		}
	}
}
