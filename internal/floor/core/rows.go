package core

// States of an agent; also the values of a pending state.
const (
	Ready       = "ready"
	Ringing     = "ringing"
	Busy        = "busy"
	Wrapup      = "wrapup"
	NotReady    = "not_ready"
	Supervising = "supervising"
	SignedOut   = "signed_out" // pending only
)

// Places of an item.
const (
	Waiting = "waiting"
	Offered = "offered"
	Handled = "handled"
	Parked  = "parked"
)

// Reasons of Parked.
const (
	ParkedPersonal       = "personal" // in the agent's personal queue
	ParkedDraft          = "draft"    // begun, in the agent's personal queue
	ParkedPull           = "pull"     // in the team's queue, from which agents take by hand
	ParkedUnknownService = "unknownService"
	ParkedNoQueue        = "noQueue" // its agent is gone and it has no service to wait for
)

// What happens to a direct offer that its person does not take.
const (
	FallbackQueue = "queue" // to its service's queue with priority
	FallbackBack  = "back"  // to the agent who transferred it, if free, then to the queue
	FallbackPark  = "park"  // to the person's personal queue
	FallbackExit  = "exit"
)

// Agent is the row of a signed-in agent: all the floor knows of one.
type Agent struct {
	ID       string         `json:"id"`
	Session  string         `json:"session,omitempty"`
	Team     string         `json:"team,omitempty"`
	Skills   []Skill        `json:"skills,omitempty"`
	Kinds    []string       `json:"kinds,omitempty"`
	Capacity []KindCapacity `json:"capacity,omitempty"`
	Rank     int            `json:"rank,omitempty"`

	State         string `json:"state"`
	Reason        string `json:"reason,omitempty"`
	Cause         string `json:"cause,omitempty"`
	SinceAt       int64  `json:"sinceAt"`
	Pending       string `json:"pending,omitempty"` // state that follows the contacts in hand
	PendingReason string `json:"pendingReason,omitempty"`
	PendingCause  string `json:"pendingCause,omitempty"`
	PendingBy     string `json:"pendingBy,omitempty"`
	PendingForMs  int64  `json:"pendingForMs,omitempty"` // a timed Not ready
	Former        string `json:"former,omitempty"`       // state that returns after contacts opened by hand
	FormerReason  string `json:"formerReason,omitempty"`

	WrapupUntilAt int64 `json:"wrapupUntilAt,omitempty"`
	GraceUntilAt  int64 `json:"graceUntilAt,omitempty"` // socket lost
	RampUntilAt   int64 `json:"rampUntilAt,omitempty"`  // no offers before
	ReadyAt       int64 `json:"readyAt,omitempty"`      // end of a timed Not ready

	SignedInAt int64 `json:"signedInAt"`
	IdleAt     int64 `json:"idleAt"` // last became Ready, got or finished a contact
	IdleSeq    int64 `json:"idleSeq"`
	Seq        int64 `json:"seq"`
	BusyMs     int64 `json:"busyMs,omitempty"`  // handling and wrap-up since signing in, without the present span
	ReadyMs    int64 `json:"readyMs,omitempty"` // the same for Ready
}

// Bar keeps an item from an agent who rejected or missed it.
type Bar struct {
	Agent   string `json:"agent"`
	AloneAt int64  `json:"aloneAt"` // barred until then in any case
	UntilAt int64  `json:"untilAt"` // barred until then while another eligible agent is there
}

// Item is the row of one agent's part of a contact.
type Item struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Service     string `json:"service,omitempty"`
	Place       string `json:"place"`
	Agent       string `json:"agent,omitempty"` // offered to, handled by, parked for
	Priority    int    `json:"priority"`
	EnqueuedAt  int64  `json:"enqueuedAt"`
	SubmittedAt int64  `json:"submittedAt"` // steps count from here
	Seq         int64  `json:"seq"`

	Skills []Skill `json:"skills,omitempty"`
	Steps  []Step  `json:"steps,omitempty"`
	Stage  int     `json:"stage,omitempty"` // steps that took effect
	Bars   []Bar   `json:"bars,omitempty"`

	Preferred     string `json:"preferred,omitempty"`
	PreferUntilAt int64  `json:"preferUntilAt,omitempty"`
	Held          bool   `json:"held,omitempty"` // waits for the preferred or targeted agent alone
	Target        string `json:"target,omitempty"`
	TargetUntilAt int64  `json:"targetUntilAt,omitempty"`
	Fallback      string `json:"fallback,omitempty"`
	Back          string `json:"back,omitempty"`

	OfferMs int64 `json:"offerMs,omitempty"`
	Reserve bool  `json:"reserve,omitempty"`
	UntilAt int64 `json:"untilAt,omitempty"` // of the open offer

	AcceptedAt int64  `json:"acceptedAt,omitempty"`
	ByHand     bool   `json:"byHand,omitempty"`
	Ended      bool   `json:"ended,omitempty"`
	EndedAt    int64  `json:"endedAt,omitempty"`
	Released   bool   `json:"released,omitempty"` // ended for longer than the wrap-up time: takes no share any more
	Reason     string `json:"reason,omitempty"`   // parked
}

// Flow is what was measured of a service, for the estimate of waiting.
type Flow struct {
	Service  string `json:"service"`
	HandleMs int64  `json:"handleMs"`
}

// State is the whole floor; agents, items and flows in the order of their ids.
type State struct {
	Version int     `json:"version"`
	Now     int64   `json:"now"`
	Seq     int64   `json:"seq"`
	Config  Config  `json:"config"`
	Agents  []Agent `json:"agents"`
	Items   []Item  `json:"items"`
	Flows   []Flow  `json:"flows,omitempty"`
}
