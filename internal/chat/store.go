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

// Every message walks through these.
var (
	interactionByID   = db.Prepare(`SELECT interaction_id FROM conversations WHERE tenant_id = ?1 AND id = ?2`)
	lockByID          = db.Prepare(`SELECT c.* FROM conversations AS c WHERE c.tenant_id = ?1 AND c.id = ?2{postgres: FOR UPDATE}`)
	interactionOfOpen = db.Prepare(`SELECT interaction_id FROM conversations WHERE tenant_id = ?1 AND visitor_id = ?2 AND state <> 'ended'`)
	lockOpenOf        = db.Prepare(`SELECT c.* FROM conversations AS c WHERE c.tenant_id = ?1 AND c.visitor_id = ?2 AND c.state <> 'ended'{postgres: FOR UPDATE}`)
	participantsOf    = db.Prepare(`SELECT p.* FROM participants AS p WHERE p.tenant_id = ?1 AND p.conversation_id = ?2 ORDER BY p.segment_id`)
	storeMessage      = db.Prepare(`INSERT INTO messages (tenant_id, conversation_id, n, id, client_id, author_kind, author_id, author_name, author_photo,
		kind, text, file, event, at, before_agent, automatic, scope)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING`)
	saveAccount = db.Prepare(`UPDATE conversations SET last_n = ?3, unanswered_at = ?4, due_at = ?5, due = ?6, version = ?7
		WHERE tenant_id = ?1 AND id = ?2`)
)

// lock gives a conversation for changing: until the end of the transaction
// nobody else numbers messages in it.
func (s *Service) lock(ctx context.Context, tx *db.Tx, tenant, id string) (*Conversation, error) {
	c, err := s.locked(ctx, tx, interactionByID, lockByID, tenant, id)
	if err == nil && c == nil {
		err = fail.NotFound("conversation")
	}
	return c, err
}

// locked locks one conversation, after its interaction, as the floor does; nil
// when there is none.
func (s *Service) locked(ctx context.Context, tx *db.Tx, interaction, conversation db.Statement, tenant, by string) (*Conversation, error) {
	if tx.Engine() == db.Postgres {
		c, err := db.One[Conversation](ctx, tx, interaction, tenant, by)
		if err == nil && c != nil && c.InteractionID != "" {
			err = s.interactions.Lock(ctx, tx, tenant, c.InteractionID)
		}
		if err != nil {
			return nil, err
		}
	}
	return db.One[Conversation](ctx, tx, conversation, tenant, by)
}

// lockOpen gives the visitor's conversation that goes on, nil when there is none.
func (s *Service) lockOpen(ctx context.Context, tx *db.Tx, tenant, visitorID string) (*Conversation, error) {
	return s.locked(ctx, tx, interactionOfOpen, lockOpenOf, tenant, visitorID)
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
	if !whole {
		_, err := tx.Do(ctx, saveAccount, c.TenantID, c.ID, c.LastN, c.UnansweredAt, c.DueAt, string(c.Due), c.Version)
		return err
	}
	_, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx)
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
