package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/org"
	"parley/internal/stats"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// watcher is somebody's desk that watches figures, and comes again when it is told to.
type watcher struct {
	t     *testing.T
	ctx   context.Context
	url   string
	token string
	watch object
	conn  *websocket.Conn
	epoch string
	seq   int64
}

func (w *watcher) open() {
	w.t.Helper()
	conn, _, err := websocket.Dial(w.ctx, w.url+"/api/desk/socket", &websocket.DialOptions{Host: "localhost",
		HTTPHeader: http.Header{"Cookie": {web.SessionCookie + "=" + w.token}}, Subprotocols: []string{desk.Subprotocol}})
	must(w.t, err)
	conn.SetReadLimit(8 << 20)
	w.t.Cleanup(func() { _ = conn.CloseNow() })
	w.conn = conn
	w.send(object{"type": "hello", "epoch": w.epoch, "seq": w.seq})
	w.again()
}

// again asks for the figures anew.
func (w *watcher) again() {
	w.t.Helper()
	w.watch["type"] = "watch"
	w.send(w.watch)
}

func (w *watcher) send(frame object) {
	w.t.Helper()
	b, err := json.Marshal(frame)
	must(w.t, err)
	must(w.t, w.conn.Write(w.ctx, websocket.MessageText, b))
}

// next reads a frame; figures are those of the view.
func (w *watcher) next() (typ string, figures desk.FiguresFrame, err error) {
	_, b, err := w.conn.Read(w.ctx)
	if err != nil {
		return "", figures, err
	}
	var f struct {
		Epoch string
		Seq   int64
		Type  string
		Data  json.RawMessage
	}
	must(w.t, json.Unmarshal(b, &f))
	if f.Seq > 0 {
		w.epoch, w.seq = f.Epoch, f.Seq
	}
	if f.Type == "figures" {
		must(w.t, json.Unmarshal(f.Data, &figures))
	}
	return f.Type, figures, nil
}

// views asks anew twice and gives the views that came until the service's figures had come both times: within a
// tick they are the first, so those of the others are among them.
func (w *watcher) views() (views []string, service desk.FiguresFrame) {
	w.t.Helper()
	for range 2 {
		w.again()
		for service.View = ""; service.View != "service"; {
			_, f, err := w.next()
			must(w.t, err)
			if f.View != "" && !slices.Contains(views, f.View) {
				views = append(views, f.View)
			}
			if f.View == "service" {
				service = f
			}
		}
	}
	slices.Sort(views)
	return views, service
}

// figuresOf asks anew and gives the first of a view's figures that will do.
func (w *watcher) figuresOf(view string, good func(desk.FiguresFrame) bool) desk.FiguresFrame {
	w.t.Helper()
	w.again()
	for {
		if _, f, err := w.next(); err != nil || f.View == view && good(f) {
			must(w.t, err)
			return f
		}
	}
}

// ends reads on until the socket is closed for other rights, and comes again.
func (w *watcher) ends() {
	w.t.Helper()
	for {
		_, _, err := w.next()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != web.CloseRestart || closed.Reason != "other rights" {
			w.t.Fatal(err)
		}
		w.open()
		return
	}
}

func TestRightsOfOpenDesks(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			ctx := limited(t, time.Minute)
			tenants, err := a.org.ActiveTenants(ctx)
			must(t, err)
			world := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: tenants[0], Host: "localhost"}
			ownerID, login, err := world.NewUser(ctx, org.Privileges()...)
			must(t, err)
			token, err := world.SignIn(login)
			must(t, err)
			c := &floorCases{app: a, world: world, owner: matrixtest.Caller{Host: world.Host, Sign: accesstest.Sign(token)}, ownerID: ownerID}
			k, err := c.open(ctx)
			must(t, err)
			other, err := c.open(ctx)
			must(t, err)
			server := httptest.NewServer(a.server)
			t.Cleanup(server.Close)

			// A supervisor of the counter's team, in no shift.
			id, login, err := world.NewUser(ctx, org.SuperviseLive)
			must(t, err)
			k.put(t, "/api/teams/"+k.teamID, object{"supervisorIds": []string{id}})
			user, err := a.org.User(ctx, world.Tenant, id)
			must(t, err)
			role := "/api/roles/" + user.RoleIDs[0]
			token, err = world.SignIn(login)
			must(t, err)
			all := []string{"agents", "contacts", "service", "services", "teams"}
			w := &watcher{t: t, ctx: ctx, url: "ws" + strings.TrimPrefix(server.URL, "http"), token: token,
				watch: object{"views": all, "serviceId": k.serviceID}}
			w.open()
			sees := func(want ...string) desk.FiguresFrame {
				t.Helper()
				got, service := w.views()
				if !slices.Equal(got, want) {
					t.Fatalf("sees %v, want %v", got, want)
				}
				return service
			}
			sees(all...)

			t.Run("[M-2/at-once][R-4] what concerns somebody else leaves a desk alone", func(t *testing.T) {
				k.put(t, "/api/users/"+k.agentID, object{"lastName": "Other"})
				k.put(t, "/api/teams/"+other.teamID, object{"name": accesstest.Unique("crew ")})
				sees(all...)
				sees(all...)
				sees(all...) // each at least a tick: beyond the time in which a desk looks again
			})
			t.Run("[R-2/signed-out][R-2/skills][R-2/sub-teams] tables show people, teams and skills of one's own teams, nobody else's", func(t *testing.T) {
				away, _, err := world.NewUser(ctx, org.HandleChat)
				must(t, err)
				k.put(t, "/api/users/"+away, object{"teamId": k.teamID})
				far, _, err := world.NewUser(ctx, org.HandleChat)
				must(t, err)
				k.put(t, "/api/users/"+far, object{"teamId": other.teamID})
				sees(all...)
				w.watch["views"] = []string{"agents", "signedOut", "skills", "teams", "service"}
				rows := w.figuresOf("agents", func(f desk.FiguresFrame) bool { return f.Full && len(f.Agents) > 1 })
				got := map[string]string{}
				for _, r := range rows.Agents {
					got[r.UserID] = r.State
				}
				if got[away] != stats.SignedOut || got[k.agentID] == stats.SignedOut || got[k.agentID] == "" || len(got) != 2 {
					t.Errorf("agents %v, want %s signed out and %s signed in", got, away, k.agentID)
				}
				skills := w.figuresOf("skills", func(desk.FiguresFrame) bool { return true }).Skills
				if len(skills) != 1 || skills[0].SignedIn != 1 {
					t.Errorf("skills %+v, want the one of the team's service with its agent", skills)
				}
				teams := w.figuresOf("teams", func(desk.FiguresFrame) bool { return true }).Teams
				if len(teams) != 1 || teams[0].TeamID != k.teamID {
					t.Errorf("teams %+v", teams)
				}
				var scope desk.ScopeList
				said, err := accesstest.Call(world.Handler, matrixtest.Caller{Host: world.Host, Sign: accesstest.Sign(token)}, "GET", "/api/stats/scope", nil)
				must(t, err)
				b, err := json.Marshal(said)
				must(t, err)
				must(t, json.Unmarshal(b, &scope.Body))
				if b := scope.Body; len(b.Agents) != 2 || len(b.Skills) != 1 || b.Skills[0].ID != skills[0].SkillID || len(b.Teams) != 1 {
					t.Errorf("scope %+v", b)
				}
				w.watch["views"] = all
			})
			t.Run("[M-2/at-once][R-4] a supervisor whose role no longer allows it gets no live figures, at once and without signing out", func(t *testing.T) {
				k.put(t, role, object{"privileges": []string{org.HandleChat}})
				w.ends()
				sees("service")
			})
			t.Run("[M-2/at-once][R-4] whose role allows it again gets them", func(t *testing.T) {
				k.put(t, role, object{"privileges": []string{org.SuperviseLive}})
				w.ends()
				sees(all...)
			})
			t.Run("[M-2/at-once][R-4] a team that somebody else leads now is seen no longer", func(t *testing.T) {
				k.put(t, "/api/teams/"+k.teamID, object{"supervisorIds": []string{ownerID}})
				w.ends()
				if service := sees(all...); len(service.Services) != 0 {
					t.Errorf("the figures of a service of nobody of theirs: %+v", service.Services)
				}
			})
			t.Run("[D-3] an agent sees the figures of the own team's services, not of others'", func(t *testing.T) {
				k.put(t, role, object{"privileges": []string{org.HandleChat}})
				k.put(t, "/api/users/"+id, object{"teamId": k.teamID})
				w.ends()
				for _, x := range []struct {
					service string
					rows    int
				}{{k.serviceID, 1}, {other.serviceID, 0}, {fmt.Sprint("no-", k.serviceID), 0}} {
					w.watch["serviceId"] = x.service
					if service := sees("service"); len(service.Services) != x.rows {
						t.Errorf("%s: %+v", x.service, service.Services)
					}
				}
			})
		})
	}
}
