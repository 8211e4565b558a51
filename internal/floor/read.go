package floor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/uptrace/bun"

	"parley/internal/stats"
)

// AgentView is a signed-in agent as of from's transaction, nil for somebody who is not signed in. It reads the
// floor's rows, so any node may ask.
func (f *Floors) AgentView(ctx context.Context, from bun.IDB, tenant, user string) (*AgentView, error) {
	var r agentRow
	err := from.NewSelect().Model(&r).Where("fa.tenant_id = ? AND fa.id = ?", tenant, user).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := &AgentView{}
	return v, json.Unmarshal([]byte(r.View), v)
}

// SignedIn gives the facts of everybody signed in, as of from's transaction: the start of the live figures.
func (f *Floors) SignedIn(ctx context.Context, from bun.IDB, tenant string) ([]stats.AgentFact, error) {
	var rows []agentRow
	if err := from.NewSelect().Model(&rows).Where("fa.tenant_id = ?", tenant).Order("fa.id").Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]stats.AgentFact, len(rows))
	for i, r := range rows {
		var v AgentView
		if err := json.Unmarshal([]byte(r.View), &v); err != nil {
			return nil, err
		}
		out[i] = factOf(&v)
	}
	return out, nil
}

// Owned names the tenants whose floors live on this node now.
func (f *Floors) Owned(context.Context) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]string, 0, len(f.owners))
	for t := range f.owners {
		out = append(out, t)
	}
	return out, nil
}
