package db

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/fail"
)

// Idempotency identifies one command of one user. Repeating it gives the stored
// answer instead of doing it twice.
type Idempotency struct {
	Tenant, User string
	Key          string // chosen by the client
	Route        string // method and pattern, "POST /api/segments/{id}/finish"
	BodyHash     string // of the request's path, query and body
}

// idempotencyKept is how long an answer is remembered.
const idempotencyKept = 24 * time.Hour

type idempotencyRow struct {
	bun.BaseModel `bun:"table:idempotency_keys"`

	TenantID string `bun:"tenant_id,pk"`
	UserID   string `bun:"user_id,pk"`
	Key      string `bun:"key,pk"`
	Route    string `bun:"route"`
	BodyHash string `bun:"body_hash"`
	Status   int    `bun:"status"`
	Answer   string `bun:"answer"`
	At       int64  `bun:"at"`
}

type idempotencyKey struct{}

// WithIdempotency puts the command's identity into the context, for Answer.
func WithIdempotency(ctx context.Context, i Idempotency) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, i)
}

// IdempotencyFrom gives the identity of the command being served; ok is false
// when the client sent no key.
func IdempotencyFrom(ctx context.Context) (i Idempotency, ok bool) {
	i, ok = ctx.Value(idempotencyKey{}).(Idempotency)
	return i, ok && i.Key != ""
}

// LookupIdempotent finds the stored answer to a command. The same key with
// another route or body is fail.KeyReused (PAR-0008).
func LookupIdempotent(ctx context.Context, from bun.IDB, i Idempotency) (answer []byte, status int, found bool, err error) {
	var row idempotencyRow
	err = from.NewSelect().Model(&row).
		Where("tenant_id = ? AND user_id = ? AND key = ?", i.Tenant, i.User, i.Key).Scan(ctx)
	switch {
	case IsNone(err):
		return nil, 0, false, nil
	case err != nil:
		return nil, 0, false, Classify(err)
	case row.Route != i.Route || row.BodyHash != i.BodyHash:
		return nil, 0, false, fail.KeyReused()
	}
	return []byte(row.Answer), row.Status, true, nil
}

// StoreIdempotent keeps the answer in the transaction of the command itself, so
// that both are there or neither. Of two that come at the same time the second
// fails with fail.Changed and its client finds the answer of the first when it
// asks again.
func StoreIdempotent(ctx context.Context, tx *Tx, i Idempotency, status int, answer []byte) error {
	row := idempotencyRow{TenantID: i.Tenant, UserID: i.User, Key: i.Key, Route: i.Route, BodyHash: i.BodyHash,
		Status: status, Answer: string(answer), At: Now()}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	if IsUnique(err) {
		return fail.Changed("idempotency key")
	}
	return err
}

// Answer stores out as the 200 answer of the command in ctx. Without an
// idempotency key there it does nothing, so that a verb need not ask.
func Answer(ctx context.Context, tx *Tx, out any) error {
	i, ok := IdempotencyFrom(ctx)
	if !ok {
		return nil
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return StoreIdempotent(ctx, tx, i, 200, b)
}

// trim forgets old answers in slices, so that no other write waits long.
func (d *DB) trim(ctx context.Context) error {
	const slice = 500
	for {
		n, err := d.TrimIdempotency(ctx, slice)
		if err != nil || n < slice {
			return err
		}
	}
}

// TrimIdempotency forgets answers older than a day, at most slice of them, and
// tells how many it removed.
func (d *DB) TrimIdempotency(ctx context.Context, slice int) (removed int64, err error) {
	old := time.Now().Add(-idempotencyKept).UnixMilli()
	err = d.Write(ctx, Bulk, func(ctx context.Context, tx *Tx) error {
		res, err := tx.NewRaw(`DELETE FROM idempotency_keys WHERE (tenant_id, user_id, key) IN
			(SELECT tenant_id, user_id, key FROM idempotency_keys WHERE at < ? ORDER BY at LIMIT ?)`, old, slice).Exec(ctx)
		if err != nil {
			return err
		}
		removed, err = res.RowsAffected()
		return err
	})
	return removed, err
}
