package access

import (
	"context"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"parley/internal/fail"
)

// hashParams follow OWASP's second recommendation with one pass more: 19 MiB,
// 3 passes, one lane; about 45 ms on the machine this was written on.
var hashParams = argon2id.Params{Memory: 19 << 10, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher bounds how many passwords are hashed at a time: each takes a core and
// 19 MiB, and whoever sends wrong ones chooses how many.
type hasher struct {
	slots   chan struct{} // one per running hash
	waiting chan struct{} // one per caller inside, running or not
	nobody  string        // a hash no password fits
	done    func()        // called after every comparison; tests count with it
}

const maxWaitingHashes = 64

func newHasher() *hasher {
	nobody, err := argon2id.CreateHash(newToken(), &hashParams)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return &hasher{
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))), waiting: make(chan struct{}, maxWaitingHashes),
		nobody: nobody, done: func() {},
	}
}

// enter waits for a slot. Too many waiting is "try again", not a longer queue.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, fail.TooMany(2)
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.waiting }, nil
	case <-ctx.Done():
		<-h.waiting
		return nil, fail.Unavailable(ctx.Err())
	}
}

// matches compares a password with a hash. An empty or broken hash costs the
// same time and matches nothing. old is true when the hash should be made anew
// with the parameters of today.
func (h *hasher) matches(ctx context.Context, password, hash string) (ok, old bool, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	defer h.done()
	if _, _, _, bad := argon2id.DecodeHash(hash); bad != nil {
		_, _, _ = argon2id.CheckHash(password, h.nobody)
		return false, false, nil
	}
	ok, params, err := argon2id.CheckHash(password, hash)
	return ok, ok && *params != hashParams, err
}

func (h *hasher) make(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(password, &hashParams)
}

// HashPassword makes the stored form of a password, for whoever sets up users
// without a request (the demo centre, import).
func HashPassword(password string) (string, error) { return argon2id.CreateHash(password, &hashParams) }

// checkNewPassword holds a password against the tenant's rules; field is the
// name of the input to blame.
func checkNewPassword(r Rules, field, login, password string) error {
	var letter, digit, other bool
	for _, c := range password {
		switch {
		case unicode.IsLetter(c):
			letter = true
		case unicode.IsDigit(c):
			digit = true
		default:
			other = true
		}
	}
	n := utf8.RuneCountInString(password)
	bad := func(reason string, args map[string]any) error {
		e := fail.Invalid(field, reason)
		for k, v := range args {
			e.Args[k] = v
		}
		return e
	}
	low := strings.ToLower(password)
	switch {
	case n < r.MinLength:
		return bad("is too short", map[string]any{"min": r.MinLength})
	case n > maxPasswordLength:
		return bad("is too long", map[string]any{"max": maxPasswordLength})
	case strings.EqualFold(strings.TrimSpace(password), login), utf8.RuneCountInString(login) >= 4 && strings.Contains(low, strings.ToLower(login)):
		return bad("must not contain the user name", nil)
	case r.NeedLetter && !letter:
		return bad("needs a letter", nil)
	case r.NeedDigit && !digit:
		return bad("needs a digit", nil)
	case r.NeedOther && !other:
		return bad("needs a character that is neither letter nor digit", nil)
	case sameCharacter(password):
		return bad("is one character repeated", nil)
	}
	return nil
}

// unused refuses a password that the tenant's rules remember of the user; field
// is the name of the input to blame. Each remembered one costs a hash, in the
// same queue as those of signing in.
func (s *Service) unused(ctx context.Context, tenant, userID, field, password string) error {
	used, err := s.users.UsedPasswords(ctx, tenant, userID)
	if err != nil {
		return err
	}
	for _, hash := range used {
		same, _, err := s.hasher.matches(ctx, password, hash)
		if err != nil {
			return err
		}
		if same {
			return fail.Invalid(field, "was used before")
		}
	}
	return nil
}

func sameCharacter(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.Trim(s, string(first)) == ""
}
