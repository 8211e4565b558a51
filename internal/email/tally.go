package email

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// tally is how many mails of a service wait, and how many of them for longer
// than the service level allows.
type tally struct {
	N       int64 `bun:"n"`
	Overdue int64 `bun:"overdue"`
}

// Counting a hundred thousand rows takes a while, and each desk of a team asks
// after each change: what was dear to count is given again for ten times as long
// as it took, at most a second. What is cheap is always counted.
const (
	dearTally = 20 * time.Millisecond
	oldTally  = time.Second
)

// tallies are the last counts of the team queues of tenants.
type tallies struct{ of sync.Map } // tenant → *teamTally

type teamTally struct {
	mu        sync.Mutex // held while counting: who else asks waits for the same
	byService map[string]tally
	until     time.Time
}

// teamTally counts the team queue of a tenant by service; the map must not be
// changed.
func (s *Service) teamTally(ctx context.Context, tenant string) (map[string]tally, error) {
	v, _ := s.tallies.of.LoadOrStore(tenant, new(teamTally))
	t := v.(*teamTally)
	t.mu.Lock()
	defer t.mu.Unlock()
	began := time.Now()
	if began.Before(t.until) {
		return t.byService, nil
	}
	byService, err := s.count(ctx, s.db.Read().NewSelect().Model((*Row)(nil)).Where("r.tenant_id = ? AND r.place = ?", tenant, PlaceTeam))
	if err != nil {
		return nil, err
	}
	t.byService, t.until = byService, time.Time{}
	if took := time.Since(began); took > dearTally {
		t.until = time.Now().Add(min(10*took, oldTally))
	}
	return byService, nil
}

// tally counts a queue by service, as far as the scope goes.
func (s *Service) tally(ctx context.Context, sc scope, place string) (map[string]tally, error) {
	if place != PlaceTeam {
		return s.count(ctx, sc.within(s.db.Read().NewSelect().Model((*Row)(nil)), place))
	}
	all, err := s.teamTally(ctx, sc.tenant)
	if err != nil {
		return nil, err
	}
	mine := map[string]tally{}
	for _, id := range sc.services {
		if t, ok := all[id]; ok {
			mine[id] = t
		}
	}
	return mine, nil
}

func (s *Service) count(ctx context.Context, q *bun.SelectQuery) (map[string]tally, error) {
	var found []struct {
		ServiceID string `bun:"service_id"`
		tally
	}
	err := q.Column("service_id").ColumnExpr("COUNT(*) AS n").
		ColumnExpr("COUNT(CASE WHEN r.sl_due_at > 0 AND r.sl_due_at < ? THEN 1 END) AS overdue", s.now()).Group("service_id").Scan(ctx, &found)
	byService := make(map[string]tally, len(found))
	for _, f := range found {
		byService[f.ServiceID] = f.tally
	}
	return byService, err
}

// sum adds up all services of a queue.
func sum(byService map[string]tally) (all tally) {
	for _, t := range byService {
		all.N += t.N
		all.Overdue += t.Overdue
	}
	return all
}
