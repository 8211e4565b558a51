package core

// submitted takes an item in. A parked one goes back to its queue.
func (c *Core) submitted(in *Input) {
	if it := c.items[in.Item]; it != nil {
		c.unpark(it, in)
		return
	}
	it, code := c.build(in)
	if code != "" {
		c.refuse(in, code)
		return
	}
	c.submit(it, true)
}

// announced takes in what its owner still has open; known items stay as they are.
func (c *Core) announced(in *Input) {
	if c.items[in.Item] != nil {
		return
	}
	it, code := c.build(in)
	switch {
	case code != "":
		c.refuse(in, code)
	case in.Reason != "":
		c.admitItem(it)
		c.park(it, in.Agent, in.Reason)
	default:
		c.submit(it, false)
	}
}

// build makes the item an input describes, or says what is wrong with it.
func (c *Core) build(in *Input) (*item, string) {
	k, ok := kindOf(in.Kind)
	switch {
	case !ok:
		return nil, RefusedUnknownKind
	case in.Item == "" || in.Target == "" && k == invite && in.Type != InOpened && in.Type != InCalled:
		return nil, RefusedBadInput
	}
	it := &item{kind: k, svc: c.services[in.Service], Item: Item{
		ID: in.Item, Kind: in.Kind, Service: in.Service, EnqueuedAt: in.EnqueuedAt, SubmittedAt: c.now, Seq: c.next(),
		Skills: in.Skills, Steps: in.Steps, Preferred: in.Preferred, PreferUntilAt: in.PreferUntilAt,
		Target: in.Target, TargetUntilAt: in.TargetUntilAt, Fallback: in.Fallback, Back: in.Back,
		OfferMs: clamp(in.OfferMs, 0, maxWait), Reserve: in.Reserve,
	}}
	it.Priority = in.Priority
	if it.Priority <= 0 && it.svc != nil {
		it.Priority = it.svc.Priority
	}
	it.Priority = clamp(it.Priority, 1, maxPriority)
	if it.EnqueuedAt <= 0 || it.EnqueuedAt > c.now {
		it.EnqueuedAt = c.now
	}
	it.link()
	return it, ""
}

func (it *item) link() {
	it.due.of = due{item: it}
	it.inLine.of, it.inWant.of = it, it
}

func (c *Core) admitItem(it *item) { c.items[it.ID] = it }

// submit lets a new item wait, or exit at once where its queue is full.
func (c *Core) submit(it *item, limited bool) {
	c.admitItem(it)
	if it.pulled() {
		c.park(it, "", ParkedPull)
		return
	}
	if it.svc != nil && limited && it.svc.QueueLimit > 0 && it.Target == "" && it.svc.waiting >= it.svc.QueueLimit {
		c.exit(it, ExitQueueLimit)
		return
	}
	e := c.tell(OutQueued, it)
	e.EnqueuedAt, e.Priority = it.EnqueuedAt, it.Priority
	c.hold(it)
	c.enqueue(it)
}

// unpark lets a parked item wait in its place; service, priority and place may be given anew. A supervisor puts a mail
// back even out of an agent's hands.
func (c *Core) unpark(it *item, in *Input) {
	if it.Place == Handled && it.kind == email && !it.Ended && in.By != "" && it.Agent == in.Agent {
		c.parked(&Input{Item: it.ID, Agent: it.Agent, Reason: ParkedPersonal})
	}
	switch {
	case it.Place != Parked:
		c.refuse(in, RefusedExists)
		return
	case in.Agent != "" && it.Agent != in.Agent:
		c.refuse(in, RefusedTaken)
		return
	}
	if in.Service != "" {
		it.Service, it.svc = in.Service, c.services[in.Service]
	}
	it.Stage, it.SubmittedAt = 0, c.now
	if in.Priority > 0 {
		it.Priority = clamp(in.Priority, 1, maxPriority)
	}
	if in.EnqueuedAt > 0 && in.EnqueuedAt <= c.now {
		it.EnqueuedAt = in.EnqueuedAt
	}
	it.Target, it.TargetUntilAt, it.Fallback, it.Back = in.Target, in.TargetUntilAt, in.Fallback, in.Back
	it.Preferred, it.PreferUntilAt = in.Preferred, in.PreferUntilAt
	c.requeue(it, it.Agent, CauseReturned, false)
}

// served gives a mail that somebody has another service: whoever has it keeps it, from then on it waits and counts
// there.
func (c *Core) served(in *Input) {
	it := c.itemOf(in)
	switch {
	case it == nil:
	case it.kind != email:
		c.refuse(in, RefusedNotForKind)
	case it.Place != Handled && it.Place != Parked || it.Agent == "" || it.Agent != in.Agent:
		c.refuse(in, RefusedNotInHand)
	case it.Ended:
		c.refuse(in, RefusedEnded)
	default:
		it.Service, it.svc = in.Service, c.services[in.Service]
		c.itemChanged(it)
	}
}

// parked stops looking for anybody: a mail lies in a personal queue, as draft or otherwise.
func (c *Core) parked(in *Input) {
	it := c.items[in.Item]
	if it == nil {
		var code string
		if it, code = c.build(in); code != "" {
			c.refuse(in, code)
			return
		}
		c.admitItem(it)
		c.park(it, in.Agent, in.Reason)
		return
	}
	switch it.Place {
	case Waiting:
		c.unqueue(it)
		c.park(it, in.Agent, in.Reason)
	case Offered:
		a := c.withdraw(it, CauseParked)
		c.park(it, in.Agent, in.Reason)
		c.afterOffer(a, Rule{}, CauseParked)
	case Handled:
		if it.Ended {
			c.refuse(in, RefusedEnded)
			return
		}
		a := c.rowOf(it)
		c.touch(a)
		c.park(it, in.Agent, in.Reason)
		c.afterRow(a)
	default:
		c.park(it, in.Agent, in.Reason)
	}
}

// taken puts a mail that nobody has into an agent's personal queue, whether or not the agent is signed in. Forced, it
// is taken from whoever has it: a supervisor assigns it.
func (c *Core) taken(in *Input) {
	it := c.itemOf(in)
	if it == nil {
		return
	}
	theirs := it.Agent != "" && it.Agent != in.Agent
	switch {
	case it.kind != email:
		c.refuse(in, RefusedNotForKind)
	case in.Agent == "":
		c.refuse(in, RefusedBadInput)
	case it.Ended:
		c.refuse(in, RefusedEnded)
	case theirs && !in.Forced:
		c.refuse(in, RefusedTaken)
	case it.Agent == in.Agent && (it.Place == Parked || it.Place == Handled):
	default:
		c.parked(&Input{Item: it.ID, Agent: in.Agent, Reason: ParkedPersonal})
	}
}

// opened gives an item to an agent by hand, from any state and whatever the capacity: one call, up to ten mails
// (decision 9). Taking by hand is never barred (decision 3).
func (c *Core) opened(in *Input) {
	a := c.agentOf(in)
	if a == nil {
		return
	}
	it := c.items[in.Item]
	if it == nil {
		var code string
		if it, code = c.build(in); code != "" {
			c.refuse(in, code)
			return
		}
		if code := c.openable(it, a); code != "" {
			c.refuse(in, code)
			return
		}
		c.admitItem(it)
		c.open(it, a)
		return
	}
	code := c.openable(it, a)
	switch {
	case code != "":
	case it.Place == Handled && it.Agent == a.ID && !it.Ended:
		return
	case it.Place == Handled, it.Place == Offered && it.Agent != a.ID, it.Place == Parked && it.Agent != "" && it.Agent != a.ID && !in.Forced:
		code = RefusedTaken
	}
	if code != "" {
		c.refuse(in, code)
		return
	}
	switch it.Place {
	case Offered:
		c.assign(it, a, CauseAccepted)
		return
	case Waiting:
		c.unqueue(it)
	}
	c.open(it, a)
}

func (c *Core) open(it *item, a *agent) {
	it.ByHand, it.Reason, it.Held = true, "", false
	c.assign(it, a, CauseOpened)
}

// openable says why the agent may not open the item by hand now.
func (c *Core) openable(it *item, a *agent) string {
	if it.Place == Handled {
		return ""
	}
	switch it.kind {
	case voice, invite:
		if a.talking {
			return RefusedTalking
		}
		if a.offer != nil && a.offer != it && (a.offer.kind == voice || a.offer.kind == invite) {
			return RefusedOfferOpen
		}
	case email:
		n := 0
		for _, row := range a.rows {
			if row.kind == email && !row.Ended {
				n++
			}
		}
		if n >= c.cfg.MailLimit {
			return RefusedMailLimit
		}
	}
	return ""
}
