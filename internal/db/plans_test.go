package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// An index that begins with the tenant and something that narrows is taken by
// SQLite instead of all the tenant's rows, whatever the tables hold: asked of
// every such index there is, in the order of the primary key, which tempts most.
func TestPlans(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var indexes []struct{ Tbl, Idx, Cols string }
	err := d.Read().NewRaw(`SELECT t.name AS tbl, l.name AS idx, group_concat(c.name) AS cols FROM sqlite_schema AS t
		JOIN pragma_index_list(t.name) AS l JOIN pragma_index_info(l.name) AS c
		WHERE t.type = 'table' AND l.origin = 'c' AND NOT l.partial GROUP BY 1, 2`).Scan(t.Context(), &indexes)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, i := range indexes {
		cols := strings.Split(i.Cols, ",")
		if len(cols) < 2 || cols[0] != "tenant_id" || slices.Contains([]string{"archived_at", "kind", "state", "entity"}, cols[1]) {
			continue
		}
		asked++
		plan := planOf(t, d, fmt.Sprintf("SELECT * FROM %s WHERE tenant_id = 'a' AND %s = 'b'", i.Tbl, cols[1]))
		if !strings.Contains(plan, cols[1]+"=?") && !strings.Contains(plan, "rowid=?") {
			t.Errorf("%s by %s: %s", i.Tbl, cols[1], plan)
		}
	}
	if asked < 20 {
		t.Errorf("only %d indexes were asked about", asked)
	}
	t.Run("written once", func(t *testing.T) {
		before := statistics(t, d)
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := statistics(t, d); len(before) < 50 || !slices.Equal(before, after) {
			t.Errorf("%d rows, then %d", len(before), len(after))
		}
	})
}

func planOf(t *testing.T, d *db.DB, query string) string {
	t.Helper()
	rows, err := d.Read().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	if err != nil {
		t.Fatal(query, err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		all = append(all, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "; ")
}

func statistics(t *testing.T, d *db.DB) (rows []string) {
	t.Helper()
	if err := d.Read().NewRaw("SELECT tbl || idx || stat FROM sqlite_stat1 ORDER BY rowid").Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}
