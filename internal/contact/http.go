package contact

import (
	"context"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// API is the cards over HTTP. Everybody who handles contacts may make a card,
// find and open those of customers they have had in hand, and find any by its
// exact number or address; all others need the privilege (decision 42).
type API struct {
	DB           *db.DB
	Contacts     *Service
	Interactions *interaction.Service
	Names        interaction.Directory
	Viewed       audit.ViewFunc // of the card of a customer who is not in hand
	// Linked tells a kind's channel whose card a contact of it is of, by the id of
	// the channel's own entity.
	Linked map[string]func(ctx context.Context, tx *db.Tx, tenant, channelID, contactID string) error
	// OpenCases counts a customer's cases that are not answered for good.
	OpenCases func(ctx context.Context, from bun.IDB, tenant, contactID string) (int, error)
	// Usable tells whether a stored file is a picture that may be shown.
	Usable func(ctx context.Context, tenant, id string) (bool, error)
}

const (
	tag        = "contacts"
	seeOthers  = "handle.others_cases"
	seeRecords = "records.view"
)

var handlers = []string{"handle.chat", "handle.voice", "handle.email", "handle.sms", seeRecords, "supervise.live"}

type one[T any] struct{ Body T }

type byID struct {
	ID string `path:"id" maxLength:"64"`
}

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	web.Query(s, web.Op{Path: "/api/contacts", ID: "listContacts", Tag: tag, Summary: "Contacts by a part of name, company or address", Privileges: handlers}, a.list)
	web.Command(s, web.Op{Path: "/api/contacts", ID: "createContact", Tag: tag, Summary: "Make a contact's card", Privileges: handlers}, a.create)
	web.Query(s, web.Op{Path: "/api/contacts/{id}", ID: "getContact", Tag: tag, Summary: "A contact's card", Privileges: handlers}, a.get)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/contacts/{id}", ID: "changeContact", Tag: tag, Summary: "Change a contact's card", Privileges: handlers}, a.change)
	web.Query(s, web.Op{Path: "/api/contacts/{id}/interactions", ID: "listContactInteractions", Tag: tag, Summary: "A customer's contacts, the newest first", Privileges: handlers}, a.interactions)
	web.Query(s, web.Op{Path: "/api/contacts/{id}/cases", ID: "countContactCases", Tag: tag, Summary: "How many cases of a customer are open", Privileges: handlers}, a.cases)
	web.Command(s, web.Op{Path: "/api/segments/{id}/contact", ID: "linkContact", Tag: tag, Summary: "Say whose card a contact in hand belongs to: one that there is, or a new one", Privileges: handlers}, a.link)
	web.Event[Contact](s, TypeChanged)
}

type listIn struct {
	Q      string `query:"q" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
	Cursor string `query:"cursor" maxLength:"64"`
}

func (a API) list(ctx context.Context, in *listIn) (*one[Page], error) {
	who := web.Who(ctx)
	var own *bun.SelectQuery
	if !who.Can(seeOthers) && !who.Can(seeRecords) {
		own = interaction.HandledContacts(a.DB.Read(), who.TenantID, who.UserID)
	}
	p, err := a.Contacts.List(ctx, a.DB.Read(), who.TenantID, in.Q, in.Cursor, own, in.Limit)
	if err == nil && own != nil && in.Cursor == "" {
		c, found, e := a.Contacts.ByAddress(ctx, a.DB.Read(), who.TenantID, in.Q)
		if err = e; found && !slices.ContainsFunc(p.Items, func(known Contact) bool { return known.ID == c.ID }) {
			p.Items = append(p.Items, c)
		}
	}
	for i := range p.Items {
		p.Items[i].Abilities = []string{"edit"}
	}
	return &one[Page]{p}, err
}

// may gives the card to who may open it. For others there is none.
func (a API) may(ctx context.Context, id string) (Contact, error) {
	who := web.Who(ctx)
	c, err := a.Contacts.Get(ctx, a.DB.Read(), who.TenantID, id)
	c.Abilities = []string{"edit"}
	if err != nil || who.Can(seeOthers) || who.Can(seeRecords) {
		return c, err
	}
	handled, err := a.Interactions.Handled(ctx, a.DB.Read(), who.TenantID, who.UserID, id)
	if err == nil && !handled {
		err = fail.NotFound("contact")
	}
	return c, err
}

// looked notes that somebody opens the card of a customer they have not in hand.
func (a API) looked(ctx context.Context, c Contact) error {
	who := web.Who(ctx)
	if who.UserID != "" {
		if mine, err := a.Interactions.InHand(ctx, a.DB.Read(), who.TenantID, who.UserID, c.ID); err != nil || mine {
			return err
		}
	}
	a.Viewed.Note(ctx, who.TenantID, "contact", c.ID, c.Name)
	return nil
}

func (a API) get(ctx context.Context, in *byID) (*one[Contact], error) {
	c, err := a.may(ctx, in.ID)
	if err == nil {
		err = a.looked(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	return &one[Contact]{c}, nil
}

type saveIn struct {
	Body Contact
}

func (a API) create(ctx context.Context, in *saveIn) (*one[Contact], error) {
	in.Body.ID, in.Body.Version = "", 0
	return a.save(ctx, in.Body, "")
}

type changeIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body Contact
}

func (a API) change(ctx context.Context, in *changeIn) (*one[Contact], error) {
	was, err := a.may(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	in.Body.ID = in.ID
	return a.save(ctx, in.Body, was.PhotoID)
}

// save stores a card; what is open of the customer's contacts shows it at once.
func (a API) save(ctx context.Context, c Contact, photo string) (*one[Contact], error) {
	tenant := web.Who(ctx).TenantID
	if err := a.checkPhoto(ctx, tenant, photo, c.PhotoID); err != nil {
		return nil, err
	}
	given := c
	err := a.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var open []*interaction.Interaction
		var err error
		if given.ID != "" {
			if open, err = a.Interactions.LockOpenOf(ctx, tx, tenant, given.ID); err != nil {
				return err
			}
		}
		if c, err = a.Contacts.Save(ctx, tx, tenant, given); err != nil {
			return err
		}
		for _, i := range open {
			if err := a.Interactions.Identify(ctx, tx, i, i.Customer.Known(c.customer())); err != nil {
				return err
			}
		}
		c.Abilities = []string{"edit"}
		return db.Answer(ctx, tx, c)
	})
	return &one[Contact]{c}, err
}

// Past is one of a customer's contacts.
type Past struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"`
	Direction   string   `json:"direction"`
	State       string   `json:"state"`
	ServiceID   string   `json:"serviceId"`
	ServiceName string   `json:"serviceName"`
	ChannelID   string   `json:"channelId" doc:"The conversation or call"`
	StartedAt   int64    `json:"startedAt"`
	EndedAt     int64    `json:"endedAt"`
	Agents      []string `json:"agents" doc:"Names of those who had it"`
	Outcome     string   `json:"outcome" doc:"Of the last part"`
	Disposition string   `json:"disposition" doc:"Name of the one set last"`
	Comment     string   `json:"comment"`
}

// PastPage is a part of a customer's contacts; Next is "" on the last one.
type PastPage struct {
	Items []Past `json:"items"`
	Next  string `json:"next"`
}

type pastIn struct {
	ID     string `path:"id" maxLength:"64"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string `query:"cursor" maxLength:"64"`
}

func (a API) interactions(ctx context.Context, in *pastIn) (*one[PastPage], error) {
	c, err := a.may(ctx, in.ID)
	if err == nil {
		err = a.looked(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	tenant := web.Who(ctx).TenantID
	list, parts, err := a.Interactions.ByContact(ctx, a.DB.Read(), tenant, in.ID, in.Cursor, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := PastPage{Items: []Past{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		page.Next = list[in.Limit-1].ID
	}
	for _, i := range list {
		p := Past{ID: i.ID, Kind: i.Kind, Direction: i.Direction, State: i.State, ServiceID: i.ServiceID, ChannelID: i.ChannelID,
			StartedAt: i.StartedAt, EndedAt: i.EndedAt, Agents: []string{}}
		if facts, err := a.Names.ServiceFacts(ctx, tenant, i.ServiceID); err == nil {
			p.ServiceName = facts.Name
		}
		for _, s := range parts[i.ID] {
			if name := a.Names.UserName(ctx, tenant, s.AgentID); name != "" && s.AcceptedAt > 0 && !slices.Contains(p.Agents, name) {
				p.Agents = append(p.Agents, name)
			}
			p.Outcome = s.Outcome
			if d, err := a.Names.DispositionFacts(ctx, tenant, s.DispositionID); err == nil && d.Name != "" {
				p.Disposition = d.Name
			}
			if s.Comment != "" {
				p.Comment = s.Comment
			}
		}
		page.Items = append(page.Items, p)
	}
	return &one[PastPage]{page}, nil
}
