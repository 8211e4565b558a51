package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// listener is a desk's socket whose frames are read as they come.
type listener struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
}

func overhear(ctx context.Context, t *testing.T, url, host, token string) *listener {
	t.Helper()
	conn, _, err := websocket.Dial(ctx, url+"/api/desk/socket", &websocket.DialOptions{Host: host,
		HTTPHeader: http.Header{"Cookie": {web.SessionCookie + "=" + token}}, Subprotocols: []string{desk.Subprotocol}})
	must(t, err)
	conn.SetReadLimit(8 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	l := &listener{t, ctx, conn}
	l.send(object{"type": "hello"})
	l.send(object{"type": "watch", "views": []string{"agents", "contacts", "services", "teams", "interactions"}})
	return l
}

func (l *listener) send(frame object) {
	l.t.Helper()
	b, err := json.Marshal(frame)
	must(l.t, err)
	must(l.t, l.conn.Write(l.ctx, websocket.MessageText, b))
}

// until gives all frames up to the one of a change that names id. What stands in
// the order of changes before it has come then.
func (l *listener) until(id string) (all string) {
	l.t.Helper()
	for {
		_, b, err := l.conn.Read(l.ctx)
		must(l.t, err)
		all += string(b) + "\n"
		if strings.Contains(string(b), `"config.changed"`) && strings.Contains(string(b), id) {
			return all
		}
	}
}

func TestEventsGoToWhomTheyConcern(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			ctx := limited(t, time.Minute)
			tenants, err := a.org.ActiveTenants(ctx)
			must(t, err)
			one := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: tenants[0], Host: "localhost"}
			two := a.tenant(t, "two.test")
			signed := func(w accesstest.World, privileges ...string) (id, token string) {
				id, login, err := w.NewUser(ctx, privileges...)
				must(t, err)
				token, err = w.SignIn(login)
				must(t, err)
				return id, token
			}
			ownerID, ownerToken := signed(one, org.Privileges()...)
			c := &floorCases{app: a, world: one, owner: matrixtest.Caller{Host: one.Host, Sign: accesstest.Sign(ownerToken)}, ownerID: ownerID}
			k, err := c.open(ctx)
			must(t, err)
			server := httptest.NewServer(a.server)
			t.Cleanup(server.Close)
			url := "ws" + strings.TrimPrefix(server.URL, "http")

			bossID, bossToken := signed(one, org.SuperviseLive)
			k.put(t, "/api/teams/"+k.teamID, object{"supervisorIds": []string{bossID}})
			_, colleagueToken := signed(one, org.HandleChat, org.HandleVoice, org.HandleEmail)
			_, otherBossToken := signed(one, org.SuperviseLive)
			_, adminToken := signed(one, org.SystemUsers, org.SystemSettings, org.SystemEntries, org.SecurityAudit)
			_, strangerToken := signed(two, org.Privileges()...)
			boss := overhear(ctx, t, url, one.Host, bossToken)
			deaf := map[string]*listener{
				"an agent of no part":         overhear(ctx, t, url, one.Host, colleagueToken),
				"a supervisor of other teams": overhear(ctx, t, url, one.Host, otherBossToken),
				"an administrator":            overhear(ctx, t, url, one.Host, adminToken),
				"all rights, another centre":  overhear(ctx, t, url, two.Host, strangerToken),
			}

			must(t, k.visit())
			must(t, k.accept())
			must(t, k.do("POST", "/api/conversations/"+k.talk+"/messages", object{"clientId": db.NewID(), "text": "between us two"}))
			secrets := []string{k.talk, k.segment, "between us two"}

			// Two marks after it in the order of changes, one of each centre.
			k.put(t, "/api/services/"+k.serviceID, object{"name": accesstest.Unique("renamed ")})
			stranger := matrixtest.Caller{Host: two.Host, Sign: accesstest.Sign(strangerToken)}
			skill, err := accesstest.Call(a.server, stranger, "POST", "/api/skills", object{"name": accesstest.Unique("skill ")})
			must(t, err)
			strangers, _ := skill["id"].(string)

			t.Run("[M-40/isolation][M-2] what is said and done in a contact reaches no desk but those who have it", func(t *testing.T) {
				for who, l := range deaf {
					mark := k.serviceID
					if strings.Contains(who, "centre") {
						mark = strangers
					}
					heard := l.until(mark)
					for _, s := range secrets {
						if strings.Contains(heard, s) {
							t.Errorf("%s heard of %s:\n%s", who, s, heard)
						}
					}
					if mark == strangers && (strings.Contains(heard, k.serviceID) || strings.Contains(heard, k.agentID)) {
						t.Errorf("another centre's things:\n%s", heard)
					}
				}
			})
			t.Run("[M-40/isolation][R-2] a team's supervisor sees that the agent is busy, not what is said", func(t *testing.T) {
				heard := boss.until(k.serviceID)
				if strings.Contains(heard, "between us two") {
					t.Errorf("heard:\n%s", heard)
				}
				for !strings.Contains(heard, k.agentID) {
					_, b, err := boss.conn.Read(ctx)
					must(t, err)
					heard = string(b)
				}
			})
		})
	}
}
