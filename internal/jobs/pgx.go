package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// borrowed shows River a pgx transaction where there is a connection that
// database/sql has begun one on. Its end stays with the owner.
type borrowed struct{ conn *pgx.Conn }

var errBorrowed = errors.New("this transaction is ended by its owner")

func (b borrowed) Commit(context.Context) error   { return errBorrowed }
func (b borrowed) Rollback(context.Context) error { return errBorrowed }
func (b borrowed) Conn() *pgx.Conn                { return b.conn }

func (b borrowed) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return b.conn.Exec(ctx, sql, args...)
}

func (b borrowed) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return b.conn.Query(ctx, sql, args...)
}

func (b borrowed) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return b.conn.QueryRow(ctx, sql, args...)
}

func (b borrowed) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	return b.conn.SendBatch(ctx, batch)
}

func (b borrowed) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return b.conn.CopyFrom(ctx, table, columns, rows)
}

func (b borrowed) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (b borrowed) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return b.conn.Prepare(ctx, name, sql)
}

// Begin makes a savepoint, as pgx does within a transaction.
func (b borrowed) Begin(ctx context.Context) (pgx.Tx, error) {
	if _, err := b.conn.Exec(ctx, "SAVEPOINT jobs"); err != nil {
		return nil, err
	}
	return &savepoint{borrowed: b}, nil
}

type savepoint struct {
	borrowed
	ended bool
}

func (s *savepoint) Commit(ctx context.Context) error { return s.end(ctx, "RELEASE SAVEPOINT jobs") }
func (s *savepoint) Rollback(ctx context.Context) error {
	return s.end(ctx, "ROLLBACK TO SAVEPOINT jobs")
}

func (s *savepoint) end(ctx context.Context, sql string) error {
	if s.ended {
		return pgx.ErrTxClosed
	}
	s.ended = true
	_, err := s.conn.Exec(ctx, sql)
	return err
}
