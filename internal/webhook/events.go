package webhook

// The events there are. Their data holds ids, times and causes; who wants more
// asks the API by id.
const (
	EventQueued         = "segment.queued"    // waits for an agent
	EventOffered        = "segment.offered"   // shown to an agent
	EventAccepted       = "segment.accepted"  // an agent has it
	EventRequeued       = "segment.requeued"  // waits again
	EventCancelled      = "segment.cancelled" // the customer is gone
	EventExited         = "segment.exited"    // left the queue unserved: limit, nobody there, waited too long
	EventEnded          = "segment.ended"     // the contact is over
	EventFinished       = "segment.finished"  // the agent is done with it
	EventAgentState     = "agent.changed"
	EventAgentSignedIn  = "agent.signed_in"
	EventAgentSignedOut = "agent.signed_out"
	EventConfig         = "config.changed"
	EventTest           = "parley.test" // of the test button; it goes to switched off webhooks too
)

// Events lists all of them, in the order they are shown.
var Events = []string{EventQueued, EventOffered, EventAccepted, EventRequeued, EventCancelled, EventExited, EventEnded, EventFinished,
	EventAgentState, EventAgentSignedIn, EventAgentSignedOut, EventConfig, EventTest}
