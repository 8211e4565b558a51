package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Service finds, makes and changes cards.
type Service struct {
	db     *db.DB
	region string
	change func(tx *db.Tx, tenant, audience, kind string, data any) error
}

// New makes the service. region is the country (ISO 3166) of phone numbers
// written without one; change writes a numbered change row for an audience
// (bus.Record).
func New(d *db.DB, region string, change func(tx *db.Tx, tenant, audience, kind string, data any) error) *Service {
	return &Service{db: d, region: region, change: change}
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// FindOrCreate gives the card of the customer a channel has before it: by
// email, then phone, then browser. What the channel knows fills empty fields
// and adds addresses that are nobody's yet; it overwrites nothing, since a form
// on a web page is no proof of who fills it in. Somebody of whom nothing but
// the browser is known and who has no card gets none: found is false.
func (s *Service) FindOrCreate(ctx context.Context, tx *db.Tx, tenant string, k Known) (c Contact, found bool, err error) {
	as := k.addresses(s.region)
	id, err := owner(ctx, tx, tenant, as)
	if err != nil {
		return Contact{}, false, err
	}
	if id == "" {
		return s.create(ctx, tx, tenant, k, as)
	}
	c, found, err = get(ctx, tx, tenant, id)
	if err != nil || !found {
		return c, found, err
	}
	if err := give(ctx, tx, tenant, id, as, int64(len(c.Emails)+len(c.Phones))); err != nil {
		return c, false, err
	}
	name, language := oneLine(k.Name), oneLine(k.Language)
	if (c.Name == "" && name != "") || (c.Language == "" && language != "") {
		if c.Name == "" {
			c.Name = name
		}
		if c.Language == "" {
			c.Language = language
		}
		c.UpdatedAt = db.Now()
		r := rowOf(tenant, c)
		if _, err := tx.NewUpdate().Model(&r).Column("name", "folded", "language", "updated_at").Set("version = version + 1").WherePK().Exec(ctx); err != nil {
			return c, false, err
		}
	}
	c, found, err = get(ctx, tx, tenant, id)
	if err == nil {
		err = s.changed(tx, tenant, c)
	}
	return c, found, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, tenant string, k Known, as []address) (Contact, bool, error) {
	c := Contact{ID: db.NewID(), Name: oneLine(k.Name), Language: oneLine(k.Language), CreatedAt: db.Now(), Version: 1}
	if c.Name == "" && !slices.ContainsFunc(as, func(a address) bool { return a.Kind != KindVisitor }) {
		return Contact{}, false, nil
	}
	c.UpdatedAt = c.CreatedAt
	if err := give(ctx, tx, tenant, c.ID, as, 0); err != nil {
		return c, false, err
	}
	if id, err := owner(ctx, tx, tenant, as); err != nil {
		return c, false, err
	} else if id != "" && id != c.ID { // somebody else made the card at this moment
		if err := yield(ctx, tx, tenant, c.ID, id); err != nil {
			return c, false, err
		}
		return get(ctx, tx, tenant, id)
	}
	r := rowOf(tenant, c)
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return c, false, err
	}
	c, found, err := get(ctx, tx, tenant, c.ID)
	if err == nil {
		err = s.changed(tx, tenant, c)
	}
	return c, found, err
}

// Get reads one card.
func (s *Service) Get(ctx context.Context, from bun.IDB, tenant, id string) (Contact, error) {
	c, found, err := get(ctx, from, tenant, id)
	if err == nil && !found {
		err = fail.NotFound("contact")
	}
	return c, err
}

// ByAddress gives the card that has exactly this email address or number.
func (s *Service) ByAddress(ctx context.Context, from bun.IDB, tenant, shown string) (c Contact, found bool, err error) {
	as := Known{Email: shown, Phone: shown}.addresses(s.region)
	id, err := owner(ctx, from, tenant, as)
	if err != nil || id == "" {
		return Contact{}, false, err
	}
	return get(ctx, from, tenant, id)
}

// Save stores a card as somebody edited it: a new one (no id), or a change of
// the version that was read. An address that belongs to another card is refused.
func (s *Service) Save(ctx context.Context, tx *db.Tx, tenant string, c Contact) (Contact, error) {
	if err := c.clean(s.region); err != nil {
		return c, err
	}
	c.UpdatedAt = db.Now()
	if c.ID == "" {
		c.ID, c.CreatedAt, c.Version = db.NewID(), c.UpdatedAt, 1
		r := rowOf(tenant, c)
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return c, err
		}
	} else {
		if _, err := s.Get(ctx, tx, tenant, c.ID); err != nil {
			return c, err
		}
		r := rowOf(tenant, c)
		q := tx.NewUpdate().Model(&r).Column("name", "folded", "company", "segment", "language", "notes", "photo_file_id", "updated_at").WherePK()
		if err := db.Guard(ctx, q, c.Version, "contact"); err != nil {
			return c, err
		}
	}
	if err := s.replaceAddresses(ctx, tx, tenant, c); err != nil {
		return c, err
	}
	c, err := s.Get(ctx, tx, tenant, c.ID)
	if err == nil {
		err = s.changed(tx, tenant, c)
	}
	return c, err
}

// Add gives a card the addresses somebody was reached by, and a name or language
// where it has none. An address that is somebody else's stays theirs.
func (s *Service) Add(ctx context.Context, tx *db.Tx, tenant, id string, k Known) (Contact, error) {
	c, err := s.Get(ctx, tx, tenant, id)
	if err != nil {
		return c, err
	}
	as := k.addresses(s.region)
	if err := room(c, as); err != nil {
		return c, err
	}
	if err := give(ctx, tx, tenant, id, as, int64(len(c.Emails)+len(c.Phones))); err != nil {
		return c, err
	}
	c.Name, c.Language = cmp.Or(c.Name, oneLine(k.Name)), cmp.Or(c.Language, oneLine(k.Language))
	c.UpdatedAt = db.Now()
	r := rowOf(tenant, c)
	if _, err := tx.NewUpdate().Model(&r).Column("name", "folded", "language", "updated_at").Set("version = version + 1").WherePK().Exec(ctx); err != nil {
		return c, err
	}
	if c, err = s.Get(ctx, tx, tenant, id); err == nil {
		err = s.changed(tx, tenant, c)
	}
	return c, err
}

// room refuses addresses for which a card has no place any more.
func room(c Contact, as []address) error {
	for _, of := range []struct {
		kind, field string
		has         []string
	}{{KindEmail, "emails", c.Emails}, {KindPhone, "phones", c.Phones}} {
		fresh := func(a address) bool { return a.Kind == of.kind && !slices.Contains(of.has, a.Value) }
		if len(of.has) >= maxAddresses && slices.ContainsFunc(as, fresh) {
			return fail.Invalid(of.field, fmt.Sprintf("at most %d", maxAddresses))
		}
	}
	return nil
}

// PhotosInUse tells which stored files are photos of a tenant's customers.
func (s *Service) PhotosInUse(ctx context.Context, tenant string, hashes []string) (map[string]bool, error) {
	var used []string
	err := s.db.Read().NewSelect().Model((*row)(nil)).Column("c.photo_file_id").Distinct().
		Where("c.tenant_id = ? AND c.photo_file_id IN (?) AND c.photo_file_id <> ''", tenant, bun.List(hashes)).Scan(ctx, &used)
	out := make(map[string]bool, len(used))
	for _, h := range used {
		out[h] = true
	}
	return out, err
}

func (s *Service) replaceAddresses(ctx context.Context, tx *db.Tx, tenant string, c Contact) error {
	_, err := tx.NewDelete().Model((*address)(nil)).
		Where("tenant_id = ? AND contact_id = ? AND kind <> ?", tenant, c.ID, KindVisitor).Exec(ctx)
	if err != nil {
		return err
	}
	for _, list := range []struct {
		field, kind string
		values      []string
	}{{"emails", KindEmail, c.Emails}, {"phones", KindPhone, c.Phones}} {
		for i, v := range list.values {
			a := address{TenantID: tenant, Kind: list.kind, Value: v, ContactID: c.ID, Shown: v, Place: int64(i)}
			res, err := tx.NewInsert().Model(&a).On("CONFLICT DO NOTHING").Exec(ctx)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil {
				return err
			} else if n == 0 {
				return fail.Invalid(fmt.Sprintf("%s[%d]", list.field, i), v+" belongs to another contact")
			}
		}
	}
	return nil
}

// Page is a part of a list; Next is "" on the last one.
type Page struct {
	Items []Contact `json:"items"`
	Next  string    `json:"next"`
}

// List finds cards by a part of name, company or address: all, or those whose
// ids within selects.
func (s *Service) List(ctx context.Context, from bun.IDB, tenant, q, cursor string, within *bun.SelectQuery, limit int) (Page, error) {
	rows, err := search(ctx, from, tenant, oneLine(q), cursor, within, limit+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Items: []Contact{}}
	if len(rows) > limit {
		rows = rows[:limit]
		p.Next = rows[limit-1].ID
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	as, err := addressesOf(ctx, from, tenant, ids...)
	for _, r := range rows {
		p.Items = append(p.Items, r.contact(as[r.ID]))
	}
	return p, err
}
