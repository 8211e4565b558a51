package org

import "slices"

// Role is a set of privileges.
type Role struct {
	Base
	Name       string   `json:"name"`
	Builtin    string   `json:"builtin" readOnly:"true" doc:"Key of a ready-made role, empty for one's own. Ready-made roles can be copied, not changed"`
	Privileges []string `json:"privileges"`
}

func (r *Role) label() string     { return r.Name }
func (r *Role) columns() []column { return []column{{"builtin", r.Builtin}} }

func (r *Role) check(c *check) {
	c.line("name", &r.Name, 1, 100)
	if b, ok := builtin(r.Builtin); ok {
		r.Privileges = slices.Clone(b.privileges)
	}
	all := Privileges()
	for _, p := range r.Privileges {
		if !slices.Contains(all, p) {
			c.bad("privileges", "there is no privilege %q", p)
		}
	}
	slices.SortFunc(r.Privileges, func(a, b string) int { return slices.Index(all, a) - slices.Index(all, b) })
	r.Privileges = slices.Compact(r.Privileges)
}

// allows is what the role allows now: of a ready-made role what this version of
// Parley says.
func (r *Role) allows() []string {
	if b, ok := builtin(r.Builtin); ok {
		return b.privileges
	}
	return r.Privileges
}
