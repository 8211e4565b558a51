// Package audit keeps who did what: every administrative act and every access to
// contents, with what was before and after. Entries are only ever added. Each
// carries a keyed hash over itself and the entry before it, so that a changed,
// removed or inserted entry is found by Verify; the key lies in the key file,
// outside the database.
package audit
