package interaction

import (
	"cmp"
	"context"

	"parley/internal/bus"
	"parley/internal/db"
)

// Mine gives the contact of a part that the user has in hand, kept from others
// until the commit; somebody else's is not found.
func (s *Service) Mine(ctx context.Context, tx *db.Tx, tenant, segmentID, userID string) (Interaction, error) {
	p, err := s.own(ctx, tx, tenant, segmentID, userID)
	if err != nil {
		return Interaction{}, err
	}
	return load(ctx, tx, tenant, p.InteractionID)
}

// Identify says who the customer of a locked contact is. Desks, offers and live
// tables name them at once, and the record is found by what is known now.
func (s *Service) Identify(ctx context.Context, tx *db.Tx, i *Interaction, who Customer) error {
	if i.Customer == who && i.ContactID == who.ContactID {
		return nil
	}
	i.Customer, i.ContactID = who, who.ContactID
	if _, err := tx.NewUpdate().Model(i).Column("customer", "contact_id").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := addTerms(ctx, tx, i, who.words()...); err != nil {
		return err
	}
	parts, err := db.All[Segment](ctx, tx, partsOf, i.TenantID, i.ID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.State == StateFinished {
			continue
		}
		s.count(ctx, tx, p, i)
		show := s.show
		if p.State == StateOffered {
			show = s.reoffer
		}
		if err := show(ctx, tx, p, i, parts); err != nil {
			return err
		}
	}
	return nil
}

// maxOpen bounds the open contacts of one customer that a change of their card
// renames; nobody has nearly as many.
const maxOpen = 100

// LockOpenOf gives a customer's contacts that are not over, kept from others
// until the commit: before the card is changed, as everybody locks a contact first.
func (s *Service) LockOpenOf(ctx context.Context, tx *db.Tx, tenant, contactID string) ([]*Interaction, error) {
	var list []*Interaction
	q := tx.NewSelect().Model(&list).Where("i.tenant_id = ? AND i.contact_id = ? AND i.state <> ?", tenant, contactID, StateFinished).
		Order("i.id").Limit(maxOpen)
	return list, forUpdate(tx, q).Scan(ctx)
}

// Known is the customer as a card says, reached as before: what they came by
// stays the address of this contact.
func (c Customer) Known(card Customer) Customer {
	card.Name = cmp.Or(card.Name, c.Name)
	card.Email = cmp.Or(c.Email, card.Email)
	card.Phone = cmp.Or(c.Phone, card.Phone)
	return card
}

// reoffer shows an open offer anew, with the customer's present name.
func (s *Service) reoffer(ctx context.Context, tx *db.Tx, p *Segment, i *Interaction, parts []*Segment) error {
	if p.ToNumber != "" {
		return nil // somebody outside is rung, nobody at a desk
	}
	hands, err := handsOf(ctx, tx, p.TenantID, []string{p.AgentID})
	if err != nil {
		return err
	}
	v, err := s.offerView(ctx, p, i, parts, hands[p.AgentID] > 0)
	if err != nil {
		return err
	}
	bus.Record(tx, p.TenantID, "u/"+p.AgentID, "offer.opened", v)
	return nil
}
