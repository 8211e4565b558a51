package chat

import (
	"context"

	"github.com/uptrace/bun"
)

// Types of the frames of this package.
const (
	TypeMessage = "message.added"
	TypeChanged = "conversation.changed"
	TypeDraft   = "draft.changed"
)

// Audience is the stream of the customer's side of a conversation.
func Audience(conversationID string) string { return "c/" + conversationID }

// View is a conversation as its agents' desks have it: frame
// conversation.changed.
type View struct {
	ID            string     `json:"id"`
	InteractionID string     `json:"interactionId"`
	State         State      `json:"state" enum:"waiting,active,unserved,kept,ended"`
	ServiceID     string     `json:"serviceId"`
	Language      string     `json:"language"`
	SegmentIDs    []string   `json:"segmentIds"`
	Form          Form       `json:"form"`
	Page          Page       `json:"page"`
	CustomerReadN int64      `json:"customerReadN"`
	AgentReadN    int64      `json:"agentReadN"`
	ReadN         int64      `json:"readN" doc:"What the asking agent has read"`
	DeliveredN    int64      `json:"deliveredN"`
	LastN         int64      `json:"lastN"`
	CustomerOn    bool       `json:"customerOnline"`
	UnansweredAt  int64      `json:"unansweredAt" doc:"Since when the customer waits for an answer, 0 = answered"`
	Participants  []PartView `json:"participants"`
	OpenedAt      int64      `json:"openedAt"`
	JoinedAt      int64      `json:"joinedAt"`
	ClosedAt      int64      `json:"closedAt"`
	ClosedBy      string     `json:"closedBy,omitempty"`
	CloseReason   string     `json:"closeReason,omitempty"`
}

// PartView is somebody who takes part, or was asked to.
type PartView struct {
	SegmentID string `json:"segmentId"`
	UserID    string `json:"userId,omitempty"`
	Name      string `json:"name"`
	State     string `json:"state" enum:"expected,joined"`
	Organiser bool   `json:"organiser"`
}

func viewOf(c *Conversation, ps []*Participant, userID string) View {
	v := View{ID: c.ID, InteractionID: c.InteractionID, State: c.State, ServiceID: c.ServiceID, Language: c.Language,
		SegmentIDs: []string{}, Form: c.Form, Page: Page{URL: c.PageURL, Title: c.PageTitle, At: c.PageAt},
		CustomerReadN: c.CustomerReadN, AgentReadN: c.AgentReadN, DeliveredN: c.DeliveredN, LastN: c.LastN,
		CustomerOn: c.CustomerOn, UnansweredAt: c.UnansweredAt, Participants: []PartView{},
		OpenedAt: c.OpenedAt, JoinedAt: c.JoinedAt, ClosedAt: c.ClosedAt, ClosedBy: c.ClosedBy, CloseReason: c.CloseReason}
	in := joined(ps)
	for _, p := range ps {
		v.SegmentIDs = append(v.SegmentIDs, p.SegmentID)
		if p.UserID == userID {
			v.ReadN = max(v.ReadN, p.ReadN)
		}
		if p.State == PartJoined || (p.State == PartExpected && p.UserID != "") {
			v.Participants = append(v.Participants, PartView{SegmentID: p.SegmentID, UserID: p.UserID, Name: p.Name,
				State: p.State, Organiser: len(in) > 0 && in[0] == p})
		}
	}
	return v
}

// CustomerView is a conversation as the customer may see it.
type CustomerView struct {
	ID            string      `json:"id"`
	InteractionID string      `json:"-"`
	State         State       `json:"state" enum:"waiting,active,unserved,kept,ended"`
	Position      int         `json:"position,omitempty"` // in the queue, from 1; not in the frames of the stream, which are kept
	Agents        []AgentView `json:"agents"`
	CustomerReadN int64       `json:"customerReadN"`
	AgentReadN    int64       `json:"agentReadN"`
	DeliveredN    int64       `json:"deliveredN"`
	LastN         int64       `json:"lastN"`
	ClosedAt      int64       `json:"closedAt,omitempty"`
}

// AgentView is an agent as the customer may see one.
type AgentView struct {
	Name  string `json:"name"`
	Photo string `json:"photo,omitempty"`
}

func customerView(c *Conversation, ps []*Participant) CustomerView {
	v := CustomerView{ID: c.ID, InteractionID: c.InteractionID, State: c.State, Agents: []AgentView{}, CustomerReadN: c.CustomerReadN, AgentReadN: c.AgentReadN,
		DeliveredN: c.DeliveredN, LastN: c.LastN, ClosedAt: c.ClosedAt}
	for _, p := range joined(ps) {
		v.Agents = append(v.Agents, AgentView{Name: p.Name, Photo: p.Photo})
	}
	return v
}

// Conversations are those on an agent's desk, ended ones too as long as the
// agent has the row.
func (s *Service) Conversations(ctx context.Context, from bun.IDB, tenant, userID string) ([]View, error) {
	var cs []*Conversation
	err := from.NewSelect().Model(&cs).Where("c.tenant_id = ? AND c.id IN (?)", tenant,
		from.NewSelect().Model((*Participant)(nil)).Column("conversation_id").
			Where("p.tenant_id = ? AND p.user_id = ? AND p.state IN ('joined', 'left')", tenant, userID)).
		Order("c.opened_at", "c.id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(cs))
	for i, c := range cs {
		ids[i] = c.ID
	}
	ps, err := participants(ctx, from, tenant, ids...)
	if err != nil {
		return nil, err
	}
	of := map[string][]*Participant{}
	for _, p := range ps {
		of[p.ConversationID] = append(of[p.ConversationID], p)
	}
	out := make([]View, len(cs))
	for i, c := range cs {
		out[i] = viewOf(c, of[c.ID], userID)
	}
	return out, nil
}

// LastMessages gives the newest messages of conversations, up to limit of each,
// in their order.
func (s *Service) LastMessages(ctx context.Context, from bun.IDB, tenant string, conversationIDs []string, limit int) ([]Message, error) {
	out := []Message{}
	for _, id := range conversationIDs {
		ms, err := messagesOf(ctx, from, tenant, id, 0, limit, ScopeAll, ScopeAgents)
		if err != nil {
			return nil, err
		}
		out = append(out, ms...)
	}
	return out, nil
}

// CustomerSees gives the visitor's latest conversation, nil when there was
// none, with its messages before a number (0 = the newest), up to limit.
func (s *Service) CustomerSees(ctx context.Context, v Visitor, before int64, limit int) (*CustomerView, []Message, error) {
	return s.CustomerSeesIn(ctx, s.db.Read(), v, before, limit)
}

// CustomerSeesIn is CustomerSees within a transaction of the caller.
func (s *Service) CustomerSeesIn(ctx context.Context, from bun.IDB, v Visitor, before int64, limit int) (*CustomerView, []Message, error) {
	c, err := latest(ctx, from, v.TenantID, v.ID)
	if err != nil || c == nil {
		return nil, []Message{}, err
	}
	ps, err := participants(ctx, from, v.TenantID, c.ID)
	if err != nil {
		return nil, nil, err
	}
	ms, err := messagesOf(ctx, from, v.TenantID, c.ID, before, limit, ScopeAll)
	for i := range ms {
		ms[i] = ms[i].ForCustomer()
	}
	view := customerView(c, ps)
	return &view, ms, err
}

// LatestID is the id of the visitor's latest conversation, "" for none, and of
// its interaction while that one waits in a queue.
func (s *Service) LatestID(ctx context.Context, from bun.IDB, v Visitor) (id, queued string, err error) {
	c, err := latest(ctx, from, v.TenantID, v.ID)
	if err != nil || c == nil {
		return "", "", err
	}
	if c.State == StateWaiting {
		queued = c.InteractionID
	}
	return c.ID, queued, nil
}
