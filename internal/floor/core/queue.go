package core

// wanted are the waiting items that prefer or target one agent.
type wanted struct {
	agent string
	lines [nKinds]line[*item]
	n     int
}

// directFirst lets items for this person alone stand before those that only prefer the person.
const directFirst = maxWait << 8

// enqueue lets the item wait in its place: in the line of its requirement, or held for one agent.
func (c *Core) enqueue(it *item) {
	it.Place, it.Agent, it.UntilAt, it.Reason = Waiting, "", 0, ""
	person, order := it.Preferred, it.EnqueuedAt
	if it.Target != "" {
		person, order, it.Held = it.Target, it.EnqueuedAt-directFirst, true
	}
	if it.svc != nil {
		it.svc.waiting++
		it.pool = c.poolOf(it)
		it.pool.users++
		if !it.Held {
			c.lineUp(it)
		}
	}
	if person != "" {
		c.want(it, person, order)
	}
	c.itemChanged(it)
	c.wakeItem(it)
}

func (c *Core) lineUp(it *item) {
	p := it.pool
	var found *bucket
	for _, b := range p.lines {
		if b.priority == it.Priority && b.precedence == it.svc.Precedence {
			found = b
			break
		}
	}
	if found == nil {
		found = &bucket{priority: it.Priority, precedence: it.svc.Precedence}
		p.lines = append(p.lines, found)
	}
	it.line = found
	found.items.put(&it.inLine, it.EnqueuedAt, it.Seq)
	p.waiting++
}

func (c *Core) want(it *item, person string, order int64) {
	w := c.wanted[person]
	if w == nil {
		w = &wanted{agent: person}
		c.wanted[person] = w
		if a := c.agents[person]; a != nil {
			a.want = w
		}
	}
	w.lines[it.kind].put(&it.inWant, order, it.Seq)
	w.n++
	it.wanted = w
}

// unqueue takes the item out of all lines; the caller gives it its next place.
func (c *Core) unqueue(it *item) {
	if it.svc != nil {
		it.svc.waiting--
	}
	if it.line != nil {
		it.line.items.drop(&it.inLine)
		it.pool.waiting--
		if len(it.line.items) == 0 {
			it.pool.forget(it.line)
		}
		it.line = nil
	}
	if it.pool != nil {
		it.pool.users--
		it.pool = nil
	}
	if w := it.wanted; w != nil {
		w.lines[it.kind].drop(&it.inWant)
		w.n--
		if w.n == 0 {
			delete(c.wanted, w.agent)
			if a := c.agents[w.agent]; a != nil {
				a.want = nil
			}
		}
		it.wanted = nil
	}
}

func (p *pool) forget(line *bucket) {
	for i, b := range p.lines {
		if b == line {
			last := len(p.lines) - 1
			p.lines[i], p.lines[last] = p.lines[last], nil
			p.lines = p.lines[:last]
			return
		}
	}
}

// hold decides whether the item waits for its preferred agent alone: for a limited time, while that agent is
// signed in, qualified and not Not ready. Nobody waits for somebody who takes no contacts.
func (c *Core) hold(it *item) {
	it.Held = false
	a := c.agents[it.Preferred]
	if it.Target != "" || it.svc == nil || a == nil || c.now >= it.PreferUntilAt || a.presence() != awake {
		return
	}
	if a.kinds>>it.kind&1 == 0 {
		return
	}
	n, _, _ := a.meets(c.poolOf(it).routes)
	it.Held = n >= 0
}

// release lets everybody have an item that was held for one agent.
func (c *Core) release(it *item) {
	it.Held = false
	c.lineUp(it)
	c.itemChanged(it)
	c.wakeItem(it)
}

// releaseHolds releases what was held for an agent who no longer takes contacts; direct items only look anew.
func (c *Core) releaseHolds(a *agent) {
	if a.want == nil {
		return
	}
	for k := range a.want.lines {
		for i := range a.want.lines[k] {
			it := a.want.lines[k][i].spot.of
			switch {
			case it.Target != "":
				c.wakeItem(it)
			case it.Held && it.svc != nil:
				c.release(it)
			}
		}
	}
}

// requeue lets the item wait again in its old place. Raised items go on with priority. What is taken by hand only
// lies in the team's queue again.
func (c *Core) requeue(it *item, agent, cause string, raised bool) {
	if it.pulled() {
		c.park(it, "", ParkedPull)
		return
	}
	if raised {
		it.Priority = clamp(it.Priority+c.cfg.ReturnRaise, 1, maxRaised)
	}
	c.hold(it)
	e := c.tell(OutRequeued, it)
	e.Agent, e.Cause, e.EnqueuedAt, e.Priority, e.Preferred = agent, cause, it.EnqueuedAt, it.Priority, it.Preferred
	c.enqueue(it)
}

// fallBack is what happens to a direct item whose person does not take it. It is in no line.
func (c *Core) fallBack(it *item, code string) {
	person, way := it.Target, it.Fallback
	if way == FallbackBack && it.Back == "" || way == "" {
		way = defaultFallback(it)
	}
	if way == FallbackQueue && it.svc == nil {
		way = FallbackExit
	}
	it.Target, it.TargetUntilAt, it.Held = "", 0, false
	switch way {
	case FallbackBack:
		it.unbar(it.Back)
		it.Target, it.Back, it.Fallback, it.OfferMs = it.Back, "", "", c.cfg.BackMs
		c.requeue(it, person, CauseFallback, false)
	case FallbackQueue:
		it.Fallback, it.OfferMs = "", 0
		c.requeue(it, person, CauseFallback, true)
	case FallbackPark:
		c.park(it, person, ParkedPersonal)
	default:
		c.exit(it, code)
	}
}

func defaultFallback(it *item) string {
	switch {
	case it.kind == email:
		return FallbackPark
	case it.kind == invite || it.svc == nil:
		return FallbackExit
	}
	return FallbackQueue
}

// step lets the next routing step take effect on a waiting item.
func (c *Core) step(it *item) {
	step := it.steps()[it.Stage]
	c.unqueue(it)
	it.Stage++
	it.Priority = clamp(it.Priority+clamp(step.RaisePriority, 0, maxRaised), 1, maxRaised)
	e := c.tell(OutStep, it)
	e.Stage, e.Priority = it.Stage, it.Priority
	c.enqueue(it)
}
