package email

import (
	"context"

	"parley/internal/interaction"
	"parley/internal/web"
)

type serveCaseInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		ServiceID string `json:"serviceId" minLength:"1" maxLength:"100"`
	}
}

func (a API) caseService(ctx context.Context, in *serveCaseInput) (*one[interaction.Done], error) {
	return answer(a.Mails.ChangeService(ctx, web.Who(ctx), in.ID, in.Body.ServiceID))
}
