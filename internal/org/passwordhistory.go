package org

import (
	"context"

	"github.com/uptrace/bun"

	"parley/internal/db"
)

// oldPassword is a password that was replaced.
type oldPassword struct {
	bun.BaseModel `bun:"table:password_history,alias:ph"`

	TenantID   string `bun:"tenant_id,pk"`
	UserID     string `bun:"user_id,pk"`
	ID         string `bun:"id,pk"`
	Hash       string `bun:"hash"`
	ReplacedAt int64  `bun:"replaced_at"`
}

// UsedPasswords gives the hashes of those passwords of a user that may not be
// taken again: the present one, and of those before it as many as the policy
// remembers; none when it remembers none.
func (o *Org) UsedPasswords(ctx context.Context, tenant, userID string) ([]string, error) {
	s, err := o.Settings(ctx, tenant)
	if err != nil || s.Password.Remember == 0 {
		return nil, err
	}
	hash, _, err := o.PasswordHash(ctx, tenant, userID)
	if err != nil {
		return nil, err
	}
	var used []string
	err = o.db.Read().NewSelect().Model((*oldPassword)(nil)).Column("ph.hash").
		Where("ph.tenant_id = ? AND ph.user_id = ?", tenant, userID).
		Order("ph.id DESC").Limit(int64(s.Password.Remember)).Scan(ctx, &used)
	if hash != "" {
		used = append(used, hash)
	}
	return used, err
}

// rememberPassword keeps the present hash before another one takes its place,
// and forgets what the policy no longer remembers.
func (o *Org) rememberPassword(ctx context.Context, tx *db.Tx, tenant, userID string) error {
	s, err := o.Settings(ctx, tenant)
	if err != nil {
		return err
	}
	var hash string
	if err := tx.NewSelect().Table("users").Column("password_hash").Where("tenant_id = ? AND id = ?", tenant, userID).Scan(ctx, &hash); err != nil {
		return err
	}
	if hash != "" && s.Password.Remember > 0 {
		row := oldPassword{TenantID: tenant, UserID: userID, ID: db.NewID(), Hash: hash, ReplacedAt: o.now()}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
	}
	newest := tx.NewSelect().Model((*oldPassword)(nil)).Column("ph.id").Where("ph.tenant_id = ? AND ph.user_id = ?", tenant, userID).
		Order("ph.id DESC").Limit(int64(s.Password.Remember))
	q := tx.NewDelete().Table("password_history").Where("tenant_id = ? AND user_id = ?", tenant, userID)
	if s.Password.Remember > 0 { // bun leaves a limit of 0 out
		q = q.Where("id NOT IN (?)", newest)
	}
	_, err = q.Exec(ctx)
	return err
}

// RefreshHash stores another hash of the password that a user has: made with
// newer parameters, it is no new password.
func (o *Org) RefreshHash(ctx context.Context, tx *db.Tx, tenant, userID, hash string) error {
	_, err := tx.NewUpdate().Table("users").Set("password_hash = ?", hash).
		Where("tenant_id = ? AND id = ? AND archived_at = 0", tenant, userID).Exec(ctx)
	return err
}
