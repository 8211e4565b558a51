package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

type linkRow struct {
	bun.BaseModel `bun:"table:org_links,alias:l"`

	TenantID string `bun:"tenant_id,pk"`
	FromKind string `bun:"from_kind,pk"`
	FromID   string `bun:"from_id,pk"`
	Field    string `bun:"field,pk"`
	ToKind   string `bun:"to_kind"`
	ToID     string `bun:"to_id"`
}

// checkLinks makes sure that everything referred to exists, is the tenant's own
// and not archived.
func (o *Org) checkLinks(ctx context.Context, tx *db.Tx, tenant string, list []Link) error {
	byKind := map[string][]string{}
	for _, l := range list {
		byKind[l.Kind] = append(byKind[l.Kind], l.ID)
	}
	there := map[string]map[string]bool{}
	for _, kind := range sortedKeys(byKind) {
		found, err := o.books[kind].existing(ctx, tx, tenant, byKind[kind])
		if err != nil {
			return err
		}
		there[kind] = found
	}
	for _, l := range list {
		if !there[l.Kind][l.ID] {
			return fail.Invalid(l.Field, fmt.Sprintf("there is no such %s", l.Kind))
		}
	}
	return nil
}

// existing tells which of the ids are live things of the tenant.
func (b *book[T, P]) existing(ctx context.Context, from bun.IDB, tenant string, ids []string) (map[string]bool, error) {
	var found []string
	err := from.NewSelect().Table(b.plural).Column("id").
		Where("tenant_id = ? AND archived_at = 0 AND id IN (?)", tenant, bun.List(ids)).Scan(ctx, &found)
	out := make(map[string]bool, len(found))
	for _, id := range found {
		out[id] = true
	}
	return out, err
}

func (o *Org) storeLinks(ctx context.Context, tx *db.Tx, tenant, word, id string, list []Link) error {
	_, err := tx.NewDelete().Model((*linkRow)(nil)).Where("tenant_id = ? AND from_kind = ? AND from_id = ?", tenant, word, id).Exec(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	rows := make([]linkRow, len(list))
	for i, l := range list {
		rows[i] = linkRow{TenantID: tenant, FromKind: word, FromID: id, Field: l.Field, ToKind: l.Kind, ToID: l.ID}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// Use is one thing that needs another.
type Use struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// UseFinder tells what of a part above needs a thing, "interaction" for example.
type UseFinder func(ctx context.Context, tx *db.Tx, tenant, kind, id string) ([]Use, error)

// OnDelete lets a part above object to deletions. Call it before serving.
func (o *Org) OnDelete(f UseFinder) { o.finders = append(o.finders, f) }

const usesShown = 5

// unused refuses when something refers to the thing, and says what.
func (o *Org) unused(ctx context.Context, tx *db.Tx, tenant, kind, id string) error {
	var rows []linkRow
	err := tx.NewSelect().Model(&rows).Distinct().Column("from_kind", "from_id").
		Where("tenant_id = ? AND to_kind = ? AND to_id = ? AND NOT (from_kind = ? AND from_id = ?)", tenant, kind, id, kind, id).
		OrderExpr("from_kind, from_id").Limit(usesShown + 1).Scan(ctx)
	if err != nil {
		return err
	}
	var uses []Use
	for _, r := range rows {
		name, err := o.books[r.FromKind].nameOf(ctx, tx, tenant, r.FromID)
		if err != nil {
			return err
		}
		uses = append(uses, Use{r.FromKind, r.FromID, name})
	}
	for _, find := range o.finders {
		more, err := find(ctx, tx, tenant, kind, id)
		if err != nil {
			return err
		}
		uses = append(uses, more...)
	}
	if len(uses) == 0 {
		return nil
	}
	names := make([]string, 0, usesShown)
	for _, u := range uses[:min(len(uses), usesShown)] {
		names = append(names, fmt.Sprintf("%s “%s”", u.Kind, u.Name))
	}
	if len(uses) > usesShown {
		names = append(names, "…")
	}
	e := fail.State("still in use by " + strings.Join(names, ", "))
	e.Args["uses"] = uses
	return e
}

func (b *book[T, P]) nameOf(ctx context.Context, from bun.IDB, tenant, id string) (string, error) {
	p, err := b.get(ctx, from, tenant, id)
	if err != nil {
		return "", err
	}
	return p.label(), nil
}
