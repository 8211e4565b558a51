package email

import (
	"context"
	"errors"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

// Noted writes down what was done to a case, in the same transaction.
type Noted func(ctx context.Context, tx *db.Tx, k *cases.Case) error

// DeleteMails puts the cases of mails of the queues into the bin (E-13).
func (s *Service) DeleteMails(ctx context.Context, who web.Identity, ids []string, note Noted) (MovedMails, error) {
	return s.each(ctx, ids, func(ctx context.Context, id string) error {
		row, err := s.rowOf(ctx, s.db.Read(), who.TenantID, id)
		switch {
		case err != nil:
			return err
		case row == nil || row.Place == PlaceHand:
			return taken()
		case row.CaseID == "":
			return fail.State("This mail was not sent yet: open it and delete the draft")
		}
		return s.deleteCase(ctx, who, row.CaseID, note)
	})
}

// DeleteCase puts a case into the bin. One that somebody else has cannot be
// deleted under their hands; whose own it is, finishes it as any other.
func (s *Service) DeleteCase(ctx context.Context, who web.Identity, caseID string, note Noted) error {
	if _, _, err := s.mayRead(ctx, who, caseID); err != nil {
		return err
	}
	return s.deleteCase(ctx, who, caseID, note)
}

func (s *Service) deleteCase(ctx context.Context, who web.Identity, caseID string, note Noted) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		open, err := s.openRow(ctx, tx, who.TenantID, caseID)
		if err != nil {
			return err
		}
		if open != nil { // the floor locks in this order too
			if err := s.interactions.Lock(ctx, tx, who.TenantID, open.InteractionID); err != nil {
				return err
			}
		}
		k, err := s.cases.Lock(ctx, tx, who.TenantID, caseID)
		if err != nil {
			return err
		}
		if open, err = s.openRow(ctx, tx, who.TenantID, caseID); err != nil {
			return err
		}
		if open != nil {
			if open.Offered || open.OwnerID != "" && open.OwnerID != who.UserID {
				return fail.State("Somebody else has it: " + s.name(ctx, who.TenantID, open.OwnerID))
			}
			if err := s.enqueue(ctx, tx, who.TenantID, floor.Over(open.SegmentID, interaction.ByAgent, interaction.ReasonDeleted)); err != nil {
				return err
			}
		}
		if err := s.cases.Delete(ctx, tx, k, who.UserID); err != nil {
			return err
		}
		return s.settled(ctx, tx, k, note)
	})
}

// settled saves a case that was put into the bin or taken out of it.
func (s *Service) settled(ctx context.Context, tx *db.Tx, k *cases.Case, note Noted) error {
	if err := s.cases.Save(ctx, tx, k); err != nil {
		return err
	}
	if err := note(ctx, tx, k); err != nil {
		return err
	}
	return s.changed(ctx, tx, k)
}

// RestoreCase takes a case out of the bin. One that is not closed stands in the
// personal queue of whoever restored it, if they handle mails.
func (s *Service) RestoreCase(ctx context.Context, who web.Identity, caseID string, note Noted) error {
	if _, err := s.inBin(ctx, who, caseID); err != nil {
		return err
	}
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		k, err := s.cases.Lock(ctx, tx, who.TenantID, caseID)
		if err != nil {
			return err
		}
		if err := s.cases.Restore(ctx, tx, k, who.UserID); err != nil {
			return err
		}
		open, err := s.openRow(ctx, tx, who.TenantID, caseID)
		if err != nil {
			return err
		}
		if open == nil && k.State != cases.StateClosed && who.UserID != "" && who.Can(org.HandleEmail) {
			k.AssigneeID = who.UserID
			if _, err := s.begun(ctx, tx, k, who.UserID); err != nil {
				return err
			}
		}
		return s.settled(ctx, tx, k, note)
	})
}

// inBin gives a deleted case to somebody who may look into the bin: with the
// privilege, the cases of the own services, or all where all cases are seen.
func (s *Service) inBin(ctx context.Context, who web.Identity, caseID string) (*cases.Case, error) {
	k, err := s.cases.Get(ctx, s.db.Read(), who.TenantID, caseID)
	if err != nil {
		return nil, err
	}
	services, err := s.binServices(ctx, who)
	if err == nil && (!k.Deleted() || !who.Can(org.HandleDeleteCases) || services != nil && !slices.Contains(services, k.ServiceID)) {
		err = fail.NotFound("case")
	}
	return k, err
}

// binServices are the services whose deleted cases somebody sees, nil for all.
func (s *Service) binServices(ctx context.Context, who web.Identity) ([]string, error) {
	if slices.ContainsFunc(seeAll, who.Can) {
		return nil, nil
	}
	if who.UserID == "" {
		return []string{}, nil
	}
	sc, err := s.scope(ctx, who)
	return append([]string{}, sc.services...), err
}

// DeletedCase is a case in the bin.
type DeletedCase struct {
	ID          string  `json:"id"`
	Number      int64   `json:"number"`
	Subject     string  `json:"subject"`
	From        Address `json:"from"`
	ServiceName string  `json:"serviceName"`
	DeletedAt   int64   `json:"deletedAt"`
	DeletedBy   string  `json:"deletedBy" doc:"A name"`
	GoneAt      int64   `json:"goneAt" doc:"When it is removed for good"`
}

// DeletedPage is a page of the bin.
type DeletedPage struct {
	Items []DeletedCase `json:"items"`
	Total int64         `json:"total"`
}

// Bin gives a page of the deleted cases, the last deleted first.
func (s *Service) Bin(ctx context.Context, who web.Identity, offset, limit int) (DeletedPage, error) {
	page := DeletedPage{Items: []DeletedCase{}}
	services, err := s.binServices(ctx, who)
	if err != nil || services != nil && len(services) == 0 {
		return page, err
	}
	list, total, err := s.cases.Bin(ctx, s.db.Read(), who.TenantID, services, offset, limit)
	page.Total = total
	for _, k := range list {
		d := DeletedCase{ID: k.ID, Number: k.Number, Subject: k.Subject, From: Address{Name: k.Initiator, Address: k.Address},
			DeletedAt: k.DeletedAt, DeletedBy: s.name(ctx, who.TenantID, k.DeletedBy), GoneAt: k.DeletedAt + cases.KeptDeleted}
		if rules, err := s.directory.Service(ctx, who.TenantID, k.ServiceID); err == nil {
			d.ServiceName = rules.Name
		}
		page.Items = append(page.Items, d)
	}
	return page, err
}

// atOnceGone is how many cases of the bin are removed in one transaction.
const atOnceGone = 50

// empty removes what lay in the bin for its time, with its mails; the files go
// when nothing names them any more.
func (s *Service) empty(ctx context.Context, tenant string) error {
	for {
		ids, err := s.cases.Overdue(ctx, s.db.Read(), tenant, atOnceGone)
		if err != nil || len(ids) == 0 {
			return err
		}
		err = s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			mails := tx.NewSelect().Model((*Mail)(nil)).Column("id").Where("m.tenant_id = ? AND m.case_id IN (?)", tenant, bun.List(ids))
			_, files := tx.NewDelete().Model((*MailFile)(nil)).Where("tenant_id = ? AND mail_id IN (?)", tenant, mails).Exec(ctx)
			if files != nil {
				return files
			}
			_, written := tx.NewDelete().Model((*Mail)(nil)).Where("tenant_id = ? AND case_id IN (?)", tenant, bun.List(ids)).Exec(ctx)
			_, rows := tx.NewDelete().Model((*Row)(nil)).Where("tenant_id = ? AND case_id IN (?)", tenant, bun.List(ids)).Exec(ctx)
			return errors.Join(written, rows, s.cases.Forget(ctx, tx, tenant, ids))
		})
		if err != nil {
			return err
		}
	}
}
