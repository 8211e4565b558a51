package accesstest

import (
	"net/http"
	"net/url"

	"parley/internal/web/matrixtest"
)

// administration are the operations of org that only some kinds of things have.
func (c *cases) administration() {
	c.kind("webhooks", "Webhook", "change", func() map[string]any {
		return map[string]any{"name": Unique("hook "), "url": "https://hooks.example.org/in", "events": []string{"parley.test"}}
	})
	c.on("renewWebhookSecret", "webhooks", func() map[string]any {
		return map[string]any{"name": Unique("hook "), "url": "https://hooks.example.org/in", "events": []string{"parley.test"}}
	}, nil)
	c.on("renewEntryKey", "entries", func() map[string]any {
		return map[string]any{"name": Unique("entry "), "serviceId": c.first("services")}
	}, map[string]any{"version": 1})
	c.on("setUserPassword", "users", func() map[string]any { return map[string]any{"login": Unique("person")} },
		map[string]any{"password": Password, "mustChange": true})
	c.on("importHolidays", "calendars", func() map[string]any { return map[string]any{"name": Unique("hours "), "timeZone": "Asia/Omsk"} },
		map[string]any{"file": []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"), "dryRun": false, "version": 1})
	c.all["importUsers"] = matrixtest.Case{Make: func() (request, error) {
		return request{Body: map[string]any{"file": []byte("login\n" + Unique("person") + "\n"), "dryRun": false}}, nil
	}}
	c.all["changeProfile"] = matrixtest.Case{Make: func() (request, error) {
		now, err := Call(c.world.Handler, c.owner, http.MethodGet, "/api/profile", nil)
		return request{Body: map[string]any{"version": now["version"], "about": Unique("about ")}}, err
	}}
	c.tenants()
}

// on gives the case of an operation on a thing made for it.
func (c *cases) on(id, plural string, thing func() map[string]any, body any) {
	c.all[id] = matrixtest.Case{Make: func() (request, error) {
		made, err := Call(c.world.Handler, c.owner, http.MethodPost, "/api/"+plural, thing())
		key, _ := made["id"].(string)
		return request{Path: map[string]string{"id": key}, Body: body}, err
	}}
}

// tenants: the world's tenant must be the operator's. Others may not look after
// tenants at all, so they get 403 whatever the id.
func (c *cases) tenants() {
	body := func() map[string]any {
		return map[string]any{"name": "Tenant", "hosts": []string{Unique("host") + ".test"}, "language": "en",
			"admin": map[string]any{"login": "root", "password": Password}}
	}
	c.all["createTenant"] = matrixtest.Case{Make: func() (request, error) { return request{Body: body(), Status: 201}, nil }}
	for id, o := range map[string]struct {
		suspended bool
		body      any
		query     url.Values
	}{
		"getTenant": {}, "changeTenant": {body: map[string]any{"version": 1, "name": "Other"}}, "suspendTenant": {},
		"resumeTenant": {suspended: true}, "deleteTenant": {suspended: true, query: url.Values{"confirm": {"Tenant"}}},
	} {
		c.all[id] = matrixtest.Case{OwnOnly: true, Make: func() (request, error) {
			made, err := Call(c.world.Handler, c.owner, http.MethodPost, "/api/tenants", body())
			if err != nil {
				return request{}, err
			}
			key, _ := made["id"].(string)
			if o.suspended {
				_, err = Call(c.world.Handler, c.owner, http.MethodPost, "/api/tenants/"+key+"/suspend", nil)
			}
			return request{Path: map[string]string{"id": key}, Query: o.query, Body: o.body}, err
		}}
	}
}
