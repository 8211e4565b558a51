// Package bus carries what happened to everybody who must know.
//
// Durable facts are changes: rows with a number per tenant, written in the
// transaction of the fact itself (Record). A node's Feed gives them to its
// subscribers strictly in order, without gap or double; the node that committed
// feeds from memory, the table fills gaps and serves the other nodes, which are
// told by a "look" over NATS and check by themselves once a second in case it was
// lost. The row's data is the frame that goes out, so all ways give the same.
//
// Why no number can be missed: the numbers come from the tenant's counter row,
// which stays locked until the transaction ends. So they become visible in their
// order, on PostgreSQL too, and a rolled back transaction gives its numbers back.
//
// The price: from its number on, a transaction holds up the tenant's others until
// it is durable. On SQLite they share commits anyway; on PostgreSQL one tenant
// gets one commit per sync of the log, so who has much to say says it in batches,
// as the floor's committer does.
//
// Lossy messages (typing, moving figures) and requests to another node go by
// NATS alone. Leases say which node owns something; they live in the database
// beside the fencing number that the owner's commits check.
package bus
