package db

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

type jobPool struct{ *pgxpool.Pool }

func (d *DB) openPostgres() error {
	cfg, err := pgx.ParseConfig(d.cfg.DSN)
	if err != nil {
		return err
	}
	// bun writes values into the statement itself, so preparing it would cost a
	// round trip for nothing: simple protocol is twice as fast here.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.RuntimeParams["application_name"] = "parley"
	cfg.RuntimeParams["timezone"] = "UTC"
	// A node that hangs in a transaction must not hold up the others for ever.
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(d.cfg.MaxConns)
	pool.SetMaxIdleConns(d.cfg.MaxConns)
	d.read = bun.NewDB(pool, pgdialect.New())
	d.write = d.read
	d.slots = newClassSlots(d.cfg.MaxConns)
	d.together = make(chan *member)
	for range lanes {
		d.background.Go("db.lane", d.lane)
	}
	return nil
}

// Pool is a separate small pgx pool for libraries that speak pgx itself (the job
// queue). It is made at the first call and closed by Close. PostgreSQL only.
func (d *DB) Pool(ctx context.Context) (*pgxpool.Pool, error) {
	if d.cfg.Engine != Postgres {
		return nil, fmt.Errorf("a pgx pool needs PostgreSQL, not %s", d.cfg.Engine)
	}
	d.poolMu.Lock()
	defer d.poolMu.Unlock()
	if d.pool.Pool == nil {
		cfg, err := pgxpool.ParseConfig(d.cfg.DSN)
		if err != nil {
			return nil, err
		}
		cfg.MaxConns = 8
		cfg.ConnConfig.RuntimeParams["application_name"] = "parley jobs"
		cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
		pool, err := pgxpool.NewWithConfig(ctx, cfg)
		if err != nil {
			return nil, Classify(err)
		}
		d.pool.Pool = pool
	}
	return d.pool.Pool, nil
}

func (d *DB) closePool() {
	d.poolMu.Lock()
	defer d.poolMu.Unlock()
	if d.pool.Pool != nil {
		d.pool.Close()
		d.pool.Pool = nil
	}
}

// classSlots keeps the less urgent classes from taking every connection of the
// PostgreSQL pool: chat may use all but two (its lanes are among those it uses),
// mail a half, bulk a quarter.
type classSlots struct {
	slots [classes]chan struct{}
}

func newClassSlots(conns int) *classSlots {
	s := &classSlots{}
	for c, n := range [classes]int{Floor: conns, Chat: conns - lanes - 2, Mail: conns / 2, Bulk: conns / 4} {
		s.slots[c] = make(chan struct{}, max(1, n))
	}
	return s
}

func (s *classSlots) take(ctx context.Context, c Class) (release func(), err error) {
	select {
	case s.slots[c] <- struct{}{}:
		return sync.OnceFunc(func() { <-s.slots[c] }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// PGX lends the pgx connection of the transaction, for libraries that speak pgx
// themselves. PostgreSQL only.
func (tx *Tx) PGX(f func(conn *pgx.Conn) error) error {
	if tx.conn == nil {
		return fmt.Errorf("a pgx connection needs PostgreSQL, not %s", tx.engine)
	}
	return tx.conn.Raw(func(driver any) error { return f(driver.(*stdlib.Conn).Conn()) })
}

// Lock makes the transactions that name the same key follow one another until
// they end. It is for rules that a query must check before it writes ("at most
// ten"), which SQLite's single writer gives for nothing; on PostgreSQL it is an
// advisory lock. Take several keys in a fixed order.
func (tx *Tx) Lock(ctx context.Context, key string) error {
	if tx.engine != Postgres {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(h.Sum64()))
	return err
}
