package chat

import (
	"context"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
)

// Draft is a half-written text of an agent, kept so that a reload or another
// computer loses nothing (A-6, C-7). Key is what it belongs to: a
// conversation's id.
type Draft struct {
	bun.BaseModel `bun:"table:drafts,alias:d" json:"-"`

	TenantID  string `bun:"tenant_id,pk" json:"-"`
	UserID    string `bun:"user_id,pk" json:"-"`
	Key       string `bun:"key,pk" json:"key"`
	Text      string `bun:"text" json:"text"`
	UpdatedAt int64  `bun:"updated_at" json:"updatedAt"`
}

// maxDrafts is how many an agent may have; older ones are in nobody's way.
const maxDrafts = 200

// SaveDraft keeps a draft; an empty text removes it.
func (s *Service) SaveDraft(ctx context.Context, tenant, userID, key, text string) (Draft, error) {
	d := Draft{TenantID: tenant, UserID: userID, Key: key, Text: text, UpdatedAt: s.now()}
	if key == "" || len(key) > 100 {
		return d, fail.Invalid("key", "must have 1 to 100 characters")
	}
	if utf8.RuneCountInString(text) > MaxText {
		e := fail.New("PAR-5007", map[string]any{"max": MaxText})
		e.Field = "text"
		return d, e
	}
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		bus.Record(tx, tenant, "u/"+userID, TypeDraft, d)
		if text == "" {
			_, err := tx.NewDelete().Model(&d).WherePK().Exec(ctx)
			return err
		}
		n, err := tx.NewSelect().Model((*Draft)(nil)).Where("d.tenant_id = ? AND d.user_id = ? AND d.key <> ?", tenant, userID, key).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxDrafts {
			return fail.Limit("drafts", maxDrafts)
		}
		_, err = tx.NewInsert().Model(&d).On("CONFLICT (tenant_id, user_id, key) DO UPDATE").
			Set("text = EXCLUDED.text").Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
		return err
	})
	return d, err
}

// Drafts are an agent's half-written texts.
func (s *Service) Drafts(ctx context.Context, from bun.IDB, tenant, userID string) ([]Draft, error) {
	ds := []Draft{}
	err := from.NewSelect().Model(&ds).Where("d.tenant_id = ? AND d.user_id = ?", tenant, userID).Order("d.key").Scan(ctx)
	return ds, err
}
