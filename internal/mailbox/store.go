package mailbox

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// state is how far a mailbox was fetched.
type state struct {
	bun.BaseModel `bun:"table:mailbox_states,alias:ms"`

	TenantID     string `bun:"tenant_id,pk"`
	EntryID      string `bun:"entry_id,pk"`
	Account      string `bun:"account"`
	UIDValidity  int64  `bun:"uid_validity"`
	LastUID      int64  `bun:"last_uid"`
	Since        int64  `bun:"since"`
	BackfillFrom int64  `bun:"backfill_from"`
	BackfillUID  int64  `bun:"backfill_uid"`
	LastMailAt   int64  `bun:"last_mail_at"`
}

// Why a mail stays on its server.
const (
	SkippedTooLarge   = "too_large"
	SkippedUnreadable = "unreadable"
)

// Skipped is a mail that stays on its server because it could not be taken in.
type Skipped struct {
	bun.BaseModel `bun:"table:mailbox_skipped,alias:sk" json:"-"`

	TenantID    string `bun:"tenant_id,pk" json:"-"`
	ID          string `bun:"id,pk" json:"id"`
	EntryID     string `bun:"entry_id" json:"entryId"`
	Account     string `bun:"account" json:"-"`
	UIDValidity int64  `bun:"uid_validity" json:"-"`
	UID         int64  `bun:"uid" json:"uid"`
	Size        int64  `bun:"size" json:"size"`
	Sender      string `bun:"sender" json:"sender"`
	Subject     string `bun:"subject" json:"subject"`
	Reason      string `bun:"reason" json:"reason" enum:"too_large,unreadable"`
	Detail      string `bun:"detail" json:"detail"`
	At          int64  `bun:"at" json:"at" doc:"Unix ms"`
}

// States of the fetching of a mailbox.
const (
	StateConnecting = "connecting"
	StateUp         = "up"
	StateDown       = "down"
)

// health is how the fetching of a mailbox goes.
type health struct {
	bun.BaseModel `bun:"table:mailbox_health,alias:mh"`

	TenantID string `bun:"tenant_id,pk"`
	EntryID  string `bun:"entry_id,pk"`
	State    string `bun:"state"`
	Since    int64  `bun:"since"`
	Reason   string `bun:"reason"` // of a Trouble; "" with a detail: noted by an earlier version
	Detail   string `bun:"detail"`
}

type store struct{ db *db.DB }

// note keeps how it goes; since stays while the state does.
func (s store) note(ctx context.Context, h health) error {
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&h).On("CONFLICT (tenant_id, entry_id) DO UPDATE").
			Set("since = CASE WHEN mh.state = EXCLUDED.state THEN mh.since ELSE EXCLUDED.since END").
			Set("state = EXCLUDED.state").Set("reason = EXCLUDED.reason").Set("detail = EXCLUDED.detail").Exec(ctx)
		return err
	})
}

func (s store) healths(ctx context.Context, tenant string) (map[string]health, error) {
	var rows []health
	err := s.db.Read().NewSelect().Model(&rows).Where("mh.tenant_id = ?", tenant).Scan(ctx)
	out := make(map[string]health, len(rows))
	for _, r := range rows {
		out[r.EntryID] = r
	}
	return out, err
}

// read gives the state of a mailbox; nil when it was never fetched.
func (s store) read(ctx context.Context, tenant, entry string) (*state, error) {
	st := &state{}
	err := s.db.Read().NewSelect().Model(st).Where("ms.tenant_id = ? AND ms.entry_id = ?", tenant, entry).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return st, err
}

// begin stores the state of a mailbox that is fetched for the first time, or whose
// account or numbering is another one. What a person asked to be taken in again
// stays asked for.
func (s store) begin(ctx context.Context, st *state) error {
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(st).On("CONFLICT (tenant_id, entry_id) DO UPDATE").
			Set("account = EXCLUDED.account").Set("uid_validity = EXCLUDED.uid_validity").Set("last_uid = EXCLUDED.last_uid").
			Set("since = EXCLUDED.since").Set("backfill_from = EXCLUDED.backfill_from").Set("backfill_uid = EXCLUDED.backfill_uid").Exec(ctx)
		return err
	})
}

// passed notes that a mail is done with. again: within a backfill.
func (s store) passed(ctx context.Context, st *state, uid int64, again bool, mailAt int64, skip *Skipped) error {
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		if skip != nil {
			if _, err := tx.NewInsert().Model(skip).On("CONFLICT (tenant_id, entry_id, account, uid_validity, uid) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		} else {
			_, err := tx.NewDelete().Model((*Skipped)(nil)).Where("sk.tenant_id = ? AND sk.entry_id = ? AND sk.account = ? AND sk.uid_validity = ? AND sk.uid = ?",
				st.TenantID, st.EntryID, st.Account, st.UIDValidity, uid).Exec(ctx)
			if err != nil {
				return err
			}
		}
		q := tx.NewUpdate().Model((*state)(nil)).Where("ms.tenant_id = ? AND ms.entry_id = ? AND ms.account = ? AND ms.uid_validity = ?",
			st.TenantID, st.EntryID, st.Account, st.UIDValidity)
		if again { // another wish may have come meanwhile: that one begins at its beginning
			q = q.Set("backfill_uid = CASE WHEN backfill_from = ? THEN ? ELSE backfill_uid END", st.BackfillFrom, uid)
		} else {
			q = q.Set("last_uid = ?", uid)
		}
		if mailAt > 0 {
			q = q.Set("last_mail_at = ?", mailAt)
		}
		_, err := q.Exec(ctx)
		return err
	})
}

// filled notes that a backfill has come to its end, unless another one was asked
// for meanwhile.
func (s store) filled(ctx context.Context, st *state) error {
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*state)(nil)).Set("backfill_from = 0").Set("backfill_uid = 0").
			Where("ms.tenant_id = ? AND ms.entry_id = ? AND ms.backfill_from = ?", st.TenantID, st.EntryID, st.BackfillFrom).Exec(ctx)
		return err
	})
}

// askBackfill asks that all mails from a moment on are taken in again.
func (s store) askBackfill(ctx context.Context, tx *db.Tx, tenant, entry string, from int64) error {
	res, err := tx.NewUpdate().Model((*state)(nil)).Set("backfill_from = ?", from).Set("backfill_uid = 0").
		Where("ms.tenant_id = ? AND ms.entry_id = ?", tenant, entry).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fail.State("the mailbox was never connected")
	}
	return nil
}

func (s store) states(ctx context.Context, tenant string) (map[string]*state, error) {
	var rows []*state
	err := s.db.Read().NewSelect().Model(&rows).Where("ms.tenant_id = ?", tenant).Scan(ctx)
	out := make(map[string]*state, len(rows))
	for _, r := range rows {
		out[r.EntryID] = r
	}
	return out, err
}

// shownSkipped bounds the list of an answer.
const shownSkipped = 200

func (s store) skipped(ctx context.Context, tenant string) ([]Skipped, error) {
	rows := []Skipped{}
	err := s.db.Read().NewSelect().Model(&rows).Where("sk.tenant_id = ?", tenant).OrderExpr("sk.at DESC, sk.id").Limit(shownSkipped).Scan(ctx)
	return rows, err
}

// forget drops one from the list of those that were skipped.
func (s store) forget(ctx context.Context, tx *db.Tx, tenant, id string) (*Skipped, error) {
	row := &Skipped{}
	err := tx.NewSelect().Model(row).Where("sk.tenant_id = ? AND sk.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("mail")
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.NewDelete().Model((*Skipped)(nil)).Where("sk.tenant_id = ? AND sk.id = ?", tenant, id).Exec(ctx)
	return row, err
}
