package org

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/web"
)

// JobRemoveTenant removes what a tenant has, in slices.
const JobRemoveTenant = "tenant.remove"

type removeTenant struct {
	TenantID string `json:"tenantId"`
}

// notedForOperator puts an act on another tenant into the operator's own log too,
// which outlives that tenant.
func (o *Org) notedForOperator(ctx context.Context, tx *db.Tx, action string, t *Tenant) error {
	own := web.Tenant(ctx)
	if own == "" || own == t.ID {
		return nil
	}
	return o.audit.Record(ctx, tx, audit.Event{TenantID: own, Action: action, Entity: "tenant", EntityID: t.ID, Name: t.Name, After: t.TenantCard})
}

type deleteTenantInput struct {
	ID      string `path:"id" maxLength:"100"`
	Confirm string `query:"confirm" maxLength:"200" doc:"The tenant's name"`
}

func (o *Org) serveDeleteTenant(ctx context.Context, in *deleteTenantInput) (*output[TenantView], error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	var out *TenantView
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		t, err := o.tenants.get(ctx, tx, in.ID, in.ID)
		if err != nil {
			return err
		}
		t, err = o.ChangeTenant(ctx, tx, in.ID, t.Version, func(t *Tenant) error {
			if t.Status != TenantSuspended {
				return fail.State("only a suspended tenant can be deleted")
			}
			if in.Confirm != t.Name {
				return fail.Invalid("confirm", "must be the name of the tenant")
			}
			t.Status = TenantDeleting
			return nil
		})
		if err != nil {
			return err
		}
		if err := o.notedForOperator(ctx, tx, "delete", t); err != nil {
			return err
		}
		if err := jobs.Add(ctx, tx, JobRemoveTenant, removeTenant{t.ID}, jobs.Opts{Bulk: true, Unique: t.ID, MaxTries: 100}); err != nil {
			return err
		}
		out = tenantView(t)
		return db.Answer(ctx, tx, out)
	})
	if err != nil {
		return nil, err
	}
	return &output[TenantView]{out}, nil
}

// OnRemoveTenant adds work to the removal of a tenant that its tables don't
// show, such as files. Call it before serving.
func (o *Org) OnRemoveTenant(f func(ctx context.Context, tenant string) error) {
	o.removers = append(o.removers, f)
}

// RegisterJobs says how the jobs of this package are done.
func (o *Org) RegisterJobs(r *jobs.Runner) {
	jobs.Register(r, JobRemoveTenant, jobs.KindOpts{Timeout: maxRemoval}, func(ctx context.Context, a removeTenant) error {
		return o.removeTenant(ctx, a.TenantID)
	})
}

const (
	maxRemoval  = 10 * time.Minute // the next try goes on where this one ended
	removeSlice = 300              // rows in one transaction: a few milliseconds
	exportSlice = 500
)

// removeTenant deletes every row that carries the tenant's id, the tenant's own
// row last. It can be repeated.
func (o *Org) removeTenant(ctx context.Context, tenant string) error {
	t, err := o.tenants.get(ctx, o.db.Read(), tenant, tenant)
	if fail.Code(err) == fail.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if t.Status != TenantDeleting {
		return jobs.GiveUp(fmt.Errorf("the tenant is %s", t.Status))
	}
	for _, f := range o.removers {
		if err := f(ctx, tenant); err != nil {
			return err
		}
	}
	tables, err := o.tenantTables(ctx)
	if err != nil {
		return err
	}
	// What a foreign key holds goes with the next round.
	for round := 0; len(tables) > 0; round++ {
		var held []table
		for _, tb := range tables {
			err := o.empty(ctx, tenant, tb)
			if db.IsForeignKey(err) && round < 10 {
				held = append(held, tb)
				continue
			}
			if err != nil {
				return fmt.Errorf("emptying %s: %w", tb.name, err)
			}
		}
		tables = held
	}
	err = o.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewDelete().Table("tenants").Where("id = ?", tenant).Exec(ctx)
		tx.AfterCommit(func() { o.dropTenant(tenant) })
		return err
	})
	return err
}

func (o *Org) empty(ctx context.Context, tenant string, t table) error {
	for {
		var n int64
		err := o.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			keys := bun.Safe(strings.Join(t.key, ", "))
			res, err := tx.NewRaw("DELETE FROM ? WHERE (?) IN (SELECT ? FROM ? WHERE tenant_id = ? LIMIT ?)",
				bun.Ident(t.name), keys, keys, bun.Ident(t.name), tenant, removeSlice).Exec(ctx)
			if err == nil {
				n, err = res.RowsAffected()
			}
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// table is a table with the tenant's rows in it.
type table struct {
	name    string
	columns []string
	key     []string // of the primary key, in its order
}

// tenantTables finds all tables that have a tenant_id, whichever part made them;
// the tenants themselves are left out.
func (o *Org) tenantTables(ctx context.Context) ([]table, error) {
	query := `SELECT m.name AS tbl, p.name AS col, p.pk AS pos FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' ORDER BY m.name, p.cid`
	if o.db.Engine() == db.Postgres {
		query = `SELECT c.table_name AS tbl, c.column_name AS col, COALESCE(k.ordinal_position, 0) AS pos
			FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
			LEFT JOIN information_schema.table_constraints tc ON tc.table_schema = c.table_schema AND tc.table_name = c.table_name AND tc.constraint_type = 'PRIMARY KEY'
			LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = tc.constraint_name AND k.table_schema = tc.table_schema
				AND k.table_name = c.table_name AND k.column_name = c.column_name
			WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position`
	}
	var rows []struct {
		Tbl string `bun:"tbl"`
		Col string `bun:"col"`
		Pos int    `bun:"pos"`
	}
	if err := o.db.Read().NewRaw(query).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	var all []table
	for i, r := range rows {
		if i == 0 || rows[i-1].Tbl != r.Tbl {
			all = append(all, table{name: r.Tbl})
		}
		t := &all[len(all)-1]
		t.columns = append(t.columns, r.Col)
		if r.Pos > 0 {
			for len(t.key) < r.Pos {
				t.key = append(t.key, "")
			}
			t.key[r.Pos-1] = r.Col
		}
	}
	return slices.DeleteFunc(all, func(t table) bool {
		return t.name == "tenants" || len(t.key) == 0 || !slices.Contains(t.columns, "tenant_id")
	}), nil
}

// Tables that say nothing about the contact centre, or would open its doors.
var notExported = []string{"sessions", "idempotency_keys", "changes", "change_counters", "api_keys", "floor_inbox", "floor_snapshots"}

func isSecretColumn(name string) bool {
	return strings.Contains(name, "secret") || strings.Contains(name, "token") || strings.Contains(name, "password")
}

// serveTenantExport sends all a tenant has as a zip of JSON lines, one file a
// table, without passwords and other secrets.
func (o *Org) serveTenantExport(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	t, err := o.exportable(ctx, id)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	tables, err := o.tenantTables(ctx)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="tenant.zip"`)
	z := zip.NewWriter(w)
	err = o.exportJSON(z, "tenant.json", t)
	for _, tb := range tables {
		if err == nil && !slices.Contains(notExported, tb.name) {
			err = o.exportTable(ctx, z, id, tb)
		}
	}
	if closed := z.Close(); err != nil || closed != nil {
		panic(http.ErrAbortHandler) // half an export must not look like a whole one
	}
}

func (o *Org) exportable(ctx context.Context, id string) (*Tenant, error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	t, err := o.tenants.get(ctx, o.db.Read(), id, id)
	if err != nil {
		return nil, err
	}
	return t, o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return o.notedForOperator(ctx, tx, "export", t)
	})
}

func (o *Org) exportJSON(z *zip.Writer, name string, v any) error {
	f, err := z.Create(name)
	if err != nil {
		return err
	}
	return json.NewEncoder(f).Encode(v)
}

// exportTable reads page after page by the primary key, so that no reading
// transaction is long.
func (o *Org) exportTable(ctx context.Context, z *zip.Writer, tenant string, t table) error {
	f, err := z.Create(t.name + ".jsonl")
	if err != nil {
		return err
	}
	out := json.NewEncoder(f)
	keys := strings.Join(t.key, ", ")
	var last []any
	for {
		q := o.db.Read().NewSelect().Table(t.name).Where("tenant_id = ?", tenant).OrderExpr(keys).Limit(exportSlice)
		if last != nil {
			q = q.Where("(?) > (?)", bun.Safe(keys), bun.List(last))
		}
		var rows []map[string]any
		if err := q.Scan(ctx, &rows); err != nil {
			return err
		}
		for _, row := range rows {
			last = last[:0]
			for _, k := range t.key {
				last = append(last, plain(row[k]))
			}
			for column, v := range row {
				row[column] = plain(v)
				if isSecretColumn(column) {
					delete(row, column)
				}
			}
			if err := out.Encode(row); err != nil {
				return err
			}
		}
		if len(rows) < exportSlice {
			return nil
		}
	}
}

// plain makes text of the bytes some drivers give for it.
func plain(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}
