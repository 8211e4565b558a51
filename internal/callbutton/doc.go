// Package callbutton is the customer's side of a call from a web page: what a
// browser on somebody else's site may ask of the installation.
//
// A page asks for a token (short-lived, for one call, bound to its site and the
// entry), and with it for a call, bringing its session description; it gets the
// answer to that, and a secret with which it follows the call's state by long
// polling and ends it. Keys that the customer presses and all sound go by the
// connection itself. What it may cost is limited by address and by tenant.
package callbutton
