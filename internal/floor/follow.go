package floor

import (
	"context"

	"parley/internal/floor/core"
)

// Follower is what takes the floor's decisions on the segments it consists of: a
// call, a conversation.
type Follower interface {
	// Decided takes one decision.
	Decided(ctx context.Context, d core.Effect) error
	// Done comes once, after the last decision.
	Done(ctx context.Context) error
}

// Follow brings decisions to those whose segments they are about, each of which
// is opened once, at its first decision, and told in the order of decision. of
// tells which of the segments belong to whom; it is asked once, and only of
// decisions of the given types.
func Follow[F Follower](ctx context.Context, happened []Happened, types map[string]bool,
	of func(ctx context.Context, segments []string) (map[string]string, error), open func(ctx context.Context, id string) (F, error)) error {
	var decisions []core.Effect
	var segments []string
	seen := map[string]bool{}
	for _, h := range happened {
		for _, d := range h.Effects {
			if d.Item == "" || !types[d.Type] {
				continue
			}
			decisions = append(decisions, d)
			if !seen[d.Item] {
				seen[d.Item] = true
				segments = append(segments, d.Item)
			}
		}
	}
	if len(segments) == 0 {
		return nil
	}
	owners, err := of(ctx, segments)
	if err != nil {
		return err
	}
	opened := map[string]F{}
	var order []F
	for _, d := range decisions {
		id, known := owners[d.Item]
		if !known {
			continue
		}
		f, is := opened[id]
		if !is {
			if f, err = open(ctx, id); err != nil {
				return err
			}
			opened[id] = f
			order = append(order, f)
		}
		if err := f.Decided(ctx, d); err != nil {
			return err
		}
	}
	for _, f := range order {
		if err := f.Done(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Unlearned tells whether a segment was parked because the floor does not know
// its service: one made a moment ago, of which the floor hears at once, or one
// that is gone.
func Unlearned(d core.Effect) bool {
	return d.Type == core.OutParked && d.Reason == core.ParkedUnknownService
}
