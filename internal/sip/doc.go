// Package sip is the edge to the telephone network: calls from and to trunks.
// It brings its own dialog layer (RFC 3261, 3311, 4028, 6026) and offer/answer
// policy on sipgo's parser, transports and transactions.
//
// A Server owns the sockets and the legs by Call-ID and tag. Everything that
// happens to a leg (requests, responses, timers, commands of the call room) runs
// one after the other through its mailbox, so a leg has no locks. States of a
// leg: calling (we dialled) or offered (we were called) → answered (200 sent,
// no ACK yet) → confirmed → ended.
package sip
