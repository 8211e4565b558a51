package floor

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// watchRecords compares the open contacts of the records with those of the
// floor, at the start and now and then. Both are written by the same
// transactions, so they differ only after a fault; then the customer counts: who
// is recorded as waiting or talking is brought to the floor.
func (o *owner) watchRecords(ctx context.Context) error {
	t := time.NewTicker(o.f.cfg.CheckInterval)
	defer t.Stop()
	for {
		if err := o.compare(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("floor and records could not be compared", "tenant", o.tenant, "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}

// difference is what the records and the floor's rows disagree about.
type difference struct {
	missing []interaction.Segment // open in the records, unknown to the floor
	ended   []interaction.Segment // ended in the records with a row nobody has
	surplus []core.Item           // on the floor, finished or unknown in the records
}

func (o *owner) compare(ctx context.Context) error {
	var d difference
	err := o.f.cfg.DB.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = o.differ(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	var es []*entry
	for _, p := range d.missing {
		in := Submitted(p)
		in.Type = core.InAnnounced
		es = append(es, o.mend("announced", p.ID, in))
	}
	for _, it := range d.surplus {
		in := Over(it.ID, interaction.BySystem, "drift")
		if it.Ended {
			in = core.Input{Type: core.InFinished, Item: it.ID, Agent: it.Agent}
		}
		es = append(es, o.mend("dropped", it.ID, in))
	}
	if err := o.give(ctx, es); err != nil || len(d.ended) == 0 {
		return err
	}
	return o.closeRows(ctx, d.ended)
}

func (o *owner) mend(done, item string, in core.Input) *entry {
	slog.Warn("floor and records disagree about a contact", "tenant", o.tenant, "segment", item, "done", done)
	drift.WithLabelValues(done).Inc()
	return &entry{in: in, source: fromFloor}
}

func (o *owner) differ(ctx context.Context, tx bun.Tx) (d difference, err error) {
	open, err := o.f.cfg.Interactions.Unfinished(ctx, tx, o.tenant)
	if err != nil {
		return d, err
	}
	s, err := loadRows(ctx, tx, o.tenant)
	if err != nil {
		return d, err
	}
	coming, err := o.coming(ctx, tx)
	if err != nil {
		return d, err
	}
	known := map[string]bool{}
	for _, it := range s.items {
		known[it.ID] = true
	}
	recorded := map[string]bool{}
	for _, p := range open {
		recorded[p.ID] = true
		switch {
		case known[p.ID] || coming[p.ID] || p.State == interaction.StateParked: // parked beside the floor: an offline form
		case p.ToNumber != "": // somebody outside has it
		case p.State == interaction.StateEnded:
			d.ended = append(d.ended, p)
		default:
			d.missing = append(d.missing, p)
		}
	}
	for _, it := range s.items {
		if !recorded[it.ID] && !coming[it.ID] {
			d.surplus = append(d.surplus, it)
		}
	}
	return d, nil
}

// coming are the items that the inbox still speaks of.
func (o *owner) coming(ctx context.Context, tx bun.Tx) (map[string]bool, error) {
	var rows []inboxRow
	if err := tx.NewSelect().Model(&rows).Where("fi.tenant_id = ?", o.tenant).Scan(ctx); err != nil {
		return nil, err
	}
	items := map[string]bool{}
	for _, r := range rows {
		var in core.Input
		if json.Unmarshal([]byte(r.Input), &in) == nil {
			items[in.Item], items[in.NewItem] = true, true
		}
	}
	return items, nil
}

// closeRows finishes records whose row the floor has lost: the contact is over,
// nothing waits.
func (o *owner) closeRows(ctx context.Context, parts []interaction.Segment) error {
	steps := make([]interaction.Step, len(parts))
	for i, p := range parts {
		slog.Warn("floor and records disagree about a contact", "tenant", o.tenant, "segment", p.ID, "done", "closed")
		drift.WithLabelValues("closed").Inc()
		steps[i] = interaction.Step{At: max(o.f.cfg.Clock.Now(), p.SinceAt), Kind: interaction.StepFinished, SegmentID: p.ID,
			AgentID: p.AgentID, TeamID: p.TeamID, By: interaction.BySystem, Cause: "drift", Disposition: interaction.DispositionNone}
	}
	return o.f.cfg.DB.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		if err := bus.CheckFencing(ctx, tx, leaseKey(o.tenant), o.lease.Fencing); err != nil {
			return errors.Join(errLost, err)
		}
		return o.f.cfg.Interactions.Record(ctx, tx, o.tenant, steps, nil)
	})
}
