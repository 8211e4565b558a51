package floor

import (
	"context"
	"encoding/json"
	"sync"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

// Answer is what a command gives its caller after the commit.
type Answer struct {
	Agent     *AgentView    `json:"agent,omitempty"` // the agent the command is about, after it
	ChangeSeq int64         `json:"changeSeq"`       // older frames are of no interest to the caller
	Effects   []core.Effect `json:"-"`
}

// command is somebody's input with somebody waiting for its answer.
type command struct {
	in   core.Input
	key  db.Idempotency // of the HTTP command; Key "" when it has none
	done chan outcome   // buffered: the floor never waits for a caller

	forget string // under which it stands in owner.keys
	mu     sync.Mutex
	others []*command // the same command sent again meanwhile
	result *outcome
}

type outcome struct {
	answer Answer
	err    error
}

// finish answers everybody who waits. Only the first call counts.
func (c *command) finish(a Answer, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.result != nil {
		return
	}
	c.result = &outcome{a, err}
	for _, w := range append(c.others, c) {
		w.done <- *c.result
	}
}

// also lets the same command, sent again, wait for the same answer.
func (c *command) also(again *command) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.result != nil {
		again.done <- *c.result
		return
	}
	c.others = append(c.others, again)
}

// Do gives a command to the tenant's floor, on whichever node it lives, waits
// until what it decided is durable and gives the decisions. What the floor
// refuses is a fail.Error (PAR-0005 or PAR-0002); a floor that is away or has to
// be rebuilt is PAR-0011. The HTTP command's idempotent answer is stored in the
// same transaction.
func (f *Floors) Do(ctx context.Context, tenant string, in core.Input) (Answer, error) {
	key, _ := db.IdempotencyFrom(ctx)
	if o := f.owner(tenant); o != nil {
		return o.do(ctx, in, key)
	}
	if !f.cfg.Bus.Clustered() {
		return Answer{}, fail.Unavailable(errNoFloor)
	}
	payload, err := json.Marshal(request{Input: in, Key: key})
	if err != nil {
		return Answer{}, err
	}
	// A request that met a floor just leaving its node gets no answer at all.
	ctx, cancel := context.WithTimeout(ctx, f.cfg.RemoteTimeout)
	defer cancel()
	reply, err := f.cfg.Bus.Request(ctx, doSubject(tenant), payload)
	if err != nil {
		return Answer{}, err
	}
	var r response
	if err := json.Unmarshal(reply, &r); err != nil {
		return Answer{}, fail.Internal(err)
	}
	r.Answer.Effects = r.Effects
	return r.Answer, nil
}

func (o *owner) do(ctx context.Context, in core.Input, key db.Idempotency) (Answer, error) {
	c := &command{in: in, key: key, done: make(chan outcome, 1)}
	select {
	case o.commands <- c:
	case <-o.ended:
		return Answer{}, fail.Unavailable(errNoFloor)
	case <-ctx.Done():
		return Answer{}, fail.Unavailable(ctx.Err())
	}
	select {
	case r := <-c.done:
		return r.answer, r.err
	case <-o.ended: // the owner answers what it took before it ends
		select {
		case r := <-c.done:
			return r.answer, r.err
		default:
			return Answer{}, fail.Unavailable(errNoFloor)
		}
	case <-ctx.Done():
		return Answer{}, fail.Unavailable(ctx.Err())
	}
}
