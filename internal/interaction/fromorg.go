package interaction

import (
	"context"

	"parley/internal/org"
)

// OrgDirectory is the directory as organisation keeps it.
type OrgDirectory struct{ Org *org.Org }

// ServiceFacts gives a service's settings; a contact without a service has none.
func (d OrgDirectory) ServiceFacts(ctx context.Context, tenant, id string) (ServiceFacts, error) {
	if id == "" {
		return ServiceFacts{}, nil
	}
	s, err := d.Org.Service(ctx, tenant, id)
	if err != nil {
		return ServiceFacts{}, err
	}
	return ServiceFacts{Name: s.Name, Channel: s.Channel, SLMS: int64(s.SLSeconds) * 1000,
		AnswerWarnSeconds: int64(s.Chat.AnswerWarnSeconds), MandatoryDisposition: s.MandatoryDisposition,
		DispositionIDs: s.DispositionIDs}, nil
}

// DispositionFacts gives a disposition's settings.
func (d OrgDirectory) DispositionFacts(ctx context.Context, tenant, id string) (DispositionFacts, error) {
	x, err := d.Org.Disposition(ctx, tenant, id)
	if err != nil {
		return DispositionFacts{}, err
	}
	return DispositionFacts{Name: x.Name, Kind: x.Kind, NeedsComment: x.Mandatory}, nil
}

// UserName gives a user's name, "" for nobody.
func (d OrgDirectory) UserName(ctx context.Context, tenant, id string) string {
	if id == "" {
		return ""
	}
	u, err := d.Org.User(ctx, tenant, id)
	if err != nil {
		return ""
	}
	return u.Name()
}

// Extension is a person's inner number, "" for one who has none.
func (d OrgDirectory) Extension(ctx context.Context, tenant, id string) string {
	u, err := d.Org.User(ctx, tenant, id)
	if err != nil {
		return ""
	}
	return u.Extension
}

// AutoAnswers tells it by the user's setting, or else the service's. When it
// cannot be known the agent answers by hand.
func (d OrgDirectory) AutoAnswers(ctx context.Context, tenant, user, service string) bool {
	u, err := d.Org.User(ctx, tenant, user)
	if err != nil || u.AutoAnswer == org.AutoAnswerNever {
		return false
	}
	if u.AutoAnswer == org.AutoAnswerAlways {
		return true
	}
	s, err := d.Org.Service(ctx, tenant, service)
	return err == nil && s.Voice.AutoAnswer
}

// Can tells whether a user has a privilege.
func (d OrgDirectory) Can(ctx context.Context, tenant, user, privilege string) bool {
	u, err := d.Org.User(ctx, tenant, user)
	if err != nil {
		return false
	}
	all, err := d.Org.Privileges(ctx, tenant, u)
	return err == nil && all[privilege]
}
