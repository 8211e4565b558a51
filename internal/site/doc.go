// Package site is the door for pages of other people's sites: they name an entry
// by its public key, which also tells the tenant, and may ask only from the
// sites the entry allows (checked by Origin, answered with CORS). Programs, which
// send no Origin, may ask too. What each may cost is limited by address.
package site
