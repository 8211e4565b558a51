// Package chat is the written conversation with a customer: what was said, by
// whom, in which order, and who takes part. Channels bring the customer's side
// (web widget, messengers), the desk the agents'; who gets the conversation is
// the floor's business, which knows it only by the segments of its interaction.
//
// A conversation's states, and who moves it:
//
//	(opened) ─▶ waiting ── an agent accepted ─────────▶ active
//	             ▲ ▲ │ ◀── agents lost, transfer ──────────┘ │
//	             │ │ └──── nobody can serve ──▶ unserved     │
//	             │ └────── open again ─┐           │ form    │
//	             │   nobody again ───▶ kept ◀──────┘         │
//	             ▼                     ▲ (offline form)      ▼
//	            ended ◀──────── from every state ────────────┘
//
// A visitor has at most one conversation that is not ended.
//
// Messages carry numbers 1, 2, 3 … given in the transaction that stores them,
// under the lock of the conversation's row: that order is the order everybody
// sees. A sender gives each message an id of its own; the same id again is the
// same message and gets the same answer. An acknowledgement leaves after the
// commit.
//
// The floor learns of a conversation only through its inbox, in the transaction
// of the conversation itself; what the floor decides arrives through Record, in
// the floor's transaction.
//
// Deadlines (the silent customer) are columns of the conversation; a heap in
// the memory of the node that has the tenant is only a faster way to see them
// coming, see Deadlines.
package chat
