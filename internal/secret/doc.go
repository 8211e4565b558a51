// Package secret keeps the installation's one key file and what is encrypted with
// it: passwords of mailboxes and trunks, tokens, and by setting the contents.
//
// The file lies outside the data folder and outside backups, so that neither a
// copied disk nor a lost backup gives anything away. Losing it means entering
// those secrets again; everything else stays readable.
package secret
