// Package org is the organisation of a contact centre: tenants, users, roles,
// teams, skills, services, dispositions, calendars, reasons and entries.
//
// Every kind of thing goes the same way (book.go): a type with its own rules, a
// row with its queried columns and the whole thing as JSON, a version that guards
// a change, links that tell what uses what, an audit entry with before and after,
// and the change config.changed, by which caches here and on other nodes are
// dropped, so that what is set takes effect with the next contact.
//
// Deleting archives: records go on naming what is gone. What is still in use is
// not deleted; the refusal says by what.
//
// What others need is read from memory (Org.Service, Org.Routing …). The values
// they get are shared and must not be changed.
package org
