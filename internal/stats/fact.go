package stats

// Audience is where interaction and floor record facts for the live figures.
const Audience = "stats"

// Types of changes with Audience: the data is a SegmentFact or an AgentFact.
const (
	TypeSegment = "stats.segment"
	TypeAgent   = "stats.agent"
)

// SegmentFact is a segment as the figures see it: the whole of it, so that the latest one is enough.
// States, outcomes and purposes are those of interaction; times are unix ms, durations ms.
type SegmentFact struct {
	ID            string `json:"id"`
	InteractionID string `json:"interactionId"`
	Kind          string `json:"kind"`
	Direction     string `json:"direction"`
	Purpose       string `json:"purpose"`
	State         string `json:"state"`
	ServiceID     string `json:"serviceId"`
	AgentID       string `json:"agentId"`
	TeamID        string `json:"teamId"`
	CustomerName  string `json:"customerName"`
	SinceAt       int64  `json:"sinceAt"`
	QueuedAt      int64  `json:"queuedAt"`
	AcceptedAt    int64  `json:"acceptedAt"`
	HeldAt        int64  `json:"heldAt"` // since when the customer is on hold, 0: not
	EndedAt       int64  `json:"endedAt"`
	FinishedAt    int64  `json:"finishedAt"`
	Outcome       string `json:"outcome"`
	EndedBy       string `json:"endedBy"`
	QueueMs       int64  `json:"queueMs"`
	RingMs        int64  `json:"ringMs"`
	TalkMs        int64  `json:"talkMs"`
	HoldMs        int64  `json:"holdMs"`
	WrapupMs      int64  `json:"wrapupMs"`
	Rejects       int64  `json:"rejects"`
	Misses        int64  `json:"misses"`
	SLMs          int64  `json:"slMs"`
	AnsweredInSL  bool   `json:"answeredInSl"`
	AnsweredAt    int64  `json:"answeredAt"` // of a mail: when the answer was sent
	DueAt         int64  `json:"dueAt"`      // of a mail: when its answer is late, 0: nothing to answer or no limit
	DispositionID string `json:"dispositionId"`
	Success       bool   `json:"success"`          // its disposition is one of success
	Called        bool   `json:"called"`           // of an internal call: the part of the colleague who was called
	Number        string `json:"number,omitempty"` // outside, where the customer is: nobody of ours has this part
}

// beside: no contact of a customer's own. Colleagues talk, one was asked to join, or the customer went to a number
// outside.
func (s SegmentFact) beside() bool {
	return s.Purpose == "invite" || s.Direction == "internal" || s.Number != ""
}

// AgentFact is a signed-in (or just signed-out) agent as the figures see it.
type AgentFact struct {
	UserID     string `json:"userId"`
	TeamID     string `json:"teamId"`
	State      string `json:"state"` // signed_out when gone
	ReasonID   string `json:"reasonId"`
	SinceAt    int64  `json:"sinceAt"`
	SignedInAt int64  `json:"signedInAt"`
	Load       int64  `json:"load"` // share in use, percent
	Pending    string `json:"pending"`
	// Rejected and Missed offers are counted here, since the segment goes on to somebody else.
	Rejected int64 `json:"rejected"` // of this change: 1 when it tells of a rejection
	Missed   int64 `json:"missed"`   // of this change: 1 when it tells of an unanswered offer
}

// SpanFact is one finished span of an agent's state, for the start of a day's figures from its rows.
type SpanFact struct {
	UserID, TeamID, State, ReasonID string
	FromAt, ToAt                    int64 // unix ms
}

// BlameFact is how many offers an agent rejected and missed, as one of a team, for the start of a day's figures.
// A span can't tell it: no state begins with a rejection after which the agent stays Ready.
type BlameFact struct {
	UserID, TeamID   string
	Rejected, Missed int64
}

// Rows are what a day's figures start from, all as of one transaction.
type Rows struct {
	Segments []SegmentFact // queued today or still open
	Agents   []AgentFact   // signed in now
	Spans    []SpanFact    // ended today, in the order in which they began
	Blames   []BlameFact   // of offers that ended today
}

// SignedOut is the State of an AgentFact of somebody who left.
const SignedOut = "signed_out"
