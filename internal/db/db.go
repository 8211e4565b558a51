package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"parley/internal/fail"
	"parley/internal/run"
)

// The engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Config says where the database is. Zero values of the limits mean the default.
type Config struct {
	Engine string // SQLite or Postgres
	Path   string // SQLite: the file; its folder is made
	DSN    string // PostgreSQL: URL or key=value string

	MaxConns    int           // read connections (SQLite) or all (PostgreSQL); default 4 per CPU, at least 8
	ReadTimeout time.Duration // longest read transaction; default 10 s
	SlowWrite   time.Duration // a transaction that holds the writer longer is logged; default 1 s
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	cfg   Config
	read  *bun.DB
	write *bun.DB // SQLite: exactly one connection; PostgreSQL: the same as read

	queue    *writeQueue  // SQLite
	open     *group       // SQLite: the transaction that has not been committed yet; owned by whose turn it is
	slots    *classSlots  // PostgreSQL
	together chan *member // PostgreSQL: who waits for a lane
	hooks    hookQueue
	// troubled: the last write failed by the database's fault.
	troubled atomic.Bool

	attached sync.Map // what other packages keep beside the database

	poolMu sync.Mutex
	pool   jobPool

	background *run.Group
	trimming   sync.Once // starts trim, when there are tables
	closeOnce  sync.Once
	closeErr   error
}

// Open opens the database; it does not migrate it.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.MaxConns <= 0 {
		cfg.MaxConns = max(8, 4*runtime.GOMAXPROCS(0))
	}
	if cfg.ReadTimeout <= 0 {
		cfg.ReadTimeout = 10 * time.Second
	}
	if cfg.SlowWrite <= 0 {
		cfg.SlowWrite = time.Second
	}
	d := &DB{cfg: cfg, background: run.New(context.WithoutCancel(ctx))}
	var err error
	switch cfg.Engine {
	case SQLite:
		err = d.openSQLite()
	case Postgres:
		err = d.openPostgres()
	default:
		return nil, fmt.Errorf("unknown database engine %q", cfg.Engine)
	}
	if err == nil {
		err = d.Ping(ctx)
	}
	if err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("opening the %s database: %w", cfg.Engine, err)
	}
	if cfg.Engine == SQLite {
		d.background.Every("db.checkpoint", 15*time.Second, d.Checkpoint)
	}
	return d, nil
}

// Close waits for background work and closes all connections. Writes after it fail.
func (d *DB) Close() error {
	d.closeOnce.Do(func() {
		errs := []error{d.background.Stop(10 * time.Second)}
		d.closePool()
		if d.write != nil && d.write != d.read {
			errs = append(errs, d.write.Close())
		}
		if d.read != nil {
			errs = append(errs, d.read.Close())
		}
		d.closeErr = errors.Join(errs...)
	})
	return d.closeErr
}

// Engine is SQLite or Postgres.
func (d *DB) Engine() string { return d.cfg.Engine }

// Ping tells whether the database answers, for reading and, when the last write
// has failed, for writing too: a full disk is well for readers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.read.PingContext(ctx); err != nil {
		return Classify(err)
	}
	if !d.troubled.Load() {
		return nil
	}
	return d.Write(ctx, Floor, func(ctx context.Context, tx *Tx) error {
		_, err := tx.NewRaw(`INSERT INTO leases (key, fencing, node, expires_at) VALUES ('health', 0, '', ?)
			ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at`, Now()).Exec(ctx)
		return err
	})
}

// Attach keeps something of another package beside the database, to be found from
// its transactions; one value per key. It tells whether the key was free.
func (d *DB) Attach(key, value any) bool {
	_, taken := d.attached.LoadOrStore(key, value)
	return !taken
}

// Detach forgets what Attach kept.
func (d *DB) Detach(key any) { d.attached.Delete(key) }

// Read is the pool for queries that need no consistency among each other.
// Nothing may be written through it; on SQLite the connections refuse to.
func (d *DB) Read() *bun.DB { return d.read }

// ReadTx runs f in a read-only transaction that sees one state of the database
// throughout. It is bounded by Config.ReadTimeout: a long reader would keep
// SQLite's write-ahead log from shrinking and PostgreSQL from vacuuming.
func (d *DB) ReadTx(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, d.cfg.ReadTimeout)
	defer cancel()
	opts := &sql.TxOptions{ReadOnly: true}
	if d.cfg.Engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	err := d.read.RunInTx(ctx, opts, f)
	return Classify(err)
}

// NewID makes a UUIDv7 in text form: unique, and growing with time, so that new
// rows go to the end of an index.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Now is the current time in unix milliseconds, the form of every stored time.
func Now() int64 { return time.Now().UnixMilli() }

// Version is embedded by models of things several people may change. Guard and
// CheckVersion keep it.
type Version struct {
	Version int64 `bun:"version,notnull" json:"version"`
}

// Guard runs an update or delete of one row only if it still has the version the
// caller has seen, and raises the version of an updated row. Otherwise it gives
// fail.Changed(what). The query must already name the row by its keys; an update
// must not list the version among its columns.
func Guard[Q interface {
	*bun.UpdateQuery | *bun.DeleteQuery
}](ctx context.Context, q Q, seen int64, what string) error {
	var res sql.Result
	var err error
	switch q := any(q).(type) {
	case *bun.UpdateQuery:
		res, err = q.Set("version = version + 1").Where("version = ?", seen).Exec(ctx)
	case *bun.DeleteQuery:
		res, err = q.Where("version = ?", seen).Exec(ctx)
	}
	return CheckVersion(res, err, what)
}

// CheckVersion turns "no row was hit" of a guarded statement into fail.Changed.
func CheckVersion(res sql.Result, err error, what string) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fail.Changed(what)
	}
	return nil
}

func makeFolder(file string) error {
	return os.MkdirAll(filepath.Dir(file), 0o700)
}
