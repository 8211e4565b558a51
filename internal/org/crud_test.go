package org_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"parley/internal/db"
	"parley/internal/org"
)

type kindCase struct {
	clause, plural, login string
	body, wrong           obj
	field                 string
}

// kinds are all kinds of things with a body that makes a new one, one that is
// refused and the field it is refused for.
func kinds(c *centre) []kindCase {
	s := c.seeded()
	return []kindCase{
		{"M-1/administration", "users", "admin", obj{"login": "vera", "firstName": "Vera", "teamId": s.TeamID}, obj{"login": "v e"}, "login"},
		{"M-2/own-roles", "roles", "admin", obj{"name": "Juniors", "privileges": []string{"handle.chat"}}, obj{"name": "x", "privileges": []string{"fly"}}, "privileges"},
		{"M-3/administration", "teams", "admin", obj{"name": "Night", "serviceIds": []string{s.ServiceID}}, obj{"name": "x", "parentId": "nobody"}, "parentId"},
		{"M-4/other-skills", "skills", "admin", obj{"name": "English", "kind": "language"}, obj{"name": ""}, "name"},
		{"M-10/administration", "services", "services", obj{"name": "Sales", "channel": "chat"}, obj{"name": "x", "slPercent": 101}, "slPercent"},
		{"M-11/administration", "dispositions", "services", obj{"name": "Sold", "kind": "success"}, obj{"name": "x", "final": true, "retry": true}, "final"},
		{"E-40/category", "categories", "services", obj{"name": "Returns", "serviceIds": []string{s.ServiceID}}, obj{"name": "x", "parentId": "nobody"}, "parentId"},
		{"M-16/case-fields", "case-fields", "services", obj{"name": "Size", "kind": "choice", "options": []string{"S", "M"}, "serviceIds": []string{s.ServiceID}},
			obj{"name": "x", "kind": "choice"}, "options"},
		{"M-13/calendars", "calendars", "services", obj{"name": "Summer", "timeZone": "Asia/Omsk"}, obj{"name": "x", "timeZone": "Mars/Base"}, "timeZone"},
		{"M-14/administration", "reasons", "admin", obj{"name": obj{"ru": "Склад", "en": "Stock"}}, obj{"name": obj{"de": "Lager"}}, "name.de"},
		{"M-15/administration", "entries", "admin", obj{"name": "Shop", "serviceId": s.ServiceID, "allowedOrigins": []string{"https://Shop.Example:443/"}},
			obj{"name": "x", "serviceId": s.ServiceID, "allowedOrigins": []string{"javascript:alert(1)"}}, "allowedOrigins[0]"},
		{"M-30/trunks", "trunks", "admin", obj{"name": "Carrier", "addresses": []string{"203.0.113.7", "198.51.100.0/24"}, "host": "sip.example:5060"},
			obj{"name": "x", "addresses": []string{"anywhere"}}, "addresses[0]"},
		{"M-25/prompts", "prompts", "services", obj{"name": "Welcome"}, obj{"name": ""}, "name"},
	}
}

func TestEveryKind(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		for _, k := range kinds(c) {
			c.run(t, "["+k.clause+"] "+k.plural+" are made, read, changed and deleted", func(t *testing.T) {
				url := "/api/" + k.plural
				c := *c
				c.t = t
				made := c.do(k.login, "POST", url, k.body).is(201).object()
				id, _ := made["id"].(string)
				if made["version"] != 1.0 || id == "" || !slices.Contains(made["abilities"].([]any), any("edit")) {
					t.Errorf("made: %v", made)
				}
				read := c.do(k.login, "GET", url+"/"+id, nil).is(200).object()
				if fmt.Sprint(read) != fmt.Sprint(made) {
					t.Errorf("read %v\nmade %v", read, made)
				}
				c.do(k.login, "POST", url, k.wrong).is(422, "PAR-0001 "+k.field)
				c.do(k.login, "POST", url, obj{"nonsense": 1}).is(422)
				c.do(k.login, "PUT", url+"/"+id, obj{"version": 7}).is(409, "PAR-0003")
				c.do(k.login, "PUT", url+"/"+id, obj{}).is(422, "PAR-0001 version")
				changed := c.do(k.login, "PUT", url+"/"+id, read).is(200).object() // what was read can be sent back
				if changed["version"] != 2.0 {
					t.Errorf("changed: %v", changed)
				}
				c.do(k.login, "PUT", url+"/"+id, read).is(409, "PAR-0003")
				var page listOf[obj]
				c.do(k.login, "GET", url+"?limit=500", nil).is(200).into(&page)
				if !slices.ContainsFunc(page.Items, func(o obj) bool { return o["id"] == id }) || page.Total != len(page.Items) {
					t.Errorf("not in the list: %v", page)
				}
				c.do("anna", "GET", url, nil).is(403, "PAR-1006")
				c.do("anna", "POST", url, k.body).is(403, "PAR-1006")
				c.do("", "GET", url, nil).is(401)
				c.do(k.login, "DELETE", url+"/"+id+"?version=1", nil).is(409, "PAR-0003")
				c.do(k.login, "DELETE", url+"/"+id+"?version=2", nil).is(204)
				c.do(k.login, "DELETE", url+"/"+id, nil).is(404, "PAR-0002")
				c.do(k.login, "PUT", url+"/"+id, obj{"version": 3}).is(404, "PAR-0002")
				gone := c.do(k.login, "GET", url+"/"+id, nil).is(200).object()
				if gone["archived"] != true || len(gone["abilities"].([]any)) != 0 {
					t.Errorf("deleted: %v", gone)
				}
				c.do(k.login, "POST", url, k.body).is(201) // its name is free again
			})
		}
	})
}

func TestTenantsDoNotMeet(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		for _, k := range kinds(c) {
			c.run(t, "[M-40/isolation] another tenant's "+k.plural+" are not found", func(t *testing.T) {
				theirs := *c
				theirs.t, theirs.host = t, other
				body := k.body
				if body["serviceId"] != nil {
					body = obj{"name": "Shop", "serviceId": theirs.seeded().ServiceID}
				}
				delete(body, "teamId")
				delete(body, "serviceIds")
				id := theirs.do(k.login, "POST", "/api/"+k.plural, body).is(201).object()["id"].(string)
				ours := *c
				ours.t = t
				url := "/api/" + k.plural + "/" + id
				ours.do(k.login, "GET", url, nil).is(404, "PAR-0002")
				ours.do(k.login, "PUT", url, obj{"version": 1}).is(404, "PAR-0002")
				ours.do(k.login, "DELETE", url, nil).is(404, "PAR-0002")
				var page listOf[obj]
				ours.do(k.login, "GET", "/api/"+k.plural+"?limit=500", nil).is(200).into(&page)
				if slices.ContainsFunc(page.Items, func(o obj) bool { return o["id"] == id }) {
					t.Error("it is in our list")
				}
				theirs.do(k.login, "GET", url, nil).is(200)
			})
		}
		c.run(t, "[M-40/isolation] references to another tenant's things are refused", func(t *testing.T) {
			theirs := c.seed[other]
			c.do("admin", "POST", "/api/users", obj{"login": "x1", "teamId": theirs.TeamID}).is(422, "PAR-0001 teamId")
			c.do("admin", "POST", "/api/users", obj{"login": "x1", "roleIds": []string{theirs.RoleIDs["agent"]}}).is(422, "PAR-0001 roleIds")
			c.do("admin", "POST", "/api/entries", obj{"name": "x", "serviceId": theirs.ServiceID}).is(422, "PAR-0001 serviceId")
			c.do("services", "POST", "/api/services", obj{"name": "x", "calendarId": theirs.AlwaysOpenID}).is(422, "PAR-0001 calendarId")
		})
	})
}

func TestInUse(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		s := c.seeded()
		c.run(t, "[M-10/in-use] what is in use is not deleted, and the refusal says by what", func(t *testing.T) {
			for url, login := range map[string]string{
				"/api/services/" + s.ServiceID: "services", "/api/teams/" + s.TeamID: "admin", "/api/calendars/" + s.AlwaysOpenID: "services",
			} {
				got := c.do(login, "DELETE", url, nil).is(409, "PAR-0005").object()
				if uses, _ := got["args"].(obj)["uses"].([]any); len(uses) == 0 {
					t.Errorf("%s: no uses in %v", url, got)
				}
			}
		})
		c.run(t, "[M-10/in-use] a part above can object", func(t *testing.T) {
			id := c.do("services", "POST", "/api/services", obj{"name": "Busy"}).is(201).object()["id"].(string)
			busy := true
			c.org.OnDelete(func(_ context.Context, _ *db.Tx, _, kind, of string) ([]org.Use, error) {
				if busy && kind == "service" && of == id {
					return []org.Use{{Kind: "interaction", ID: "1", Name: "chat of Ann"}}, nil
				}
				return nil, nil
			})
			c.do("services", "DELETE", "/api/services/"+id, nil).is(409, "PAR-0005")
			busy = false
			c.do("services", "DELETE", "/api/services/"+id, nil).is(204)
		})
	})
}
