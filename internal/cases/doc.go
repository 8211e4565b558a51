// Package cases keeps the matters of customers. A case groups the contacts of
// every channel that belong to one matter; the customer knows it by its number,
// mails find it by its thread key, which stands in their subjects.
//
//	open ⇄ pending → resolved → closed
//	  ▲________________|
//
// An open case is being worked on, a pending one waits for the customer or for
// somebody else, a resolved one is answered for good and becomes closed after
// two weeks; a mail of the customer opens it again. A closed case stays closed:
// what comes then makes another case that follows it (decision 31).
//
// While an open case waits for an answer, agents may keep it pinned.
//
// A deleted case lies in the bin for 30 days, where mails don't find it; then it
// is removed (decision 36).
//
// A case's row is guarded by its version; what happened to it is kept as
// entries: notes, dispositions, events.
package cases
