// Package webrtc is the edge to browsers: it answers a browser's session
// description and makes a leg of the connection that follows.
//
// All media of all browsers comes to one port, UDP or, where a network lets none
// out, TCP (RFC 6544), told apart by the ICE username (ICE-lite: we have a
// reachable address, the browser finds the way). Everything is encrypted (DTLS-SRTP). The sound is G.711 or G.722 with
// telephone events; nothing else of the browser's offer reaches the stack
// below: the offer is read here, checked, and built anew from what is known.
//
// A leg is owned by one goroutine, which ends when the leg does; a browser that
// never connects is given up after a while.
package webrtc
