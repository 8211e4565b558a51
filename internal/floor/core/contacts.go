package core

// itemOf is the item the input names, or a refusal.
func (c *Core) itemOf(in *Input) *item {
	it := c.items[in.Item]
	if it == nil {
		c.refuse(in, RefusedUnknownItem)
	}
	return it
}

// offeredTo is the item when it is offered to the input's agent, or a refusal: the caller may have hung up first.
func (c *Core) offeredTo(in *Input) *item {
	it := c.items[in.Item]
	if it == nil || it.Place != Offered || it.Agent != in.Agent {
		c.refuse(in, RefusedNotOffered)
		return nil
	}
	return it
}

// inHand is the item when it is in an agent's hands (the input's, if it names one), or a refusal.
func (c *Core) inHand(in *Input) *item {
	it := c.itemOf(in)
	if it == nil {
		return nil
	}
	if it.Place != Handled || in.Agent != "" && it.Agent != in.Agent {
		c.refuse(in, RefusedNotInHand)
		return nil
	}
	return it
}

func (c *Core) accepted(in *Input) {
	if it := c.offeredTo(in); it != nil {
		c.assign(it, c.agents[it.Agent], CauseAccepted)
	}
}

// assign gives the item into the agent's hands.
func (c *Core) assign(it *item, a *agent, cause string) {
	if a.offer == it {
		a.offer = nil
	}
	it.AcceptedAt = c.now
	it.Target, it.TargetUntilAt, it.Fallback, it.Back, it.Bars = "", 0, "", "", nil
	c.hand(it, a)
	e := c.tell(OutAssigned, it)
	e.Agent, e.ByHand, e.Cause = a.ID, it.ByHand, cause
	c.touch(a)
	if it.kind == invite && (a.State == Wrapup || !it.ByHand && a.presence() < awake) {
		c.changed(a) // being called during a break, and any internal call during Wrap-up, changes no state
	} else {
		c.busy(a, it, cause)
	}
	c.itemChanged(it)
}

func (c *Core) rejected(in *Input) {
	if it := c.offeredTo(in); it != nil {
		c.missed(it, CauseRejected, ExitRejected, func(r *Rules) Rule { return r.AfterReject })
	}
}

// expire ends an offer that was not answered in time.
func (c *Core) expire(it *item) {
	c.missed(it, CauseExpired, ExitNoAnswer, func(r *Rules) Rule { return r.AfterNoAnswer })
}

// missed blames the agent by the team's rule (S-6); invitations blame nobody (decision 5).
func (c *Core) missed(it *item, cause, code string, rule func(*Rules) Rule) {
	a := c.withdraw(it, cause)
	var blame Rule
	if it.kind != invite {
		blame = rule(&a.team.Rules)
		c.bar(it, a.ID)
	}
	if it.Preferred == a.ID {
		it.Preferred, it.PreferUntilAt = "", 0
	}
	id := a.ID
	c.afterOffer(a, blame, cause)
	c.undelivered(it, id, cause, code)
}

// undelivered is where an item goes whose offer is over. A preview record that was refused returns to its list (O-8).
func (c *Core) undelivered(it *item, agent, cause, code string) {
	switch {
	case it.Target != "" && code != "":
		c.fallBack(it, code)
	case it.kind == preview && code != "":
		c.exit(it, ExitReturned)
	default:
		c.requeue(it, agent, cause, false)
	}
}

// postponed puts an offered mail into the agent's personal queue: former state, next offer after the ramp-up (decision 34).
func (c *Core) postponed(in *Input) {
	it := c.offeredTo(in)
	if it == nil {
		return
	}
	if it.kind != email {
		c.refuse(in, RefusedNotForKind)
		return
	}
	a := c.withdraw(it, CausePostponed)
	c.park(it, a.ID, ParkedPersonal)
	c.rampUp(a)
	c.afterOffer(a, Rule{}, CausePostponed)
}

func (c *Core) ended(in *Input) {
	switch it := c.inHand(in); {
	case it == nil:
	case it.Ended:
		c.refuse(in, RefusedEnded)
	default:
		c.end(it, CauseEnded)
	}
}

// end marks a row ended. It keeps its share until finished, at most for the wrap-up time; internal calls leave no row.
func (c *Core) end(it *item, cause string) {
	a := c.agents[it.Agent]
	if it.kind == invite {
		c.finish(it, cause, false)
		c.afterRow(a)
		return
	}
	it.Ended, it.EndedAt, it.Released = true, c.now, !a.team.Wrapup
	c.measure(it)
	a.count()
	e := c.tell(OutEnded, it)
	e.Agent, e.Cause = a.ID, cause
	c.itemChanged(it)
	c.afterRow(a)
}

// measure keeps a moving mean of the handling time, for the estimate of waiting.
func (c *Core) measure(it *item) {
	if it.svc == nil || it.ByHand {
		return
	}
	mean, span := it.svc.handling(), clamp(c.now-it.AcceptedAt, 0, maxWait)
	it.svc.measuredMs = mean + (span-mean)/8
}

func (c *Core) finished(in *Input) {
	it := c.inHand(in)
	if it == nil {
		return
	}
	a := c.agents[it.Agent]
	if !it.Ended {
		c.measure(it)
	}
	c.touch(a)
	c.finish(it, CauseAgent, false)
	c.afterRow(a)
}

func (c *Core) cancelled(in *Input) {
	it := c.itemOf(in)
	if it == nil {
		return
	}
	switch it.Place {
	case Handled:
		if it.Ended {
			c.refuse(in, RefusedEnded)
		} else {
			c.end(it, CauseCancelled)
		}
		return
	case Waiting:
		c.unqueue(it)
	case Offered:
		a := c.withdraw(it, CauseCancelled)
		c.tell(OutCancelled, it)
		c.drop(it)
		c.afterOffer(a, Rule{}, CauseCancelled)
		return
	}
	c.tell(OutCancelled, it)
	c.drop(it)
}

// transferred ends the item for its agent and submits the part that goes on, which is not for the same agent.
func (c *Core) transferred(in *Input) {
	it := c.inHand(in)
	switch {
	case it == nil:
		return
	case it.Ended:
		c.refuse(in, RefusedEnded)
		return
	case c.items[in.NewItem] != nil:
		c.refuse(in, RefusedExists)
		return
	case in.NewItem == "":
		c.refuse(in, RefusedBadInput)
		return
	}
	next := *in
	next.Item = in.NewItem
	if next.Kind == "" {
		next.Kind = it.Kind
	}
	part, code := c.build(&next)
	if code != "" {
		c.refuse(in, code)
		return
	}
	from := it.Agent
	c.end(it, CauseTransferred)
	c.bar(part, from)
	c.submit(part, false)
}

// legFailed returns the contact to its old place, since its agent could not be connected: Not ready, connection lost (PAR-2002).
func (c *Core) legFailed(in *Input) {
	it := c.itemOf(in)
	if it == nil {
		return
	}
	if it.Agent != in.Agent || it.Place != Offered && it.Place != Handled || it.Ended {
		c.refuse(in, RefusedNotInHand)
		return
	}
	blame := Rule{NotReady, ReasonLost}
	if it.kind == invite {
		blame = Rule{}
	}
	if it.Place == Offered {
		a := c.withdraw(it, CauseLegFailed)
		c.afterOffer(a, blame, CauseLegFailed)
		c.undelivered(it, in.Agent, CauseLegFailed, ExitLost)
		return
	}
	begun := it.ByHand // nobody of the queue is on the other side
	a := c.rowOf(it)
	it.SubmittedAt = c.now // it waits anew, in its old place
	if blame.State != "" && (a.Pending == "" || a.Pending == Ready) {
		c.pend(a, blame.State, blame.Reason, CauseLegFailed, "", 0)
	}
	c.afterRow(a)
	if begun || it.kind == invite || it.svc == nil {
		c.exit(it, ExitLost)
		return
	}
	c.requeue(it, in.Agent, CauseLegFailed, false)
}
