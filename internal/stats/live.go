package stats

import (
	"encoding/json"
	"sync"
)

// Day is the figures of one tenant since a midnight: a plain value fed fact by fact, owned by one Live.
type Day struct {
	from     int64 // start of the day, unix ms
	services map[string]*line
	teams    map[string]*line
	people   map[string]*line
	open     map[string]SegmentFact      // segments not finished
	agents   map[string]AgentFact        // signed in
	teamOf   map[string]string           // user → team they were last seen in
	left     map[string]int64            // user → when they signed out or were last seen today, unix ms
	reasons  map[string]map[string]int64 // user → reason of Not ready → ms of spans that are over
	breaks   func(reasonID string) bool
}

// line is one row's sums and the last results for the "last 20" service level.
type line struct {
	Figures
	last []bool // answered within the threshold, newest last, at most 20
}

const lastContacts = 20

// NewDay starts empty at from; breaks says which Not ready reasons count as a break.
func NewDay(from int64, breaks func(reasonID string) bool) *Day {
	return &Day{from: from, services: map[string]*line{}, teams: map[string]*line{}, people: map[string]*line{},
		open: map[string]SegmentFact{}, agents: map[string]AgentFact{}, teamOf: map[string]string{}, left: map[string]int64{},
		reasons: map[string]map[string]int64{}, breaks: breaks}
}

func row(m map[string]*line, id string) *line {
	l := m[id]
	if l == nil {
		l = &line{}
		m[id] = l
	}
	return l
}

// Segment takes the newest state of a segment in.
func (d *Day) Segment(s SegmentFact) {
	old, had := d.open[s.ID]
	if had {
		d.book(old, -1)
	}
	d.book(s, 1)
	d.result(old, had, s)
	if s.FinishedAt > 0 {
		delete(d.open, s.ID)
		return
	}
	d.open[s.ID] = s
}

func (d *Day) book(s SegmentFact, sign int64) {
	if s.QueuedAt < d.from {
		return // yesterday's contact counts in yesterday, as in the reports
	}
	row(d.services, s.ServiceID).add(s.contribution(), sign)
	if s.AgentID != "" && s.AcceptedAt > 0 {
		row(d.people, s.AgentID).add(s.own(), sign)
		row(d.teams, s.TeamID).add(s.own(), sign)
		d.teamOf[s.AgentID] = s.TeamID
	}
}

// result remembers a contact for "last 20" at the moment its service level is decided.
func (d *Day) result(old SegmentFact, had bool, s SegmentFact) {
	if s.beside() || !s.counts() || (had && old.counts()) {
		return
	}
	l := row(d.services, s.ServiceID)
	l.last = append(l.last, s.AnsweredInSL)
	if len(l.last) > lastContacts {
		l.last = l.last[len(l.last)-lastContacts:]
	}
}

// Agent takes a change of an agent's state in and books the span that ended with it.
func (d *Day) Agent(a AgentFact) {
	old, had := d.agents[a.UserID]
	d.teamOf[a.UserID] = a.TeamID
	if had {
		d.span(SpanFact{UserID: old.UserID, State: old.State, ReasonID: old.ReasonID, FromAt: old.SinceAt, ToAt: a.SinceAt}, old.TeamID)
	}
	d.blame(BlameFact{UserID: a.UserID, TeamID: a.TeamID, Rejected: a.Rejected, Missed: a.Missed})
	if a.State == SignedOut {
		delete(d.agents, a.UserID)
		d.left[a.UserID] = a.SinceAt
		return
	}
	a.Rejected, a.Missed = 0, 0
	d.agents[a.UserID] = a
}

func (d *Day) blame(b BlameFact) {
	for _, l := range []*line{row(d.people, b.UserID), row(d.teams, b.TeamID)} {
		l.Rejected += b.Rejected
		l.Missed += b.Missed
	}
}

func (d *Day) span(s SpanFact, team string) {
	ms := s.ToAt - max(s.FromAt, d.from)
	if ms <= 0 {
		return
	}
	for _, l := range []*line{row(d.people, s.UserID), row(d.teams, team)} {
		l.spend(s.State, d.breaks(s.ReasonID), ms)
	}
	if s.State == "not_ready" && s.ReasonID != "" {
		of := d.reasons[s.UserID]
		if of == nil {
			of = map[string]int64{}
			d.reasons[s.UserID] = of
		}
		of[s.ReasonID] += ms
	}
}

// spend adds time in a state.
func (f *Figures) spend(state string, onBreak bool, ms int64) {
	switch state {
	case "ready":
		f.ReadyMs += ms
	case "busy", "wrapup":
		f.BusyMs += ms
	case "not_ready":
		if onBreak {
			f.BreakMs += ms
		}
	}
}

// Live is a Day with a lock, a version that moves with each fact, and the way from changes to facts.
type Live struct {
	mu      sync.RWMutex
	day     *Day
	version int64
	all     int64            // version at which every row changed at once
	touched map[string]int64 // agent → version of the last fact about them or their contacts

	places places
}

// Apply takes one change of the audience "stats". An unknown type is left alone; broken data is an error.
func (l *Live) Apply(typ string, data json.RawMessage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch typ {
	case TypeSegment:
		var s SegmentFact
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		if old, ok := l.day.open[s.ID]; ok {
			l.touch(old.AgentID)
		}
		l.touch(s.AgentID)
		l.day.Segment(s)
	case TypeAgent:
		var a AgentFact
		if err := json.Unmarshal(data, &a); err != nil {
			return err
		}
		l.touch(a.UserID)
		l.day.Agent(a)
	default:
		return nil
	}
	l.version++
	return nil
}

func (l *Live) touch(userID string) {
	if userID == "" {
		return
	}
	if l.touched == nil {
		l.touched = map[string]int64{}
	}
	l.touched[userID] = l.version + 1
}

// replace puts a newly read day in; every row counts as changed.
func (l *Live) replace(d *Day) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.day = d
	l.version++
	l.all = l.version
}

// From is the midnight the day's figures began at, unix ms.
func (l *Live) From() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.day.from
}

// Version moves whenever a view may have changed.
func (l *Live) Version() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.version
}
