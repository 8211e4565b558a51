package audit

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// Filter chooses entries; zero values choose all.
type Filter struct {
	From, To int64 // unix ms, To excluded
	ActorID  string
	Action   string
	Entity   string
	EntityID string
	Q        string // part of a name, an address or a value
	Before   int64  // only entries with a lower number: the next page
	Limit    int64
}

// Search gives the newest entries first.
func (l *Log) Search(ctx context.Context, tenant string, f Filter) ([]Act, error) {
	var rows []entryRow
	q := l.db.Read().NewSelect().Model(&rows).Where("tenant_id = ?", tenant).OrderExpr("n DESC").Limit(f.Limit)
	if err := f.where(q).Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]Act, len(rows))
	for i, r := range rows {
		out[i] = r.entry()
	}
	return out, nil
}

func (f Filter) where(q *bun.SelectQuery) *bun.SelectQuery {
	if f.From > 0 {
		q = q.Where("at >= ?", f.From)
	}
	if f.To > 0 {
		q = q.Where("at < ?", f.To)
	}
	if f.Before > 0 {
		q = q.Where("n < ?", f.Before)
	}
	for column, value := range map[string]string{"actor_id": f.ActorID, "action": f.Action, "entity": f.Entity, "entity_id": f.EntityID} {
		if value != "" {
			q = q.Where("? = ?", bun.Ident(column), value)
		}
	}
	for _, word := range strings.Fields(strings.ToLower(f.Q)) {
		q = q.Where(`search LIKE ? ESCAPE '\'`, "%"+escapeLike(word)+"%")
	}
	return q
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func escapeLike(s string) string { return likeEscaper.Replace(s) }

func searchText(parts ...string) string { return strings.ToLower(strings.Join(parts, "\n")) }

// Verdict is what a look through the whole chain has found.
type Verdict struct {
	Intact  bool   `json:"intact"`
	Entries int64  `json:"entries" doc:"Entries that are in order, from the first on"`
	BadN    int64  `json:"badN,omitempty" doc:"Number of the first entry that is changed, missing or inserted"`
	Reason  string `json:"reason,omitempty"`
}

const verifySlice = 1000

// Verify walks a tenant's chain from the first entry to the last.
func (l *Log) Verify(ctx context.Context, tenant string) (Verdict, error) {
	var head headRow
	err := l.db.Read().NewSelect().Model(&head).Where("tenant_id = ?", tenant).Scan(ctx)
	if err != nil && !db.IsNone(err) {
		return Verdict{}, err
	}
	hash, n := "", int64(0)
	for n < head.N {
		var rows []entryRow
		err := l.db.Read().NewSelect().Model(&rows).Where("tenant_id = ? AND n > ? AND n <= ?", tenant, n, head.N).
			OrderExpr("n").Limit(verifySlice).Scan(ctx)
		if err != nil {
			return Verdict{}, err
		}
		if len(rows) == 0 {
			return Verdict{Entries: n, BadN: n + 1, Reason: "missing"}, nil
		}
		for _, r := range rows {
			e := r.entry()
			switch {
			case e.N != n+1:
				return Verdict{Entries: n, BadN: n + 1, Reason: "missing"}, nil
			case e.Hash != e.seal(l.key, tenant, hash):
				return Verdict{Entries: n, BadN: e.N, Reason: "changed"}, nil
			}
			n, hash = e.N, e.Hash
		}
	}
	if hash != head.Hash || (n > 0 && head.Seal != sealEnd(l.key, tenant, n, hash)) {
		return Verdict{Entries: n, BadN: n, Reason: "the end of the log was replaced"}, nil
	}
	beyond, err := l.db.Read().NewSelect().Model((*entryRow)(nil)).Where("tenant_id = ? AND n > ?", tenant, head.N).Exists(ctx)
	if err != nil {
		return Verdict{}, err
	}
	if beyond {
		// An act may have been committed since the head was read; then the head has moved on too.
		var now headRow
		if err := l.db.Read().NewSelect().Model(&now).Where("tenant_id = ?", tenant).Scan(ctx); err != nil {
			return Verdict{}, err
		}
		if now.N == head.N {
			return Verdict{Entries: n, BadN: n + 1, Reason: "inserted"}, nil
		}
	}
	return Verdict{Intact: true, Entries: n}, nil
}
