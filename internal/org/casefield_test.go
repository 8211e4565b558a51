package org_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"parley/internal/org"
)

func TestCaseFields(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx, s := context.Background(), c.seeded()
		post := func(body obj) answer { return c.do("services", "POST", "/api/case-fields", body) }
		c.run(t, "[M-16/case-fields] a field has a name of its own, a known kind, and options where it is a choice", func(t *testing.T) {
			for _, bad := range []struct {
				body  obj
				field string
			}{
				{obj{"name": ""}, "name"},
				{obj{"name": strings.Repeat("n", 101)}, "name"},
				{obj{"name": "x", "kind": "colour"}, "kind"},
				{obj{"name": "x", "kind": "choice", "options": []string{}}, "options"},
				{obj{"name": "x", "kind": "choice", "options": []string{"S", "s"}}, "options[1]"},
				{obj{"name": "x", "kind": "choice", "options": []string{"S", "  "}}, "options[1]"},
				{obj{"name": "x", "kind": "choice", "options": []string{strings.Repeat("o", 101)}}, "options[0]"},
				{obj{"name": "x", "kind": "choice", "options": strings.Split(strings.Repeat("o,", 100)+"o", ",")}, "options"},
				{obj{"name": "x", "serviceIds": []string{"nobody"}}, "serviceIds"},
				{obj{"name": "x", "order": -1}, "order"},
			} {
				post(bad.body).is(422, "PAR-0001 "+bad.field)
			}
			plain := post(obj{"name": "Order", "options": []string{"not", "for", "texts"}}).is(201).object()
			if plain["kind"] != "text" || len(plain["options"].([]any)) != 0 {
				t.Errorf("%v", plain)
			}
			post(obj{"name": "order"}).is(422, "PAR-0001 name")
		})
		c.run(t, "[M-16/case-fields] a field keeps its kind, since cases have values of it", func(t *testing.T) {
			id := post(obj{"name": "Weight", "kind": "number"}).is(201).object()["id"].(string)
			c.do("services", "PUT", "/api/case-fields/"+id, obj{"version": 1, "kind": "text"}).is(422, "PAR-0001 kind")
			c.do("services", "PUT", "/api/case-fields/"+id, obj{"version": 1, "name": "Weight, kg", "kind": "number"}).is(200)
		})
		c.run(t, "[M-16/case-fields] they stand in their order, are those of a service, and deleted ones keep their name", func(t *testing.T) {
			post(obj{"name": "First", "order": 1}).is(201)
			gone := post(obj{"name": "Gone", "order": 2, "serviceIds": []string{s.ServiceID}}).is(201).object()["id"].(string)
			only := post(obj{"name": "Only", "order": 3, "serviceIds": []string{s.ServiceID}}).is(201).object()["id"].(string)
			c.do("services", "DELETE", "/api/case-fields/"+gone, nil).is(204)
			all, err := c.org.CaseFields(ctx, c.tid())
			var got []string
			for _, f := range all {
				got = append(got, f.Name)
				if f.ID == only && (!f.For(s.ServiceID) || f.For("another")) || f.ID == gone && f.For(s.ServiceID) {
					t.Errorf("%+v", f)
				}
			}
			if err != nil || strings.Join(got, " ") != "First Gone Only Order Weight, kg" {
				t.Errorf("%q %v", got, err)
			}
		})
		c.run(t, "[M-16/case-fields] a contact centre has at most 100 of them", func(t *testing.T) {
			for i := range org.MaxCaseFields - 4 {
				post(obj{"name": fmt.Sprint("field ", i)}).is(201)
			}
			post(obj{"name": "one more"}).is(409, "PAR-0004")
		})
	})
}
