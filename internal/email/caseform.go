package email

import (
	"context"
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

func (s *Service) classify(ctx context.Context, tx *db.Tx, k *cases.Case, id, by string) error {
	if id == k.CategoryID {
		return nil
	}
	if id != "" {
		offered, err := s.directory.Categories(ctx, k.TenantID, k.ServiceID)
		if err != nil {
			return err
		}
		if !hasCategory(offered, id) {
			return fail.Invalid("categoryId", "there is no such category for cases of this service")
		}
	}
	return s.cases.Classify(ctx, tx, k, id, s.categoryName(ctx, k.TenantID, k.CategoryID), s.categoryName(ctx, k.TenantID, id), by)
}

func hasCategory(list []CaseCategory, id string) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
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
