package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/fail"
)

// ActivityFilter says whose states are looked for, and when. The period is
// closed: its length bounds what the sums cost.
type ActivityFilter struct {
	AgentIDs []string // of these; nobody else is looked at
	TeamID   string   // in which they were then; "": any
	From, To int64    // unix ms, To excluded
	Newest   bool     // newest first
	Cursor   string
	Limit    int
}

// Activity is one page of agents' states, and the sums of the whole period.
type Activity struct {
	At    int64         // up to when running states are counted, unix ms
	Spans []Span        // as they are kept, those that reach into the period too
	Sums  []ActivitySum // by state and reason
	Next  string        // cursor, "" after the last page
}

// ActivitySum is the time spent in one state for one reason within the period.
type ActivitySum struct {
	State    string `bun:"state"`
	ReasonID string `bun:"reason_id"`
	Ms       int64  `bun:"ms"`
	Spans    int64  `bun:"n"`
	Running  int64  `bun:"running"` // of them, those that last on
}

const day = 24 * 60 * 60 * 1000

// The longest periods: a day has a few hundred spans an agent.
const (
	maxDaysOne  = 93 // of one agent
	maxDaysMany = 8  // a week, with the hour that a change of the clocks adds
)

func (f *ActivityFilter) check() error {
	if f.From <= 0 || f.To <= f.From {
		return fail.Invalid("to", "Give the beginning and the end of the period; the end is later")
	}
	days := int64(maxDaysOne)
	if len(f.AgentIDs) > 1 {
		days = maxDaysMany
	}
	if f.To-f.From > days*day {
		return fail.Invalid("to", "The period is too long: at most 93 days of one agent, 8 days of several")
	}
	return nil
}

// Activity gives agents' states in the order of time, with what they sum up to
// by now (S-7: the same spans that the live figures are made of).
func (s *Service) Activity(ctx context.Context, from bun.IDB, tenant string, f ActivityFilter, now int64) (Activity, error) {
	a := Activity{At: now, Spans: []Span{}, Sums: []ActivitySum{}}
	if err := f.check(); err != nil {
		return a, err
	}
	if len(f.AgentIDs) == 0 {
		return a, nil
	}
	if f.Limit <= 0 || f.Limit > maxPage {
		f.Limit = maxPage
	}
	begin, err := f.begin(ctx, from, tenant)
	if err != nil {
		return a, err
	}
	if err := f.within(from, tenant, begin).Model((*Span)(nil)).ColumnExpr("sp.state, sp.reason_id, COUNT(*) AS n").
		ColumnExpr("SUM(CASE WHEN sp.ended_at = 0 AND ? < ? THEN 1 ELSE 0 END) AS running", now, f.To).
		ColumnExpr(`CAST(SUM(CASE WHEN sp.ended_at = 0 OR sp.ended_at > ? THEN ? ELSE sp.ended_at END -
			CASE WHEN sp.started_at < ? THEN ? ELSE sp.started_at END) AS BIGINT) AS ms`, min(f.To, now), min(f.To, now), f.From, f.From).
		GroupExpr("sp.state, sp.reason_id").OrderExpr("sp.state, sp.reason_id").Scan(ctx, &a.Sums); err != nil {
		return a, err
	}
	q := f.within(from, tenant, begin).Model(&a.Spans)
	sign, dir := ">", "ASC"
	if f.Newest {
		sign, dir = "<", "DESC"
	}
	if f.Cursor != "" {
		at, last, err := readCursor(f.Cursor)
		if err != nil {
			return a, err
		}
		q = q.Where("(sp.started_at, sp.id) ? (?, ?)", bun.Safe(sign), at, last)
	}
	if err := q.OrderExpr("sp.started_at ?, sp.id ?", bun.Safe(dir), bun.Safe(dir)).Limit(int64(f.Limit) + 1).Scan(ctx); err != nil {
		return a, err
	}
	if len(a.Spans) > f.Limit {
		a.Spans = a.Spans[:f.Limit]
		last := a.Spans[f.Limit-1]
		a.Next = cursorOf(last.StartedAt, last.ID)
	}
	return a, nil
}

// within narrows to spans that have a part in the period. begin is where the
// earliest of them starts, so that the index has a range to read.
func (f *ActivityFilter) within(from bun.IDB, tenant string, begin int64) *bun.SelectQuery {
	q := from.NewSelect().Where("sp.tenant_id = ? AND sp.agent_id IN (?)", tenant, bun.List(f.AgentIDs)).
		Where("sp.started_at >= ? AND sp.started_at < ?", begin, f.To).
		Where("sp.started_at >= ? OR sp.ended_at > ? OR sp.ended_at = 0", f.From, f.From)
	if f.TeamID != "" {
		q = q.Where("sp.team_id = ?", f.TeamID)
	}
	return q
}

// begin is the start of the earliest span that reaches into the period. An
// agent's spans follow one another, so only the last one before it can.
func (f *ActivityFilter) begin(ctx context.Context, from bun.IDB, tenant string) (int64, error) {
	agents := make([]bun.TupleValues, len(f.AgentIDs))
	for i, id := range f.AgentIDs {
		agents[i] = bun.Tuple([]string{id})
	}
	before := from.NewSelect().TableExpr("agent_spans AS s").
		ColumnExpr("CASE WHEN s.ended_at = 0 OR s.ended_at > ? THEN s.started_at END", f.From).
		Where("s.tenant_id = ? AND s.agent_id = v.column1 AND s.started_at < ?", tenant, f.From).
		OrderExpr("s.started_at DESC, s.id DESC").Limit(1)
	var at *int64
	err := from.NewSelect().ColumnExpr("MIN((?))", before).TableExpr("(VALUES ?) AS v", bun.List(agents)).Scan(ctx, &at)
	if err != nil || at == nil {
		return f.From, err
	}
	return *at, nil
}
