package core

// stateWanted is a state chosen by the agent or forced by a supervisor. With a contact in hand, Ringing or in
// Wrap-up it is pending and stops offers at once (decisions 2, 8).
func (c *Core) stateWanted(in *Input) {
	a := c.agentOf(in)
	if a == nil {
		return
	}
	cause, reason := CauseAgent, in.Reason
	if in.Type == InStateForced {
		cause = CauseSupervisor
		if reason == "" && in.State == NotReady {
			reason = ReasonForced
		}
	}
	switch in.State {
	case Ready:
		c.readyWanted(a, cause, in.By)
	case Supervising:
		c.pauseWanted(a, Rule{State: Supervising}, cause, in.By, 0)
	case NotReady:
		limit, ok := c.reasonLimit(reason)
		if !ok {
			c.refuse(in, RefusedUnknownReason)
			return
		}
		if in.UntilAt > c.now {
			limit = in.UntilAt - c.now
		}
		c.pauseWanted(a, Rule{NotReady, reason}, cause, in.By, limit)
	default:
		c.refuse(in, RefusedUnknownState)
	}
}

// reasonLimit is how long a Not ready with this reason lasts; 0: until ended by hand.
func (c *Core) reasonLimit(id string) (limit int64, ok bool) {
	for _, r := range c.cfg.Reasons {
		if r.ID == id {
			return clamp(r.LimitMs, 0, maxWait), true
		}
	}
	return 0, len(c.cfg.Reasons) == 0 || id == ReasonForced || id == ""
}

func (c *Core) pauseWanted(a *agent, to Rule, cause, by string, forMs int64) {
	switch a.State {
	case Ready, NotReady, Supervising:
		if a.State == to.State && a.Reason == to.Reason && forMs == 0 && a.ReadyAt == 0 {
			return
		}
		c.enter(a, to.State, to.Reason, cause, by)
		if forMs > 0 {
			a.ReadyAt = c.now + forMs
			c.changed(a)
		}
	default:
		c.pend(a, to.State, to.Reason, cause, by, forMs)
	}
}

func (c *Core) readyWanted(a *agent, cause, by string) {
	switch a.State {
	case Ready:
	case NotReady, Supervising:
		c.toReady(a, cause, by)
	case Wrapup:
		if a.Pending != "" && a.Pending != Ready {
			c.pend(a, "", "", "", by, 0)
		}
		if cause == CauseAgent {
			a.Pending, a.PendingCause = Ready, cause
			c.closeWrapup(a, CauseAgent, false)
		} else {
			c.pend(a, Ready, "", cause, by, 0)
		}
	default:
		if a.Former != "" {
			a.Former, a.FormerReason = Ready, ""
		}
		if a.Pending != "" {
			c.pend(a, "", "", "", by, 0)
		}
		if a.State == Busy && a.after(c.ruleAfterRows(a)).State != Ready {
			c.pend(a, Ready, "", cause, by, 0)
		}
		c.changed(a)
	}
}

// toReady makes the agent Ready, or Busy while an internal call goes on.
func (c *Core) toReady(a *agent, cause, by string) {
	if a.offer != nil {
		c.enter(a, Ringing, "", cause, by)
		return
	}
	if !a.live() {
		c.enter(a, Ready, "", cause, by)
		return
	}
	a.Former, a.FormerReason = Ready, ""
	c.enter(a, Busy, "", cause, by)
}

func (c *Core) ruleAfterRows(a *agent) Rule {
	if a.team.Wrapup {
		return a.team.Rules.AfterWrapup
	}
	return a.team.Rules.AfterContact
}

// afterRow lets the agent go on when a row ended or went away: Wrap-up is the state when only ended rows are left (decision 1).
func (c *Core) afterRow(a *agent) {
	switch {
	case a.gone:
	case a.State == Wrapup && !a.ended():
		c.leave(a, a.team.Rules.AfterWrapup, CauseFinished)
	case a.State == Busy && len(a.rows) == 0:
		c.leave(a, a.team.Rules.AfterContact, CauseFinished)
	case a.State == Busy && !a.live() && a.team.Wrapup:
		c.enter(a, Wrapup, "", CauseEnded, "")
	case a.State == Busy && !a.live():
		c.finishRows(a, CauseNoWrapup, true)
		c.leave(a, a.team.Rules.AfterContact, CauseFinished)
	case len(a.rows) == 0 && a.Pending != "" && a.State != Ringing:
		c.follow(a) // an internal call during a break is over
	default:
		c.changed(a)
	}
}

// finishRows closes all ended rows.
func (c *Core) finishRows(a *agent, cause string, forced bool) {
	for _, it := range append([]*item(nil), a.rows...) {
		if it.Ended {
			c.finish(it, cause, forced)
		}
	}
}

func (c *Core) closeWrapup(a *agent, cause string, forced bool) {
	c.finishRows(a, cause, forced)
	c.leave(a, a.team.Rules.AfterWrapup, cause)
}

func (c *Core) wrapupEnded(in *Input) {
	a := c.agentOf(in)
	switch {
	case a == nil:
	case a.State != Wrapup:
		c.refuse(in, RefusedNotInWrapup)
	default:
		c.closeWrapup(a, CauseAgent, false)
	}
}
