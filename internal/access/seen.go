package access

import (
	"context"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/run"
)

// seenEvery is how often the times of last use go to the database: a request
// must not cost a write.
const seenEvery = 20 * time.Second

const (
	sessionSeen = "sessions"
	keySeen     = "api_keys"
)

type seenKey struct{ table, tenant, id string }

// seen gathers times of last use between two writes. Its size is bounded by what
// is really used in that time.
type seen struct {
	mu sync.Mutex
	at map[seenKey]int64
}

func newSeen() *seen { return &seen{at: map[seenKey]int64{}} }

func (s *seen) mark(table, tenant, id string, at int64) {
	s.mu.Lock()
	s.at[seenKey{table, tenant, id}] = at
	s.mu.Unlock()
}

// latest is the later of what the row says and what is not written yet.
func (s *seen) latest(table, tenant, id string, row int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(row, s.at[seenKey{table, tenant, id}])
}

func (s *seen) take() map[seenKey]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.at
	s.at = map[seenKey]int64{}
	return at
}

// Start begins the periodic work: times of last use, and the sweep of what is over.
func (s *Service) Start(g *run.Group) {
	g.Every("access.seen", seenEvery, s.writeSeen)
	g.Every("access.sweep", 10*time.Minute, s.sweep)
}

func (s *Service) writeSeen(ctx context.Context) error {
	at := s.seen.take()
	if len(at) == 0 {
		return nil
	}
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		for k, t := range at {
			column := "last_seen_at"
			if k.table == keySeen {
				column = "last_used_at"
			}
			_, err := tx.NewRaw("UPDATE "+k.table+" SET "+column+" = ? WHERE tenant_id = ? AND id = ? AND "+column+" < ?", t, k.tenant, k.id, t).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	keepSessions = 30 * 24 * time.Hour // ended ones, to tell their owners why
	sweepSlice   = 200                 // rows in one transaction
)

// sweep ends sessions that are over by their tenant's limits and removes what
// nobody asks for any more.
func (s *Service) sweep(ctx context.Context) error {
	var live []Session
	if err := s.db.Read().NewSelect().Model(&live).Where("ended_at = 0").Scan(ctx); err != nil {
		return err
	}
	for i := range live {
		session := &live[i]
		session.LastSeenAt = s.seen.latest(sessionSeen, session.TenantID, session.ID, session.LastSeenAt)
		if !s.expired(ctx, *session) {
			continue
		}
		err := s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			return s.finish(ctx, tx, session, Expired, "", "")
		})
		if err != nil {
			return err
		}
	}
	return s.removeOld(ctx)
}

func (s *Service) removeOld(ctx context.Context) error {
	now := s.now()
	for _, q := range []struct {
		sql    string
		before int64
	}{
		{"DELETE FROM sessions WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM sessions WHERE ended_at > 0 AND ended_at < ? LIMIT ?)", now - keepSessions.Milliseconds()},
		{"DELETE FROM sign_in_guesses WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM sign_in_guesses WHERE last_at < ? LIMIT ?)", now - forgiveAfter.Milliseconds()},
		{"DELETE FROM password_resets WHERE (tenant_id, user_id) IN (SELECT tenant_id, user_id FROM password_resets WHERE expires_at < ? LIMIT ?)", now},
		{"DELETE FROM password_reset_asks WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM password_reset_asks WHERE hour < ? LIMIT ?)", now / hourMS},
	} {
		for {
			var n int64
			err := s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
				res, err := tx.NewRaw(q.sql, q.before, sweepSlice).Exec(ctx)
				if err != nil {
					return err
				}
				n, err = res.RowsAffected()
				return err
			})
			if err != nil {
				return err
			}
			if n < sweepSlice {
				break
			}
		}
	}
	return nil
}
