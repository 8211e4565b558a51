package core

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var (
	someAgents   = []string{"anna", "boris", "clara", "dmitri", "elena"}
	someItems    = []string{"i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9", "i10", "i11", "i12"}
	someSkills   = []string{"sales", "help", "english"}
	someServices = []string{"sales", "help", "any", "ranked", "occupied", "gone"}
	someKinds    = []string{Voice, Chat, Email, Preview, Invite}
	someTypes    = []string{
		InTimer, InTimer, InTimer, InSignedIn, InSignedIn, InSignedIn, InSignedOut, InSocketLost, InSocketBack, InSocketBack,
		InStateChosen, InStateChosen, InStateChosen, InStateChosen, InStateForced, InAgentConfigured, InConfigure, InBoot,
		InSubmitted, InSubmitted, InSubmitted, InSubmitted, InSubmitted, InAnnounced, InCancelled, InOpened, InOpened, InCalled, InCalled,
		InAccepted, InAccepted, InAccepted, InAccepted, InAccepted, InAccepted, InRejected, InRejected, InPostponed, InLegFailed, InTransferred,
		InEnded, InEnded, InEnded, InFinished, InFinished, InFinished, InParked, InTaken, InTaken, InWrapupEnded,
	}
)

func pick[T any](t *rapid.T, name string, from []T) T { return rapid.SampledFrom(from).Draw(t, name) }

func chance(t *rapid.T, name string, percent int) bool {
	return rapid.IntRange(1, 100).Draw(t, name) <= percent
}

func drawSkills(t *rapid.T, most int) []Skill {
	var out []Skill
	for _, s := range someSkills[:rapid.IntRange(0, most).Draw(t, "skills")] {
		out = append(out, Skill{s, rapid.IntRange(0, 100).Draw(t, "level")})
	}
	return out
}

func drawRule(t *rapid.T) Rule {
	return pick(t, "rule", []Rule{{}, {}, {State: Ready}, {NotReady, "lunch"}})
}

func drawConfig(t *rapid.T) *Config {
	rules := Rules{drawRule(t), drawRule(t), drawRule(t), drawRule(t), drawRule(t)}
	ramp := int64(rapid.IntRange(0, 3000).Draw(t, "ramp"))
	steps := []Step{
		{AfterMs: 5_000, LowerLevel: 40, RaisePriority: 3},
		{AfterMs: 10_000, AddSkills: levels("english", 10), AddTeams: []string{"b"}},
		{AfterMs: 20_000, AddServices: []string{"help"}, AnyTeam: true, LowerLevelTo: 5},
	}
	cfg := &Config{
		Teams: []Team{
			{ID: "a", Wrapup: true, WrapupMs: 10_000, Rules: rules},
			{ID: "b", RampUpMs: &ramp, Capacity: []KindCapacity{{Kind: Voice, Share: 100, Need: 50, Over: []string{Email}, Precedence: 1}}},
			{ID: "c", Wrapup: true},
		},
		Services: []Service{
			{ID: "sales", Skills: levels("sales", 60), Teams: []string{"a"}, Steps: steps, Priority: 5, NoAgents: chance(t, "noAgents", 30)},
			{ID: "help", Pull: chance(t, "pull", 25), Skills: levels("help", 1), QueueLimit: rapid.IntRange(0, 3).Draw(t, "limit"), MaxWaitMs: 60_000},
			{ID: "any", Priority: 2, Precedence: 1},
			{ID: "ranked", Choice: ChooseRank},
			{ID: "occupied", Choice: ChooseOccupancy, Skills: levels("english", 1)},
		},
	}
	if chance(t, "fewer", 20) {
		cfg.Services = cfg.Services[:3]
	}
	return cfg
}

// drawInput draws what is likely to mean something at this point, and now and then what is not.
func drawInput(t *rapid.T, c *Core, now int64) Input {
	in := Input{At: now, Type: pick(t, "type", someTypes), Agent: pick(t, "agent", someAgents), Item: pick(t, "item", someItems)}
	switch in.Type {
	case InConfigure:
		in.Config = drawConfig(t)
	case InSignedIn, InAgentConfigured:
		in.Team, in.Skills = pick(t, "team", []string{"a", "b", "c", "unknown"}), drawSkills(t, 3)
		in.Rank = rapid.IntRange(0, 3).Draw(t, "rank")
		in.Kinds = pick(t, "kinds", [][]string{nil, nil, {Chat, Email}, {Voice, Invite}})
		in.State = pick(t, "role", []string{"", "", "", Supervising})
		if chance(t, "own capacity", 10) {
			in.Capacity = []KindCapacity{{Kind: Chat, Share: 50, Need: 50}}
		}
	case InSignedOut:
		in.Forced = chance(t, "forced", 40)
		in.By = pick(t, "by", []string{"", "boss"})
	case InTaken:
		in.Forced = chance(t, "forced", 30)
	case InStateChosen, InStateForced:
		in.State, in.Reason = pick(t, "state", []string{Ready, Ready, Ready, NotReady, Supervising, "odd"}), pick(t, "reason", []string{"", "lunch"})
		if chance(t, "timed", 10) {
			in.UntilAt = now + 7_000
		}
	case InSubmitted, InAnnounced, InTransferred, InOpened, InCalled, InParked:
		drawItem(t, &in, now)
	}
	aim(t, c, &in)
	return in
}

func drawItem(t *rapid.T, in *Input, now int64) {
	in.Kind, in.Service = pick(t, "kind", someKinds), pick(t, "service", someServices)
	in.NewItem = pick(t, "new item", someItems)
	in.Reserve = chance(t, "reserve", 5)
	if chance(t, "old place", 20) {
		in.EnqueuedAt = now - int64(rapid.IntRange(0, 50_000).Draw(t, "age"))
	}
	if chance(t, "own skills", 15) {
		in.Skills = drawSkills(t, 2)
	}
	if chance(t, "own steps", 5) {
		in.Steps = []Step{{AfterMs: 3_000, LowerLevel: 50}}
	}
	if chance(t, "preferred", 25) {
		in.Preferred, in.PreferUntilAt = pick(t, "who", someAgents), now+int64(rapid.IntRange(-1, 20_000).Draw(t, "hold"))
	}
	if in.Kind == Invite || in.Type == InCalled || chance(t, "target", 15) {
		in.Target, in.TargetUntilAt = pick(t, "whom", someAgents), now+int64(rapid.IntRange(-1, 9_000).Draw(t, "until"))
		in.Fallback, in.Back = pick(t, "fallback", []string{"", FallbackQueue, FallbackBack, FallbackPark, FallbackExit}), pick(t, "back", someAgents)
	}
	if in.Type == InParked || in.Type == InAnnounced {
		in.Reason = pick(t, "why parked", []string{"", ParkedPersonal})
	}
}

// aim points most inputs at an item that is in the right place for them.
func aim(t *rapid.T, c *Core, in *Input) {
	place := map[string]string{
		InAccepted: Offered, InRejected: Offered, InPostponed: Offered, InEnded: Handled, InFinished: Handled,
		InTransferred: Handled, InLegFailed: Handled,
	}[in.Type]
	if place == "" || chance(t, "stray", 5) {
		return
	}
	var fit []Item
	for _, it := range c.Snapshot().Items {
		if it.Place == place {
			fit = append(fit, it)
		}
	}
	if len(fit) > 0 {
		it := pick(t, "aimed", fit)
		in.Item, in.Agent = it.ID, it.Agent
	}
}

// mirror is a database fed by TakeDirty.
type mirror struct {
	agents map[string]Agent
	items  map[string]Item
}

func (m *mirror) follow(c *Core) {
	agents, items := c.TakeDirty()
	for _, id := range agents {
		if row, ok := c.Agent(id); ok {
			m.agents[id] = row
		} else {
			delete(m.agents, id)
		}
	}
	for _, id := range items {
		if row, ok := c.Item(id); ok {
			m.items[id] = row
		} else {
			delete(m.items, id)
		}
	}
}

func (m *mirror) restore(cfg Config, now int64) *Core {
	var agents []Agent
	var items []Item
	for _, a := range m.agents {
		agents = append(agents, a)
	}
	for _, it := range m.items {
		items = append(items, it)
	}
	return RestoreRows(cfg, agents, items, now)
}

func (m *mirror) compare(s State) error {
	if len(m.agents) != len(s.Agents) || len(m.items) != len(s.Items) {
		return fmt.Errorf("the database has %d agents, %d items; the floor %d, %d", len(m.agents), len(m.items), len(s.Agents), len(s.Items))
	}
	for _, a := range s.Agents {
		if !reflect.DeepEqual(m.agents[a.ID], a) {
			return fmt.Errorf("the database has agent %+v, the floor %+v", m.agents[a.ID], a)
		}
	}
	for _, it := range s.Items {
		if !reflect.DeepEqual(throughJSON(m.items[it.ID]), throughJSON(it)) {
			return fmt.Errorf("the database has item %+v, the floor %+v", m.items[it.ID], it)
		}
	}
	return nil
}

func throughJSON[T any](v T) (out T) {
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic(err)
	}
	return out
}

// TestAnyDay: whatever happens in whatever order, the invariants hold; the same log gives the same decisions; a floor
// restored from a snapshot or from rows goes on as the original does.
func TestAnyDay(t *testing.T) {
	t.Run("[B-4] [S-9] [S-6] invariants, replay and recovery over random days", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, again := New(), New()
			restored, fromRows := New(), New()
			db := &mirror{map[string]Agent{}, map[string]Item{}}
			now := int64(100_000)
			steps := rapid.IntRange(1, 120).Draw(t, "inputs")
			for n := range steps {
				in := drawInput(t, c, now)
				if n == 0 {
					in = Input{At: now, Type: InConfigure, Config: drawConfig(t)}
				}
				at, waits := c.Next()
				late := waits && at <= in.At // deadlines happen first, then the input: two moments in one
				effects := slices.Clone(c.Apply(in))
				if err := check(c); err != nil {
					t.Fatalf("after %+v: %v\neffects %+v", in, err, effects)
				}
				if !late {
					checkOffers(t, c, effects)
				}
				for name, other := range map[string]*Core{"the same log": again, "a snapshot": restored, "rows": fromRows} {
					if got := other.Apply(throughJSON(in)); !slices.Equal(got, effects) {
						t.Fatalf("%s decides otherwise on %+v:\n%+v\ninstead of\n%+v", name, in, got, effects)
					}
				}
				db.follow(c)
				s := c.Snapshot()
				if err := db.compare(s); err != nil {
					t.Fatalf("after %+v: %v", in, err)
				}
				if chance(t, "restart", 8) {
					restored = Restore(throughJSON(s))
					if got := restored.Snapshot(); !reflect.DeepEqual(throughJSON(got), throughJSON(s)) {
						t.Fatalf("restored %+v\ninstead of %+v", got, s)
					}
				}
				if chance(t, "rebuild", 8) {
					fromRows = db.restore(s.Config, now)
				}
				now += int64(pick(t, "pause", []int{0, 0, 1, 700, 2_500, 6_000, 16_000, 70_000}))
			}
		})
	})
}

// checkOffers: who was just offered something had the capacity for it.
func checkOffers(t *rapid.T, c *Core, effects []Effect) {
	for _, e := range effects {
		if e.Type != OutOffered {
			continue
		}
		it, a := c.items[e.Item], c.agents[e.Agent]
		if it == nil || a == nil || it.Place != Offered || it.Agent != e.Agent || it.kind == invite {
			continue // things went on within the same input
		}
		if !a.fits(it.kind) {
			t.Fatalf("%s was offered %s without capacity", e.Agent, e.Item)
		}
	}
}
