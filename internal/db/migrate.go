package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations
var migrations embed.FS

// MigrationState is one migration and whether this database has it.
type MigrationState struct {
	Version   int64
	Name      string
	Applied   bool
	AppliedAt int64 // unix ms, 0 when not applied
}

// riverVersion is the number under which the job library's own tables are made.
const riverVersion = 2

// Migrate brings the tables to the newest state. On PostgreSQL a session lock
// lets several nodes start at once.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.migrator()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return Classify(fmt.Errorf("migrating the database: %w", err))
	}
	if d.cfg.Engine == SQLite {
		if err := d.steadyPlans(ctx); err != nil {
			return Classify(fmt.Errorf("telling SQLite about the tables: %w", err))
		}
	}
	d.trimming.Do(func() { d.background.Every("db.trim", 10*time.Minute, d.trim) })
	return nil
}

// MigrationStatus lists all known migrations in order.
func (d *DB) MigrationStatus(ctx context.Context) ([]MigrationState, error) {
	p, err := d.migrator()
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, Classify(err)
	}
	var out []MigrationState
	for _, m := range list {
		s := MigrationState{Version: m.Source.Version, Name: m.Source.Path, Applied: m.State == goose.StateApplied}
		if s.Applied {
			s.AppliedAt = m.AppliedAt.UnixMilli()
		}
		if m.Source.Version == riverVersion {
			s.Name = "jobs"
		}
		if m.Source.Version == caseValuesVersion {
			s.Name = "case values"
		}
		out = append(out, s)
	}
	return out, nil
}

func (d *DB) migrator() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/"+d.cfg.Engine)
	if err != nil {
		return nil, err
	}
	// Parts grow in number ranges of their own, so a lower number may be newer.
	opts := []goose.ProviderOption{goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true)}
	if d.cfg.Engine == SQLite {
		jobs := goose.NewGoMigration(riverVersion, &goose.GoFunc{RunTx: riverTablesSQLite}, nil)
		return goose.NewProvider(goose.DialectSQLite3, d.write.DB, folder, append(opts, goose.WithGoMigrations(jobs, caseValues(d.cfg.Engine)))...)
	}
	// The default is to look every 5 s, which would make every start of a second node slow.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	jobs := goose.NewGoMigration(riverVersion, &goose.GoFunc{RunDB: d.riverTablesPostgres}, nil)
	return goose.NewProvider(goose.DialectPostgres, d.write.DB, folder,
		append(opts, goose.WithSessionLocker(locker), goose.WithGoMigrations(jobs, caseValues(d.cfg.Engine)))...)
}

func riverTablesSQLite(ctx context.Context, tx *sql.Tx) error {
	m, err := rivermigrate.New(riversqlite.New(nil), nil)
	if err != nil {
		return err
	}
	//lint:ignore SA1019 none of River's SQLite migrations needs a transaction of its own, and goose's must hold them
	_, err = m.MigrateTx(ctx, tx, rivermigrate.DirectionUp, nil)
	return err
}

// riverTablesPostgres is not in goose's transaction, as River speaks pgx itself.
// River notes its own steps, so after a crash between the two it is repeated
// without harm.
func (d *DB) riverTablesPostgres(ctx context.Context, _ *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	pool, err := d.Pool(ctx)
	if err != nil {
		return err
	}
	m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
