package core

import (
	"cmp"
	"slices"
	"strings"
)

// Snapshot returns the whole floor.
func (c *Core) Snapshot() State {
	s := State{Version: Version, Now: c.now, Seq: c.seq, Config: c.cfg, Agents: make([]Agent, 0, len(c.agents)), Items: make([]Item, 0, len(c.items))}
	for _, a := range c.agents {
		s.Agents = append(s.Agents, a.Agent)
	}
	for _, it := range c.items {
		s.Items = append(s.Items, it.row())
	}
	for id, svc := range c.services {
		if svc.measuredMs > 0 {
			s.Flows = append(s.Flows, Flow{id, svc.measuredMs})
		}
	}
	slices.SortFunc(s.Agents, func(a, b Agent) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Items, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Flows, func(a, b Flow) int { return strings.Compare(a.Service, b.Service) })
	return s
}

func (it *item) row() Item {
	row := it.Item
	row.Bars = slices.Clone(row.Bars)
	return row
}

// Restore makes a floor that behaves as the one Snapshot was taken of.
func Restore(s State) *Core {
	c := restored(s.Config, s.Agents, s.Items, s.Now, s.Seq)
	for _, f := range s.Flows {
		if svc := c.services[f.Service]; svc != nil {
			svc.measuredMs = clamp(f.HandleMs, 0, maxWait)
		}
	}
	return c
}

// RestoreRows makes a floor from database rows as of now. What was measured is not in them; it moves no decision.
func RestoreRows(cfg Config, agents []Agent, items []Item, now int64) *Core {
	c := restored(cfg, agents, items, now, 0)
	c.wakeAll = true
	return c
}

func restored(cfg Config, agents []Agent, items []Item, now, seq int64) *Core {
	c := New()
	c.now, c.seq = now, seq
	c.configure(cfg)
	agents, items = slices.Clone(agents), slices.Clone(items)
	slices.SortFunc(agents, func(a, b Agent) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), strings.Compare(a.ID, b.ID)) })
	slices.SortFunc(items, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), strings.Compare(a.ID, b.ID)) })
	for _, row := range agents {
		c.seq = max(c.seq, row.Seq, row.IdleSeq)
		a := &agent{Agent: row}
		c.admit(a)
	}
	for _, row := range items {
		c.seq = max(c.seq, row.Seq)
		c.restoreItem(row)
	}
	for _, a := range c.bySeq() {
		c.equip(a)
	}
	for _, it := range c.itemsBySeq() {
		if it.Place == Waiting {
			c.enqueue(it)
		} else {
			c.scheduleItem(it)
		}
	}
	for _, a := range c.bySeq() {
		c.changed(a)
	}
	c.forgetWork()
	return c
}

// restoreItem brings an item to its place; one whose agent is not there waits again.
func (c *Core) restoreItem(row Item) {
	k, ok := kindOf(row.Kind)
	if !ok || row.ID == "" {
		return
	}
	row.Bars = slices.Clone(row.Bars)
	it := &item{Item: row, kind: k, svc: c.services[row.Service]}
	it.link()
	c.admitItem(it)
	a := c.agents[row.Agent]
	switch row.Place {
	case Parked:
	case Offered:
		if a == nil || a.offer != nil {
			it.Place = Waiting
		} else {
			a.offer = it
		}
	case Handled:
		if a == nil {
			it.Place = Waiting
			it.AcceptedAt, it.ByHand, it.Ended, it.EndedAt, it.Released = 0, false, false, 0, false
		} else {
			c.attach(it, a)
		}
	default:
		it.Place = Waiting
	}
}

// forgetWork drops what building up has woken and marked: nothing changed.
func (c *Core) forgetWork() {
	for _, it := range c.items {
		it.woken, it.dirty = false, false
	}
	for _, a := range c.agents {
		a.woken, a.dirty = false, false
	}
	for _, p := range c.pools {
		p.thin = false
	}
	c.wokenItems, c.wokenAgents, c.thinPools = emptied(c.wokenItems), emptied(c.wokenAgents), emptied(c.thinPools)
	c.dirtyAgents, c.dirtyItems, c.out = nil, nil, nil
}

// TakeDirty returns the ids whose rows changed or went away since the last call, sorted.
func (c *Core) TakeDirty() (agents, items []string) {
	agents, items = c.dirtyAgents, c.dirtyItems
	for _, id := range agents {
		if a := c.agents[id]; a != nil {
			a.dirty = false
		}
	}
	for _, id := range items {
		if it := c.items[id]; it != nil {
			it.dirty = false
		}
	}
	c.dirtyAgents, c.dirtyItems = nil, nil
	slices.Sort(agents)
	slices.Sort(items)
	return slices.Compact(agents), slices.Compact(items)
}

// Agent returns an agent's present row.
func (c *Core) Agent(id string) (Agent, bool) {
	if a := c.agents[id]; a != nil {
		return a.Agent, true
	}
	return Agent{}, false
}

// Item returns an item's present row.
func (c *Core) Item(id string) (Item, bool) {
	if it := c.items[id]; it != nil {
		return it.row(), true
	}
	return Item{}, false
}
