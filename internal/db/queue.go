package db

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/fail"
)

const (
	// A group of transactions shares one fsync; it is closed after so many
	// members or so long, whichever is first, so that nobody waits for others.
	groupMembers = 64
	groupTime    = 4 * time.Millisecond
	// A waiter of a lower class goes first after so long, so that it can't starve.
	patience = 2 * time.Second
	// Waiting longer than this is reported.
	longWait = 5 * time.Second
)

// writeQueue decides who may use SQLite's one write connection: the most urgent
// class first, in order of arrival within a class.
type writeQueue struct {
	mu      sync.Mutex
	busy    bool
	waiting [classes]list.List // of *waiter
}

type waiter struct {
	asked time.Time
	turn  chan struct{} // closed when it is this one's turn
}

func newWriteQueue() *writeQueue { return &writeQueue{} }

// enter waits for the turn. After a nil error the caller must leave.
func (q *writeQueue) enter(ctx context.Context, class Class) error {
	q.mu.Lock()
	if !q.busy {
		q.busy = true
		q.mu.Unlock()
		return nil
	}
	w := &waiter{asked: time.Now(), turn: make(chan struct{})}
	place := q.waiting[class].PushBack(w)
	q.mu.Unlock()
	long := time.AfterFunc(longWait, func() {
		slog.Warn("a write has waited long for its turn; does a transaction wait for something else than the database, "+
			"or begin another with a context that is not its own?", "class", class, "waited", longWait)
	})
	defer long.Stop()
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-w.turn: // it came at the same moment; whoever has the turn may have to commit for others
		return nil
	default:
		q.waiting[class].Remove(place)
		return fail.Unavailable(ctx.Err())
	}
}

// leave passes the turn on, or frees the connection.
func (q *writeQueue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if class := q.next(); class < classes {
		q.pass(class)
		return
	}
	q.busy = false
}

// handOver passes the turn to somebody who will join the open group. False means
// that nobody suitable waits and that the turn is still the caller's.
func (q *writeQueue) handOver() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	class := q.next()
	if class >= Bulk {
		return false
	}
	q.pass(class)
	return true
}

func (q *writeQueue) pass(class Class) {
	w := q.waiting[class].Remove(q.waiting[class].Front()).(*waiter)
	close(w.turn)
}

// next is the class whose first waiter is to go, classes when nobody waits.
func (q *writeQueue) next() Class {
	chosen := classes
	for c := Floor; c < classes; c++ {
		front := q.waiting[c].Front()
		if front == nil {
			continue
		}
		if chosen == classes {
			chosen = c
		} else if time.Since(front.Value.(*waiter).asked) > patience {
			return c
		}
	}
	return chosen
}

// group is one SQLite transaction that several Writes share, each in a savepoint
// of its own.
type group struct {
	tx      bun.Tx
	began   time.Time
	members int
	after   []func()
	done    chan struct{} // closed after commit or failure
	err     error         // set before done is closed
}

func (d *DB) writeSQLite(ctx context.Context, class Class, asked time.Time, f func(context.Context, *Tx) error) error {
	if err := d.enter(ctx, class); err != nil {
		return err
	}
	queueWait.WithLabelValues(class.String()).Observe(time.Since(asked).Seconds())
	g, err := d.join()
	if err != nil {
		d.queue.leave()
		return err
	}
	mine := d.asMember(ctx, g, f)
	full := g.err != nil || g.members >= groupMembers || time.Since(g.began) >= groupTime || class == Bulk
	if full || !d.queue.handOver() { // else the next one joins the group and sees to its commit
		d.commit(g)
		d.queue.leave()
	}
	<-g.done
	if g.err != nil {
		return g.err
	}
	d.hooks.drain()
	return mine
}

// enter waits for the turn at the write connection. Bulk work does not join a
// group: it would keep the others' commits waiting.
func (d *DB) enter(ctx context.Context, class Class) error {
	if err := d.queue.enter(ctx, class); err != nil {
		return err
	}
	if d.open != nil && class == Bulk {
		d.commit(d.open)
	}
	return nil
}

// join gives the open group or begins one. The caller has the turn.
func (d *DB) join() (*group, error) {
	if d.open != nil {
		return d.open, nil
	}
	tx, err := d.write.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	d.open = &group{tx: tx, began: time.Now(), done: make(chan struct{})}
	return d.open, nil
}

// asMember runs f in a savepoint of the group. An error of f undoes only f's
// part; if that is not possible (the disk was full, say, and SQLite has undone
// everything) the group fails.
func (d *DB) asMember(ctx context.Context, g *group, f func(context.Context, *Tx) error) error {
	g.members++
	if _, err := g.tx.Exec("SAVEPOINT member"); err != nil {
		g.err = err
		return err
	}
	tx := &Tx{Tx: g.tx, db: d, engine: SQLite}
	if err := d.perform(context.WithoutCancel(ctx), tx, f); err != nil {
		if _, undo := g.tx.Exec("ROLLBACK TO member; RELEASE member"); undo != nil {
			g.err = errors.Join(err, undo)
		}
		return err
	}
	if _, err := g.tx.Exec("RELEASE member"); err != nil {
		g.err = fmt.Errorf("the transaction was undone by the database: %w", err)
		return g.err
	}
	g.after = append(g.after, tx.after...)
	return nil
}

// commit ends the group; the caller has the turn and keeps it. Hooks are queued
// here, so that their order is the order of the commits.
func (d *DB) commit(g *group) {
	d.open = nil
	if g.err == nil {
		g.err = g.tx.Commit()
	}
	if g.err != nil {
		_ = g.tx.Rollback()
	} else {
		groupSize.Observe(float64(g.members))
		d.watch(g.began)
		d.hooks.add(g.after)
	}
	close(g.done)
}
