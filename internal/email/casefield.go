package email

import (
	"context"
	"maps"
	"slices"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

// CaseFormField is something that can be told about a case.
type CaseFormField struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind" enum:"text,long_text,number,date,choice,checkbox"`
	Options []string `json:"options" doc:"Of a choice"`
}

// CaseFieldValue is what was told about a case, in a field that its form may no
// longer have.
type CaseFieldValue struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kind  string `json:"kind" enum:"text,long_text,number,date,choice,checkbox"`
	Value any    `json:"value" doc:"A text, a number, a date as 2026-12-31, or true"`
}

// formFields are the fields that the cases of this one's service have.
func (s *Service) formFields(ctx context.Context, k *cases.Case) ([]CaseFormField, error) {
	all, err := s.directory.CaseFields(ctx, k.TenantID)
	out := []CaseFormField{}
	for _, f := range all {
		if f.For(k.ServiceID) {
			out = append(out, CaseFormField{f.ID, f.Name, f.Kind, f.Options})
		}
	}
	return out, err
}

// fieldValues are what was told about a case; a field that is deleted or of
// another service still says what it was.
func (s *Service) fieldValues(ctx context.Context, k *cases.Case) ([]CaseFieldValue, error) {
	out := []CaseFieldValue{}
	if len(k.Fields) == 0 {
		return out, nil
	}
	all, err := s.directory.CaseFields(ctx, k.TenantID)
	for _, f := range all {
		if value, ok := k.Fields[f.ID]; ok {
			out = append(out, CaseFieldValue{f.ID, f.Name, f.Kind, value})
		}
	}
	return out, err
}

// fill sets fields of a locked case. A field that its form no longer has can only
// be emptied.
func (s *Service) fill(ctx context.Context, tx *db.Tx, k *cases.Case, values map[string]any, by string) error {
	if len(values) == 0 {
		return nil
	}
	if len(values) > org.MaxCaseFields {
		return fail.Limit("fields of cases", org.MaxCaseFields)
	}
	all, err := s.directory.CaseFields(ctx, k.TenantID)
	if err != nil {
		return err
	}
	left := maps.Clone(values)
	for _, f := range all {
		value, ok := values[f.ID]
		_, told := k.Fields[f.ID]
		if !ok || !f.For(k.ServiceID) && (value != nil || !told) {
			continue
		}
		delete(left, f.ID)
		if err := s.cases.Fill(ctx, tx, k, f, value, by); err != nil {
			return err
		}
	}
	if len(left) > 0 {
		first := slices.Min(slices.Collect(maps.Keys(left)))
		return fail.Invalid("fields."+clip(first, 100), "there is no such field for cases of this service")
	}
	return nil
}
