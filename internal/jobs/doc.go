// Package jobs does what must happen but may be a second late: a webhook, a mail
// going out, a step of a workflow. A job is added in the transaction of what
// caused it (Add), so both are there or neither, and is tried until it works or
// has failed too often; then it waits, visible, for somebody's decision.
//
// A job runs at least once: a process that dies between doing and noting does it
// again. A job whose effect is in the database ends itself in the same
// transaction (Complete) and so happens exactly once. What must not be late by a
// second, such as the deadlines of offers, does not belong here.
//
// River does the work on both engines; it stays behind this package.
package jobs
