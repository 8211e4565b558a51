package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"parley/internal/db"
	"parley/internal/run"
)

// Handler does one job. An error means that it is to be tried again later.
type Handler func(ctx context.Context, args json.RawMessage) error

// KindOpts are the options of a kind of job.
type KindOpts struct {
	Timeout time.Duration               // of one try; default 1 min, at most 10 min
	Pause   func(try int) time.Duration // before the next try; default try⁴ seconds
}

// maxTimeout must be below rescueAfter, or a job would be taken for dead while it runs.
const (
	maxTimeout  = 10 * time.Minute
	rescueAfter = 15 * time.Minute
)

// Config sets up a Runner. Zero values mean the defaults.
type Config struct {
	Node    string        // unique among the nodes, the same after a restart; made up when empty
	Workers int           // jobs at the same time; default 32
	Bulk    int           // bulk jobs at the same time; default 2
	Poll    time.Duration // how often new jobs are looked for; default 200 ms
}

// Runner runs the jobs of this node. Register all kinds before Start.
type Runner struct {
	db      *db.DB
	cfg     Config
	workers *river.Workers
	client  client
}

// client is what a Runner needs of River, whose type differs by engine.
type client interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobDelete(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

// New makes a runner; nothing runs before Start.
func New(ctx context.Context, d *db.DB, cfg Config) (*Runner, error) {
	if cfg.Workers <= 0 {
		cfg.Workers = 32
	}
	if cfg.Bulk <= 0 {
		cfg.Bulk = 2
	}
	if cfg.Poll <= 0 {
		cfg.Poll = 200 * time.Millisecond
	}
	r := &Runner{db: d, cfg: cfg, workers: river.NewWorkers()}
	c := &river.Config{
		ID:                          cfg.Node,
		Workers:                     r.workers,
		Queues:                      map[string]river.QueueConfig{queueDefault: {MaxWorkers: cfg.Workers}, queueBulk: {MaxWorkers: cfg.Bulk}},
		FetchPollInterval:           cfg.Poll,
		FetchCooldown:               min(50*time.Millisecond, cfg.Poll),
		PollOnly:                    true, // NOTIFY makes PostgreSQL's commits wait for one another, and SQLite has none
		CompletedJobRetentionPeriod: time.Hour,
		DiscardedJobRetentionPeriod: 30 * 24 * time.Hour,
		JobTimeout:                  time.Minute,
		RescueStuckJobsAfter:        rescueAfter,
		ErrorHandler:                troubleLog{},
		Logger:                      quiet(),
	}
	var err error
	if d.Engine() == db.SQLite {
		r.client, err = river.NewClient(riversqlite.New(d.Writer()), c)
		return r, err
	}
	pool, err := d.Pool(ctx)
	if err != nil {
		return nil, err
	}
	r.client, err = river.NewClient(riverpgxv5.New(pool), c)
	return r, err
}

// Register says who does the jobs of a kind. A kind registered twice panics, as
// it is a mistake of the program.
func (r *Runner) Register(kind string, o KindOpts, h Handler) {
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	o.Timeout = min(o.Timeout, maxTimeout)
	river.AddWorkerArgs(r.workers, payload{kind: kind}, &worker{handler: h, opts: o, engine: r.db.Engine()})
}

// Register is Runner.Register for a handler with typed arguments. Arguments that
// don't fit the type fail the job for good: another try would read the same.
func Register[A any](r *Runner, kind string, o KindOpts, h func(ctx context.Context, args A) error) {
	r.Register(kind, o, func(ctx context.Context, raw json.RawMessage) error {
		var args A
		if err := json.Unmarshal(raw, &args); err != nil {
			return GiveUp(fmt.Errorf("reading the arguments: %w", err))
		}
		return h(ctx, args)
	})
}

// Start takes back the jobs a former process of this node died over, and begins.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.reclaim(ctx); err != nil {
		return fmt.Errorf("taking back interrupted jobs: %w", err)
	}
	return r.client.Start(context.WithoutCancel(ctx))
}

// Stop takes no new jobs and waits for the running ones, at most until ctx is
// done; then they are told to end, and will be tried again.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if ctx.Err() == nil {
		return err
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return r.client.StopAndCancel(last)
}

// reclaim makes jobs available again that were running when this node died.
// Those on their last try are left to the rescuer, which gives them up.
func (r *Runner) reclaim(ctx context.Context) error {
	return r.db.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		const again = "UPDATE river_job SET state = 'available' WHERE state = 'running' AND attempt < max_attempts"
		if tx.Engine() == db.SQLite { // one process has the data folder, so all are ours
			_, err := tx.ExecContext(ctx, again)
			return err
		}
		if r.cfg.Node == "" {
			return nil
		}
		_, err := tx.NewRaw(again+" AND attempted_by[array_upper(attempted_by, 1)] = ?", r.cfg.Node).Exec(ctx)
		return err
	})
}

// GiveUp marks an error after which no further try makes sense: the job fails at once.
func GiveUp(err error) error { return river.JobCancel(err) }

// Later puts the job off without counting a try; return it from the handler.
func Later(d time.Duration) error { return river.JobSnooze(d) }

type runningKey struct{}

// Complete ends the job being done in the transaction of its effect, so that it
// happens exactly once. ctx is the handler's.
func Complete(ctx context.Context, tx *db.Tx) error {
	job, ok := ctx.Value(runningKey{}).(*river.Job[payload])
	if !ok {
		return errors.New("Complete outside a job")
	}
	var err error
	if tx.Engine() == db.SQLite {
		_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, tx.Tx.Tx, job)
	} else {
		err = tx.PGX(func(conn *pgx.Conn) error {
			_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, pgx.Tx(borrowed{conn}), job)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("ending job %d: %w", job.ID, err)
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[payload]
	handler Handler
	opts    KindOpts
	engine  string
}

func (w *worker) Timeout(*river.Job[payload]) time.Duration { return w.opts.Timeout }

func (w *worker) NextRetry(job *river.Job[payload]) time.Time {
	if w.opts.Pause == nil {
		return time.Time{} // River's own growing pauses
	}
	return time.Now().Add(w.opts.Pause(job.Attempt))
}

func (w *worker) Work(ctx context.Context, job *river.Job[payload]) error {
	began := time.Now()
	ctx = context.WithValue(ctx, runningKey{}, job)
	err := run.Protect("job "+job.Kind, func() error { return w.handler(ctx, job.Args.Args) })
	result := "done"
	if err != nil {
		result = "failed"
	}
	tries.WithLabelValues(job.Kind, result).Observe(time.Since(began).Seconds())
	return err
}

// troubleLog writes what River would keep only in the job's row.
type troubleLog struct{}

func (troubleLog) HandleError(_ context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level := slog.LevelWarn
	if job.Attempt >= job.MaxAttempts {
		level = slog.LevelError
	}
	slog.Log(context.Background(), level, "a job failed", "kind", job.Kind, "id", job.ID,
		"try", job.Attempt, "of", job.MaxAttempts, "error", err)
	return nil
}

func (t troubleLog) HandlePanic(ctx context.Context, job *rivertype.JobRow, v any, trace string) *river.ErrorHandlerResult {
	return t.HandleError(ctx, job, fmt.Errorf("panic: %v\n%s", v, trace))
}

// quiet is the program's log from warnings up.
func quiet() *slog.Logger { return slog.New(atLeast{slog.Default().Handler(), slog.LevelWarn}) }

type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}
func (h atLeast) WithGroup(n string) slog.Handler { return atLeast{h.Handler.WithGroup(n), h.level} }

var _ client = (*river.Client[*sql.Tx])(nil)
