package core

import (
	"cmp"
	"slices"
)

// team and service are configured ones made ready for use.
type team struct {
	Team
	capacity capacities
	rampMs   int64
}

type service struct {
	Service
	waiting    int
	measuredMs int64           // moving mean of the handling time; 0: none yet
	pools      [][nKinds]*pool // by stage, for items without requirements of their own
}

func (s *service) handling() int64 {
	switch {
	case s.measuredMs > 0:
		return s.measuredMs
	case s.HandleMs > 0:
		return s.HandleMs
	}
	return defaultHandleMs
}

func (c *Core) configured(in *Input) {
	if in.Config == nil {
		c.refuse(in, RefusedBadInput)
		return
	}
	c.configure(*in.Config)
}

// configure replaces the configuration. Everybody and everything is fitted in anew, in the old places.
func (c *Core) configure(cfg Config) {
	items := c.itemsBySeq()
	for _, it := range items {
		if it.Place == Waiting {
			c.unqueue(it)
		}
	}
	c.cfg = filled(cfg)
	c.setTeams()
	c.setServices()
	c.pools, c.sweepAt, c.thinPools = map[string]*pool{}, minPools, nil
	for _, it := range items {
		it.svc = c.services[it.Service]
	}
	for _, a := range c.bySeq() {
		a.members = nil
		c.equip(a)
		c.changed(a)
	}
	for _, it := range items {
		switch {
		case it.Place == Waiting && it.pulled():
			it.Held = false
			c.park(it, "", ParkedPull)
		case it.Place == Parked && it.Reason == ParkedPull && !it.pulled():
			c.requeue(it, "", CauseConfigured, false)
		case it.Place == Waiting:
			if it.Held {
				c.hold(it)
			}
			c.enqueue(it)
		case it.Place == Parked && it.Reason == ParkedUnknownService && it.svc != nil:
			c.requeue(it, "", CauseConfigured, false)
		default:
			c.itemChanged(it)
		}
	}
}

func filled(cfg Config) Config {
	positive := func(n *int64, fallback int64) {
		if *n <= 0 {
			*n = fallback
		}
		*n = min(*n, maxWait)
	}
	positive(&cfg.GraceMs, defaultGraceMs)
	positive(&cfg.ReofferMs, defaultReofferMs)
	positive(&cfg.AloneMs, defaultAloneMs)
	positive(&cfg.OfferMs, defaultOfferMs)
	positive(&cfg.BackMs, defaultBackMs)
	if cfg.ReturnRaise <= 0 {
		cfg.ReturnRaise = defaultReturnRaise
	}
	if cfg.MailLimit <= 0 {
		cfg.MailLimit = defaultMailLimit
	}
	cfg.RampUpMs = clamp(cfg.RampUpMs, 0, maxWait)
	cfg.Rules = cfg.Rules.or(defaultRules)
	return cfg
}

func (r Rules) or(other Rules) Rules {
	pick := func(a *Rule, b Rule) {
		if a.State != Ready && a.State != NotReady {
			*a = b
		}
	}
	pick(&r.AfterSignIn, other.AfterSignIn)
	pick(&r.AfterContact, other.AfterContact)
	pick(&r.AfterWrapup, other.AfterWrapup)
	pick(&r.AfterReject, other.AfterReject)
	pick(&r.AfterNoAnswer, other.AfterNoAnswer)
	return r
}

func (c *Core) setTeams() {
	var tenant capacities
	tenant.set(DefaultCapacity())
	tenant.set(c.cfg.Capacity)
	c.noTeam = &team{Team: Team{Rules: c.cfg.Rules}, capacity: tenant, rampMs: c.cfg.RampUpMs}
	c.teams = make(map[string]*team, len(c.cfg.Teams))
	for _, t := range c.cfg.Teams {
		t.Rules = t.Rules.or(c.cfg.Rules)
		t.WrapupMs = clamp(t.WrapupMs, 0, maxWait)
		made := &team{Team: t, capacity: tenant, rampMs: c.cfg.RampUpMs}
		made.capacity.set(t.Capacity)
		if t.RampUpMs != nil {
			made.rampMs = clamp(*t.RampUpMs, 0, maxWait)
		}
		c.teams[t.ID] = made
	}
}

func (c *Core) setServices() {
	old := c.services
	c.services = make(map[string]*service, len(c.cfg.Services))
	for _, s := range c.cfg.Services {
		s.Priority = clamp(s.Priority, 1, maxPriority)
		s.Precedence = clamp(s.Precedence, -1_000, 1_000)
		s.OfferMs, s.MaxWaitMs, s.HandleMs = clamp(s.OfferMs, 0, maxWait), clamp(s.MaxWaitMs, 0, maxWait), clamp(s.HandleMs, 0, maxWait)
		if s.Choice != ChooseOccupancy && s.Choice != ChooseRank {
			s.Choice = ChooseLevel
		}
		made := &service{Service: s, pools: make([][nKinds]*pool, len(s.Steps)+1)}
		if before := old[s.ID]; before != nil {
			made.measuredMs = before.measuredMs
		}
		c.services[s.ID] = made
	}
}

// bySeq are the agents in the order of signing in.
func (c *Core) bySeq() []*agent {
	list := slices.Clone(c.roster)
	slices.SortFunc(list, func(a, b *agent) int { return cmp.Compare(a.Seq, b.Seq) })
	return list
}

// itemsBySeq are the items in the order of their arrival.
func (c *Core) itemsBySeq() []*item {
	list := make([]*item, 0, len(c.items))
	for _, it := range c.items {
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b *item) int { return cmp.Compare(a.Seq, b.Seq) })
	return list
}
