package core

// signedIn brings an agent to the floor. A second sign-in is another session of the same agent: everything in hand stays.
func (c *Core) signedIn(in *Input) {
	if in.Agent == "" {
		c.refuse(in, RefusedBadInput)
		return
	}
	if a := c.agents[in.Agent]; a != nil {
		a.Session, a.GraceUntilAt = in.Session, 0
		if a.Pending == SignedOut {
			a.Pending, a.PendingReason, a.PendingCause, a.PendingBy = "", "", "", ""
		}
		a.Cause = CauseSession
		c.tellState(a, "")
		c.profile(a, in)
		return
	}
	a := &agent{Agent: Agent{
		ID: in.Agent, Session: in.Session, State: NotReady, SinceAt: c.now, SignedInAt: c.now,
		IdleAt: c.now, IdleSeq: c.next(), Seq: c.next(),
	}}
	c.admit(a)
	a.Team, a.Skills, a.Kinds, a.Capacity, a.Rank = in.Team, in.Skills, in.Kinds, in.Capacity, in.Rank
	c.equip(a)
	c.out = append(c.out, Effect{Type: OutSignedIn, At: c.now, Agent: a.ID})
	first := a.team.Rules.AfterSignIn
	if in.State == Supervising {
		first = Rule{State: Supervising}
	}
	c.enter(a, first.State, first.Reason, CauseSignIn, "")
}

// admit puts the agent on the roster.
func (c *Core) admit(a *agent) {
	a.due.of = due{agent: a}
	a.want = c.wanted[a.ID]
	a.roster = len(c.roster)
	c.roster = append(c.roster, a)
	c.agents[a.ID] = a
}

// equip works out what the configuration makes of the agent's row, and joins the pools.
func (c *Core) equip(a *agent) {
	a.team = c.teams[a.Team]
	if a.team == nil {
		a.team = c.noTeam
	}
	a.capacity = a.team.capacity
	a.capacity.set(a.Agent.Capacity)
	a.rampMs = a.team.rampMs
	a.kinds = allKinds
	if len(a.Kinds) > 0 {
		a.kinds = kindMask(a.Kinds)
	}
	a.count()
	a.open = 0
	c.joinPools(a)
}

// profile replaces what was configured of a signed-in agent.
func (c *Core) profile(a *agent, in *Input) {
	c.leavePools(a)
	a.Team, a.Skills, a.Kinds, a.Capacity, a.Rank = in.Team, in.Skills, in.Kinds, in.Capacity, in.Rank
	c.equip(a)
	c.releaseHolds(a) // whoever is still qualified gets it first anyway
	c.changed(a)
	c.wakeAgent(a)
	for _, it := range a.rows {
		c.scheduleItem(it)
	}
}

func (c *Core) agentConfigured(in *Input) {
	if a := c.agentOf(in); a != nil {
		c.profile(a, in)
	}
}

// agentOf is the agent the input names, or a refusal.
func (c *Core) agentOf(in *Input) *agent {
	a := c.agents[in.Agent]
	switch {
	case a == nil:
		c.refuse(in, RefusedUnknownAgent)
	case in.Session != "" && a.Session != "" && in.Session != a.Session:
		c.refuse(in, RefusedOldSession)
		a = nil
	}
	return a
}

func (c *Core) socketLost(in *Input) {
	if a := c.agentOf(in); a != nil && a.GraceUntilAt == 0 {
		a.GraceUntilAt = c.now + c.cfg.GraceMs
		c.changed(a)
	}
}

func (c *Core) socketBack(in *Input) {
	if a := c.agentOf(in); a != nil && a.GraceUntilAt != 0 {
		a.GraceUntilAt = 0
		c.changed(a)
	}
}

// signedOut lets an agent go. With contacts in hand it is pending until the last row is finished (decision 7), except
// that open mails become drafts at once; a supervisor has to ask a second time, then it follows decision 6 (decision 8).
func (c *Core) signedOut(in *Input) {
	a := c.agentOf(in)
	if a == nil {
		return
	}
	reason := in.Reason
	if reason == "" {
		reason = CauseAgent
		if in.By != "" {
			reason = CauseSupervisor
		}
	}
	switch {
	case in.Forced:
		c.lose(a, reason, in.By, CauseSignedOut)
		return
	case in.By != "" && len(a.rows) > 0:
		c.refuse(in, RefusedContactInHand)
		return
	}
	for _, it := range append([]*item(nil), a.rows...) {
		if it.kind == email && !it.Ended {
			c.rowOf(it)
			c.park(it, a.ID, ParkedDraft)
		}
	}
	if len(a.rows) == 0 {
		c.remove(a, reason, in.By, CauseSignedOut)
		return
	}
	c.pend(a, SignedOut, reason, CauseAgent, in.By, 0)
	c.afterRow(a)
}

// lose lets an agent go who does not come back, or has to go at once (decision 6).
func (c *Core) lose(a *agent, reason, by, cause string) {
	for _, it := range append([]*item(nil), a.rows...) {
		c.letGo(it, a, cause)
	}
	c.remove(a, reason, by, cause)
}

// letGo is what becomes of a row whose agent is gone.
func (c *Core) letGo(it *item, a *agent, cause string) {
	if it.Ended {
		c.finish(it, cause, true)
		return
	}
	c.rowOf(it)
	it.SubmittedAt = c.now // it waits anew, in its old place
	switch {
	case it.kind == email:
		c.park(it, a.ID, ParkedDraft)
	case it.kind == preview:
		c.exit(it, ExitReturned)
	case it.kind == invite:
		c.exit(it, ExitLost)
	case it.svc == nil:
		c.park(it, "", unroutable(it))
	default:
		if it.kind == chat {
			it.Preferred, it.PreferUntilAt = a.ID, 0
		}
		c.requeue(it, a.ID, cause, true)
	}
}

// remove takes an agent without rows off the floor.
func (c *Core) remove(a *agent, reason, by, cause string) {
	a.gone = true
	a.open = 0
	c.leavePools(a)
	c.deadlines.drop(&a.due)
	last := len(c.roster) - 1
	c.roster[a.roster] = c.roster[last]
	c.roster[a.roster].roster = a.roster
	c.roster[last] = nil
	c.roster = c.roster[:last]
	offer := a.offer
	if offer != nil {
		c.withdraw(offer, cause)
	}
	delete(c.agents, a.ID)
	c.touchAgent(a)
	c.out = append(c.out, Effect{Type: OutSignedOut, At: c.now, Agent: a.ID, Reason: reason, By: by})
	c.releaseHolds(a)
	if offer != nil {
		c.undelivered(offer, a.ID, cause, "")
	}
}

// boot follows a restart: open offers are withdrawn without blame, every agent's grace starts anew.
func (c *Core) boot() {
	for _, a := range c.bySeq() {
		if it := a.offer; it != nil {
			c.withdraw(it, CauseBoot)
			c.requeue(it, a.ID, CauseBoot, false)
			a.GraceUntilAt = c.now + c.cfg.GraceMs
			c.afterOffer(a, Rule{}, CauseBoot)
			if a.gone {
				continue
			}
		}
		a.GraceUntilAt = c.now + c.cfg.GraceMs
		c.changed(a)
	}
	c.wakeAll = true
}
