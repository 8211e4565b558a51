package floor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

const tenant = "0190a000-0000-7000-8000-00000000000a"

// clock is moved by hand.
type clock struct {
	mu     sync.Mutex
	now    int64
	alarms map[chan time.Time]int64
}

func newClock() *clock { return &clock{now: 1_800_000_000_000, alarms: map[chan time.Time]int64{}} }

func (c *clock) Now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Alarm(at int64) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ring := make(chan time.Time, 1)
	if at <= c.now {
		ring <- time.UnixMilli(c.now)
		return ring, func() {}
	}
	c.alarms[ring] = at
	return ring, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.alarms, ring)
	}
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += d.Milliseconds()
	for ring, at := range c.alarms {
		if at <= c.now {
			delete(c.alarms, ring)
			ring <- time.UnixMilli(c.now)
		}
	}
}

// settings and names stand for the organisation.
type settings struct {
	mu    sync.Mutex
	cfg   core.Config
	skill map[string][]core.Skill
	shut  bool
}

func (s *settings) Tenants(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return nil, nil
	}
	return []string{tenant}, nil
}

// close suspends the tenant, or resumes it.
func (s *settings) close(shut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = shut
}

func (s *settings) FloorConfig(context.Context, string) (core.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg, nil
}

func (s *settings) AgentInput(_ context.Context, _, user string, in *core.Input) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	in.Team, in.Skills = "team", []core.Skill{{ID: "chat", Level: 50}}
	if own := s.skill[user]; own != nil {
		in.Skills = own
	}
	return nil
}

func (s *settings) ServiceFacts(context.Context, string, string) (interaction.ServiceFacts, error) {
	return interaction.ServiceFacts{Name: "Sales", Channel: "chat", SLMS: 20_000, AnswerWarnSeconds: 60,
		MandatoryDisposition: true, DispositionIDs: []string{"sold", "lost"}}, nil
}

func (s *settings) DispositionFacts(_ context.Context, _, id string) (interaction.DispositionFacts, error) {
	kinds := map[string]string{"sold": "success", "lost": "failure"}
	if kinds[id] == "" {
		return interaction.DispositionFacts{}, fail.NotFound("disposition")
	}
	return interaction.DispositionFacts{Name: id, Kind: kinds[id]}, nil
}

func (*settings) AutoAnswers(context.Context, string, string, string) bool              { return false }
func (s *settings) UserName(_ context.Context, _, id string) string                     { return "name of " + id }
func (*settings) Extension(context.Context, string, string) string                      { return "" }
func (s *settings) Can(context.Context, string, string, string) bool                    { return true }
func (s *settings) EndSession(context.Context, string, string, string, floor.SignedOut) {}

func defaultSettings() *settings {
	return &settings{skill: map[string][]core.Skill{}, cfg: core.Config{
		Teams:    []core.Team{{ID: "team", Wrapup: true, WrapupMs: 60_000}},
		Services: []core.Service{{ID: "sales", Skills: []core.Skill{{ID: "chat", Level: 1}}, Priority: 10, OfferMs: 20_000}},
		Reasons:  []core.Reason{{ID: "lunch"}, {ID: core.ReasonSignIn}, {ID: core.ReasonRejected}, {ID: core.ReasonNoAnswer}},
	}}
}

// centre is one node: database, bus, records, floors.
type centre struct {
	t        testing.TB
	cfg      db.Config
	busCfg   bus.Config
	clock    *clock
	settings *settings
	change   func(*floor.Config)
	recorder []floor.Recorder
	ended    chan floor.SignedOut

	db     *db.DB
	bus    *bus.Bus
	inter  *interaction.Service
	floors *floor.Floors
}

func (c *centre) EndSession(_ context.Context, _, user, session string, why floor.SignedOut) {
	c.ended <- why
}

func newCentre(t testing.TB, cfg db.Config) *centre {
	return &centre{t: t, cfg: cfg, clock: newClock(), settings: defaultSettings(), ended: make(chan floor.SignedOut, 100)}
}

func openCentre(t testing.TB, cfg db.Config) *centre {
	c := newCentre(t, cfg)
	c.start()
	t.Cleanup(func() { c.stop() })
	return c
}

// each runs a test on both engines, each time on a fresh centre.
func each(t *testing.T, name string, f func(t *testing.T, c *centre)) {
	t.Helper()
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		t.Run(name, func(t *testing.T) { f(t, openCentre(t, cfg)) })
	})
}

func (c *centre) start() {
	c.t.Helper()
	ctx := context.Background()
	var err error
	if c.db, err = db.Open(ctx, c.cfg); err != nil {
		c.t.Fatal(err)
	}
	if c.bus, err = bus.Open(ctx, c.db, c.busCfg); err != nil {
		c.t.Fatal(err)
	}
	c.inter = interaction.New(c.db, c.settings)
	c.reopenFloors()
}

// reopenFloors starts the floors on the node as it is.
func (c *centre) reopenFloors() {
	c.t.Helper()
	fc := floor.Config{DB: c.db, Bus: c.bus, Interactions: c.inter, Settings: c.settings, Sessions: c, Clock: c.clock}
	if c.change != nil {
		c.change(&fc)
	}
	c.floors = floor.New(fc)
	for _, r := range c.recorder {
		c.floors.AddRecorder(r)
	}
	if err := c.floors.Start(context.Background()); err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) stop() {
	c.t.Helper()
	if c.floors == nil {
		return
	}
	for _, end := range []func() error{c.floors.Close, c.bus.Close, c.db.Close} {
		if err := end(); err != nil {
			c.t.Errorf("stopping: %v", err)
		}
	}
	c.floors = nil
}

func (c *centre) restart() { c.stop(); c.start() }

// ctx ends a test that waits in vain.
func (c *centre) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	c.t.Cleanup(cancel)
	return ctx
}

func (c *centre) must(a floor.Answer, err error) floor.Answer {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *centre) signIn(agents ...string) {
	c.t.Helper()
	for _, a := range agents {
		c.must(c.floors.SignIn(c.ctx(), tenant, a, "s-"+a, false))
	}
}

func (c *centre) ready(agents ...string) {
	c.t.Helper()
	c.signIn(agents...)
	for _, a := range agents {
		c.must(c.floors.ChooseState(c.ctx(), tenant, a, "", core.Ready, ""))
	}
}

// chat lets a customer write: the channel's transaction.
func (c *centre) chat(name string) interaction.Segment {
	c.t.Helper()
	var part interaction.Segment
	err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
		_, part, err = c.inter.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: "chat", ServiceID: "sales",
			ChannelID: db.NewID(), Customer: interaction.Customer{Name: name}, At: c.clock.Now()})
		if err != nil {
			return err
		}
		return c.floors.Enqueue(ctx, tx, tenant, floor.Submitted(part))
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return part
}

func (c *centre) enqueue(in core.Input) {
	c.t.Helper()
	err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return c.floors.Enqueue(ctx, tx, tenant, in)
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) segment(id string) interaction.Segment {
	c.t.Helper()
	p, err := c.inter.Segment(c.ctx(), c.db.Read(), tenant, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *centre) outcome(user, segment, disposition string) {
	c.t.Helper()
	err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := c.inter.SetOutcome(ctx, tx, tenant, segment, user, interaction.Outcome{DispositionID: disposition})
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// ear hears the changes of some audiences in order.
type ear struct {
	t   testing.TB
	sub *bus.Subscription
}

func (c *centre) listen(audiences ...string) *ear {
	c.t.Helper()
	sub, err := c.bus.Feed().Subscribe(c.ctx(), tenant, audiences, bus.FromNow, 100_000)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(sub.Close)
	return &ear{c.t, sub}
}

// until waits for a change of a type whose data has the given fields.
func (e *ear) until(kind string, want map[string]any) map[string]any {
	e.t.Helper()
	limit := time.After(20 * time.Second)
	var heard []string
	for {
		select {
		case ch, ok := <-e.sub.C():
			if !ok {
				e.t.Fatalf("the subscription ended: %v", e.sub.Err())
			}
			data := decode(e.t, ch.Data)
			heard = append(heard, fmt.Sprintf("%s %s %s", ch.Audience, ch.Type, ch.Data))
			if ch.Type == kind && has(data, want) {
				return data
			}
		case <-limit:
			e.t.Fatalf("no %s %v; heard %v", kind, want, heard)
		}
	}
}

func decode(t testing.TB, raw []byte) (data map[string]any) {
	t.Helper()
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func has(data, want map[string]any) bool {
	for k, v := range want {
		if fmt.Sprint(data[k]) != fmt.Sprint(v) {
			return false
		}
	}
	return true
}

// state waits until the figures have heard that an agent is in a state.
func (e *ear) state(agent, state string) {
	e.t.Helper()
	e.until(stats.TypeAgent, map[string]any{"userId": agent, "state": state})
}

// is waits until the figures have heard that a segment is in a state.
func (e *ear) is(segment, state string) map[string]any {
	e.t.Helper()
	return e.until(stats.TypeSegment, map[string]any{"id": segment, "state": state})
}
