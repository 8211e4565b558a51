package core

// Types of Input: what the floor is told.
const (
	InConfigure       = "configure"       // config: replaces the whole configuration
	InBoot            = "boot"            // the process started anew: offers are withdrawn without blame, every agent's grace starts anew
	InTimer           = "timer"           // at: time passed, deadlines that are due happen
	InSignedIn        = "signedIn"        // agent, session, team, skills, kinds, capacity, rank; state "supervising" for a supervisor
	InSignedOut       = "signedOut"       // agent; by: who did it to the agent; forced: do not wait for contacts in hand
	InSocketLost      = "socketLost"      // agent, session: the grace time starts
	InSocketBack      = "socketBack"      // agent, session
	InStateChosen     = "stateChosen"     // agent, state ready|not_ready|supervising, reason, untilAt (a timed Not ready)
	InStateForced     = "stateForced"     // agent, state, reason, by: the same by a supervisor
	InAgentConfigured = "agentConfigured" // agent, team, skills, kinds, capacity, rank: replaced while signed in
	InSubmitted       = "submitted"       // item, kind, service, …: somebody is looked for; a parked item (of agent, if named) goes back to its queue; by: a supervisor, out of the agent's hands too
	InAnnounced       = "announced"       // as submitted, by the item's owner after a restart: a known item is left as it is
	InCancelled       = "cancelled"       // item: the customer is gone
	InOpened          = "opened"          // agent, item, kind, service: taken or begun by hand; forced: even from another's personal queue
	InCalled          = "called"          // agent, item, newItem, target, service, offerMs: an internal call; the agent has the item in hand, newItem is offered to the colleague
	InAccepted        = "accepted"        // agent, item
	InRejected        = "rejected"        // agent, item
	InPostponed       = "postponed"       // agent, item: the offered mail goes to the agent's personal queue
	InLegFailed       = "legFailed"       // agent, item: the agent could not be connected; the contact returns to its old place
	InTransferred     = "transferred"     // agent, item: ends for the agent; newItem with the fields of submitted goes on
	InEnded           = "ended"           // item: the contact is over for its agent, the row stays until finished
	InFinished        = "finished"        // agent, item: the row is done
	InParked          = "parked"          // item, reason, agent (whose personal queue): nobody is looked for
	InServed          = "served"          // agent, item, service: a mail in the agent's hands, or in the personal queue, is of another service
	InTaken           = "taken"           // agent, item: a mail nobody has goes to the agent's personal queue; by: who assigns it; forced: even from another's queue or hands
	InWrapupEnded     = "wrapupEnded"     // agent: leaves Wrap-up, its rows are done
)

// Input is one thing the floor is told. Fields that its Type does not name are ignored.
type Input struct {
	At   int64  `json:"at"`
	Type string `json:"type"`

	Agent   string `json:"agent,omitempty"`
	Session string `json:"session,omitempty"` // of the agent's socket; empty matches any
	Item    string `json:"item,omitempty"`
	By      string `json:"by,omitempty"` // the user who does this to an agent
	Forced  bool   `json:"forced,omitempty"`

	State   string `json:"state,omitempty"`
	Reason  string `json:"reason,omitempty"`
	UntilAt int64  `json:"untilAt,omitempty"`

	Team     string         `json:"team,omitempty"`
	Skills   []Skill        `json:"skills,omitempty"` // an agent's levels; an item's further requirements
	Kinds    []string       `json:"kinds,omitempty"`  // what the agent may be offered; none named: everything
	Capacity []KindCapacity `json:"capacity,omitempty"`
	Rank     int            `json:"rank,omitempty"` // for the choice by rank: 1 is first, 0 is last

	Kind          string `json:"kind,omitempty"`
	Service       string `json:"service,omitempty"`
	Priority      int    `json:"priority,omitempty"`   // 0: the service's
	EnqueuedAt    int64  `json:"enqueuedAt,omitempty"` // place in line; 0: now
	Steps         []Step `json:"steps,omitempty"`      // instead of the service's
	Preferred     string `json:"preferred,omitempty"`  // agent who gets it first when free
	PreferUntilAt int64  `json:"preferUntilAt,omitempty"`
	Target        string `json:"target,omitempty"` // offered to this agent only, then the fallback
	TargetUntilAt int64  `json:"targetUntilAt,omitempty"`
	Fallback      string `json:"fallback,omitempty"` // queue|back|park|exit
	Back          string `json:"back,omitempty"`     // agent for the fallback "back"
	OfferMs       int64  `json:"offerMs,omitempty"`  // 0: the service's
	Reserve       bool   `json:"reserve,omitempty"`  // the agent is reserved for a call still to be made
	NewItem       string `json:"newItem,omitempty"`  // transferred: the part that goes on

	Config *Config `json:"config,omitempty"`
}
