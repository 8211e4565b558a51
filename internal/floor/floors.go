package floor

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/run"
)

// Happened is one input and what the floor decided on it. Seq is its number in
// the tenant's log, At the floor time.
type Happened struct {
	Seq     int64
	At      int64
	Input   core.Input
	Effects []core.Effect
}

// Recorder writes what follows from the floor's decisions into the transaction
// that makes them durable. It must touch nothing but tx. An error undoes the
// batch; the floor then finds the input at fault and puts it aside.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, tenant string, h []Happened) error
}

// Settings are the tenants' settings as the floor needs them.
type Settings interface {
	// Tenants lists the tenants that are at work; the floor of another ends.
	Tenants(ctx context.Context) ([]string, error)
	// FloorConfig is the tenant's routing configuration.
	FloorConfig(ctx context.Context, tenant string) (core.Config, error)
	// AgentInput fills team, skills, kinds, capacity and rank of an input about
	// an agent (signedIn, agentConfigured).
	AgentInput(ctx context.Context, tenant, user string, in *core.Input) error
}

// SessionEnder ends the session of an agent who left the floor.
type SessionEnder interface {
	EndSession(ctx context.Context, tenant, user, session string, why SignedOut)
}

// SignedOut says how an agent left the floor.
type SignedOut struct {
	At     int64
	By     string // the user who did it; "": the agent, or the floor itself
	Reason string // core.ReasonLost after a lost connection
}

// Config is what the floors need. Zero limits mean the default.
type Config struct {
	DB           *db.DB
	Bus          *bus.Bus
	Interactions *interaction.Service
	Settings     Settings
	Sessions     SessionEnder // nil: nobody is told
	Clock        Clock        // nil: the wall clock

	LeaseTTL      time.Duration // how long a dead node's floors stay orphaned; default 3 s
	InboxInterval time.Duration // how often the inbox is looked at in case a nudge was lost; default 1 s
	CheckInterval time.Duration // how often records and floor are compared; default 30 s
	SnapshotEvery int64         // inputs between snapshots; default 10,000
	KeepLog       time.Duration // default 30 days
	MaxBatch      int           // inputs in one transaction; default 512
	RetryPause    time.Duration // after a failed rebuild; default 500 ms
	RemoteTimeout time.Duration // for a command to another node; default 3 s

	apply func(*core.Core, core.Input) []core.Effect // the core's own; tests let it fail
}

func (c *Config) defaults() {
	if c.Clock == nil {
		c.Clock = WallClock{}
	}
	if c.apply == nil {
		c.apply = (*core.Core).Apply
	}
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&c.LeaseTTL, 3*time.Second)
	set(&c.InboxInterval, time.Second)
	set(&c.CheckInterval, 30*time.Second)
	set(&c.KeepLog, 30*24*time.Hour)
	set(&c.RetryPause, 500*time.Millisecond)
	set(&c.RemoteTimeout, 3*time.Second)
	if c.SnapshotEvery <= 0 {
		c.SnapshotEvery = 10_000
	}
	if c.MaxBatch <= 0 {
		c.MaxBatch = 512
	}
}

// Floors are the floors of all tenants, on whichever node they are.
type Floors struct {
	cfg       Config
	recorders []Recorder
	group     *run.Group
	cancels   []func()

	mu     sync.Mutex
	kept   map[string]*keeper
	owners map[string]*owner // floors that live here now
	closed bool
}

// New makes the floors; Start lets them live.
func New(cfg Config) *Floors {
	cfg.defaults()
	return &Floors{cfg: cfg, kept: map[string]*keeper{}, owners: map[string]*owner{}}
}

// AddRecorder adds a recorder, called after interaction's and in the order of
// adding. Call it before Start.
func (f *Floors) AddRecorder(r Recorder) { f.recorders = append(f.recorders, r) }

// Start brings up the floors of all tenants that no other node has, and takes
// over the others' when they die. It returns when every floor that is to live
// here does.
func (f *Floors) Start(ctx context.Context) error {
	f.group = run.New(context.WithoutCancel(ctx))
	nudge, err := f.cfg.Bus.SubscribeLossy(nudgeSubject, f.nudged)
	if err != nil {
		return err
	}
	tenantsChanged, err := f.cfg.Bus.SubscribeLossy(tenantsSubject, func(string, []byte) { f.look() })
	if err != nil {
		nudge()
		return err
	}
	f.cancels = append(f.cancels, nudge, tenantsChanged)
	tenants, err := f.cfg.Settings.Tenants(ctx)
	if err != nil {
		return err
	}
	var up []<-chan struct{}
	for _, t := range tenants {
		up = append(up, f.keep(t))
	}
	f.group.Every("floor.tenants", 10*time.Second, f.tenants)
	f.group.Every("floor.trim", time.Hour, f.trimAll)
	if f.cfg.Bus.Clustered() {
		return nil // some of them live elsewhere
	}
	for _, c := range up {
		select {
		case <-c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Close ends the floors of this node in order; other nodes may take them.
func (f *Floors) Close() error {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	for _, cancel := range f.cancels {
		cancel()
	}
	if f.group == nil {
		return nil
	}
	return f.group.Stop(10 * time.Second)
}

// Look brings up the floors of tenants just made or resumed and ends those of
// suspended ones, here and on other nodes, without waiting for the next round. It
// may be called after a commit: it does not wait for them.
func (f *Floors) Look() {
	f.look()
	if f.cfg.Bus.Clustered() {
		_ = f.cfg.Bus.Publish(tenantsSubject, nil) // a lost one: the next round
	}
}

func (f *Floors) look() {
	if f.group == nil { // not started yet: Start looks
		return
	}
	f.group.Go("floor.look", f.tenants)
}

func leaseKey(tenant string) string { return "floor/" + tenant }

func (f *Floors) owner(tenant string) *owner {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.owners[tenant]
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

var errLost = errors.New("the floor's lease is lost")
