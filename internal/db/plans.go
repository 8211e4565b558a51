package db

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// SQLite chooses indexes by what it believes of the tables. Without statistics it
// takes any first column for a good one, so that it goes through all of a tenant's
// rows by the primary key where an index would find ten; with statistics that it
// gathers its choice would change with the data. So it is told once for all what a
// busy centre's tables look like: one tenant may own nearly everything, and what
// comes after the tenant narrows. PostgreSQL gathers its own.

const (
	plannedRows    = 1_000_000
	plannedPartial = plannedRows / 20 // an index with a condition holds the few that are open
)

// fewValues are columns that do not narrow much.
var fewValues = map[string]bool{"archived_at": true, "audience": true, "channel": true, "direction": true, "entity": true, "kind": true,
	"n": true, "place": true, "purpose": true, "source": true, "state": true, "type": true}

// steadyPlans writes SQLite's statistics, if they are not there yet.
func (d *DB) steadyPlans(ctx context.Context) error {
	var changed bool
	err := d.Write(ctx, Bulk, func(ctx context.Context, tx *Tx) error {
		want, err := plannedStatistics(ctx, tx)
		if err != nil {
			return err
		}
		var there []string
		exists, err := tx.NewSelect().Table("sqlite_schema").Where("name = 'sqlite_stat1'").Exists(ctx)
		if err == nil && exists {
			err = tx.NewRaw("SELECT tbl || ' ' || idx || ' ' || stat FROM sqlite_stat1 ORDER BY 1").Scan(ctx, &there)
		}
		if err != nil || slices.Equal(there, want) {
			return err
		}
		changed = true
		// The only way to make the table of statistics.
		if _, err := tx.ExecContext(ctx, "ANALYZE change_counters; DELETE FROM sqlite_stat1"); err != nil {
			return err
		}
		for _, row := range want {
			table, rest, _ := strings.Cut(row, " ")
			index, numbers, _ := strings.Cut(rest, " ")
			if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", table, index, numbers); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !changed {
		return err
	}
	// Connections read statistics when they open.
	if _, err := d.write.ExecContext(ctx, "ANALYZE sqlite_schema"); err != nil {
		return err
	}
	d.read.SetMaxIdleConns(0)
	d.read.SetMaxIdleConns(d.cfg.MaxConns)
	return nil
}

// plannedStatistics are the rows of sqlite_stat1 ("table index numbers"), in order.
func plannedStatistics(ctx context.Context, tx *Tx) ([]string, error) {
	var columns []struct {
		Tbl, Idx, Origin, Col string
		Keyless               bool // WITHOUT ROWID: the primary key's index bears the table's name
		Once, Partial         bool
	}
	err := tx.NewRaw(`SELECT t.name AS tbl, l.name AS idx, l.origin AS origin, coalesce(c.name, '') AS col, t.sql LIKE '%WITHOUT ROWID%' AS keyless,
			l."unique" AS once, l.partial AS partial
		FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS l JOIN pragma_index_info(l.name) AS c
		WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) AS o WHERE o.name = 'tenant_id')
		ORDER BY t.name, l.name, c.seqno`).Scan(ctx, &columns)
	if err != nil {
		return nil, err
	}
	numbers := map[string][]int{}
	left := 0
	for i, c := range columns {
		key := c.Tbl + " " + c.Idx
		if c.Keyless && c.Origin == "pk" {
			key = c.Tbl + " " + c.Tbl
		}
		if numbers[key] == nil {
			if left = plannedRows; c.Partial {
				left = plannedPartial
			}
			numbers[key] = []int{left}
		}
		last := i+1 == len(columns) || columns[i+1].Tbl != c.Tbl || columns[i+1].Idx != c.Idx
		switch {
		case c.Once && last:
			left = 1
		case c.Col == "tenant_id":
		case fewValues[c.Col]:
			left = max(left/5, 1)
		default:
			left = min(left, max(left/5000, 10))
		}
		numbers[key] = append(numbers[key], left)
	}
	rows := make([]string, 0, len(numbers))
	for _, key := range slices.Sorted(maps.Keys(numbers)) {
		rows = append(rows, key+" "+strings.Trim(fmt.Sprint(numbers[key]), "[]"))
	}
	slices.SortFunc(rows, cmp.Compare[string])
	return rows, nil
}
