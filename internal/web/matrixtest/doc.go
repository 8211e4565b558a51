// Package matrixtest tries every operation of an API as everybody who might call
// it and with everything that might be sent, from the API's own OpenAPI document:
// without a session, without the privilege, from another tenant, as the owner,
// twice with one Idempotency-Key, with wrong, deep, huge and malformed input. An
// operation that needs ids or a body and has no case given is a failure too, so
// none is forgotten.
package matrixtest
