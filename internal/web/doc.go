// Package web is the HTTP edge of Parley: one server for API, sockets and the
// interface. Whoever has something to offer registers it here as a Query, a
// Command, a raw handler or an event; the package sees to everything a request
// has to pass before it gets there.
//
// The way of a request: number and log line → known host (= tenant) → rate limit
// of the address → route (404 and 405 are problems too) → CSRF defence →
// session or API key → rate limit of the session → privilege → size and form of
// the body → types and ranges (huma) → the handler. What fails on the way is
// answered as problem+json (RFC 9457) with a PAR code and never as a 500 for
// input that is merely wrong.
package web
