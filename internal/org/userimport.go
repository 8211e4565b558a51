package org

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// RowResult says what an import does, or did, with one line.
type RowResult struct {
	Line   int              `json:"line"`
	Login  string           `json:"login"`
	Action string           `json:"action" enum:"create,update,none,error"`
	Errors []web.FieldError `json:"errors"`
}

// ImportResult is the report of an import. In a dry run nothing was written.
type ImportResult struct {
	DryRun  bool        `json:"dryRun"`
	Created int         `json:"created"`
	Updated int         `json:"updated"`
	Same    int         `json:"same"`
	Failed  int         `json:"failed"`
	Rows    []RowResult `json:"rows"`
}

func (r *ImportResult) add(row RowResult) {
	if row.Errors == nil {
		row.Errors = []web.FieldError{}
	}
	switch row.Action {
	case "create":
		r.Created++
	case "update":
		r.Updated++
	case "none":
		r.Same++
	default:
		r.Failed++
	}
	r.Rows = append(r.Rows, row)
}

// errDryRun undoes what a dry run has tried.
var errDryRun = errors.New("dry run")

// maxImportPasswords bounds the passwords of one import: hashing one takes tens
// of milliseconds by design, and a command at most half a minute.
const maxImportPasswords = 300

// importUsers goes through the rows one by one. Each is written, or refused with
// its errors, by itself; users are recognised by their login. A dry run does the
// same work and undoes it.
func (o *Org) importUsers(ctx context.Context, tenant string, rows []tableRow, dryRun bool) (*ImportResult, error) {
	out := &ImportResult{DryRun: dryRun, Rows: []RowResult{}}
	n, err := o.names(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if slices.IndexFunc(rows, withPasswords(maxImportPasswords+1)) >= 0 {
		return nil, fail.Limit("passwords in one import", maxImportPasswords)
	}
	seen := map[string]int{}
	for _, row := range rows {
		result := RowResult{Line: row.Line, Login: row.Cells["login"]}
		if result.Errors = twice(seen, row); len(result.Errors) > 0 {
			result.Action = "error"
			out.add(result)
			continue
		}
		if err := o.importUser(ctx, tenant, n, row, dryRun, &result); err != nil {
			return nil, err
		}
		out.add(result)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// twice finds what must not stand in two lines of one file.
func twice(seen map[string]int, row tableRow) []web.FieldError {
	var c check
	for field, value := range map[string]string{"login": loginKey(row.Cells["login"]), "extension": row.Cells["extension"]} {
		if value == "" || value == "-" {
			continue
		}
		if first, is := seen[field+" "+value]; is {
			c.bad(field, "stands already in line %d", first)
			continue
		}
		seen[field+" "+value] = row.Line
	}
	return c.errors
}

// withPasswords is true from the n-th row with a password on.
func withPasswords(n int) func(tableRow) bool {
	return func(r tableRow) bool {
		if r.Cells["password"] != "" {
			n--
		}
		return n <= 0
	}
}

// importUser writes one row in a transaction of its own; the database commits
// small ones together.
func (o *Org) importUser(ctx context.Context, tenant string, n *names, row tableRow, dryRun bool, result *RowResult) error {
	hash := ""
	if p := row.Cells["password"]; p != "" {
		var err error
		if dryRun {
			err = o.checkPassword(ctx, tenant, row, p)
		} else {
			hash, err = o.hashPassword(ctx, tenant, &User{Login: row.Cells["login"]}, p)
		}
		if err != nil {
			return result.refused(err)
		}
	}
	err := o.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		result.Action, result.Errors = "", nil
		if err := o.importRow(ctx, tx, tenant, n, row, hash, result); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	return result.refused(err)
}

// refused notes what is wrong with the row; what is wrong with Parley goes on.
func (r *RowResult) refused(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*fail.Error](err)
	if !ok || e.Status >= 500 {
		return err
	}
	r.Action = "error"
	if len(r.Errors) == 0 {
		r.Errors = []web.FieldError{{Field: e.Field, Message: e.Message}}
	}
	return nil
}

func (o *Org) checkPassword(ctx context.Context, tenant string, row tableRow, password string) error {
	settings, err := o.Settings(ctx, tenant)
	if err != nil {
		return err
	}
	if o.hasher == nil {
		return nil
	}
	return o.hasher.CheckPassword(ctx, settings.Password, &User{Login: row.Cells["login"]}, password)
}

func (o *Org) importRow(ctx context.Context, tx *db.Tx, tenant string, n *names, row tableRow, hash string, result *RowResult) error {
	var id string
	err := tx.NewSelect().Table("users").Column("id").
		Where("tenant_id = ? AND login_key = ? AND archived_at = 0", tenant, loginKey(row.Cells["login"])).Scan(ctx, &id)
	if err != nil && !db.IsNone(err) {
		return err
	}
	if id == "" {
		u := &User{}
		if err := n.filled(u, row, result); err != nil {
			return err
		}
		result.Action = "create"
		return o.CreateUser(ctx, tx, tenant, u, hash)
	}
	old, err := o.users.get(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	u, err := overlay(old, nil)
	if err != nil {
		return err
	}
	if err := n.filled(u, row, result); err != nil {
		return err
	}
	result.Action = "none"
	if !sameUser(old, u) {
		result.Action = "update"
		if u, err = o.users.change(ctx, tx, tenant, id, old.Version, func(*User) (*User, error) { return u, nil }); err != nil {
			return err
		}
	}
	if row.Cells["password"] == "" {
		return nil
	}
	result.Action = "update"
	return o.SetPassword(ctx, tx, tenant, id, hash, u.MustChangePassword)
}

// filled puts the row into the user and reports all that is wrong with it, not
// just the first thing.
func (n *names) filled(u *User, row tableRow, result *RowResult) error {
	var c check
	n.fill(&c, u, row)
	if len(c.errors) == 0 {
		u.check(&c)
	}
	result.Errors = c.errors
	return c.err()
}

func sameUser(a, b *User) bool {
	x, err1 := fieldsOf(a)
	y, err2 := fieldsOf(b)
	if err1 != nil || err2 != nil {
		return false
	}
	return slices.Equal(sortedKeys(x), sortedKeys(y)) &&
		!slices.ContainsFunc(sortedKeys(x), func(f string) bool { return string(x[f]) != string(y[f]) })
}

// names gathers what a table of users can name.
func (o *Org) names(ctx context.Context, tenant string) (*names, error) {
	n := &names{}
	teams, err := o.Teams(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		n.add("team", t.ID, t.Name)
	}
	roles, err := o.Roles(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		n.add("role", r.ID, r.Name)
	}
	skills, err := o.Skills(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, s := range skills {
		n.add("skill", s.ID, s.Name)
	}
	return n, nil
}

func (o *Org) registerImport(s *web.Server) {
	web.Command(s, web.Op{Method: http.MethodPost, Path: "/api/users/import", ID: "importUsers", Tag: "users", Privileges: o.users.edit,
		Summary: "Create and change users from a CSV table; a dry run says what would happen", MaxBody: 4 << 20}, o.serveImport)
	s.Handle("GET /api/users/export", http.HandlerFunc(o.serveExport), web.Needs(o.users.edit...))
}

type userImportInput struct {
	Body struct {
		File   []byte `json:"file" doc:"The CSV file; its first line names the columns: login, firstName, … team, roles, skills"`
		DryRun bool   `json:"dryRun"`
	}
}

func (o *Org) serveImport(ctx context.Context, in *userImportInput) (*output[ImportResult], error) {
	rows, err := readTable(in.Body.File, userColumns)
	if err != nil {
		return nil, err
	}
	out, err := o.importUsers(ctx, web.Tenant(ctx), rows, in.Body.DryRun)
	return &output[ImportResult]{out}, err
}

// serveExport sends all users the asker may manage, in the form the import takes.
func (o *Org) serveExport(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	tenant, who := web.Tenant(ctx), authorityOf(ctx)
	n, err := o.names(ctx, tenant)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	users, err := o.Users(ctx, tenant)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	if err := o.log(ctx, tenant, "export", "user", "", "users.csv"); err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	table := web.NewCSV(w, "users.csv")
	err = table.Row(userColumns...)
	for _, u := range users {
		if err == nil && (who.can(SystemUsers) || who.leads(u.TeamID)) {
			err = table.Row(n.cells(u)...)
		}
	}
	if flushed := table.Flush(); err != nil || flushed != nil {
		panic(http.ErrAbortHandler) // half a table must not look like a whole one
	}
}
