package interaction

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// Span is one state of one agent: from, to, why. The spans of a shift follow
// one another without a gap, so their lengths sum up to the shift (S-7).
type Span struct {
	bun.BaseModel `bun:"table:agent_spans,alias:sp"`

	TenantID  string `bun:"tenant_id,pk"`
	ID        string `bun:"id,pk"`
	ShiftID   string `bun:"shift_id"` // id of the shift's first span
	AgentID   string `bun:"agent_id"`
	TeamID    string `bun:"team_id"`
	State     string `bun:"state"`
	ReasonID  string `bun:"reason_id"`
	Cause     string `bun:"cause"`
	ByUserID  string `bun:"by_user_id"` // who forced it
	StartedAt int64  `bun:"started_at"`
	EndedAt   int64  `bun:"ended_at"` // 0: still
}

// AgentState is the state an agent has come to. State "" is signed out.
type AgentState struct {
	At       int64
	AgentID  string
	TeamID   string
	State    string
	ReasonID string
	Cause    string
	ByUserID string
}

// Offer is one offer of a segment to an agent and how it ended.
type Offer struct {
	bun.BaseModel `bun:"table:segment_offers,alias:o"`

	TenantID  string `bun:"tenant_id,pk"`
	SegmentID string `bun:"segment_id,pk"`
	N         int64  `bun:"n,pk"`
	AgentID   string `bun:"agent_id"`
	TeamID    string `bun:"team_id"`
	ServiceID string `bun:"service_id"`
	OfferedAt int64  `bun:"offered_at"`
	ClosedAt  int64  `bun:"closed_at"` // 0: still open
	Cause     string `bun:"cause"`     // Cause…
}

// LastSeen is when an agent's last state ended: when they left the floor. 0 is
// somebody who is there, or never was.
func (s *Service) LastSeen(ctx context.Context, from bun.IDB, tenant, userID string) (at int64, err error) {
	var sp Span
	err = from.NewSelect().Model(&sp).Column("ended_at").Where("sp.tenant_id = ? AND sp.agent_id = ?", tenant, userID).
		Order("sp.started_at DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return 0, nil
	}
	return sp.EndedAt, err
}
