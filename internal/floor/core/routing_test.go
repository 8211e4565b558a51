package core

import (
	"fmt"
	"testing"
)

func services(list ...Service) Config {
	return centre(func(c *Config) { c.Services = list })
}

func TestWhoGetsIt(t *testing.T) {
	t.Run("[M-12/skills] all required skills, at their levels; 0 is not qualified", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "vip", Skills: levels("vip", 50, "english", 1)}))
		f.ready("anna", "vip", 90).ready("boris", "vip", 49, "english", 80).ready("clara", "vip", 50, "english", 0)
		f.submit("a", Voice, "vip").expect("queued a").ready("dmitri", "vip", 50, "english", 1).has("offered a dmitri")
	})
	t.Run("[M-12/skills] a contact may ask for more than its service, such as a language", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 90).ready("boris", "sales", 10, "german", 20)
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "sales", Skills: levels("german", 10)}).has("offered a boris")
		f.submit("b", Voice, "sales").has("offered b anna")
	})
	t.Run("[M-12/skills] any number of different requirements", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 1, "lang1400", 5)
		ask := func(i int) *floor {
			return f.do(Input{Type: InSubmitted, Item: fmt.Sprint("i", i), Kind: Chat, Service: "sales", Skills: levels(fmt.Sprint("lang", i), 1)})
		}
		for i := range 1_400 {
			ask(i).expect(fmt.Sprint("queued i", i))
			if i >= 5 {
				f.cancel(fmt.Sprint("i", i-5))
			}
		}
		ask(1_400).has("offered i1400 anna")
		if n := len(f.c.pools); n > 2*minPools {
			t.Fatalf("%d pools are kept for 6 items", n)
		}
	})
	t.Run("[M-12/skills] only members of the service's teams", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Teams: []string{"other"}})).ready("anna").submit("a", Chat, "s").expect("queued a")
		f.do(Input{Type: InAgentConfigured, Agent: "anna", Team: "other"}).has("offered a anna")
	})
	t.Run("[M-12/skills] a skill given or taken away counts at once", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 0).submit("a", Chat, "sales").expect("queued a")
		f.do(Input{Type: InAgentConfigured, Agent: "anna", Team: "team", Skills: levels("sales", 5)}).has("offered a anna").reject("anna", "a")
		f.do(Input{Type: InAgentConfigured, Agent: "anna", Team: "team"}).wait(200*second).choose("anna", Ready).hasNot("offered")
	})
	t.Run("[M-12/choice-level-idle] the highest level, then the longest idle", func(t *testing.T) {
		f := newFloor(t, centre())
		f.ready("anna", "sales", 50).wait(second).ready("boris", "sales", 80).wait(second).ready("clara", "sales", 80)
		f.submit("a", Voice, "sales").has("offered a boris").submit("b", Voice, "sales").has("offered b clara").submit("c", Voice, "sales").has("offered c anna")
	})
	t.Run("[M-12/choice-level-idle] idle counts from Ready or the last contact; an offer the customer left costs no place", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").wait(second).ready("boris").submit("a", Voice, "any").has("offered a anna").cancel("a")
		f.submit("b", Voice, "any").has("offered b anna").accept("anna", "b").finish("anna", "b").submit("c", Voice, "any").has("offered c boris")
	})
	t.Run("[M-12/choice-occupancy] the least occupied since signing in", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Choice: ChooseOccupancy}))
		f.ready("anna").submit("a", Voice, "s").accept("anna", "a").wait(60*second).finish("anna", "a").wait(40 * second) // 60 %
		f.ready("boris").do(Input{Type: InOpened, Agent: "boris", Item: "m", Kind: Email, Service: "s"})
		f.wait(5*second).finish("boris", "m").wait(5 * second) // 50 %, anna 55 %
		f.submit("b", Voice, "s").has("offered b boris").cancel("b")
		f.do(Input{Type: InOpened, Agent: "boris", Item: "n", Kind: Email, Service: "s"}).wait(60*second).finish("boris", "n")
		f.submit("c", Voice, "s").has("offered c anna")
	})
	t.Run("[M-12/choice-rank] by rank; without one last", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Choice: ChooseRank}))
		for i, who := range []string{"anna", "boris", "clara"} {
			f.do(Input{Type: InSignedIn, Agent: who, Rank: []int{0, 2, 1}[i]}).choose(who, Ready)
		}
		f.submit("a", Voice, "s").has("offered a clara").submit("b", Voice, "s").has("offered b boris").submit("c", Voice, "s").has("offered c anna")
	})
	t.Run("[M-12/ramp-up] a pause between becoming Ready and the next offer; the team's wins", func(t *testing.T) {
		three := 3 * second
		f := newFloor(t, centre(func(c *Config) {
			c.RampUpMs = 10 * second
			c.Teams = append(c.Teams, Team{ID: "quick", RampUpMs: &three})
		}))
		f.submit("a", Voice, "any").submit("b", Voice, "any").ready("anna").hasNot("offered")
		f.do(Input{Type: InSignedIn, Agent: "boris", Team: "quick"}).choose("boris", Ready).hasNot("offered")
		f.wait(three - 1).expect().wait(1).has("offered a boris").wait(7*second - 1).expect().wait(1).has("offered b anna")
		f.accept("anna", "b").finish("anna", "b").submit("c", Voice, "any").expect("queued c").wait(10 * second).has("offered c anna")
	})
	t.Run("[M-12/last-agent] waits for the preferred agent for a limited time, then anybody", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").ready("boris").submit("x", Voice, "any").accept("anna", "x")
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "any", Preferred: "anna", PreferUntilAt: f.now + 20*second}).expect("queued a")
		f.wait(20*second - 1).expect().wait(1).has("offered a boris")
	})
	t.Run("[M-12/last-agent] the preferred agent comes first when free, before those who wait longer", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("x", Voice, "any").accept("anna", "x").submit("old", Voice, "any").wait(60 * second)
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "any", Preferred: "anna", PreferUntilAt: f.now + 20*second})
		f.finish("anna", "x").has("offered a anna")
	})
	t.Run("[M-12/last-agent] nobody waits for somebody who is out, Not ready or not qualified", func(t *testing.T) {
		f := newFloor(t, centre()).ready("boris", "sales", 10).signIn("anna", "sales", 10).ready("clara")
		for i, who := range []string{"anna", "clara", "nobody"} {
			item := fmt.Sprint("a", i)
			f.do(Input{Type: InSubmitted, Item: item, Kind: Voice, Service: "sales", Preferred: who, PreferUntilAt: f.now + 20*second})
			f.has("offered " + item + " boris").cancel(item)
		}
	})
	t.Run("[M-12/last-agent] everybody may have it when the preferred agent turns Not ready meanwhile", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("x", Voice, "any").accept("anna", "x").ready("boris")
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "any", Preferred: "anna", PreferUntilAt: f.now + 90*second}).expect("queued a")
		f.choose("anna", NotReady).finish("anna", "x").has("offered a boris")
	})
}

func TestWhatWaits(t *testing.T) {
	t.Run("[M-12/priority] first come, first served", func(t *testing.T) {
		f := newFloor(t, centre()).submit("a", Voice, "any").submit("b", Voice, "any").wait(second).submit("c", Voice, "any").ready("anna")
		f.has("offered a anna").accept("anna", "a").finish("anna", "a").has("offered b anna").accept("anna", "b").finish("anna", "b").has("offered c anna")
	})
	t.Run("[M-12/priority] effective priority is priority × waiting, over lines and services", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "low", Priority: 1}, Service{ID: "high", Priority: 3}))
		f.submit("old", Voice, "low").wait(20*second).submit("new", Voice, "high").wait(9 * second) // 29 against 27
		f.ready("anna").has("offered old anna").reject("anna", "old")
		f.wait(6*second).choose("anna", Ready).has("offered new anna") // 35 against 45
	})
	t.Run("[M-12/priority] a contact may bring its own priority and its place", func(t *testing.T) {
		f := newFloor(t, centre()).wait(100*second).submit("a", Voice, "any").wait(10 * second)
		f.do(Input{Type: InSubmitted, Item: "b", Kind: Voice, Service: "any", Priority: 2, EnqueuedAt: f.now - 6*second})
		f.do(Input{Type: InSubmitted, Item: "c", Kind: Voice, Service: "any", EnqueuedAt: f.now - 11*second})
		f.ready("anna").has("offered b anna").accept("anna", "b").finish("anna", "b").has("offered c anna")
	})
	t.Run("[M-12/steps] lowers the level, adds skills, services and teams, raises the priority in time", func(t *testing.T) {
		cfg := services(Service{ID: "s", Skills: levels("s", 80), Teams: []string{"team"}, Steps: []Step{
			{AfterMs: 10 * second, LowerLevel: 30},
			{AfterMs: 20 * second, AddSkills: levels("spare", 10)},
			{AfterMs: 30 * second, AddServices: []string{"help"}},
			{AfterMs: 40 * second, AddTeams: []string{"far"}, RaisePriority: 7},
			{AfterMs: 50 * second, AnyTeam: true, LowerLevelTo: 5},
		}}, Service{ID: "help", Skills: levels("help", 1)})
		for i, who := range []struct {
			team   string
			skills []Skill
		}{
			{"team", levels("s", 50)}, {"anywhere", levels("spare", 10)}, {"team", levels("help", 1)}, {"far", levels("s", 60)}, {"anywhere", levels("s", 5)},
		} {
			f := newFloor(t, cfg).do(Input{Type: InSignedIn, Agent: "anna", Team: who.team, Skills: who.skills}).choose("anna", Ready)
			f.submit("a", Voice, "s").expect("queued a")
			at := int64(i+1) * 10 * second
			f.wait(at - 1).hasNot("offered").wait(1).has("step a").has("offered a anna")
		}
	})
	t.Run("[M-12/steps] raised priority counts, and the place is kept", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Steps: []Step{{AfterMs: 10 * second, RaisePriority: 4}}}, Service{ID: "o", Priority: 2}))
		f.submit("other", Voice, "o").submit("a", Voice, "s").wait(10 * second).has("step a").ready("anna").has("offered a anna")
		if it, _ := f.c.Item("a"); it.Priority != 5 || it.EnqueuedAt != f.now-10*second || it.Stage != 1 {
			t.Fatalf("%+v", it)
		}
	})
	t.Run("[M-12/steps] a contact may bring its own series; after a rejection the series goes on", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 1).ready("boris", "spare", 1)
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "sales", Steps: []Step{{AfterMs: 5 * second, AddSkills: levels("spare", 1)}}})
		f.wait(7*second).hasNot("step").reject("anna", "a").has("step a").has("offered a boris")
	})
	t.Run("[M-12/queue-limit] a full queue turns new contacts away, not those that come back", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", QueueLimit: 2})).ready("anna").submit("a", Voice, "s").submit("b", Voice, "s").submit("c", Voice, "s")
		f.submit("d", Voice, "s").expect("exited d queueLimit").place("d", "gone").reject("anna", "a").place("a", "waiting")
		f.cancel("a").submit("e", Voice, "s").expect("exited e queueLimit").cancel("b").submit("f", Voice, "s").expect("queued f")
	})
	t.Run("[M-12/queue-limit] a limit of waiting time", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", MaxWaitMs: 60 * second})).submit("a", Voice, "s").wait(60*second - 1).expect()
		f.wait(1).expect("timedOut a").place("a", "gone").ready("anna").hasNot("offered")
	})
	t.Run("[M-12/no-agents] exits when nobody qualified is signed in, at once or as the last one goes", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Skills: levels("s", 1), NoAgents: true})).ready("anna").submit("a", Voice, "s").expect("queued a", "exited a noAgents")
		f.signIn("boris", "s", 1).submit("b", Voice, "s").submit("c", Voice, "s").expect("queued c")
		f.choose("boris", Supervising).has("exited b noAgents").has("exited c noAgents").choose("boris", NotReady).submit("d", Voice, "s").expect("queued d")
		f.do(Input{Type: InSignedOut, Agent: "boris"}).has("exited d noAgents")
	})
	t.Run("[M-12/no-agents] not while a step is still to come", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", Skills: levels("s", 1), NoAgents: true, Steps: []Step{{AfterMs: 5 * second, AddSkills: levels("t", 1)}}}))
		f.submit("a", Voice, "s").expect("queued a").wait(5*second).expect("step a", "exited a noAgents")
	})
	t.Run("[M-12/estimated-wait] position × mean handling time / agents there", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", HandleMs: 80 * second}, Service{ID: "o"})).ready("anna").ready("boris").signIn("clara")
		f.submit("x", Voice, "s").submit("y", Voice, "s").submit("other", Voice, "o").submit("a", Voice, "s").submit("b", Voice, "s")
		if e := f.c.Explain("b"); e.Position != 2 || e.EstimateMs != 80*second {
			t.Fatalf("%+v", e)
		}
		f.accept("anna", "x").accept("boris", "y").wait(160*second).end("anna", "x") // the mean moves an eighth of the way: 90 s
		if e := f.c.Explain("b"); e.Position != 2 || e.EstimateMs != 90*second {
			t.Fatalf("%+v", e)
		}
	})
	t.Run("[M-12/skills] a service that is not configured parks the contact until it is", func(t *testing.T) {
		cfg := centre()
		f := newFloor(t, cfg).ready("anna").submit("a", Chat, "new").expect("queued a", "parked a unknownService")
		cfg.Services = append(cfg.Services, Service{ID: "new"})
		f.do(Input{Type: InConfigure, Config: &cfg}).has("requeued a configured").has("offered a anna")
		f.submit("b", Chat, "any").reject("anna", "a").do(Input{Type: InConfigure, Config: &Config{}}).has("parked a unknownService").has("parked b unknownService")
	})
}
