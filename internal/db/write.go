package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/fail"
	"parley/internal/run"
)

// Class is the urgency of a write.
type Class int

// The classes, most urgent first.
const (
	Floor Class = iota // decisions of the routing owner
	Chat               // what somebody waits for at a screen
	Mail               // intake that may take a moment
	Bulk               // import, retention, trimming: in slices of at most 20 ms
	classes
)

func (c Class) String() string { return [...]string{"floor", "chat", "mail", "bulk"}[c] }

// Tx is a write transaction. It is valid only inside the function it was given to.
type Tx struct {
	bun.Tx

	db     *DB
	engine string
	before []func(context.Context, *Tx) error
	after  []func()
	local  map[any]any
	conn   *bun.Conn // PostgreSQL: the connection of the transaction
	doomed error     // a nested Write failed: nothing of this may be committed
	hung   together  // what is done once for all who share the commit
	shared *together // what hangs on it from those before; nil: nobody is before
	alone  bool      // it must be run again by itself
}

// Engine is SQLite or Postgres, for the few statements that differ.
func (tx *Tx) Engine() string { return tx.engine }

// BeforeCommit adds work to be done at the end of this transaction, when all
// else of it is written. An error undoes the transaction. Work added meanwhile
// is done too.
func (tx *Tx) BeforeCommit(f func(ctx context.Context, tx *Tx) error) {
	tx.before = append(tx.before, f)
}

// AfterCommit adds a function that runs once the transaction is durable, before
// Write returns; on SQLite in the order of the commits over all transactions.
// It must be short, must not write to the database, and can't fail.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Attached gives what Attach put beside the database, nil if nothing.
func (tx *Tx) Attached(key any) any {
	v, _ := tx.db.attached.Load(key)
	return v
}

// Local gives the value kept under key for the life of this transaction, made by
// create at the first call. It lets a package gather what it will write in
// BeforeCommit.
func (tx *Tx) Local(key any, create func() any) any {
	v, ok := tx.local[key]
	if !ok {
		v = create()
		if tx.local == nil {
			tx.local = map[any]any{}
		}
		tx.local[key] = v
	}
	return v
}

type txKey struct{ d *DB }

// Write runs f in a transaction and commits it. f may be run more than once (on
// PostgreSQL after a conflict), so it must have no effect but on tx. Once f has
// begun the transaction is seen to its end even if ctx is cancelled; f must not
// wait for anything but the database.
//
// A Write inside f, given f's context, joins the running transaction: if it
// fails, the whole fails. The error is f's own, or fail.Unavailable when the
// database is away or its disk full.
func (d *DB) Write(ctx context.Context, class Class, f func(ctx context.Context, tx *Tx) error) error {
	if outer, ok := ctx.Value(txKey{d}).(*Tx); ok {
		err := f(ctx, outer)
		if err != nil && outer.doomed == nil {
			outer.doomed = err
		}
		return err
	}
	if class < Floor || class >= classes {
		return fmt.Errorf("unknown write class %d", int(class))
	}
	asked := time.Now()
	var err error
	if d.cfg.Engine == SQLite {
		err = d.writeSQLite(ctx, class, asked, f)
	} else {
		err = d.writePostgres(ctx, class, asked, f)
	}
	result := "ok"
	if err != nil {
		result = "failed"
	}
	commits.WithLabelValues(class.String(), result).Inc()
	err = Classify(err)
	d.notice(ctx, err)
	return err
}

// notice keeps whether the database could be written to, and logs when that changes.
func (d *DB) notice(ctx context.Context, err error) {
	away := fail.Code(err) == fail.CodeUnavailable
	if away && (ctx.Err() != nil || !isAway(err)) {
		return // somebody lost patience; that says nothing about the database
	}
	switch {
	case away && d.troubled.CompareAndSwap(false, true):
		slog.Error("the database can't be written to: is its disk full, is its server away?", "error", err)
	case err == nil && d.troubled.CompareAndSwap(true, false):
		slog.Info("the database can be written to again")
	}
}

// perform runs f and the work hung on the transaction, and turns a panic into an
// error, so that one bad input can't leave a transaction open.
func (d *DB) perform(ctx context.Context, tx *Tx, f func(ctx context.Context, tx *Tx) error) error {
	ctx = context.WithValue(ctx, txKey{d}, tx)
	return run.Protect("db.write", func() error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		for i := 0; i < len(tx.before) && tx.doomed == nil; i++ {
			if err := tx.before[i](ctx, tx); err != nil {
				return err
			}
		}
		if tx.doomed == nil && tx.shared == nil { // else it waits for the end of the shared transaction
			return tx.hung.run(ctx, tx)
		}
		return tx.doomed
	})
}

const (
	conflictRetries = 40 // with the pauses below about eight seconds: eight writers crossing each other all day get through
	// writeTimeout ends a PostgreSQL transaction whose server no longer answers.
	writeTimeout = 30 * time.Second
)

func (d *DB) writePostgres(ctx context.Context, class Class, asked time.Time, f func(context.Context, *Tx) error) error {
	if class == Chat {
		if err := d.writeTogether(ctx, asked, f); !errors.Is(err, errAlone) {
			return err
		}
	}
	release, err := d.slots.take(ctx, class)
	if err != nil {
		return fail.Unavailable(err)
	}
	defer release()
	queueWait.WithLabelValues(class.String()).Observe(time.Since(asked).Seconds())
	for try := 1; ; try++ {
		tx, err := d.tryPostgres(ctx, f)
		if err == nil {
			d.hooks.add(tx.after)
			d.hooks.drain()
			return nil
		}
		if !isConflict(err) || try == conflictRetries {
			return err
		}
		conflicts.Inc()
		// The random pause grows, so that those who cross each other's way spread out.
		pause := time.NewTimer(rand.N(min(time.Millisecond<<try, 250*time.Millisecond)))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(err, ctx.Err())
		}
	}
}

func (d *DB) tryPostgres(ctx context.Context, f func(context.Context, *Tx) error) (*Tx, error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, fail.Unavailable(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	inner, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	tx := &Tx{Tx: inner, db: d, engine: Postgres, conn: &conn}
	began := time.Now()
	if err := d.perform(ctx, tx, f); err != nil {
		_ = inner.Rollback()
		return nil, err
	}
	if err := inner.Commit(); err != nil {
		return nil, err
	}
	d.watch(began)
	return tx, nil
}

func (d *DB) watch(began time.Time) {
	took := time.Since(began)
	txSeconds.Observe(took.Seconds())
	if took > d.cfg.SlowWrite {
		slog.Warn("a write transaction took long", "took", took)
	}
}

// hookQueue runs what hangs on commits, in the order in which it was added.
type hookQueue struct {
	mu      sync.Mutex
	waiting []func()
	running sync.Mutex
}

func (q *hookQueue) add(hooks []func()) {
	if len(hooks) == 0 {
		return
	}
	q.mu.Lock()
	q.waiting = append(q.waiting, hooks...)
	q.mu.Unlock()
}

// drain returns when every hook added before has run, by this or another caller.
func (q *hookQueue) drain() {
	q.running.Lock()
	defer q.running.Unlock()
	for {
		q.mu.Lock()
		hooks := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		if len(hooks) == 0 {
			return
		}
		for _, h := range hooks {
			_ = run.Protect("db.after_commit", func() error { h(); return nil })
		}
	}
}
