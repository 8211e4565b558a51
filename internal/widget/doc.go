// Package widget is the customer's side of web chat: what a browser on somebody
// else's site, or an app, may ask of the installation. The path names the entry
// by its public key, which also tells the tenant; an unknown key is not found.
//
// Who may ask: pages of the entry's allowed sites (checked by Origin, answered
// with CORS), and programs, which send no Origin. Who it is: a token that was
// given to the browser, bound to the entry; without it nothing of a conversation
// is shown. What it may cost: requests, visitors, messages and files are limited
// by address and by visitor, bodies and frames by size, waiting by time.
//
// What happened goes out as numbered frames, on a socket or, where sockets are
// blocked, by long polling; both can go on from the last number the client has.
// Typing is lossy.
package widget
