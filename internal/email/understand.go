package email

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/letter"
)

const (
	lookEvery = time.Second // for mails that another node took, and those that failed before
	lanes     = 8           // mails understood at once; a sender's mails stay in one lane, in their order
	perLook   = 128
	maxTries  = 5 // then the quarantine
)

// Reasons of the quarantine.
const (
	ReasonUnreadable = "unreadable" // no mail at all
	ReasonTooLarge   = "too_large"
	ReasonPanic      = "panic"      // it breaks the reader
	ReasonNoService  = "no_service" // nobody is to have it: the mailbox has no service any more
	ReasonFailed     = "failed"     // it could not be stored, several times
)

// Understand makes mails of what arrived, until ctx is done. tenants names those
// this node looks after: the ones whose floor it holds.
func (s *Service) Understand(ctx context.Context, tenants func(ctx context.Context) ([]string, error)) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		list, err := tenants(ctx)
		for _, t := range list {
			for more := true; more && err == nil; {
				more, err = s.UnderstandSome(ctx, t)
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("mails that arrived could not be read and will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.arrived:
		case <-tick.C:
		}
	}
}

// UnderstandSome takes some of a tenant's new mails, oldest first, and tells
// whether there may be more. What fails stays and is tried again at the next
// look, at most maxTries times; the error is one of the database.
func (s *Service) UnderstandSome(ctx context.Context, tenant string) (more bool, err error) {
	var rows []*intake
	if err := s.db.Read().NewSelect().Model(&rows).Where("t.tenant_id = ? AND t.state = 'new'", tenant).
		Order("t.id").Limit(perLook).Scan(ctx); err != nil {
		return false, err
	}
	var lane [lanes][]*intake
	for _, r := range rows {
		h := fnv.New32a()
		_, _ = h.Write([]byte(r.FromShown))
		n := h.Sum32() % lanes
		lane[n] = append(lane[n], r)
	}
	var all sync.WaitGroup
	failed := make([]error, lanes)
	for n := range lane {
		if len(lane[n]) == 0 {
			continue
		}
		all.Go(func() {
			for _, r := range lane[n] {
				if err := s.understand(ctx, r); err != nil {
					failed[n] = errors.Join(failed[n], err)
				}
			}
		})
	}
	all.Wait()
	err = errors.Join(failed...)
	return len(rows) == perLook && err == nil, err
}

// understand makes a mail of one row. An error means that it is to be tried
// again.
func (s *Service) understand(ctx context.Context, r *intake) error {
	l, reason, err := s.read(ctx, r)
	if err == nil && reason == "" {
		reason, err = s.store(ctx, r, l)
	}
	if err != nil && ctx.Err() == nil {
		if fail.Code(err) == fail.CodeUnavailable { // the disk or the database is away: not this mail's fault
			return err
		}
		s.log.Warn("a mail could not be taken in", "tenant", r.TenantID, "intake", r.ID, "try", r.Tries+1, "error", err)
		if r.Tries+1 < maxTries {
			return errors.Join(err, s.settle(ctx, r, IntakeNew, ""))
		}
		reason, err = ReasonFailed+": "+err.Error(), nil
	}
	if err != nil || reason == "" {
		return err
	}
	s.log.Warn("a mail went to the quarantine", "tenant", r.TenantID, "intake", r.ID, "reason", reason)
	return s.settle(ctx, r, IntakeQuarantined, reason)
}

// read opens and reads the raw mail; a mail that breaks the reader harms itself
// only.
func (s *Service) read(ctx context.Context, r *intake) (l *letter.Letter, reason string, err error) {
	raw, err := s.raw(ctx, r.TenantID, r.RawHash)
	if err != nil {
		return nil, "", err
	}
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a mail broke its reader", "tenant", r.TenantID, "intake", r.ID, "panic", p, "stack", string(debug.Stack()))
			l, reason, err = nil, ReasonPanic, nil
		}
	}()
	l, err = letter.Read(raw, letter.DefaultLimits)
	switch {
	case errors.Is(err, letter.ErrTooLarge):
		return nil, ReasonTooLarge, nil
	case err != nil:
		return nil, ReasonUnreadable, nil
	}
	return l, "", nil
}

// settle notes what became of a row that did not become a mail.
func (s *Service) settle(ctx context.Context, r *intake, state, reason string) error {
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		q := tx.NewUpdate().Model((*intake)(nil)).Set("state = ?", state).Set("reason = ?", clip(reason, 500)).Set("tries = tries + 1").
			Where("tenant_id = ? AND id = ? AND state = 'new'", r.TenantID, r.ID)
		if state != IntakeNew {
			q = q.Set("done_at = ?", s.now())
		}
		_, err := q.Exec(ctx)
		return err
	})
}

// claim marks the row as taken within the transaction that makes the mail; false
// when somebody else did.
func (s *Service) claim(ctx context.Context, tx *db.Tx, r *intake, mailID string) (bool, error) {
	res, err := tx.NewUpdate().Model((*intake)(nil)).Set("state = ?", IntakeTaken).Set("mail_id = ?", mailID).Set("reason = ''").
		Set("done_at = ?", s.now()).Where("tenant_id = ? AND id = ? AND state = 'new'", r.TenantID, r.ID).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// raw reads a stored mail.
func (s *Service) raw(ctx context.Context, tenant, hash string) ([]byte, error) {
	r, err := s.blobs.Open(ctx, tenant, hash)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	if r.Size() > MaxRaw {
		return nil, fmt.Errorf("a stored mail has %d bytes", r.Size())
	}
	b := make([]byte, r.Size())
	_, err = io.ReadFull(r, b)
	return b, err
}
