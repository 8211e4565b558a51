package org

import "fmt"

// The kinds of skills. A service's own skill is made, renamed and archived with it.
const (
	SkillService  = "service"
	SkillLanguage = "language"
	SkillProduct  = "product"
	SkillOther    = "other"
)

// Skill is something an agent can be good at.
type Skill struct {
	Base
	Name      string `json:"name"`
	Kind      string `json:"kind" enum:"service,language,product,other"`
	ServiceID string `json:"serviceId" readOnly:"true" doc:"The service this skill was made for"`
}

func (s *Skill) label() string     { return s.Name }
func (s *Skill) columns() []column { return []column{{"kind", s.Kind}, {"service_id", s.ServiceID}} }

func (s *Skill) check(c *check) {
	c.line("name", &s.Name, 1, 100)
	if s.Kind == "" {
		s.Kind = SkillOther
	}
	c.oneOf("kind", s.Kind, SkillService, SkillLanguage, SkillProduct, SkillOther)
	if (s.Kind == SkillService) != (s.ServiceID != "") {
		c.bad("kind", "skills of kind service are made with their service only")
	}
}

// SkillLevel is how well an agent masters a skill, or how well one must:
// 0 (not qualified) to 100.
type SkillLevel struct {
	SkillID string `json:"skillId"`
	Level   int    `json:"level" minimum:"0" maximum:"100"`
}

func checkSkills(c *check, field string, list []SkillLevel) {
	c.atMost(field, len(list), 200)
	seen := map[string]bool{}
	for i, s := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		if s.SkillID == "" || seen[s.SkillID] {
			c.bad(at+".skillId", "is empty or stands there twice")
		}
		seen[s.SkillID] = true
		number(c, at+".level", s.Level, 0, 100)
	}
}

func skillLinks(field string, list []SkillLevel) []Link {
	out := make([]Link, len(list))
	for i, s := range list {
		out[i] = Link{Field: fmt.Sprintf("%s[%d].skillId", field, i), Kind: "skill", ID: s.SkillID}
	}
	return out
}
