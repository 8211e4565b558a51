package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

// thing is a table of the tests' own.
type thing struct {
	bun.BaseModel `bun:"table:things"`

	ID   string `bun:"id,pk"`
	Name string `bun:"name"`
	db.Version
}

func withThings(t *testing.T, d *db.DB) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, version BIGINT NOT NULL)")
		return err
	})
}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), db.Chat, f); err != nil {
		t.Fatal(err)
	}
}

func insert(id, name string) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&thing{ID: id, Name: name, Version: db.Version{Version: 1}}).Exec(ctx)
		return err
	}
}

func names(t *testing.T, d *db.DB) []string {
	t.Helper()
	var out []string
	if err := d.Read().NewSelect().Model((*thing)(nil)).Column("name").Order("name").Scan(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMigrations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		list, err := d.MigrationStatus(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(list) < 2 {
			t.Fatalf("only %d migrations", len(list))
		}
		for _, m := range list {
			if !m.Applied || m.AppliedAt == 0 || m.Name == "" {
				t.Errorf("not applied: %+v", m)
			}
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatalf("a second run: %v", err)
		}
	})
}

func TestWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withThings(t, d)
		t.Run("an error undoes, and comes back as it is", func(t *testing.T) {
			mine := errors.New("mine")
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if err := insert("1", "one")(ctx, tx); err != nil {
					return err
				}
				return mine
			})
			if !errors.Is(err, mine) || len(names(t, d)) != 0 {
				t.Fatalf("%v, rows %v", err, names(t, d))
			}
		})
		t.Run("a panic undoes and is an error", func(t *testing.T) {
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if err := insert("1", "one")(ctx, tx); err != nil {
					return err
				}
				panic("boom")
			})
			if err == nil || len(names(t, d)) != 0 {
				t.Fatalf("%v, rows %v", err, names(t, d))
			}
		})
		t.Run("hooks run at their time, and none after a failure", func(t *testing.T) {
			var order []string
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				order = order[:0]
				tx.AfterCommit(func() { order = append(order, "after") })
				tx.BeforeCommit(func(ctx context.Context, tx *db.Tx) error {
					order = append(order, "before")
					tx.BeforeCommit(func(context.Context, *db.Tx) error { order = append(order, "before again"); return nil })
					return nil
				})
				order = append(order, "body")
				return nil
			})
			if got, want := order, []string{"body", "before", "before again", "after"}; len(got) != 4 || got[3] != want[3] || got[2] != want[2] {
				t.Fatalf("order %v", got)
			}
			_ = d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				tx.AfterCommit(func() { t.Error("a hook of a failed transaction ran") })
				tx.BeforeCommit(func(context.Context, *db.Tx) error { return errors.New("no") })
				return nil
			})
		})
		t.Run("a Write inside joins, and its failure is the whole's", func(t *testing.T) {
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				if err := insert("1", "one")(ctx, tx); err != nil {
					return err
				}
				_ = d.Write(ctx, db.Chat, func(context.Context, *db.Tx) error { return errors.New("inner") })
				return nil
			})
			if err == nil || err.Error() != "inner" || len(names(t, d)) != 0 {
				t.Fatalf("%v, rows %v", err, names(t, d))
			}
		})
		t.Run("unique", func(t *testing.T) {
			write(t, d, insert("1", "one"))
			err := d.Write(t.Context(), db.Chat, insert("2", "one"))
			if !db.IsUnique(err) {
				t.Fatalf("not known as unique: %v", err)
			}
		})
	})
}

func TestGuard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[X-2] who saves an older version is told and changes nothing", func(t *testing.T) {
			withThings(t, d)
			write(t, d, insert("1", "one"))
			save := func(name string, seen int64) error {
				return d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
					return db.Guard(ctx, tx.NewUpdate().Model(&thing{ID: "1", Name: name}).Column("name").WherePK(), seen, "thing")
				})
			}
			if err := save("first", 1); err != nil {
				t.Fatal(err)
			}
			if err := save("second", 1); !errors.Is(err, fail.Changed("")) {
				t.Fatalf("want PAR-0003, got %v", err)
			}
			if err := save("third", 2); err != nil {
				t.Fatal(err)
			}
			if got := names(t, d); got[0] != "third" {
				t.Fatal(got)
			}
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				return db.Guard(ctx, tx.NewDelete().Model(&thing{ID: "1"}).WherePK(), 2, "thing")
			})
			if !errors.Is(err, fail.Changed("")) || len(names(t, d)) != 1 {
				t.Fatalf("deleting an older version: %v", err)
			}
		})
	})
}
