package floor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/run"
	"parley/internal/stats"
)

// rebuild throws the floor away and builds it again from its rows. This is the
// one place where the owner waits for the database: there is no floor yet that
// anybody could wait for.
func (o *owner) rebuild(ctx context.Context, cause string) error {
	o.core, o.next = nil, &batch{}
	rebuilds.Inc()
	cfg, err := o.f.cfg.Settings.FloorConfig(ctx, o.tenant)
	if err != nil {
		return fmt.Errorf("reading the floor's settings: %w", err)
	}
	var s saved
	err = o.f.cfg.DB.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		s, err = loadRows(ctx, tx, o.tenant)
		return err
	})
	if err != nil {
		return err
	}
	o.seq = s.head.Seq
	o.now = max(o.now, s.head.At, o.f.cfg.Clock.Now())
	c := core.RestoreRows(cfg, s.agents, s.items, o.now)
	o.seats, o.shown, o.counted = map[string]seat{}, map[string]string{}, map[string]stats.AgentFact{}
	for i := range s.agents {
		o.seats[s.agents[i].ID] = seat{s.agents[i].Team, s.agents[i].Session}
	}
	o.inbox.forget()
	if err := o.saveStart(ctx, c, cause); err != nil {
		return err
	}
	o.core = c
	return nil
}

// saveStart keeps the rebuilt floor as a place where a replay may begin.
func (o *owner) saveStart(ctx context.Context, c *core.Core, cause string) error {
	state, err := json.Marshal(c.Snapshot())
	if err != nil {
		return err
	}
	row := snapshotRow{TenantID: o.tenant, Seq: o.seq, At: o.now, Cause: cause, CoreVersion: core.Version, State: string(state)}
	return o.f.cfg.DB.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		if err := bus.CheckFencing(ctx, tx, leaseKey(o.tenant), o.lease.Fencing); err != nil {
			return errors.Join(errLost, err)
		}
		// Built twice at the same input: the later one is what went on.
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (tenant_id, seq, cause) DO UPDATE").
			Set("at = EXCLUDED.at").Set("core_version = EXCLUDED.core_version").Set("state = EXCLUDED.state").Exec(ctx)
		return err
	})
}

// failed is what follows a commit that did not come about: the floor is built
// again, since the batch after it was decided on what is not so. When the
// database is away the waiting commands are told; when one input is at fault it
// has to be found.
func (o *owner) failed(ctx context.Context, b *batch, cause error) error {
	all := append(b.entries, o.next.entries...)
	slog.Warn("a floor's commit failed", "tenant", o.tenant, "inputs", len(b.entries), "error", cause)
	if passing(cause) {
		o.giveUp(all, cause)
		if errors.Is(cause, errLost) {
			return errLost
		}
		return o.rebuild(ctx, "rebuild")
	}
	return o.oneByOne(ctx, all)
}

// crashed is what follows a panic of the core at the first of es.
func (o *owner) crashed(ctx context.Context, es []*entry, cause error) error {
	all := append(o.next.entries, es...)
	if o.committing {
		c := <-o.wasCommitted // the batch before is sound and may stand
		o.committing = false
		if c.err == nil {
			o.done(c.batch)
		} else {
			all = append(c.batch.entries, all...)
			if passing(c.err) {
				o.giveUp(all, c.err)
				return errors.Join(c.err, cause)
			}
		}
	}
	return o.oneByOne(ctx, all)
}

// maxStrikes is how often an input may make the floor fail.
const maxStrikes = 2

// oneByOne takes the inputs again on a rebuilt floor, each in a transaction of
// its own, and puts aside the one that fails twice.
func (o *owner) oneByOne(ctx context.Context, all []*entry) error {
	if err := o.rebuild(ctx, "rebuild"); err != nil {
		o.giveUp(all, err)
		return err
	}
	for i, e := range all {
		if e.source == fromTimer && e.strikes == 0 {
			continue // deadlines are set anew
		}
		for {
			err := o.alone(ctx, e)
			if err == nil {
				break
			}
			if passing(err) {
				o.giveUp(all[i:], err)
				return err
			}
			if e.strikes++; e.strikes >= maxStrikes {
				if err := o.putAside(ctx, e, err); err != nil {
					o.giveUp(all[i:], err)
					return err
				}
			}
			if err := o.rebuild(ctx, "rebuild"); err != nil {
				o.giveUp(all[i:], err)
				return err
			}
			if e.strikes >= maxStrikes {
				break
			}
		}
	}
	return nil
}

// alone decides on one entry and commits it, on the owner's own goroutine.
func (o *owner) alone(ctx context.Context, e *entry) error {
	b := &batch{}
	if e.inbox != 0 {
		o.inbox.taken[e.inbox] = 0
	}
	if err := o.apply(b, e); err != nil {
		return err
	}
	if err := o.seal(b); err != nil {
		return err
	}
	if err := run.Protect("floor.commit", func() error { return o.commit(ctx, b) }); err != nil {
		return err
	}
	o.done(b)
	return nil
}

// putAside quarantines an input and tells who waits for it.
func (o *owner) putAside(ctx context.Context, e *entry, cause error) error {
	if e.cmd != nil {
		o.forget(e.cmd)
		if f, ok := errors.AsType[*fail.Error](cause); ok && f.Status < 500 {
			e.cmd.finish(Answer{}, f) // a refusal of a recorder, not a fault
			return nil
		}
		defer e.cmd.finish(Answer{}, fail.Internal(cause))
	}
	if err := o.quarantine(ctx, e, cause); err != nil {
		return err
	}
	if e.inbox != 0 {
		o.inbox.gone(e.inbox)
	}
	if e.source == fromTimer {
		o.notBefore = o.now + poisonedPauseMS // the deadline is still there
	}
	return nil
}

// poisonedPauseMS is how long deadlines wait after one that made the core panic.
const poisonedPauseMS = 5_000

// refuseWaiting answers the commands that wait for a floor that is away.
func (o *owner) refuseWaiting(cause error) {
	for {
		select {
		case c := <-o.commands:
			c.finish(Answer{}, fail.Unavailable(cause))
		default:
			return
		}
	}
}

// giveUp tells the waiting commands that it can't be done now. Inbox rows stay
// in their table.
func (o *owner) giveUp(es []*entry, cause error) {
	for _, e := range es {
		if e.cmd != nil {
			o.forget(e.cmd)
			e.cmd.finish(Answer{}, fail.Unavailable(cause))
		}
	}
	o.core, o.next = nil, &batch{}
}
