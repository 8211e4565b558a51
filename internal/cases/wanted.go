package cases

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

// Wanted says of which cases something is; its zero value: of whichever.
type Wanted struct {
	CategoryID string   // with those below it; NoCategory: of none
	Fields     []string // each a field's id, a colon and a value; a text begins so, all others are equal
}

// Any tells whether anything is wanted.
func (w Wanted) Any() bool { return w.CategoryID != "" || len(w.Fields) > 0 }

// NoCategory stands for cases whose category was not said.
const NoCategory = "none"

// maxWanted is how many fields something is looked for by at once.
const maxWanted = 5

// Known tells what cases can be looked for by; org.Org does.
type Known interface {
	// CategoriesBelow are a category and those below it, nil when it was never there.
	CategoriesBelow(ctx context.Context, tenant, id string) ([]string, error)
	CaseFields(ctx context.Context, tenant string) ([]*org.CaseField, error)
}

// Findable tells whether cases are found by a kind of field.
func Findable(kind string) bool { return kind != org.FieldLongText }

// Finder narrows lists of things that belong to cases to those of some of them.
type Finder struct{ Known Known }

// Narrow narrows a query whose column names a case.
func (f Finder) Narrow(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, column string, w Wanted) (*bun.SelectQuery, error) {
	g, err := f.Read(ctx, tenant, w)
	if err != nil {
		return nil, err
	}
	return g.narrow(ctx, from, q, tenant, column)
}

// Found is what was wanted, understood.
type Found struct {
	none       bool // without a category
	categories []string
	values     []wantedValue
}

type wantedValue struct {
	field, key string
	begins     bool
}

// Read understands what is wanted; what is not there cannot be.
func (f Finder) Read(ctx context.Context, tenant string, w Wanted) (g Found, err error) {
	switch w.CategoryID {
	case "":
	case NoCategory:
		g.none = true
	default:
		if g.categories, err = f.Known.CategoriesBelow(ctx, tenant, w.CategoryID); err != nil {
			return g, err
		}
		if len(g.categories) == 0 {
			return g, fail.Invalid("categoryId", "there is no such category")
		}
	}
	if len(w.Fields) == 0 {
		return g, nil
	}
	if len(w.Fields) > maxWanted {
		return g, fail.Invalid("field", "must be at most 5 at once")
	}
	all, err := f.Known.CaseFields(ctx, tenant)
	if err != nil {
		return g, err
	}
	for _, text := range w.Fields {
		v, err := readValue(all, text)
		if err != nil {
			return g, err
		}
		g.values = append(g.values, v)
	}
	return g, nil
}

func readValue(all []*org.CaseField, text string) (v wantedValue, err error) {
	id, value, ok := strings.Cut(text, ":")
	for _, f := range all {
		if !ok || f.ID != id || !Findable(f.Kind) {
			continue
		}
		clean, err := CleanValue(f, asJSON(f.Kind, value))
		if err == nil && clean == nil {
			err = fail.Invalid("field", "must have a value after the colon")
		}
		if err != nil {
			e := fail.As(err)
			return v, fail.Invalid("field", e.Text("en"))
		}
		return wantedValue{id, db.CaseValueKey(clean), f.Kind == org.FieldText}, nil
	}
	return v, fail.Invalid("field", "must be the id of a field that cases are found by, a colon and a value")
}

// asJSON is a value that stands in an address as JSON would have it.
func asJSON(kind, text string) any {
	switch kind {
	case org.FieldNumber:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case org.FieldCheckbox:
		if on, err := strconv.ParseBool(text); err == nil {
			return on
		}
	}
	return text
}

// Has tells whether a case is among them.
func (g Found) Has(k *Case) bool {
	if g.none && k.CategoryID != "" || len(g.categories) > 0 && !slices.Contains(g.categories, k.CategoryID) {
		return false
	}
	for _, v := range g.values {
		told, ok := k.Fields[v.field]
		key := db.CaseValueKey(told)
		if !ok || key != v.key && !(v.begins && strings.HasPrefix(key, v.key)) {
			return false
		}
	}
	return true
}

// commonCase is of how many cases on something is called common.
const commonCase = 2_000

// narrow gathers the cases of something rare first; where they are many it is
// quicker to look at each case in the order of the list until a page is full.
func (g Found) narrow(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, column string) (*bun.SelectQuery, error) {
	if g.none {
		q = q.Where("EXISTS (?)", from.NewSelect().TableExpr("cases AS k").ColumnExpr("1").
			Where("k.tenant_id = ? AND k.id = ? AND k.category_id = ''", tenant, bun.Safe(column)))
	}
	within := func(of func(*bun.SelectQuery) *bun.SelectQuery, id string) error {
		var seen int
		if err := from.NewSelect().TableExpr("(?) AS p", of(from.NewSelect()).ColumnExpr("1").Limit(commonCase)).ColumnExpr("COUNT(*)").Scan(ctx, &seen); err != nil {
			return err
		}
		if seen < commonCase {
			q = q.Where("? IN (?)", bun.Safe(column), of(from.NewSelect()).ColumnExpr(id))
		} else {
			q = q.Where("EXISTS (?)", of(from.NewSelect()).ColumnExpr("1").Where("? = ?", bun.Safe(id), bun.Safe(column)))
		}
		return nil
	}
	if len(g.categories) > 0 {
		if err := within(func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.TableExpr("cases AS k").Where("k.tenant_id = ? AND k.category_id IN (?) AND k.category_id <> ''", tenant, bun.List(g.categories))
		}, "k.id"); err != nil {
			return nil, err
		}
	}
	for _, v := range g.values {
		if err := within(func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.TableExpr("case_values AS v").Where("v.tenant_id = ? AND v.field_id = ?", tenant, v.field)
			if v.begins {
				return q.Where("v.value >= ? AND v.value < ?", v.key, v.key+"\U0010FFFF")
			}
			return q.Where("v.value = ?", v.key)
		}, "v.case_id"); err != nil {
			return nil, err
		}
	}
	return q, nil
}
