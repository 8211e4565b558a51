package core

import "fmt"

// check proves the invariants of a settled floor.
func check(c *Core) error {
	if err := checkPlaces(c); err != nil {
		return err
	}
	if err := checkAgents(c); err != nil {
		return err
	}
	if err := checkPools(c); err != nil {
		return err
	}
	return checkNobodyWaits(c)
}

// checkPlaces: every open item is waiting, offered, handled or parked, and in that one place only.
func checkPlaces(c *Core) error {
	waiting := map[*service]int{}
	for id, it := range c.items {
		if it.gone || it.ID != id {
			return fmt.Errorf("item %s is gone but listed", id)
		}
		offers, rows := 0, 0
		for _, a := range c.agents {
			if a.offer == it {
				offers++
			}
			for _, row := range a.rows {
				if row == it {
					rows++
				}
			}
		}
		want := [2]int{}
		switch it.Place {
		case Waiting:
			if it.svc != nil {
				waiting[it.svc]++
			}
			if it.Agent != "" || it.Ended {
				return fmt.Errorf("waiting item %s has an agent", id)
			}
			if it.Held == it.inLine.in() {
				return fmt.Errorf("waiting item %s: held %v, in line %v", id, it.Held, it.inLine.in())
			}
			if (it.Preferred != "" || it.Target != "") != it.inWant.in() {
				return fmt.Errorf("waiting item %s is not wanted as it should", id)
			}
		case Offered:
			want[0] = 1
		case Handled:
			want[1] = 1
		case Parked:
		default:
			return fmt.Errorf("item %s is nowhere: %q", id, it.Place)
		}
		if got := [2]int{offers, rows}; got != want {
			return fmt.Errorf("item %s is %s but has %d offers, %d rows", id, it.Place, offers, rows)
		}
		if it.Place != Waiting && (it.inLine.in() || it.inWant.in() || it.pool != nil) {
			return fmt.Errorf("item %s is %s and still in line", id, it.Place)
		}
		if at := c.itemDeadline(it); at != 0 != it.due.in() || at != 0 && c.deadlines[it.due.n-1].a > at {
			return fmt.Errorf("item %s has deadline %d, scheduled %v", id, at, it.due.in())
		}
	}
	for id, svc := range c.services {
		if svc.waiting != waiting[svc] {
			return fmt.Errorf("service %s counts %d waiting, there are %d", id, svc.waiting, waiting[svc])
		}
	}
	return nil
}

// checkAgents: states agree with what is in hand.
func checkAgents(c *Core) error {
	if len(c.roster) != len(c.agents) {
		return fmt.Errorf("roster %d, agents %d", len(c.roster), len(c.agents))
	}
	for i, a := range c.roster {
		if c.agents[a.ID] != a || a.roster != i || a.gone {
			return fmt.Errorf("agent %s is not where the roster says", a.ID)
		}
		var live, ended, internal int
		for _, it := range a.rows {
			switch {
			case it.Ended:
				ended++
			case it.kind == invite:
				internal++
			default:
				live++
			}
		}
		ok := false
		switch a.State {
		case Ready:
			ok = live+ended+internal == 0 && a.offer == nil && a.Pending == ""
		case Ringing:
			ok = live+ended+internal == 0 && a.offer != nil
		case Busy:
			ok = live+internal > 0
		case Wrapup:
			ok = ended > 0 && live == 0
		case NotReady, Supervising:
			ok = live+ended == 0 && (a.offer == nil || a.offer.kind == invite) && (a.Pending == "" || internal > 0)
		}
		if !ok {
			return fmt.Errorf("agent %s is %s (then %q) with %d live, %d ended, %d internal, offer %v", a.ID, a.State, a.Pending, live, ended, internal, a.offer != nil)
		}
		if a.want != c.wanted[a.ID] || a.open != a.openTo(c.now) {
			return fmt.Errorf("agent %s: stale wants or openness", a.ID)
		}
	}
	return nil
}

// checkPools: the index says what a scan would.
func checkPools(c *Core) error {
	for key, p := range c.pools {
		staffed, up, free, waiting := 0, 0, 0, 0
		for _, a := range c.agents {
			n, _, _ := a.meets(p.routes)
			in := n >= 0 && a.kinds>>p.kind&1 == 1
			m := a.memberOf(p)
			if in != (m != nil) {
				return fmt.Errorf("pool %s: %s meets it %v, is a member %v", key, a.ID, in, m != nil)
			}
			if !in {
				continue
			}
			if a.presence() != aside {
				staffed++
			}
			if a.presence() == awake {
				up++
			}
			if a.open>>p.kind&1 == 1 {
				free++
				if !m.spot.in() || p.free[m.spot.n-1].b != a.IdleSeq {
					return fmt.Errorf("pool %s: %s is open and not in line", key, a.ID)
				}
			} else if m.spot.in() {
				return fmt.Errorf("pool %s: %s is not open and in line", key, a.ID)
			}
		}
		for _, l := range p.lines {
			if len(l.items) == 0 {
				return fmt.Errorf("pool %s keeps an empty line", key)
			}
			waiting += len(l.items)
			for i := range l.items {
				if it := l.items[i].spot.of; it.pool != p || it.Priority != l.priority || it.line != l {
					return fmt.Errorf("pool %s: %s in the wrong line", key, it.ID)
				}
			}
		}
		if staffed != p.staffed || up != p.awake || free != len(p.free) || waiting != p.waiting {
			return fmt.Errorf("pool %s counts %d %d %d %d, there are %d %d %d %d", key, p.staffed, p.awake, len(p.free), p.waiting, staffed, up, free, waiting)
		}
	}
	return nil
}

// checkNobodyWaits: nobody eligible waits while an item they may have waits. Written apart from the index.
func checkNobodyWaits(c *Core) error {
	for _, it := range c.items {
		if it.Place != Waiting {
			continue
		}
		for _, a := range c.agents {
			if mayHave(c, it, a) {
				return fmt.Errorf("%s waits and %s, who may have it, is free", it.ID, a.ID)
			}
		}
	}
	return nil
}

func mayHave(c *Core, it *item, a *agent) bool {
	if a.offer != nil || a.GraceUntilAt != 0 || a.kinds>>it.kind&1 == 0 {
		return false
	}
	if it.Held && it.heldFor() != a.ID {
		return false
	}
	direct := it.Target == a.ID
	if it.kind == invite {
		return direct && !a.talking && !c.barred(it, a)
	}
	spare := 100
	for _, row := range a.rows {
		over := false
		for _, k := range a.capacityOf(it.Kind).Over {
			over = over || k == row.Kind
		}
		if !over && !row.Released {
			spare -= a.capacityOf(row.Kind).Share
		}
	}
	if spare < a.capacityOf(it.Kind).Need {
		return false
	}
	if a.Pending != "" && a.Pending != Ready {
		return false
	}
	if a.State != Ready && !(a.State == Busy && (a.Former == "" || a.Former == Ready)) {
		return false
	}
	if direct {
		return !c.barred(it, a)
	}
	if it.Target != "" || it.svc == nil || c.now < a.RampUntilAt {
		return false
	}
	n, _, _ := a.meets(c.routes(it, min(it.Stage, len(it.steps()))))
	return n >= 0 && !barredByHand(c, it, a)
}

// barredByHand is the rule of decision 3 without the pools' counts.
func barredByHand(c *Core, it *item, a *agent) bool {
	for _, b := range it.Bars {
		if b.Agent != a.ID {
			continue
		}
		if c.now < b.AloneAt {
			return true
		}
		if c.now >= b.UntilAt {
			return false
		}
		for _, other := range c.agents {
			n, _, _ := other.meets(c.routes(it, min(it.Stage, len(it.steps()))))
			if other != a && n >= 0 && other.kinds>>it.kind&1 == 1 && other.State != NotReady && other.State != Supervising {
				return true
			}
		}
		return false
	}
	return false
}

// capacityOf merges the three levels anew.
func (a *agent) capacityOf(kind string) KindCapacity {
	k, _ := kindOf(kind)
	rule := a.capacity[k]
	out := KindCapacity{Kind: kind, Share: rule.share, Need: rule.need}
	for over := range nKinds {
		if rule.over>>over&1 == 1 {
			out.Over = append(out.Over, kindNames[over])
		}
	}
	return out
}
