package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Why a session ended.
const (
	SignedOut = "signed_out"
	Replaced  = "replaced"
	Forced    = "forced"
	Expired   = "expired"
	Closed    = "closed"
)

// endCodes is what the owner of a session is told about its end.
var endCodes = map[string]string{Replaced: "PAR-1003", Forced: "PAR-1004", SignedOut: fail.CodeSignIn, Expired: fail.CodeSignIn, Closed: fail.CodeSignIn}

// Session is one stay of a user.
type Session struct {
	bun.BaseModel `bun:"table:sessions"`

	TenantID    string `bun:"tenant_id,pk"`
	ID          string `bun:"id,pk"`
	UserID      string `bun:"user_id"`
	TokenHash   string `bun:"token_hash"`
	CreatedAt   int64  `bun:"created_at"`
	LastSeenAt  int64  `bun:"last_seen_at"` // up to seenEvery late
	Address     string `bun:"address"`
	Agent       string `bun:"agent"` // what the browser calls itself
	EndedAt     int64  `bun:"ended_at"`
	EndReason   string `bun:"end_reason"`
	EndedBy     string `bun:"ended_by"` // user id, "" for the system
	EndedByName string `bun:"ended_by_name"`
}

// Ended is the data of the change session.ended, for the user's own desk.
type Ended struct {
	SessionID string `json:"sessionId" doc:"The session that ended; the user may have a new one already"`
	Code      string `json:"code" doc:"PAR-1003 signed in elsewhere, PAR-1004 signed out by somebody, PAR-0009 otherwise"`
	By        string `json:"by" doc:"Name of who ended it"`
	At        int64  `json:"at"`
}

// EventEnded is the type of that change.
const EventEnded = "session.ended"

func (s *Session) ended() Ended {
	return Ended{SessionID: s.ID, Code: endCodes[s.EndReason], By: s.EndedByName, At: s.EndedAt}
}

// refusal is what a request with an ended session is answered.
func (s *Session) refusal() error {
	at := time.UnixMilli(s.EndedAt).UTC()
	return fail.New(endCodes[s.EndReason], map[string]any{
		"supervisor": s.EndedByName, "time": at.Format("15:04 MST"), "at": s.EndedAt,
	})
}

// overdue says whether the tenant's limits have ended the session by themselves.
func (s *Session) overdue(r Rules, now int64) bool {
	return now-s.CreatedAt > r.SessionFor.Milliseconds() ||
		r.IdleFor > 0 && now-s.LastSeenAt > (r.IdleFor+seenEvery).Milliseconds()
}

// newToken is 256 random bits as text.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func tokenHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

func sessionByToken(ctx context.Context, from bun.IDB, tenant, token string) (s Session, found bool, err error) {
	err = from.NewSelect().Model(&s).Where("tenant_id = ? AND token_hash = ?", tenant, tokenHash(token)).Scan(ctx)
	if db.IsNone(err) {
		return s, false, nil
	}
	return s, err == nil, err
}

func liveSession(ctx context.Context, from bun.IDB, tenant, userID string) (s Session, found bool, err error) {
	err = from.NewSelect().Model(&s).Where("tenant_id = ? AND user_id = ? AND ended_at = 0", tenant, userID).Scan(ctx)
	if db.IsNone(err) {
		return s, false, nil
	}
	return s, err == nil, err
}

// end writes the end of a live session; false when it had ended already.
func (s *Session) end(ctx context.Context, tx *db.Tx) (bool, error) {
	res, err := tx.NewUpdate().Model(s).Column("ended_at", "end_reason", "ended_by", "ended_by_name").
		WherePK().Where("ended_at = 0").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
