package floor

import (
	"context"
	"encoding/json"
	"errors"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/stats"
)

// committed is what came of a batch.
type committed struct {
	batch *batch
	err   error
}

// commitLoop is the committer: it makes one batch after the other durable and
// then lets go what hung on it, in order.
func (o *owner) commitLoop(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-o.toCommit:
			o.wasCommitted <- committed{b, o.commit(ctx, b)}
		}
	}
}

// commit writes a batch and, when it stands, tells those who wait for it.
func (o *owner) commit(ctx context.Context, b *batch) error {
	var seq int64 // of the last change, for the answers
	err := o.f.cfg.DB.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) (err error) {
		seq, err = o.write(ctx, tx, b)
		return err
	})
	if err != nil {
		return err
	}
	for i, e := range b.entries {
		if e.cmd != nil {
			a := b.answers[i]
			a.ChangeSeq = seq
			e.cmd.finish(a, b.refusals[i])
		}
	}
	o.endSessions(b)
	return nil
}

func (o *owner) write(ctx context.Context, tx *db.Tx, b *batch) (seq int64, err error) {
	if err := bus.CheckFencing(ctx, tx, leaseKey(o.tenant), o.lease.Fencing); err != nil {
		return 0, errors.Join(errLost, err)
	}
	if err := takeInbox(ctx, tx, o.tenant, b.inboxRows()); err != nil {
		return 0, err
	}
	if err := saveInputs(ctx, tx, o.tenant, b.happened); err != nil {
		return 0, err
	}
	if err := saveAgents(ctx, tx, o.tenant, b.agents); err != nil {
		return 0, err
	}
	if err := saveItems(ctx, tx, o.tenant, b.items); err != nil {
		return 0, err
	}
	if err := saveHead(ctx, tx, headRow{TenantID: o.tenant, Seq: b.seq, At: b.at, Fencing: o.lease.Fencing}); err != nil {
		return 0, err
	}
	if err := o.f.cfg.Interactions.Record(ctx, tx, o.tenant, b.steps, b.states); err != nil {
		return 0, err
	}
	for _, r := range o.f.recorders {
		if err := r.Record(ctx, tx, o.tenant, b.happened); err != nil {
			return 0, err
		}
	}
	for i := range b.changes {
		c := &b.changes[i]
		bus.Record(tx, o.tenant, "u/"+c.view.UserID, "agent.changed", c.view)
		bus.Record(tx, o.tenant, stats.Audience, stats.TypeAgent, c.fact)
	}
	if err := insertAll(ctx, tx, b.snapshots); err != nil {
		return 0, err
	}
	return o.storeAnswers(ctx, tx, b)
}

// storeAnswers keeps the answers of HTTP commands beside what they did.
func (o *owner) storeAnswers(ctx context.Context, tx *db.Tx, b *batch) (seq int64, err error) {
	waiting := false
	for _, e := range b.entries {
		waiting = waiting || e.cmd != nil
	}
	if !waiting {
		return 0, nil
	}
	if seq, err = bus.LastSeq(ctx, tx, o.tenant); err != nil {
		return 0, err
	}
	for i, e := range b.entries {
		if e.cmd == nil || e.cmd.key.Key == "" || b.refusals[i] != nil {
			continue
		}
		a := b.answers[i]
		a.ChangeSeq = seq
		body, err := json.Marshal(a)
		if err != nil {
			return 0, err
		}
		if err := db.StoreIdempotent(ctx, tx, e.cmd.key, 200, body); err != nil {
			return 0, err
		}
	}
	return seq, nil
}

func (b *batch) inboxRows() []int64 {
	var seqs []int64
	for _, e := range b.entries {
		if e.inbox != 0 {
			seqs = append(seqs, e.inbox)
		}
	}
	return seqs
}

// endSessions tells the sessions of those who left the floor.
func (o *owner) endSessions(b *batch) {
	if o.f.cfg.Sessions == nil {
		return
	}
	for _, l := range b.left {
		o.f.group.Go("floor.sign_out", func(ctx context.Context) error {
			o.f.cfg.Sessions.EndSession(ctx, o.tenant, l.agent, l.session, l.why)
			return nil
		})
	}
}

// passing says that a failed commit is nobody's fault: the database is away, or
// another node has the floor.
func passing(err error) bool {
	return fail.Code(err) == fail.CodeUnavailable || errors.Is(err, context.Canceled)
}
