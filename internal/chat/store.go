package chat

import (
	"context"
	"regexp"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Purposes and states of a participant.
const (
	PurposeQueue    = "queue"
	PurposeTransfer = "transfer"
	PurposeInvite   = "invite"

	PartExpected = "expected" // somebody is looked for, or asked
	PartJoined   = "joined"
	PartLeft     = "left" // the row is still on the agent's desk
	PartDone     = "done"
)

// Participant is one segment of a conversation's interaction as the
// conversation sees it: an agent who takes part, or the place of one.
type Participant struct {
	bun.BaseModel `bun:"table:participants,alias:p"`

	TenantID       string `bun:"tenant_id,pk"`
	SegmentID      string `bun:"segment_id,pk"`
	ConversationID string `bun:"conversation_id"`
	Purpose        string `bun:"purpose"`
	State          string `bun:"state"`
	UserID         string `bun:"user_id"` // "" = not known yet
	Name           string `bun:"name"`    // the one customers see
	Photo          string `bun:"photo"`
	ReadN          int64  `bun:"read_n"`
	InvitedBy      string `bun:"invited_by"` // segment of who invited or transferred
	JoinedAt       int64  `bun:"joined_at"`
	LeftAt         int64  `bun:"left_at"`
}

// Visitor is a browser the widget recognises.
type Visitor struct {
	bun.BaseModel `bun:"table:visitors,alias:v"`

	TenantID  string `bun:"tenant_id,pk"`
	ID        string `bun:"id,pk"`
	EntryID   string `bun:"entry_id"`
	TokenHash string `bun:"token_hash"`
	ContactID string `bun:"contact_id"`
	CreatedAt int64  `bun:"created_at"`
	SeenAt    int64  `bun:"seen_at"`
}

type fileRow struct {
	bun.BaseModel `bun:"table:files,alias:f"`

	TenantID       string `bun:"tenant_id,pk"`
	ID             string `bun:"id,pk"`
	ConversationID string `bun:"conversation_id"`
	Blob           string `bun:"blob"`
	Name           string `bun:"name"`
	Type           string `bun:"type"`
	Size           int64  `bun:"size"`
	Width          int    `bun:"width"`
	Height         int    `bun:"height"`
	At             int64  `bun:"at"`
}

// lock gives a conversation for changing: until the end of the transaction
// nobody else numbers messages in it.
func (s *Service) lock(ctx context.Context, tx *db.Tx, tenant, id string) (*Conversation, error) {
	c, err := s.locked(ctx, tx, tenant, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("c.id = ?", id) })
	if err == nil && c == nil {
		err = fail.NotFound("conversation")
	}
	return c, err
}

// locked locks the one conversation that where names, after its interaction, as
// the floor does; nil when there is none.
func (s *Service) locked(ctx context.Context, tx *db.Tx, tenant string, where func(*bun.SelectQuery) *bun.SelectQuery) (*Conversation, error) {
	c := new(Conversation)
	query := func() *bun.SelectQuery { return where(tx.NewSelect().Model(c).Where("c.tenant_id = ?", tenant)) }
	if tx.Engine() == db.Postgres {
		var interactionID string
		err := query().Column("interaction_id").Scan(ctx, &interactionID)
		if err == nil && interactionID != "" {
			err = s.interactions.Lock(ctx, tx, tenant, interactionID)
		}
		if err != nil && !db.IsNone(err) {
			return nil, err
		}
	}
	err := forUpdate(tx, query()).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return c, err
}

// lockOpen gives the visitor's conversation that goes on, nil when there is none.
func (s *Service) lockOpen(ctx context.Context, tx *db.Tx, tenant, visitorID string) (*Conversation, error) {
	return s.locked(ctx, tx, tenant, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("c.visitor_id = ? AND c.state <> 'ended'", visitorID)
	})
}

func forUpdate(tx *db.Tx, q *bun.SelectQuery) *bun.SelectQuery {
	if tx.Engine() == db.Postgres {
		return q.For("UPDATE")
	}
	return q // SQLite has one writer
}

// latest gives the visitor's newest conversation, nil when there was none.
func latest(ctx context.Context, from bun.IDB, tenant, visitorID string) (*Conversation, error) {
	c := new(Conversation)
	err := from.NewSelect().Model(c).Where("c.tenant_id = ? AND c.visitor_id = ?", tenant, visitorID).
		Order("c.opened_at DESC", "c.id DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return c, err
}

// idForm is what an id of ours can look like; anything else is nobody's, and
// may hold bytes that no database takes.
var idForm = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

func get(ctx context.Context, from bun.IDB, tenant, id string) (*Conversation, error) {
	c := new(Conversation)
	if !idForm.MatchString(id) {
		return nil, fail.NotFound("conversation")
	}
	err := from.NewSelect().Model(c).Where("c.tenant_id = ? AND c.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("conversation")
	}
	return c, err
}

// save writes a locked conversation back: whole, or only what a message changes.
func save(ctx context.Context, tx *db.Tx, c *Conversation, whole bool) error {
	c.Version++
	q := tx.NewUpdate().Model(c).WherePK()
	if !whole {
		q = q.Column("last_n", "unanswered_at", "due_at", "due", "version")
	}
	_, err := q.Exec(ctx)
	return err
}

func participants(ctx context.Context, from bun.IDB, tenant string, conversationIDs ...string) ([]*Participant, error) {
	var ps []*Participant
	if len(conversationIDs) == 0 {
		return ps, nil
	}
	err := from.NewSelect().Model(&ps).Where("p.tenant_id = ? AND p.conversation_id IN (?)", tenant, bun.List(conversationIDs)).
		Order("p.segment_id").Scan(ctx)
	return ps, err
}

// lastAgent is who talked to the customer last, "" for nobody.
func lastAgent(ctx context.Context, from bun.IDB, tenant, contactID string) (userID string, err error) {
	var p Participant
	err = from.NewSelect().Model(&p).Column("user_id").Join("JOIN conversations AS c ON c.tenant_id = p.tenant_id AND c.id = p.conversation_id").
		Where("c.tenant_id = ? AND c.contact_id = ? AND p.joined_at > 0", tenant, contactID).Order("p.joined_at DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return "", nil
	}
	return p.UserID, err
}

// joined are those who take part now, longest first (decision 21).
func joined(ps []*Participant) []*Participant {
	var out []*Participant
	for _, p := range ps {
		if p.State == PartJoined {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *Participant) int { return int(a.JoinedAt - b.JoinedAt) })
	return out
}

// byClientID finds a message its author has sent before, in any conversation
// of the visitor or, for an agent, in this one.
func byClientID(ctx context.Context, from bun.IDB, tenant, conversationID string, a Author, clientID string) (*Message, error) {
	var r messageRow
	err := from.NewSelect().Model(&r).
		Where("m.tenant_id = ? AND m.conversation_id = ? AND m.author_kind = ? AND m.author_id = ? AND m.client_id = ?",
			tenant, conversationID, a.Kind, a.ID, clientID).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	m := r.message()
	return &m, err
}

// messagesOf gives up to limit messages with numbers below before (0 = the
// newest), in their order. scopes are those the reader may see.
func messagesOf(ctx context.Context, from bun.IDB, tenant, conversationID string, before int64, limit int, scopes ...string) ([]Message, error) {
	var rows []messageRow
	q := from.NewSelect().Model(&rows).Where("m.tenant_id = ? AND m.conversation_id = ? AND m.scope IN (?)", tenant, conversationID, bun.List(scopes)).
		Order("m.n DESC").Limit(int64(limit))
	if before > 0 {
		q = q.Where("m.n < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]Message, len(rows))
	for i, r := range rows {
		out[len(rows)-1-i] = r.message()
	}
	return out, nil
}
