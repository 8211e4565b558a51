package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"parley/internal/access/accesstest"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/web/matrixtest"
)

func TestSuspendedTenant(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			ctx := t.Context()
			first, err := a.org.ActiveTenants(ctx)
			if err != nil {
				t.Fatal(err)
			}
			one := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: first[0], Host: "localhost"}
			two := a.tenant(t, "two.test")
			operator, err := one.Somebody(ctx, org.Privileges()...)
			if err != nil {
				t.Fatal(err)
			}
			id, login, err := two.NewUser(ctx, org.Privileges()...)
			if err != nil {
				t.Fatal(err)
			}
			sign := func() matrixtest.Caller {
				t.Helper()
				token, err := two.SignIn(login)
				if err != nil {
					t.Fatal(err)
				}
				return matrixtest.Caller{Host: two.Host, Sign: accesstest.Sign(token)}
			}
			call := func(who matrixtest.Caller, method, path string, body any) {
				t.Helper()
				if _, err := accesstest.Call(a.server, who, method, path, body); err != nil {
					t.Fatal(err)
				}
			}
			status := func(who matrixtest.Caller, path string) int {
				r := httptest.NewRequest(http.MethodGet, "http://"+who.Host+path, nil)
				who.Sign(r)
				w := httptest.NewRecorder()
				a.server.ServeHTTP(w, r)
				return w.Code
			}
			owned := func() bool {
				all, err := a.floors.Owned(ctx)
				if err != nil {
					t.Fatal(err)
				}
				return slices.Contains(all, two.Tenant)
			}
			agent := sign()
			call(agent, "POST", "/api/desk/shift", nil)
			news, err := a.bus.Feed().Subscribe(ctx, two.Tenant, []string{"u/" + id}, bus.FromNow, 1000)
			if err != nil {
				t.Fatal(err)
			}
			defer news.Close()

			t.Run("[M-40/suspend] its people are signed out and off the floor, its floor ends, others work on", func(t *testing.T) {
				call(operator, "POST", "/api/tenants/"+two.Tenant+"/suspend", nil)
				ended, err := hear(news, "session.ended")
				if err != nil || ended["code"] != "PAR-1004" {
					t.Fatal(ended, err)
				}
				left, err := hear(news, "agent.changed")
				if err != nil || left["state"] != "signed_out" {
					t.Fatal(left, err)
				}
				within(t, func() bool { return !owned() })
				if got := status(agent, "/api/session"); got != http.StatusMisdirectedRequest {
					t.Errorf("its host answers %d", got)
				}
				if got := status(operator, "/api/session"); got != http.StatusOK {
					t.Errorf("the operator's host answers %d", got)
				}
			})
			t.Run("[M-40/suspend] resumed, it is as it was; who was there signs in anew", func(t *testing.T) {
				call(operator, "POST", "/api/tenants/"+two.Tenant+"/resume", nil)
				within(t, owned)
				if got := status(agent, "/api/session"); got != http.StatusUnauthorized {
					t.Errorf("the old session is answered %d", got)
				}
				call(sign(), "POST", "/api/desk/shift", nil)
			})
		})
	}
}
