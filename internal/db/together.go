package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"

	"parley/internal/fail"
)

// On PostgreSQL a tenant's changes get their numbers under a lock that is held
// until the commit is synced, so one tenant would get one commit per sync of
// the disk. Writers of class Chat therefore share transactions, as all do on
// SQLite: a lane runs one after the other in a savepoint of its own and commits
// them with one sync. While one lane waits for its sync the other goes on.
const (
	lanes = 2
	// laneTime is longer than SQLite's groupTime, since each statement is a trip
	// to the server and the sync that follows may be to another machine's disk.
	laneTime = 15 * time.Millisecond
	// memberPatience is how long a member may wait for a lock while others'
	// work, and with it their locks, hangs on it. It is then tried alone.
	memberPatience = "50ms"
)

// member is one Write that shares a transaction.
type member struct {
	ctx  context.Context
	f    func(context.Context, *Tx) error
	err  error      // of f
	done chan error // gets what became of it, once
}

// errAlone says that a Write can't be done beside others.
var errAlone = errors.New("this write needs a transaction of its own")

// errSwallowed: f went on after a failed statement, which PostgreSQL doesn't.
var errSwallowed = errors.New("a statement failed, and the write it belongs to passed over that")

// writeTogether hands f to a lane. errAlone: nothing of it was done.
func (d *DB) writeTogether(ctx context.Context, asked time.Time, f func(context.Context, *Tx) error) error {
	m := &member{ctx: context.WithoutCancel(ctx), f: f, done: make(chan error, 1)}
	select {
	case d.together <- m:
	case <-ctx.Done():
		return fail.Unavailable(ctx.Err())
	case <-d.background.Context().Done():
		return fail.Unavailable(errors.New("the database is being closed"))
	}
	queueWait.WithLabelValues(Chat.String()).Observe(time.Since(asked).Seconds())
	err := <-m.done
	d.hooks.drain()
	return err
}

// lane takes those who wait, for as long as the database is open.
func (d *DB) lane(ctx context.Context) error {
	for {
		select {
		case m := <-d.together:
			d.shareTransaction(m)
		case <-ctx.Done():
			return nil
		}
	}
}

// sharing is a transaction while its members come. A lane owns it.
type sharing struct {
	d       *DB
	conn    *bun.Conn
	tx      bun.Tx
	began   time.Time
	members []*member
	hung    *together
	after   []func()
	// doubtful: the commit was sent and no answer came. It may have been done.
	doubtful bool
}

func (d *DB) shareTransaction(first *member) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	s := &sharing{d: d, began: time.Now(), members: []*member{first}, hung: &together{}}
	err := s.run(ctx)
	if err == nil {
		groupSize.Observe(float64(len(s.members)))
		d.watch(s.began)
		d.hooks.add(s.after)
	}
	for _, m := range s.members {
		switch {
		case m.err != nil:
			m.done <- m.err
		case err != nil && !s.doubtful:
			// Nothing of anybody was done. Alone each gets what is due to it: the one
			// at fault its error, the others their commit.
			m.done <- errAlone
		default:
			m.done <- err
		}
	}
}

func (s *sharing) run(ctx context.Context) error {
	conn, err := s.d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	s.conn = &conn
	if s.tx, err = conn.BeginTx(ctx, nil); err != nil {
		return err
	}
	defer func() { _ = s.tx.Rollback() }() // after a commit it does nothing
	for m := s.members[0]; m != nil; m = s.next() {
		if err := s.take(ctx, m); err != nil {
			return err
		}
	}
	return s.end(ctx)
}

// next adds the one who waits, nil when nobody does or it has been enough.
func (s *sharing) next() *member {
	if len(s.members) >= groupMembers || time.Since(s.began) >= laneTime {
		return nil
	}
	select {
	case m := <-s.d.together:
		s.members = append(s.members, m)
		return m
	default:
		return nil
	}
}

// take runs one member. The first needs no savepoint: if it fails, all of the
// transaction so far is its own.
func (s *sharing) take(ctx context.Context, m *member) error {
	if len(s.members) > 1 {
		// Also ends the savepoint of the member before.
		begin := "SAVEPOINT member; SET LOCAL lock_timeout = '" + memberPatience + "'"
		if len(s.members) > 2 {
			begin = "RELEASE SAVEPOINT member; " + begin
		}
		if _, err := s.tx.ExecContext(ctx, begin); err != nil {
			return err
		}
	}
	tx := &Tx{Tx: s.tx, db: s.d, engine: Postgres, conn: s.conn, shared: s.hung}
	work, cancel := context.WithCancel(m.ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel) // the transaction's time is over
	defer stop()
	m.err = s.d.perform(work, tx, m.f)
	switch {
	case m.err != nil:
	case tx.alone:
		m.err = errAlone
	case s.aborted():
		m.err = errSwallowed
	}
	if m.err == nil {
		s.hung.join(tx.hung)
		s.after = append(s.after, tx.after...)
		return nil
	}
	if tx.alone || isConflict(m.err) || isLockTimeout(m.err) {
		m.err = errAlone
	}
	if len(s.members) > 1 {
		_, err := s.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT member")
		return err
	}
	if err := s.tx.Rollback(); err != nil {
		return err
	}
	var err error
	s.tx, err = s.conn.BeginTx(ctx, nil)
	return err
}

// aborted tells that a statement has failed and the server takes no other until
// what it stands in is rolled back.
func (s *sharing) aborted() (aborted bool) {
	err := s.conn.Raw(func(c any) error {
		aborted = c.(*stdlib.Conn).Conn().PgConn().TxStatus() == 'E'
		return nil
	})
	return aborted || err != nil
}

// end does what hangs on all members, and commits.
func (s *sharing) end(ctx context.Context) error {
	if len(s.members) > 1 && len(s.hung.keys) > 0 {
		if _, err := s.tx.ExecContext(ctx, "SET LOCAL lock_timeout = 0"); err != nil {
			return err
		}
	}
	tx := &Tx{Tx: s.tx, db: s.d, engine: Postgres, conn: s.conn}
	if err := s.d.perform(ctx, tx, s.hung.run); err != nil {
		return err
	}
	if err := s.tx.Commit(); err != nil {
		// A refusal leaves no doubt.
		_, answered := errors.AsType[*pgconn.PgError](err)
		s.doubtful = (!answered || isAway(err)) && !errors.Is(err, pgx.ErrTxCommitRollback)
		return err
	}
	s.after = append(s.after, tx.after...)
	return nil
}

// together is work that is done once for all who share a commit.
type together struct {
	keys   []any
	values map[any][]any
	work   map[any]func(context.Context, *Tx, []any) error
}

func (t *together) add(key, value any, f func(context.Context, *Tx, []any) error) {
	if t.values == nil {
		t.values, t.work = map[any][]any{}, map[any]func(context.Context, *Tx, []any) error{}
	}
	if _, known := t.values[key]; !known {
		t.keys = append(t.keys, key)
		t.work[key] = f
	}
	t.values[key] = append(t.values[key], value)
}

func (t *together) join(o together) {
	for _, k := range o.keys {
		for _, v := range o.values[k] {
			t.add(k, v, o.work[k])
		}
	}
}

func (t *together) run(ctx context.Context, tx *Tx) error {
	for _, k := range t.keys {
		if err := t.work[k](ctx, tx, t.values[k]); err != nil {
			return err
		}
	}
	return nil
}

// Together adds a value for work that is done once, right before the commit, for
// all who share it: f gets the values given under the key, in the order of the
// Writes. It is dropped with the Write that gave it. An error of f undoes the
// whole commit, and each Write is run again by itself.
func (tx *Tx) Together(key, value any, f func(ctx context.Context, tx *Tx, values []any) error) {
	tx.hung.add(key, value, f)
}

// Alone tells whether nothing hangs under the key from others in this commit.
// If something does, it asks for this Write to be run again by itself, and the
// caller must give up with the error.
func (tx *Tx) Alone(key any) error {
	if tx.shared == nil || len(tx.shared.values[key]) == 0 {
		return nil
	}
	tx.alone = true
	return errAlone
}
