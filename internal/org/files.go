package org

import (
	"context"
	"regexp"
	"slices"

	"github.com/uptrace/bun"
)

// contentHash is the form of a stored file's name, wherever it stands in a thing.
var contentHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// FilesNamed gives the stored files that anything of the organisation names:
// sounds, logos, photos. What was deleted counts too, since records still show
// it. It looks at the things as they are stored, so that a kind or a field that
// comes later is not forgotten.
func (o *Org) FilesNamed(ctx context.Context, tenant string) (map[string]bool, error) {
	tables, err := o.tenantTables(ctx)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	look := func(table, key string) error {
		rows, err := o.db.Read().NewSelect().Table(table).Column("body").Where("? = ?", bun.Ident(key), tenant).Rows(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var body string
			if err := rows.Scan(&body); err != nil {
				return err
			}
			for _, hash := range contentHash.FindAllString(body, -1) {
				named[hash] = true
			}
		}
		return rows.Err()
	}
	if err := look("tenants", "id"); err != nil {
		return nil, err
	}
	for _, t := range tables {
		if !slices.Contains(t.columns, "body") || !slices.Contains(t.columns, "archived_at") { // the shape of the organisation's tables
			continue
		}
		if err := look(t.name, "tenant_id"); err != nil {
			return nil, err
		}
	}
	return named, nil
}
