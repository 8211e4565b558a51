package stats

// Teams gives the named teams' rows in that order, each with what its sub-teams add; parents names the team above, by
// team. What is not named adds to nothing: whoever sees a team without one of its sub-teams sees the sum without it.
func (l *Live) Teams(ids []string, parents map[string]string, now int64) []TeamRow {
	l.mu.RLock()
	defer l.mu.RUnlock()
	d := l.day
	own := make([]TeamRow, len(ids))
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
		own[i].TeamID = id
		if t := d.teams[id]; t != nil {
			own[i].Figures = t.Figures
		}
	}
	for _, a := range d.agents {
		i, ok := at[a.TeamID]
		if !ok {
			continue
		}
		own[i].Figures = d.running(own[i].Figures, a, now)
		count(a.State, &own[i].SignedIn, &own[i].Ready, &own[i].Busy, &own[i].NotReady)
	}
	out := make([]TeamRow, len(ids))
	for i, id := range ids {
		out[i].TeamID = id
		if _, ok := at[parents[id]]; ok {
			out[i].ParentID = parents[id]
		}
	}
	for i := range own {
		up := i
		for range ids { // no team is its own ancestor; a loop in the settings must not be one here
			out[up].plus(own[i])
			next, ok := at[parents[ids[up]]]
			if !ok || next == i {
				break
			}
			up = next
		}
	}
	for i := range out {
		f := out[i].Figures
		out[i].Occupancy, out[i].AHT, out[i].ACW = f.Occupancy(), f.AHT(), f.ACW()
	}
	return out
}

func (r *TeamRow) plus(o TeamRow) {
	r.Figures.add(o.Figures, 1)
	r.SignedIn += o.SignedIn
	r.Ready += o.Ready
	r.Busy += o.Busy
	r.NotReady += o.NotReady
}
