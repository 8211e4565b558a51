package email

import (
	"context"
	"errors"

	"parley/internal/db"
	"parley/internal/floor/core"
)

// keepIntake is how long it is remembered what was taken, so that a server that
// sends the same mail again much later is still recognised.
const keepIntake = 60 * dayMS

// Tidy does what waits for its time: resolved cases are closed, the bin is emptied, mails whose agent
// stays away go back to the team's queue, what was taken long ago is forgotten, files that could not be checked are tried again.
// away tells since when somebody is not signed in, 0: is there.
func (s *Service) Tidy(ctx context.Context, tenant string, away func(ctx context.Context, tenant, userID string) (int64, error)) error {
	return errors.Join(s.closeResolved(ctx, tenant), s.empty(ctx, tenant), s.release(ctx, tenant, away), s.forget(ctx, tenant), s.checkAgain(ctx, tenant))
}

func (s *Service) closeResolved(ctx context.Context, tenant string) error {
	for {
		n := 0
		err := s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = s.cases.CloseResolved(ctx, tx, tenant)
			return err
		})
		if err != nil || n < 100 {
			return err
		}
	}
}

// release gives the mails of somebody who stays away longer than the service
// allows back to the team (decision 32). The service level runs on.
func (s *Service) release(ctx context.Context, tenant string, away func(ctx context.Context, tenant, userID string) (int64, error)) error {
	var rows []*Row
	if err := s.db.Read().NewSelect().Model(&rows).Where("r.tenant_id = ? AND r.place = ? AND r.case_id <> ''", tenant, PlacePersonal).
		Order("r.owner_id").Limit(10_000).Scan(ctx); err != nil {
		return err
	}
	since := map[string]int64{}
	for _, r := range rows {
		at, known := since[r.OwnerID]
		if !known {
			var err error
			if at, err = away(ctx, tenant, r.OwnerID); err != nil {
				return err
			}
			since[r.OwnerID] = at
		}
		rules, err := s.directory.Service(ctx, tenant, r.ServiceID)
		if err != nil || at == 0 || rules.ReleaseMS == 0 {
			continue
		}
		due, err := s.directory.DueAt(ctx, tenant, r.ServiceID, max(at, r.UpdatedAt), rules.ReleaseMS)
		if err != nil || due > s.now() {
			continue
		}
		if _, err := s.floor.Do(ctx, tenant, core.Input{Type: core.InSubmitted, Item: r.SegmentID, Agent: r.OwnerID, Forced: true}); err != nil {
			s.log.Warn("a mail of somebody away could not go back to its queue", "tenant", tenant, "segment", r.SegmentID, "error", err)
		}
	}
	return nil
}

func (s *Service) forget(ctx context.Context, tenant string) error {
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewDelete().Model((*intake)(nil)).Where("tenant_id = ? AND id IN (?)", tenant,
			tx.NewSelect().Model((*intake)(nil)).Column("id").Where("t.tenant_id = ? AND t.done_at > 0 AND t.done_at < ? AND t.state <> 'quarantined'", tenant, s.now()-keepIntake).Limit(500)).Exec(ctx)
		return err
	})
}
