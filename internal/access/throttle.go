package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// Guesses are counted per account and per address, in the database, so that a
// restart or another node does not forgive them. An account is counted before
// the password is looked at and forgiven after it was right: parallel guesses
// can't slip through between. Accounts that don't exist are counted alike.
const (
	byAccount = "account"
	byAddress = "address"

	freeGuesses       = 3  // of an account, before it has to wait
	freeAddressErrors = 20 // of an address: an office has several people
	maxAddressWait    = 5 * time.Minute
	forgiveAfter      = 24 * time.Hour
)

type guessRow struct {
	bun.BaseModel `bun:"table:sign_in_guesses"`

	TenantID string `bun:"tenant_id,pk"`
	Kind     string `bun:"kind,pk"`
	Key      string `bun:"key,pk"` // SHA-256: a login or address that may be anybody's
	Count    int64  `bun:"count"`
	LastAt   int64  `bun:"last_at"`
}

func guessKey(s string) string {
	h := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(s))))
	return hex.EncodeToString(h[:16])
}

// accountWait is how long after its last wrong password an account has to wait:
// nothing at first, then doubling seconds, then the tenant's lock-out.
func accountWait(r Rules, count int64) time.Duration {
	switch {
	case count < freeGuesses:
		return 0
	case count >= int64(r.LockAfter):
		return r.LockFor
	}
	return min(time.Second<<min(count-freeGuesses, 20), r.LockFor)
}

// addressWait is the same for an address.
func addressWait(count int64) time.Duration {
	if count < freeAddressErrors {
		return 0
	}
	return min(time.Second<<min((count-freeAddressErrors)/4, 20), maxAddressWait)
}

// reserve counts one guess at an account, or refuses it because it comes too
// early (PAR-0006 with the time to wait).
func (s *Service) reserve(ctx context.Context, r Rules, tenant, login, address string) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		now := s.now()
		at, err := lockGuess(ctx, tx, guessRow{TenantID: tenant, Kind: byAddress, Key: guessKey(address)}, now)
		if err != nil {
			return err
		}
		if err := early(now, at.LastAt, addressWait(at.Count)); err != nil {
			return err
		}
		account, err := lockGuess(ctx, tx, guessRow{TenantID: tenant, Kind: byAccount, Key: guessKey(login)}, now)
		if err != nil {
			return err
		}
		if err := early(now, account.LastAt, accountWait(r, account.Count)); err != nil {
			return err
		}
		return account.add(ctx, tx, now)
	})
}

func early(now, last int64, wait time.Duration) error {
	if left := last + wait.Milliseconds() - now; left > 0 {
		return fail.TooMany(int((left + 999) / 1000))
	}
	return nil
}

// lockGuess gives the row, made where there is none, forgiven where it is old,
// and not to be touched by others until the transaction ends.
func lockGuess(ctx context.Context, tx *db.Tx, row guessRow, now int64) (guessRow, error) {
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return row, err
	}
	q := tx.NewSelect().Model(&row).WherePK()
	if tx.Engine() == db.Postgres {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return row, err
	}
	if now-row.LastAt > forgiveAfter.Milliseconds() {
		row.Count = 0
	}
	return row, nil
}

func (g guessRow) add(ctx context.Context, tx *db.Tx, now int64) error {
	g.Count++
	g.LastAt = now
	_, err := tx.NewUpdate().Model(&g).Column("count", "last_at").WherePK().Exec(ctx)
	return err
}

// blameAddress counts a wrong password against the address it came from.
func (s *Service) blameAddress(ctx context.Context, tenant, address string) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		now := s.now()
		row, err := lockGuess(ctx, tx, guessRow{TenantID: tenant, Kind: byAddress, Key: guessKey(address)}, now)
		if err != nil {
			return err
		}
		return row.add(ctx, tx, now)
	})
}

// forgive forgets an account's guesses after a right one.
func forgive(ctx context.Context, tx *db.Tx, tenant, login string) error {
	_, err := tx.NewDelete().Model(&guessRow{TenantID: tenant, Kind: byAccount, Key: guessKey(login)}).WherePK().Exec(ctx)
	return err
}
