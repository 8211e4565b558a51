package email

import (
	"context"
	"net/http"

	"parley/internal/org"
	"parley/internal/web"
)

func (a API) registerForm(s *web.Server) {
	see := []string{org.HandleEmail, org.HandleOthersCases, org.RecordsView}
	web.Query(s, web.Op{Path: "/api/cases/{id}/form", ID: "getCaseForm", Tag: tag, Privileges: see, Summary: "What can be told about a case: its categories and fields"}, a.form)
	web.Query(s, web.Op{Path: "/api/case-filters", ID: "listCaseFilters", Tag: tag, Privileges: see, Summary: "What cases, their mails and records can be found by: categories and fields of all services"}, a.filters)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/cases/{id}", ID: "changeCase", Tag: tag, Privileges: []string{org.HandleEmail}, Summary: "Change what is told about a case in hand; what is left out stays"}, a.editCase)
}

func (a API) form(ctx context.Context, in *idInput) (*one[CaseForm], error) {
	return answer(a.Mails.Form(ctx, web.Who(ctx), in.ID))
}

func (a API) filters(ctx context.Context, _ *struct{}) (*one[CaseForm], error) {
	return answer(a.Mails.Filters(ctx, web.Tenant(ctx)))
}

type editCaseInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version    int64          `json:"version" minimum:"1" doc:"The one you saw; another one means that somebody else was faster"`
		CategoryID *string        `json:"categoryId,omitempty" maxLength:"100" doc:"Empty: none"`
		Fields     map[string]any `json:"fields,omitempty" doc:"Values by the field's id, as the form says their kind; null takes one away, what is left out stays"`
	}
}

func (a API) editCase(ctx context.Context, in *editCaseInput) (*struct{}, error) {
	return nil, a.Mails.EditCase(ctx, web.Who(ctx), in.ID, in.Body.Version, CaseEdit{CategoryID: in.Body.CategoryID, Fields: in.Body.Fields})
}
