// Package desk is one signed-in person's screen: a numbered stream of changes over one WebSocket, and the figures
// that person watches.
//
// The stream (B-2): on connecting the client names the last (epoch, seq) it has. It gets what is missing, or a
// snapshot that was read in one transaction together with its number, and from then on every change for its
// audiences in the order of the numbers. Each frame names the number of the frame before (prev), so a client notices
// a gap by itself. Commands never come by the socket; what does (typing, which figures to watch) may be lost.
//
// A session has one stream: the newest socket wins, the older one is told (CloseReplaced). The floor learns when a
// session's stream is gone and when it is back; the 15 seconds in between are the floor's.
package desk
