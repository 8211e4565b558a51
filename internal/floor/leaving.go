package floor

import (
	"context"
	"strings"
	"time"

	"parley/internal/bus"
	"parley/internal/interaction"
)

// Leaving runs a verb after which the part is not in hand any more, and waits
// until the floor has decided so and that is durable: what is asked next, to
// finish the row say, then finds it decided. What the channel has done stands
// even where the floor is away; nobody waits for it longer than for a command.
func (f *Floors) Leaving(ctx context.Context, p *interaction.Segment, verb func() (interaction.Done, error)) (interaction.Done, error) {
	news, err := f.cfg.Bus.Feed().Subscribe(ctx, p.TenantID, []string{"u/" + p.AgentID}, bus.FromNow, heardWhileLeaving)
	if err != nil {
		return interaction.Done{}, err
	}
	defer news.Close()
	d, err := verb()
	if err != nil {
		return d, err
	}
	limit := time.NewTimer(f.cfg.RemoteTimeout)
	defer limit.Stop()
	for {
		now, err := f.cfg.Interactions.Segment(ctx, f.cfg.DB.Read(), p.TenantID, p.ID)
		if err != nil || now.AgentID != p.AgentID || now.State != interaction.StateActive {
			return d, nil
		}
		if !heard(ctx, news, limit.C, p.ID) {
			return d, nil
		}
	}
}

// heardWhileLeaving is how many changes of the agent's desk may come meanwhile.
const heardWhileLeaving = 256

// heard waits for a change of the segment; false when there is no use in
// waiting any longer.
func heard(ctx context.Context, news *bus.Subscription, limit <-chan time.Time, segmentID string) bool {
	for {
		select {
		case c, ok := <-news.C():
			if !ok {
				return false
			}
			if strings.HasPrefix(c.Type, "segment.") && strings.Contains(string(c.Data), segmentID) {
				return true
			}
		case <-limit:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
