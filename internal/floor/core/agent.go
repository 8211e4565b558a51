package core

// agent is a signed-in agent with what is derived from its row, the items and the configuration.
type agent struct {
	Agent

	team     *team
	capacity capacities
	kinds    uint8 // mask of kinds that may be offered
	rampMs   int64

	offer *item   // the one open offer
	rows  []*item // contacts in hand, live and ended, in the order of their Seq
	want  *wanted // waiting items that prefer or target this agent

	load    [nKinds]int
	talking bool
	open    uint8     // openTo, as the pools have it
	members []*member // pools of the requirements the agent meets

	due    spot[due]
	dirty  bool
	woken  bool
	gone   bool
	roster int // index in Core.roster
}

// presence counts in the pools: whether somebody is there for those who wait.
type presence uint8

const (
	aside   presence = iota // supervising
	resting                 // Not ready
	awake                   // everything else
)

func (a *agent) presence() presence {
	switch a.State {
	case Supervising:
		return aside
	case NotReady:
		return resting
	}
	return awake
}

// live tells whether a contact in hand still goes on; ended whether a row waits to be finished.
func (a *agent) live() bool  { return a.anyRow(func(it *item) bool { return !it.Ended }) }
func (a *agent) ended() bool { return a.anyRow(func(it *item) bool { return it.Ended }) }

func (a *agent) anyRow(is func(*item) bool) bool {
	for _, it := range a.rows {
		if is(it) {
			return true
		}
	}
	return false
}

func (a *agent) level(skill string) int {
	for _, s := range a.Skills {
		if s.ID == skill {
			return s.Level
		}
	}
	return 0
}

// occupancy is the share of busy in busy + ready since signing in, in millionths.
func (a *agent) occupancy(now int64) int64 {
	busy, ready := a.BusyMs, a.ReadyMs
	switch a.State {
	case Busy, Wrapup:
		busy += now - a.SinceAt
	case Ready:
		ready += now - a.SinceAt
	}
	busy, ready = min(busy, maxWait), min(ready, maxWait)
	if busy+ready == 0 {
		return 0
	}
	return busy * 1_000_000 / (busy + ready)
}

// enter changes the state at once.
func (c *Core) enter(a *agent, state, reason, cause, by string) {
	was, before := a.State, a.presence()
	if was != state || a.Reason != reason {
		c.account(a)
		a.SinceAt = c.now
	}
	a.State, a.Reason, a.Cause = state, reason, cause
	a.ReadyAt = 0
	if state != Wrapup {
		a.WrapupUntilAt = 0
	} else if a.team.Wrapup && a.team.WrapupMs > 0 {
		a.WrapupUntilAt = c.now + a.team.WrapupMs
	}
	if state == Ready && was != Ready && was != Ringing {
		c.touch(a)
		c.rampUp(a)
	}
	c.tellState(a, by)
	c.changed(a)
	if now := a.presence(); now != before {
		c.presenceChanged(a, before, now)
	}
}

// account adds the span that ends now to the agent's times.
func (c *Core) account(a *agent) {
	switch span := c.now - a.SinceAt; a.State {
	case Busy, Wrapup:
		a.BusyMs += span
	case Ready:
		a.ReadyMs += span
	}
}

// touch makes the agent the last in line for the next contact.
func (c *Core) touch(a *agent) { a.IdleAt, a.IdleSeq = c.now, c.next() }

func (c *Core) rampUp(a *agent) {
	a.RampUntilAt = 0
	if a.rampMs > 0 {
		a.RampUntilAt = c.now + a.rampMs
	}
}

// pend sets the state that follows the contacts in hand; state "" takes it back.
func (c *Core) pend(a *agent, state, reason, cause, by string, forMs int64) {
	if a.Pending == state && a.PendingReason == reason {
		return
	}
	a.Pending, a.PendingReason, a.PendingCause, a.PendingBy, a.PendingForMs = state, reason, cause, by, forMs
	c.tellState(a, by)
	c.changed(a)
}

// follow enters the pending state.
func (c *Core) follow(a *agent) {
	p := a.Agent
	a.Pending, a.PendingReason, a.PendingCause, a.PendingBy, a.PendingForMs = "", "", "", "", 0
	if p.Pending == SignedOut {
		c.remove(a, p.PendingReason, p.PendingBy, CauseSignedOut)
		return
	}
	c.enter(a, p.Pending, p.PendingReason, p.PendingCause, p.PendingBy)
	if p.Pending == NotReady && p.PendingForMs > 0 {
		a.ReadyAt = c.now + p.PendingForMs
		c.changed(a)
	}
}

// after is the state that follows the last row: pending wins over the former state, that over the team's rule (decisions 2, 9).
func (a *agent) after(rule Rule) Rule {
	switch {
	case a.Pending != "":
		return Rule{a.Pending, a.PendingReason}
	case a.Former != "":
		return Rule{a.Former, a.FormerReason}
	}
	return rule
}

// leave ends Busy or Wrap-up: nothing is in hand any more but, maybe, an internal call or an open offer.
func (c *Core) leave(a *agent, rule Rule, cause string) {
	next := a.after(rule)
	pending := a.Pending != ""
	a.Former, a.FormerReason = "", ""
	switch {
	case next.State == SignedOut && a.live():
		c.enter(a, Busy, "", CauseAccepted, "")
	case next.State == SignedOut:
		c.follow(a)
	case a.offer != nil && (a.offer.kind != invite || next.State == Ready):
		if !pending && next.State != Ready {
			a.Pending, a.PendingReason, a.PendingCause = next.State, next.Reason, cause
		}
		c.enter(a, Ringing, "", CauseOffer, "")
	case next.State == Ready && a.live():
		a.Former = Ready
		if pending {
			a.Pending, a.PendingReason, a.PendingCause, a.PendingBy, a.PendingForMs = "", "", "", "", 0
		}
		c.enter(a, Busy, "", CauseAccepted, "")
	case pending:
		c.follow(a)
	default:
		c.enter(a, next.State, next.Reason, cause, "")
	}
}

// afterOffer lets the agent go on when an offer is over without acceptance. A blame that says Not ready is the
// team's rule for rejections or missed offers; with contacts in hand it is pending (C-3).
func (c *Core) afterOffer(a *agent, blame Rule, cause string) {
	if blame.State == NotReady {
		c.touch(a)
		if a.Pending == "" || a.Pending == Ready {
			switch a.State {
			case Ringing:
				a.Pending, a.PendingReason = "", ""
				c.enter(a, NotReady, blame.Reason, cause, "")
			case Busy, Wrapup:
				c.pend(a, NotReady, blame.Reason, cause, "", 0)
			}
		}
	}
	switch {
	case a.State != Ringing:
	case a.Pending != "":
		c.follow(a)
	default:
		c.enter(a, Ready, "", cause, "")
	}
	c.changed(a)
}

// busy makes the agent Busy. What was opened by hand or internal brings the former state back afterwards;
// a contact from the queue lets the team's rule decide.
func (c *Core) busy(a *agent, it *item, cause string) {
	fromQueue := !it.ByHand && it.kind != invite
	switch a.State {
	case Busy, Wrapup:
		if fromQueue && a.Former == Ready {
			a.Former = ""
		}
	case Ready, Ringing:
		if !fromQueue {
			a.Former, a.FormerReason = Ready, ""
		}
	default:
		a.Former, a.FormerReason = a.State, a.Reason
	}
	if a.State != Busy {
		c.enter(a, Busy, "", cause, "")
	}
	c.changed(a)
}
