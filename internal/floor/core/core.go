package core

import (
	"cmp"
	"slices"
)

// Version goes into the log. It is raised when the same inputs give other decisions than before.
const Version = 1

const (
	maxTime = int64(1) << 53 // of an input; beyond it sums could overflow
	maxWait = int64(1) << 40 // 34 years
)

// Core is the live state of one floor. Make it with New, Restore or RestoreRows.
type Core struct {
	now int64
	seq int64

	cfg      Config
	teams    map[string]*team
	noTeam   *team
	services map[string]*service

	agents  map[string]*agent
	roster  []*agent // the same in no particular order
	items   map[string]*item
	pools   map[string]*pool
	wanted  map[string]*wanted // by agent, signed in or not
	sweepAt int                // number of pools at which the unused are dropped

	deadlines line[due]

	wokenItems  []*item
	wokenAgents []*agent
	thinPools   []*pool
	wakeAll     bool

	watched string // item of which every offer is explained to seen
	seen    func(Explanation)

	dirtyAgents []string
	dirtyItems  []string
	out         []Effect
}

// New returns an empty floor with the default configuration.
func New() *Core {
	c := &Core{
		agents: map[string]*agent{},
		items:  map[string]*item{},
		wanted: map[string]*wanted{},
	}
	c.configure(Config{})
	return c
}

// Apply takes one input and returns what it causes. Deadlines that are due by then happen first, except before
// "boot", which starts the agents' grace anew. The slice is valid until the next Apply.
func (c *Core) Apply(in Input) []Effect {
	c.out = c.out[:0]
	if in.At > maxTime || in.At < 0 {
		c.refuse(&in, RefusedBadInput)
		return c.out
	}
	if c.wakeAll && in.Type != InBoot {
		c.settle() // of the time of the rows
	}
	c.now = max(c.now, in.At)
	if in.Type != InBoot {
		c.passTime()
	}
	c.take(&in)
	c.settle()
	c.passTime()
	return c.out
}

func (c *Core) take(in *Input) {
	switch in.Type {
	case InTimer:
	case InSubmitted:
		c.submitted(in)
	case InAccepted:
		c.accepted(in)
	case InRejected:
		c.rejected(in)
	case InPostponed:
		c.postponed(in)
	case InEnded:
		c.ended(in)
	case InFinished:
		c.finished(in)
	case InCancelled:
		c.cancelled(in)
	case InTransferred:
		c.transferred(in)
	case InOpened:
		c.opened(in)
	case InCalled:
		c.called(in)
	case InTaken:
		c.taken(in)
	case InServed:
		c.served(in)
	case InParked:
		c.parked(in)
	case InLegFailed:
		c.legFailed(in)
	case InAnnounced:
		c.announced(in)
	case InWrapupEnded:
		c.wrapupEnded(in)
	case InStateChosen, InStateForced:
		c.stateWanted(in)
	case InSignedIn:
		c.signedIn(in)
	case InSignedOut:
		c.signedOut(in)
	case InAgentConfigured:
		c.agentConfigured(in)
	case InSocketLost:
		c.socketLost(in)
	case InSocketBack:
		c.socketBack(in)
	case InBoot:
		c.boot()
	case InConfigure:
		c.configured(in)
	default:
		c.refuse(in, RefusedUnknownType)
	}
}

// settle looks for agents and items for whatever may have a match now, until nothing is left to do.
func (c *Core) settle() {
	if c.wakeAll {
		c.wakeAll = false
		for _, it := range c.items {
			c.wakeItem(it)
		}
	}
	for len(c.wokenItems)+len(c.thinPools)+len(c.wokenAgents) > 0 {
		if n := len(c.wokenItems); n > 1 {
			slices.SortFunc(c.wokenItems, c.compare)
		}
		for i := 0; i < len(c.wokenItems); i++ {
			it := c.wokenItems[i]
			it.woken = false
			if !it.gone && it.Place == Waiting {
				c.seek(it)
			}
		}
		c.wokenItems = emptied(c.wokenItems)
		for i := 0; i < len(c.thinPools); i++ {
			p := c.thinPools[i]
			p.thin = false
			c.thinned(p)
		}
		c.thinPools = emptied(c.thinPools)
		if len(c.wokenAgents) > 1 {
			slices.SortFunc(c.wokenAgents, func(x, y *agent) int { return cmp.Compare(x.IdleSeq, y.IdleSeq) })
		}
		for i := 0; i < len(c.wokenAgents); i++ {
			a := c.wokenAgents[i]
			a.woken = false
			if !a.gone {
				c.serve(a)
			}
		}
		c.wokenAgents = emptied(c.wokenAgents)
	}
}

// compare is the order in which several items look for somebody at once.
func (c *Core) compare(x, y *item) int {
	switch a, b := c.precedence(x), c.precedence(y); {
	case x == y:
		return 0
	case x.Target == "" && y.Target == "" && a != b:
		return b - a
	case x.before(y, c.now):
		return -1
	}
	return 1
}

// precedence of an item, as far as it is the same for every agent.
func (c *Core) precedence(it *item) int {
	n := c.noTeam.capacity[it.kind].precedence
	if it.svc != nil {
		n += it.svc.Precedence
	}
	return n
}

func emptied[T any](list []*T) []*T {
	clear(list)
	return list[:0]
}

func (c *Core) wakeItem(it *item) {
	if !it.woken && it.Place == Waiting {
		it.woken = true
		c.wokenItems = append(c.wokenItems, it)
	}
}

func (c *Core) wakeAgent(a *agent) {
	if !a.woken {
		a.woken = true
		c.wokenAgents = append(c.wokenAgents, a)
	}
}

// next counts agents, items and turns of idleness in the order of their arrival.
func (c *Core) next() int64 {
	c.seq++
	return c.seq
}

// tell adds an effect about an item. The pointer is valid until the next one.
func (c *Core) tell(kind string, it *item) *Effect {
	c.out = append(c.out, Effect{Type: kind, At: c.now, Item: it.ID, Kind: it.Kind, Service: it.Service})
	return &c.out[len(c.out)-1]
}

func (c *Core) tellState(a *agent, by string) {
	c.out = append(c.out, Effect{
		Type: OutAgentState, At: c.now, Agent: a.ID, State: a.State, Reason: a.Reason, Cause: a.Cause, SinceAt: a.SinceAt,
		Pending: a.Pending, PendingReason: a.PendingReason, WrapupUntilAt: a.WrapupUntilAt, By: by,
		Reserve: a.State == Ringing && a.offer != nil && a.offer.Reserve,
	})
}

func (c *Core) refuse(in *Input, code string) {
	c.out = append(c.out, Effect{Type: OutRefused, At: c.now, Agent: in.Agent, Item: in.Item, Code: code})
}

// changed is called after every change of an agent that stays.
func (c *Core) changed(a *agent) {
	if a.gone {
		return
	}
	c.touchAgent(a)
	c.refresh(a)
	c.scheduleAgent(a)
}

func (c *Core) touchAgent(a *agent) {
	if !a.dirty {
		a.dirty = true
		c.dirtyAgents = append(c.dirtyAgents, a.ID)
	}
}
