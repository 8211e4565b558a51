package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
)

// Copy writes a consistent copy of the database to a new file while it is in use: a SQLite file (VACUUM INTO), or a
// PostgreSQL dump made by pg_dump, which must be installed beside it. Writers are not held up.
func Copy(ctx context.Context, cfg Config, target string) error {
	if cfg.Engine == Postgres {
		cmd := exec.CommandContext(ctx, "pg_dump", "--no-owner", "--no-privileges", "--file", target, "--dbname", cfg.DSN)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("pg_dump: %w (it comes with PostgreSQL's client programs)", err)
		}
		return nil
	}
	source, err := sql.Open("sqlite", "file:"+(&url.URL{Path: cfg.Path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	_, err = source.ExecContext(ctx, "VACUUM INTO ?", target)
	return err
}

// Check says whether a copied SQLite file is whole.
func Check(ctx context.Context, file string) error {
	d, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	var said string
	if err := d.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("the database copy is damaged: %s", said)
	}
	return nil
}

// Load plays a dump of Copy into an empty PostgreSQL database with psql, all or nothing.
func Load(ctx context.Context, cfg Config, dump string) error {
	cmd := exec.CommandContext(ctx, "psql", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--file", dump, "--dbname", cfg.DSN)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("psql: %w (the database must be empty)", err)
	}
	return nil
}
