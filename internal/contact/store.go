package contact

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

type row struct {
	bun.BaseModel `bun:"table:contacts,alias:c"`

	TenantID  string `bun:"tenant_id,pk"`
	ID        string `bun:"id,pk"`
	Name      string `bun:"name"`
	Company   string `bun:"company"`
	Segment   string `bun:"segment"`
	Language  string `bun:"language"`
	Notes     string `bun:"notes"`
	PhotoID   string `bun:"photo_file_id"`
	Folded    string `bun:"folded"`
	CreatedAt int64  `bun:"created_at"`
	UpdatedAt int64  `bun:"updated_at"`
	Version   int64  `bun:"version"`
}

type address struct {
	bun.BaseModel `bun:"table:contact_addresses,alias:a"`

	TenantID  string `bun:"tenant_id,pk"`
	Kind      string `bun:"kind,pk"`
	Value     string `bun:"value,pk"`
	ContactID string `bun:"contact_id"`
	Shown     string `bun:"shown"`
	Place     int64  `bun:"place"`
}

func (r row) contact(addresses []address) Contact {
	c := Contact{ID: r.ID, Name: r.Name, Company: r.Company, Segment: r.Segment, Language: r.Language, Notes: r.Notes, PhotoID: r.PhotoID,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version, Emails: []string{}, Phones: []string{}, Abilities: []string{}}
	for _, a := range addresses {
		switch a.Kind {
		case KindEmail:
			c.Emails = append(c.Emails, a.Shown)
		case KindPhone:
			c.Phones = append(c.Phones, a.Shown)
		}
	}
	return c
}

func rowOf(tenant string, c Contact) row {
	return row{TenantID: tenant, ID: c.ID, Name: c.Name, Company: c.Company, Segment: c.Segment, Language: c.Language, Notes: c.Notes, PhotoID: c.PhotoID,
		Folded: fold(c.Name + " " + c.Company), CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version}
}

// fold makes spellings alike; the engines' own lower case differs.
func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }

// get reads one card; found is false when the tenant has none with the id.
func get(ctx context.Context, from bun.IDB, tenant, id string) (c Contact, found bool, err error) {
	var r row
	err = from.NewSelect().Model(&r).Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return Contact{}, false, nil
	}
	if err != nil {
		return Contact{}, false, err
	}
	as, err := addressesOf(ctx, from, tenant, id)
	if err != nil {
		return Contact{}, false, err
	}
	return r.contact(as[id]), true, nil
}

func addressesOf(ctx context.Context, from bun.IDB, tenant string, ids ...string) (map[string][]address, error) {
	out := map[string][]address{}
	if len(ids) == 0 {
		return out, nil
	}
	var as []address
	err := from.NewSelect().Model(&as).Where("tenant_id = ? AND contact_id IN (?)", tenant, bun.List(ids)).
		Order("contact_id", "kind", "place", "value").Scan(ctx)
	for _, a := range as {
		out[a.ContactID] = append(out[a.ContactID], a)
	}
	return out, err
}

// owner finds whose one of the addresses is; the earlier in the list wins.
func owner(ctx context.Context, from bun.IDB, tenant string, as []address) (contactID string, err error) {
	for _, a := range as {
		var found address
		err := from.NewSelect().Model(&found).Where("tenant_id = ? AND kind = ? AND value = ?", tenant, a.Kind, a.Value).Scan(ctx)
		if err == nil {
			return found.ContactID, nil
		}
		if !db.IsNone(err) {
			return "", err
		}
	}
	return "", nil
}

// give adds addresses to a card. One that is somebody else's stays there, but a
// visitor's browser moves: it is whoever used it last.
func give(ctx context.Context, tx bun.IDB, tenant, contactID string, as []address, from int64) error {
	for i, a := range as {
		a.TenantID, a.ContactID, a.Place = tenant, contactID, from+int64(i)
		q := tx.NewInsert().Model(&a)
		if a.Kind == KindVisitor {
			q = q.On("CONFLICT (tenant_id, kind, value) DO UPDATE").Set("contact_id = EXCLUDED.contact_id")
		} else {
			q = q.On("CONFLICT DO NOTHING")
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// yield gives all addresses of one card to another.
func yield(ctx context.Context, tx bun.IDB, tenant, from, to string) error {
	_, err := tx.NewUpdate().Model((*address)(nil)).Set("contact_id = ?", to).Where("tenant_id = ? AND contact_id = ?", tenant, from).Exec(ctx)
	return err
}

// search finds cards by a part of name, company or address, all or those whose
// ids within selects; newest ids last, page by page.
func search(ctx context.Context, from bun.IDB, tenant, q, after string, within *bun.SelectQuery, limit int) ([]row, error) {
	var rows []row
	sel := from.NewSelect().Model(&rows).Where("c.tenant_id = ?", tenant).Order("c.id").Limit(int64(limit))
	if after != "" {
		sel = sel.Where("c.id > ?", after)
	}
	if within != nil {
		sel = sel.Where("c.id IN (?)", within)
	}
	if q != "" {
		like := "%" + likeEscaper.Replace(fold(q)) + "%"
		sel = sel.WhereGroup(" AND ", func(s *bun.SelectQuery) *bun.SelectQuery {
			return s.Where(`c.folded LIKE ? ESCAPE '\'`, like).WhereOr(`c.id IN (SELECT contact_id FROM contact_addresses WHERE tenant_id = ? AND kind <> ? AND value LIKE ? ESCAPE '\')`, tenant, KindVisitor, like)
		})
	}
	return rows, sel.Scan(ctx)
}
