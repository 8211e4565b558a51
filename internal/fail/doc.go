// Package fail holds the one kind of error that crosses to users: a stable code,
// the HTTP status that belongs to it, a message that is safe to show and, where
// one field is to blame, its name. What really went wrong stays inside as the
// cause: it goes to the log, never to the screen.
package fail
