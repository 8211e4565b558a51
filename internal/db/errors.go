package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/internal/fail"
)

// Classify makes fail.Unavailable of the failures that pass by themselves or by
// an administrator's hand (disk full, connection lost, server restarting), and
// leaves everything else as it is.
func Classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fail.Error](err); ok {
		return err
	}
	if isAway(err) {
		return fail.Unavailable(err)
	}
	return err
}

func isAway(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
			sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM:
			return true
		}
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(e.Code, "08"), // connection
			strings.HasPrefix(e.Code, "53"),  // disk full, out of memory, too many connections
			strings.HasPrefix(e.Code, "57P"), // shutting down, starting up
			strings.HasPrefix(e.Code, "58"),  // I/O error
			e.Code == "25006",                // read only: a standby, or the disk filled up
			e.Code == "25P03":                // idle in transaction too long
			return true
		}
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF")
}

// isConflict tells the PostgreSQL errors after which the whole transaction is to
// be run again: serialisation failure, deadlock, and a parsed statement that
// another node's migration has outdated.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "0A000" && strings.Contains(e.Message, "cached plan"))
}

// isLockTimeout tells that PostgreSQL gave up waiting for a lock (lock_timeout).
func isLockTimeout(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "55P03"
}

// IsUnique tells whether a statement broke a unique or primary key.
func IsUnique(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

// IsForeignKey tells whether a statement named a row that does not exist, or
// removed one that is still in use.
func IsForeignKey(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23503"
}

// IsNone tells whether a query that wanted one row found none.
func IsNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }
