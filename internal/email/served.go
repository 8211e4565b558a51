package email

import (
	"context"
	"slices"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/web"
)

// ChangeService gives a case that somebody has in hand another service in place
// (E-26), one that they handle mails of: the contact stays in their hands. From
// then on it counts there, with that service's dispositions and hours; its service
// level runs on from the oldest unanswered mail. An answer that nobody wrote in
// yet goes, so that the next one begins with the new greeting and signature; one
// that was written stays as it is.
func (s *Service) ChangeService(ctx context.Context, who web.Identity, caseID, serviceID string) (out interaction.Done, err error) {
	k, row, err := s.mayRead(ctx, who, caseID)
	if err != nil {
		return out, err
	}
	if row == nil || row.Place != PlaceHand || row.OwnerID != who.UserID {
		return out, fail.State("Open the case first: its service is changed by whoever has it in hand")
	}
	own, supervised, err := s.directory.ServicesOf(ctx, who.TenantID, who.UserID)
	if err != nil {
		return out, err
	}
	if !slices.Contains(own, serviceID) && !slices.Contains(supervised, serviceID) {
		e := fail.New("PAR-6008", nil)
		e.Field = "serviceId"
		return out, e
	}
	to, err := s.directory.Service(ctx, who.TenantID, serviceID)
	if err != nil {
		return out, err
	}
	return s.command(ctx, who.TenantID, who.UserID, row.SegmentID, func(ctx context.Context, h *held) error {
		if h.k.ID != k.ID {
			return fail.Changed("case")
		}
		if h.k.State == cases.StateClosed {
			return closedCase()
		}
		if h.k.ServiceID == serviceID && h.row.ServiceID == serviceID {
			return nil
		}
		return h.serve(ctx, who.UserID, to)
	})
}

func (h *held) serve(ctx context.Context, userID string, to Rules) error {
	from := ""
	if was, err := h.s.directory.Service(ctx, h.row.TenantID, h.k.ServiceID); err == nil {
		from = was.Name // else it is gone
	}
	draft, err := h.s.draftOf(ctx, h.tx, h.row.TenantID, h.row.SegmentID)
	if err != nil {
		return err
	}
	if draft != nil && draft.Version == 1 {
		if err := h.s.dropDraft(ctx, h.tx, draft); err != nil {
			return err
		}
		h.row.Draft = false
	}
	h.k.ServiceID, h.row.ServiceID = to.ID, to.ID
	if err := h.s.interactions.Serve(ctx, h.tx, h.row.TenantID, h.row.SegmentID, to.ID); err != nil {
		return err
	}
	if h.row.SLFromAt > 0 {
		if err := h.s.clock(ctx, h.tx, h.row, to, h.row.SLFromAt); err != nil {
			return err
		}
		if h.row.SLDueAt == 0 {
			if err := h.s.interactions.Due(ctx, h.tx, h.row.TenantID, h.row.SegmentID, 0); err != nil {
				return err
			}
		}
	}
	h.row.UpdatedAt = h.s.now()
	if err := saveRow(ctx, h.tx, h.row); err != nil {
		return err
	}
	if err := h.s.cases.Log(ctx, h.tx, h.k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventService, UserID: userID,
		Args: map[string]string{"from": from, "to": to.Name}}); err != nil {
		return err
	}
	if err := h.s.cases.Save(ctx, h.tx, h.k); err != nil {
		return err
	}
	if err := h.s.enqueue(ctx, h.tx, h.row.TenantID, core.Input{Type: core.InServed, Item: h.row.SegmentID, Agent: userID, Service: to.ID}); err != nil {
		return err
	}
	return h.s.changed(ctx, h.tx, h.k)
}
