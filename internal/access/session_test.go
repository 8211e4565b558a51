package access

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

func TestSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("[A-1] signs in, says who, signs out", func(t *testing.T) {
			c := newCentre(t, d)
			b := c.browser()
			b.must(401, "PAR-0009", b.call("GET", "/api/session", nil))
			a := b.must(200, "", b.signIn("ann", annPassword, false))
			var me Me
			if err := json.Unmarshal(a.body, &me); err != nil {
				t.Fatal(err)
			}
			if me.User.ID != "ann" || me.User.Login != "Ann" || me.Tenant.ID != "t1" || len(me.Privileges) != 1 || me.SessionID == "" {
				t.Errorf("me: %s", a.body)
			}
			cookie := a.header.Get("Set-Cookie")
			if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") {
				t.Errorf("cookie over http: %s", cookie)
			}
			if strings.Contains(string(a.body), b.token) {
				t.Error("the token stands in the body, where scripts can read it")
			}
			b.must(200, "", b.call("GET", "/api/chats", nil))
			var rows []Session
			if err := d.Read().NewSelect().Model(&rows).Where("tenant_id = 't1'").Scan(context.Background()); err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].TokenHash == b.token || rows[0].TokenHash != tokenHash(b.token) {
				t.Errorf("stored session: %+v", rows)
			}
			old := b.token
			out := b.must(204, "", b.call("DELETE", "/api/session", nil))
			if ck := out.header.Get("Set-Cookie"); !strings.Contains(ck, "Max-Age=0") {
				t.Errorf("sign-out leaves the cookie: %q", ck)
			}
			b.token = old
			b.must(401, "PAR-0009", b.call("GET", "/api/session", nil))
			if !c.acts.has("sign_in", me.SessionID) || !c.acts.has("sign_out", me.SessionID) {
				t.Errorf("audit: %+v", c.acts.list)
			}
		})
		t.Run("[A-1] wrong login, wrong password and a user without one get one answer for one comparison", func(t *testing.T) {
			c := newCentre(t, d)
			var compared atomic.Int64
			c.access.hasher.done = func() { compared.Add(1) }
			var first []byte
			for i, login := range []string{"nobody-at-all", "ann", "sam", "bob'--"} {
				b := c.browser()
				a := b.must(401, "PAR-1001", b.signIn(login, "wrong password 1", false))
				if compared.Load() != int64(i+1) {
					t.Errorf("%s: %d comparisons after %d tries", login, compared.Load(), i+1)
				}
				if first == nil {
					first = a.body
				}
				if string(a.body) != string(first) || a.header.Get("Set-Cookie") != "" {
					t.Errorf("%s is told apart: %s", login, a.body)
				}
			}
		})
		t.Run("[A-1] the tenant comes from the host", func(t *testing.T) {
			c := newCentre(t, d)
			b := c.browser()
			b.host = "two.test"
			b.must(401, "PAR-1001", b.signIn("ann", annPassword, true))
			b.must(200, "", b.signIn("ann", "another pass 9", true))
			b.host = "one.test"
			b.must(401, "PAR-0009", b.call("GET", "/api/session", nil))
			b.host = "three.test"
			b.must(421, "PAR-0002", b.signIn("ann", annPassword, true))
		})
		t.Run("[A-1] behind a proxy with https the cookie is for https only", func(t *testing.T) {
			// Only a trusted proxy is believed: this server trusts none.
			c := newCentre(t, d)
			b := c.browser()
			b.header = map[string]string{"X-Forwarded-Proto": "https"}
			a := b.must(200, "", b.signIn("ann", annPassword, true))
			if strings.Contains(a.header.Get("Set-Cookie"), "Secure") {
				t.Error("an untrusted header was believed")
			}
		})
		t.Run("[A-11] the interface's language is the browser's, messages come in it", func(t *testing.T) {
			c := newCentre(t, d)
			b := c.browser()
			b.header = map[string]string{"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}
			a := b.must(200, "", b.signIn("ann", annPassword, true))
			if !strings.Contains(string(a.body), `"language":"ru"`) {
				t.Errorf("me: %s", a.body)
			}
			a = b.must(401, "PAR-1001", b.signIn("ann", "wrong", true))
			if a.problem.Detail != "Неверное имя пользователя или пароль." {
				t.Errorf("detail %q", a.problem.Detail)
			}
			b.header["Accept-Language"] = "fr,en;q=0.5,ru;q=0.1"
			a = b.must(401, "PAR-1001", b.signIn("ann", "wrong", true))
			if a.problem.Detail != "Wrong user name or password." {
				t.Errorf("detail %q", a.problem.Detail)
			}
		})
	})
}

func TestOneSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		b, err := bus.Open(ctx, d, bus.Config{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() })
		t.Run("[A-3] signed in elsewhere: asked first, then the other one ends and is told why", func(t *testing.T) {
			c := newCentre(t, d)
			sub, err := b.Feed().Subscribe(ctx, "t1", []string{"u/ann"}, bus.FromNow, 10)
			if err != nil {
				t.Fatal(err)
			}
			defer sub.Close()
			first, second := c.browser(), c.browser()
			first.must(200, "", first.signIn("ann", annPassword, false))
			second.must(409, "PAR-1002", second.signIn("ann", annPassword, false))
			first.must(200, "", first.call("GET", "/api/session", nil))
			second.must(401, "PAR-1001", second.signIn("ann", "wrong", true))
			first.must(200, "", first.call("GET", "/api/session", nil))
			second.must(200, "", second.signIn("ann", annPassword, true))
			first.must(401, "PAR-1003", first.call("GET", "/api/session", nil))
			second.must(200, "", second.call("GET", "/api/session", nil))
			var ended Ended
			change := next(t, sub)
			if err := json.Unmarshal(change.Data, &ended); err != nil || change.Type != EventEnded || ended.Code != "PAR-1003" || ended.SessionID == "" {
				t.Errorf("change %s %s", change.Type, change.Data)
			}
		})
		t.Run("[A-3] the same browser signs in again without being asked", func(t *testing.T) {
			c := newCentre(t, d)
			br := c.browser()
			br.must(200, "", br.signIn("ann", annPassword, true))
			br.must(200, "", br.signIn("ann", annPassword, false))
		})
		t.Run("[A-3] many at the same instant: one session lives", func(t *testing.T) {
			c := newCentre(t, d)
			var in atomic.Int64
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					br := c.browser()
					if a := br.signIn("bob", bobPassword, true); a.status == 200 {
						in.Add(1)
					}
				})
			}
			wg.Wait()
			n, err := d.Read().NewSelect().Model((*Session)(nil)).Where("tenant_id = 't1' AND user_id = 'bob' AND ended_at = 0").Count(ctx)
			if err != nil || n != 1 || in.Load() == 0 {
				t.Errorf("%d live sessions after %d sign-ins (%v)", n, in.Load(), err)
			}
		})
		t.Run("[A-7] ended by a supervisor: says by whom and when", func(t *testing.T) {
			c := newCentre(t, d)
			br := c.browser()
			br.must(200, "", br.signIn("ann", annPassword, true))
			if err := c.access.EndSession(ctx, "t1", "ann", "", Forced, "bob", "Борис Смирнов"); err != nil {
				t.Fatal(err)
			}
			a := br.must(401, "PAR-1004", br.call("GET", "/api/session", nil))
			if a.problem.Args["supervisor"] != "Борис Смирнов" || a.problem.Args["at"] == nil || !strings.Contains(a.problem.Detail, "Борис Смирнов") {
				t.Errorf("problem %s", a.body)
			}
			if err := c.access.EndSession(ctx, "t1", "ann", "", Forced, "bob", "x"); err != nil {
				t.Errorf("ending nothing: %v", err)
			}
			br.must(200, "", br.signIn("ann", annPassword, false))
			if err := c.access.EndSession(ctx, "t1", "ann", "an earlier one", Closed, "", ""); err != nil {
				t.Fatal(err)
			}
			br.must(200, "", br.call("GET", "/api/session", nil)) // the end of an earlier session is not this one's
		})
		t.Run("[M-44/session-limits] a session ends by the tenant's limits", func(t *testing.T) {
			c := newCentre(t, d)
			advance := c.clock()
			c.people.rules = Rules{SessionFor: 8 * time.Hour, IdleFor: 30 * time.Minute}
			br := c.browser()
			br.must(200, "", br.signIn("ann", annPassword, true))
			for range 15 {
				advance(29 * time.Minute)
				br.must(200, "", br.call("GET", "/api/session", nil))
			}
			advance(31 * time.Minute)
			br.must(401, "PAR-0009", br.call("GET", "/api/session", nil))
			if err := c.access.sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if _, live, err := liveSession(ctx, d.Read(), "t1", "ann"); live || err != nil {
				t.Errorf("after the sweep the session lives: %v", err)
			}
			br.must(200, "", br.signIn("ann", annPassword, false))
			for range 16 {
				advance(29 * time.Minute)
				br.must(200, "", br.call("GET", "/api/session", nil))
			}
			advance(29 * time.Minute)
			br.must(401, "PAR-0009", br.call("GET", "/api/session", nil))
		})
	})
}

func next(t *testing.T, sub *bus.Subscription) bus.Change {
	t.Helper()
	select {
	case ch, ok := <-sub.C():
		if !ok {
			t.Fatal(sub.Err())
		}
		return ch
	case <-time.After(10 * time.Second):
		t.Fatal("no change came")
	}
	return bus.Change{}
}

func TestRightsAtOnce(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	t.Run("[M-2] a role taken away, a lock and a removed user take effect with the next request", func(t *testing.T) {
		c := newCentre(t, d)
		b := c.browser()
		b.must(200, "", b.signIn("ann", annPassword, true))
		b.must(200, "", b.call("GET", "/api/chats", nil))
		c.people.change("t1", "ann", func(a *Account) { a.Privileges = nil })
		b.must(403, "PAR-1006", b.call("GET", "/api/chats", nil))
		c.people.change("t1", "ann", func(a *Account) { a.Privileges = []string{"handle.chat"} })
		b.must(200, "", b.call("GET", "/api/chats", nil))
		c.people.change("t1", "ann", func(a *Account) { a.Locked = true })
		b.must(401, "PAR-0009", b.call("GET", "/api/chats", nil))
		b.must(403, "PAR-1005", b.signIn("ann", annPassword, true))
		b.must(401, "PAR-1001", b.signIn("ann", "wrong", true))
	})
	t.Run("[A-4] [M-44/allowed-addresses] an address outside the tenant's networks does not get in", func(t *testing.T) {
		c := newCentre(t, d)
		c.people.rules.AllowedAddresses = prefixes("192.0.2.0/24", "2001:db8::/32")
		b := c.browser()
		b.must(403, "PAR-1005", b.signIn("bob", bobPassword, true))
		c.people.rules.AllowedAddresses = prefixes("192.0.2.0/24", "127.0.0.0/8")
		b.must(200, "", b.signIn("bob", bobPassword, true))
	})
}

func TestLastSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		c := newCentre(t, d)
		advance := c.clock()
		b := c.browser()
		b.must(200, "", b.signIn("ann", annPassword, true))
		advance(time.Minute)
		b.must(200, "", b.call("GET", "/api/session", nil))
		if err := c.access.writeSeen(ctx); err != nil {
			t.Fatal(err)
		}
		s, live, err := liveSession(ctx, d.Read(), "t1", "ann")
		if err != nil || !live || s.LastSeenAt != c.access.now() || s.Address != "127.0.0.1" || s.Agent != "Go-http-client/1.1" {
			t.Errorf("session %+v, want seen at %s (%v)", s, strconv.FormatInt(c.access.now(), 10), err)
		}
	})
}
