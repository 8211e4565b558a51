package interaction

import (
	"context"

	"github.com/uptrace/bun"
)

// Internal tells whether colleagues talk, without a customer.
func (p *Segment) Internal() bool { return p.Direction == DirectionInternal }

// called tells whether a part is that of the colleague who is called.
func (p *Segment) called() bool { return p.Internal() && p.FromUserID != "" }

// other is who is on the other side of a part: the customer, or, of a call
// between colleagues, the colleague. An internal call's record keeps the one who
// is called where others keep the customer; to that one the caller is the other.
func (s *Service) other(ctx context.Context, p *Segment, i *Interaction) Customer {
	if !p.called() {
		return i.Customer
	}
	return s.Colleague(ctx, p.TenantID, p.FromUserID)
}

// Colleague is a person as the other side of a call: by name and extension.
func (s *Service) Colleague(ctx context.Context, tenant, userID string) Customer {
	return Customer{Name: s.directory.UserName(ctx, tenant, userID), Phone: s.directory.Extension(ctx, tenant, userID)}
}

// InTalk gives those of some people who have a contact of a kind in hand that
// goes on.
func (s *Service) InTalk(ctx context.Context, from bun.IDB, tenant, kind string, userIDs []string) ([]string, error) {
	var ids []string
	if len(userIDs) == 0 {
		return ids, nil
	}
	err := from.NewSelect().Model((*Segment)(nil)).Distinct().Column("agent_id").
		Where("s.tenant_id = ? AND s.agent_id IN (?) AND s.state = ? AND s.state <> 'finished' AND s.kind = ?", tenant, bun.List(userIDs), StateActive, kind).Scan(ctx, &ids)
	return ids, err
}
