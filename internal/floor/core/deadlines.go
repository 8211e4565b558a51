package core

// due is what has a deadline: an agent or an item.
type due struct {
	agent *agent
	item  *item
}

// Next returns the earliest deadline; the owner sends a timer input then.
func (c *Core) Next() (at int64, ok bool) {
	if len(c.deadlines) == 0 {
		return 0, false
	}
	return c.deadlines[0].a, true
}

// passTime lets everything happen that is due by now.
func (c *Core) passTime() {
	for len(c.deadlines) > 0 && c.deadlines[0].a <= c.now {
		if d := c.deadlines.head(); d.agent != nil {
			c.agentDue(d.agent)
			if !d.agent.gone {
				c.scheduleAgent(d.agent)
			}
		} else {
			c.itemDue(d.item)
			if !d.item.gone {
				c.scheduleItem(d.item)
			}
		}
		c.settle()
	}
}

// sooner is the earlier of two deadlines, of which 0 is none.
func sooner(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func (c *Core) scheduleAgent(a *agent) {
	at := sooner(sooner(a.GraceUntilAt, a.RampUntilAt), sooner(a.WrapupUntilAt, a.ReadyAt))
	if at == 0 {
		c.deadlines.drop(&a.due)
		return
	}
	c.deadlines.put(&a.due, at, a.Seq)
}

func (c *Core) agentDue(a *agent) {
	switch now := c.now; {
	case reached(a.GraceUntilAt, now):
		c.lose(a, ReasonLost, "", CauseLost)
	case reached(a.WrapupUntilAt, now):
		a.WrapupUntilAt = 0
		c.closeWrapup(a, CauseWrapupOver, true)
	case reached(a.ReadyAt, now):
		a.ReadyAt = 0
		c.toReady(a, CauseTime, "")
	default:
		a.RampUntilAt = 0
		c.changed(a)
	}
}

// reached tells whether a deadline, of which 0 is none, is over.
func reached(at, now int64) bool { return at != 0 && at <= now }

func (c *Core) scheduleItem(it *item) {
	if at := c.itemDeadline(it); at == 0 {
		c.deadlines.drop(&it.due)
	} else {
		c.deadlines.put(&it.due, at, it.Seq)
	}
}

func (c *Core) itemDeadline(it *item) int64 {
	switch it.Place {
	case Waiting:
		return c.waitDeadline(it)
	case Offered:
		return it.UntilAt
	case Handled:
		if t := c.agents[it.Agent].team; it.Ended && !it.Released && t.WrapupMs > 0 {
			return it.EndedAt + t.WrapupMs
		}
	}
	return 0
}

func (c *Core) waitDeadline(it *item) (at int64) {
	if steps := it.steps(); it.svc != nil && it.Target == "" && it.Stage < len(steps) {
		at = it.SubmittedAt + clamp(steps[it.Stage].AfterMs, 0, maxWait)
	}
	if it.svc != nil && it.svc.MaxWaitMs > 0 {
		at = sooner(at, it.SubmittedAt+it.svc.MaxWaitMs)
	}
	if it.Held {
		at = sooner(at, it.heldUntil())
	}
	for _, b := range it.Bars {
		for _, t := range [2]int64{b.AloneAt, b.UntilAt} {
			if t > c.now {
				at = sooner(at, t)
			}
		}
	}
	return at
}

func (it *item) heldUntil() int64 {
	if it.Target != "" {
		return it.TargetUntilAt
	}
	return it.PreferUntilAt
}

func (c *Core) itemDue(it *item) {
	switch it.Place {
	case Offered:
		c.expire(it)
	case Handled:
		it.Released = true
		a := c.agents[it.Agent]
		a.count()
		c.itemChanged(it)
		c.changed(a)
	case Waiting:
		c.waitDue(it)
	}
}

func (c *Core) waitDue(it *item) {
	steps := it.steps()
	switch {
	case it.svc != nil && it.svc.MaxWaitMs > 0 && c.now >= it.SubmittedAt+it.svc.MaxWaitMs:
		c.unqueue(it)
		c.tell(OutTimedOut, it)
		c.drop(it)
		return
	case it.svc != nil && it.Target == "" && it.Stage < len(steps) && c.now >= it.SubmittedAt+clamp(steps[it.Stage].AfterMs, 0, maxWait):
		c.step(it)
	case it.Held && it.Target == "" && c.now >= it.PreferUntilAt:
		c.release(it)
	}
	c.wakeItem(it)
}
