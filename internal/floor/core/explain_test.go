package core

import "testing"

func TestExplain(t *testing.T) {
	why := func(f *floor, item string) map[string]string {
		out := map[string]string{}
		for _, c := range f.c.Explain(item).Considered {
			out[c.Agent] = c.Why
		}
		return out
	}
	t.Run("[B-4] each agent with the reason why a contact waits", func(t *testing.T) {
		cfg := services(Service{ID: "s", Skills: levels("s", 10), Teams: []string{"team"}})
		cfg.RampUpMs = 10 * second
		cfg.Teams[0].Rules.AfterReject = Rule{State: Ready}
		f := newFloor(t, cfg)
		in := func(agent, team string, kinds []string) *floor {
			return f.do(Input{Type: InSignedIn, Agent: agent, Team: team, Kinds: kinds, Skills: levels("s", 50)})
		}
		hand := func(agent, item, kind string) *floor {
			return in(agent, "team", nil).choose(agent, Ready).do(Input{Type: InOpened, Agent: agent, Item: item, Kind: kind, Service: "s"})
		}
		hand("pending", "m1", Email).choose("pending", NotReady)
		hand("full", "m2", Voice)
		hand("paper", "m3", Chat).end("paper", "m3")
		in("lost", "team", nil).choose("lost", Ready).do(Input{Type: InSocketLost, Agent: "lost"})
		in("rejecter", "team", nil).choose("rejecter", Ready).wait(10*second).submit("v", Voice, "s").reject("rejecter", "v")
		in("resting", "team", nil)
		in("boss", "team", nil).choose("boss", Supervising)
		in("far", "other", nil)
		in("writer", "team", []string{Email})
		f.signIn("novice", "s", 9)
		in("fresh", "team", nil).choose("fresh", Ready)
		want := map[string]string{
			"pending": WhyPending, "full": WhyNoCapacity, "paper": WhyWrapup, "lost": WhyLost, "rejecter": WhyBarred, "resting": WhyNotReady,
			"boss": WhySupervising, "far": WhyWrongTeam, "writer": WhyNotForKind, "novice": WhyNotQualified, "fresh": WhyRampUp,
		}
		got := why(f, "v")
		for agent, code := range want {
			if got[agent] != code {
				t.Errorf("%s: %s, want %s", agent, got[agent], code)
			}
		}
		f.submit("w", Voice, "s").has("offered w rejecter")
		if got := why(f, "v")["rejecter"]; got != WhyOfferOpen {
			t.Errorf("rejecter: %s", got)
		}
	})
	t.Run("[B-4] held for one agent, with the time", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("x", Voice, "any").accept("anna", "x").ready("boris")
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "any", Preferred: "anna", PreferUntilAt: f.now + 9*second})
		got := f.c.Explain("a").Considered
		if got[0].Why != WhyNoCapacity || got[1].Why != WhyHeld || got[1].UntilAt != f.now+9*second {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("[B-4] where it stands, what it asks for, when the next step comes", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Skills: levels("s", 70), Priority: 4, Steps: []Step{{AfterMs: 8 * second, LowerLevel: 20}, {AfterMs: 30 * second, AnyTeam: true}}}))
		f.submit("a", Voice, "s").wait(2*second).submit("b", Voice, "s").wait(6 * second)
		e := f.c.Explain("a")
		if e.Position != 1 || e.WaitedMs != 8*second || e.Score != 32*second || e.Stage != 1 || e.NextStepAt != f.now+22*second || e.Requirements[0][0].Level != 50 {
			t.Fatalf("%+v", e)
		}
		if e := f.c.Explain("b"); e.Position != 2 || e.Requirements[0][0].Level != 70 {
			t.Fatalf("%+v", e)
		}
		if e := f.c.Explain("c"); e.Found {
			t.Fatalf("%+v", e)
		}
		if e := f.ready("anna", "s", 60).c.Explain("a"); e.Place != Offered || e.Agent != "anna" || e.Considered[0].Why != WhyChosen {
			t.Fatalf("%+v", e)
		}
	})
	t.Run("[B-4] every offer can be explained as things stood when it was decided", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 20).ready("boris", "sales", 60).signIn("clara", "sales", 90)
		var seen []Explanation
		f.c.Watch("a", func(e Explanation) { seen = append(seen, e) })
		f.submit("a", Voice, "sales").submit("b", Voice, "sales").reject("boris", "a").accept("anna", "b").wait(second).finish("anna", "b")
		if len(seen) != 2 {
			t.Fatalf("%+v", seen)
		}
		first, then := seen[0], seen[1]
		if first.Chosen != "boris" || first.ChosenBy != ChooseLevel || then.Chosen != "anna" || then.ChosenBy != ByPlace || then.WaitedMs != second {
			t.Fatalf("%+v", seen)
		}
		for i, want := range []Considered{{Agent: "anna", Why: WhyFree, Level: 20}, {Agent: "boris", Why: WhyFree, Level: 60}, {Agent: "clara", Why: WhyNotReady, Level: 90}} {
			if got := first.Considered[i]; got.Agent != want.Agent || got.Why != want.Why || got.Level != want.Level {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	})
	t.Run("[B-4] explaining changes nothing", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").submit("b", Chat, "any")
		f.c.TakeDirty()
		f.c.Explain("b")
		if agents, items := f.c.TakeDirty(); len(agents)+len(items) != 0 {
			t.Fatal(agents, items)
		}
	})
}
