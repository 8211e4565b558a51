package contact

import (
	"context"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// customer is what a contact shows of whose card it belongs to.
func (c Contact) customer() interaction.Customer {
	return interaction.Customer{Name: c.Name, Segment: c.Segment, Email: c.Email(), Phone: c.Phone(), Company: c.Company, ContactID: c.ID}
}

type linkIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		ContactID string   `json:"contactId,omitempty" maxLength:"64" doc:"The card there is"`
		Address   string   `json:"address,omitempty" maxLength:"254" doc:"The exact number or address it was found by; needed by who has not had this customer in hand and may not see those of others"`
		Card      *Contact `json:"card,omitempty" doc:"Instead of contactId: a new card"`
	}
}

// link ties a contact in hand to a card, which gets the address it came by.
func (a API) link(ctx context.Context, in *linkIn) (*one[Contact], error) {
	who, card := web.Who(ctx), in.Body.Card
	switch {
	case who.UserID == "":
		return nil, fail.NotFound("segment")
	case (in.Body.ContactID == "") == (card == nil):
		return nil, fail.Invalid("contactId", "name a card, or give a new one")
	case card != nil:
		if err := a.checkPhoto(ctx, who.TenantID, "", card.PhotoID); err != nil {
			return nil, err
		}
	default:
		if err := a.mayLink(ctx, in.Body.ContactID, in.Body.Address); err != nil {
			return nil, err
		}
	}
	var c Contact
	err := a.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		i, err := a.Interactions.Mine(ctx, tx, who.TenantID, in.ID, who.UserID)
		if err != nil {
			return err
		}
		if i.ChannelID == "" {
			return fail.State("A new mail has no customer until it is sent")
		}
		id := in.Body.ContactID
		if card != nil {
			fresh := *card
			fresh.ID, fresh.Version = "", 0
			if c, err = a.Contacts.Save(ctx, tx, who.TenantID, fresh); err != nil {
				return err
			}
			id = c.ID
		}
		known := Known{Name: i.Customer.Name, Email: i.Customer.Email, Phone: i.Customer.Phone, Language: i.Language}
		if c, err = a.Contacts.Add(ctx, tx, who.TenantID, id, known); err != nil {
			return err
		}
		if err := a.Interactions.Identify(ctx, tx, &i, i.Customer.Known(c.customer())); err != nil {
			return err
		}
		if tell := a.Linked[i.Kind]; tell != nil {
			if err := tell(ctx, tx, who.TenantID, i.ChannelID, c.ID); err != nil {
				return err
			}
		}
		c.Abilities = []string{"edit"}
		return db.Answer(ctx, tx, c)
	})
	return &one[Contact]{c}, err
}

// mayLink tells whether somebody may tie a contact to a card: they may open it,
// or know an address of it as everybody may find it by.
func (a API) mayLink(ctx context.Context, id, address string) error {
	c, err := a.may(ctx, id)
	if err == nil || fail.Code(err) != fail.CodeNotFound || address == "" {
		return err
	}
	found, ok, e := a.Contacts.ByAddress(ctx, a.DB.Read(), web.Who(ctx).TenantID, address)
	if e != nil {
		return e
	}
	if ok && found.ID == c.ID {
		return nil
	}
	return err
}

// checkPhoto refuses what is no picture. One that was there before stays.
func (a API) checkPhoto(ctx context.Context, tenant, was, id string) error {
	if id == "" || id == was {
		return nil
	}
	if ok, err := a.Usable(ctx, tenant, id); err != nil || ok {
		return err
	}
	return fail.Invalid("photoFileId", "must be a picture that was uploaded")
}

// CaseCount is how many cases of a customer are open.
type CaseCount struct {
	Open int `json:"open" doc:"Open or pending"`
}

func (a API) cases(ctx context.Context, in *byID) (*one[CaseCount], error) {
	if _, err := a.may(ctx, in.ID); err != nil {
		return nil, err
	}
	n, err := a.OpenCases(ctx, a.DB.Read(), web.Who(ctx).TenantID, in.ID)
	return &one[CaseCount]{CaseCount{n}}, err
}
