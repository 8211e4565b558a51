package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"parley/internal/db"
)

// Opts are the options of one job. The zero value is: now, with the kind's tries.
type Opts struct {
	At       int64  // not before, unix ms; 0 means now
	Unique   string // at most one unfinished job of the kind has this key; a second Add does nothing
	MaxTries int    // 0 means 12, which with growing pauses is about half a day
	Bulk     bool   // runs beside the others, few at a time
}

const defaultTries = 12

// The queues.
const (
	queueDefault = river.QueueDefault
	queueBulk    = "bulk"
)

// payload is what River stores: the caller's arguments, and the key that makes
// the job unique.
type payload struct {
	kind string
	Key  string          `json:"key,omitempty" river:"unique"`
	Args json.RawMessage `json:"args"`
}

func (p payload) Kind() string { return p.kind }

// unfinished are the states in which a unique job stands in the way of another.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// Clients that only insert need no pool: the transaction brings its connection.
var (
	insertSQLite = sync.OnceValues(func() (*river.Client[*sql.Tx], error) {
		return river.NewClient(riversqlite.New(nil), &river.Config{Logger: quiet()})
	})
	insertPostgres = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
		return river.NewClient(riverpgxv5.New(nil), &river.Config{Logger: quiet()})
	})
)

// Add adds a job in the transaction. args is stored as JSON.
func Add(ctx context.Context, tx *db.Tx, kind string, args any, o Opts) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("job %s: %w", kind, err)
	}
	p := payload{kind: kind, Key: o.Unique, Args: raw}
	opts := &river.InsertOpts{MaxAttempts: o.MaxTries, Queue: queueDefault}
	if o.MaxTries <= 0 {
		opts.MaxAttempts = defaultTries
	}
	if o.Bulk {
		opts.Queue = queueBulk
	}
	if o.At > 0 {
		opts.ScheduledAt = time.UnixMilli(o.At)
	}
	if o.Unique != "" {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
	}
	if err := insert(ctx, tx, p, opts); err != nil {
		return fmt.Errorf("adding job %s: %w", kind, err)
	}
	added.WithLabelValues(kind).Inc()
	return nil
}

func insert(ctx context.Context, tx *db.Tx, p payload, opts *river.InsertOpts) error {
	if tx.Engine() == db.SQLite {
		c, err := insertSQLite()
		if err == nil {
			_, err = c.InsertTx(ctx, tx.Tx.Tx, p, opts)
		}
		return err
	}
	c, err := insertPostgres()
	if err != nil {
		return err
	}
	return tx.PGX(func(conn *pgx.Conn) error {
		_, err := c.InsertTx(ctx, borrowed{conn}, p, opts)
		return err
	})
}
