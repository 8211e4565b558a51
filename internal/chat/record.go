package chat

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"
)

// historyOnJoin is how many earlier messages go to the desk of who joins.
const historyOnJoin = 50

// Record takes what the floor decided, in the floor's own transaction: who
// joined, who was lost, who is not found. It is a floor.Recorder.
func (s *Service) Record(ctx context.Context, tx *db.Tx, tenant string, happened []floor.Happened) error {
	of := func(ctx context.Context, segments []string) (map[string]string, error) {
		var ps []Participant
		err := tx.NewSelect().Model(&ps).Column("segment_id", "conversation_id").
			Where("p.tenant_id = ? AND p.segment_id IN (?)", tenant, bun.List(segments)).Scan(ctx)
		out := make(map[string]string, len(ps))
		for _, p := range ps {
			out[p.SegmentID] = p.ConversationID
		}
		return out, err
	}
	return floor.Follow(ctx, happened, followed, of, func(ctx context.Context, id string) (*edit, error) {
		c, err := s.lock(ctx, tx, tenant, id)
		if err != nil {
			return nil, err
		}
		return s.edit(ctx, tx, c)
	})
}

// followed are the decisions that conversations do something about.
var followed = map[string]bool{core.OutAssigned: true, core.OutRequeued: true, core.OutParked: true, core.OutTimedOut: true, core.OutExited: true,
	core.OutEnded: true, core.OutFinished: true, core.OutCancelled: true}

// Decided takes one decision. The conversation may have gone on meanwhile (the
// customer left while the offer was being accepted); then its own end is on its
// way to the floor and there is nothing to do here.
func (e *edit) Decided(ctx context.Context, f core.Effect) error {
	p := e.part(f.Item)
	if p == nil {
		return nil
	}
	switch f.Type {
	case core.OutAssigned:
		if p.State == PartExpected && e.c.State.Open() {
			return e.join(ctx, p, f.Agent)
		}
	case core.OutRequeued:
		if p.State == PartJoined {
			return e.lost(ctx, p)
		}
	case core.OutExited, core.OutTimedOut, core.OutParked:
		if p.State == PartExpected {
			if goesOn, err := e.learns(ctx, f); err != nil || goesOn {
				return err
			}
			return e.notTaken(ctx, p, f)
		}
	case core.OutEnded:
		if p.State == PartJoined { // ended by the floor itself
			return e.over(ctx, p)
		}
	case core.OutFinished:
		if p.State == PartJoined {
			if err := e.over(ctx, p); err != nil {
				return err
			}
		}
		return e.finished(ctx, p)
	case core.OutCancelled:
		return e.finished(ctx, p)
	}
	return nil
}

// join lets an agent in: history, greeting and all.
func (e *edit) join(ctx context.Context, p *Participant, userID string) error {
	who, err := e.s.directory.Person(ctx, e.c.TenantID, userID)
	if err != nil {
		return err
	}
	rules, err := e.s.directory.Service(ctx, e.c.TenantID, e.c.ServiceID)
	if err != nil {
		return err
	}
	if err := e.move(StateActive); err != nil {
		return err
	}
	p.State, p.UserID, p.Name, p.JoinedAt, e.shown = PartJoined, userID, who.Name, e.at, true
	if rules.ShowPhoto {
		p.Photo = who.PhotoID
	}
	if _, err := e.tx.NewUpdate().Model(p).WherePK().Exec(ctx); err != nil {
		return err
	}
	earlier, err := messagesOf(ctx, e.tx, e.c.TenantID, e.c.ID, 0, historyOnJoin, ScopeAll, ScopeAgents)
	if err != nil {
		return err
	}
	bus.Record(e.tx, e.c.TenantID, "u/"+userID, TypeChanged, viewOf(e.c, e.parts, userID))
	for _, m := range earlier {
		bus.Record(e.tx, e.c.TenantID, "u/"+userID, TypeMessage, m)
	}
	if err := e.event(ctx, EventJoined, "joined:"+p.SegmentID+":"+userID, ScopeAll, "", map[string]string{"name": who.Name}); err != nil {
		return err
	}
	first := e.c.JoinedAt == 0
	if first {
		e.c.JoinedAt = e.at
		if err := e.greet(ctx, p, who, rules); err != nil {
			return err
		}
	}
	if e.c.UnansweredAt == 0 {
		return e.awaitCustomer(ctx)
	}
	return nil
}

// greet writes the automatic greeting in the agent's name (decision 29): the
// agent's own, else the service's.
func (e *edit) greet(ctx context.Context, p *Participant, who Person, rules Rules) error {
	text := who.Greeting
	for _, l := range []string{e.c.Language, "en", "ru"} {
		if text == "" {
			text = rules.Greeting[l]
		}
	}
	if text == "" {
		return nil
	}
	customer, err := e.customer(ctx)
	if err != nil {
		return err
	}
	text, err = CleanText("greeting", fillIn(text, who, customer.Name))
	if err != nil {
		return nil // an empty or endless greeting is left out, the chat goes on
	}
	return e.auto(ctx, Author{Kind: FromAgent, ID: p.UserID, Name: p.Name, Photo: p.Photo}, "greeting", text)
}

// fillIn puts names for the manual's variables (7.10.2.1, decision 48): %AF and
// %AL the agent's first and last name, %F, %L and %P the customer's first, last
// name and patronymic, as far as the order of a typed name tells them.
func fillIn(text string, who Person, customer string) string {
	var first, last, patronymic string
	switch words := strings.Fields(customer); len(words) {
	case 0:
	case 1:
		first = words[0]
	case 2:
		first, last = words[0], words[1]
	default:
		first, patronymic, last = words[0], words[1], words[2]
	}
	return strings.NewReplacer("%AF", who.FirstName, "%AL", who.LastName, "%F", first, "%L", last, "%P", patronymic).Replace(text)
}

// lost takes a part from an agent who is gone; the customer waits again.
func (e *edit) lost(ctx context.Context, p *Participant) error {
	if err := e.event(ctx, EventReturned, "", ScopeAll, "", map[string]string{"name": p.Name}); err != nil {
		return err
	}
	if err := e.leave(ctx, p); err != nil {
		return err
	}
	p.State, p.UserID, p.Name, p.Photo, p.JoinedAt, p.LeftAt = PartExpected, "", "", "", 0, 0
	if _, err := e.tx.NewUpdate().Model(p).WherePK().Exec(ctx); err != nil {
		return err
	}
	if len(joined(e.parts)) > 0 {
		return nil
	}
	e.c.setDue(DueNothing, 0)
	return e.move(StateWaiting)
}

// learns tells whether the floor has only to learn of the chat's service, which is
// newer than what it knows: then the customer waits, and is offered as soon as
// the floor knows.
func (e *edit) learns(ctx context.Context, f core.Effect) (bool, error) {
	if !floor.Unlearned(f) {
		return false, nil
	}
	return e.s.directory.Serves(ctx, e.c.TenantID, e.c.ServiceID)
}

// notTaken: nobody could be found, or the asked colleague did not come.
func (e *edit) notTaken(ctx context.Context, p *Participant, f core.Effect) error {
	if err := e.leave(ctx, p); err != nil {
		return err
	}
	if p.Purpose == PurposeInvite {
		return e.event(ctx, EventNotJoined, "", ScopeAgents, "", map[string]string{"name": p.Name, "reason": f.Code})
	}
	if e.c.State != StateWaiting {
		return nil // others are in the conversation, or it is over
	}
	rules, err := e.s.directory.Service(ctx, e.c.TenantID, e.c.ServiceID)
	if err != nil {
		return err
	}
	reason := UnservedNoAgents
	if f.Type == core.OutTimedOut || f.Code == core.ExitQueueLimit {
		reason = UnservedLimit
	}
	return e.unserved(ctx, reason, rules)
}

// over ends a part that the floor has ended.
func (e *edit) over(ctx context.Context, p *Participant) error {
	if len(joined(e.parts)) > 1 {
		return e.goes(ctx, p)
	}
	return e.end(ctx, BySystem, ReasonAgentEnded, p.SegmentID)
}

// finished: the row is no longer on the agent's desk.
func (e *edit) finished(ctx context.Context, p *Participant) error {
	if p.State == PartDone {
		return nil
	}
	p.State = PartDone
	_, err := e.tx.NewUpdate().Model(p).Column("state").WherePK().Exec(ctx)
	return err
}
