package email

import (
	"context"
	"sync"

	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// reasonClosed is why a mail's segment ended without an answer (E-25).
const reasonClosed = "closed"

// EndPart ends the agent's work on a mail without an answer, or after answers
// that left it open.
func (s *Service) EndPart(ctx context.Context, tenant, userID, segmentID string) (interaction.Done, error) {
	return s.command(ctx, tenant, userID, segmentID, func(ctx context.Context, h *held) error {
		return s.enqueue(ctx, h.tx, tenant, floor.Over(segmentID, interaction.ByAgent, reasonClosed))
	})
}

// command runs one of these verbs on a mail in hand that has a case.
func (s *Service) command(ctx context.Context, tenant, userID, segmentID string, f func(ctx context.Context, h *held) error) (out interaction.Done, err error) {
	err = s.withHeld(ctx, tenant, userID, segmentID, func(ctx context.Context, h *held) error {
		if h.k == nil {
			return fail.State("A new mail has no case yet: send it, keep it as a draft or delete it")
		}
		if err := f(ctx, h); err != nil {
			return err
		}
		var err error
		if out.ChangeSeq, err = bus.LastSeq(ctx, h.tx, tenant); err != nil {
			return err
		}
		return db.Answer(ctx, h.tx, out)
	})
	return out, err
}

// Transfer hands a case on: to a service's queue, or to a colleague, who is
// offered it if free and else finds it in the personal queue (decision 32). The
// note stays in the case's history. A draft goes with it.
func (s *Service) Transfer(ctx context.Context, tenant, userID, segmentID string, to interaction.Target) (interaction.Done, error) {
	if (to.ServiceID == "") == (to.UserID == "") {
		return interaction.Done{}, fail.Invalid("serviceId", "Choose a service or a person")
	}
	args := map[string]string{}
	if to.UserID != "" {
		if to.UserID == userID {
			return interaction.Done{}, fail.Invalid("userId", "You have this mail already")
		}
		who, err := s.directory.Person(ctx, tenant, to.UserID)
		if err != nil || !s.directory.Can(ctx, tenant, to.UserID, "handle.email") {
			return interaction.Done{}, fail.Invalid("userId", "This person cannot take mails")
		}
		args["name"] = who.Name
	} else {
		rules, err := s.directory.Service(ctx, tenant, to.ServiceID)
		if err != nil {
			return interaction.Done{}, fail.Invalid("serviceId", "There is no such service")
		}
		args["service"] = rules.Name
	}
	to.Note = clip(to.Note, 1000)
	return s.command(ctx, tenant, userID, segmentID, func(ctx context.Context, h *held) error {
		return h.transfer(ctx, userID, to, args)
	})
}

func (h *held) transfer(ctx context.Context, userID string, to interaction.Target, args map[string]string) error {
	if to.ServiceID != "" {
		h.k.ServiceID = to.ServiceID
	}
	next, err := h.s.interactions.AddSegment(ctx, h.tx, h.row.TenantID, h.row.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
		ServiceID: h.k.ServiceID, ToUserID: to.UserID, FromSegmentID: h.row.SegmentID, FromUserID: userID, Note: to.Note, At: h.s.now()})
	if err != nil {
		return err
	}
	row := *h.row
	row.SegmentID, row.Place, row.OwnerID, row.ServiceID, row.UpdatedAt = next.ID, PlaceTeam, "", next.ServiceID, h.s.now()
	if row.SLFromAt > 0 {
		rules, err := h.s.directory.Service(ctx, row.TenantID, next.ServiceID)
		if err != nil {
			return err
		}
		if err := h.s.clock(ctx, h.tx, &row, rules, row.SLFromAt); err != nil {
			return err
		}
	}
	if _, err := h.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	h.row.Place, h.row.SLFromAt, h.row.SLDueAt, h.row.Draft = PlaceEnded, 0, 0, false
	if err := saveRow(ctx, h.tx, h.row); err != nil {
		return err
	}
	if _, err := h.tx.NewUpdate().Model((*Mail)(nil)).Set("segment_id = ?", next.ID).
		Where("tenant_id = ? AND segment_id = ? AND segment_id <> '' AND state = 'draft'", row.TenantID, h.row.SegmentID).Exec(ctx); err != nil {
		return err
	}
	h.k.AssigneeID = to.UserID
	if err := h.s.cases.Log(ctx, h.tx, h.k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventTransferred, UserID: userID, Text: to.Note, Args: args}); err != nil {
		return err
	}
	if err := h.s.cases.Save(ctx, h.tx, h.k); err != nil {
		return err
	}
	in := floor.Transferred(interaction.Segment{ID: h.row.SegmentID, AgentID: userID}, next)
	if to.UserID != "" {
		in.Fallback, in.Back = core.FallbackPark, ""
	}
	if err := h.s.enqueue(ctx, h.tx, row.TenantID, in); err != nil {
		return err
	}
	return h.s.changed(ctx, h.tx, h.k)
}

// Invite is nothing that mails know: one agent writes an answer.
func (s *Service) Invite(context.Context, string, string, string, string) (interaction.Done, error) {
	return interaction.Done{}, fail.State("Nobody can be invited to a mail; hand it on instead")
}

// Remove is nothing that mails know either.
func (s *Service) Remove(context.Context, string, string, string, string) (interaction.Done, error) {
	return interaction.Done{}, fail.State("A mail has one agent")
}

// Park puts a mail in hand back into the agent's personal queue, with its draft
// (E-33); the agent is free for the next contact.
func (s *Service) Park(ctx context.Context, tenant, userID, segmentID string) (floor.Answer, error) {
	row, err := s.rowOf(ctx, s.db.Read(), tenant, segmentID)
	if err != nil {
		return floor.Answer{}, err
	}
	if row == nil || row.OwnerID != userID || row.Place != PlaceHand {
		return floor.Answer{}, fail.NotFound("segment")
	}
	reason := core.ParkedPersonal
	if row.Draft {
		reason = core.ParkedDraft
	}
	return s.floor.Do(ctx, tenant, core.Input{Type: core.InParked, Item: segmentID, Agent: userID, Reason: reason})
}

// Read notes that an agent has seen all mails of a case in hand.
func (s *Service) Read(ctx context.Context, tenant, userID, segmentID string) error {
	return s.withHeld(ctx, tenant, userID, segmentID, func(ctx context.Context, h *held) error {
		h.row.Unread = 0
		if err := saveRow(ctx, h.tx, h.row); err != nil {
			return err
		}
		if _, err := s.cases.Seen(ctx, h.tx, tenant, h.row.CaseID, userID); err != nil {
			return err
		}
		return s.interactions.MarkRead(ctx, h.tx, tenant, h.row.InteractionID, segmentID, 0)
	})
}

// atOnce is how many mails are worked on at the same time: the floor takes its
// commands in batches, the database its transactions.
const atOnce = 32

// part is the context of one step of a command that has several: the floor keeps
// no answer for it, the command's own is kept when it is whole.
func part(ctx context.Context) context.Context { return db.WithIdempotency(ctx, db.Idempotency{}) }

// each does something to each of some mails; one that cannot be done doesn't hold
// the others back. A fault of ours, not of a mail, ends it.
func (s *Service) each(ctx context.Context, ids []string, do func(ctx context.Context, id string) error) (MovedMails, error) {
	out := MovedMails{Refused: []MoveRefusal{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	var fault error
	ctx, cancel := context.WithCancel(part(ctx))
	defer cancel()
	turn := make(chan struct{}, atOnce)
	for _, id := range ids {
		turn <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-turn }()
			err := do(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				out.Done++
			case fail.As(err).Status < 500:
				out.Refused = append(out.Refused, refuse(id, err))
			case fault == nil:
				fault = err
				cancel()
			}
		})
	}
	all.Wait()
	if fault == nil && len(ids) > 0 {
		fault = context.Cause(ctx)
	}
	return out, fault
}

// commands gives the floor one command for each of some mails.
func (s *Service) commands(ctx context.Context, tenant string, ids []string, command func(id string) core.Input) (MovedMails, error) {
	return s.each(ctx, ids, func(ctx context.Context, id string) error {
		_, err := s.floor.Do(ctx, tenant, command(id))
		return err
	})
}

// TakeFromQueue puts mails of the team's queue into the user's personal queue (E-16).
func (s *Service) TakeFromQueue(ctx context.Context, tenant, userID string, ids []string) (MovedMails, error) {
	return s.commands(ctx, tenant, ids, func(id string) core.Input { return core.Input{Type: core.InTaken, Item: id, Agent: userID} })
}

// Dispose finishes mails of the queues with a disposition, without opening them
// (E-13): they leave the queue unanswered.
func (s *Service) Dispose(ctx context.Context, tenant, userID string, ids []string, dispositionID, comment string) (MovedMails, error) {
	return s.each(ctx, ids, func(ctx context.Context, id string) error {
		return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
			row, err := s.rowOf(ctx, tx, tenant, id)
			if err != nil {
				return err
			}
			if row == nil || row.Offered || row.Place != PlaceTeam && (row.Place != PlacePersonal || row.OwnerID != userID) {
				return taken()
			}
			if err := s.interactions.Dispose(ctx, tx, tenant, id, userID, interaction.Outcome{DispositionID: dispositionID, Comment: comment}); err != nil {
				return err
			}
			return s.enqueue(ctx, tx, tenant, floor.Over(id, interaction.ByAgent, reasonClosed))
		})
	})
}
