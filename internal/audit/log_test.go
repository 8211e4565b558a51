package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/web"
)

func record(t *testing.T, d *db.DB, l *audit.Log, ctx context.Context, events ...audit.Event) {
	t.Helper()
	err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		for _, e := range events {
			if err := l.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, []byte("key"))
		anna := web.WithIdentity(t.Context(), web.Identity{TenantID: "t", UserID: "u1", Name: "Anna"})
		type thing struct{ Name, Colour string }

		t.Run("[M-41/who-what-when] an entry says who, what, when, and what was before and after", func(t *testing.T) {
			record(t, d, l, anna, audit.Event{TenantID: "t", Action: "update", Entity: "team", EntityID: "5", Name: "Ночная", Before: thing{"Ночная", "red"}, After: thing{"Ночная", "blue"}})
			got, err := l.Search(t.Context(), "t", audit.Filter{Limit: 10})
			if err != nil || len(got) != 1 {
				t.Fatal(got, err)
			}
			e := got[0]
			if e.ActorID != "u1" || e.ActorName != "Anna" || e.ActorKind != audit.ByUser || e.At == 0 || e.Action != "update" || e.EntityID != "5" ||
				string(e.Before) != `{"Colour":"red"}` || string(e.After) != `{"Colour":"blue"}` {
				t.Errorf("%+v before %s after %s", e, e.Before, e.After)
			}
		})
		t.Run("[M-41/access] an access to contents is an entry too", func(t *testing.T) {
			gone, cancel := context.WithCancel(anna)
			cancel() // the reader does not wait for the entry
			for range 3 {
				l.Viewed(gone, "t", "recording", "r1", "call") // once in ten minutes
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			got, _ := l.Search(t.Context(), "t", audit.Filter{Action: "view", Entity: "recording", Limit: 10})
			if len(got) != 1 || got[0].EntityID != "r1" || got[0].ActorID != "u1" {
				t.Errorf("%+v", got)
			}
		})
		t.Run("[M-41/search] by who, what, when, entity and words; another tenant's are not found", func(t *testing.T) {
			record(t, d, l, t.Context(), audit.Event{TenantID: "t", Action: "create", Entity: "user", EntityID: "u9", Name: "Борис 100%"},
				audit.Event{TenantID: "strangers", Action: "create", Entity: "user", EntityID: "u9", Name: "Борис"})
			for name, c := range map[string]struct {
				f    audit.Filter
				want int
			}{
				"all": {audit.Filter{}, 3}, "who": {audit.Filter{ActorID: "u1"}, 2}, "what": {audit.Filter{Action: "create"}, 1},
				"entity": {audit.Filter{Entity: "user", EntityID: "u9"}, 1}, "word": {audit.Filter{Q: "БОРИС"}, 1},
				"value": {audit.Filter{Q: "blue"}, 1}, "percent": {audit.Filter{Q: "0%"}, 1}, "wildcard": {audit.Filter{Q: "Б%с"}, 0},
				"later": {audit.Filter{From: db.Now() + 60_000}, 0}, "until": {audit.Filter{To: db.Now() + 60_000}, 3}, "page": {audit.Filter{Before: 3}, 2},
			} {
				c.f.Limit = 100
				if got, err := l.Search(t.Context(), "t", c.f); err != nil || len(got) != c.want {
					t.Errorf("%s: %d entries, want %d (%v)", name, len(got), c.want, err)
				}
			}
		})
		t.Run("[M-41/tamper-evident] acts at the same time make one chain, which verifies", func(t *testing.T) {
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					_ = d.Write(anna, db.Chat, func(ctx context.Context, tx *db.Tx) error {
						return l.Record(ctx, tx, audit.Event{TenantID: "t", Action: "create", Entity: "x", EntityID: fmt.Sprint(i)})
					})
				})
			}
			wg.Wait()
			if v, err := l.Verify(t.Context(), "t"); err != nil || !v.Intact || v.Entries != 23 {
				t.Errorf("%+v %v", v, err)
			}
			if v, err := audit.New(d, []byte("another key")).Verify(t.Context(), "t"); err != nil || v.Intact || v.BadN != 1 {
				t.Errorf("with a wrong key: %+v %v", v, err)
			}
		})
	})
}

// tamper does to the table what somebody with the database file could do, with
// the guards taken away.
func TestTampering(t *testing.T) {
	cases := map[string]struct {
		sql  string
		badN int64
	}{
		"a changed value":       {"UPDATE audit_entries SET became = '{}' WHERE n = 3", 3},
		"a changed actor":       {"UPDATE audit_entries SET actor_name = 'Nobody' WHERE n = 2", 2},
		"a removed entry":       {"DELETE FROM audit_entries WHERE n = 3", 3},
		"a removed end":         {"DELETE FROM audit_entries WHERE n = 5", 5},
		"an end cut with care":  {"UPDATE audit_heads SET n = 4, hash = (SELECT hash FROM audit_entries WHERE n = 4)", 4},
		"a moved entry":         {"UPDATE audit_entries SET n = 9 WHERE n = 5", 5},
		"an entry put in front": {"INSERT INTO audit_entries SELECT tenant_id, 6, at, actor_kind, actor_id, actor_name, address, action, entity, entity_id, name, search, was, became, hash FROM audit_entries WHERE n = 5", 6},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, []byte("key"))
		for i := range 5 {
			record(t, d, l, t.Context(), audit.Event{TenantID: "t", Action: "create", Entity: "x", EntityID: fmt.Sprint(i), After: map[string]int{"a": i}})
		}
		exec := func(sql string) error {
			return d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, sql)
				return err
			})
		}
		t.Run("[M-41/append-only] entries can be neither changed nor removed while the tenant is there", func(t *testing.T) {
			err := exec(`INSERT INTO tenants (tenant_id, id, version, created_at, updated_at, sort_name, search, body, status)
				VALUES ('t', 't', 1, 1, 1, 't', 't', '{}', 'active')`)
			if err != nil {
				t.Fatal(err)
			}
			for _, sql := range []string{"UPDATE audit_entries SET name = 'x'", "DELETE FROM audit_entries"} {
				if err := exec(sql); err == nil || !strings.Contains(err.Error(), "audit entries cannot be") {
					t.Errorf("%s: %v", sql, err)
				}
			}
		})
		drop := []string{"DROP TRIGGER audit_entries_fixed", "DROP TRIGGER audit_entries_kept"}
		if d.Engine() == db.Postgres {
			drop = []string{"DROP TRIGGER audit_entries_guard ON audit_entries"}
		}
		for _, sql := range append(drop, "CREATE TABLE e AS SELECT * FROM audit_entries", "CREATE TABLE h AS SELECT * FROM audit_heads") {
			if err := exec(sql); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range cases {
			t.Run("[M-41/tamper-evident] "+name+" is found", func(t *testing.T) {
				if err := exec(c.sql); err != nil {
					t.Fatal(err)
				}
				if v, err := l.Verify(t.Context(), "t"); err != nil || v.Intact || v.BadN != c.badN {
					t.Errorf("%+v %v, want the first bad entry %d", v, err, c.badN)
				}
				for _, sql := range []string{"DELETE FROM audit_entries", "INSERT INTO audit_entries SELECT * FROM e", "DELETE FROM audit_heads", "INSERT INTO audit_heads SELECT * FROM h"} {
					if err := exec(sql); err != nil {
						t.Fatal(err)
					}
				}
				if v, _ := l.Verify(t.Context(), "t"); !v.Intact {
					t.Fatalf("not restored: %+v", v)
				}
			})
		}
	})
}
