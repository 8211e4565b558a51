package core

// Types of Effect: what the floor decided.
const (
	OutOffered    = "offered"    // item, agent, untilAt (0: until answered or cancelled), reserve
	OutWithdrawn  = "withdrawn"  // item, agent, cause: an offer is over without acceptance
	OutAssigned   = "assigned"   // item, agent, byHand: the item is handled by the agent
	OutAgentState = "agentState" // agent, state, reason, cause, sinceAt, pending, pendingReason, wrapupUntilAt, reserve, by
	OutQueued     = "queued"     // item, service, enqueuedAt: taken in, nobody free at this moment
	OutRequeued   = "requeued"   // item, agent (who had it), enqueuedAt, priority, preferred, cause: waits in its old place
	OutParked     = "parked"     // item, agent, reason: open, nobody is looked for
	OutTimedOut   = "timedOut"   // item: waited longer than its service allows, has left the floor
	OutExited     = "exited"     // item, code: has left the floor unserved
	OutEnded      = "ended"      // item, agent: the contact is over, the row waits to be finished
	OutFinished   = "finished"   // item, agent, cause; disposition "none" (where nothing was chosen) and forced when the system closed it
	OutCancelled  = "cancelled"  // item: has left the floor, the customer is gone
	OutStep       = "step"       // item, stage, priority: a routing step took effect
	OutSignedIn   = "signedIn"   // agent
	OutSignedOut  = "signedOut"  // agent, reason, by
	OutRefused    = "refused"    // code: the input had no effect
)

// Causes of withdrawals, requeues, endings and changes of state.
const (
	CauseSignIn      = "signIn"
	CauseSession     = "session" // another session of the same agent took over
	CauseAgent       = "agent"   // by the agent's own hand
	CauseSupervisor  = "supervisor"
	CauseOffer       = "offer"
	CauseAccepted    = "accepted"
	CauseOpened      = "opened"
	CauseRejected    = "rejected"
	CauseExpired     = "expired"
	CausePostponed   = "postponed"
	CauseCancelled   = "cancelled"
	CauseBoot        = "boot"
	CauseLost        = "lost"
	CauseSignedOut   = "signedOut"
	CauseLegFailed   = "legFailed"
	CauseEnded       = "ended"
	CauseFinished    = "finished"
	CauseTransferred = "transferred"
	CauseWrapupOver  = "wrapupOver" // its time is over
	CauseNoWrapup    = "noWrapup"   // the team has none
	CauseParked      = "parked"
	CauseTime        = "time" // a timed Not ready ran out
	CauseConfigured  = "configured"
	CauseFallback    = "fallback" // the person it was meant for did not take it
	CauseReturned    = "returned" // from a personal queue to the team's queue
)

// Codes of Exited.
const (
	ExitQueueLimit = "queueLimit"
	ExitNoAgents   = "noAgents"
	ExitReturned   = "returned"   // a preview record goes back to its list
	ExitRejected   = "rejected"   // an invitation
	ExitNoAnswer   = "noAnswer"   // an invitation, a direct offer
	ExitTargetBusy = "targetBusy" // the person meant cannot be offered it now
	ExitLost       = "lost"       // an internal call whose agent is gone
)

// Codes of Refused.
const (
	RefusedBadInput      = "badInput"
	RefusedUnknownAgent  = "unknownAgent"
	RefusedUnknownItem   = "unknownItem"
	RefusedUnknownState  = "unknownState"
	RefusedUnknownReason = "unknownReason"
	RefusedUnknownKind   = "unknownKind"
	RefusedOldSession    = "oldSession"
	RefusedExists        = "exists"
	RefusedNotOffered    = "notOffered" // the offer is gone: expired, cancelled, given to somebody else
	RefusedNotInHand     = "notInHand"
	RefusedEnded         = "alreadyEnded"
	RefusedNotInWrapup   = "notInWrapup"
	RefusedTaken         = "taken" // somebody else has it
	RefusedTalking       = "alreadyTalking"
	RefusedOfferOpen     = "offerOpen"
	RefusedMailLimit     = "mailLimit"
	RefusedContactInHand = "contactInHand" // needs a second question, then forced
	RefusedTargetAway    = "targetAway"    // the colleague is not signed in
	RefusedTargetBusy    = "targetBusy"    // the colleague talks, is being offered something, or has lost the connection
	RefusedNotForKind    = "notForKind"
	RefusedUnknownType   = "unknownType"
)

// DispositionNone is the system disposition of a row that the system closed.
const DispositionNone = "none"

// Effect is one decision. Item effects carry the item's kind and service.
type Effect struct {
	Type string `json:"type"`
	At   int64  `json:"at"`

	Agent   string `json:"agent,omitempty"`
	Item    string `json:"item,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Service string `json:"service,omitempty"`

	Cause  string `json:"cause,omitempty"`
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`

	State         string `json:"state,omitempty"`
	SinceAt       int64  `json:"sinceAt,omitempty"`
	Pending       string `json:"pending,omitempty"`
	PendingReason string `json:"pendingReason,omitempty"`
	WrapupUntilAt int64  `json:"wrapupUntilAt,omitempty"`

	UntilAt     int64  `json:"untilAt,omitempty"`
	EnqueuedAt  int64  `json:"enqueuedAt,omitempty"`
	Priority    int    `json:"priority,omitempty"`
	Stage       int    `json:"stage,omitempty"`
	Preferred   string `json:"preferred,omitempty"`
	Disposition string `json:"disposition,omitempty"`
	ByHand      bool   `json:"byHand,omitempty"`
	Forced      bool   `json:"forced,omitempty"`
	Reserve     bool   `json:"reserve,omitempty"`
}
