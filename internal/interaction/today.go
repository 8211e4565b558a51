package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/stats"
)

// Today gives what the live figures of a day start from: the segments queued since from (unix ms) or still open, and
// the agents' state spans that ended since from, as idb's transaction sees them.
func (s *Service) Today(ctx context.Context, idb bun.IDB, tenant string, from int64) ([]stats.SegmentFact, []stats.SpanFact, error) {
	var parts []*Segment
	err := idb.NewSelect().Model(&parts).Where("s.tenant_id = ?", tenant).
		Where("s.queued_at >= ? OR s.state <> 'finished'", from).Order("s.queued_at", "s.id").Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := loadAround(ctx, idb, tenant, parts)
	if err != nil {
		return nil, nil, err
	}
	segments := make([]stats.SegmentFact, 0, len(parts))
	for _, p := range parts {
		name := ""
		if i := all.interactions[p.InteractionID]; i != nil {
			name = i.Customer.Name
		}
		segments = append(segments, p.fact(name, s.success(ctx, p)))
	}
	var spans []*Span
	err = idb.NewSelect().Model(&spans).Where("sp.tenant_id = ? AND sp.ended_at >= ?", tenant, from).Order("sp.started_at", "sp.id").Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	out := make([]stats.SpanFact, len(spans))
	for i, sp := range spans {
		out[i] = stats.SpanFact{UserID: sp.AgentID, TeamID: sp.TeamID, State: sp.State, ReasonID: sp.ReasonID, FromAt: sp.StartedAt, ToAt: sp.EndedAt}
	}
	return segments, out, nil
}

// DispositionCount is how often somebody set a disposition.
type DispositionCount struct {
	DispositionID string `bun:"disposition_id"`
	Count         int64  `bun:"n"`
}

// DispositionsSince counts the outcomes an agent set on contacts accepted since from (unix ms), most frequent first.
func (s *Service) DispositionsSince(ctx context.Context, tenant, userID string, from int64) ([]DispositionCount, error) {
	var out []DispositionCount
	err := s.db.Read().NewSelect().Model((*Segment)(nil)).ColumnExpr("s.disposition_id, count(*) AS n").
		Where("s.tenant_id = ? AND s.agent_id = ? AND s.accepted_at >= ? AND s.disposition_id <> ''", tenant, userID, from).
		GroupExpr("s.disposition_id").OrderExpr("n DESC, s.disposition_id").Scan(ctx, &out)
	return out, err
}
