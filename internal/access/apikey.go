package access

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

const (
	keyPrefix   = "pk_"
	maxKeys     = 200 // of a tenant
	defaultRate = 10  // requests a second
	maxRate     = 1000
)

// APIKey lets a program in, with scopes in the place of a user's privileges. The
// key itself is shown once, when it is made.
type APIKey struct {
	ID            string   `json:"id" readOnly:"true"`
	Name          string   `json:"name"`
	Hint          string   `json:"hint" readOnly:"true" doc:"The last characters of the key, to tell keys apart"`
	Scopes        []string `json:"scopes" doc:"Privileges the key has"`
	RatePerSecond int64    `json:"ratePerSecond" doc:"Requests a second; five times as many may come at once"`
	ExpiresAt     int64    `json:"expiresAt" doc:"0: never"`
	CreatedAt     int64    `json:"createdAt" readOnly:"true"`
	CreatedBy     string   `json:"createdBy" readOnly:"true" doc:"User id"`
	LastUsedAt    int64    `json:"lastUsedAt" readOnly:"true" doc:"0: not yet"`
	Version       int64    `json:"version" readOnly:"true"`
	Abilities     []string `json:"abilities" readOnly:"true"`
}

type keyRow struct {
	bun.BaseModel `bun:"table:api_keys"`

	TenantID      string `bun:"tenant_id,pk"`
	ID            string `bun:"id,pk"`
	Name          string `bun:"name"`
	KeyHash       string `bun:"key_hash"`
	Hint          string `bun:"hint"`
	Scopes        string `bun:"scopes"` // JSON
	RatePerSecond int64  `bun:"rate_per_second"`
	ExpiresAt     int64  `bun:"expires_at"`
	CreatedAt     int64  `bun:"created_at"`
	CreatedBy     string `bun:"created_by"`
	LastUsedAt    int64  `bun:"last_used_at"`
	Version       int64  `bun:"version"`
}

func (r keyRow) key() APIKey {
	k := APIKey{ID: r.ID, Name: r.Name, Hint: r.Hint, RatePerSecond: r.RatePerSecond, ExpiresAt: r.ExpiresAt,
		CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy, LastUsedAt: r.LastUsedAt, Version: r.Version, Scopes: []string{},
		Abilities: []string{"edit", "renew", "delete"}}
	_ = json.Unmarshal([]byte(r.Scopes), &k.Scopes) // written by us
	return k
}

// byKey is the identity of a program.
func (s *Service) byKey(ctx context.Context, tenant, key string) (web.Identity, error) {
	var row keyRow
	err := s.db.Read().NewSelect().Model(&row).Where("tenant_id = ? AND key_hash = ?", tenant, tokenHash(key)).Scan(ctx)
	if db.IsNone(err) {
		return web.Identity{}, fail.SignIn()
	}
	if err != nil {
		return web.Identity{}, err
	}
	now := s.now()
	if row.ExpiresAt > 0 && row.ExpiresAt <= now {
		return web.Identity{}, fail.SignIn()
	}
	s.seen.mark(keySeen, tenant, row.ID, now)
	k := row.key()
	who := web.Identity{TenantID: tenant, APIKeyID: k.ID, Name: k.Name, RatePerSecond: float64(k.RatePerSecond), Privileges: map[string]bool{}}
	for _, p := range k.Scopes {
		who.Privileges[p] = true
	}
	most, err := s.users.RequestRate(ctx, tenant)
	if most > 0 {
		who.RatePerSecond = min(who.RatePerSecond, most)
	}
	return who, err
}

// check blames the field that is wrong. Nobody can give a key what they may not
// do themselves.
func (k *APIKey) check(who web.Identity, now int64) error {
	k.Name = strings.TrimSpace(k.Name)
	if n := utf8.RuneCountInString(k.Name); n < 1 || n > 100 {
		return fail.Invalid("name", "must have 1 to 100 characters")
	}
	if k.RatePerSecond == 0 {
		k.RatePerSecond = defaultRate
	}
	if k.RatePerSecond < 1 || k.RatePerSecond > maxRate {
		return fail.Invalid("ratePerSecond", "must be 1 to 1000")
	}
	if k.ExpiresAt != 0 && k.ExpiresAt <= now {
		return fail.Invalid("expiresAt", "must lie in the future, or be 0 for never")
	}
	slices.Sort(k.Scopes)
	k.Scopes = slices.Compact(k.Scopes)
	if len(k.Scopes) == 0 || len(k.Scopes) > 100 {
		return fail.Invalid("scopes", "needs 1 to 100 privileges")
	}
	for _, p := range k.Scopes {
		if !who.Can(p) {
			return fail.Invalid("scopes", "holds a privilege that does not exist or that you don't have")
		}
	}
	return nil
}

// createKey makes a key and gives its secret, which nobody can get again.
func (s *Service) createKey(ctx context.Context, who web.Identity, k APIKey) (APIKey, string, error) {
	now := s.now()
	if err := k.check(who, now); err != nil {
		return k, "", err
	}
	secret := keyPrefix + newToken()
	by := who.UserID
	if by == "" {
		by = who.APIKeyID
	}
	row := keyRow{TenantID: who.TenantID, ID: db.NewID(), KeyHash: tokenHash(secret), Hint: secret[len(secret)-4:], CreatedAt: now, CreatedBy: by, Version: 1}
	row.take(k)
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.NewSelect().Model((*keyRow)(nil)).Where("tenant_id = ?", who.TenantID).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxKeys {
			return fail.Limit("API keys", maxKeys)
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return s.keyChanged(ctx, tx, "create", row, nil)
	})
	return row.key(), secret, err
}

func (r *keyRow) take(k APIKey) {
	scopes, _ := json.Marshal(k.Scopes) // strings
	r.Name, r.Scopes, r.RatePerSecond, r.ExpiresAt = k.Name, string(scopes), k.RatePerSecond, k.ExpiresAt
}

func (s *Service) updateKey(ctx context.Context, who web.Identity, id string, k APIKey) (APIKey, error) {
	if err := k.check(who, s.now()); err != nil {
		return k, err
	}
	var row keyRow
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if row, err = findKey(ctx, tx, who.TenantID, id); err != nil {
			return err
		}
		was := row.key()
		row.take(k)
		q := tx.NewUpdate().Model(&row).Column("name", "scopes", "rate_per_second", "expires_at").WherePK()
		if err := db.Guard(ctx, q, k.Version, "API key"); err != nil {
			return err
		}
		row.Version = k.Version + 1
		if err := s.keyChanged(ctx, tx, "update", row, &was); err != nil {
			return err
		}
		return db.Answer(ctx, tx, row.key())
	})
	return row.key(), err
}

// renewKey gives a key another secret: the old one is refused from then on. Only who
// could make such a key may have it.
func (s *Service) renewKey(ctx context.Context, who web.Identity, id string) (APIKey, string, error) {
	secret := keyPrefix + newToken()
	var row keyRow
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if row, err = findKey(ctx, tx, who.TenantID, id); err != nil {
			return err
		}
		was := row.key()
		for _, p := range was.Scopes {
			if !who.Can(p) {
				return fail.Forbidden()
			}
		}
		row.KeyHash, row.Hint = tokenHash(secret), secret[len(secret)-4:]
		q := tx.NewUpdate().Model(&row).Column("key_hash", "hint").WherePK()
		if err := db.Guard(ctx, q, was.Version, "API key"); err != nil {
			return err
		}
		row.Version = was.Version + 1
		return s.keyChanged(ctx, tx, "renew_secret", row, &was)
	})
	return row.key(), secret, err
}

// deleteKey ends a key: the next request with it is refused.
func (s *Service) deleteKey(ctx context.Context, who web.Identity, id string) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		row, err := findKey(ctx, tx, who.TenantID, id)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		was := row.key()
		if err := s.keyChanged(ctx, tx, "delete", row, &was); err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}

func findKey(ctx context.Context, from bun.IDB, tenant, id string) (row keyRow, err error) {
	err = from.NewSelect().Model(&row).Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return row, fail.NotFound("API key")
	}
	return row, err
}

// listKeys gives the keys by name, after a cursor (the last id of the page before).
func (s *Service) listKeys(ctx context.Context, tenant, search, after string, limit int) (keys []APIKey, next string, err error) {
	var rows []keyRow
	q := s.db.Read().NewSelect().Model(&rows).Where("tenant_id = ?", tenant).Order("id DESC").Limit(int64(limit) + 1)
	if after != "" {
		q = q.Where("id < ?", after)
	}
	if search != "" {
		q = q.Where("LOWER(name) LIKE ? ESCAPE '!'", "%"+likeText(strings.ToLower(search))+"%")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	keys = make([]APIKey, len(rows))
	for i := range rows {
		keys[i] = rows[i].key()
	}
	return keys, next, nil
}

func likeText(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

func (s *Service) keyChanged(ctx context.Context, tx *db.Tx, action string, row keyRow, was *APIKey) error {
	ev := audit.Event{TenantID: row.TenantID, Action: action, Entity: "api_key", EntityID: row.ID, Name: row.Name}
	if was != nil {
		ev.Before = was
	}
	if action != "delete" {
		ev.After = row.key()
	}
	bus.Record(tx, row.TenantID, "config", "config.changed", map[string]any{"entity": "api_key", "id": row.ID, "version": row.Version})
	return s.audit.Record(ctx, tx, ev)
}
