package mailbox

import (
	"bytes"
	"context"
	"crypto/rsa"
	"io"
	"net"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/org"
)

// AskBackfill is what the API does without its checks.
func (fs *Fetchers) AskBackfill(ctx context.Context, tx *db.Tx, tenant, entry string, from int64) error {
	return fs.store.askBackfill(ctx, tx, tenant, entry, from)
}

// ReadMail reads a mail as a session does, in parts of a size; held is what stays
// taken of the budget.
func ReadMail(in []byte, part int, maxSize int64, header int) (out []byte, held int64, err error) {
	const memory = 1 << 20
	s := &Server{cfg: SMTPConfig{MaxSize: maxSize, Limits: Limits{HeaderBytes: header}.withDefaults()}, memory: &budget{left: memory}}
	here, there := net.Pipe()
	defer func() { _, _ = here.Close(), there.Close() }()
	r := &mailReader{from: parts{bytes.NewReader(in), part}, server: s, conn: here, until: time.Now().Add(time.Minute), now: time.Now}
	out, err = r.all()
	r.free()
	return out, memory - s.memory.left, err
}

type parts struct {
	r io.Reader
	n int
}

func (p parts) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.n)]) }

// DialogueText shows a conversation that went so.
func DialogueText(side string, secret org.MailSecret, lines ...string) string {
	d := &dialogue{}
	for _, l := range lines {
		_, _ = io.WriteString(d, l)
	}
	return d.text(side, secret, "")
}

// What the API does with keys, without the API.

func (k *Keyring) Prepare(ctx context.Context, tenant, domain string) (DKIMKey, error) {
	var out keyOutput
	err := k.prepare(ctx, tenant, domain, out.kept)
	return out.Body, err
}

func (k *Keyring) Check(ctx context.Context, tenant, id string) (DKIMKey, []string, string, error) {
	key, l, err := k.check(ctx, tenant, id)
	if err != nil {
		return DKIMKey{}, nil, "", err
	}
	return key.shown(true), l.found, l.detail, nil
}

func (k *Keyring) Use(ctx context.Context, tenant, id string, unchecked bool) (DKIMKey, error) {
	var out keyOutput
	err := k.use(ctx, tenant, id, unchecked, out.kept)
	return out.Body, err
}

func (k *Keyring) Remove(ctx context.Context, tenant, id string) error {
	return k.remove(ctx, tenant, id)
}

func (k *Keyring) All(ctx context.Context, t testing.TB, tenant string) (out []DKIMKey) {
	keys, err := k.all(ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		out = append(out, key.shown(true))
	}
	return out
}

// Sealed is the private half of a key as it is kept, Private as it signs.
func (k *Keyring) Sealed(ctx context.Context, t testing.TB, tenant, id string) string {
	key, err := k.find(ctx, tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return key.SealedKey
}

func (k *Keyring) Private(ctx context.Context, t testing.TB, tenant, id string) *rsa.PrivateKey {
	key, err := k.find(ctx, tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	private, err := k.open(key)
	if err != nil {
		t.Fatal(err)
	}
	return private
}
