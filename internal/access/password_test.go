package access

import (
	"context"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestThrottle(t *testing.T) {
	t.Run("[A-8/throttling] [M-44/lock-out] waits grow per account up to the lock-out, per address to five minutes", func(t *testing.T) {
		r := Rules{}.withDefaults()
		var last time.Duration
		for n := int64(0); n < 30; n++ {
			w := accountWait(r, n)
			if w < last || w > r.LockFor || n < freeGuesses && w != 0 || n >= freeGuesses && w == 0 {
				t.Errorf("%d wrong: %s after %s", n, w, last)
			}
			last = w
		}
		if last != r.LockFor {
			t.Errorf("never locks: %s", last)
		}
		if addressWait(freeAddressErrors-1) != 0 || addressWait(freeAddressErrors) == 0 || addressWait(1_000_000) != maxAddressWait {
			t.Error("address waits")
		}
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[A-8/throttling] guesses at an account are slowed, known or not, and forgiven by the right password", func(t *testing.T) {
			c := newCentre(t, d)
			advance := c.clock()
			for _, login := range []string{"ann", "nobody"} {
				b := c.browser()
				for range freeGuesses {
					b.must(401, "PAR-1001", b.signIn(login, "wrong", false))
				}
				a := b.must(429, "PAR-0006", b.signIn(strings.ToUpper(login), "wrong", false))
				if a.header.Get("Retry-After") != "1" {
					t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
				}
				if login == "ann" {
					b.must(429, "PAR-0006", b.signIn(login, annPassword, true)) // the right one must wait too
				}
				advance(time.Second)
				b.must(401, "PAR-1001", b.signIn(login, "wrong", false))
				a = b.must(429, "PAR-0006", b.signIn(login, "wrong", false))
				if a.header.Get("Retry-After") != "2" {
					t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
				}
			}
			advance(2 * time.Second)
			b := c.browser()
			b.must(200, "", b.signIn("ann", annPassword, true))
			for range freeGuesses {
				b.must(401, "PAR-1001", b.signIn("ann", "wrong", false))
			}
			other := New(d, c.people, c.acts) // a restart, or another node
			other.now = c.access.now
			_, _, _, err := other.signIn(context.Background(), "t1", "ann", "wrong", false, origin{address: "198.51.100.7"})
			if fail.Code(err) != fail.CodeTooMany {
				t.Errorf("a restart forgave: %v", err)
			}
		})
		t.Run("[A-8/throttling] an address that tries one password on many accounts is slowed", func(t *testing.T) {
			c := newCentre(t, d)
			c.clock()
			from := origin{address: "203.0.113.9"}
			var codes []string
			for i := range freeAddressErrors + 1 {
				_, _, _, err := c.access.signIn(context.Background(), "t2", "user"+string(rune('a'+i)), "Summer2026", false, from)
				codes = append(codes, fail.Code(err))
			}
			if codes[freeAddressErrors-1] != "PAR-1001" || codes[freeAddressErrors] != fail.CodeTooMany {
				t.Errorf("codes %v", codes)
			}
			_, _, _, err := c.access.signIn(context.Background(), "t2", "ann", "another pass 9", true, origin{address: "203.0.113.10"})
			if err != nil {
				t.Errorf("another address suffers: %v", err)
			}
		})
		t.Run("[A-8/throttling] parallel guesses do not slip through", func(t *testing.T) {
			c := newCentre(t, d)
			c.clock()
			var tried atomic.Int64
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					_, _, _, err := c.access.signIn(context.Background(), "t1", "bob", "wrong", false, origin{address: "203.0.113.77"})
					if fail.Code(err) == "PAR-1001" {
						tried.Add(1)
					}
				})
			}
			wg.Wait()
			if tried.Load() != freeGuesses {
				t.Errorf("%d guesses were looked at, want %d", tried.Load(), freeGuesses)
			}
		})
	})
}

func TestPasswords(t *testing.T) {
	t.Run("[A-8/argon2id] stored as argon2id, salted, and compared", func(t *testing.T) {
		h := newHasher()
		ctx := context.Background()
		one, err := h.make(ctx, annPassword)
		if err != nil || !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=3,p=1$") {
			t.Fatalf("%s %v", one, err)
		}
		two, _ := h.make(ctx, annPassword)
		if one == two {
			t.Error("no salt")
		}
		for _, c := range []struct {
			password, hash string
			ok             bool
		}{{annPassword, one, true}, {annPassword, two, true}, {annPassword + " ", one, false}, {"", one, false}, {"", "", false}, {"x", "garbage", false}} {
			ok, _, err := h.matches(ctx, c.password, c.hash)
			if ok != c.ok || err != nil {
				t.Errorf("%q against %q: %v %v", c.password, c.hash, ok, err)
			}
		}
	})
	t.Run("[A-8/argon2id] a hash of weaker days is made anew at sign-in", func(t *testing.T) {
		c := newCentre(t, dbtest.Open(t, dbtest.SQLite(t)))
		const weak = "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
		key := weakKey(t, annPassword)
		c.people.change("t1", "ann", func(a *Account) { a.PasswordHash = weak + key })
		b := c.browser()
		b.must(200, "", b.signIn("ann", annPassword, true))
		a, _, _ := c.people.Account(context.Background(), "t1", "ann")
		if !strings.HasPrefix(a.PasswordHash, "$argon2id$v=19$m=19456,t=3,p=1$") {
			t.Errorf("still %s", a.PasswordHash)
		}
		b.must(200, "", b.signIn("ann", annPassword, true))
	})
	t.Run("[A-8/argon2id] only so many are hashed at a time, and so many wait", func(t *testing.T) {
		h := newHasher()
		var leaves []func()
		for range cap(h.slots) {
			leave, err := h.enter(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for range maxWaitingHashes - cap(h.slots) {
			wg.Go(func() {
				if _, err := h.enter(ctx); fail.Code(err) != fail.CodeUnavailable {
					t.Errorf("got in over the limit: %v", err)
				}
			})
		}
		for len(h.waiting) < maxWaitingHashes {
			runtime.Gosched()
		}
		if _, err := h.enter(context.Background()); fail.Code(err) != fail.CodeTooMany {
			t.Errorf("the queue has no end: %v", err)
		}
		cancel()
		wg.Wait()
		for _, leave := range leaves {
			leave()
		}
		if len(h.waiting) != 0 || len(h.slots) != 0 {
			t.Errorf("slots are lost: %d %d", len(h.waiting), len(h.slots))
		}
	})
	t.Run("[M-44/password-policy] the tenant's rules for passwords", func(t *testing.T) {
		hard := Rules{MinLength: 12, NeedDigit: true, NeedLetter: true, NeedOther: true}
		for _, c := range []struct {
			rules    Rules
			password string
			ok       bool
		}{
			{Rules{}, "long enough", true}, {Rules{}, "short", false}, {Rules{}, "пароль-на-кириллице", true},
			{Rules{}, "anna.ivanova", false}, {Rules{}, "my-Anna.Ivanova-1", false}, {Rules{}, "aaaaaaaaaaaaaa", false},
			{Rules{}, strings.Repeat("long ", 50), false},
			{hard, "abcdefgh1234", false}, {hard, "abcdefgh-123", true}, {hard, "abcdefgh-ijk", false}, {hard, "1234-5678-90", false}, {hard, "abc-1", false},
		} {
			err := checkNewPassword(c.rules.withDefaults(), "new", "Anna.Ivanova", c.password)
			if (err == nil) != c.ok || err != nil && fail.As(err).Field != "new" {
				t.Errorf("%q: %v", c.password, err)
			}
		}
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[M-44/password-policy] a first password has to be changed before anything else", func(t *testing.T) {
			c := newCentre(t, d)
			c.people.change("t1", "ann", func(a *Account) { a.MustChangePassword = true })
			b := c.browser()
			a := b.must(200, "", b.signIn("ann", annPassword, true))
			if !strings.Contains(string(a.body), `"mustChangePassword":true`) {
				t.Errorf("me: %s", a.body)
			}
			b.must(403, "PAR-0005", b.call("GET", "/api/chats", nil))
			b.must(200, "", b.call("GET", "/api/session", nil))
			change := func(old, fresh string) answer {
				return b.call("POST", "/api/session/password", map[string]any{"old": old, "new": fresh})
			}
			for _, wrong := range []struct{ old, fresh, field string }{
				{"not it", "a fine new one 1", "old"}, {annPassword, annPassword, "new"}, {annPassword, "short", "new"}} {
				if a := b.must(422, "PAR-0001", change(wrong.old, wrong.fresh)); a.problem.Field != wrong.field {
					t.Errorf("field %q, want %q", a.problem.Field, wrong.field)
				}
				if strings.Contains(string(a.body), wrong.fresh) {
					t.Error("a password is repeated in an answer")
				}
			}
			b = c.browser()
			b.must(429, "PAR-0006", b.signIn("ann", annPassword, true)) // guesses at the old one count
			if err := d.Write(context.Background(), db.Chat, func(ctx context.Context, tx *db.Tx) error { return forgive(ctx, tx, "t1", "ann") }); err != nil {
				t.Fatal(err)
			}
			b.must(200, "", b.signIn("ann", annPassword, true))
			b.must(204, "", change(annPassword, "a fine new one 1"))
			b.must(200, "", b.call("GET", "/api/chats", nil))
			other := c.browser()
			other.must(401, "PAR-1001", other.signIn("ann", annPassword, true))
			other.must(200, "", other.signIn("ann", "a fine new one 1", true))
		})
	})
}
