package org_test

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/audit"
)

func TestAuditOfAdministration(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		c.run(t, "[M-41/administration] every act stands in the log with who, what, before and after, and only security reads it", func(t *testing.T) {
			id := c.do("admin", "POST", "/api/skills", obj{"name": "Chess"}).is(201).object()["id"].(string)
			c.do("admin", "PUT", "/api/skills/"+id, obj{"version": 1, "name": "Go"}).is(200)
			c.do("admin", "DELETE", "/api/skills/"+id, nil).is(204)
			c.do("admin", "PUT", "/api/skills/"+id, obj{"version": 2, "name": "x"}).is(404) // refused: no entry
			var page listOf[audit.Act]
			c.do("security", "GET", "/api/audit?entity=skill&entityId="+id, nil).is(200).into(&page)
			if len(page.Items) != 3 {
				t.Fatalf("%+v", page)
			}
			deleted, updated, created := page.Items[0], page.Items[1], page.Items[2]
			if created.Action != "create" || created.ActorID != c.id("admin") || created.ActorName != "Admin" || created.Address == "" || created.Before != nil || !strings.Contains(string(created.After), "Chess") {
				t.Errorf("%+v", created)
			}
			if updated.Action != "update" || !strings.Contains(string(updated.Before), `"name":"Chess"`) || !strings.Contains(string(updated.After), `"name":"Go"`) || strings.Contains(string(updated.After), "kind") {
				t.Errorf("%s %s", updated.Before, updated.After)
			}
			if deleted.Action != "delete" || deleted.After != nil || deleted.Name != "Go" {
				t.Errorf("%+v", deleted)
			}
			c.do("admin", "GET", "/api/audit", nil).is(403, "PAR-1006")
			c.do("admin", "GET", "/api/audit/export", nil).is(403, "PAR-1006")
			theirs := *c
			theirs.host = other
			theirs.do("security", "GET", "/api/audit?entityId="+id, nil).is(200).into(&page)
			if len(page.Items) != 0 {
				t.Error("another tenant's log is shown")
			}
			if v := c.do("security", "GET", "/api/audit/verification", nil).is(200).object(); v["intact"] != true || v["entries"].(float64) < 10 {
				t.Errorf("%v", v)
			}
		})
		c.run(t, "[M-41/export] the log is exported as a table, page after page of the search holds all", func(t *testing.T) {
			table := string(c.do("security", "GET", "/api/audit/export?from=1", nil).is(200).body)
			n := strings.Count(table, "\r\n") + strings.Count(table, "\n")
			if n < 11 || !strings.HasPrefix(table, "\ufeffn,at,") || !strings.Contains(table, "Chess") {
				t.Errorf("%d lines: %.300s", n, table)
			}
			c.do("security", "GET", "/api/audit/export?from=x", nil).is(422, "PAR-0001 from")
			cursor, seen := "", map[int64]bool{}
			for {
				var page listOf[audit.Act]
				c.do("security", "GET", "/api/audit?limit=7&cursor="+cursor, nil).is(200).into(&page)
				for _, a := range page.Items {
					if seen[a.N] {
						t.Fatalf("%d twice", a.N)
					}
					seen[a.N] = true
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if v := c.do("security", "GET", "/api/audit/verification", nil).is(200).object(); float64(len(seen)) != v["entries"] {
				t.Errorf("%d of %v", len(seen), v["entries"])
			}
			c.do("security", "GET", "/api/audit?cursor=x", nil).is(422, "PAR-0001 cursor")
		})
	})
}

func TestLists(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		for _, n := range []string{"Ёлка", "ёж", "100%", "a_b", "axb", "Zebra", "яблоко"} {
			c.do("admin", "POST", "/api/skills", obj{"name": n, "kind": "other"}).is(201)
		}
		c.run(t, "[M-4/other-skills] search takes words in any case, and no wildcards", func(t *testing.T) {
			for q, want := range map[string]int{"ЁЖ": 1, "%25": 1, "a_b": 1, "zeb": 1, "nothing": 0, "%5C": 0, "'": 0, "": 8} {
				var page listOf[obj]
				c.do("admin", "GET", "/api/skills?q="+q, nil).is(200).into(&page)
				if page.Total != want || len(page.Items) != want {
					t.Errorf("%q: %d, want %d", q, page.Total, want)
				}
			}
		})
		c.run(t, "[M-4/other-skills] pages hold everything once, in one order on both engines", func(t *testing.T) {
			var names []string
			for cursor := ""; ; {
				var page listOf[obj]
				c.do("admin", "GET", "/api/skills?limit=3&cursor="+cursor, nil).is(200).into(&page)
				for _, s := range page.Items {
					names = append(names, s["name"].(string))
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if want := []string{"100%", "a_b", "axb", "Zebra", "Чат", "яблоко", "ёж", "Ёлка"}; !slices.Equal(names, want) {
				t.Errorf("%v", names)
			}
			c.do("admin", "GET", "/api/skills?cursor=nonsense", nil).is(422, "PAR-0001 cursor")
			c.do("admin", "GET", "/api/skills?limit=0", nil).is(422)
		})
		c.run(t, "[M-3/administration] what refers to a thing can be listed", func(t *testing.T) {
			var page listOf[obj]
			c.do("admin", "GET", "/api/users?refers="+c.seeded().TeamID, nil).is(200).into(&page)
			if page.Total != 5 {
				t.Errorf("%d users in the team", page.Total)
			}
		})
	})
}
