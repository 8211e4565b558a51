package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web/matrixtest"
)

func TestActivityOfAgents(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			ctx := limited(t, time.Minute)
			tenants, err := a.org.ActiveTenants(ctx)
			must(t, err)
			world := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: tenants[0], Host: "localhost"}
			somebody := func(privileges ...string) (string, matrixtest.Caller) {
				id, login, err := world.NewUser(ctx, privileges...)
				must(t, err)
				token, err := world.SignIn(login)
				must(t, err)
				return id, matrixtest.Caller{Host: world.Host, Sign: accesstest.Sign(token)}
			}
			ownerID, owner := somebody(org.Privileges()...)
			c := &floorCases{app: a, world: world, owner: owner, ownerID: ownerID}
			k, err := c.open(ctx)
			must(t, err)
			far, err := c.open(ctx)
			must(t, err)
			lead, leader := somebody(org.SuperviseLive, org.RecordsView)
			k.put(t, "/api/teams/"+k.teamID, object{"supervisorIds": []string{lead}})
			_, reader := somebody(org.SuperviseReports)
			from := time.Now().Add(-time.Hour).UnixMilli()
			read := func(who matrixtest.Caller, query string, into any) error {
				said, err := accesstest.Call(world.Handler, who, "GET", query, nil)
				if err != nil {
					return err
				}
				b, err := json.Marshal(said)
				must(t, err)
				return json.Unmarshal(b, into)
			}
			activity := func(who matrixtest.Caller, user string) (p interaction.ActivityPage, err error) {
				err = read(who, fmt.Sprintf("/api/agent-activity?userId=%s&from=%d&to=%d", user, from, from+86_400_000), &p)
				return p, err
			}
			lunch, err := c.call("POST", "/api/reasons", object{"name": object{"ru": "Полдник", "en": "Tea time"}, "break": true})
			must(t, err)
			within(t, func() bool { // the floor learns of the reason a moment later
				return k.do("POST", "/api/desk/state", object{"state": "not_ready", "reasonId": lunch["id"]}) == nil
			})
			must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))

			t.Run("[R-30/activity] [S-7] the record agrees with the agent's own live figures to the millisecond", func(t *testing.T) {
				page, err := activity(leader, k.agentID)
				must(t, err)
				var home desk.HomeBody
				must(t, read(k.agent, "/api/desk/home", &home))
				sum := map[string]int64{}
				for _, s := range page.Sums {
					sum[s.State] += s.Ms
					if s.ReasonName == "Tea time" {
						sum["break"] += s.Ms
					}
				}
				if got, want := sum["ready"]+home.At-page.At, home.Mine.ReadyMs; got != want {
					t.Errorf("%d ms Ready in the record, %d in the live figures", got, want)
				}
				if sum["break"] != home.Mine.BreakMs {
					t.Errorf("%d ms of breaks in the record, %d in the live figures", sum["break"], home.Mine.BreakMs)
				}
				last := page.Items[len(page.Items)-1]
				if last.State != "ready" || last.EndedAt != 0 || last.Ms != page.At-last.StartedAt {
					t.Errorf("the last is %+v", last)
				}
				if i := slices.IndexFunc(page.Items, func(s interaction.ActivitySpan) bool { return s.ReasonName == "Tea time" }); i < 0 || page.Items[i].Cause != "agent" {
					t.Errorf("no break among %+v", page.Items)
				}
			})
			t.Run("[R-30/activity] [M-2] who leads a team sees its people alone, who only reads reports everybody", func(t *testing.T) {
				for _, x := range []struct {
					who  matrixtest.Caller
					user string
					sees bool
				}{{leader, k.agentID, true}, {leader, far.agentID, false}, {leader, "nobody", false}, {reader, far.agentID, true}, {owner, far.agentID, true}} {
					if page, err := activity(x.who, x.user); (err == nil && len(page.Items) > 0) != x.sees {
						t.Errorf("%+v: %d spans, %v", x, len(page.Items), err)
					}
				}
				all, err := activity(leader, "")
				must(t, err)
				if slices.ContainsFunc(all.Items, func(s interaction.ActivitySpan) bool { return s.UserID != k.agentID }) {
					t.Errorf("others among %+v", all.Items)
				}
				var people interaction.PeopleList
				must(t, read(leader, "/api/agent-activity/people", &people))
				if len(people.Items) != 1 || people.Items[0].ID != k.agentID || people.Items[0].TeamID != k.teamID {
					t.Errorf("%+v", people.Items)
				}
			})
		})
	}
}
