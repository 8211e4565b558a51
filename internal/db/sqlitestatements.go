package db

import (
	"context"
	"database/sql/driver"
)

// maxStatements is how many parsed statements a connection of SQLite keeps.
const maxStatements = 64

// keeping makes SQLite's connections keep the statements that come with values
// parsed, as pgx does by itself.
type keeping struct{ driver.Connector }

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keepingConn{sqliteConn: c.(sqliteConn), kept: map[string]*keptStatement{}}, nil
}

// sqliteConn is what database/sql uses of the driver's connection.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is used by one goroutine at a time, as database/sql promises.
type keepingConn struct {
	sqliteConn
	kept map[string]*keptStatement
}

type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type keptStatement struct {
	sqliteStatement
	reading bool // its rows are open
}

// statement gives the parsed form of a text, nil when it is to be parsed for
// this one time.
func (c *keepingConn) statement(ctx context.Context, text string) (*keptStatement, error) {
	s := c.kept[text]
	switch {
	case s != nil && s.reading:
		return nil, nil
	case s != nil:
		return s, nil
	case len(c.kept) >= maxStatements:
		return nil, nil
	}
	p, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s = &keptStatement{sqliteStatement: p.(sqliteStatement)}
	c.kept[text] = s
	return s, nil
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) > 0 {
		if s, err := c.statement(ctx, text); s != nil || err != nil {
			if err != nil {
				return nil, err
			}
			return s.ExecContext(ctx, args)
		}
	}
	return c.sqliteConn.ExecContext(ctx, text, args)
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		if s, err := c.statement(ctx, text); s != nil || err != nil {
			if err != nil {
				return nil, err
			}
			rows, err := s.QueryContext(ctx, args)
			if err != nil {
				return nil, err
			}
			s.reading = true
			return &keptRows{rows, s}, nil
		}
	}
	return c.sqliteConn.QueryContext(ctx, text, args)
}

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	for text, s := range c.kept {
		_ = s.Close() // the connection goes anyhow
		delete(c.kept, text)
	}
	return c.sqliteConn.Close()
}

// keptRows frees the statement when they have been read.
type keptRows struct {
	driver.Rows
	of *keptStatement
}

func (r *keptRows) Close() error {
	r.of.reading = false
	return r.Rows.Close()
}
