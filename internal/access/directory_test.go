package access

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
)

// TestWithOrganisation runs access on the real organisation.
func TestWithOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := audit.New(d, []byte("a key for tests"))
		o := org.New(d, nil, log)
		t.Cleanup(func() { _ = o.Close() })
		s := New(d, FromOrg(o), log)
		o.UsePasswords(s)
		o.OnShut(s.Shut)
		srv := web.New(web.Config{Tenants: o, Auth: s, DB: d})
		s.Register(srv)
		o.Register(srv)
		c := &centre{t: t, db: d, access: s, web: srv, http: httptest.NewServer(srv)}
		t.Cleanup(c.http.Close)

		ids := map[string]string{}
		var seeded org.Seeded
		err := d.Write(org.System(t.Context()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
			tenant := org.NewTenant("One", "en", "one.test")
			if err := o.CreateTenant(ctx, tx, tenant); err != nil {
				return err
			}
			var err error
			if seeded, err = o.Seed(ctx, tx, tenant.ID, "en"); err != nil {
				return err
			}
			hash, err := HashPassword(annPassword)
			if err != nil {
				return err
			}
			for login, role := range map[string]string{"ann": org.RoleAgent, "root": org.RoleSystemAdmin} {
				u := &org.User{Login: login, FirstName: login, LastName: "Smith", TeamID: seeded.TeamID, RoleIDs: []string{seeded.RoleIDs[role]}}
				if err := o.CreateUser(ctx, tx, tenant.ID, u, hash); err != nil {
					return err
				}
				ids[login] = u.ID
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ann, root := c.browser(), c.browser()
		root.must(200, "", root.signIn("ROOT", annPassword, false))
		user := func() (u map[string]any) {
			t.Helper()
			a := root.must(200, "", root.call("GET", "/api/users/"+ids["ann"], nil))
			if err := json.Unmarshal(a.body, &u); err != nil {
				t.Fatal(err)
			}
			return u
		}
		save := func(change map[string]any) {
			t.Helper()
			change["version"] = user()["version"]
			root.must(200, "", root.call("PUT", "/api/users/"+ids["ann"], change))
		}
		t.Run("[A-1] signs in with what the organisation knows", func(t *testing.T) {
			var me Me
			a := ann.must(200, "", ann.signIn("Ann", annPassword, false))
			if err := json.Unmarshal(a.body, &me); err != nil {
				t.Fatal(err)
			}
			if me.User.ID != ids["ann"] || me.User.Name != "ann Smith" || me.Tenant.Name != "One" || me.Team == nil || me.Team.ID != seeded.TeamID || len(me.Privileges) == 0 {
				t.Errorf("me %s", a.body)
			}
		})
		t.Run("[M-2] a role given and taken takes effect with the next request", func(t *testing.T) {
			ann.must(403, "PAR-1006", ann.call("GET", "/api/users", nil))
			save(map[string]any{"roleIds": []string{seeded.RoleIDs[org.RoleSystemAdmin]}})
			ann.must(200, "", ann.call("GET", "/api/users", nil))
			save(map[string]any{"roleIds": []string{seeded.RoleIDs[org.RoleAgent]}})
			ann.must(403, "PAR-1006", ann.call("GET", "/api/users", nil))
		})
		t.Run("[M-44/session-limits] a locked user's session ends at once, with the name of who locked", func(t *testing.T) {
			save(map[string]any{"locked": true})
			a := ann.must(401, "PAR-1004", ann.call("GET", "/api/session", nil))
			if a.problem.Args["supervisor"] != "root Smith" {
				t.Errorf("args %v", a.problem.Args)
			}
			ann.must(403, "PAR-1005", ann.signIn("ann", annPassword, true))
			save(map[string]any{"locked": false})
			ann.must(200, "", ann.signIn("ann", annPassword, false))
		})
		t.Run("[M-44/password-policy] the tenant's own rules hold", func(t *testing.T) {
			a := root.must(200, "", root.call("GET", "/api/settings", nil))
			var settings map[string]any
			if err := json.Unmarshal(a.body, &settings); err != nil {
				t.Fatal(err)
			}
			password := settings["password"].(map[string]any)
			password["minLength"] = 20
			root.must(200, "", root.call("PUT", "/api/settings", map[string]any{"version": settings["version"], "password": password}))
			change := map[string]any{"old": annPassword, "new": "not quite long 1"}
			if a := ann.must(422, "PAR-0001", ann.call("POST", "/api/session/password", change)); a.problem.Field != "new" {
				t.Errorf("field %q", a.problem.Field)
			}
			change["new"] = "this one is long enough 1"
			ann.must(204, "", ann.call("POST", "/api/session/password", change))
			ann.must(200, "", ann.call("GET", "/api/session", nil))
			other := c.browser()
			other.must(401, "PAR-1001", other.signIn("ann", annPassword, true))
			other.must(200, "", other.signIn("ann", "this one is long enough 1", true))
		})
		t.Run("[M-44/password-policy] the last passwords are remembered: refused to the user and to who sets them, forgotten in turn", func(t *testing.T) {
			remember := func(n int) {
				t.Helper()
				a := root.must(200, "", root.call("GET", "/api/settings", nil))
				var settings map[string]any
				if err := json.Unmarshal(a.body, &settings); err != nil {
					t.Fatal(err)
				}
				password := settings["password"].(map[string]any)
				password["remember"] = n
				root.must(200, "", root.call("PUT", "/api/settings", map[string]any{"version": settings["version"], "password": password}))
			}
			b := c.browser()
			present := "this one is long enough 1"
			b.must(200, "", b.signIn("ann", present, true))
			take := func(next string, refused bool) {
				t.Helper()
				a := b.call("POST", "/api/session/password", map[string]any{"old": present, "new": next})
				if !refused {
					b.must(204, "", a)
					present = next
				} else if b.must(422, "PAR-0001", a); a.problem.Field != "new" || a.problem.Args["reason"] != "was used before" {
					t.Errorf("%q: %s", next, a.body)
				}
			}
			remember(2)
			const first, second, third, fourth = "this one is long enough 1", "the second one, long 2", "the third one, longer 3", "the fourth one, so long 4"
			take(second, false)
			take(third, false)
			take(first, true)
			take(second, true)
			take(fourth, false)
			take(second, true)
			take(first, false) // the third before the present one
			set := func(password string) answer {
				return root.call("PUT", "/api/users/"+ids["ann"]+"/password", map[string]any{"password": password})
			}
			for _, used := range []string{first, fourth, third} {
				if a := root.must(422, "PAR-0001", set(used)); a.problem.Field != "password" {
					t.Errorf("%q: %s", used, a.body)
				}
			}
			remember(0)
			take(third, false)
			n, err := d.Read().NewSelect().Table("password_history").Count(t.Context())
			if err != nil || n != 0 {
				t.Errorf("%d old passwords are kept, %v", n, err)
			}
			take(first, false)
		})
		t.Run("[M-44/session-limits] a removed user is out", func(t *testing.T) {
			other := c.browser()
			other.must(200, "", other.signIn("ann", "this one is long enough 1", true))
			root.must(204, "", root.call("DELETE", "/api/users/"+ids["ann"]+"?version="+jsonText(user()["version"]), nil))
			other.must(401, "PAR-1004", other.call("GET", "/api/session", nil))
			other.must(401, "PAR-1001", other.signIn("ann", "this one is long enough 1", true))
		})
		t.Run("[M-41] sign-ins and what was done stand in the audit log", func(t *testing.T) {
			n, err := d.Read().NewSelect().Table("audit_entries").Where("action = 'sign_in' AND entity = 'session' AND actor_kind = 'user' AND address = '127.0.0.1'").Count(t.Context())
			if err != nil || n < 4 {
				t.Errorf("%d sign-ins noted, %v", n, err)
			}
		})
	})
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
