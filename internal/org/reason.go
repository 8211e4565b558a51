package org

// The system reasons of Not ready: set by Parley itself, never chosen by hand.
// They are in every tenant under these words as their ids, since the floor
// names them so; their texts can be changed.
const (
	ReasonNoAnswer       = "no_answer"
	ReasonConnectionLost = "connection_lost"
	ReasonRejected       = "rejected"
	ReasonSignIn         = "sign_in"
	ReasonForced         = "forced" // by a supervisor
)

// SystemReasons are all of them.
var SystemReasons = []string{ReasonNoAnswer, ReasonConnectionLost, ReasonRejected, ReasonSignIn, ReasonForced}

// Reason says why an agent is not ready.
type Reason struct {
	Base
	Name         Text     `json:"name"`
	Icon         string   `json:"icon"`
	DailyMinutes int      `json:"dailyMinutes" minimum:"0" maximum:"1440" doc:"Time allowed a day; 0: not limited"`
	BackMinutes  int      `json:"backMinutes" minimum:"0" maximum:"1440" doc:"Ready again by itself after this; 0: by hand"`
	Break        bool     `json:"break" doc:"Counts against the team's break budget"`
	TeamIDs      []string `json:"teamIds" doc:"Empty: all teams"`
	System       string   `json:"system" readOnly:"true" doc:"no_answer, connection_lost, rejected, sign_in, forced, or empty"`
	Order        int      `json:"order"`
}

func (r *Reason) label() string { return r.Name.In("ru") }

func (r *Reason) columns() []column {
	return []column{{"system", r.System}, {"position", r.Order}}
}

func (r *Reason) searchable() []string { return []string{r.Name["ru"], r.Name["en"]} }
func (r *Reason) links() []Link        { return links("teamIds", "team", r.TeamIDs...) }

func (r *Reason) check(c *check) {
	c.translated("name", r.Name, 100, true)
	c.icon("icon", r.Icon)
	number(c, "dailyMinutes", r.DailyMinutes, 0, 1440)
	number(c, "backMinutes", r.BackMinutes, 0, 1440)
	c.ids("teamIds", r.TeamIDs, 500)
	number(c, "order", r.Order, 0, 10000)
}

// For tells whether agents of a team may choose the reason by hand.
func (r *Reason) For(teamID string) bool {
	if r.System != "" || r.Archived {
		return false
	}
	if len(r.TeamIDs) == 0 {
		return true
	}
	for _, id := range r.TeamIDs {
		if id == teamID {
			return true
		}
	}
	return false
}
