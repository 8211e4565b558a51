package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite" // pure Go
)

// walTruncateBytes is the size of the write-ahead log from which it is cut back
// to nothing when no reader needs it.
const walTruncateBytes = 32 << 20

func (d *DB) openSQLite() error {
	if d.cfg.Path == "" {
		return fmt.Errorf("no path given")
	}
	if err := makeFolder(d.cfg.Path); err != nil {
		return err
	}
	write, err := openKeeping(sqliteDSN(d.cfg.Path, false))
	if err != nil {
		return err
	}
	// SQLite has one writer. Giving it one connection moves the waiting from
	// SQLite's polling (700 ms tails) into our queue.
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	d.write = bun.NewDB(write, sqlitedialect.New())
	if err := write.Ping(); err != nil { // makes the file before the first reader looks
		return err
	}
	read, err := openKeeping(sqliteDSN(d.cfg.Path, true))
	if err != nil {
		return err
	}
	read.SetMaxOpenConns(d.cfg.MaxConns)
	read.SetMaxIdleConns(d.cfg.MaxConns)
	d.read = bun.NewDB(read, sqlitedialect.New())
	d.queue = newWriteQueue()
	return nil
}

func openKeeping(dsn string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{connector}), nil
}

func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{}
	pragma := func(s string) { q.Add("_pragma", s) }
	// Someone else may hold the file for a moment: a backup, the sqlite3 shell.
	pragma("busy_timeout(5000)")
	pragma("journal_mode(WAL)")
	// FULL: the log is fsynced at every commit, so what Write accepted survives
	// power loss (NORMAL would only survive a crash of the process).
	pragma("synchronous(FULL)")
	pragma("foreign_keys(1)")
	pragma("temp_store(MEMORY)")
	pragma("cache_size(-16000)")
	pragma("mmap_size(268435456)")
	pragma(fmt.Sprintf("journal_size_limit(%d)", walTruncateBytes))
	q.Set("_dqs", "0")
	if readOnly {
		pragma("query_only(1)")
		q.Set("_txlock", "deferred")
	} else {
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Writer lends SQLite's one write connection as a pool, for libraries with
// statements of their own (the job queue). What runs there takes its turn after
// whoever has the connection, outside the classes, so it must be short. On
// PostgreSQL it is nil.
func (d *DB) Writer() *sql.DB {
	if d.cfg.Engine != SQLite {
		return nil
	}
	return d.write.DB
}

// Checkpoint moves the write-ahead log of SQLite into the database file and
// cuts it when it has grown. It takes its turn as Bulk work and does not wait
// for readers: what they still need is moved the next time. On PostgreSQL it
// does nothing.
func (d *DB) Checkpoint(ctx context.Context) error {
	if d.cfg.Engine != SQLite {
		return nil
	}
	// PASSIVE blocks nobody; it does the long part of the work outside the queue.
	if _, err := d.read.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return err
	}
	info, err := os.Stat(d.cfg.Path + "-wal")
	if err != nil || info.Size() < walTruncateBytes {
		return nil // no log, nothing to cut
	}
	if err := d.enter(ctx, Bulk); err != nil {
		return err
	}
	defer d.queue.leave()
	return d.cutLog(ctx)
}

func (d *DB) cutLog(ctx context.Context) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout(20)"); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout(5000)")
	}()
	var busy, logged, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved); err != nil {
		return err
	}
	if busy != 0 {
		slog.Debug("the write-ahead log could not be cut yet", "pages", logged, "moved", moved)
	}
	return nil
}
