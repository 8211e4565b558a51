package access

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"encoding/base64"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

func weakKey(t *testing.T, password string) string {
	t.Helper()
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), []byte("somesaltsomesalt"), 1, 1024, 1, 32))
}

func TestAPIKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		advance := c.clock()
		bob := c.browser()
		bob.must(200, "", bob.signIn("bob", bobPassword, true))
		create := func(body map[string]any) NewAPIKey {
			t.Helper()
			var k NewAPIKey
			a := bob.must(201, "", bob.call("POST", "/api/api-keys", body))
			if err := json.Unmarshal(a.body, &k); err != nil {
				t.Fatal(err)
			}
			return k
		}
		program := func(secret string) *browser {
			b := c.browser()
			b.header = map[string]string{"Authorization": "Bearer " + secret, "X-Parley": ""}
			return b
		}
		k := create(map[string]any{"name": "Сайт", "scopes": []string{"handle.chat"}, "ratePerSecond": 50})
		t.Run("[M-42/keys] a key lets a program in with its scopes and no more", func(t *testing.T) {
			p := program(k.Secret)
			a := p.must(200, "", p.call("GET", "/api/chats", nil))
			if !strings.Contains(string(a.body), k.ID) {
				t.Errorf("identity %s", a.body)
			}
			p.must(403, "PAR-1006", p.call("GET", "/api/api-keys", nil))
			p.must(403, "PAR-1006", p.call("GET", "/api/session", nil))
			p.host = "two.test"
			p.must(401, "PAR-0009", p.call("GET", "/api/chats", nil))
			wrong := program(keyPrefix + newToken())
			wrong.must(401, "PAR-0009", wrong.call("GET", "/api/chats", nil))
		})
		t.Run("[M-42/keys] a renewed key is the same key with another secret; the old one ends at once", func(t *testing.T) {
			one := create(map[string]any{"name": "Renewed", "scopes": []string{"handle.chat"}})
			var renewed NewAPIKey
			a := bob.must(200, "", bob.call("POST", "/api/api-keys/"+one.ID+"/secret", nil))
			if err := json.Unmarshal(a.body, &renewed); err != nil {
				t.Fatal(err)
			}
			if renewed.ID != one.ID || renewed.Secret == one.Secret || renewed.Hint == one.Hint || len(renewed.Scopes) != 1 {
				t.Errorf("%+v", renewed)
			}
			old, fresh := program(one.Secret), program(renewed.Secret)
			old.must(401, "PAR-0009", old.call("GET", "/api/chats", nil))
			fresh.must(200, "", fresh.call("GET", "/api/chats", nil))
			bob.must(204, "", bob.call("DELETE", "/api/api-keys/"+one.ID, nil))
		})
		t.Run("[M-42/keys] the secret is shown once and not kept", func(t *testing.T) {
			for _, path := range []string{"/api/api-keys", "/api/api-keys/" + k.ID} {
				a := bob.must(200, "", bob.call("GET", path, nil))
				if strings.Contains(string(a.body), k.Secret) || !strings.Contains(string(a.body), k.Hint) {
					t.Errorf("%s: %s", path, a.body)
				}
			}
			var row keyRow
			if err := d.Read().NewSelect().Model(&row).Where("id = ?", k.ID).Scan(context.Background()); err != nil || row.KeyHash != tokenHash(k.Secret) {
				t.Errorf("row %+v %v", row, err)
			}
			bob.header = map[string]string{"Idempotency-Key": "make-one"}
			defer func() { bob.header = nil }()
			body := map[string]any{"name": "twice", "scopes": []string{"handle.chat"}}
			create(body)
			bob.must(409, "PAR-0005", bob.call("POST", "/api/api-keys", body))
		})
		t.Run("[M-42/keys] nobody gives a key what they don't have", func(t *testing.T) {
			for _, scopes := range [][]string{{"security.tenants"}, {"handle.chat", "no.such"}, {}} {
				a := bob.must(422, "PAR-0001", bob.call("POST", "/api/api-keys", map[string]any{"name": "x", "scopes": scopes}))
				if a.problem.Field != "scopes" {
					t.Errorf("%v: field %q", scopes, a.problem.Field)
				}
			}
			for field, body := range map[string]map[string]any{
				"name":          {"name": "  ", "scopes": []string{"handle.chat"}},
				"ratePerSecond": {"name": "x", "scopes": []string{"handle.chat"}, "ratePerSecond": 100000},
				"expiresAt":     {"name": "x", "scopes": []string{"handle.chat"}, "expiresAt": 1},
			} {
				if a := bob.must(422, "PAR-0001", bob.call("POST", "/api/api-keys", body)); a.problem.Field != field {
					t.Errorf("field %q, want %q", a.problem.Field, field)
				}
			}
		})
		t.Run("[M-40/limits] the tenant's request rate bounds every key", func(t *testing.T) {
			fast := create(map[string]any{"name": "fast", "scopes": []string{"handle.chat"}, "ratePerSecond": 1000})
			p := program(fast.Secret)
			c.people.requestRate = 0.1 // 6 a minute
			defer func() { c.people.requestRate = 0 }()
			p.must(200, "", p.call("GET", "/api/chats", nil))
			a := p.must(429, "PAR-0006", p.call("GET", "/api/chats", nil))
			if wait := a.header.Get("Retry-After"); wait != "10" && wait != "9" {
				t.Errorf("come again in %q s", wait)
			}
		})
		t.Run("[M-42/rate-limits] a key has a rate of its own", func(t *testing.T) {
			slow := create(map[string]any{"name": "slow", "scopes": []string{"handle.chat"}, "ratePerSecond": 1})
			p := program(slow.Secret)
			for i := range 5 {
				if a := p.call("GET", "/api/chats", nil); a.status != 200 {
					t.Fatalf("call %d: %d", i, a.status)
				}
			}
			a := p.must(429, "PAR-0006", p.call("GET", "/api/chats", nil))
			if a.header.Get("Retry-After") != "1" {
				t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
			}
			p = program(k.Secret)
			p.must(200, "", p.call("GET", "/api/chats", nil))
		})
		t.Run("[M-42/keys] changed, expired, ended: with the next request", func(t *testing.T) {
			tmp := create(map[string]any{"name": "tmp", "scopes": []string{"handle.chat"}, "expiresAt": c.access.now() + 60_000})
			p := program(tmp.Secret)
			p.must(200, "", p.call("GET", "/api/chats", nil))
			update := map[string]any{"name": "tmp 2", "scopes": []string{"security.keys"}, "version": tmp.Version, "expiresAt": tmp.ExpiresAt}
			bob.must(200, "", bob.call("PUT", "/api/api-keys/"+tmp.ID, update))
			bob.must(409, "PAR-0003", bob.call("PUT", "/api/api-keys/"+tmp.ID, update))
			p.must(403, "PAR-1006", p.call("GET", "/api/chats", nil))
			p.must(200, "", p.call("GET", "/api/api-keys", nil))
			advance(time.Minute)
			p.must(401, "PAR-0009", p.call("GET", "/api/api-keys", nil))
			bob.must(204, "", bob.call("DELETE", "/api/api-keys/"+k.ID, nil))
			p = program(k.Secret)
			p.must(401, "PAR-0009", p.call("GET", "/api/chats", nil))
			bob.must(404, "PAR-0002", bob.call("GET", "/api/api-keys/"+k.ID, nil))
			for _, action := range []string{"create", "update"} {
				if !c.acts.has(action, tmp.ID) {
					t.Errorf("no audit of %s", action)
				}
			}
			if !c.acts.has("delete", k.ID) {
				t.Error("no audit of delete")
			}
		})
		t.Run("[M-42/keys] the list has pages, search, and one tenant only", func(t *testing.T) {
			for i := range 3 {
				create(map[string]any{"name": fmt.Sprintf("page_%d", i), "scopes": []string{"handle.chat"}})
			}
			var names []string
			for cursor := ""; ; {
				a := bob.must(200, "", bob.call("GET", "/api/api-keys?q=PAGE_&limit=2&cursor="+cursor, nil))
				var page APIKeyPage
				if err := json.Unmarshal(a.body, &page); err != nil {
					t.Fatal(err)
				}
				for _, k := range page.Items {
					names = append(names, k.Name)
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if strings.Join(names, " ") != "page_2 page_1 page_0" {
				t.Errorf("pages %v", names)
			}
			eve := c.browser()
			eve.host = "two.test"
			eve.must(200, "", eve.signIn("ann", "another pass 9", true))
			if a := eve.must(200, "", eve.call("GET", "/api/api-keys", nil)); !strings.Contains(string(a.body), `"items":[]`) {
				t.Errorf("other tenant's keys: %s", a.body)
			}
		})
	})
}
