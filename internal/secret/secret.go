package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	keyBytes = 32
	idBytes  = 4
	prefix   = "parley-key-1 " // of the key file's only line
	version  = 1               // of a sealed value
)

// What can be wrong with a sealed value.
var (
	ErrOtherKey = errors.New("sealed with another key file")
	ErrBroken   = errors.New("the sealed value is damaged or belongs elsewhere")
)

// Keys are the keys derived from a key file, one per purpose.
type Keys struct {
	master []byte
	id     [idBytes]byte // tells key files apart without giving anything away
}

// Load reads a key file, and makes one where none is. created tells the caller to
// say where it is: it must be kept, apart from the backups.
func Load(path string) (k *Keys, created bool, err error) {
	k, err = read(path)
	if !errors.Is(err, os.ErrNotExist) {
		return k, false, err
	}
	if err := create(path); err != nil {
		return nil, false, fmt.Errorf("making the key file: %w", err)
	}
	k, err = read(path)
	return k, true, err
}

// Fixed gives keys from bytes instead of a file; for tests and key services.
func Fixed(master []byte) (*Keys, error) {
	if len(master) != keyBytes {
		return nil, fmt.Errorf("a key has %d bytes, not %d", keyBytes, len(master))
	}
	k := &Keys{master: append([]byte(nil), master...)}
	id, err := k.Derive("key id", idBytes)
	copy(k.id[:], id)
	return k, err
}

func read(path string) (*Keys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if loose := info.Mode().Perm() & 0o077; loose != 0 {
		return nil, fmt.Errorf("key file %s: others may read it (mode %04o); chmod 600 it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	encoded, ok := strings.CutPrefix(strings.TrimSpace(string(text)), prefix)
	if !ok {
		return nil, fmt.Errorf("key file %s: not a key file of Parley", path)
	}
	master, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return Fixed(master)
}

// create writes a new key so that a crash leaves the whole file or none, and so
// that of two that start at once only one wins.
func create(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	master := make([]byte, keyBytes)
	_, _ = rand.Read(master)
	tmp, err := os.CreateTemp(dir, ".key-*") // 0600 by itself
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(prefix + base64.StdEncoding.EncodeToString(master) + "\n")
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Derive gives n bytes of key for a purpose; different purposes say nothing about
// each other.
func (k *Keys) Derive(purpose string, n int) ([]byte, error) {
	return hkdf.Key(sha256.New, k.master, nil, "parley "+purpose, n)
}

// Box seals and opens the secrets of one purpose.
type Box struct {
	aead cipher.AEAD
	id   [idBytes]byte
}

// Box gives the box of a purpose ("mailbox password").
func (k *Keys) Box(purpose string) (*Box, error) {
	key, err := k.Derive("box "+purpose, keyBytes)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Box{aead: aead, id: k.id}, err
}

// Seal encrypts a secret for the owner it belongs to (say, tenant and row id), so
// that it can't be moved to another one. The result is text for a column.
func (b *Box) Seal(plain []byte, owner string) string {
	head := append([]byte{version}, b.id[:]...)
	sealed := b.aead.Seal(head, nil, plain, []byte(owner))
	return base64.RawStdEncoding.EncodeToString(sealed)
}

// Open gives back what Seal was given, for the same owner.
func (b *Box) Open(sealed, owner string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < 1+idBytes || raw[0] != version {
		return nil, ErrBroken
	}
	if [idBytes]byte(raw[1:1+idBytes]) != b.id {
		return nil, ErrOtherKey
	}
	plain, err := b.aead.Open(nil, nil, raw[1+idBytes:], []byte(owner))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}
