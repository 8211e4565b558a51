package core

import (
	"strconv"
	"strings"
)

// pool is a requirement: the agents who meet it and may be offered its kind now, best first, and the lines of items that ask for it.
type pool struct {
	key    string
	kind   kind
	choice string
	routes []route

	free    line[*member]
	lines   []*bucket
	waiting int // items in lines
	users   int // waiting items that refer to it, in a line or held
	staffed int // members who are not supervising
	awake   int // of these, not Not ready
	thin    bool
}

// route is one way to meet a requirement: a member of one of the teams (none named: any) with all of the skills.
type route struct {
	teams  []string
	skills []Skill
}

// member is an agent's place in a pool.
type member struct {
	spot  spot[*member] // in pool.free
	agent *agent
	pool  *pool
	order int64 // by level or rank; lower is better
}

// bucket is a first-come line of one priority.
type bucket struct {
	priority, precedence int
	items                line[*item]
}

func (p *pool) othersAwake(a *agent) bool {
	n := p.awake
	if a.presence() == awake && a.memberOf(p) != nil {
		n--
	}
	return n > 0
}

func (a *agent) memberOf(p *pool) *member {
	for _, m := range a.members {
		if m.pool == p {
			return m
		}
	}
	return nil
}

// meets returns the first route the agent meets with the level that counts, or -1 with the skill that lacks.
func (a *agent) meets(routes []route) (n, level int, lack string) {
	for i := range routes {
		if !routes[i].takesTeam(a.Team) {
			continue
		}
		skill := a.lacks(routes[i].skills)
		if skill == "" {
			if len(routes[i].skills) > 0 {
				level = a.level(routes[i].skills[0].ID)
			}
			return i, level, ""
		}
		if lack == "" {
			lack = skill
		}
	}
	return -1, 0, lack
}

func (r *route) takesTeam(team string) bool {
	for _, t := range r.teams {
		if t == team {
			return true
		}
	}
	return len(r.teams) == 0
}

func (a *agent) lacks(skills []Skill) string {
	for _, s := range skills {
		if a.level(s.ID) < max(s.Level, 1) {
			return s.ID
		}
	}
	return ""
}

// join makes the agent a member if it meets the requirement.
func (c *Core) join(a *agent, p *pool) {
	if a.kinds>>p.kind&1 == 0 {
		return
	}
	n, level, _ := a.meets(p.routes)
	if n < 0 {
		return
	}
	m := &member{agent: a, pool: p}
	m.spot.of = m
	switch p.choice {
	case ChooseRank:
		m.order = int64(a.Rank)
		if a.Rank <= 0 {
			m.order = maxWait
		}
	case ChooseOccupancy:
	default:
		m.order = int64(n)<<32 - int64(level)
	}
	a.members = append(a.members, m)
	p.count(a.presence(), 1)
	if a.open>>p.kind&1 == 1 {
		p.free.put(&m.spot, m.order, a.IdleSeq)
	}
}

func (p *pool) count(who presence, n int) {
	if who >= resting {
		p.staffed += n
	}
	if who == awake {
		p.awake += n
	}
}

// leavePools ends all memberships.
func (c *Core) leavePools(a *agent) {
	for _, m := range a.members {
		m.pool.free.drop(&m.spot)
		m.pool.count(a.presence(), -1)
		c.thinning(m.pool)
	}
	a.members = nil
}

func (c *Core) joinPools(a *agent) {
	for _, p := range c.pools {
		c.join(a, p) // each pool for itself: the order does not matter
	}
}

// refresh brings the pools up to what the agent may be offered now.
func (c *Core) refresh(a *agent) {
	open := a.openTo(c.now)
	was := a.open
	a.open = open
	for _, m := range a.members {
		if bit := m.pool.kind; open>>bit&1 == 1 {
			m.pool.free.put(&m.spot, m.order, a.IdleSeq)
		} else if was>>bit&1 == 1 {
			m.pool.free.drop(&m.spot)
		}
	}
	if open&^was != 0 || a.want != nil && a.want.n > 0 {
		c.wakeAgent(a)
	}
}

// presenceChanged keeps the pools' counts; who turns away no longer holds items back.
func (c *Core) presenceChanged(a *agent, was, now presence) {
	for _, m := range a.members {
		m.pool.count(was, -1)
		m.pool.count(now, 1)
		if now < was {
			c.thinning(m.pool)
		}
	}
	if now != awake {
		c.releaseHolds(a)
	}
}

func (c *Core) thinning(p *pool) {
	if !p.thin && p.waiting > 0 {
		p.thin = true
		c.thinPools = append(c.thinPools, p)
	}
}

// thinned: the last one left is no longer barred; where nobody is left, items may exit.
func (c *Core) thinned(p *pool) {
	if p.awake <= 1 && len(p.free) > 0 {
		c.wakeAgent(p.free.head().agent)
	}
	if p.staffed > 0 {
		return
	}
	for _, b := range p.lines {
		for i := range b.items {
			if it := b.items[i].spot.of; it.svc != nil && it.svc.NoAgents {
				c.wakeItem(it)
			}
		}
	}
}

// poolOf returns the pool of what the item asks for at its stage.
func (c *Core) poolOf(it *item) *pool {
	own := it.Skills != nil || it.Steps != nil
	stage := min(it.Stage, len(it.steps()))
	if !own {
		if p := it.svc.pools[stage][it.kind]; p != nil {
			return p
		}
	}
	routes := c.routes(it, stage)
	key := poolKey(it.svc.Choice, it.kind, routes)
	p := c.pools[key]
	if p == nil {
		p = c.newPool(key, it.svc.Choice, it.kind, routes)
	}
	if !own {
		it.svc.pools[stage][it.kind] = p
	}
	return p
}

func (c *Core) newPool(key, choice string, k kind, routes []route) *pool {
	if len(c.pools) >= c.sweepAt {
		c.sweep()
	}
	p := &pool{key: key, kind: k, choice: choice, routes: routes}
	c.pools[key] = p
	for _, a := range c.roster {
		c.join(a, p)
	}
	return p
}

// sweep drops the pools nobody waits in; they come back when somebody asks again.
func (c *Core) sweep() {
	for key, p := range c.pools {
		if p.users == 0 {
			delete(c.pools, key)
		}
	}
	for _, a := range c.roster {
		kept := a.members[:0]
		for _, m := range a.members {
			if c.pools[m.pool.key] == m.pool {
				kept = append(kept, m)
			}
		}
		clear(a.members[len(kept):])
		a.members = kept
	}
	for _, s := range c.services {
		clear(s.pools)
	}
	c.sweepAt = 2*len(c.pools) + minPools
}

const minPools = 512

func poolKey(choice string, k kind, routes []route) string {
	var b strings.Builder
	b.WriteString(choice)
	b.WriteByte(byte('0' + k))
	for _, r := range routes {
		b.WriteByte('|')
		for _, t := range r.teams {
			b.WriteString(strconv.Quote(t))
		}
		for _, s := range r.skills {
			b.WriteByte(' ')
			b.WriteString(strconv.Quote(s.ID))
			b.WriteString(strconv.Itoa(s.Level))
		}
	}
	return b.String()
}
