package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/stats"
)

// Today gives what the records know of what the live figures of a day start from, as idb's transaction sees it: the
// segments queued since from (unix ms) or still open, and the agents' state spans and offers that ended since from.
func (s *Service) Today(ctx context.Context, idb bun.IDB, tenant string, from int64) (stats.Rows, error) {
	var rows stats.Rows
	var parts []*Segment
	err := idb.NewSelect().Model(&parts).Where("s.tenant_id = ?", tenant).
		Where("s.queued_at >= ? OR s.state <> 'finished'", from).Order("s.queued_at", "s.id").Scan(ctx)
	if err != nil {
		return rows, err
	}
	all, err := loadAround(ctx, idb, tenant, parts)
	if err != nil {
		return rows, err
	}
	rows.Segments = make([]stats.SegmentFact, 0, len(parts))
	for _, p := range parts {
		name := ""
		if i := all.interactions[p.InteractionID]; i != nil {
			name = s.other(ctx, p, i).shown()
		}
		rows.Segments = append(rows.Segments, p.fact(name, s.success(ctx, p)))
	}
	var spans []*Span
	err = idb.NewSelect().Model(&spans).Where("sp.tenant_id = ? AND sp.ended_at >= ?", tenant, from).Order("sp.started_at", "sp.id").Scan(ctx)
	if err != nil {
		return rows, err
	}
	rows.Spans = make([]stats.SpanFact, len(spans))
	for i, sp := range spans {
		rows.Spans[i] = stats.SpanFact{UserID: sp.AgentID, TeamID: sp.TeamID, State: sp.State, ReasonID: sp.ReasonID, FromAt: sp.StartedAt, ToAt: sp.EndedAt}
	}
	rows.Blames, err = blames(ctx, idb, tenant, from)
	return rows, err
}

// blames counts the offers that agents rejected and missed since from.
func blames(ctx context.Context, idb bun.IDB, tenant string, from int64) ([]stats.BlameFact, error) {
	var counts []struct {
		AgentID string `bun:"agent_id"`
		TeamID  string `bun:"team_id"`
		Cause   string `bun:"cause"`
		Count   int64  `bun:"n"`
	}
	err := idb.NewSelect().Model((*Offer)(nil)).ColumnExpr("o.agent_id, o.team_id, o.cause, count(*) AS n").
		Where("o.tenant_id = ? AND o.closed_at >= ? AND o.cause IN ('rejected', 'missed')", tenant, from).
		GroupExpr("o.agent_id, o.team_id, o.cause").Scan(ctx, &counts)
	out := make([]stats.BlameFact, len(counts))
	for i, c := range counts {
		out[i] = stats.BlameFact{UserID: c.AgentID, TeamID: c.TeamID}
		if c.Cause == CauseRejected {
			out[i].Rejected = c.Count
		} else {
			out[i].Missed = c.Count
		}
	}
	return out, err
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
