// Package call is the spoken conversation with a customer: which far ends are
// connected, who hears whom, who takes part. The edges (sip, webrtc) bring the
// legs, media carries the sound; who gets the call is the floor's business,
// which knows it only by the segments of its interaction.
//
// A call's states, and who moves it:
//
//	(came in) ─▶ waiting ── an agent accepted ──▶ active
//	              ▲  │  ◀── agent lost, transfer ──┘ │
//	              │  │                               │ hung up
//	              │  ├── hung up ────────────▶ ended ◀┤
//	              │  └── nobody can serve ─▶ unserved ┘
//	              └ (a message is played, then Parley hangs up)
//
// A call between colleagues goes the same way without a customer: it waits with
// its caller in it, who hears ringback, or busy when nobody takes it.
//
// Somebody at a number outside, to whom an agent handed the customer on, is part
// of the call and of its record, but not of the floor: the call waits while the
// number rings and is active while they talk; who does not answer gives the
// customer back to the floor.
//
// Rows are the truth. The floor's decisions (Record) and the agents' commands
// change rows, each in one transaction; the call's session, one goroutine on
// the node that has its media, is woken after the commit, reads the rows and
// makes legs and sound follow them. It looks by itself every second, so a
// wake-up may be lost. What only the session learns (a far end hung up, a leg
// failed) it writes by the same verbs.
//
// Calls live and die with their node. A call whose node is gone is closed as a
// system failure by whichever node notices: its far ends are hung up by the
// dialog identifiers in call_legs, its agents are in wrap-up.
package call
