package chat

import (
	"context"
	"encoding/json"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"
)

// edit is a locked conversation inside a transaction: everything that changes
// one goes through it, so that rows, numbers and frames stay in step.
type edit struct {
	s     *Service
	tx    *db.Tx
	c     *Conversation
	parts []*Participant
	at    int64
	shown bool // conversation.changed is due at the end
	whole bool // more than a message's account has changed, though nobody need be shown it
}

func (s *Service) edit(ctx context.Context, tx *db.Tx, c *Conversation) (*edit, error) {
	ps, err := db.All[Participant](ctx, tx, participantsOf, c.TenantID, c.ID)
	if err != nil {
		return nil, err
	}
	return &edit{s: s, tx: tx, c: c, parts: ps, at: s.now()}, nil
}

// Done writes the conversation and tells everybody what it is now.
func (e *edit) Done(ctx context.Context) error {
	if e.shown {
		e.show()
	}
	e.s.deadlines.note(e.tx, e.c)
	return save(ctx, e.tx, e.c, e.shown || e.whole)
}

// tell leaves something for the floor.
func (e *edit) tell(ctx context.Context, in core.Input) error {
	return e.s.enqueue(ctx, e.tx, e.c.TenantID, in)
}

// show records the conversation for its agents and for the customer.
func (e *edit) show() {
	for _, p := range e.parts {
		if p.State == PartJoined {
			bus.Record(e.tx, e.c.TenantID, "u/"+p.UserID, TypeChanged, viewOf(e.c, e.parts, p.UserID))
		}
	}
	bus.Record(e.tx, e.c.TenantID, Audience(e.c.ID), TypeChanged, customerView(e.c, e.parts))
}

// add gives the message its number, stores it and records it for everybody who
// may see it. A message its author sent before is returned as it was: again is
// true.
func (e *edit) add(ctx context.Context, m Message) (_ Message, again bool, err error) {
	c := e.c
	m.ConversationID, m.N, m.ID, m.At = c.ID, c.LastN+1, db.NewID(), e.at
	if m.Scope == "" {
		m.Scope = ScopeAll
	}
	if m.ClientID == "" {
		m.ClientID = m.ID
	}
	m.BeforeAgent = c.JoinedAt == 0
	isNew, err := e.store(ctx, m)
	if err != nil {
		return m, false, err
	}
	if !isNew {
		was, err := byClientID(ctx, e.tx, c.TenantID, c.ID, m.Author, m.ClientID)
		if err != nil || was == nil {
			return m, false, err
		}
		return *was, true, nil
	}
	c.LastN = m.N
	e.record(m)
	return m, false, e.reckon(ctx, m)
}

// store keeps the message, unless its author has sent it before.
func (e *edit) store(ctx context.Context, m Message) (isNew bool, err error) {
	r := rowOf(e.c.TenantID, m)
	file, err := json.Marshal(r.File)
	if err != nil {
		return false, err
	}
	event, err := json.Marshal(r.Event)
	if err != nil {
		return false, err
	}
	res, err := e.tx.Do(ctx, storeMessage, r.TenantID, r.ConversationID, r.N, r.ID, r.ClientID, r.AuthorKind, r.AuthorID, r.AuthorName, r.AuthorPhoto,
		r.Kind, r.Text, string(file), string(event), r.At, r.BeforeAgent, r.Automatic, r.Scope)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func (e *edit) record(m Message) {
	for _, p := range e.parts {
		if p.State == PartJoined {
			bus.Record(e.tx, e.c.TenantID, "u/"+p.UserID, TypeMessage, m)
		}
	}
	if m.Scope == ScopeAll {
		bus.Record(e.tx, e.c.TenantID, Audience(e.c.ID), TypeMessage, m.ForCustomer())
	}
}

// reckon keeps account of who owes an answer. What was written by itself
// changes nothing (decision 29).
func (e *edit) reckon(ctx context.Context, m Message) error {
	c := e.c
	switch {
	case m.Automatic || m.Scope != ScopeAll:
		return nil
	case m.Author.Kind == FromCustomer:
		if c.UnansweredAt == 0 {
			c.UnansweredAt = m.At
		}
		c.setDue(DueNothing, 0)
		if c.InteractionID == "" {
			return nil
		}
		return e.s.interactions.MarkCustomer(ctx, e.tx, c.TenantID, c.InteractionID, m.At)
	case m.Author.Kind == FromAgent:
		c.UnansweredAt = 0
		if err := e.awaitCustomer(ctx); err != nil {
			return err
		}
		return e.s.interactions.MarkAnswered(ctx, e.tx, c.TenantID, c.InteractionID)
	}
	return nil
}

// awaitCustomer starts the clock of a customer who has had the last word said
// to them (C-10).
func (e *edit) awaitCustomer(ctx context.Context) error {
	rules, err := e.s.directory.Service(ctx, e.c.TenantID, e.c.ServiceID)
	if err != nil {
		return err
	}
	switch {
	case rules.IdleQuestionSeconds > 0:
		e.c.setDue(DueAsk, e.at+rules.IdleQuestionSeconds*1000)
	case rules.IdleCloseSeconds > 0:
		e.c.setDue(DueClose, e.at+rules.IdleCloseSeconds*1000)
	default:
		e.c.setDue(DueNothing, 0)
	}
	return nil
}

// event adds a line about what happened. key makes it the same line when the
// same thing is told twice.
func (e *edit) event(ctx context.Context, code, key, scope, text string, args map[string]string) error {
	_, _, err := e.add(ctx, Message{Author: Author{Kind: FromSystem}, Kind: KindEvent, ClientID: key, Scope: scope,
		Text: text, Event: &Event{Code: code, Args: args}, Automatic: true})
	return err
}

// auto adds a text that nobody typed.
func (e *edit) auto(ctx context.Context, a Author, key, text string) error {
	if text == "" {
		return nil
	}
	_, _, err := e.add(ctx, Message{Author: a, Kind: KindText, ClientID: key, Text: text, Automatic: true})
	return err
}

// move changes the state. What the table does not allow is a mistake of ours,
// not the caller's: every verb checks the state it starts from.
func (e *edit) move(to State) error {
	if e.c.State == to {
		return nil
	}
	if !e.c.State.May(to) {
		return badMove(e.c, to)
	}
	e.c.State, e.shown = to, true
	return nil
}

// leave ends one part. The floor is told by the caller, who knows how.
func (e *edit) leave(ctx context.Context, p *Participant) error {
	was := p.State
	p.State, p.LeftAt, e.shown = PartLeft, e.at, true
	if was == PartExpected {
		p.State = PartDone // it never was on a desk
	} else { // their desk learns that it is over for them
		bus.Record(e.tx, e.c.TenantID, "u/"+p.UserID, TypeChanged, viewOf(e.c, e.parts, p.UserID))
	}
	_, err := e.tx.NewUpdate().Model(p).Column("state", "left_at").WherePK().Exec(ctx)
	return err
}

// end closes the conversation: nobody takes part any more, nobody is looked
// for. skip is the part whose end the floor knows already.
func (e *edit) end(ctx context.Context, by, reason, skip string) error {
	c := e.c
	rules, err := e.s.directory.Service(ctx, c.TenantID, c.ServiceID)
	if err != nil {
		return err
	}
	thanks := ""
	if by != BySystem { // who fell silent was told already
		thanks = rules.texts(c.Language).Closed
	}
	if err := e.event(ctx, EventEnded, "ended", ScopeAll, thanks, map[string]string{"by": by}); err != nil {
		return err
	}
	c.ClosedAt, c.ClosedBy, c.CloseReason = e.at, by, reason
	c.setDue(DueNothing, 0)
	if err := e.move(StateEnded); err != nil {
		return err
	}
	for _, p := range e.parts {
		if p.State != PartExpected && p.State != PartJoined {
			continue
		}
		if err := e.leave(ctx, p); err != nil {
			return err
		}
		if p.SegmentID == skip {
			continue
		}
		if err := e.tell(ctx, floor.Over(p.SegmentID, by, reason)); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) part(segmentID string) *Participant {
	for _, p := range e.parts {
		if p.SegmentID == segmentID {
			return p
		}
	}
	return nil
}

// partOf is the part a user has in the conversation now, nil for none.
func (e *edit) partOf(userID string) *Participant {
	for _, p := range e.parts {
		if p.State == PartJoined && p.UserID == userID {
			return p
		}
	}
	return nil
}
