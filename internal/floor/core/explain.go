package core

// Why an agent is not offered a waiting item.
const (
	WhyFree         = "free" // seen only when an offer is explained: who could have had it
	WhyNotQualified = "notQualified"
	WhyWrongTeam    = "wrongTeam"
	WhyNotForKind   = "notForKind"
	WhyNotReady     = "notReady"
	WhySupervising  = "supervising"
	WhyPending      = "pending" // stops after the contacts in hand
	WhyOfferOpen    = "offerOpen"
	WhyNoCapacity   = "noCapacity"
	WhyWrapup       = "wrapup"
	WhyRampUp       = "rampUp"
	WhyLost         = "connectionLost"
	WhyBarred       = "barred" // rejected or missed it
	WhyHeld         = "heldForAnother"
	WhyChosen       = "chosen" // has the offer
)

// How an item and an agent were brought together, beside the ways of choice (ChooseLevel …).
const (
	ByTarget     = "target"     // meant for this agent alone
	ByPreference = "preference" // its preferred agent was free
	ByPlace      = "place"      // the agent became free and the item had the highest precedence and effective priority
)

// Considered is one signed-in agent seen from a waiting item.
type Considered struct {
	Agent   string `json:"agent"`
	Why     string `json:"why"`
	Skill   string `json:"skill,omitempty"` // notQualified: the first skill that is lacking
	UntilAt int64  `json:"untilAt,omitempty"`

	// What the choice goes by.
	Level     int   `json:"level,omitempty"` // of the skill that counts
	IdleAt    int64 `json:"idleAt,omitempty"`
	Rank      int   `json:"rank,omitempty"`
	Occupancy int64 `json:"occupancy,omitempty"` // millionths
}

// Explanation says where an item stands and why nobody has it yet.
type Explanation struct {
	Found        bool         `json:"found"`
	Item         string       `json:"item"`
	Place        string       `json:"place,omitempty"`
	Agent        string       `json:"agent,omitempty"`
	Service      string       `json:"service,omitempty"`
	WaitedMs     int64        `json:"waitedMs,omitempty"`
	Score        int64        `json:"score,omitempty"`    // effective priority: priority × waited ms
	Position     int          `json:"position,omitempty"` // in the line of its service, from 1
	EstimateMs   int64        `json:"estimateMs,omitempty"`
	Stage        int          `json:"stage,omitempty"`
	NextStepAt   int64        `json:"nextStepAt,omitempty"`
	Requirements [][]Skill    `json:"requirements,omitempty"` // alternatives; all of one are required
	Considered   []Considered `json:"considered,omitempty"`
	Chosen       string       `json:"chosen,omitempty"` // agent, when an offer is explained
	ChosenBy     string       `json:"chosenBy,omitempty"`
}

// Explain says where an item stands and why nobody has it yet, or who else could not have what is offered to one.
// It looks at everybody and is not for the hot path.
func (c *Core) Explain(id string) Explanation {
	it := c.items[id]
	if it == nil {
		return Explanation{Item: id}
	}
	return c.explain(it)
}

// Watch explains every later offer of an item to seen, as things stood when it was decided. Replay asks for it;
// decisions are the same with and without. A nil seen ends it.
func (c *Core) Watch(item string, seen func(Explanation)) { c.watched, c.seen = item, seen }

func (c *Core) explain(it *item) Explanation {
	e := Explanation{Item: it.ID, Found: true, Place: it.Place, Agent: it.Agent, Service: it.Service, Stage: it.Stage}
	if it.Place != Waiting && it.Place != Offered {
		return e
	}
	e.WaitedMs, e.Score = c.now-it.EnqueuedAt, it.score(c.now)
	if it.Place == Offered {
		if it.svc != nil {
			e.consider(c, it, c.routes(it, min(it.Stage, len(it.steps()))))
		}
		return e
	}
	if steps := it.steps(); it.svc != nil && it.Stage < len(steps) {
		e.NextStepAt = it.SubmittedAt + clamp(steps[it.Stage].AfterMs, 0, maxWait)
	}
	if it.pool == nil {
		return e // meant for one agent, without a service
	}
	e.Position = c.position(it)
	e.EstimateMs = int64(e.Position) * it.svc.handling() / int64(max(it.pool.awake, 1))
	e.consider(c, it, it.pool.routes)
	return e
}

// consider adds the requirements and all agents seen from the item.
func (e *Explanation) consider(c *Core, it *item, routes []route) {
	for _, r := range routes {
		e.Requirements = append(e.Requirements, r.skills)
	}
	for _, a := range c.bySeq() {
		e.Considered = append(e.Considered, c.consider(it, a, routes))
	}
}

// position counts those of the same service who come before.
func (c *Core) position(it *item) int {
	n := 1
	for _, other := range c.items {
		if other.Place == Waiting && other.svc == it.svc && other != it && other.before(it, c.now) {
			n++
		}
	}
	return n
}

func (c *Core) consider(it *item, a *agent, routes []route) Considered {
	n, level, lack := a.meets(routes)
	out := Considered{Agent: a.ID, Level: level, IdleAt: a.IdleAt, Rank: a.Rank, Occupancy: a.occupancy(c.now)}
	switch {
	case a.offer == it:
		out.Why, out.UntilAt = WhyChosen, it.UntilAt
	case it.Held && a.ID != it.heldFor():
		out.Why, out.UntilAt = WhyHeld, it.heldUntil()
	case a.kinds>>it.kind&1 == 0:
		out.Why = WhyNotForKind
	case n < 0 && it.Target == "":
		out.Why, out.Skill = WhyNotQualified, lack
		if lack == "" {
			out.Why = WhyWrongTeam
		}
	case a.GraceUntilAt != 0:
		out.Why, out.UntilAt = WhyLost, a.GraceUntilAt
	case a.State == NotReady:
		out.Why, out.UntilAt = WhyNotReady, a.ReadyAt
	case a.State == Supervising:
		out.Why = WhySupervising
	case a.offer != nil:
		out.Why, out.UntilAt = WhyOfferOpen, a.offer.UntilAt
	case a.State == Wrapup:
		out.Why, out.UntilAt = WhyWrapup, a.WrapupUntilAt
	case !a.takesOffers():
		out.Why = WhyPending
	case !a.fits(it.kind):
		out.Why = WhyNoCapacity
	case c.now < a.RampUntilAt:
		out.Why, out.UntilAt = WhyRampUp, a.RampUntilAt
	case c.barred(it, a):
		out.Why, out.UntilAt = WhyBarred, it.barUntil(a.ID)
	default:
		out.Why = WhyFree
	}
	return out
}

func (it *item) heldFor() string {
	if it.Target != "" {
		return it.Target
	}
	return it.Preferred
}

func (it *item) barUntil(agent string) int64 {
	for _, b := range it.Bars {
		if b.Agent == agent {
			return b.UntilAt
		}
	}
	return 0
}
