// Package interaction is the durable record of a contact: what came in, who had
// it, how long each part took, how it ended. It decides nothing. The floor
// decides; what it decided arrives here as Steps, in the transaction that makes
// the decision durable.
//
// A contact is one Interaction and one Segment for each agent's part in it: the
// first segment waits in the queue of a service, a transfer or an invitation
// adds another. A segment is the floor's work item under the same id.
//
//	           offer                accept             end             finish
//	waiting ─────────▶ offered ─────────────▶ active ─────────▶ ended ─────────▶ finished
//	   ▲ ◀───────────────┘                                                          ▲
//	   │   rejected, missed, withdrawn                                              │
//	   └──▶ parked (no one may ever take it) ── customer leaves, dropped ───────────┘
//
// Who writes what: a channel inserts interactions and segments in its own
// transaction (Open, AddSegment); their states and times change through Record
// alone, which the floor's committer calls; disposition and comment belong to
// the agent who has the segment (SetOutcome); unread marks to the channel.
package interaction
