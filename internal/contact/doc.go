// Package contact keeps the customers' cards: who somebody is (name, company,
// segment, language, notes) and under which addresses (email, phone, web
// visitor) they are known. Every channel finds its customer here, by an address
// in its normal form, and makes the card when there is none; a card is never
// made twice for one address, since an address is unique within a tenant.
//
// The card's row is guarded by its version; changes go out as `contact.changed`
// to everybody of the tenant who is signed in.
package contact
