package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// Lock keeps an interaction from others until the commit. The floor takes it
// before anything that hangs on it; a channel that locks rows of its own does
// the same, so that the two never wait for one another.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, tenant, id string) error {
	if tx.Engine() != db.Postgres {
		return nil // SQLite has one writer
	}
	_, err := tx.Do(ctx, lockInteraction, tenant, id)
	return err
}

// Handled tells whether a user has had a contact with a customer in hand.
func (s *Service) Handled(ctx context.Context, from bun.IDB, tenant, userID, contactID string) (bool, error) {
	return from.NewSelect().Model((*Segment)(nil)).
		Where("s.tenant_id = ? AND s.agent_id = ?", tenant, userID).
		Where("s.interaction_id IN (?)", from.NewSelect().Model((*Interaction)(nil)).Column("i.id").
			Where("i.tenant_id = ? AND i.contact_id = ?", tenant, contactID)).Exists(ctx)
}

// InHand tells whether a user has a contact with a customer in hand now: it is
// offered, goes on or is being wrapped up.
func (s *Service) InHand(ctx context.Context, from bun.IDB, tenant, userID, contactID string) (bool, error) {
	return from.NewSelect().Model((*Segment)(nil)).
		Where("s.tenant_id = ? AND s.agent_id = ? AND s.state <> ?", tenant, userID, StateFinished).
		Where("s.interaction_id IN (?)", from.NewSelect().Model((*Interaction)(nil)).Column("i.id").
			Where("i.tenant_id = ? AND i.contact_id = ?", tenant, contactID)).Exists(ctx)
}

// HandledContacts selects the ids of the customers a user has had in hand, for a query of another room.
func HandledContacts(from bun.IDB, tenant, userID string) *bun.SelectQuery {
	return from.NewSelect().Model((*Interaction)(nil)).Column("i.contact_id").
		Where("i.tenant_id = ? AND i.contact_id <> ''", tenant).
		Where("i.id IN (?)", from.NewSelect().Model((*Segment)(nil)).Column("s.interaction_id").
			Where("s.tenant_id = ? AND s.agent_id = ?", tenant, userID))
}

// ByContact gives a customer's contacts, the newest first, and with them their
// segments; before is the id of the last one of the page before.
func (s *Service) ByContact(ctx context.Context, from bun.IDB, tenant, contactID, before string, limit int) ([]Interaction, map[string][]Segment, error) {
	var list []Interaction
	q := from.NewSelect().Model(&list).Where("i.tenant_id = ? AND i.contact_id = ?", tenant, contactID).
		OrderExpr("i.id DESC").Limit(int64(limit)) // ids grow with time
	if before != "" {
		q = q.Where("i.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil || len(list) == 0 {
		return list, nil, err
	}
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	var parts []Segment
	err := from.NewSelect().Model(&parts).Where("s.tenant_id = ? AND s.interaction_id IN (?)", tenant, bun.List(ids)).
		Order("s.interaction_id", "s.n").Scan(ctx)
	of := map[string][]Segment{}
	for _, p := range parts {
		of[p.InteractionID] = append(of[p.InteractionID], p)
	}
	return list, of, err
}

// HandledIn tells whether a user has had a contact of one of a channel's
// entities (a case, a conversation) in hand.
func (s *Service) HandledIn(ctx context.Context, from bun.IDB, tenant, userID, channelID string) (bool, error) {
	return from.NewSelect().Model((*Segment)(nil)).
		Where("s.tenant_id = ? AND s.agent_id = ?", tenant, userID).
		Where("s.interaction_id IN (?)", from.NewSelect().Model((*Interaction)(nil)).Column("i.id").
			Where("i.tenant_id = ? AND i.channel_id = ?", tenant, channelID)).Exists(ctx)
}
