package org

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
)

// MaxCategories is how many categories a contact centre has at most: the whole
// tree goes to the desk at once.
const MaxCategories = 1_000

const deepestCategory = 6 // levels

// Category says what a case is about, for order and reports. Categories stand in
// a tree.
type Category struct {
	Base
	Name       string   `json:"name"`
	ParentID   string   `json:"parentId" doc:"The category it stands below; empty: at the top"`
	ServiceIDs []string `json:"serviceIds" doc:"Only cases of these services get it or one below it; empty: of all"`
}

func (k *Category) label() string     { return k.Name }
func (k *Category) columns() []column { return []column{{"parent_id", k.ParentID}} }

func (k *Category) links() []Link {
	return append(links("parentId", "category", k.ParentID), links("serviceIds", "service", k.ServiceIDs...)...)
}

func (k *Category) check(c *check) {
	c.line("name", &k.Name, 1, 100)
	c.line("parentId", &k.ParentID, 0, 100)
	c.ids("serviceIds", k.ServiceIDs, 200)
}

// guardCategory: a category does not stand below itself nor too deep, and there
// are not too many of them.
func (o *Org) guardCategory(ctx context.Context, tx *db.Tx, tenant string, old, k *Category) error {
	if k == nil {
		return nil
	}
	if old == nil {
		n, err := tx.NewSelect().Table("categories").Where("tenant_id = ? AND archived_at = 0", tenant).Count(ctx)
		if err != nil {
			return err
		}
		if n >= MaxCategories {
			return fail.Limit("categories", MaxCategories)
		}
	}
	if k.ParentID == "" {
		return nil
	}
	all, err := o.categories.all(ctx, tx, tenant)
	if err != nil {
		return err
	}
	tree := categoryTree{byID: map[string]*Category{}}
	for _, one := range all {
		tree.byID[one.ID] = one
	}
	tree.byID[k.ID] = k
	if tree.way(k.ParentID) == nil || slices.Contains(tree.way(k.ParentID), k) {
		return fail.Invalid("parentId", "the category would stand below itself")
	}
	for _, one := range tree.byID {
		if way := tree.way(one.ID); len(way) > deepestCategory && slices.Contains(way, k) {
			return fail.Invalid("parentId", "the tree has at most 6 levels")
		}
	}
	return nil
}

type categoryTree struct{ byID map[string]*Category }

// way is a category after those it stands below, the topmost first; nil when it
// stands below itself.
func (t categoryTree) way(id string) []*Category {
	var out []*Category
	for k := t.byID[id]; k != nil; k = t.byID[k.ParentID] {
		if slices.Contains(out, k) {
			return nil
		}
		out = append(out, k)
	}
	slices.Reverse(out)
	return out
}

// Category gives one category of cases.
func (o *Org) Category(ctx context.Context, tenant, id string) (*Category, error) {
	return find(ctx, o.categories, tenant, id)
}

// CategoryNames are the names on the way from the top of the tree to a category;
// an archived one keeps them. Nil when there is no such category.
func (o *Org) CategoryNames(ctx context.Context, tenant, id string) ([]string, error) {
	s, err := o.categories.shelf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, k := range (categoryTree{s.byID}).way(id) {
		out = append(out, k.Name)
	}
	return out, nil
}

// CategoriesOf are the categories that cases of a service may get, each after the
// one it stands below, those of one level by name; of any service without one.
func (o *Org) CategoriesOf(ctx context.Context, tenant, serviceID string) ([]*Category, error) {
	all, err := list(ctx, o.categories, tenant)
	if err != nil {
		return nil, err
	}
	below := map[string][]*Category{}
	for _, k := range all {
		if serviceID == "" || len(k.ServiceIDs) == 0 || slices.Contains(k.ServiceIDs, serviceID) {
			below[k.ParentID] = append(below[k.ParentID], k)
		}
	}
	var out []*Category
	var add func(parent string)
	add = func(parent string) {
		for _, k := range below[parent] {
			out = append(out, k)
			add(k.ID)
		}
	}
	add("")
	return out, nil
}

// CategoriesBelow are a category and those below it, archived ones too, since cases
// have them; nil when it was never there.
func (o *Org) CategoriesBelow(ctx context.Context, tenant, id string) ([]string, error) {
	s, err := o.categories.shelf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	tree := categoryTree{s.byID}
	var out []string
	for one := range s.byID {
		if slices.ContainsFunc(tree.way(one), func(k *Category) bool { return k.ID == id }) {
			out = append(out, one)
		}
	}
	slices.Sort(out)
	return out, nil
}
