package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"parley/internal/stats"
)

const (
	figuresEvery = 500 * time.Millisecond // a change shows within 1 s (D-3)
	refreshEvery = 10_000                 // ms: spans that are running go out again at least this often
	contactsMax  = 200                    // waiting and handled contacts in the contacts view
)

// watcher remembers what a client watches and what it was sent.
type watcher struct {
	mu      sync.Mutex
	views   map[string]bool
	service string
	fresh   bool // the client changed its mind: everything goes out anew

	version int64 // of the figures sent
	sentAt  int64
	last    map[string][]byte // view → last data sent, where it goes out whole
}

func (w *watcher) set(views []string, service string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.views = map[string]bool{}
	for _, v := range views {
		w.views[v] = true
	}
	w.service, w.fresh = service, true
}

// FiguresFrame is one view's figures. Full replaces what the client has; otherwise rows are merged and gone ones left out.
type FiguresFrame struct {
	View     string              `json:"view" enum:"services,teams,agents,skills,contacts,service"`
	At       int64               `json:"at"` // server time the figures are of, unix ms
	Full     bool                `json:"full"`
	Services []stats.ServiceRow  `json:"services,omitempty"`
	Teams    []stats.TeamRow     `json:"teams,omitempty"`
	Agents   []stats.AgentRow    `json:"agents,omitempty"`
	Skills   []stats.SkillRow    `json:"skills,omitempty"`
	Gone     []string            `json:"gone,omitempty"`
	Contacts []stats.SegmentFact `json:"contacts,omitempty"`
	Total    int                 `json:"total,omitempty"`  // contacts: how many there are
	Places   map[string]Place    `json:"places,omitempty"` // service: my place in the team by figure
}

// Place is an agent's rank by one figure: ties share a place; 0 means no contacts yet (decision 13).
type Place struct {
	Place int `json:"place"`
	Of    int `json:"of"`
}

// figures sends what changed in the watched views. It reads memory only.
func (st *stream) figures(ctx context.Context) {
	w := &st.watch
	w.mu.Lock()
	views, service, fresh := w.views, w.service, w.fresh
	w.fresh = false
	w.mu.Unlock()
	if len(views) == 0 || st.sock.Waiting() > buffer/4 {
		return
	}
	live, err := st.hub.cfg.Stats.For(ctx, st.who.TenantID)
	if err != nil {
		st.hub.cfg.Log.Warn("no live figures", "error", err)
		return
	}
	now := st.hub.cfg.Now()
	due := now-w.sentAt >= refreshEvery
	if !fresh && !due && live.Version() == w.version {
		return
	}
	scope, err := st.hub.cfg.Org.Visible(ctx, st.who)
	if err != nil {
		st.hub.cfg.Log.Warn("no scope for figures", "error", err)
		return
	}
	since := w.version
	if fresh || due {
		since, w.last, w.sentAt = -1, map[string][]byte{}, now
	}
	w.version = st.sendViews(ctx, live, views, service, scope, since, now)
}

func (st *stream) sendViews(ctx context.Context, live *stats.Live, views map[string]bool, service string, scope Scope, since, now int64) (version int64) {
	version = live.Version()
	supervisor := st.who.Can("supervise.live")
	if views["service"] && service != "" {
		f := FiguresFrame{View: "service", At: now, Full: true, Places: st.places(live, now)}
		if slices.Contains(scope.ServiceIDs, service) {
			f.Services = live.Services([]string{service}, scope.Serves, now)
		}
		st.whole(f)
	}
	if !supervisor {
		return version
	}
	team := map[string]bool{}
	for _, id := range scope.TeamIDs {
		team[id] = true
	}
	inScope := map[string]bool{}
	for _, id := range scope.ServiceIDs {
		inScope[id] = true
	}
	if views["services"] {
		st.whole(FiguresFrame{View: "services", At: now, Full: true, Services: live.Services(scope.ServiceIDs, scope.Serves, now)})
	}
	if views["teams"] {
		st.whole(FiguresFrame{View: "teams", At: now, Full: true, Teams: live.Teams(scope.TeamIDs, scope.Parents, now)})
	}
	if views["contacts"] {
		all := live.Contacts(func(s stats.SegmentFact) bool { return inScope[s.ServiceID] })
		st.whole(FiguresFrame{View: "contacts", At: now, Full: true, Contacts: all[:min(len(all), contactsMax)], Total: len(all)})
	}
	if views["skills"] {
		if skills, err := st.hub.cfg.Org.Skills(ctx, st.who); err == nil {
			st.whole(FiguresFrame{View: "skills", At: now, Full: true, Skills: live.Skills(skills)})
		}
	}
	if views["agents"] {
		f := FiguresFrame{View: "agents", At: now, Full: since < 0}
		f.Agents, f.Gone, version = live.AgentsSince(since, func(a stats.AgentFact) bool { return team[a.TeamID] }, now)
		if views["signedOut"] {
			st.withSignedOut(ctx, live, &f, since)
		}
		if len(f.Agents)+len(f.Gone) > 0 || since < 0 {
			st.lossy("figures", f)
		}
	}
	return version
}

// withSignedOut adds those who are not signed in: who left becomes such a row instead of going.
func (st *stream) withSignedOut(ctx context.Context, live *stats.Live, f *FiguresFrame, since int64) {
	people, err := st.hub.cfg.Org.Members(ctx, st.who)
	if err != nil {
		st.hub.cfg.Log.Warn("no people for figures", "error", err)
		return
	}
	stays := map[string]bool{}
	for _, row := range live.SignedOut(people, since) {
		f.Agents = append(f.Agents, row)
		stays[row.UserID] = true
	}
	f.Gone = slices.DeleteFunc(f.Gone, func(id string) bool { return stays[id] })
}

// whole sends a view that goes out as one piece, unless it is what the client has already.
func (st *stream) whole(f FiguresFrame) {
	at := f.At
	f.At = 0
	b, err := json.Marshal(f)
	if err != nil || bytes.Equal(b, st.watch.last[f.View]) {
		return
	}
	st.watch.last[f.View] = b
	f.At = at
	st.lossy("figures", f)
}

// places ranks this agent in the own team: best first in each figure's better direction.
func (st *stream) places(live *stats.Live, now int64) map[string]Place {
	if st.who.TeamID == "" {
		return nil
	}
	team := live.Ranked(st.who.TeamID, now)
	return rank(team, st.who.UserID)
}

func rank(team map[string]stats.Figures, me string) map[string]Place {
	own := team[me]
	out := map[string]Place{}
	for _, f := range ranked {
		p := Place{Of: len(team)}
		if own.Handled > 0 {
			p.Place = 1
			for id, o := range team {
				if id != me && o.Handled > 0 && f.better(o, own) {
					p.Place++
				}
			}
		}
		out[f.id] = p
	}
	return out
}

var ranked = []struct {
	id     string
	better func(a, b stats.Figures) bool
}{
	{"handled", func(a, b stats.Figures) bool { return a.Handled > b.Handled }},
	{"ahtMs", func(a, b stats.Figures) bool { return a.AHT() < b.AHT() }},
	{"sl", func(a, b stats.Figures) bool { return a.AnsweredInSL*b.SLOf > b.AnsweredInSL*a.SLOf }},
	{"success", func(a, b stats.Figures) bool { return a.Success > b.Success }},
	{"rejected", func(a, b stats.Figures) bool { return a.Rejected < b.Rejected }},
	{"missed", func(a, b stats.Figures) bool { return a.Missed < b.Missed }},
}
