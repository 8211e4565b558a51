package core

// seek looks for an agent for a waiting item.
func (c *Core) seek(it *item) {
	switch {
	case it.Target != "":
		c.seekTarget(it)
		return
	case it.svc == nil:
		c.unqueue(it)
		c.park(it, "", unroutable(it))
		return
	}
	if a := c.agents[it.Preferred]; a != nil && a.open>>it.kind&1 == 1 && a.memberOf(it.pool) != nil && !c.barred(it, a) {
		c.offer(it, a, ByPreference)
		return
	}
	if it.Held {
		return
	}
	if a := c.best(it); a != nil {
		c.offer(it, a, it.svc.Choice)
		return
	}
	if it.svc.NoAgents && it.pool.staffed == 0 && it.Stage >= len(it.steps()) {
		c.unqueue(it)
		c.exit(it, ExitNoAgents)
	}
}

func unroutable(it *item) string {
	if it.Service == "" {
		return ParkedNoQueue
	}
	return ParkedUnknownService
}

// seekTarget offers a direct item to its person, waits for the person as long as it may, or falls back.
func (c *Core) seekTarget(it *item) {
	a := c.agents[it.Target]
	switch {
	case a != nil && a.canTake(it.kind) && !c.barred(it, a):
		c.offer(it, a, ByTarget)
	case a == nil || c.now >= it.TargetUntilAt:
		c.unqueue(it)
		c.fallBack(it, ExitTargetBusy)
	}
}

// best is the first agent in the pool who is not barred.
func (c *Core) best(it *item) *agent {
	p := it.pool
	if len(p.free) == 0 {
		return nil
	}
	if p.choice == ChooseOccupancy {
		return c.leastOccupied(it)
	}
	if len(it.Bars) == 0 {
		return p.free.head().agent
	}
	i := p.free.first(func(m *member) bool { return !c.barred(it, m.agent) })
	if i < 0 {
		return nil
	}
	return p.free[i].spot.of.agent
}

// leastOccupied looks at every free agent, since occupancy moves with time.
func (c *Core) leastOccupied(it *item) *agent {
	var best *agent
	var least int64
	for i := range it.pool.free {
		a := it.pool.free[i].spot.of.agent
		o := a.occupancy(c.now)
		if best != nil && (o > least || o == least && a.IdleSeq > best.IdleSeq) {
			continue
		}
		if len(it.Bars) > 0 && c.barred(it, a) {
			continue
		}
		best, least = a, o
	}
	return best
}

// serve looks for a waiting item for an agent who may be offered something: what is meant for this agent first,
// then the head with the highest precedence and effective priority.
func (c *Core) serve(a *agent) {
	if a.offer != nil {
		return
	}
	if it := c.ownItem(a); it != nil {
		by := ByPreference
		if it.Target != "" {
			by = ByTarget
		}
		c.offer(it, a, by)
		return
	}
	if a.open == 0 {
		return
	}
	var best *item
	precedence := 0
	for _, m := range a.members {
		p := m.pool
		if p.waiting == 0 || a.open>>p.kind&1 == 0 {
			continue
		}
		for _, line := range p.lines {
			it := c.headFor(line, a)
			if it == nil {
				continue
			}
			rank := line.precedence + a.capacity[p.kind].precedence
			if best == nil || rank > precedence || rank == precedence && it.before(best, c.now) {
				best, precedence = it, rank
			}
		}
	}
	if best != nil {
		c.offer(best, a, ByPlace)
	}
}

// headFor is the first item of a line that is not barred from the agent.
func (c *Core) headFor(line *bucket, a *agent) *item {
	if it := line.items.head(); len(it.Bars) == 0 {
		return it
	}
	i := line.items.first(func(it *item) bool { return !c.barred(it, a) })
	if i < 0 {
		return nil
	}
	return line.items[i].spot.of
}

// ownItem is the best waiting item that targets or prefers the agent.
func (c *Core) ownItem(a *agent) *item {
	if a.want == nil || a.want.n == 0 {
		return nil
	}
	var best *item
	for k := voice; k < nKinds; k++ {
		line := a.want.lines[k]
		i := line.first(func(it *item) bool {
			if c.barred(it, a) {
				return false
			}
			if it.Target != "" {
				return a.canTake(k)
			}
			return a.open>>k&1 == 1 && it.pool != nil && a.memberOf(it.pool) != nil
		})
		if i < 0 {
			continue
		}
		if it := line[i].spot.of; best == nil || it.before(best, c.now) {
			best = it
		}
	}
	return best
}

// offer shows the item to the agent. How the two were brought together is for who watches.
func (c *Core) offer(it *item, a *agent, by string) {
	if c.seen != nil && it.ID == c.watched {
		e := c.explain(it)
		e.Chosen, e.ChosenBy = a.ID, by
		c.seen(e)
	}
	c.unqueue(it)
	ring := it.OfferMs
	if ring <= 0 && it.svc != nil {
		ring = it.svc.OfferMs
	}
	if ring <= 0 {
		ring = c.cfg.OfferMs
	}
	it.Place, it.Agent, it.UntilAt, it.Held = Offered, a.ID, c.now+ring, false
	if it.Reserve && it.OfferMs <= 0 {
		it.UntilAt = 0 // until the call it is for is answered or given up
	}
	a.offer = it
	e := c.tell(OutOffered, it)
	e.Agent, e.UntilAt, e.Reserve = a.ID, it.UntilAt, it.Reserve
	c.itemChanged(it)
	if a.State == Ready {
		c.enter(a, Ringing, "", CauseOffer, "")
	} else {
		c.changed(a)
	}
}

// withdraw ends an offer without acceptance and returns its agent, whose afterOffer the caller calls.
func (c *Core) withdraw(it *item, cause string) *agent {
	a := c.agents[it.Agent]
	e := c.tell(OutWithdrawn, it)
	e.Agent, e.Cause = a.ID, cause
	a.offer = nil
	it.Agent, it.UntilAt = "", 0
	c.touchItem(it)
	return a
}
