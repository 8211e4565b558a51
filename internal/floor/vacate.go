package floor

import (
	"context"
	"errors"
	"maps"
	"slices"

	"parley/internal/floor/core"
)

var errRetired = errors.New("the tenant is suspended")

// reasonSuspended stands in the records of those who were on the floor then.
const reasonSuspended = "suspended"

// windUp lets what was decided become durable and then ends the floor. Nothing
// new is taken: what stands in the inbox waits for the tenant's return.
func (o *owner) windUp(ctx context.Context) error {
	if !o.committing {
		return o.vacate(ctx)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-o.lease.Lost():
		return errLost
	case c := <-o.wasCommitted:
		return o.settled(ctx, c)
	}
}

// vacate sends everybody home before the floor of a suspended tenant ends, so that
// nobody counts as at work meanwhile. Contacts in hand go back to their queues and
// wait there until the tenant is resumed.
func (o *owner) vacate(ctx context.Context) error {
	for _, agent := range slices.Sorted(maps.Keys(o.seats)) {
		e := &entry{in: core.Input{Type: core.InSignedOut, Agent: agent, Forced: true, Reason: reasonSuspended}, source: fromFloor}
		if o.alone(ctx, e) == nil {
			continue
		}
		if err := o.oneByOne(ctx, []*entry{e}); err != nil {
			return err
		}
	}
	return errRetired
}
