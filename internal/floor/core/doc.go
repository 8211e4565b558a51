// Package core decides who gets what: it is the pure, deterministic heart of a tenant's floor.
//
// One Input goes in, the Effects it causes come out. There is no clock, no randomness, no I/O and no
// dependence on map order here; numbers are integers and everything is named by ids only. Floor time comes
// in with the inputs and never runs back. The same inputs therefore give the same effects, bit by bit:
// replay, explanation and simulation all run on this package.
//
// An agent is in one state:
//
//	not_ready ⇄ ready → ringing → busy → wrapup → ready | not_ready
//	supervising (a supervisor who takes no contacts until made Ready by hand)
//
// An item is one agent's part of a contact and stands in exactly one place:
//
//	waiting → offered → handled (live, then ended) → gone
//	   ↑_________|          |
//	   parked (open, but nobody is looked for: a reason says why)
//
// Waiting items stand in first-come lines by (requirements, priority); only the heads of lines are compared,
// with effective priority = priority × waiting. Agents who may be offered something stand in the pools of the
// requirements they meet, best first. A decision touches those heads only, never the whole queue or staff.
//
// A Core belongs to one goroutine. Errors are Refused effects with a code: Apply never panics on bad input.
package core
