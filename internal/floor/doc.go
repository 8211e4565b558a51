// Package floor runs the live state of each tenant: who is signed in, what
// waits, what is offered to whom. The decisions themselves are core's; this
// package gives it inputs, makes what it decided durable and only then lets
// anybody know.
//
//	commands (Do) ──┐                 batch                     after the commit
//	inbox rows ─────┼──▶ owner ─────────────────▶ committer ──▶ answers, timers, notices
//	timers ─────────┘   core.Apply    one transaction: log, rows, records, changes
//
// One goroutine per tenant owns the core. While a batch is being committed it
// decides the next one; it never waits for the database or the network. When a
// commit fails, or core panics, the floor is thrown away and built again from
// its rows. In a cluster a lease says which node owns a tenant's floor and every
// commit checks the lease's fencing number.
package floor
