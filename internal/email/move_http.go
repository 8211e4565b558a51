package email

import (
	"context"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/web"
)

type moveInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Number int64 `json:"number,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Of the case it goes to"`
		New    bool  `json:"new,omitempty" doc:"Instead: to a new case of its own"`
	}
}

func (a API) move(ctx context.Context, in *moveInput) (*one[MovedMail], error) {
	return answer(a.Mails.Move(ctx, web.Who(ctx), in.ID, Moving{Number: in.Body.Number, New: in.Body.New,
		Note: func(ctx context.Context, tx *db.Tx, e audit.Event) error { return a.Audit.Record(ctx, tx, e) }}))
}

type destinationsInput struct {
	ID string `path:"id" maxLength:"100"`
	Q  string `query:"q" maxLength:"200" doc:"A case's number, words of name, address or subject; left out: cases of the mail's sender"`
}

func (a API) destinations(ctx context.Context, in *destinationsInput) (*one[[]CaseChoice], error) {
	return answer(a.Mails.Destinations(ctx, web.Who(ctx), in.ID, in.Q))
}
