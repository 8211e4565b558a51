package core

// item is an open item with what is derived from its row and the configuration.
type item struct {
	Item

	kind kind
	svc  *service // nil: it has none, or one that is not configured
	pool *pool    // while waiting for anybody who meets the requirements

	line   *bucket     // while in a line
	inLine spot[*item] // in line
	wanted *wanted     // while somebody is preferred or targeted
	inWant spot[*item] // in wanted

	due   spot[due]
	dirty bool
	woken bool
	gone  bool
}

// steps are the item's own, else its service's.
func (it *item) steps() []Step {
	if it.Steps != nil || it.svc == nil {
		return it.Steps
	}
	return it.svc.Steps
}

// pulled tells whether agents take the item by hand from the team's queue. What is meant for one person is offered
// all the same.
func (it *item) pulled() bool { return it.svc != nil && it.svc.Pull && it.Target == "" }

// score is the effective priority: priority × waiting.
func (it *item) score(now int64) int64 {
	return int64(it.Priority) * clamp(now-it.EnqueuedAt, 0, maxWait)
}

// before is the order of items for one decision. Total, since Seq is unique.
func (it *item) before(other *item, now int64) bool {
	if a, b := it.Target != "", other.Target != ""; a != b {
		return a
	}
	if a, b := it.score(now), other.score(now); a != b {
		return a > b
	}
	if it.Priority != other.Priority {
		return it.Priority > other.Priority
	}
	if it.EnqueuedAt != other.EnqueuedAt {
		return it.EnqueuedAt < other.EnqueuedAt
	}
	return it.Seq < other.Seq
}

// bar keeps the item from an agent for a while (decision 3).
func (c *Core) bar(it *item, agent string) {
	bars := it.Bars[:0:0]
	for _, b := range it.Bars {
		if b.Agent != agent && b.UntilAt > c.now {
			bars = append(bars, b)
		}
	}
	it.Bars = append(bars, Bar{Agent: agent, AloneAt: c.now + min(c.cfg.AloneMs, c.cfg.ReofferMs), UntilAt: c.now + c.cfg.ReofferMs})
}

func (it *item) unbar(agent string) {
	bars := it.Bars[:0:0]
	for _, b := range it.Bars {
		if b.Agent != agent {
			bars = append(bars, b)
		}
	}
	it.Bars = bars
}

// barred tells whether the item is kept from the agent: while somebody else who meets the requirements is signed
// in and not Not ready, at most ReofferMs; alone, for AloneMs.
func (c *Core) barred(it *item, a *agent) bool {
	for i := range it.Bars {
		if b := &it.Bars[i]; b.Agent == a.ID {
			return c.now < b.AloneAt || c.now < b.UntilAt && it.pool != nil && it.pool.othersAwake(a)
		}
	}
	return false
}

// rowOf takes the item out of its agent's hands.
func (c *Core) rowOf(it *item) *agent {
	a := c.agents[it.Agent]
	for i, row := range a.rows {
		if row == it {
			a.rows = append(a.rows[:i], a.rows[i+1:]...)
			break
		}
	}
	it.Agent, it.AcceptedAt, it.ByHand, it.Ended, it.EndedAt, it.Released = "", 0, false, false, 0, false
	a.count()
	return a
}

// hand puts the item into an agent's hands.
func (c *Core) hand(it *item, a *agent) {
	it.Place, it.Agent, it.UntilAt = Handled, a.ID, 0
	c.attach(it, a)
}

// attach lists the item among the agent's rows.
func (c *Core) attach(it *item, a *agent) {
	i := len(a.rows)
	for i > 0 && a.rows[i-1].Seq > it.Seq {
		i--
	}
	a.rows = append(a.rows, nil)
	copy(a.rows[i+1:], a.rows[i:])
	a.rows[i] = it
	a.count()
}

// drop lets the item leave the floor.
func (c *Core) drop(it *item) {
	it.gone = true
	c.deadlines.drop(&it.due)
	c.touchItem(it)
	delete(c.items, it.ID)
}

// park keeps the item open without looking for anybody.
func (c *Core) park(it *item, agent, reason string) {
	it.Place, it.Agent, it.Reason = Parked, agent, reason
	it.Target, it.TargetUntilAt, it.Fallback, it.Back, it.Bars = "", 0, "", "", nil
	e := c.tell(OutParked, it)
	e.Agent, e.Reason = agent, reason
	c.itemChanged(it)
}

// exit lets the item leave the floor unserved.
func (c *Core) exit(it *item, code string) {
	c.tell(OutExited, it).Code = code
	c.drop(it)
}

// finish closes a row. What the system closes gets the disposition "none" where nothing was chosen.
func (c *Core) finish(it *item, cause string, forced bool) {
	agent := it.Agent
	c.rowOf(it)
	e := c.tell(OutFinished, it)
	e.Agent, e.Cause, e.Forced = agent, cause, forced
	if forced {
		e.Disposition = DispositionNone
	}
	c.drop(it)
}

func (c *Core) touchItem(it *item) {
	if !it.dirty {
		it.dirty = true
		c.dirtyItems = append(c.dirtyItems, it.ID)
	}
}

// itemChanged is called after every change of an item that stays.
func (c *Core) itemChanged(it *item) {
	c.touchItem(it)
	c.scheduleItem(it)
}
