package org_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/jobs"
	"parley/internal/org"
)

func newTenantBody(host string) obj {
	return obj{"name": "Three " + host, "hosts": []string{host}, "language": "en",
		"admin": obj{"login": "root", "password": "long enough 1", "email": "root@example.org"}}
}

func TestTenants(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		runner, err := jobs.New(t.Context(), c.db, jobs.Config{Poll: 20 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		c.org.RegisterJobs(runner)
		if err := runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = runner.Stop(context.Background()) }()

		c.run(t, "[M-40/create] a new tenant is reached by its host, and works before anything is set", func(t *testing.T) {
			c.do("security", "POST", "/api/tenants", newTenantBody("Three.test:8080")).is(201)
			theirs := *c
			theirs.host = "three.test"
			for _, kind := range []string{"roles", "reasons", "calendars", "services", "teams", "entries", "dispositions", "users"} {
				var page listOf[obj]
				theirs.do("root", "GET", "/api/"+kind, nil).is(200).into(&page)
				if page.Total == 0 {
					t.Errorf("no %s", kind)
				}
			}
			p := theirs.do("root", "GET", "/api/profile", nil).is(200).object()
			if p["email"] != "root@example.org" {
				t.Errorf("%v", p)
			}
		})
		c.run(t, "[M-40/host-name] host names are unique over the installation, in whatever form they come", func(t *testing.T) {
			c.do("security", "POST", "/api/tenants", newTenantBody("THREE.test.")).is(422, "PAR-0001 hosts")
			c.do("security", "POST", "/api/tenants", newTenantBody("no host")).is(422, "PAR-0001 hosts[0]")
			for host, want := range map[string]string{"one.test": c.ten[own], "ONE.test": c.ten[own], "one.test.": c.ten[own], "one.test:443": c.ten[own], "nobody.test": "", "": "", "xone.test": ""} {
				if got, err := c.org.TenantByHost(t.Context(), host); got != want || err != nil {
					t.Errorf("%q: %q %v, want %q", host, got, err, want)
				}
			}
			bad := newTenantBody("four.test")
			bad["admin"] = obj{"login": "root", "password": "short"}
			c.do("security", "POST", "/api/tenants", bad).is(422, "PAR-0001 admin.password")
			bad["admin"] = obj{"login": "r t", "password": "long enough 1"}
			c.do("security", "POST", "/api/tenants", bad).is(422, "PAR-0001 admin.login")
			if got, _ := c.org.TenantByHost(t.Context(), "four.test"); got != "" {
				t.Error("a refused tenant was made")
			}
		})
		c.run(t, "[M-40/operator] only the security administrators of the operator's tenant look after tenants", func(t *testing.T) {
			theirs := *c
			theirs.host = other
			for _, who := range []struct {
				c     *centre
				login string
			}{{&theirs, "security"}, {c, "admin"}, {c, "anna"}} {
				who.c.do(who.login, "GET", "/api/tenants", nil).is(403, "PAR-1006")
				who.c.do(who.login, "POST", "/api/tenants", newTenantBody("five.test")).is(403, "PAR-1006")
				who.c.do(who.login, "PUT", "/api/tenants/"+c.ten[own], obj{"version": 1, "name": "x"}).is(403, "PAR-1006")
				who.c.do(who.login, "POST", "/api/tenants/"+c.ten[own]+"/suspend", nil).is(403, "PAR-1006")
				who.c.do(who.login, "GET", "/api/tenants/"+c.ten[own]+"/export", nil).is(403, "PAR-1006")
				who.c.do(who.login, "DELETE", "/api/tenants/"+c.ten[own], nil).is(403, "PAR-1006")
			}
			got := c.do("security", "GET", "/api/tenants/"+c.ten[other], nil).is(200).object()
			if got["settings"] != nil {
				t.Error("the operator sees a tenant's settings")
			}
		})
		c.run(t, "[M-40/limits] limits and hosts are set by the operator", func(t *testing.T) {
			id := c.ten[other]
			got := c.do("security", "PUT", "/api/tenants/"+id, obj{"version": 1, "limits": obj{"users": 5, "openChats": 0, "fileBytes": 0, "requestRate": 0, "privateAddresses": false}, "hosts": []string{other, "zwei.test"}}).is(200).object()
			if got["name"] != "Centre "+other {
				t.Errorf("%v", got)
			}
			theirs := *c
			theirs.host = "zwei.test"
			theirs.do("admin", "POST", "/api/users", obj{"login": "sixth"}).is(409, "PAR-0004")
			c.do("security", "PUT", "/api/tenants/"+id, obj{"version": 2, "status": "deleting", "operator": true, "hosts": []string{other}}).is(200)
			if t2, _ := c.org.Tenant(t.Context(), id); t2.Status != org.TenantActive || t2.Operator {
				t.Errorf("%+v", t2)
			}
			if got, _ := c.org.TenantByHost(t.Context(), "zwei.test"); got != "" {
				t.Error("a host that was taken away still leads there")
			}
		})
		c.run(t, "[M-40/suspend] a suspended tenant can't be reached and keeps all it has", func(t *testing.T) {
			id := c.ten[other]
			theirs := *c
			theirs.host = other
			key := c.seed[other].EntryKey
			ended := map[string]bool{}
			c.org.OnShut(func(_ context.Context, _ *db.Tx, tenant, user string) error {
				ended[tenant+"/"+user] = true
				return nil
			})
			c.do("security", "POST", "/api/tenants/"+id+"/suspend", nil).is(200)
			theirs.do("admin", "GET", "/api/users", nil).is(421)
			if len(ended) != 5 || !ended[id+"/"+theirs.id("anna")] {
				t.Errorf("sessions that were ended: %v", ended)
			}
			if _, _, err := c.org.EntryByKey(t.Context(), org.EntryChat, key); err == nil {
				t.Error("its widget is still served")
			}
			c.do("security", "POST", "/api/tenants/"+id+"/suspend", nil).is(409, "PAR-0005")
			c.do("security", "POST", "/api/tenants/"+id+"/resume", nil).is(200)
			theirs.do("admin", "GET", "/api/users", nil).is(200)
			if _, _, err := c.org.EntryByKey(t.Context(), org.EntryChat, key); err != nil {
				t.Error(err)
			}
			c.do("security", "POST", "/api/tenants/"+c.ten[own]+"/suspend", nil).is(409, "PAR-0005")
		})
		c.run(t, "[M-40/export] an export holds all the tenant has, and no secrets or other tenants", func(t *testing.T) {
			raw := c.do("security", "GET", "/api/tenants/"+c.ten[other]+"/export", nil).is(200).body
			z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				files[f.Name] = string(b)
			}
			if !strings.Contains(files["users.jsonl"], `"anna"`) || strings.Count(files["users.jsonl"], "\n") != 5 || !strings.Contains(files["tenant.json"], other) {
				t.Errorf("%v", files["users.jsonl"])
			}
			if files["audit_entries.jsonl"] == "" || files["services.jsonl"] == "" {
				t.Error("tables are missing")
			}
			for name, content := range files {
				if strings.Contains(content, "password_hash") || strings.Contains(content, c.ten[own]) {
					t.Errorf("%s: %s", name, content)
				}
			}
		})
		c.run(t, "[M-40/delete] only suspended and by name; then nothing of it is left, and the others have all they had", func(t *testing.T) {
			id := c.ten[other]
			c.do("security", "DELETE", "/api/tenants/"+id+"?confirm=Centre+"+other, nil).is(409, "PAR-0005")
			c.do("security", "POST", "/api/tenants/"+id+"/suspend", nil).is(200)
			c.do("security", "DELETE", "/api/tenants/"+id+"?confirm=two", nil).is(422, "PAR-0001 confirm")
			files := make(chan string, 1)
			c.org.OnRemoveTenant(func(_ context.Context, tenant string) error { files <- tenant; return nil })
			before := rowsOf(t, c, c.ten[own])
			c.do("security", "DELETE", "/api/tenants/"+id+"?confirm=Centre+"+other, nil).is(202)
			await(t, func() bool { return len(rowsOf(t, c, id)) == 0 })
			if <-files != id {
				t.Error("the files were not removed")
			}
			after := rowsOf(t, c, c.ten[own])
			for table, n := range before {
				if after[table] < n {
					t.Errorf("%s: %d of %d rows are left of another tenant", table, after[table], n)
				}
			}
			c.do("security", "GET", "/api/tenants/"+id, nil).is(404)
			c.do("security", "POST", "/api/tenants", newTenantBody(other)).is(201) // its host is free
			v, err := c.log.Verify(t.Context(), c.ten[own])
			if err != nil || !v.Intact {
				t.Errorf("%+v %v", v, err)
			}
		})
		c.run(t, "[M-41/operator] what is done to tenants stands in the operator's own log", func(t *testing.T) {
			var page listOf[obj]
			c.do("security", "GET", "/api/audit?entity=tenant&limit=100", nil).is(200).into(&page)
			var actions []string
			for _, e := range page.Items {
				actions = append(actions, e["action"].(string))
			}
			for _, want := range []string{"create", "update", "suspended", "active", "export", "delete"} {
				if !slices.Contains(actions, want) {
					t.Errorf("no %q in %v", want, actions)
				}
			}
		})
	})
}

// rowsOf counts a tenant's rows in every table that has any.
func rowsOf(t *testing.T, c *centre, tenant string) map[string]int {
	t.Helper()
	query := "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'tenant_id'"
	if c.db.Engine() == db.Postgres {
		query = "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'tenant_id'"
	}
	var tables []string
	if err := c.db.Read().NewRaw(query).Scan(t.Context(), &tables); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, table := range tables {
		n, err := c.db.Read().NewSelect().Table(table).Where("tenant_id = ?", tenant).Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out[table] = int(n)
		}
	}
	return out
}

// await asks again and again until it is so.
func await(t *testing.T, so func() bool) {
	t.Helper()
	deadline, tick := time.After(60*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("it did not happen within a minute")
		}
	}
}
