package interaction

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// forUpdate keeps others from the rows until the commit. SQLite has one writer
// and needs no such clause.
func forUpdate(tx *db.Tx, q *bun.SelectQuery) *bun.SelectQuery {
	if tx.Engine() == db.Postgres {
		return q.For("UPDATE")
	}
	return q
}

// around is a set of whole interactions: each with all its parts.
type around struct {
	interactions map[string]*Interaction
	parts        map[string][]*Segment // by interaction, in order of n
	byID         map[string]*Segment
}

// loadAround gives the interactions of some segments.
func loadAround(ctx context.Context, from bun.IDB, tenant string, segments []*Segment) (around, error) {
	ids := make([]string, 0, len(segments))
	for _, p := range segments {
		ids = append(ids, p.InteractionID)
	}
	return loadWhole(ctx, from, tenant, ids, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// lockAround gives the interactions that hold the segments with these ids, kept
// from others until the commit. Rows are locked in the order of their ids, so
// that two transactions never wait for one another.
func lockAround(ctx context.Context, tx *db.Tx, tenant string, segmentIDs []string) (around, error) {
	if len(segmentIDs) == 0 {
		return around{}, nil
	}
	var ids []string
	err := tx.NewSelect().Model((*Segment)(nil)).Distinct().Column("interaction_id").
		Where("s.tenant_id = ? AND s.id IN (?)", tenant, bun.List(segmentIDs)).Scan(ctx, &ids)
	if err != nil {
		return around{}, err
	}
	return loadWhole(ctx, tx, tenant, ids, func(q *bun.SelectQuery) *bun.SelectQuery { return forUpdate(tx, q) })
}

func loadWhole(ctx context.Context, from bun.IDB, tenant string, ids []string, lock func(*bun.SelectQuery) *bun.SelectQuery) (around, error) {
	a := around{interactions: map[string]*Interaction{}, parts: map[string][]*Segment{}, byID: map[string]*Segment{}}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return a, nil
	}
	var list []*Interaction
	if err := lock(from.NewSelect().Model(&list).Order("i.id").
		Where("i.tenant_id = ? AND i.id IN (?)", tenant, bun.List(ids))).Scan(ctx); err != nil {
		return a, err
	}
	for _, i := range list {
		a.interactions[i.ID] = i
	}
	var parts []*Segment
	if err := lock(from.NewSelect().Model(&parts).Order("s.interaction_id", "s.n").
		Where("s.tenant_id = ? AND s.interaction_id IN (?)", tenant, bun.List(ids))).Scan(ctx); err != nil {
		return a, err
	}
	for _, p := range parts {
		a.parts[p.InteractionID] = append(a.parts[p.InteractionID], p)
		a.byID[p.ID] = p
	}
	return a, nil
}

// saveSegments writes what Record owns of the segments; the agent's and the
// channel's columns stay as they are.
func saveSegments(ctx context.Context, tx *db.Tx, parts []*Segment) error {
	if len(parts) == 0 {
		return nil
	}
	q := tx.NewInsert().Model(&parts).On("CONFLICT (tenant_id, id) DO UPDATE")
	for _, c := range []string{"state", "agent_id", "team_id", "since_at", "offered_at", "offer_until", "accepted_at",
		"ended_at", "finished_at", "ended_by", "end_reason", "outcome", "queue_ms", "ring_ms", "talk_ms", "hold_ms", "held_at", "hold_span_ms",
		"wrapup_ms", "offers", "rejects", "misses", "answered_in_sl", "disposition_id"} {
		q = q.Set("? = EXCLUDED.?", bun.Ident(c), bun.Ident(c))
	}
	_, err := q.Exec(ctx)
	return err
}

func saveInteractions(ctx context.Context, tx *db.Tx, list []*Interaction) error {
	if len(list) == 0 {
		return nil
	}
	q := tx.NewInsert().Model(&list).On("CONFLICT (tenant_id, id) DO UPDATE")
	for _, c := range []string{"state", "ended_at", "finished_at"} {
		q = q.Set("? = EXCLUDED.?", bun.Ident(c), bun.Ident(c))
	}
	_, err := q.Exec(ctx)
	return err
}

func saveOffers(ctx context.Context, tx *db.Tx, offers []*Offer) error {
	if len(offers) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&offers).On("CONFLICT (tenant_id, segment_id, n) DO UPDATE").
		Set("closed_at = EXCLUDED.closed_at").Set("cause = EXCLUDED.cause").Exec(ctx)
	return err
}

func saveSpans(ctx context.Context, tx *db.Tx, spans []*Span) error {
	if len(spans) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&spans).On("CONFLICT (tenant_id, id) DO UPDATE").
		Set("ended_at = EXCLUDED.ended_at").Exec(ctx)
	return err
}

// openSpans gives the present state of each of the agents who has one.
func openSpans(ctx context.Context, tx *db.Tx, tenant string, agents []string) (map[string]*Span, error) {
	var list []*Span
	q := tx.NewSelect().Model(&list).Where("sp.ended_at = 0")
	if tx.Engine() == db.SQLite {
		// Given a long list of agents SQLite would rather read all spans the tenant
		// ever had than look each agent up; pairs make it use the index.
		pairs := make([]bun.TupleValues, len(agents))
		for i, a := range agents {
			pairs[i] = bun.Tuple([]string{tenant, a})
		}
		q = q.Where("(sp.tenant_id, sp.agent_id) IN (VALUES ?)", bun.List(pairs))
	} else {
		q = q.Where("sp.tenant_id = ? AND sp.agent_id IN (?)", tenant, bun.List(agents))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	open := make(map[string]*Span, len(list))
	for _, sp := range list {
		open[sp.AgentID] = sp
	}
	return open, nil
}

// handsOf counts the rows that each of the agents has in hand.
func handsOf(ctx context.Context, tx *db.Tx, tenant string, agents []string) (map[string]int, error) {
	var rows []struct {
		AgentID string `bun:"agent_id"`
		N       int    `bun:"n"`
	}
	err := tx.NewSelect().Model((*Segment)(nil)).Column("s.agent_id").ColumnExpr("COUNT(*) AS n").
		Where("s.tenant_id = ? AND s.agent_id IN (?) AND s.state IN ('active', 'ended') AND s.state <> 'finished'",
			tenant, bun.List(agents)).
		Group("s.agent_id").Scan(ctx, &rows)
	n := make(map[string]int, len(rows))
	for _, r := range rows {
		n[r.AgentID] = r.N
	}
	return n, err
}

// offersOf gives all offers of an interaction's segments, in their order.
func offersOf(ctx context.Context, from bun.IDB, tenant, interactionID string) ([]Offer, error) {
	var list []Offer
	err := from.NewSelect().Model(&list).Where("o.tenant_id = ?", tenant).
		Where("o.segment_id IN (SELECT id FROM segments WHERE tenant_id = ? AND interaction_id = ?)", tenant, interactionID).
		Order("o.offered_at", "o.segment_id", "o.n").Scan(ctx)
	return list, err
}
