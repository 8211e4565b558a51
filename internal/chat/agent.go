package chat

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// maxParticipants bounds a conference, the invited included.
const maxParticipants = 10

// withConversation runs f on one locked conversation.
func (s *Service) withConversation(ctx context.Context, tenant, id string, f func(e *edit, ctx context.Context) error) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error { return s.inConversation(ctx, tx, tenant, id, f) })
}

func (s *Service) inConversation(ctx context.Context, tx *db.Tx, tenant, id string, f func(e *edit, ctx context.Context) error) error {
	c, err := s.lock(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	e, err := s.edit(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := f(e, ctx); err != nil {
		return err
	}
	return e.Done(ctx)
}

// withPart runs f, which is one command, on the conversation of a segment that
// the user has in hand; somebody else's is not found.
func (s *Service) withPart(ctx context.Context, tenant, userID, segmentID string, f func(ctx context.Context, e *edit, p *Participant) error) (out interaction.Done, err error) {
	var p Participant
	err = s.db.Read().NewSelect().Model(&p).Where("p.tenant_id = ? AND p.segment_id = ? AND p.user_id = ?", tenant, segmentID, userID).Scan(ctx)
	if db.IsNone(err) {
		return out, fail.NotFound("segment")
	}
	if err != nil {
		return out, err
	}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		err := s.inConversation(ctx, tx, tenant, p.ConversationID, func(e *edit, ctx context.Context) error {
			mine := e.part(segmentID)
			if mine == nil || mine.UserID != userID {
				return fail.NotFound("segment")
			}
			if mine.State != PartJoined {
				return fail.State("You take no part in this conversation any more")
			}
			return f(ctx, e, mine)
		})
		if err != nil {
			return err
		}
		if out.ChangeSeq, err = bus.LastSeq(ctx, tx, tenant); err != nil {
			return err
		}
		return db.Answer(ctx, tx, out)
	})
	return out, err
}

// agentAdds adds what an agent wrote or sent.
func (e *edit) agentAdds(ctx context.Context, userID string, m Message) (Message, error) {
	mine := e.partOf(userID)
	if mine == nil {
		return m, fail.NotFound("conversation")
	}
	m.Author = Author{Kind: FromAgent, ID: userID, Name: mine.Name, Photo: mine.Photo}
	m, _, err := e.add(ctx, m)
	return m, err
}

// AgentSays adds the agent's text. Who takes no part finds no conversation;
// a text that was stored before the part ended is answered as it was.
func (s *Service) AgentSays(ctx context.Context, tenant, userID, conversationID, clientID, text string) (m Message, err error) {
	if clientID, err = CleanClientID(clientID); err != nil {
		return m, err
	}
	if text, err = CleanText("text", text); err != nil {
		return m, err
	}
	err = s.withConversation(ctx, tenant, conversationID, func(e *edit, ctx context.Context) error {
		if e.partOf(userID) == nil {
			was, err := byClientID(ctx, e.tx, tenant, conversationID, Author{Kind: FromAgent, ID: userID}, clientID)
			if was != nil {
				m = *was
			}
			if err != nil || was != nil {
				return err
			}
		}
		m, err = e.agentAdds(ctx, userID, Message{Kind: KindText, ClientID: clientID, Text: text})
		return err
	})
	return m, err
}

// AgentRead notes up to which message an agent has read.
func (s *Service) AgentRead(ctx context.Context, tenant, userID, conversationID string, n int64) error {
	return s.withConversation(ctx, tenant, conversationID, func(e *edit, ctx context.Context) error {
		mine := e.partOf(userID)
		if mine == nil {
			return fail.NotFound("conversation")
		}
		n := min(max(n, 0), e.c.LastN)
		if n <= mine.ReadN {
			return nil
		}
		mine.ReadN, e.shown = n, true
		e.c.AgentReadN = max(e.c.AgentReadN, n)
		if _, err := e.tx.NewUpdate().Model(mine).Column("read_n").WherePK().Exec(ctx); err != nil {
			return err
		}
		unread, err := e.tx.NewSelect().Model((*messageRow)(nil)).
			Where("m.tenant_id = ? AND m.conversation_id = ? AND m.n > ? AND m.author_kind = ?", tenant, conversationID, n, FromCustomer).Count(ctx)
		if err != nil {
			return err
		}
		return e.s.interactions.MarkRead(ctx, e.tx, tenant, e.c.InteractionID, mine.SegmentID, int64(unread))
	})
}

// EndPart ends the agent's part. With others in the conversation the customer
// goes on with them, else the conversation is over (C-14, C-12).
func (s *Service) EndPart(ctx context.Context, tenant, userID, segmentID string) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Participant) error {
		if err := e.tell(ctx, floor.Over(segmentID, ByAgent, ReasonAgentEnded)); err != nil {
			return err
		}
		if len(joined(e.parts)) == 1 {
			return e.end(ctx, ByAgent, ReasonAgentEnded, segmentID)
		}
		return e.goes(ctx, mine)
	})
}

// goes ends a part of a conversation that goes on.
func (e *edit) goes(ctx context.Context, p *Participant) error {
	if err := e.event(ctx, EventLeft, "left:"+p.SegmentID, ScopeAll, "", map[string]string{"name": p.Name}); err != nil {
		return err
	}
	return e.leave(ctx, p)
}

// Transfer hands the customer on. The agent's part ends; the next one waits in
// the target's queue, or is offered to the person.
func (s *Service) Transfer(ctx context.Context, tenant, userID, segmentID string, to interaction.Target) (interaction.Done, error) {
	if (to.ServiceID == "") == (to.UserID == "") {
		return interaction.Done{}, fail.Invalid("serviceId", "Choose a service or a person")
	}
	if to.UserID == userID {
		return interaction.Done{}, fail.Invalid("userId", "You have this conversation already")
	}
	to.Note = cleanLine(to.Note, 1000)
	args := map[string]string{}
	var who Person
	if to.ServiceID != "" {
		rules, err := s.directory.Service(ctx, tenant, to.ServiceID)
		if err != nil {
			return interaction.Done{}, fail.Invalid("serviceId", "There is no such service")
		}
		args["service"] = rules.Name
	} else {
		var err error
		if who, err = s.colleague(ctx, tenant, to.UserID); err != nil {
			return interaction.Done{}, err
		}
		args["name"] = who.Name
	}
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Participant) error {
		if to.ServiceID != "" {
			e.c.ServiceID = to.ServiceID
		}
		next, err := e.s.interactions.AddSegment(ctx, e.tx, tenant, e.c.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
			ServiceID: e.c.ServiceID, ToUserID: to.UserID, FromSegmentID: segmentID, FromUserID: userID, Note: to.Note, At: e.at})
		if err != nil {
			return err
		}
		if err := e.tell(ctx, floor.Transferred(interaction.Segment{ID: segmentID, AgentID: userID}, next)); err != nil {
			return err
		}
		if err := e.expect(ctx, next, who); err != nil {
			return err
		}
		if err := e.event(ctx, EventTransferred, "transferred:"+next.ID, ScopeAll, "", args); err != nil {
			return err
		}
		if err := e.leave(ctx, mine); err != nil || len(joined(e.parts)) > 0 {
			return err
		}
		e.c.setDue(DueNothing, 0)
		return e.move(StateWaiting)
	})
}

// colleague gives a person who may be asked to take a chat.
func (s *Service) colleague(ctx context.Context, tenant, userID string) (Person, error) {
	who, err := s.directory.Person(ctx, tenant, userID)
	if err != nil || !s.directory.Can(ctx, tenant, userID, "handle.chat") {
		return who, fail.Invalid("userId", "This person cannot take chats")
	}
	return who, nil
}

// Invite asks a colleague to join (C-12).
func (s *Service) Invite(ctx context.Context, tenant, userID, segmentID, colleagueID string) (interaction.Done, error) {
	who, err := s.colleague(ctx, tenant, colleagueID)
	if err != nil {
		return interaction.Done{}, err
	}
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Participant) error {
		busy := 0
		for _, p := range e.parts {
			if p.State != PartExpected && p.State != PartJoined {
				continue
			}
			if busy++; p.UserID == colleagueID {
				return fail.State("This person takes part or is asked already")
			}
		}
		if busy >= maxParticipants {
			return fail.Limit("participants", maxParticipants)
		}
		next, err := e.s.interactions.AddSegment(ctx, e.tx, tenant, e.c.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeInvite,
			ServiceID: e.c.ServiceID, ToUserID: colleagueID, FromSegmentID: segmentID, FromUserID: userID, At: e.at})
		if err != nil {
			return err
		}
		if err := e.tell(ctx, floor.Submitted(next)); err != nil {
			return err
		}
		e.shown = true
		if err := e.expect(ctx, next, who); err != nil {
			return err
		}
		return e.event(ctx, EventInvited, "invited:"+next.ID, ScopeAgents, "", map[string]string{"name": who.Name, "by": mine.Name})
	})
}

// Remove takes a colleague out of the conversation, or takes an invitation
// back. Only the organiser may (decision 21).
func (s *Service) Remove(ctx context.Context, tenant, userID, segmentID, otherSegmentID string) (interaction.Done, error) {
	return s.withPart(ctx, tenant, userID, segmentID, func(ctx context.Context, e *edit, mine *Participant) error {
		if joined(e.parts)[0] != mine {
			return fail.Forbidden()
		}
		other := e.part(otherSegmentID)
		switch {
		case other == nil || other == mine:
			return fail.Invalid("segmentId", "There is no such participant")
		case other.State == PartExpected && other.Purpose == PurposeInvite:
			if err := e.tell(ctx, floor.Over(other.SegmentID, ByAgent, "invitation_withdrawn")); err != nil {
				return err
			}
			return e.leave(ctx, other)
		case other.State != PartJoined:
			return fail.State("This person takes no part any more")
		}
		if err := e.tell(ctx, floor.Over(other.SegmentID, ByAgent, "removed")); err != nil {
			return err
		}
		return e.goes(ctx, other)
	})
}

// Reader is who asks for a conversation's contents.
type Reader struct {
	TenantID, UserID string
	Any              bool // may read everybody's (records.view, supervise.monitor)
}

// History gives messages before a number (0 = the newest), in their order.
func (s *Service) History(ctx context.Context, r Reader, conversationID string, before int64, limit int) ([]Message, error) {
	if err := s.mayRead(ctx, s.db.Read(), r, conversationID); err != nil {
		return nil, err
	}
	return messagesOf(ctx, s.db.Read(), r.TenantID, conversationID, before, limit, ScopeAll, ScopeAgents)
}

// mayRead lets in who takes or took part, and who may read everybody's. For
// others there is no such conversation. That somebody reads what is not theirs
// is noted.
func (s *Service) mayRead(ctx context.Context, from bun.IDB, r Reader, conversationID string) error {
	c, err := get(ctx, from, r.TenantID, conversationID)
	if err != nil {
		return err
	}
	n, err := from.NewSelect().Model((*Participant)(nil)).
		Where("p.tenant_id = ? AND p.conversation_id = ? AND p.user_id = ? AND p.joined_at > 0", r.TenantID, conversationID, r.UserID).Count(ctx)
	switch {
	case err != nil || n > 0:
		return err
	case !r.Any:
		return fail.NotFound("conversation")
	}
	s.viewed.Note(ctx, r.TenantID, "conversation", conversationID, c.Form.Name)
	return nil
}
