package email

import (
	"context"
	"slices"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/web"
)

// OpenedCase is a case that an agent has in hand now.
type OpenedCase struct {
	CaseID    string `json:"caseId"`
	SegmentID string `json:"segmentId"`
}

// OpenCase takes a case in hand: its mail where one waits, else by a contact of
// its own, so that a pinned case can be worked on while its customer is silent.
func (s *Service) OpenCase(ctx context.Context, who web.Identity, caseID string) (OpenedCase, error) {
	k, _, err := s.mayRead(ctx, who, caseID)
	if err != nil {
		return OpenedCase{}, err
	}
	if err := s.mayWork(ctx, who, k); err != nil {
		return OpenedCase{}, err
	}
	return s.openCase(ctx, who, func(ctx context.Context, tx *db.Tx) (*cases.Case, *Row, error) {
		k, err := s.cases.Lock(ctx, tx, who.TenantID, caseID)
		if err != nil {
			return nil, nil, err
		}
		if k.Deleted() {
			return nil, nil, fail.NotFound("case")
		}
		if k.State == cases.StateClosed {
			return nil, nil, closedCase()
		}
		row, err := s.openRow(ctx, tx, who.TenantID, caseID)
		if err != nil || row == nil {
			return k, nil, err
		}
		if row.Offered || row.Place == PlaceHand || row.Place == PlacePersonal && row.OwnerID != who.UserID {
			return nil, nil, fail.State("Somebody else has it: " + s.name(ctx, who.TenantID, row.OwnerID))
		}
		return k, row, nil
	})
}

// FollowUp begins a case that goes on from a closed one, and takes it in hand
// (E-35).
func (s *Service) FollowUp(ctx context.Context, who web.Identity, caseID string) (OpenedCase, error) {
	closed, _, err := s.mayRead(ctx, who, caseID)
	if err != nil {
		return OpenedCase{}, err
	}
	if err := s.mayWork(ctx, who, closed); err != nil {
		return OpenedCase{}, err
	}
	if closed.State != cases.StateClosed || closed.Deleted() {
		return OpenedCase{}, fail.State("Only a closed case is followed by another; answer this one")
	}
	return s.openCase(ctx, who, func(ctx context.Context, tx *db.Tx) (*cases.Case, *Row, error) {
		k, err := s.cases.Open(ctx, tx, cases.Opening{TenantID: closed.TenantID, Subject: closed.Subject, ServiceID: closed.ServiceID,
			ContactID: closed.ContactID, Initiator: closed.Initiator, Address: closed.Address, AssigneeID: who.UserID, FollowsID: closed.ID})
		if err != nil {
			return nil, nil, err
		}
		return k, nil, s.cases.Log(ctx, tx, k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventFollows, UserID: who.UserID,
			Args: map[string]string{"number": number(closed.Number), "caseId": closed.ID}})
	})
}

func closedCase() error {
	return fail.State("A closed case cannot be answered; begin one that follows it")
}

// mayWork lets somebody work on a case: those of its service, whose it is, and who has it
// pinned.
func (s *Service) mayWork(ctx context.Context, who web.Identity, k *cases.Case) error {
	if who.UserID == "" {
		return fail.Forbidden()
	}
	may, err := s.worksOn(ctx, who, k)
	if err == nil && !may {
		err = fail.State("Nobody of your team handles mails of this case's service")
	}
	return err
}

func (s *Service) worksOn(ctx context.Context, who web.Identity, k *cases.Case) (bool, error) {
	if who.UserID == "" || !who.Can("handle.email") {
		return false, nil
	}
	if k.AssigneeID == who.UserID {
		return true, nil
	}
	sc, err := s.scope(ctx, who)
	if err != nil || slices.Contains(sc.services, k.ServiceID) {
		return err == nil, err
	}
	pins, err := s.cases.Pins(ctx, s.db.Read(), who.TenantID, k.ID)
	return slices.ContainsFunc(pins, func(p cases.Pin) bool { return p.UserID == who.UserID }), err
}

// openCase takes in hand what find gives: a row that waits, or else a contact
// that begins now.
func (s *Service) openCase(ctx context.Context, who web.Identity, find func(ctx context.Context, tx *db.Tx) (*cases.Case, *Row, error)) (out OpenedCase, err error) {
	in := core.Input{Kind: core.Email, Agent: who.UserID}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		k, row, err := find(ctx, tx)
		if err != nil {
			return err
		}
		if row == nil {
			if row, err = s.begun(ctx, tx, k, who.UserID); err != nil {
				return err
			}
		}
		out = OpenedCase{CaseID: k.ID, SegmentID: row.SegmentID}
		in.Item, in.Service = row.SegmentID, row.ServiceID
		return nil
	})
	if err != nil {
		return out, err
	}
	in.Type = core.InOpened
	_, err = s.floor.Do(part(ctx), who.TenantID, in)
	return out, err
}

// begun begins a contact for a locked case of which nothing is open, in an
// agent's personal queue: the agent writes first.
func (s *Service) begun(ctx context.Context, tx *db.Tx, k *cases.Case, userID string) (*Row, error) {
	box, err := s.outBox(ctx, k.TenantID, "", k.ServiceID)
	if err != nil && fail.As(err).Status >= 500 {
		return nil, err // without a mailbox it can still be read and disposed of
	}
	now := s.now()
	i, p, err := s.interactions.Open(ctx, tx, interaction.Opening{TenantID: k.TenantID, Kind: core.Email, Direction: "out", ServiceID: k.ServiceID,
		EntryID: box.ID, ChannelID: k.ID, Subject: k.Subject, Reference: number(k.Number), At: now,
		Customer: interaction.Customer{Name: k.Initiator, Email: k.Address, ContactID: k.ContactID},
		Part:     interaction.NewSegment{Purpose: interaction.PurposePersonal, ToUserID: userID, At: now}})
	if err != nil {
		return nil, err
	}
	row := &Row{TenantID: k.TenantID, SegmentID: p.ID, InteractionID: i.ID, CaseID: k.ID, Number: k.Number, Place: PlacePersonal, OwnerID: userID,
		ServiceID: k.ServiceID, FromName: k.Initiator, FromAddress: k.Address, FromKey: folded(clip(k.Initiator+" "+k.Address, 200)),
		Subject: k.Subject, SubjectKey: folded(clip(k.Subject, 200)), Flagged: k.FlaggedBy != "", CreatedAt: now, UpdatedAt: now, CustomerAt: k.CustomerAt}
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return nil, err
	}
	return row, s.enqueue(ctx, tx, k.TenantID, core.Input{Type: core.InAnnounced, Kind: core.Email, Item: p.ID, Service: k.ServiceID,
		Agent: userID, Reason: core.ParkedPersonal})
}
