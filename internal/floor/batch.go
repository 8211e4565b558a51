package floor

import (
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/run"
	"parley/internal/stats"
)

// Where an input came from.
const (
	fromInbox   = "inbox"
	fromCommand = "command"
	fromTimer   = "timer"
	fromFloor   = "own" // configuration, boot, comparison with the records
)

// entry is an input on its way through the floor.
type entry struct {
	in      core.Input
	source  string
	inbox   int64 // number of its row, 0: none
	cmd     *command
	strikes int // times it made the floor fail

	unreadable string // the inbox row's text when it is no input
}

// batch is what one transaction makes durable.
type batch struct {
	entries  []*entry
	happened []Happened
	steps    []interaction.Step
	states   []interaction.AgentState
	answers  []Answer  // by entry; of commands only
	refusals []error   // by entry
	left     []leaving // agents who signed out

	// Of the state after the last input, filled by seal.
	agents, items []row
	changes       []agentChange
	snapshots     []snapshotRow
	seq, at       int64
}

// leaving is an agent who left the floor, with the session that is to end.
type leaving struct {
	agent, session string
	why            SignedOut
}

// row is an entity's row; data "" means it is gone.
type row struct{ id, data, view string } // view: agents only

// agentChange is what is told of an agent after a batch.
type agentChange struct {
	view AgentView
	fact stats.AgentFact
}

func (b *batch) empty() bool { return len(b.entries) == 0 }

// apply lets the core decide on an entry and notes the outcome in the batch. An
// error is a panic of the core, which must then be thrown away, or an input that
// can't be read.
func (o *owner) apply(b *batch, e *entry) error {
	if e.unreadable != "" {
		return errUnreadable
	}
	o.now = max(o.now, o.f.cfg.Clock.Now())
	e.in.At = o.now
	if e.in.Type == core.InSignedIn || e.in.Type == core.InAgentConfigured {
		o.seat(&e.in)
	}
	var effects []core.Effect
	err := run.Protect("floor.core", func() error {
		effects = slices.Clone(o.f.cfg.apply(o.core, e.in))
		return nil
	})
	if err != nil {
		return err
	}
	o.seq++
	h := Happened{Seq: o.seq, At: o.now, Input: e.in, Effects: effects}
	steps, states := translate(&h, o.team)
	b.happened = append(b.happened, h)
	b.steps = append(b.steps, steps...)
	b.states = append(b.states, states...)
	for i := range effects {
		switch effects[i].Type {
		case core.OutWithdrawn:
			o.blames(&effects[i])
		case core.OutSignedOut:
			b.left = append(b.left, leaving{effects[i].Agent, o.seats[effects[i].Agent].session,
				SignedOut{At: effects[i].At, By: effects[i].By, Reason: effects[i].Reason}})
		}
	}
	b.entries = append(b.entries, e)
	answer, refused := Answer{}, error(nil)
	if e.cmd != nil {
		answer, refused = o.answer(&h), refusal(effects)
	}
	b.answers = append(b.answers, answer)
	b.refusals = append(b.refusals, refused)
	if o.seq%o.f.cfg.SnapshotEvery == 0 {
		return o.addSnapshot(b, "periodic")
	}
	return nil
}

// blames counts an agent's rejected and missed offers for the live figures.
func (o *owner) blames(e *core.Effect) {
	f := o.counted[e.Agent]
	switch e.Cause {
	case core.CauseRejected:
		f.Rejected++
	case core.CauseExpired:
		f.Missed++
	default:
		return
	}
	o.counted[e.Agent] = f
}

// seat is what the floor remembers of an agent beside the core's row, until the
// batch in which the agent left is sealed.
type seat struct{ team, session string }

func (o *owner) seat(in *core.Input) {
	s := o.seats[in.Agent]
	s.team = in.Team
	if in.Type == core.InSignedIn {
		s.session = in.Session
	}
	o.seats[in.Agent] = s
}

func (o *owner) team(agent string) string { return o.seats[agent].team }

func (o *owner) answer(h *Happened) Answer {
	a := Answer{Effects: h.Effects}
	if h.Input.Agent == "" {
		return a
	}
	v := o.view(h.Input.Agent)
	a.Agent = &v
	return a
}

// view is an agent as it stands in the core now.
func (o *owner) view(id string) AgentView {
	row, ok := o.core.Agent(id)
	if !ok {
		return SignedOutView(id, o.now)
	}
	return viewOf(&row, o.core.Load(id))
}

// seal closes the batch: the rows and views of everything that changed.
func (o *owner) seal(b *batch) error {
	agents, items := o.core.TakeDirty()
	for _, id := range agents {
		if err := o.sealAgent(b, id); err != nil {
			return err
		}
	}
	for _, id := range items {
		r := row{id: id}
		if it, ok := o.core.Item(id); ok {
			data, err := json.Marshal(it)
			if err != nil {
				return err
			}
			r.data = string(data)
		}
		b.items = append(b.items, r)
	}
	b.seq, b.at = o.seq, o.now
	return nil
}

func (o *owner) sealAgent(b *batch, id string) error {
	r := row{id: id}
	v := o.view(id)
	if a, ok := o.core.Agent(id); ok {
		data, err := json.Marshal(a)
		if err != nil {
			return err
		}
		r.data = string(data)
		if data, err = json.Marshal(v); err != nil {
			return err
		}
		r.view = string(data)
	} else {
		v.TeamID = o.team(id)
		delete(o.seats, id)
	}
	b.agents = append(b.agents, r)
	count := o.counted[id]
	delete(o.counted, id)
	shown := fmt.Sprint(v, v.Pending, v.Banner)
	if o.shown[id] == shown && count == (stats.AgentFact{}) {
		return nil
	}
	o.shown[id] = shown
	if v.State == core.SignedOut {
		delete(o.shown, id)
	}
	fact := factOf(&v)
	fact.Rejected, fact.Missed = count.Rejected, count.Missed
	b.changes = append(b.changes, agentChange{v, fact})
	return nil
}

func (o *owner) addSnapshot(b *batch, cause string) error {
	state, err := json.Marshal(o.core.Snapshot())
	if err != nil {
		return err
	}
	b.snapshots = append(b.snapshots, snapshotRow{TenantID: o.tenant, Seq: o.seq, At: o.now, Cause: cause,
		CoreVersion: core.Version, State: string(state)})
	return nil
}
