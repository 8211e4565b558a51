package email

import (
	"context"

	"parley/internal/web"
)

type pinnedInput struct {
	UserID    string `query:"userId" maxLength:"100" doc:"Left out: mine"`
	ServiceID string `query:"serviceId" maxLength:"100"`
	Language  string `query:"language" maxLength:"10"`
	Q         string `query:"q" maxLength:"200" doc:"Parts of name, address or subject; a case's number"`
	Sort      string `query:"sort" enum:"created,updated,customer,sl,from,subject,flag"`
	Dir       string `query:"dir" enum:"asc,desc"`
	Offset    int    `query:"offset" minimum:"0" maximum:"10000000"`
	Limit     int    `query:"limit" minimum:"1" maximum:"100" default:"100"`
	CaseFilter
}

func (a API) pinned(ctx context.Context, in *pinnedInput) (*one[PinnedPage], error) {
	return answer(a.Mails.Pinned(ctx, web.Who(ctx), in.UserID, View{ServiceID: in.ServiceID, Language: in.Language, Words: in.Q, Cases: in.wanted(), Sort: in.Sort,
		Desc: in.Dir == "desc", Offset: in.Offset, Limit: in.Limit}))
}

func (a API) pin(ctx context.Context, in *flagCaseInput) (*struct{}, error) {
	return nil, a.Mails.Pin(ctx, web.Who(ctx), in.ID, in.Body.On)
}

func (a API) look(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, a.Mails.Seen(ctx, web.Who(ctx), in.ID)
}

func (a API) open(ctx context.Context, in *idInput) (*one[OpenedCase], error) {
	return answer(a.Mails.OpenCase(ctx, web.Who(ctx), in.ID))
}

func (a API) follow(ctx context.Context, in *idInput) (*one[OpenedCase], error) {
	return answer(a.Mails.FollowUp(ctx, web.Who(ctx), in.ID))
}
