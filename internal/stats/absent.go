package stats

import "sort"

// Member is somebody of a team, signed in or not.
type Member struct{ UserID, TeamID string }

// SignedOut gives rows of those who are not signed in and about whom something changed after version since: their
// figures of the day, and since when they are gone if it was today.
func (l *Live) SignedOut(people []Member, since int64) []AgentRow {
	l.mu.RLock()
	defer l.mu.RUnlock()
	d := l.day
	out := []AgentRow{}
	for _, m := range people {
		if _, in := d.agents[m.UserID]; in || since >= l.all && l.touched[m.UserID] <= since {
			continue
		}
		r := AgentRow{AgentFact: AgentFact{UserID: m.UserID, TeamID: m.TeamID, State: SignedOut, SinceAt: d.left[m.UserID]}}
		if p := d.people[m.UserID]; p != nil {
			r.Figures = p.Figures
		}
		r.Occupancy, r.AHT = r.Figures.Occupancy(), r.Figures.AHT()
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].UserID < out[j].UserID })
	return out
}
