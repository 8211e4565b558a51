package org_test

import (
	"context"
	"strings"
	"testing"
)

func TestCategoryTree(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx, s := context.Background(), c.seeded()
		made := map[string]string{}
		add := func(name, parent string, services ...string) {
			body := obj{"name": name, "parentId": made[parent]}
			if len(services) > 0 {
				body["serviceIds"] = services
			}
			made[name] = c.do("services", "POST", "/api/categories", body).is(201).object()["id"].(string)
		}
		other := c.do("services", "POST", "/api/services", obj{"name": "Post", "channel": "email"}).is(201).object()["id"].(string)
		add("Luggage", "")
		add("Lost", "Luggage")
		add("Damaged", "Luggage", s.ServiceID)
		add("Bills", "", other)
		add("Refund", "Bills")
		c.run(t, "[E-40/category] the tree is in order, with what its services allow and nothing below what they don't", func(t *testing.T) {
			for service, want := range map[string]string{s.ServiceID: "Luggage Damaged Lost", other: "Bills Refund Luggage Lost"} {
				list, err := c.org.CategoriesOf(ctx, c.tid(), service)
				var got []string
				for _, k := range list {
					got = append(got, k.Name)
				}
				if err != nil || strings.Join(got, " ") != want {
					t.Errorf("%v %v", got, err)
				}
			}
		})
		c.run(t, "[E-40/category] a category has one name in its place, is not below itself and not too deep", func(t *testing.T) {
			c.do("services", "POST", "/api/categories", obj{"name": "lost", "parentId": made["Luggage"]}).is(422, "PAR-0001 name")
			c.do("services", "POST", "/api/categories", obj{"name": "Lost"}).is(201)
			c.do("services", "PUT", "/api/categories/"+made["Luggage"], obj{"version": 1, "parentId": made["Lost"]}).is(422, "PAR-0001 parentId")
			c.do("services", "PUT", "/api/categories/"+made["Lost"], obj{"version": 1, "parentId": made["Lost"]}).is(422, "PAR-0001 parentId")
			for _, pair := range [][2]string{{"Lost", "d"}, {"d", "e"}, {"e", "f"}, {"f", "g"}} {
				add(pair[1], pair[0])
			}
			c.do("services", "POST", "/api/categories", obj{"name": "h", "parentId": made["g"]}).is(422, "PAR-0001 parentId")
			c.do("services", "PUT", "/api/categories/"+made["Luggage"], obj{"version": 1, "parentId": made["Bills"]}).is(422, "PAR-0001 parentId")
		})
		c.run(t, "[E-40/category] one with others below it is not deleted; a deleted one keeps its name", func(t *testing.T) {
			c.do("services", "DELETE", "/api/categories/"+made["Bills"], nil).is(409, "PAR-0005")
			c.do("services", "DELETE", "/api/categories/"+made["Refund"], nil).is(204)
			names, err := c.org.CategoryNames(ctx, c.tid(), made["Refund"])
			if err != nil || strings.Join(names, " / ") != "Bills / Refund" {
				t.Errorf("%v %v", names, err)
			}
		})
	})
}
