package mailbox

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/mail"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/secret"
)

// States of a key. prepared → signing → retired; any of them may be removed.
const (
	KeyPrepared = "prepared" // its record is to be published
	KeySigning  = "signing"  // what goes out of the domain is signed with it
	KeyRetired  = "retired"  // another one signs; only the public half is left
)

// What came of asking the DNS for a key's record.
const (
	RecordSame        = "same"
	RecordDifferent   = "different"
	RecordNotFound    = "not_found"
	RecordUnavailable = "unavailable" // nobody could be asked
)

// signingKey is a key of a domain of a tenant.
type signingKey struct {
	bun.BaseModel `bun:"table:dkim_keys,alias:dk"`

	TenantID    string `bun:"tenant_id,pk"`
	ID          string `bun:"id,pk"`
	Domain      string `bun:"domain"`
	Selector    string `bun:"selector"`
	State       string `bun:"state"`
	PublicKey   string `bun:"public_key"`
	SealedKey   string `bun:"sealed_key"`
	CreatedAt   int64  `bun:"created_at"`
	SigningAt   int64  `bun:"signing_at"`
	RetiredAt   int64  `bun:"retired_at"`
	CheckedAt   int64  `bun:"checked_at"`
	CheckResult string `bun:"check_result"`
}

// name is where the record stands in the DNS, value what it says.
func (k *signingKey) name() string  { return k.Selector + "._domainkey." + k.Domain }
func (k *signingKey) value() string { return "v=DKIM1; k=rsa; p=" + k.PublicKey }

// owner is what the private half is sealed for.
func (k *signingKey) owner() string { return k.TenantID + "/dkim/" + k.ID }

// Resolver asks the DNS; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Owners tells which mailboxes in use a tenant has: their domains are its own.
type Owners interface {
	MailboxesOf(ctx context.Context, tenant string) ([]*org.Entry, error)
}

// KeyringConfig is what a keyring is made of.
type KeyringConfig struct {
	DB       *db.DB
	Org      Owners
	Box      *secret.Box // seals the private halves
	Resolver Resolver
	Audit    *audit.Log
}

// Keyring holds the keys that mails are signed with (DKIM, RFC 6376), by tenant
// and domain. A tenant signs for the domains of its mailboxes in use only.
type Keyring struct{ cfg KeyringConfig }

// NewKeyring makes one.
func NewKeyring(cfg KeyringConfig) *Keyring { return &Keyring{cfg} }

// signedHeaders are signed. From is there once more than it stands in a mail, so
// that nobody can add another one; the rest is what a reader sees or answers to.
var signedHeaders = []string{"From", "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "MIME-Version", "Content-Type"}

// signing gives the key that signs for a domain of a tenant; nil where none does
// or the domain is not the tenant's any more.
func (k *Keyring) signing(ctx context.Context, tenant, domain string) (*signingKey, error) {
	own, err := k.domains(ctx, tenant)
	if err != nil || own[domain] == 0 {
		return nil, err
	}
	key := &signingKey{}
	err = k.cfg.DB.Read().NewSelect().Model(key).Where("dk.tenant_id = ? AND dk.domain = ? AND dk.state = ?", tenant, domain, KeySigning).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return key, err
}

// domains gives the domains of a tenant's mailboxes in use, with the number of
// addresses in each.
func (k *Keyring) domains(ctx context.Context, tenant string) (map[string]int, error) {
	all, err := k.cfg.Org.MailboxesOf(ctx, tenant)
	out := map[string]int{}
	for _, e := range all {
		for _, address := range e.MailAddresses() {
			out[domainOf(address)]++
		}
	}
	return out, err
}

// Sign puts a signature before a mail that a tenant sends, if a key signs for the
// domain of its From. With an error the mail must not go as it is: whoever set a
// key has told the world that mails of the domain are signed.
func (k *Keyring) Sign(ctx context.Context, tenant string, raw []byte) ([]byte, error) {
	domain := fromDomain(raw)
	if domain == "" {
		return raw, nil
	}
	key, err := k.signing(ctx, tenant, domain)
	if err == nil && key == nil {
		return raw, nil
	}
	var signed []byte
	if err == nil {
		signed, err = k.sign(key, raw)
	}
	if err != nil {
		return nil, fmt.Errorf("the mail could not be signed (DKIM of %s) and waits; a key removed in the administration lets it go unsigned: %w", domain, err)
	}
	return signed, nil
}

func (k *Keyring) sign(key *signingKey, raw []byte) ([]byte, error) {
	private, err := k.open(key)
	if err != nil {
		return nil, err
	}
	s, err := dkim.NewSigner(&dkim.SignOptions{Domain: key.Domain, Selector: key.Selector, Signer: private, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, HeaderKeys: signedHeaders})
	if err != nil {
		return nil, err
	}
	_, _ = s.Write(raw) // Close tells what was wrong
	if err := s.Close(); err != nil {
		return nil, err
	}
	return append([]byte(s.Signature()), raw...), nil
}

// open gives the private half of a key.
func (k *Keyring) open(key *signingKey) (*rsa.PrivateKey, error) {
	der, err := k.cfg.Box.Open(key.SealedKey, key.owner())
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a key of the kind %T", parsed)
	}
	return private, nil
}

// fromDomain is the domain of a mail's From as it goes over the wire; "" where
// there is none.
func fromDomain(raw []byte) string {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) == 0 {
		return ""
	}
	return domainOf(org.MailKey(from[0].Address))
}

func domainOf(key string) string { return key[strings.LastIndexByte(key, '@')+1:] }
