// Package dbtest gives tests a fresh, migrated database of each engine. The
// PostgreSQL server is a real one, started once per test binary on a free port
// and gone with it; a machine without PostgreSQL fails the tests, it does not
// skip them.
package dbtest
