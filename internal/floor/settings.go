package floor

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"

	"parley/internal/bus"
	"parley/internal/floor/core"
)

// watchSettings brings changed settings to the floor: each field of an
// administration form works from the next contact on, without a restart.
func (o *owner) watchSettings(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := o.followSettings(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("changed settings could not be followed", "tenant", o.tenant, "error", err)
			pause(ctx, o.f.cfg.RetryPause)
		}
	}
	return ctx.Err()
}

func (o *owner) followSettings(ctx context.Context) error {
	sub, err := o.f.cfg.Bus.Feed().Subscribe(ctx, o.tenant, []string{"config"}, bus.FromNow, 1_000)
	if err != nil {
		return err
	}
	defer sub.Close()
	var last []byte
	if last, err = o.refresh(ctx, last); err != nil { // what changed before the subscription
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, ok := <-sub.C():
			if !ok {
				return sub.Err()
			}
		}
		for waiting := true; waiting; { // many changes at once are looked at once
			select {
			case _, waiting = <-sub.C():
			default:
				waiting = false
			}
		}
		if last, err = o.refresh(ctx, last); err != nil {
			return err
		}
	}
}

// refresh reads the settings and gives the floor what differs. The tenant's
// configuration is compared with the last one given, an agent's with its row.
func (o *owner) refresh(ctx context.Context, last []byte) ([]byte, error) {
	cfg, err := o.f.cfg.Settings.FloorConfig(ctx, o.tenant)
	if err != nil {
		return last, err
	}
	text, err := json.Marshal(cfg)
	if err != nil {
		return last, err
	}
	var es []*entry
	if string(text) != string(last) {
		es = append(es, &entry{in: core.Input{Type: core.InConfigure, Config: &cfg}, source: fromFloor})
	}
	var rows []agentRow
	if err := o.f.cfg.DB.Read().NewSelect().Model(&rows).Where("fa.tenant_id = ?", o.tenant).Order("fa.id").Scan(ctx); err != nil {
		return last, err
	}
	for _, r := range rows {
		var a core.Agent
		if err := json.Unmarshal([]byte(r.Data), &a); err != nil {
			return last, err
		}
		in := core.Input{Type: core.InAgentConfigured, Agent: a.ID}
		if err := o.f.cfg.Settings.AgentInput(ctx, o.tenant, a.ID, &in); err != nil {
			slog.Warn("an agent's settings could not be read", "tenant", o.tenant, "agent", a.ID, "error", err)
			continue
		}
		if !sameProfile(&a, &in) {
			es = append(es, &entry{in: in, source: fromFloor})
		}
	}
	return text, o.give(ctx, es)
}

func sameProfile(a *core.Agent, in *core.Input) bool {
	return a.Team == in.Team && a.Rank == in.Rank && slices.Equal(a.Skills, in.Skills) && slices.Equal(a.Kinds, in.Kinds) &&
		slices.EqualFunc(a.Capacity, in.Capacity, func(x, y core.KindCapacity) bool {
			return x.Kind == y.Kind && x.Share == y.Share && x.Need == y.Need && x.Precedence == y.Precedence && slices.Equal(x.Over, y.Over)
		})
}

// give hands inputs of the floor's own to the owner.
func (o *owner) give(ctx context.Context, es []*entry) error {
	if len(es) == 0 {
		return nil
	}
	select {
	case o.own <- es:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
