package email

import (
	"context"

	"parley/internal/audit"
	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/web"
)

// noted writes into the audit log what was done to a case.
func (a API) noted(who web.Identity, action string) Noted {
	return func(ctx context.Context, tx *db.Tx, k *cases.Case) error {
		return a.Audit.Record(ctx, tx, audit.Event{Action: action, Entity: "case", EntityID: k.ID, TenantID: who.TenantID, Name: number(k.Number) + " " + k.Subject})
	}
}

func (a API) deleteMails(ctx context.Context, in *mailChoiceInput) (*one[MovedMails], error) {
	who := web.Who(ctx)
	return answer(a.Mails.ForChosen(ctx, who, in.Body.choice(), func(ids []string) (MovedMails, error) {
		return a.Mails.DeleteMails(ctx, who, ids, a.noted(who, "delete"))
	}))
}

func (a API) deleteCase(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.DeleteCase(ctx, who, in.ID, a.noted(who, "delete"))
}

func (a API) restore(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.RestoreCase(ctx, who, in.ID, a.noted(who, "restore"))
}

type binInput struct {
	Offset int `query:"offset" minimum:"0" maximum:"10000000"`
	Limit  int `query:"limit" minimum:"1" maximum:"100" default:"100"`
}

func (a API) bin(ctx context.Context, in *binInput) (*one[DeletedPage], error) {
	return answer(a.Mails.Bin(ctx, web.Who(ctx), in.Offset, in.Limit))
}
