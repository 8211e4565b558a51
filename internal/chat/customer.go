package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// NewVisitor makes a browser known. The token is its only proof: 256 random
// bits, of which the hash is kept.
func (s *Service) NewVisitor(ctx context.Context, tenant, entryID string) (token string, v Visitor, err error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:])
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	v = Visitor{TenantID: tenant, ID: db.NewID(), EntryID: entryID, TokenHash: hashToken(token), CreatedAt: s.now(), SeenAt: s.now()}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&v).Exec(ctx)
		return err
	})
	return token, v, err
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// VisitorByToken gives the browser that holds the token, as long as it came by
// the same entry; fail.SignIn for anything else.
func (s *Service) VisitorByToken(ctx context.Context, tenant, entryID, token string) (Visitor, error) {
	var v Visitor
	if token == "" || len(token) > 100 {
		return v, fail.SignIn()
	}
	err := s.db.Read().NewSelect().Model(&v).
		Where("v.token_hash = ? AND v.tenant_id = ? AND v.entry_id = ?", hashToken(token), tenant, entryID).Scan(ctx)
	if db.IsNone(err) {
		return v, fail.SignIn()
	}
	return v, err
}

// Opening is a visitor's wish to talk. It is checked already but for the text
// and the page.
type Opening struct {
	ClientID  string // of the first message
	ServiceID string
	Form      Form
	Text      string
	Page      Page
	Language  string
}

// Opened is the answer to an opening.
type Opened struct {
	Conversation CustomerView `json:"conversation"`
	Message      Message      `json:"message"`
}

func (o *Opening) clean() (err error) {
	if o.ClientID, err = CleanClientID(o.ClientID); err != nil {
		return err
	}
	if o.Text, err = CleanText("text", o.Text); err != nil {
		return err
	}
	o.Page, err = CleanPage(o.Page)
	return err
}

// Open begins a conversation, or adds the text to the one that goes on already.
// The same client id again gives the same answer. Outside the hours it is there,
// but unserved: the widget shows the offline form.
func (s *Service) Open(ctx context.Context, v Visitor, o Opening) (Opened, error) {
	if err := o.clean(); err != nil {
		return Opened{}, err
	}
	rules, err := s.directory.Service(ctx, v.TenantID, o.ServiceID)
	if err != nil {
		return Opened{}, err
	}
	open, err := s.directory.OpenNow(ctx, v.TenantID, o.ServiceID, v.EntryID, s.now())
	if err != nil {
		return Opened{}, err
	}
	return s.openWith(ctx, v, o, func(ctx context.Context, e *edit, isNew bool) (m Message, err error) {
		if isNew && open {
			if err := e.room(ctx); err != nil {
				return m, err
			}
		}
		if m, err = e.customerAdds(ctx, v, o.message()); err == nil && isNew {
			err = e.welcome(ctx, rules, open)
		}
		return m, err
	})
}

// room refuses one conversation more than the tenant may have waiting and in
// hand. Those that begin at the same moment don't see one another, so a burst may
// pass the limit by as many as are being written at once.
func (e *edit) room(ctx context.Context) error {
	most, err := e.s.directory.MostOpen(ctx, e.c.TenantID)
	if err != nil || most == 0 {
		return err
	}
	open := e.tx.NewSelect().Model((*Conversation)(nil)).ColumnExpr("1").
		Where("c.tenant_id = ? AND c.state <> 'ended' AND c.state IN (?, ?)", e.c.TenantID, StateWaiting, StateActive).Limit(most + 1)
	n, err := e.tx.NewSelect().TableExpr("(?) AS open", open).Count(ctx)
	if err == nil && n > most { // this one is among them
		err = fail.New("PAR-5009", nil)
	}
	return err
}

func (o Opening) message() Message {
	return Message{Kind: KindText, ClientID: o.ClientID, Text: o.Text}
}

// openWith runs f on the conversation that an opening belongs to: the one that
// goes on, the one this very request has begun before, or a new one.
func (s *Service) openWith(ctx context.Context, v Visitor, o Opening, f func(ctx context.Context, e *edit, isNew bool) (Message, error)) (out Opened, err error) {
	try := func(ctx context.Context, tx *db.Tx) error {
		c, err := s.lockOpen(ctx, tx, v.TenantID, v.ID)
		if err == nil && c == nil {
			c, err = latest(ctx, tx, v.TenantID, v.ID)
			if c != nil && c.ClientID != o.ClientID {
				c = nil
			}
		}
		if err != nil {
			return err
		}
		var e *edit
		if c == nil {
			e, err = s.begin(ctx, tx, v, o)
		} else {
			e, err = s.edit(ctx, tx, c)
		}
		if err != nil {
			return err
		}
		m, err := f(ctx, e, c == nil)
		if err != nil {
			return err
		}
		out = Opened{Conversation: customerView(e.c, e.parts), Message: m.ForCustomer()}
		return e.Done(ctx)
	}
	err = s.db.Write(ctx, db.Chat, try)
	if db.IsUnique(err) { // the same request came twice at once: now the other's conversation is there
		err = s.db.Write(ctx, db.Chat, try)
	}
	return out, err
}

// begin makes the conversation and finds the contact.
func (s *Service) begin(ctx context.Context, tx *db.Tx, v Visitor, o Opening) (*edit, error) {
	now := s.now()
	c := &Conversation{TenantID: v.TenantID, ID: db.NewID(), EntryID: v.EntryID, VisitorID: v.ID, ServiceID: o.ServiceID,
		ClientID: o.ClientID, State: StateWaiting, Language: o.Language, Form: o.Form, CustomerOn: true, OpenedAt: now,
		PageURL: o.Page.URL, PageTitle: o.Page.Title, PageAt: now, Version: 1}
	e := &edit{s: s, tx: tx, c: c, at: now}
	if err := e.identify(ctx, v); err != nil {
		return nil, err
	}
	_, err := tx.NewInsert().Model(c).Exec(ctx)
	return e, err
}

// identify links the visitor's card.
func (e *edit) identify(ctx context.Context, v Visitor) error {
	known := contact.Known{Name: e.c.Form.Name, Email: e.c.Form.Email, Phone: e.c.Form.Phone, VisitorID: v.ID, Language: e.c.Language}
	card, found, err := e.s.contacts.FindOrCreate(ctx, e.tx, v.TenantID, known)
	if err != nil || !found {
		return err
	}
	e.c.ContactID, e.whole = card.ID, true
	if v.ContactID == card.ID {
		return nil
	}
	_, err = e.tx.NewUpdate().Model((*Visitor)(nil)).Set("contact_id = ?", card.ID).
		Where("tenant_id = ? AND id = ?", v.TenantID, v.ID).Exec(ctx)
	return err
}

// welcome sends a new conversation on its way: to the floor while the service
// is open, else to the offline form.
func (e *edit) welcome(ctx context.Context, rules Rules, open bool) error {
	if !open {
		return e.unserved(ctx, UnservedClosed, rules)
	}
	if err := e.submit(ctx); err != nil {
		return err
	}
	bot := Author{Kind: FromBot, Name: rules.Name}
	return e.auto(ctx, bot, "waiting", rules.texts(e.c.Language).Waiting)
}

// submit asks the floor for an agent.
func (e *edit) submit(ctx context.Context) error {
	segment, err := e.segment(ctx)
	if err != nil {
		return err
	}
	in := floor.Submitted(segment)
	rules, err := e.s.directory.Service(ctx, e.c.TenantID, e.c.ServiceID)
	if err != nil {
		return err
	}
	if rules.LastAgentSeconds > 0 && e.c.ContactID != "" {
		if in.Preferred, err = lastAgent(ctx, e.tx, e.c.TenantID, e.c.ContactID); err != nil {
			return err
		}
		in.PreferUntilAt = e.at + rules.LastAgentSeconds*1000
	}
	return e.tell(ctx, in)
}

// segment makes the conversation's next segment for its service: the
// interaction's first one, or a further one.
func (e *edit) segment(ctx context.Context) (segment interaction.Segment, err error) {
	c := e.c
	if c.InteractionID != "" {
		segment, err = e.s.interactions.AddSegment(ctx, e.tx, c.TenantID, c.InteractionID, interaction.NewSegment{ServiceID: c.ServiceID, At: e.at})
	} else {
		segment, err = e.openInteraction(ctx)
	}
	if err != nil {
		return segment, err
	}
	return segment, e.expect(ctx, segment, Person{})
}

func (e *edit) openInteraction(ctx context.Context) (interaction.Segment, error) {
	c := e.c
	customer, err := e.customer(ctx)
	if err != nil {
		return interaction.Segment{}, err
	}
	i, segment, err := e.s.interactions.Open(ctx, e.tx, interaction.Opening{TenantID: c.TenantID, Kind: "chat", ServiceID: c.ServiceID,
		EntryID: c.EntryID, ChannelID: c.ID, Language: c.Language, Customer: customer, At: e.at})
	if err != nil {
		return segment, err
	}
	c.InteractionID, e.whole = i.ID, true
	if c.UnansweredAt > 0 {
		err = e.s.interactions.MarkCustomer(ctx, e.tx, c.TenantID, i.ID, c.UnansweredAt)
	}
	return segment, err
}

// expect notes that somebody is looked for, or a certain person is asked.
func (e *edit) expect(ctx context.Context, segment interaction.Segment, who Person) error {
	p := &Participant{TenantID: e.c.TenantID, SegmentID: segment.ID, ConversationID: e.c.ID, Purpose: segment.Purpose, State: PartExpected,
		UserID: segment.ToUserID, Name: who.Name, InvitedBy: segment.FromSegmentID}
	e.parts = append(e.parts, p)
	_, err := e.tx.NewInsert().Model(p).Exec(ctx)
	return err
}

// customer is what the interaction shows of who it is: the card's data where
// there is one, else the form's.
func (e *edit) customer(ctx context.Context) (interaction.Customer, error) {
	f := e.c.Form
	who := interaction.Customer{Name: f.Name, Email: f.Email, Phone: f.Phone}
	if e.c.ContactID == "" {
		return who, nil
	}
	card, err := e.s.contacts.Get(ctx, e.tx, e.c.TenantID, e.c.ContactID)
	if err != nil {
		return who, err
	}
	who = interaction.Customer{Name: card.Name, Segment: card.Segment, Email: card.Email(), Phone: card.Phone(), Company: card.Company, ContactID: card.ID}
	if who.Name == "" {
		who.Name = f.Name
	}
	return who, nil
}

// customerAdds adds what the customer wrote or sent, if somebody will read it.
func (e *edit) customerAdds(ctx context.Context, v Visitor, m Message) (Message, error) {
	m.Author = Author{Kind: FromCustomer, ID: v.ID, Name: e.c.Form.Name}
	if !e.c.State.CustomerMayWrite() {
		was, err := byClientID(ctx, e.tx, v.TenantID, e.c.ID, m.Author, m.ClientID)
		if err != nil {
			return m, err
		}
		if was == nil {
			return m, notNow(e.c.State)
		}
		return *was, nil
	}
	m, _, err := e.add(ctx, m)
	return m, err
}

// withVisitor runs f on the visitor's conversation that goes on, or the last
// one when none does.
func (s *Service) withVisitor(ctx context.Context, v Visitor, f func(ctx context.Context, e *edit) error) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		c, err := s.lockOpen(ctx, tx, v.TenantID, v.ID)
		if err == nil && c == nil {
			c, err = latest(ctx, tx, v.TenantID, v.ID)
		}
		if err != nil {
			return err
		}
		if c == nil {
			return fail.NotFound("conversation")
		}
		e, err := s.edit(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := f(ctx, e); err != nil {
			return err
		}
		return e.Done(ctx)
	})
}

// CustomerSays adds the customer's text.
func (s *Service) CustomerSays(ctx context.Context, v Visitor, clientID, text string) (m Message, err error) {
	if clientID, err = CleanClientID(clientID); err != nil {
		return m, err
	}
	if text, err = CleanText("text", text); err != nil {
		return m, err
	}
	err = s.withVisitor(ctx, v, func(ctx context.Context, e *edit) error {
		m, err = e.customerAdds(ctx, v, Message{Kind: KindText, ClientID: clientID, Text: text})
		return err
	})
	return m.ForCustomer(), err
}

// CustomerEnds closes the conversation by the customer's hand. Ended already
// is fine.
func (s *Service) CustomerEnds(ctx context.Context, v Visitor) (out CustomerView, err error) {
	err = s.withVisitor(ctx, v, func(ctx context.Context, e *edit) error {
		if e.c.State.Open() {
			if err := e.end(ctx, ByCustomer, ReasonCustomerLeft, ""); err != nil {
				return err
			}
		}
		out = customerView(e.c, e.parts)
		return nil
	})
	return out, err
}

// CustomerRead notes up to which message the customer has read, or (has) only
// received.
func (s *Service) CustomerRead(ctx context.Context, v Visitor, n int64, has bool) error {
	return s.withVisitor(ctx, v, func(_ context.Context, e *edit) error {
		c, n := e.c, min(max(n, 0), e.c.LastN)
		if n > c.DeliveredN {
			c.DeliveredN, e.shown = n, true
		}
		if !has && n > c.CustomerReadN {
			c.CustomerReadN, e.shown = n, true
		}
		return nil
	})
}

// CustomerMoved notes on which page of the site the customer is now (C-6).
func (s *Service) CustomerMoved(ctx context.Context, v Visitor, p Page) error {
	p, err := CleanPage(p)
	if err != nil {
		return err
	}
	return s.withVisitor(ctx, v, func(_ context.Context, e *edit) error {
		if !e.c.State.Open() || (e.c.PageURL == p.URL && e.c.PageTitle == p.Title) {
			return nil
		}
		e.c.PageURL, e.c.PageTitle, e.c.PageAt, e.shown = p.URL, p.Title, e.at, true
		return nil
	})
}

// CustomerOnline notes whether the customer's browser is connected.
func (s *Service) CustomerOnline(ctx context.Context, v Visitor, on bool) error {
	return s.withVisitor(ctx, v, func(_ context.Context, e *edit) error {
		if e.c.State.Open() && e.c.CustomerOn != on {
			e.c.CustomerOn, e.shown = on, true
		}
		return nil
	})
}

// OnlineVisitors are those whose browsers were connected as far as the rows
// know. After a restart some of them may have gone unnoticed.
func (s *Service) OnlineVisitors(ctx context.Context) ([]Visitor, error) {
	var vs []Visitor
	err := s.db.Read().NewSelect().Model(&vs).Join("JOIN conversations AS c ON c.tenant_id = v.tenant_id AND c.visitor_id = v.id").
		Where("c.state <> 'ended' AND c.customer_online").Scan(ctx)
	return vs, err
}
