package core

// called begins an internal call: the caller's part is in hand at once, the colleague's is offered, in one decision.
// A colleague who can't be reached now is no reason for the caller to become Busy: the input is refused. The colleague
// does not wait and hands nothing on, so the offer ends with an answer, with its time, or with the call.
func (c *Core) called(in *Input) {
	a := c.agentOf(in)
	if a == nil {
		return
	}
	mine, theirs := *in, *in
	mine.Kind, mine.Target = Invite, ""
	theirs.Item, theirs.Kind, theirs.TargetUntilAt, theirs.Fallback = in.NewItem, Invite, 0, FallbackExit
	it, code := c.build(&mine)
	if code == "" {
		code = c.callable(in, it, a)
	}
	if code != "" {
		c.refuse(in, code)
		return
	}
	part, code := c.build(&theirs)
	if code != "" {
		c.refuse(in, code)
		return
	}
	c.admitItem(it)
	c.open(it, a)
	c.submit(part, false)
}

// callable says why an agent may not call the colleague now.
func (c *Core) callable(in *Input, it *item, a *agent) string {
	switch {
	case in.NewItem == "" || in.NewItem == in.Item || in.Target == "" || in.Target == a.ID:
		return RefusedBadInput
	case c.items[in.Item] != nil || c.items[in.NewItem] != nil:
		return RefusedExists
	}
	if code := c.openable(it, a); code != "" {
		return code
	}
	switch other := c.agents[in.Target]; {
	case other == nil:
		return RefusedTargetAway
	case !other.canTake(invite):
		return RefusedTargetBusy
	}
	return ""
}
