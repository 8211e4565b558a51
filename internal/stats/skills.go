package stats

// Skill is a skill as somebody watches it: who masters it of the people they see, and which of the services they see
// ask for it.
type Skill struct {
	ID       string
	Services map[string]bool
	Agents   map[string]bool
}

// SkillRow is a skill now: who is there that masters it, and the contacts that need it.
type SkillRow struct {
	SkillID  string `json:"skillId"`
	Waiting  int64  `json:"waiting"`  // in the queues of services that ask for it
	OldestAt int64  `json:"oldestAt"` // queued time of the one waiting longest, unix ms; 0: nobody waits
	Ringing  int64  `json:"ringing"`
	Active   int64  `json:"active"`
	SignedIn int64  `json:"signedIn"`
	Ready    int64  `json:"ready"`
	Busy     int64  `json:"busy"`
	NotReady int64  `json:"notReady"`
}

// Skills gives the named skills' rows in that order.
func (l *Live) Skills(skills []Skill) []SkillRow {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := make([]SkillRow, len(skills))
	asking, masters := map[string][]int{}, map[string][]int{} // by service, by agent: rows
	for i, s := range skills {
		out[i].SkillID = s.ID
		for id := range s.Services {
			asking[id] = append(asking[id], i)
		}
		for id := range s.Agents {
			masters[id] = append(masters[id], i)
		}
	}
	for _, s := range l.day.open {
		if s.beside() {
			continue
		}
		for _, i := range asking[s.ServiceID] {
			out[i].contact(s)
		}
	}
	for _, a := range l.day.agents {
		for _, i := range masters[a.UserID] {
			count(a.State, &out[i].SignedIn, &out[i].Ready, &out[i].Busy, &out[i].NotReady)
		}
	}
	return out
}

func (r *SkillRow) contact(s SegmentFact) {
	switch s.place() {
	case "waiting":
		r.Waiting++
		if r.OldestAt == 0 || s.QueuedAt < r.OldestAt {
			r.OldestAt = s.QueuedAt
		}
	case "offered":
		r.Ringing++
	case "active":
		r.Active++
	}
}
