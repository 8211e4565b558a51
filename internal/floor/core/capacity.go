package core

// kind is the index of an item's kind.
type kind uint8

const (
	voice kind = iota
	chat
	email
	preview
	invite
	nKinds
)

const allKinds = 1<<nKinds - 1

var kindNames = [nKinds]string{Voice, Chat, Email, Preview, Invite}

func kindOf(name string) (kind, bool) {
	for k, n := range kindNames {
		if n == name {
			return kind(k), true
		}
	}
	return 0, false
}

// capacity is a KindCapacity made ready for counting.
type capacity struct {
	share, need, precedence int
	over                    uint8 // mask of kinds in hand that do not hinder
}

type capacities [nKinds]capacity

// set lets entries win over what stands there; unknown kinds are left out.
func (cs *capacities) set(entries []KindCapacity) {
	for _, e := range entries {
		k, ok := kindOf(e.Kind)
		if !ok {
			continue
		}
		cs[k] = capacity{share: clamp(e.Share, 0, 1_000), need: clamp(e.Need, 0, 1_000), precedence: clamp(e.Precedence, -1_000, 1_000), over: kindMask(e.Over)}
	}
}

func kindMask(names []string) (mask uint8) {
	for _, n := range names {
		if k, ok := kindOf(n); ok {
			mask |= 1 << k
		}
	}
	return mask
}

// load counts the shares in hand by kind. An ended row counts until it is finished, at most for the wrap-up time (decision 1).
func (a *agent) count() {
	a.load = [nKinds]int{}
	a.talking = false
	for _, it := range a.rows {
		if !it.Released {
			a.load[it.kind] += a.capacity[it.kind].share
		}
		if !it.Ended && (it.kind == voice || it.kind == invite) {
			a.talking = true
		}
	}
}

// fits tells whether what is spare is enough to be offered one more of kind k.
func (a *agent) fits(k kind) bool {
	rule := &a.capacity[k]
	spare := 100
	for in, load := range a.load {
		if rule.over>>in&1 == 0 {
			spare -= load
		}
	}
	return spare >= rule.need
}

// takesOffers tells whether the agent's state lets offers in at all; ramp-up and capacity apart.
func (a *agent) takesOffers() bool {
	if a.GraceUntilAt != 0 || a.offer != nil {
		return false
	}
	if a.Pending != "" && a.Pending != Ready {
		return false
	}
	return a.State == Ready || a.State == Busy && (a.Former == "" || a.Former == Ready)
}

// canTake is the answer for an item meant for this agent alone: skills and ramp-up do not count.
// Invitations and internal calls reach anybody who is not talking, in any state (decision 5).
func (a *agent) canTake(k kind) bool {
	if a.kinds>>k&1 == 0 {
		return false
	}
	if k == invite {
		return a.GraceUntilAt == 0 && a.offer == nil && !a.talking
	}
	return a.takesOffers() && a.fits(k)
}

// openTo is the mask of the kinds the agent may be offered from the queues at this moment.
func (a *agent) openTo(now int64) (mask uint8) {
	if !a.takesOffers() || now < a.RampUntilAt {
		return 0
	}
	for k := voice; k < invite; k++ {
		if a.kinds>>k&1 == 1 && a.fits(k) {
			mask |= 1 << k
		}
	}
	return mask
}

func clamp[N int | int64](n, low, high N) N { return max(low, min(n, high)) }
