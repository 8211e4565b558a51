package floor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parley/internal/bus"
	"parley/internal/floor/core"
	"parley/internal/run"
	"parley/internal/stats"
)

// owner is one tenant's floor while it lives on this node. Its fields belong to
// the goroutine of run, except for the channels.
type owner struct {
	f      *Floors
	tenant string
	lease  *bus.Lease
	ended  chan struct{} // closed when nothing is taken any more

	retired  <-chan struct{} // the tenant is suspended: everybody goes home, then the floor ends
	retiring bool

	commands     chan *command
	own          chan []*entry // configuration, comparison
	toCommit     chan *batch
	wasCommitted chan committed
	inbox        *inbox

	core    *core.Core
	seq     int64 // of the last input
	now     int64 // floor time
	seats   map[string]seat
	shown   map[string]string // last view told of an agent
	counted map[string]stats.AgentFact
	keys    map[string]*command // commands under way, by idempotency key

	next       *batch // what was decided since the last hand-over
	committing bool
	ring       <-chan time.Time // of the earliest deadline
	ringAt     int64
	silence    func()
	notBefore  int64 // no deadline before this
}

func newOwner(f *Floors, tenant string, lease *bus.Lease) *owner {
	return &owner{f: f, tenant: tenant, lease: lease, ended: make(chan struct{}),
		commands: make(chan *command, 256), own: make(chan []*entry, 4),
		toCommit: make(chan *batch, 1), wasCommitted: make(chan committed, 1),
		inbox: newInbox(), keys: map[string]*command{}, silence: func() {}}
}

// run lives until the lease or the context ends. up is called when the floor is
// there.
func (o *owner) run(ctx context.Context, up func()) error {
	ctx, cancel := context.WithCancel(ctx)
	helpers := run.New(ctx)
	defer func() {
		cancel()
		_ = helpers.Stop(5 * time.Second)
		o.silence()
	}()
	if err := o.boot(ctx); err != nil {
		return err
	}
	helpers.Go("floor.committer", o.commitLoop)
	helpers.Go("floor.inbox", o.readInbox)
	helpers.Go("floor.inbox.tick", o.tickInbox)
	helpers.Go("floor.settings", o.watchSettings)
	helpers.Go("floor.check", o.watchRecords)
	up()
	for {
		err := o.round(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errLost), errors.Is(err, errRetired):
			return err
		default:
			slog.Warn("a floor could not be built again yet", "tenant", o.tenant, "error", err)
			o.refuseWaiting(err)
			pause(ctx, o.f.cfg.RetryPause)
		}
	}
}

// boot brings the floor up: what was under way when the last owner ended is put
// right before anything new is taken.
func (o *owner) boot(ctx context.Context) error {
	if err := o.rebuild(ctx, "start"); err != nil {
		return err
	}
	return o.alone(ctx, &entry{in: core.Input{Type: core.InBoot}, source: fromFloor})
}

// round waits for one thing and takes all that is ready.
func (o *owner) round(ctx context.Context) error {
	if o.core == nil { // the last rebuild failed
		return o.rebuild(ctx, "rebuild")
	}
	if err := o.handOver(); err != nil {
		return o.crashed(ctx, nil, err)
	}
	if o.retiring {
		return o.windUp(ctx)
	}
	o.setAlarm()
	commands, direct, own := o.commands, o.inbox.direct, o.own
	if len(o.next.entries) >= o.f.cfg.MaxBatch {
		commands, direct, own = nil, nil, nil // decide no further ahead
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-o.lease.Lost():
		return errLost
	case <-o.retired:
		o.retiring = true
	case c := <-o.wasCommitted:
		return o.settled(ctx, c)
	case <-o.ring:
		o.ring, o.ringAt = nil, 0
		return o.takeAll(ctx, []*entry{{in: core.Input{Type: core.InTimer}, source: fromTimer}})
	case c := <-commands:
		return o.takeCommands(ctx, c)
	case rows := <-direct:
		return o.takeAll(ctx, o.entries(o.unseen(rows)))
	case es := <-own:
		return o.takeAll(ctx, es)
	case <-o.inbox.wanted:
		o.inbox.wantReading()
	case r := <-o.inbox.read:
		if r.err != nil {
			slog.Warn("the floor's inbox could not be read", "tenant", o.tenant, "error", r.err)
		}
		return o.takeAll(ctx, o.entries(o.inbox.fresh(r)))
	}
	return nil
}

// takeCommands takes a command and those that wait behind it.
func (o *owner) takeCommands(ctx context.Context, c *command) error {
	var es []*entry
	for {
		if e := o.command(c); e != nil {
			es = append(es, e)
		}
		if len(es)+len(o.next.entries) >= o.f.cfg.MaxBatch {
			break
		}
		select {
		case c = <-o.commands:
			continue
		default:
		}
		break
	}
	return o.takeAll(ctx, es)
}

// command makes an entry of a command. One that comes again while the first is
// under way waits for the same answer.
func (o *owner) command(c *command) *entry {
	if k := c.key.Key; k != "" {
		k = c.key.User + "/" + k
		if first := o.keys[k]; first != nil {
			first.also(c)
			return nil
		}
		o.keys[k] = c
		c.forget = k
	}
	return &entry{in: c.in, source: fromCommand, cmd: c}
}

// unseen leaves out rows that a reading of the table brought earlier.
func (o *owner) unseen(rows []inboxRow) []inboxRow {
	var fresh []inboxRow
	for _, r := range rows {
		if _, was := o.inbox.taken[r.Seq]; !was {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

// takeAll decides on entries, one after the other.
func (o *owner) takeAll(ctx context.Context, es []*entry) error {
	for i, e := range es {
		if err := o.apply(o.next, e); err != nil {
			e.strikes++
			return o.crashed(ctx, es[i:], err)
		}
	}
	return nil
}

// handOver gives the committer what was decided, when it is free.
func (o *owner) handOver() error {
	if o.committing || o.next.empty() {
		return nil
	}
	if err := o.seal(o.next); err != nil {
		return err
	}
	o.committing = true
	o.toCommit <- o.next
	o.next = &batch{}
	return nil
}

// settled hears how the batch with the committer went.
func (o *owner) settled(ctx context.Context, c committed) error {
	o.committing = false
	if c.err == nil {
		o.done(c.batch)
		return nil
	}
	return o.failed(ctx, c.batch, c.err)
}

// done forgets what a committed batch needed.
func (o *owner) done(b *batch) {
	inputs.Add(float64(len(b.entries)))
	batchSize.Observe(float64(len(b.entries)))
	for _, e := range b.entries {
		if e.inbox != 0 {
			o.inbox.gone(e.inbox)
		}
		o.forget(e.cmd)
	}
}

func (o *owner) forget(c *command) {
	if c != nil && c.forget != "" {
		delete(o.keys, c.forget)
	}
}

// setAlarm sets the timer to the core's earliest deadline.
func (o *owner) setAlarm() {
	at, ok := o.core.Next()
	if ok {
		at = max(at, o.notBefore)
	}
	if at == o.ringAt {
		return
	}
	o.silence()
	o.ring, o.ringAt, o.silence = nil, at, func() {}
	if at != 0 {
		o.ring, o.silence = o.f.cfg.Clock.Alarm(at)
	}
}

// end answers those who still wait: the floor is not here any more.
func (o *owner) end() {
	close(o.ended)
	o.refuseWaiting(errNoFloor)
}
