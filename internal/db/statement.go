package db

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Statement is the text of a statement on a busy path. Everything else goes
// through bun, which writes values into the text, so that the database parses
// each one anew; that is a quarter of what a chat message costs. A Statement is
// parsed once per connection.
type Statement struct{ sqlite, postgres string }

// Prepare makes a Statement. Values stand as ?1, ?2 …; there is no other ? in it.
// What only one engine needs stands in {postgres: …} .
func Prepare(text string) Statement {
	head, rest, found := strings.Cut(text, "{postgres:")
	if !found {
		return Statement{text, strings.ReplaceAll(text, "?", "$")}
	}
	only, tail, _ := strings.Cut(rest, "}")
	return Statement{head + tail, strings.ReplaceAll(head+only+tail, "?", "$")}
}

func (s Statement) on(engine string, args []any) (string, []any) {
	if engine == SQLite {
		return s.sqlite, args
	}
	return s.postgres, append([]any{pgx.QueryExecModeCacheStatement}, args...)
}

// Do runs a statement that gives no rows.
func (tx *Tx) Do(ctx context.Context, s Statement, args ...any) (sql.Result, error) {
	text, args := s.on(tx.engine, args)
	return tx.Tx.Tx.ExecContext(ctx, text, args...)
}

// All gives the rows of a statement as models.
func All[T any](ctx context.Context, tx *Tx, s Statement, args ...any) ([]*T, error) {
	text, args := s.on(tx.engine, args)
	rows, err := tx.Tx.Tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	var list []*T
	err = tx.db.read.ScanRows(ctx, rows, &list)
	return list, err
}

// One gives the one row of a statement as a model; nil when there is none.
func One[T any](ctx context.Context, tx *Tx, s Statement, args ...any) (*T, error) {
	list, err := All[T](ctx, tx, s, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}
