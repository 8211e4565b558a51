package stats

import (
	"fmt"
	"testing"
)

func TestTables(t *testing.T) {
	l := newLive()
	for i, a := range []AgentFact{
		{UserID: "anna", TeamID: "north", State: "ready"},
		{UserID: "boris", TeamID: "north-1", State: "busy"},
		{UserID: "clara", TeamID: "north-1-a", State: "not_ready"},
		{UserID: "dora", TeamID: "south", State: "ready"},
	} {
		a.SinceAt = int64(1_000 * i)
		l.must(t, TypeAgent, a)
	}
	call := SegmentFact{ID: "1", Purpose: "queue", Kind: "voice", State: "active", ServiceID: "sales", AgentID: "clara", TeamID: "north-1-a", QueuedAt: 1, AcceptedAt: 100}
	l.must(t, TypeSegment, call)
	l.must(t, TypeSegment, SegmentFact{ID: "2", Purpose: "queue", State: "waiting", ServiceID: "sales", QueuedAt: 300})
	l.must(t, TypeSegment, SegmentFact{ID: "3", Purpose: "queue", State: "waiting", ServiceID: "sales", QueuedAt: 200})
	l.must(t, TypeSegment, SegmentFact{ID: "4", Purpose: "invite", State: "waiting", ServiceID: "sales", QueuedAt: 100})
	l.must(t, TypeSegment, SegmentFact{ID: "5", Purpose: "queue", State: "waiting", ServiceID: "support", QueuedAt: 50})
	above := map[string]string{"north-1": "north", "north-1-a": "north-1"}

	t.Run("[R-2/sub-teams] a team's row counts its sub-teams at every depth, each once", func(t *testing.T) {
		rows := l.Teams([]string{"north", "north-1", "north-1-a", "south"}, above, 5_000)
		got := ""
		for _, r := range rows {
			got += fmt.Sprintf("%s<%s %d=%d+%d+%d a%d; ", r.TeamID, r.ParentID, r.SignedIn, r.Ready, r.Busy, r.NotReady, r.Figures.Answered)
		}
		if want := "north< 3=1+1+1 a1; north-1<north 2=0+1+1 a1; north-1-a<north-1 1=0+0+1 a1; south< 1=1+0+0 a0; "; got != want {
			t.Errorf("\n%s, want\n%s", got, want)
		}
		// 5 s ready of Anna, 4 s busy of Boris: the share is worked out of the sum.
		if rows[0].Occupancy != (Percent{444, true}) {
			t.Errorf("occupancy %v", rows[0].Occupancy)
		}
	})
	t.Run("[R-2/sub-teams] what is not among the teams one sees adds nothing, and its sub-team stands by itself", func(t *testing.T) {
		rows := l.Teams([]string{"north", "north-1-a"}, above, 5_000)
		if rows[0].SignedIn != 1 || rows[1].ParentID != "" {
			t.Errorf("%+v", rows)
		}
	})
	t.Run("[R-2/sub-teams] a loop of teams is walked once", func(t *testing.T) {
		rows := l.Teams([]string{"north", "north-1"}, map[string]string{"north": "north-1", "north-1": "north"}, 5_000)
		if rows[0].SignedIn != 2 || rows[1].SignedIn != 2 {
			t.Errorf("%+v", rows)
		}
	})
	t.Run("[R-2/skills] a skill counts who masters it and the contacts of services that ask for it", func(t *testing.T) {
		rows := l.Skills([]Skill{
			{ID: "english", Services: map[string]bool{"sales": true}, Agents: map[string]bool{"anna": true, "boris": true, "nobody": true}},
			{ID: "both", Services: map[string]bool{"sales": true, "support": true}},
		})
		if want := (SkillRow{SkillID: "english", Waiting: 2, OldestAt: 200, Active: 1, SignedIn: 2, Ready: 1, Busy: 1}); rows[0] != want {
			t.Errorf("%+v, want %+v", rows[0], want)
		}
		if want := (SkillRow{SkillID: "both", Waiting: 3, OldestAt: 50, Active: 1}); rows[1] != want {
			t.Errorf("%+v, want %+v", rows[1], want)
		}
	})
	t.Run("[R-2/signed-out] who left has the day's figures and the time since then; who is here has no such row", func(t *testing.T) {
		people := []Member{{"anna", "north"}, {"boris", "north-1"}, {"eva", "north"}}
		before := l.Version()
		if rows := l.SignedOut(people, -1); len(rows) != 1 || rows[0].UserID != "eva" || rows[0].SinceAt != 0 {
			t.Fatalf("%+v", rows)
		}
		l.must(t, TypeAgent, AgentFact{UserID: "boris", TeamID: "north-1", State: SignedOut, SinceAt: 9_000})
		rows := l.SignedOut(people, before)
		if len(rows) != 1 || rows[0].UserID != "boris" || rows[0].State != SignedOut || rows[0].SinceAt != 9_000 || rows[0].Figures.BusyMs != 8_000 {
			t.Errorf("%+v", rows)
		}
		if rows := l.SignedOut(people, l.Version()); len(rows) != 0 {
			t.Errorf("nothing changed: %+v", rows)
		}
	})
	t.Run("[R-3/handled] contacts that the agent began are counted apart", func(t *testing.T) {
		in := SegmentFact{AcceptedAt: 1, EndedAt: 2}
		out := in
		out.Direction = "out"
		if f := in.own().Plus(out.own()); f.Handled != 2 || f.HandledOut != 1 {
			t.Errorf("%+v", f)
		}
	})
}
