package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

func TestDurability(t *testing.T) {
	t.Run("[B-3] SQLite syncs its log at every commit", func(t *testing.T) {
		d := dbtest.Open(t, dbtest.SQLite(t))
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
				var got string
				if err := tx.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
				}
			}
			return nil
		})
	})
	t.Run("[B-3] PostgreSQL answers a commit after its log is synced, and what it accepted survives a crash", func(t *testing.T) {
		s, d := ownServer(t)
		withThings(t, d)
		var fsync, commit string
		if err := d.Read().NewRaw("SELECT current_setting('fsync'), current_setting('synchronous_commit')").Scan(t.Context(), &fsync, &commit); err != nil || fsync != "on" || commit != "on" {
			t.Fatalf("fsync %s, synchronous_commit %s, %v", fsync, commit, err)
		}
		write(t, d, insert("1", "before the crash"))
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), db.Chat, insert("2", "away")); fail.Code(err) != fail.CodeUnavailable {
			t.Fatalf("without a server: %v", err)
		}
		if err := d.Ping(t.Context()); fail.Code(err) != fail.CodeUnavailable {
			t.Fatalf("without a server: %v", err)
		}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		write(t, d, insert("3", "recovered without hands"))
		if got := strings.Join(names(t, d), "; "); got != "before the crash; recovered without hands" {
			t.Fatal(got)
		}
	})
	t.Run("[B-3] what a killed process was told is there", func(t *testing.T) {
		dbtest.EachConfig(t, killed)
	})
}

func ownServer(t *testing.T) (*dbtest.Server, *db.DB) {
	t.Helper()
	s, err := dbtest.StartServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	return s, dbtest.Open(t, db.Config{Engine: db.Postgres, DSN: s.DSN("postgres")})
}

func TestDiskFull(t *testing.T) {
	t.Run("a full disk is a passing trouble, and nothing half stays", func(t *testing.T) {
		d := dbtest.Open(t, dbtest.SQLite(t))
		withThings(t, d)
		limit := func(pages int) {
			conn, err := d.Writer().Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
				t.Fatal(err)
			}
		}
		limit(1) // SQLite takes the present size
		big := strings.Repeat("x", 1<<20)
		err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
			if err := insert("small", "small")(ctx, tx); err != nil {
				return err
			}
			return insert("big", big)(ctx, tx)
		})
		if fail.Code(err) != fail.CodeUnavailable {
			t.Fatalf("full: %v", err)
		}
		limit(1 << 30)
		write(t, d, insert("after", "after"))
		if got := names(t, d); len(got) != 1 || got[0] != "after" {
			t.Fatal(got)
		}
	})
}

func TestConcurrentWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withThings(t, d)
		t.Run("those that fail don't touch those that share their commit; hooks follow the commits' order", func(t *testing.T) {
			const writers, each = 16, 40
			var mu sync.Mutex
			var order []int64
			var wg sync.WaitGroup
			write(t, d, insert("counter", "counter"))
			for w := range writers {
				wg.Go(func() {
					for n := range each {
						id := fmt.Sprintf("%d/%d", w, n)
						bad := n%5 == 4
						err := d.Write(t.Context(), db.Class(w%4), func(ctx context.Context, tx *db.Tx) error {
							if err := insert(id, id)(ctx, tx); err != nil {
								return err
							}
							if bad {
								return errors.New("bad")
							}
							var v int64
							if err := tx.NewRaw("UPDATE things SET version = version + 1 WHERE id = 'counter' RETURNING version").Scan(ctx, &v); err != nil {
								return err
							}
							tx.AfterCommit(func() { mu.Lock(); order = append(order, v); mu.Unlock() })
							return nil
						})
						if bad != (err != nil) {
							t.Errorf("%s: %v", id, err)
						}
					}
				})
			}
			wg.Wait()
			if got, want := len(names(t, d)), writers*each*4/5+1; got != want || len(order) != want-1 {
				t.Fatalf("%d rows, %d hooks, want %d", got, len(order), want)
			}
			for i := range order {
				if d.Engine() == db.SQLite && order[i] != int64(i)+2 {
					t.Fatalf("hook %d saw %d", i, order[i])
				}
			}
		})
		t.Run("crossing locks are repeated until both are through", func(t *testing.T) {
			write(t, d, insert("a", "row a"))
			write(t, d, insert("b", "row b"))
			var wg sync.WaitGroup
			for i := range 8 {
				first, second := "a", "b"
				if i%2 == 1 {
					first, second = second, first
				}
				wg.Go(func() {
					for range 10 {
						err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
							for _, id := range []string{first, second} {
								if _, err := tx.NewRaw("UPDATE things SET version = version + 1 WHERE id = ?", id).Exec(ctx); err != nil {
									return err
								}
							}
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			var versions []int64
			if err := d.Read().NewSelect().Model((*thing)(nil)).Column("version").Where("id IN ('a','b')").Scan(t.Context(), &versions); err != nil || versions[0] != 81 || versions[1] != 81 {
				t.Fatal(versions, err)
			}
		})
		t.Run("Lock keeps a rule that needs reading before writing", func(t *testing.T) {
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					_ = d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
						if err := tx.Lock(ctx, "favourites of u1"); err != nil {
							return err
						}
						n, err := tx.NewSelect().Model((*thing)(nil)).Where("name LIKE 'favourite %'").Count(ctx)
						if err != nil {
							return err
						}
						if n >= 5 {
							return fail.Limit("favourites", 5)
						}
						return insert(fmt.Sprint("f", i), fmt.Sprint("favourite ", i))(ctx, tx)
					})
				})
			}
			wg.Wait()
			if n, err := d.Read().NewSelect().Model((*thing)(nil)).Where("name LIKE 'favourite %'").Count(t.Context()); err != nil || n != 5 {
				t.Fatalf("%d, %v", n, err)
			}
		})
	})
}

func TestCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withThings(t, d)
		t.Run("who gives up while waiting has done nothing", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := d.Write(ctx, db.Chat, insert("1", "one")); err != nil && fail.Code(err) != fail.CodeUnavailable {
				t.Fatal(err)
			} else if err == nil != (len(names(t, d)) == 1) {
				t.Fatalf("%v, yet %v", err, names(t, d))
			}
		})
		t.Run("who gives up while it runs has it done", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				cancel()
				return insert("2", "two")(ctx, tx)
			})
			if err != nil || names(t, d)[len(names(t, d))-1] != "two" {
				t.Fatal(err, names(t, d))
			}
		})
	})
}

func TestReadTx(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		withThings(t, d)
		t.Run("[B-2] sees one state throughout", func(t *testing.T) {
			err := d.ReadTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				before, err := tx.NewSelect().Model((*thing)(nil)).Count(ctx)
				if err != nil {
					return err
				}
				write(t, d, insert("1", "one"))
				after, err := tx.NewSelect().Model((*thing)(nil)).Count(ctx)
				if err == nil && after != before {
					t.Errorf("%d, then %d", before, after)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		t.Run("is bounded", func(t *testing.T) {
			cfg.ReadTimeout = 300 * time.Millisecond
			err := dbtest.Open(t, cfg).ReadTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { <-ctx.Done(); return ctx.Err() })
			if fail.Code(err) != fail.CodeUnavailable {
				t.Fatal(err)
			}
		})
		t.Run("nothing can be written", func(t *testing.T) {
			err := d.ReadTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				_, err := tx.ExecContext(ctx, "DELETE FROM things")
				return err
			})
			if err == nil || len(names(t, d)) != 1 {
				t.Fatal(err, names(t, d))
			}
		})
	})
}

func TestLogShrinks(t *testing.T) {
	cfg := dbtest.SQLite(t)
	cfg.ReadTimeout = 5 * time.Minute // 40 MiB of writing under the race detector
	d := dbtest.Open(t, cfg)
	withThings(t, d)
	reading := make(chan struct{})
	release := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // a reader keeps the log from being cut
		err := d.ReadTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewSelect().Model((*thing)(nil)).Count(ctx)
			close(reading)
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-reading
	for n := range 40 {
		write(t, d, insert(fmt.Sprint(n), fmt.Sprint(n, strings.Repeat("x", 1<<20))))
	}
	size := func() int64 {
		info, err := os.Stat(filepath.Clean(cfg.Path) + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	if size() < 32<<20 {
		t.Fatalf("the log has only %d bytes: the test tests nothing", size())
	}
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Fatalf("with a reader: %v", err)
	}
	close(release)
	wg.Wait()
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if size() != 0 {
		t.Fatalf("the log still has %d bytes", size())
	}
}
