package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/db"
	"parley/internal/fail"
)

// MaxCaseFields is how many fields of cases a contact centre has at most: those
// of a service stand in one form.
const MaxCaseFields = 100

const (
	maxOptions     = 100
	maxOptionChars = 100
)

// Kinds of fields of cases.
const (
	FieldText     = "text" // one line
	FieldLongText = "long_text"
	FieldNumber   = "number"
	FieldDate     = "date"
	FieldChoice   = "choice" // one of its options
	FieldCheckbox = "checkbox"
)

// CaseField is something that agents say of a case, beside its mails.
type CaseField struct {
	Base
	Name       string   `json:"name"`
	Kind       string   `json:"kind" enum:"text,long_text,number,date,choice,checkbox" doc:"Stays as it was made, since cases have values of it"`
	Options    []string `json:"options" doc:"Of a choice: what can be chosen, in this order"`
	ServiceIDs []string `json:"serviceIds" doc:"Only cases of these services have it; empty: of all"`
	Order      int      `json:"order" doc:"Its place in the form; those of one place are by name"`
}

func newCaseField() *CaseField { return &CaseField{Kind: FieldText, Order: 100} }

func (f *CaseField) label() string        { return f.Name }
func (f *CaseField) searchable() []string { return f.Options }
func (f *CaseField) links() []Link        { return links("serviceIds", "service", f.ServiceIDs...) }

func (f *CaseField) check(c *check) {
	c.line("name", &f.Name, 1, 100)
	c.oneOf("kind", f.Kind, FieldText, FieldLongText, FieldNumber, FieldDate, FieldChoice, FieldCheckbox)
	c.ids("serviceIds", f.ServiceIDs, 200)
	number(c, "order", f.Order, 0, 10000)
	if f.Kind != FieldChoice {
		f.Options = []string{}
		return
	}
	if len(f.Options) == 0 {
		c.bad("options", "must name at least one")
	}
	c.atMost("options", len(f.Options), maxOptions)
	seen := map[string]bool{}
	for i := range f.Options {
		at := fmt.Sprintf("options[%d]", i)
		c.line(at, &f.Options[i], 1, maxOptionChars)
		key := strings.ToLower(f.Options[i])
		if seen[key] {
			c.bad(at, "is empty or stands there twice")
			return
		}
		seen[key] = true
	}
}

// For tells whether cases of a service have the field.
func (f *CaseField) For(serviceID string) bool {
	return !f.Archived && (len(f.ServiceIDs) == 0 || slices.Contains(f.ServiceIDs, serviceID))
}

// guardCaseField: a field keeps its kind, and there are not too many of them.
func (o *Org) guardCaseField(ctx context.Context, tx *db.Tx, tenant string, old, f *CaseField) error {
	switch {
	case f == nil:
		return nil
	case old != nil && old.Kind != f.Kind:
		return fail.Invalid("kind", "stays as it was made: make another field")
	case old != nil:
		return nil
	}
	n, err := tx.NewSelect().Table("case_fields").Where("tenant_id = ? AND archived_at = 0", tenant).Count(ctx)
	if err == nil && n >= MaxCaseFields {
		err = fail.Limit("fields of cases", MaxCaseFields)
	}
	return err
}

// CaseFields are all fields of cases, in the order of their form; deleted ones
// too, since cases may have a value of them.
func (o *Org) CaseFields(ctx context.Context, tenant string) ([]*CaseField, error) {
	s, err := o.caseFields.shelf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := make([]*CaseField, 0, len(s.byID))
	for _, f := range s.byID {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *CaseField) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}
