package org

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/fail"
)

// pageQuery chooses a page of a list.
type pageQuery struct {
	Q        string
	Limit    int
	Cursor   string
	Refers   string // only those that refer to the thing with this id
	Archived bool   // those that were deleted instead
	TeamIDs  []string
	inTeams  bool // only users of TeamIDs
	everyone bool // the tenants themselves, for the operator of the installation
}

// page is one page of things, in order of their names.
type page[T any] struct {
	Items []*T   `json:"items"`
	Next  string `json:"next" doc:"Cursor of the next page, empty at the end"`
	Total int    `json:"total"`
}

func (b *book[T, P]) page(ctx context.Context, from bun.IDB, tenant string, pq pageQuery) (*page[T], error) {
	filter := func(q *bun.SelectQuery) *bun.SelectQuery {
		return b.filter(q.Table(b.plural), tenant, pq)
	}
	total, err := filter(from.NewSelect()).Count(ctx)
	if err != nil {
		return nil, err
	}
	q := filter(from.NewSelect()).ColumnExpr(rowColumns).OrderExpr("sort_name, id").Limit(int64(pq.Limit) + 1)
	if pq.Cursor != "" {
		name, id, err := readCursor(pq.Cursor)
		if err != nil {
			return nil, err
		}
		q = q.Where("(sort_name, id) > (?, ?)", name, id)
	}
	var rows []row
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := &page[T]{Items: []*T{}, Total: int(total)}
	for i, r := range rows {
		if i == pq.Limit {
			last := rows[i-1]
			out.Next = base64.RawURLEncoding.EncodeToString([]byte(last.SortName + "\x00" + last.ID))
			break
		}
		p, err := b.decode(r)
		if err != nil {
			return nil, err
		}
		p.base().Abilities = b.abilities(ctx, p)
		out.Items = append(out.Items, p)
	}
	return out, nil
}

func (b *book[T, P]) filter(q *bun.SelectQuery, tenant string, pq pageQuery) *bun.SelectQuery {
	if !pq.everyone {
		q = q.Where("tenant_id = ?", tenant)
	}
	if pq.Archived {
		q = q.Where("archived_at <> 0")
	} else {
		q = q.Where("archived_at = 0")
	}
	for _, word := range strings.Fields(strings.ToLower(pq.Q)) {
		q = q.Where(`search LIKE ? ESCAPE '\'`, "%"+likeEscaper.Replace(word)+"%")
	}
	if pq.Refers != "" {
		q = q.Where("id IN (SELECT from_id FROM org_links WHERE tenant_id = ? AND from_kind = ? AND to_id = ?)", tenant, b.word, pq.Refers)
	}
	if pq.inTeams {
		q = q.Where("team_id IN (?)", bun.List(append([]string{"\x01"}, pq.TeamIDs...)))
	}
	return q
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func readCursor(c string) (name, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		if name, id, ok := strings.Cut(string(b), "\x00"); ok {
			return name, id, nil
		}
	}
	return "", "", fail.Invalid("cursor", "is not one that was given out")
}
