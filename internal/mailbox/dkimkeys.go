package mailbox

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

const (
	keyBits  = 2048 // what every receiver reads, and what fits into one answer of the DNS
	maxKeys  = 300  // of a tenant
	askFor   = 10 * time.Second
	maxFound = 10 // records shown of a name
)

// prepare makes a key for a domain of the tenant. It signs nothing yet.
func (k *Keyring) prepare(ctx context.Context, tenant, domain string, answer func(*signingKey) any) error {
	domain = domainOf(mailKeyOf(domain))
	own, err := k.domains(ctx, tenant)
	if err != nil {
		return err
	}
	if own[domain] == 0 {
		return fail.Invalid("domain", "must be the domain of a mailbox in use")
	}
	key, err := k.fresh(tenant, domain)
	if err != nil {
		return err
	}
	return k.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.NewSelect().Model((*signingKey)(nil)).Where("dk.tenant_id = ?", tenant).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxKeys {
			return fail.Limit("DKIM keys", maxKeys)
		}
		_, err = tx.NewInsert().Model(key).Exec(ctx)
		if db.IsUnique(err) {
			return fail.State("a key of this domain is prepared already: put it in use or remove it")
		}
		if err != nil {
			return err
		}
		if err := k.note(ctx, tx, "create", nil, key); err != nil {
			return err
		}
		return db.Answer(ctx, tx, answer(key))
	})
}

// fresh makes a key. The selector tells by its day which record is old, and by
// its end keys of one day apart, whoever made them.
func (k *Keyring) fresh(tenant, domain string) (*signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, err
	}
	now := db.Now()
	var end [3]byte
	_, _ = rand.Read(end[:])
	key := &signingKey{TenantID: tenant, ID: db.NewID(), Domain: domain, Selector: "parley" + time.UnixMilli(now).UTC().Format("20060102") + "-" + hex.EncodeToString(end[:]),
		State: KeyPrepared, PublicKey: base64.StdEncoding.EncodeToString(public), CreatedAt: now}
	key.SealedKey = k.cfg.Box.Seal(der, key.owner())
	return key, nil
}

// mailKeyOf brings a domain into the form in which those of addresses are.
func mailKeyOf(domain string) string { return org.MailKey("x@" + strings.TrimSpace(domain)) }

func (k *Keyring) find(ctx context.Context, tenant, id string) (*signingKey, error) {
	key := &signingKey{}
	err := k.cfg.DB.Read().NewSelect().Model(key).Where("dk.tenant_id = ? AND dk.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("DKIM key")
	}
	return key, err
}

// mine refuses a key whose domain is not the tenant's any more.
func (k *Keyring) mine(ctx context.Context, key *signingKey) error {
	own, err := k.domains(ctx, key.TenantID)
	if err == nil && own[key.Domain] == 0 {
		err = fail.State("no mailbox in use has an address in this domain any more")
	}
	return err
}

// look is what the DNS says of a key.
type look struct {
	result string
	found  []string
	detail string
}

// check asks the DNS for the record of a key and keeps what came of it.
func (k *Keyring) check(ctx context.Context, tenant, id string) (*signingKey, look, error) {
	key, err := k.find(ctx, tenant, id)
	if err != nil {
		return nil, look{}, err
	}
	if key.State == KeyRetired {
		return nil, look{}, fail.State("the key does not sign any more")
	}
	if err := k.mine(ctx, key); err != nil {
		return nil, look{}, err
	}
	l := k.ask(ctx, key)
	key.CheckedAt, key.CheckResult = db.Now(), l.result
	return key, l, k.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model(key).Column("checked_at", "check_result").WherePK().Exec(ctx)
		return err
	})
}

func (k *Keyring) ask(ctx context.Context, key *signingKey) look {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	found, err := k.cfg.Resolver.LookupTXT(ctx, key.name()+".") // the dot: no search domain is put behind it
	var said *net.DNSError
	switch {
	case errors.As(err, &said) && said.IsNotFound:
		return look{result: RecordNotFound}
	case errors.As(err, &said):
		return look{result: RecordUnavailable, detail: said.Err} // without the server's address, which is the operator's
	case err != nil:
		return look{result: RecordUnavailable, detail: "the DNS could not be asked"}
	}
	l := look{result: RecordDifferent}
	if right(found, key.PublicKey) {
		l.result = RecordSame
	}
	for _, text := range found[:min(len(found), maxFound)] {
		l.found = append(l.found, shortened(text, 1000))
	}
	return l
}

// right tells whether what stands in the DNS lets receivers check a signature: one
// record of this name, with this key (RFC 6376 section 3.6.1).
func right(found []string, public string) bool {
	var keys []map[string]string
	for _, text := range found {
		if tags := tagsOf(text); tags != nil {
			keys = append(keys, tags)
		}
	}
	if len(keys) != 1 {
		return false
	}
	tags := keys[0]
	allows := func(tag, word string) bool {
		v, ok := tags[tag]
		return !ok || slices.ContainsFunc(strings.Split(v, ":"), func(s string) bool { return s == word || s == "*" && tag == "s" })
	}
	return allows("v", "DKIM1") && allows("k", "rsa") && allows("h", "sha256") && allows("s", "email") && tags["p"] == public
}

// tagsOf reads a record; nil when it has no key in it.
func tagsOf(text string) map[string]string {
	tags := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok {
			tags[strings.TrimSpace(name)] = strings.Join(strings.Fields(value), "")
		}
	}
	if _, ok := tags["p"]; !ok {
		return nil
	}
	return tags
}

// use lets a prepared key sign in the place of the one that did. Its record must
// be in the DNS, unless the administrator knows better than our DNS does.
func (k *Keyring) use(ctx context.Context, tenant, id string, unchecked bool, answer func(*signingKey) any) error {
	key, err := k.find(ctx, tenant, id)
	if err != nil {
		return err
	}
	if key.State != KeyPrepared {
		return fail.State("only a prepared key can be put in use")
	}
	if err := k.mine(ctx, key); err != nil {
		return err
	}
	if !unchecked {
		if key, _, err = k.check(ctx, tenant, id); err != nil {
			return err
		}
		if key.CheckResult != RecordSame {
			return fail.New("PAR-6009", map[string]any{"name": key.name()})
		}
	}
	return k.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		before, now := *key, db.Now()
		if _, err := tx.NewDelete().Model((*signingKey)(nil)).Where("tenant_id = ? AND domain = ? AND state = ?", tenant, key.Domain, KeyRetired).Exec(ctx); err != nil {
			return err
		}
		// Nobody needs the private half any more; the record is still asked for.
		if _, err := tx.NewUpdate().Model((*signingKey)(nil)).Set("state = ?", KeyRetired).Set("sealed_key = ''").Set("retired_at = ?", now).
			Where("tenant_id = ? AND domain = ? AND state = ?", tenant, key.Domain, KeySigning).Exec(ctx); err != nil {
			return err
		}
		key.State, key.SigningAt = KeySigning, now
		res, err := tx.NewUpdate().Model(key).Column("state", "signing_at").WherePK().Where("state = ?", KeyPrepared).Exec(ctx)
		if db.IsUnique(err) {
			return fail.Changed("DKIM key")
		}
		if err := db.CheckVersion(res, err, "DKIM key"); err != nil {
			return err
		}
		if err := k.note(ctx, tx, "use", &before, key); err != nil {
			return err
		}
		return db.Answer(ctx, tx, answer(key))
	})
}

// remove forgets a key. What is signed with it and not read yet can still be
// checked while its record is in the DNS.
func (k *Keyring) remove(ctx context.Context, tenant, id string) error {
	key, err := k.find(ctx, tenant, id)
	if err != nil {
		return err
	}
	return k.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewDelete().Model((*signingKey)(nil)).Where("tenant_id = ? AND id = ?", tenant, id).Exec(ctx)
		if err := db.CheckVersion(res, err, "DKIM key"); err != nil {
			return err
		}
		if err := k.note(ctx, tx, "delete", key, nil); err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}

// note writes down what was done to a key, without its private half.
func (k *Keyring) note(ctx context.Context, tx *db.Tx, action string, before, after *signingKey) error {
	shown := func(key *signingKey) any {
		if key == nil {
			return nil
		}
		return map[string]string{"domain": key.Domain, "selector": key.Selector, "state": key.State}
	}
	one := after
	if one == nil {
		one = before
	}
	return k.cfg.Audit.Record(ctx, tx, audit.Event{TenantID: one.TenantID, Action: action, Entity: "dkim_key", EntityID: one.ID, Name: one.name(),
		Before: shown(before), After: shown(after)})
}

func (k *Keyring) all(ctx context.Context, tenant string) ([]*signingKey, error) {
	var keys []*signingKey
	err := k.cfg.DB.Read().NewSelect().Model(&keys).Where("dk.tenant_id = ?", tenant).OrderExpr("dk.domain, dk.created_at DESC, dk.id DESC").Scan(ctx)
	return keys, err
}
