package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
)

// Each runs f once per engine, each time with a fresh migrated database.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachConfig(t, func(t *testing.T, cfg db.Config) { f(t, Open(t, cfg)) })
}

// EachConfig is Each for tests that open the database themselves: several nodes
// on one database, or a restart.
func EachConfig(t *testing.T, f func(t *testing.T, cfg db.Config)) {
	t.Helper()
	t.Run(db.SQLite, func(t *testing.T) { f(t, SQLite(t)) })
	t.Run(db.Postgres, func(t *testing.T) { f(t, Postgres(t)) })
}

// Open opens a database until the end of the test.
func Open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return d
}

// sqliteTemplate is the content of a migrated database file.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "parley-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, db.Config{Engine: db.SQLite, Path: path})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		_ = d.Close()
		return nil, err
	}
	if err := d.Close(); err != nil { // the last connection moves the log into the file
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite gives the configuration of a fresh migrated database in a file.
func SQLite(t testing.TB) db.Config {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("making a SQLite database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "parley.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return db.Config{Engine: db.SQLite, Path: path}
}
