package org

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
)

// AudienceConfig and AudienceAll get config.changed: the first is for the parts
// of Parley, the second for every signed-in user.
const (
	AudienceConfig = "config"
	AudienceAll    = "all"
	TypeChanged    = "config.changed"
)

// ConfigChanged says that a thing was created, changed or deleted.
type ConfigChanged struct {
	Entity  string `json:"entity"`
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// book keeps all things of one kind, of all tenants.
type book[T any, P thing[T]] struct {
	kind
	org   *Org
	fresh func() P                                                              // with the defaults of a new one
	guard func(ctx context.Context, tx *db.Tx, tenant string, old, new P) error // rules that need the database or who asks; old nil: new, new nil: deletion
	may   func(ctx context.Context, p P) []string                               // abilities; nil: by the privileges
	added func(ctx context.Context, tx *db.Tx, tenant string, p P) error        // what comes with a new one
	cache cache[P]
}

// kind is what the machinery has to know of a kind of things.
type kind struct {
	word    string   // "team": in links, audit and events
	plural  string   // "teams": table, and URL with - for _
	see     []string // privileges, any of which is enough to read
	edit    []string // … and to change
	uniques []unique
}

// unique is a column, or several, that no two live things of a tenant share.
type unique struct {
	field   string
	columns []string
}

var byName = unique{"name", []string{"sort_name"}}

// row is the common part of all tables.
type row struct {
	TenantID   string `bun:"tenant_id"`
	ID         string `bun:"id"`
	Version    int64  `bun:"version"`
	CreatedAt  int64  `bun:"created_at"`
	UpdatedAt  int64  `bun:"updated_at"`
	ArchivedAt int64  `bun:"archived_at"`
	SortName   string `bun:"sort_name"`
	Body       string `bun:"body"`
}

const rowColumns = "tenant_id, id, version, created_at, updated_at, archived_at, sort_name, body"

func (b *book[T, P]) decode(r row) (P, error) {
	p := P(new(T))
	if err := json.Unmarshal([]byte(r.Body), p); err != nil {
		return nil, fmt.Errorf("%s %s: %w", b.word, r.ID, err)
	}
	*p.base() = Base{ID: r.ID, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Archived: r.ArchivedAt != 0, Abilities: []string{}}
	if s, ok := any(p).(interface{ settle() }); ok {
		s.settle()
	}
	fillEmpty(reflect.ValueOf(p).Elem())
	return p, nil
}

// sortName gives what a list is ordered by.
func sortName[T any, P thing[T]](p P) string {
	if s, ok := any(p).(interface{ sortName() string }); ok {
		return strings.ToLower(s.sortName())
	}
	return strings.ToLower(p.label())
}

func (b *book[T, P]) values(tenant string, p P) (map[string]any, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	base := p.base()
	v := map[string]any{
		"tenant_id": tenant, "id": base.ID, "version": base.Version, "created_at": base.CreatedAt, "updated_at": base.UpdatedAt,
		"sort_name": sortName[T](p), "search": strings.ToLower(strings.Join(append([]string{p.label()}, p.searchable()...), "\n")),
		"body": string(body),
	}
	for _, c := range p.columns() {
		v[c.name] = c.value
	}
	return v, nil
}

// get reads one thing; archived ones are found too. Another tenant's is not found.
func (b *book[T, P]) get(ctx context.Context, from bun.IDB, tenant, id string) (P, error) {
	var r row
	err := from.NewSelect().Table(b.plural).ColumnExpr(rowColumns).Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx, &r)
	if db.IsNone(err) {
		return nil, fail.NotFound(b.word)
	}
	if err != nil {
		return nil, err
	}
	return b.decode(r)
}

// live is get for things that are not archived.
func (b *book[T, P]) live(ctx context.Context, from bun.IDB, tenant, id string) (P, error) {
	p, err := b.get(ctx, from, tenant, id)
	if err == nil && p.base().Archived {
		return nil, fail.NotFound(b.word)
	}
	return p, err
}

// all reads every live thing of a tenant in a transaction.
func (b *book[T, P]) all(ctx context.Context, from bun.IDB, tenant string) ([]P, error) {
	var rows []row
	err := from.NewSelect().Table(b.plural).ColumnExpr(rowColumns).
		Where("tenant_id = ? AND archived_at = 0", tenant).OrderExpr("sort_name, id").Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	out := make([]P, len(rows))
	for i, r := range rows {
		if out[i], err = b.decode(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// add stores a new thing. Its id may be given; else it gets one.
func (b *book[T, P]) add(ctx context.Context, tx *db.Tx, tenant string, p P) error {
	if err := lockTenant(ctx, tx, tenant); err != nil {
		return err
	}
	base := p.base()
	if base.ID == "" {
		base.ID = db.NewID()
	}
	base.Version, base.CreatedAt, base.Archived = 1, b.org.now(), false
	base.UpdatedAt = base.CreatedAt
	if err := b.verify(ctx, tx, tenant, nil, p); err != nil {
		return err
	}
	values, err := b.values(tenant, p)
	if err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&values).Table(b.plural).Exec(ctx); err != nil {
		return b.stored(err)
	}
	if b.added != nil {
		if err := b.added(ctx, tx, tenant, p); err != nil {
			return err
		}
	}
	return b.noted(ctx, tx, tenant, "create", nil, p)
}

// change stores what has become of a thing. seen is the version the caller knew.
func (b *book[T, P]) change(ctx context.Context, tx *db.Tx, tenant, id string, seen int64, edit func(old P) (P, error)) (P, error) {
	if err := lockTenant(ctx, tx, tenant); err != nil {
		return nil, err
	}
	old, err := b.live(ctx, tx, tenant, id)
	if err != nil {
		return nil, err
	}
	p, err := edit(old)
	if err != nil {
		return nil, err
	}
	if seen != old.base().Version {
		return nil, fail.Changed(b.word)
	}
	*p.base() = *old.base()
	p.base().Version++
	p.base().UpdatedAt = b.org.now()
	if err := b.verify(ctx, tx, tenant, old, p); err != nil {
		return nil, err
	}
	if err := b.update(ctx, tx, tenant, seen, p); err != nil {
		return nil, err
	}
	return p, b.noted(ctx, tx, tenant, "update", old, p)
}

func (b *book[T, P]) update(ctx context.Context, tx *db.Tx, tenant string, seen int64, p P) error {
	values, err := b.values(tenant, p)
	if err != nil {
		return err
	}
	for _, fixed := range []string{"tenant_id", "id", "created_at"} {
		delete(values, fixed)
	}
	q := tx.NewUpdate().Table(b.plural)
	for _, column := range sortedKeys(values) {
		q = q.Set("? = ?", bun.Ident(column), values[column])
	}
	res, err := q.Where("tenant_id = ? AND id = ? AND version = ?", tenant, p.base().ID, seen).Exec(ctx)
	return db.CheckVersion(res, b.stored(err), b.word)
}

// remove archives a thing that nothing uses.
func (b *book[T, P]) remove(ctx context.Context, tx *db.Tx, tenant, id string, seen int64) error {
	if err := lockTenant(ctx, tx, tenant); err != nil {
		return err
	}
	old, err := b.live(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	if seen != 0 && seen != old.base().Version {
		return fail.Changed(b.word)
	}
	if b.guard != nil {
		if err := b.guard(ctx, tx, tenant, old, nil); err != nil {
			return err
		}
	}
	if err := b.org.unused(ctx, tx, tenant, b.word, id); err != nil {
		return err
	}
	now := b.org.now()
	_, err = tx.NewUpdate().Table(b.plural).Set("archived_at = ?, updated_at = ?, version = version + 1", now, now).
		Where("tenant_id = ? AND id = ?", tenant, id).Exec(ctx)
	if err != nil {
		return err
	}
	old.base().Version++
	return b.noted(ctx, tx, tenant, "delete", old, nil)
}

// verify applies all rules: the thing's own, its links, what must be unique, and
// those that need more.
func (b *book[T, P]) verify(ctx context.Context, tx *db.Tx, tenant string, old, p P) error {
	fillEmpty(reflect.ValueOf(p).Elem())
	var c check
	p.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	if err := b.org.checkLinks(ctx, tx, tenant, p.links()); err != nil {
		return err
	}
	values, err := b.values(tenant, p)
	if err != nil {
		return err
	}
	for _, u := range b.uniques {
		if err := b.checkUnique(ctx, tx, u, tenant, p.base().ID, values); err != nil {
			return err
		}
	}
	if b.guard != nil {
		return b.guard(ctx, tx, tenant, old, p)
	}
	return nil
}

func (b *book[T, P]) checkUnique(ctx context.Context, from bun.IDB, u unique, tenant, id string, values map[string]any) error {
	q := from.NewSelect().Table(b.plural).Where("tenant_id = ? AND id <> ? AND archived_at = 0", tenant, id)
	for _, column := range u.columns {
		q = q.Where("? = ?", bun.Ident(column), values[column])
	}
	if last := values[u.columns[len(u.columns)-1]]; last == "" {
		return nil
	}
	taken, err := q.Exists(ctx)
	if err == nil && taken {
		return fail.Invalid(u.field, "is already taken")
	}
	return err
}

// stored turns the loser of a race for something unique into the error users know.
func (b *book[T, P]) stored(err error) error {
	if db.IsUnique(err) {
		return fail.Changed(b.word)
	}
	return err
}

// noted does all that follows from a change: links, audit, the change event, the
// cache.
func (b *book[T, P]) noted(ctx context.Context, tx *db.Tx, tenant, action string, old, p P) error {
	thing := p
	var keep []Link
	if p == nil {
		thing = old
	} else {
		keep = p.links()
	}
	base := thing.base()
	if err := b.org.storeLinks(ctx, tx, tenant, b.word, base.ID, keep); err != nil {
		return err
	}
	ev := audit.Event{TenantID: tenant, Action: action, Entity: b.word, EntityID: base.ID, Name: thing.label()}
	if old != nil {
		ev.Before = old
	}
	if p != nil {
		ev.After = p
	}
	if err := b.org.audit.Record(ctx, tx, ev); err != nil {
		return err
	}
	return b.org.changed(ctx, tx, tenant, ConfigChanged{Entity: b.word, ID: base.ID, Version: base.Version})
}

// changed publishes a change and drops what is kept of it in memory.
func (o *Org) changed(ctx context.Context, tx *db.Tx, tenant string, c ConfigChanged) error {
	bus.Record(tx, tenant, AudienceConfig, TypeChanged, c)
	bus.Record(tx, tenant, AudienceAll, TypeChanged, c)
	tx.AfterCommit(func() { o.drop(tenant, c.Entity) })
	for _, f := range o.onChange {
		if err := f(ctx, tx, tenant, c); err != nil {
			return err
		}
	}
	return nil
}

// ChangeFunc hears of a change in the transaction of it.
type ChangeFunc func(ctx context.Context, tx *db.Tx, tenant string, c ConfigChanged) error

// OnChange adds who hears it. Call it before serving.
func (o *Org) OnChange(f ChangeFunc) { o.onChange = append(o.onChange, f) }

// lockTenant makes changes to one tenant's organisation go one after the other,
// so that a thing can't be deleted while another begins to refer to it. SQLite
// has one writer anyway.
func lockTenant(ctx context.Context, tx *db.Tx, tenant string) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	_, err := tx.NewRaw("SELECT 1 FROM tenants WHERE id = ? FOR UPDATE", tenant).Exec(ctx)
	return err
}

// fillEmpty makes empty lists and maps of missing ones, so that JSON never says
// null where a list is meant.
func fillEmpty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillEmpty(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fillEmpty(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}
