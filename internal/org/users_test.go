package org_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/org"
)

func TestUsers(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		s := c.seeded()
		c.run(t, "[M-1/profile] profile, login, roles, team, skills, extension, phone and e-mail are kept", func(t *testing.T) {
			skill := c.do("admin", "POST", "/api/skills", obj{"name": "Deutsch", "kind": "language"}).is(201).object()["id"]
			u := obj{"login": "Vera.K", "firstName": "Вера", "lastName": "Ким", "nickname": "Вера", "email": "vera@example.org", "phone": "+7 495 123-45-67",
				"extension": "104", "position": "оператор", "about": "по утрам", "language": "ru", "timeZone": "Asia/Omsk", "teamId": s.TeamID,
				"roleIds": []string{s.RoleIDs["agent"]}, "skills": []obj{{"skillId": skill, "level": 80}}, "rank": 3, "lockedFields": []string{"email"},
				"capacity": obj{"shares": obj{"chat": obj{"takes": 20, "needs": 20}}}}
			id := c.do("admin", "POST", "/api/users", u).is(201).object()["id"].(string)
			got := c.do("admin", "GET", "/api/users/"+id, nil).is(200).object()
			for field, want := range u {
				if field != "capacity" && fmt.Sprint(got[field]) != strings.NewReplacer("skillId", "skillId").Replace(fmt.Sprint(want)) && field != "skills" {
					t.Errorf("%s: %v, want %v", field, got[field], want)
				}
			}
			read, err := c.org.User(t.Context(), c.tid(), id)
			if err != nil || read.Skills[0].Level != 80 || read.Capacity.Shares["chat"].Takes != 20 {
				t.Errorf("%+v %v", read, err)
			}
		})
		c.run(t, "[M-1/login] logins and extensions are unique, whatever the case of the letters, and wrong values name their field", func(t *testing.T) {
			for field, body := range map[string]obj{
				"login":           {"login": "ANNA"},
				"extension":       {"login": "n1", "extension": "104"},
				"email":           {"login": "n1", "email": "a@b@c"},
				"phone":           {"login": "n1", "phone": "call me"},
				"language":        {"login": "n1", "language": "fr"},
				"timeZone":        {"login": "n1", "timeZone": "Nowhere"},
				"skills[0].level": {"login": "n1", "skills": []obj{{"skillId": "x", "level": 101}}},
				"lockedFields":    {"login": "n1", "lockedFields": []string{"login"}},
				"firstName":       {"login": "n1", "firstName": "a\u0001b"},
				"roleIds[1]":      {"login": "n1", "roleIds": []string{s.RoleIDs["agent"], s.RoleIDs["agent"]}},
			} {
				got := c.do("admin", "POST", "/api/users", body).is(422).object()["field"]
				if strings.TrimPrefix(fmt.Sprint(got), "body.") != field {
					t.Errorf("%v: blamed %v, want %s", body, got, field)
				}
			}
		})
		c.run(t, "[M-1/password] a password is set by the policy, never shown, and can ask to be changed", func(t *testing.T) {
			url := "/api/users/" + c.id("anna") + "/password"
			c.do("admin", "PUT", url, obj{"password": "long enough 1", "mustChange": true}).is(204)
			u, hash, err := c.org.Credentials(t.Context(), c.tid(), "Anna")
			if err != nil || hash != "hash:long enough 1" || !u.MustChangePassword || !u.HasPassword {
				t.Errorf("%+v %q %v", u, hash, err)
			}
			if body := string(c.do("admin", "GET", "/api/users/"+c.id("anna"), nil).is(200).body); strings.Contains(body, "hash:") {
				t.Error("the hash is shown: " + body)
			}
			c.do("admin", "PUT", "/api/users/"+c.id("admin")+"/password", obj{"password": "long enough 1"}).is(409, "PAR-0005")
			c.do("anna", "PUT", url, obj{"password": "long enough 1"}).is(403)
		})
		c.run(t, "[M-1/lock] a locked user is marked so; nobody locks or deletes themselves or the last administrator", func(t *testing.T) {
			c.do("admin", "PUT", "/api/users/"+c.id("anna"), obj{"version": version(c, "anna"), "locked": true}).is(200)
			if u, _, _ := c.org.Credentials(t.Context(), c.tid(), "anna"); !u.Locked {
				t.Error("anna is not locked")
			}
			c.do("admin", "PUT", "/api/users/"+c.id("anna"), obj{"version": version(c, "anna"), "locked": false}).is(200)
			c.do("admin", "PUT", "/api/users/"+c.id("admin"), obj{"version": version(c, "admin"), "locked": true}).is(409, "PAR-0005")
			c.do("admin", "DELETE", "/api/users/"+c.id("admin"), nil).is(409, "PAR-0005")
			c.do("admin", "PUT", "/api/users/"+c.id("admin"), obj{"version": version(c, "admin"), "roleIds": []string{s.RoleIDs["agent"]}}).is(409, "PAR-0005")
		})
		c.run(t, "[M-1/profile-locks] users change their own profile except what is locked", func(t *testing.T) {
			p := c.do("anna", "GET", "/api/profile", nil).is(200).object()
			p = c.do("anna", "PUT", "/api/profile", obj{"version": p["version"], "nickname": "Аня", "greeting": "Здравствуйте!"}).is(200).object()
			c.do("admin", "PUT", "/api/users/"+c.id("anna"), obj{"version": p["version"], "lockedFields": []string{"nickname"}}).is(200)
			v := version(c, "anna")
			c.do("anna", "PUT", "/api/profile", obj{"version": v, "nickname": "Королева"}).is(422, "PAR-0001 nickname")
			c.do("anna", "PUT", "/api/profile", obj{"version": v, "about": "люблю чай"}).is(200)
			u, _ := c.org.User(t.Context(), c.tid(), c.id("anna"))
			if u.Nickname != "Аня" || u.About != "люблю чай" || u.ChatName() != "Аня" {
				t.Errorf("%+v", u)
			}
			c.do("anna", "PUT", "/api/profile", obj{"version": version(c, "anna"), "teamId": "x", "login": "root"}).is(200) // read-only: passed over
			if u, _ := c.org.User(t.Context(), c.tid(), c.id("anna")); u.Login != "anna" || u.TeamID != s.TeamID {
				t.Errorf("%+v", u)
			}
		})
	})
}

func version(c *centre, login string) any {
	return c.do("admin", "GET", "/api/users/"+c.id(login), nil).is(200).object()["version"]
}

func TestOwnTeams(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		s := c.seeded()
		day := c.do("admin", "POST", "/api/teams", obj{"name": "Day", "supervisorIds": []string{c.id("supervisor")}}).is(201).object()["id"].(string)
		below := c.do("admin", "POST", "/api/teams", obj{"name": "Day, juniors", "parentId": day}).is(201).object()["id"].(string)
		c.run(t, "[M-1/own-teams] supervisors manage the users of their own teams and those below, and no others", func(t *testing.T) {
			agent := []string{s.RoleIDs["agent"]}
			for _, team := range []string{day, below} {
				u := c.do("supervisor", "POST", "/api/users", obj{"login": "new-" + team, "teamId": team, "roleIds": agent}).is(201).object()
				c.do("supervisor", "PUT", "/api/users/"+u["id"].(string), obj{"version": 1, "firstName": "Newer"}).is(200)
				c.do("supervisor", "PUT", "/api/users/"+u["id"].(string), obj{"version": 2, "teamId": s.TeamID}).is(403, "PAR-1006")
				c.do("supervisor", "PUT", "/api/users/"+u["id"].(string), obj{"version": 2, "roleIds": []string{s.RoleIDs["system_administrator"]}}).is(403, "PAR-1006")
				c.do("supervisor", "PUT", "/api/users/"+u["id"].(string)+"/password", obj{"password": "long enough 1"}).is(204)
			}
			c.do("supervisor", "POST", "/api/users", obj{"login": "n2", "teamId": s.TeamID, "roleIds": agent}).is(403, "PAR-1006")
			c.do("supervisor", "POST", "/api/users", obj{"login": "n2", "roleIds": agent}).is(403, "PAR-1006")
			c.do("supervisor", "PUT", "/api/users/"+c.id("anna"), obj{"version": 1, "firstName": "x"}).is(403, "PAR-1006")
			c.do("supervisor", "DELETE", "/api/users/"+c.id("anna"), nil).is(403, "PAR-1006")
			c.do("supervisor", "PUT", "/api/users/"+c.id("anna")+"/password", obj{"password": "long enough 1"}).is(403, "PAR-1006")
			c.do("supervisor", "PUT", "/api/teams/"+day, obj{"version": 1, "name": "x"}).is(403)
		})
		c.run(t, "[M-1/own-teams] abilities say so row by row", func(t *testing.T) {
			var page listOf[org.User]
			c.do("supervisor", "GET", "/api/users?limit=500", nil).is(200).into(&page)
			for _, u := range page.Items {
				if mine := u.TeamID == day || u.TeamID == below; slices.Contains(u.Abilities, "edit") != mine {
					t.Errorf("%s: abilities %v", u.Login, u.Abilities)
				}
			}
		})
		c.run(t, "[M-1/own-teams] with that privilege alone others are not even seen", func(t *testing.T) {
			role := c.do("admin", "POST", "/api/roles", obj{"name": "Leader", "privileges": []string{"supervise.own_teams", "handle.chat"}}).is(201).object()["id"]
			lead := c.do("admin", "POST", "/api/users", obj{"login": "lead", "roleIds": []any{role}, "teamId": day}).is(201).object()["id"].(string)
			c.do("admin", "PUT", "/api/teams/"+below, obj{"version": 1, "supervisorIds": []string{lead}}).is(200)
			var page listOf[org.User]
			c.do("lead", "GET", "/api/users", nil).is(200).into(&page)
			if page.Total != 1 || page.Items[0].TeamID != below {
				t.Errorf("%+v", page)
			}
			c.do("lead", "GET", "/api/users/"+c.id("anna"), nil).is(404, "PAR-0002")
		})
	})
}

func TestRoles(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		s := c.seeded()
		c.run(t, "[M-2/ready-made] the seven ready-made roles are there and stay as they are", func(t *testing.T) {
			var page listOf[org.Role]
			c.do("admin", "GET", "/api/roles", nil).is(200).into(&page)
			var keys []string
			for _, r := range page.Items {
				keys = append(keys, r.Builtin)
				if len(r.Privileges) == 0 || len(r.Abilities) != 0 {
					t.Errorf("%+v", r)
				}
			}
			slices.Sort(keys)
			want := []string{"agent", "quality_evaluator", "report_viewer", "security_administrator", "service_administrator", "supervisor", "system_administrator"}
			if !slices.Equal(keys, want) {
				t.Errorf("%v", keys)
			}
			c.do("admin", "PUT", "/api/roles/"+s.RoleIDs["agent"], obj{"version": 1, "name": "x"}).is(409, "PAR-0005")
			c.do("admin", "DELETE", "/api/roles/"+s.RoleIDs["report_viewer"], nil).is(409, "PAR-0005")
		})
		c.run(t, "[M-2/groups] privileges come in their groups", func(t *testing.T) {
			var body struct{ Groups []org.PrivilegeGroup }
			c.do("admin", "GET", "/api/privileges", nil).is(200).into(&body)
			if len(body.Groups) != 8 || body.Groups[0].Name != "handle" {
				t.Errorf("%+v", body)
			}
		})
		c.run(t, "[M-2/at-once] a change of a role takes effect with the next call", func(t *testing.T) {
			role := c.do("admin", "POST", "/api/roles", obj{"name": "Planner", "privileges": []string{"services.manage"}}).is(201).object()
			c.do("admin", "POST", "/api/users", obj{"login": "planner", "roleIds": []any{role["id"]}}).is(201)
			c.do("planner", "GET", "/api/services", nil).is(200)
			c.do("admin", "PUT", "/api/roles/"+role["id"].(string), obj{"version": 1, "privileges": []string{"handle.chat"}}).is(200)
			c.do("planner", "GET", "/api/services", nil).is(403, "PAR-1006")
		})
		c.run(t, "[M-2/escalation] nobody hands out what only security may hand out", func(t *testing.T) {
			c.do("admin", "POST", "/api/roles", obj{"name": "Spy", "privileges": []string{"security.audit"}}).is(403, "PAR-1006")
			c.do("admin", "POST", "/api/users", obj{"login": "spy", "roleIds": []string{s.RoleIDs["security_administrator"]}}).is(403, "PAR-1006")
			c.do("admin", "PUT", "/api/users/"+c.id("security")+"/password", obj{"password": "long enough 1"}).is(403, "PAR-1006")
		})
		c.run(t, "[M-2/escalation] the right to manage users can't be taken from the last who has it", func(t *testing.T) {
			role := c.do("admin", "POST", "/api/roles", obj{"name": "Staff office", "privileges": []string{"system.users"}}).is(201).object()["id"].(string)
			c.do("admin", "POST", "/api/users", obj{"login": "staff", "roleIds": []string{role}}).is(201)
			c.do("staff", "PUT", "/api/users/"+c.id("admin"), obj{"version": version(c, "admin"), "locked": true}).is(200)
			c.do("staff", "PUT", "/api/roles/"+role, obj{"version": 1, "privileges": []string{}}).is(409, "PAR-0005")
		})
	})
}

func TestUserLimit(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		c.run(t, "[M-40/limits] a tenant has no more users than its limit allows", func(t *testing.T) {
			c.write(func(ctx context.Context, tx *db.Tx) error {
				t, err := c.org.Tenant(ctx, c.tid())
				if err != nil {
					return err
				}
				_, err = c.org.ChangeTenant(ctx, tx, t.ID, t.Version, func(t *org.Tenant) error { t.Limits.Users = 6; return nil })
				return err
			})
			c.do("admin", "POST", "/api/users", obj{"login": "sixth"}).is(201)
			c.do("admin", "POST", "/api/users", obj{"login": "seventh"}).is(409, "PAR-0004")
		})
	})
}
