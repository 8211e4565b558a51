package call

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/blob"
	"parley/internal/bus"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/media"
	"parley/internal/run"
)

const tenant = "t1"

// settings is the administration of these tests.
type settings struct {
	open  bool
	limit int64
	way   Way
	ring  int64 // seconds a number may be rung
}

func (d *settings) Service(_ context.Context, t, id string) (Rules, error) {
	if t != tenant || (id != "sales" && id != "support") {
		return Rules{}, fail.NotFound("service")
	}
	return Rules{Name: id, RingSeconds: d.ring}, nil
}

func (d *settings) Serves(ctx context.Context, t, id string) (bool, error) {
	_, err := d.Service(ctx, t, id)
	return err == nil, nil
}

func (d *settings) Way(context.Context, string, string) (Way, error) { return d.way, nil }

func (d *settings) Person(_ context.Context, _, id string) (Person, error) {
	return Person{Name: id, MayVoice: id != "clerk"}, nil
}
func (d *settings) ByExtension(_ context.Context, _, extension string) (string, error) {
	return map[string]string{"101": "anna", "102": "boris", "103": "clerk"}[extension], nil
}
func (d *settings) OpenNow(context.Context, string, string, string, int64) (bool, error) {
	return d.open, nil
}
func (d *settings) OpenLimit(context.Context, string) (int64, error)           { return d.limit, nil }
func (d *settings) PromptFile(context.Context, string, string) (string, error) { return "", nil }
func (d *settings) Can(context.Context, string, string, string) bool           { return true }
func (*settings) AutoAnswers(context.Context, string, string, string) bool     { return false }
func (d *settings) UserName(_ context.Context, _, id string) string            { return id }
func (*settings) Extension(context.Context, string, string) string             { return "42" }
func (d *settings) DispositionFacts(context.Context, string, string) (interaction.DispositionFacts, error) {
	return interaction.DispositionFacts{}, fail.NotFound("disposition")
}

// recordSettings narrows settings to what the records ask.
type recordSettings struct{ *settings }

func (d recordSettings) ServiceFacts(_ context.Context, _, id string) (interaction.ServiceFacts, error) {
	return interaction.ServiceFacts{Name: id, Channel: "voice"}, nil
}

// deaf is a line on which nothing is said; of what it is sent it only counts the
// packets that are no silence.
type deaf struct {
	once sync.Once
	over chan struct{}
	loud *atomic.Int64
}

func (d *deaf) ReadRTP(func([]byte, time.Time)) error { <-d.over; return io.EOF }
func (d *deaf) Close() error                          { d.once.Do(func() { close(d.over) }); return nil }
func (d *deaf) WriteRTP(b []byte) (int, error) {
	const header, nothing = 12, 0x7f // G.711: both zeros
	if slices.ContainsFunc(b[header:], func(x byte) bool { return x&0x7f != nothing }) {
		d.loud.Add(1)
	}
	return len(b), nil
}

// farLeg is a far end whose sound nobody listens to: what matters here is what
// is done to it. Sound is proven with real peers in the app's tests.
type farLeg struct {
	m      *media.Leg
	events func(LegEvent)
	loud   atomic.Int64 // packets of sound it was sent

	mu       sync.Mutex
	answered bool
	hungUp   chan Cause
	stored   string
}

func (f *farLeg) Media() *media.Leg { return f.m }
func (f *farLeg) Ring() error       { return nil }
func (f *farLeg) Stored() []byte    { return []byte(f.stored) }
func (f *farLeg) Answer() error {
	f.mu.Lock()
	f.answered = true
	f.mu.Unlock()
	f.m.Connect(media.LegConfig{Stream: &deaf{over: make(chan struct{}), loud: &f.loud}, Codec: media.PCMU})
	f.events(LegEvent{Kind: LegConnected})
	return nil
}

func (f *farLeg) HangUp(why Cause) {
	select {
	case f.hungUp <- why:
	default:
	}
}

// browsers makes far legs for agents; connects says whether they come up.
type browsers struct {
	d        *desk
	connects bool
	made     chan *farLeg
}

func (b *browsers) Answer(_ context.Context, offer string, events func(LegEvent)) (Leg, string, error) {
	if offer == "bad" {
		return nil, "", fail.Invalid("sdp", "is no offer")
	}
	l := b.d.leg(events)
	b.made <- l
	if b.connects {
		events(LegEvent{Kind: LegConnected})
	}
	return l, "answer", nil
}

// phones notes whom it was to hang up and to ring; silent ones never answer.
type phones struct {
	d       *desk
	dialled chan ringing
	hungUp  chan string
	silent  *atomic.Bool
	givenUp chan error
}

func (p phones) HangUpStored(ctx context.Context, stored []byte) error {
	p.hungUp <- string(stored)
	if p.silent.Load() {
		<-ctx.Done()
		p.givenUp <- ctx.Err()
		return ctx.Err()
	}
	return nil
}

// ringing is a line to a number outside.
type ringing struct {
	*farLeg
	to Dialling
}

func (p phones) Dial(_ context.Context, to Dialling, events func(LegEvent)) (Leg, error) {
	if to.Number == "00" {
		return nil, errors.New("the trunk is gone")
	}
	l := ringing{p.d.leg(events), to}
	l.stored = "outside"
	p.dialled <- l
	return l, nil
}

// alone is a node without others.
type alone struct{}

func (alone) Publish(string, []byte) error { return nil }
func (alone) SubscribeLossy(string, func(string, []byte)) (func(), error) {
	return func() {}, nil
}
func (alone) Handle(string, func(context.Context, []byte) ([]byte, error)) (func(), error) {
	return func() {}, nil
}
func (alone) Request(context.Context, string, []byte) ([]byte, error) { return nil, errGone() }
func (alone) Holder(context.Context, string) (string, error)          { return "", nil }
func (alone) Clustered() bool                                         { return false }

// desk is the room of calls over a real database, whose floor is the test's hand.
type desk struct {
	*testing.T
	ctx      context.Context
	db       *db.DB
	s        *Service
	set      *settings
	browsers *browsers
	phones   phones
	group    *run.Group
	told     chan core.Input
}

func each(t *testing.T, f func(d *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Parallel() // what takes time is sound
		f(newDesk(t, d))
	})
}

func newDesk(t *testing.T, d *db.DB) *desk {
	k := &desk{T: t, ctx: context.Background(), db: d, set: &settings{open: true, way: Way{TrunkID: "carrier", CallerID: "+74957654321"}, ring: 30}, group: run.New(context.Background()), told: make(chan core.Input, 100),
		phones: phones{dialled: make(chan ringing, 10), hungUp: make(chan string, 10), silent: new(atomic.Bool), givenUp: make(chan error, 10)}}
	k.phones.d = k
	k.browsers = &browsers{d: k, connects: true, made: make(chan *farLeg, 10)}
	t.Cleanup(func() { _ = k.group.Stop(5 * time.Second) })
	k.s = k.service()
	return k
}

// service is another process's room of calls on the same database.
func (k *desk) service() *Service {
	blobs, err := blob.NewFolder(k.TempDir(), nil)
	k.must(err)
	change := func(tx *db.Tx, tenant, audience, kind string, data any) error {
		bus.Record(tx, tenant, audience, kind, data)
		return nil
	}
	s := New(Config{DB: k.db, Directory: k.set, Contacts: contact.New(k.db, "RU", change), Interactions: interaction.New(k.db, recordSettings{k.set}),
		Blobs: blobs, Patience: 2 * time.Second, Nodes: alone{}, Browsers: k.browsers, Log: slog.Default(),
		Enqueue: func(_ context.Context, tx *db.Tx, _ string, in core.Input) error {
			tx.AfterCommit(func() { k.told <- in })
			return nil
		}})
	s.UsePhones(k.phones)
	k.must(s.Start(k.ctx, func(context.Context, string, time.Duration) (func(), error) { return func() {}, nil }))
	k.Cleanup(func() { _ = s.Close() })
	return s
}

func (k *desk) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k *desk) leg(events func(LegEvent)) *farLeg {
	return &farLeg{m: media.NewLeg(k.group), events: events, hungUp: make(chan Cause, 1)}
}

// hear gives what the floor is told next, which must be of a type.
func (k *desk) hear(typ string) core.Input {
	k.Helper()
	select {
	case in := <-k.told:
		if in.Type != typ {
			k.Fatalf("the floor was told %+v, not %s", in, typ)
		}
		return in
	case <-time.After(30 * time.Second):
		k.Fatalf("the floor was not told of %s", typ)
	}
	return core.Input{}
}

func (k *desk) ends(l *farLeg) Cause {
	k.Helper()
	select {
	case why := <-l.hungUp:
		return why
	case <-time.After(30 * time.Second):
		k.Fatal("the line was not hung up")
	}
	return ""
}

// until waits until the call is as wanted; every change of it wakes nobody here,
// so it is looked at again and again.
func (k *desk) until(what, callID string, is func(*Call, []*Part) bool) {
	k.Helper()
	late := time.After(30 * time.Second)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		c, err := get(k.ctx, k.db.Read(), tenant, callID)
		k.must(err)
		ps, err := partsOf(k.ctx, k.db.Read(), tenant, callID)
		k.must(err)
		if is(c, ps) {
			return
		}
		select {
		case <-look.C:
		case <-late:
			k.Fatalf("%s did not come about: call %+v", what, *c)
		}
	}
}

// fresh forgets the agents' lines that nobody took up.
func (b *browsers) fresh() {
	for len(b.made) > 0 {
		<-b.made
	}
}

// spoken: a caller was sent at least a second of sound since.
func (k *desk) spoken(l *farLeg, since int64) {
	k.Helper()
	if n := l.loud.Load() - since; n < 50 {
		k.Errorf("the caller was sent %d packets of an announcement", n)
	}
}

// settled waits until a call's session has taken everything it was told.
func (k *desk) settled(callID string) {
	k.Helper()
	done := make(chan struct{})
	k.s.sessions.get(callID).post(func(context.Context) { close(done) })
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		k.Fatal("the session takes nothing")
	}
}

// legs are the records of a segment's lines, the oldest first.
func (k *desk) legs(callID, segment string) []*LegRow {
	k.Helper()
	var ls []*LegRow
	k.must(k.db.Read().NewSelect().Model(&ls).Where("l.tenant_id = ? AND l.call_id = ? AND l.segment_id = ?", tenant, callID, segment).Order("l.id").Scan(k.ctx))
	return ls
}

// incoming lets a customer call; the segment is the one the floor is told of.
func (k *desk) incoming() (callID string, customer *farLeg, segment string) {
	k.Helper()
	callID, err := k.s.Incoming(k.ctx, Incoming{TenantID: tenant, EntryID: "e1", ServiceID: "sales", Source: SourceSIP, From: "+74951234567",
		FromName: "Ivan", To: "100", Language: "en"}, func(events func(LegEvent)) Leg {
		customer = k.leg(events)
		customer.stored = "dialog"
		return customer
	})
	k.must(err)
	return callID, customer, k.hear(core.InSubmitted).Item
}

// talking gives a call that the agent has accepted, with the agent's line up.
func (k *desk) talking(agent string) (callID string, customer, line *farLeg, segment string) {
	k.Helper()
	k.browsers.fresh()
	callID, customer, segment = k.incoming()
	k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: agent})
	_, err := k.s.Attach(k.ctx, tenant, agent, segment, "offer")
	k.must(err)
	k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: agent})
	k.until("the agent's line", callID, func(_ *Call, ps []*Part) bool { return ps[0].Line == LineConnected })
	return callID, customer, <-k.browsers.made, segment
}

// awaitLegs waits until the legs' records are as they should be.
func (k *desk) awaitLegs(what string, are func(l LegRow) bool) {
	k.Helper()
	late := time.After(30 * time.Second)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		var ls []LegRow
		k.must(k.db.Read().NewSelect().Model(&ls).Scan(k.ctx))
		if !slices.ContainsFunc(ls, func(l LegRow) bool { return !are(l) }) {
			return
		}
		select {
		case <-look.C:
		case <-late:
			k.Fatalf("%s did not come about: %+v", what, ls)
		}
	}
}

// dead is where a process may be taken for dead: its sessions have written all they had to.
func dead(l LegRow) bool { return l.ConnectedAt > 0 }

// hungUp is a leg of a dead process whose far end was seen to.
func hungUp(l LegRow) bool { return l.EndedAt > 0 && l.Stored == "" }

// decide lets the floor decide: the records' part, then ours.
func (k *desk) decide(effects ...core.Effect) {
	k.Helper()
	at := db.Now()
	var steps []interaction.Step
	for i := range effects {
		f := &effects[i]
		f.At = at
		st := interaction.Step{At: at, SegmentID: f.Item, AgentID: f.Agent}
		switch f.Type {
		case core.OutOffered:
			st.Kind = interaction.StepOffered
		case core.OutWithdrawn:
			st.Kind = interaction.StepWithdrawn
		case core.OutAssigned:
			st.Kind = interaction.StepAccepted
		case core.OutRequeued:
			st.Kind, st.AgentID = interaction.StepQueued, ""
		case core.OutEnded:
			st.Kind = interaction.StepEnded
		case core.OutFinished, core.OutExited, core.OutTimedOut, core.OutCancelled:
			st.Kind = interaction.StepFinished
		default:
			continue
		}
		steps = append(steps, st)
	}
	k.must(k.db.Write(k.ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		if err := k.s.interactions.Record(ctx, tx, tenant, steps, nil); err != nil {
			return err
		}
		return k.s.Record(ctx, tx, tenant, []floor.Happened{{At: at, Effects: effects}})
	}))
}
