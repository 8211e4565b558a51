package callbutton

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// tokenAge is how long a token may wait for its call.
const tokenAge = 60 * time.Second

// tokens makes and takes tokens. They are not kept: a token is its times and a
// number, signed together with what it is bound to. Only the used ones are
// remembered, each until it would be too old anyway; one from before this
// process is too old, since it may have been used.
type tokens struct {
	key   []byte
	now   func() int64
	start int64

	mu   sync.Mutex
	used map[[16]byte]int64 // when it will be too old
	next int64              // when used is looked through again
}

func newTokens(key []byte, now func() int64) *tokens {
	return &tokens{key: key, now: now, start: now(), used: map[[16]byte]int64{}}
}

var encoding = base64.RawURLEncoding

func (t *tokens) sign(purpose string, parts ...string) []byte {
	m := hmac.New(sha256.New, t.key)
	for _, p := range append([]string{purpose}, parts...) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		m.Write(n[:])
		m.Write([]byte(p))
	}
	return m.Sum(nil)
}

// give makes a token for what is bound.
func (t *tokens) give(bound ...string) (token string, expiresAt int64) {
	var b [24]byte
	at := t.now()
	binary.BigEndian.PutUint64(b[:8], uint64(at))
	_, _ = rand.Read(b[8:]) // never fails (crypto/rand)
	body := string(b[:])
	return encoding.EncodeToString([]byte(body)) + "." + encoding.EncodeToString(t.sign("token", append(bound, body)...)), at + tokenAge.Milliseconds()
}

// take uses a token up; false when it is not one, is too old, was used or
// belongs to something else.
func (t *tokens) take(token string, bound ...string) bool {
	left, right, _ := strings.Cut(token, ".")
	body, err := encoding.DecodeString(left)
	mac, err2 := encoding.DecodeString(right)
	if err != nil || err2 != nil || len(body) != 24 || !hmac.Equal(mac, t.sign("token", append(bound, string(body))...)) {
		return false
	}
	now, at := t.now(), int64(binary.BigEndian.Uint64(body[:8]))
	if at < t.start || at > now || now >= at+tokenAge.Milliseconds() {
		return false
	}
	var id [16]byte
	copy(id[:], body[8:])
	t.mu.Lock()
	defer t.mu.Unlock()
	if now >= t.next {
		t.next = now + tokenAge.Milliseconds()
		for k, until := range t.used {
			if now >= until {
				delete(t.used, k)
			}
		}
	}
	if _, was := t.used[id]; was {
		return false
	}
	t.used[id] = at + tokenAge.Milliseconds()
	return true
}

// secret opens one call's state, for as long as the call is known.
func (t *tokens) secret(tenant, callID string) string {
	return encoding.EncodeToString(t.sign("call", tenant, callID))
}

func (t *tokens) opens(secret, tenant, callID string) bool {
	return hmac.Equal([]byte(secret), []byte(t.secret(tenant, callID)))
}
