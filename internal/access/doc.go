// Package access lets people and programs in: sign-in with a password, sessions,
// throttling of guesses, API keys.
//
// A session is one row. It lives from sign-in to its end, which is one of
//
//	live → signed_out   by the user
//	     → replaced     the same user signed in elsewhere (PAR-1003)
//	     → forced       somebody with the right to do so ended it (PAR-1004)
//	     → expired      by the tenant's time limits
//	     → closed       the desk was gone for longer than its grace
//
// and a user has at most one that lives, which the database sees to. Every
// request reads the row again, so an end takes effect with the next request on
// every node; what is open meanwhile (a desk's socket) learns it from the change
// session.ended. Tokens and keys are kept as SHA-256 only: they are random, so
// nothing slower is needed. Passwords are argon2id.
package access
