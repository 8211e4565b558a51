package stats

import (
	"maps"
	"sort"
)

// ServiceRow is a service now and today.
type ServiceRow struct {
	ServiceID string  `json:"serviceId"`
	Figures   Figures `json:"figures"`
	SL        Percent `json:"sl"`       // of the day
	SLLast    Percent `json:"slLast"`   // of the last 20 contacts
	ASA       int64   `json:"asaMs"`    // ms
	AHT       int64   `json:"ahtMs"`    // ms
	Waiting   int64   `json:"waiting"`  // in the queue, ringing ones left out
	Ringing   int64   `json:"ringing"`  // being offered
	Active    int64   `json:"active"`   // with an agent
	Wrapup    int64   `json:"wrapup"`   // over, with an agent who finishes it
	OldestAt  int64   `json:"oldestAt"` // queued time of the one waiting longest, unix ms; 0: nobody waits
	Personal  int64   `json:"personal"` // mails in agents' own queues
	Overdue   int64   `json:"overdue"`  // mails whose answer is late, wherever they lie
	EWTMs     int64   `json:"ewtMs"`    // estimated wait of one that came now, ms; -1: nobody is signed in
	SignedIn  int64   `json:"signedIn"` // agents of the service
	Ready     int64   `json:"ready"`
	Busy      int64   `json:"busy"`
	NotReady  int64   `json:"notReady"`
}

// AgentRow is an agent now and today.
type AgentRow struct {
	AgentFact
	Figures   Figures       `json:"figures"`
	Occupancy Percent       `json:"occupancy"`
	AHT       int64         `json:"ahtMs"`
	Contacts  []SegmentFact `json:"contacts"` // in hand, oldest first
}

// TeamRow is a team now and today, its sub-teams included.
type TeamRow struct {
	TeamID    string  `json:"teamId"`
	ParentID  string  `json:"parentId"` // "": its team above is not among the rows
	Figures   Figures `json:"figures"`
	Occupancy Percent `json:"occupancy"`
	AHT       int64   `json:"ahtMs"`
	ACW       int64   `json:"acwMs"`
	SignedIn  int64   `json:"signedIn"`
	Ready     int64   `json:"ready"`
	Busy      int64   `json:"busy"`
	NotReady  int64   `json:"notReady"`
}

// Serves says whether an agent of a team serves a service: org knows, the figures only ask.
type Serves func(userID, teamID, serviceID string) bool

// Services gives the named services' rows in that order; now is server time, unix ms.
func (l *Live) Services(ids []string, serves Serves, now int64) []ServiceRow {
	l.mu.RLock()
	defer l.mu.RUnlock()
	d := l.day
	at := make(map[string]int, len(ids))
	out := make([]ServiceRow, len(ids))
	for i, id := range ids {
		at[id] = i
		out[i].ServiceID = id
		if s := d.services[id]; s != nil {
			out[i].Figures, out[i].SLLast = s.Figures, s.lastLevel()
		}
		f := out[i].Figures
		out[i].SL, out[i].ASA, out[i].AHT = f.ServiceLevel(), f.ASA(), f.AHT()
	}
	for _, s := range d.open {
		i, ok := at[s.ServiceID]
		if !ok || s.beside() {
			continue
		}
		r := &out[i]
		if s.DueAt > 0 && s.DueAt < now && s.EndedAt == 0 {
			r.Overdue++
		}
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
		case "ended":
			r.Wrapup++
		case "personal":
			r.Personal++
		}
	}
	for _, a := range d.agents {
		for i := range out {
			if serves(a.UserID, a.TeamID, out[i].ServiceID) {
				count(a.State, &out[i].SignedIn, &out[i].Ready, &out[i].Busy, &out[i].NotReady)
			}
		}
	}
	for i := range out {
		out[i].EWTMs = out[i].estimate()
	}
	return out
}

// estimate: those before one × mean handling / agents who may take it. Before anything was handled: one minute each.
func (r ServiceRow) estimate() int64 {
	agents := r.Ready + r.Busy
	if agents == 0 {
		return -1
	}
	if r.Waiting == 0 && r.Ready > 0 {
		return 0
	}
	aht := r.AHT
	if aht == 0 {
		aht = 60_000
	}
	return (r.Waiting + 1) * aht / agents
}

func (l *line) lastLevel() Percent {
	in := int64(0)
	for _, ok := range l.last {
		if ok {
			in++
		}
	}
	return share(in, int64(len(l.last)))
}

func count(state string, signedIn, ready, busy, notReady *int64) {
	*signedIn++
	switch state {
	case "ready":
		*ready++
	case "busy", "ringing", "wrapup":
		*busy++
	default:
		*notReady++
	}
}

// running adds the span an agent is in, up to now, so that live figures agree with the records to the second.
func (d *Day) running(f Figures, a AgentFact, now int64) Figures {
	if ms := now - max(a.SinceAt, d.from); ms > 0 {
		f.spend(a.State, d.breaks(a.ReasonID), ms)
	}
	return f
}

// Agents gives the rows of signed-in agents that keep says yes to, by user id; now is server time, unix ms.
func (l *Live) Agents(keep func(AgentFact) bool, now int64) []AgentRow {
	rows, _, _ := l.AgentsSince(-1, keep, now)
	return rows
}

// AgentsSince gives the rows that changed after version since, who signed out after it, and the version they are of.
// At 200 changes a second among 1,000 agents a watcher gets the changed rows, never the whole table again.
func (l *Live) AgentsSince(since int64, keep func(AgentFact) bool, now int64) (rows []AgentRow, gone []string, version int64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	d := l.day
	whole := since < l.all
	changed := func(id string) bool { return whole || l.touched[id] > since }
	inHand := map[string][]SegmentFact{}
	for _, s := range d.open {
		if s.AgentID != "" && changed(s.AgentID) {
			inHand[s.AgentID] = append(inHand[s.AgentID], s)
		}
	}
	out := []AgentRow{}
	for _, a := range d.agents {
		if !changed(a.UserID) || !keep(a) {
			continue
		}
		r := AgentRow{AgentFact: a, Contacts: inHand[a.UserID]}
		var f Figures
		if p := d.people[a.UserID]; p != nil {
			f = p.Figures
		}
		r.Figures = d.running(f, a, now)
		r.Occupancy, r.AHT = r.Figures.Occupancy(), r.Figures.AHT()
		sort.Slice(r.Contacts, func(i, j int) bool { return r.Contacts[i].AcceptedAt < r.Contacts[j].AcceptedAt })
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].UserID < out[j].UserID })
	for id, v := range l.touched {
		if _, in := d.agents[id]; !in && (whole || v > since) {
			gone = append(gone, id)
		}
	}
	sort.Strings(gone)
	return out, gone, l.version
}

// Person gives one user's figures of the day with the running span, signed in or not.
func (l *Live) Person(userID string, now int64) (Figures, AgentFact, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var f Figures
	if p := l.day.people[userID]; p != nil {
		f = p.Figures
	}
	a, in := l.day.agents[userID]
	if in {
		f = l.day.running(f, a, now)
	}
	return f, a, in
}

// NotReady gives one user's time Not ready of the day by reason, with the running span, ms.
func (l *Live) NotReady(userID string, now int64) map[string]int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := maps.Clone(l.day.reasons[userID])
	if out == nil {
		out = map[string]int64{}
	}
	if a, in := l.day.agents[userID]; in && a.State == "not_ready" && a.ReasonID != "" {
		out[a.ReasonID] += max(0, now-max(a.SinceAt, l.day.from))
	}
	return out
}

// Ranked gives the figures of everybody of a team who was there today, for an agent's place in it (decision 13).
func (l *Live) Ranked(teamID string, now int64) map[string]Figures {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := map[string]Figures{}
	for id, p := range l.day.people {
		if l.day.teamOf[id] == teamID {
			out[id] = p.Figures
		}
	}
	for id, a := range l.day.agents {
		if a.TeamID == teamID {
			out[id] = l.day.running(out[id], a, now)
		}
	}
	return out
}

// Contacts gives the open segments that keep says yes to, longest first.
func (l *Live) Contacts(keep func(SegmentFact) bool) []SegmentFact {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []SegmentFact
	for _, s := range l.day.open {
		if keep(s) {
			out = append(out, s)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].QueuedAt != out[j].QueuedAt {
			return out[i].QueuedAt < out[j].QueuedAt
		}
		return out[i].ID < out[j].ID
	})
	return out
}
