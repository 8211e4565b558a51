package email

import (
	"context"
	"slices"
	"strings"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// CaseCategory is what a case may be about.
type CaseCategory struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	ParentID string `json:"parentId" doc:"It stands after this one; empty: at the top"`
}

// CaseForm is what can be told about a case beside its mails.
type CaseForm struct {
	Categories []CaseCategory  `json:"categories" doc:"Each after the one it stands below"`
	Fields     []CaseFormField `json:"fields" doc:"In the order they stand in"`
}

// CaseEdit is what somebody changes of a case; what is nil stays.
type CaseEdit struct {
	CategoryID *string
	Fields     map[string]any // by id; nil takes a value away
}

// openFor tells whether somebody has the case open: in hand, or in wrap-up.
func (r *Row) openFor(userID string) bool {
	return r != nil && userID != "" && r.OwnerID == userID && (r.Place == PlaceHand || r.Place == PlaceEnded)
}

// Form gives what the cases of this one's service can be told.
func (s *Service) Form(ctx context.Context, who web.Identity, caseID string) (CaseForm, error) {
	k, _, err := s.mayRead(ctx, who, caseID)
	if err != nil {
		return CaseForm{}, err
	}
	categories, err := s.directory.Categories(ctx, who.TenantID, k.ServiceID)
	if err != nil {
		return CaseForm{}, err
	}
	fields, err := s.formFields(ctx, k)
	return CaseForm{Categories: categories, Fields: fields}, err
}

// Filters are what cases of any service can be found by.
func (s *Service) Filters(ctx context.Context, tenant string) (CaseForm, error) {
	categories, err := s.directory.Categories(ctx, tenant, "")
	if err != nil {
		return CaseForm{}, err
	}
	all, err := s.directory.CaseFields(ctx, tenant)
	form := CaseForm{Categories: categories, Fields: []CaseFormField{}}
	for _, f := range all {
		if !f.Archived && cases.Findable(f.Kind) {
			form.Fields = append(form.Fields, CaseFormField{f.ID, f.Name, f.Kind, f.Options})
		}
	}
	return form, err
}

// EditCase changes what is told about a case. Only who has it open may: in hand,
// or in wrap-up (E-40).
func (s *Service) EditCase(ctx context.Context, who web.Identity, caseID string, version int64, edit CaseEdit) error {
	return s.withCase(ctx, who, caseID, func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		held, err := tx.NewSelect().Model((*Row)(nil)).Where("r.tenant_id = ? AND r.case_id = ? AND r.owner_id = ? AND r.owner_id <> ''", k.TenantID, k.ID, who.UserID).
			Where("r.place IN (?, ?)", PlaceHand, PlaceEnded).Exists(ctx)
		if err != nil {
			return err
		}
		if !held {
			return fail.State("Open the case first: only who has it in hand changes it")
		}
		if version != k.Version {
			return fail.Changed("case")
		}
		if edit.CategoryID != nil {
			if err := s.classify(ctx, tx, k, *edit.CategoryID, who.UserID); err != nil {
				return err
			}
		}
		return s.fill(ctx, tx, k, edit.Fields, who.UserID)
	})
}

// classify gives a locked case a category that its service offers. One that the case
// got under another service stays, since it is still the best that is known: it is
// shown, marked as not offered (CaseView.CategoryOffered), found by and counted, and
// whoever chooses a category chooses one of the service's own. It is not asked for
// while other things are changed, as nothing of the matter became wrong by moving.
func (s *Service) classify(ctx context.Context, tx *db.Tx, k *cases.Case, id, by string) error {
	if id == k.CategoryID {
		return nil
	}
	if id != "" {
		offered, err := s.offersCategory(ctx, k, id)
		if err != nil {
			return err
		}
		if !offered {
			return fail.Invalid("categoryId", "there is no such category for cases of this service")
		}
	}
	return s.cases.Classify(ctx, tx, k, id, s.categoryName(ctx, k.TenantID, k.CategoryID), s.categoryName(ctx, k.TenantID, id), by)
}

// offersCategory tells whether a case of its service may get a category; having none is always possible.
func (s *Service) offersCategory(ctx context.Context, k *cases.Case, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	offered, err := s.directory.Categories(ctx, k.TenantID, k.ServiceID)
	return slices.ContainsFunc(offered, func(c CaseCategory) bool { return c.ID == id }), err
}

// categoryName is a category with those it stands below, as people read it.
func (s *Service) categoryName(ctx context.Context, tenant, id string) string {
	if id == "" {
		return ""
	}
	names, err := s.directory.CategoryNames(ctx, tenant, id)
	if err != nil {
		return ""
	}
	return strings.Join(names, " / ")
}
