package floor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/stats"
	"parley/internal/web"
)

// office is a whole installation over HTTP: organisation, records, floor.
type office struct {
	*centre
	org     *org.Org
	log     *audit.Log
	url     string
	tenant  string
	service string
	team    string
	ids     map[string]string // users by login
	verbs   []string          // what the channels were asked to do
}

const host = "one.test"

// signIn stands for access: the bearer token is a user's login.
type signIn struct{ o *org.Org }

func (s signIn) Authenticate(r *http.Request) (web.Identity, error) {
	ctx, login := r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	u, _, err := s.o.Credentials(ctx, web.Tenant(ctx), login)
	if err != nil || u == nil {
		return web.Identity{}, err
	}
	privileges, err := s.o.Privileges(ctx, web.Tenant(ctx), u)
	if err != nil {
		return web.Identity{}, err
	}
	teams, err := s.o.SupervisedTeams(ctx, web.Tenant(ctx), u.ID)
	return web.Identity{TenantID: web.Tenant(ctx), UserID: u.ID, SessionID: "s-" + login, Login: login, Name: u.Name(), TeamID: u.TeamID,
		Privileges: privileges, SupervisedTeamIDs: teams, Locale: "en"}, err
}

func newOffice(t *testing.T, cfg db.Config, change ...func(*floor.Config)) *office {
	c := newCentre(t, cfg)
	ctx := org.System(context.Background())
	var err error
	if c.db, err = db.Open(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	if c.bus, err = bus.Open(ctx, c.db, bus.Config{}); err != nil {
		t.Fatal(err)
	}
	o := &office{centre: c, org: org.New(c.db, c.bus, audit.New(c.db, []byte("key"))), ids: map[string]string{}}
	o.seed(ctx)
	c.inter = interaction.New(c.db, interaction.OrgDirectory{Org: o.org})
	fc := floor.Config{DB: c.db, Bus: c.bus, Interactions: c.inter, Settings: floor.OrgSettings{Org: o.org}, Sessions: c, Clock: c.clock}
	for _, f := range change {
		f(&fc)
	}
	c.floors = floor.New(fc)
	if err := c.floors.Start(ctx); err != nil {
		t.Fatal(err)
	}
	s := web.New(web.Config{Tenants: o.org, Auth: signIn{o.org}, DB: c.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
	o.log = audit.New(c.db, []byte("key"))
	(&floor.API{Floors: c.floors, Org: o.org, Audit: o.log, Channels: map[string]interaction.Channel{"chat": noted{o, "chat"}, "voice": noted{o, "voice"}}}).Register(s)
	c.inter.Register(s)
	server := httptest.NewServer(s)
	o.url = server.URL
	t.Cleanup(func() {
		server.Close()
		_ = o.org.Close()
		c.stop()
	})
	return o
}

func (o *office) seed(ctx context.Context) {
	o.t.Helper()
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("One", "ru", host)
		if err := o.org.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		o.tenant = tenant.ID
		s, err := o.org.Seed(ctx, tx, tenant.ID, "ru")
		if err != nil {
			return err
		}
		o.service, o.team = s.ServiceID, s.TeamID
		for login, role := range map[string]string{"anna": org.RoleAgent, "boris": org.RoleAgent, "boss": org.RoleSupervisor, "chief": org.RoleSupervisor, "admin": org.RoleSystemAdmin} {
			u := &org.User{Login: login, FirstName: login, RoleIDs: []string{s.RoleIDs[role]}}
			if login != "chief" {
				u.TeamID = s.TeamID
			}
			if err := o.org.CreateUser(ctx, tx, tenant.ID, u, "hash"); err != nil {
				return err
			}
			o.ids[login] = u.ID
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.change(func(ctx context.Context, tx *db.Tx) error {
		_, err := o.org.ChangeTeam(ctx, tx, o.tenant, o.team, 1, func(t *org.Team) error {
			t.SupervisorIDs = []string{o.ids["boss"]}
			return nil
		})
		return err
	})
}

func (o *office) change(f func(ctx context.Context, tx *db.Tx) error) {
	o.t.Helper()
	if err := o.db.Write(org.System(o.ctx()), db.Chat, f); err != nil {
		o.t.Fatal(err)
	}
}

// call sends a request as a user and gives status and body.
func (o *office) call(login, method, path string, body any, key ...string) (int, map[string]any) {
	o.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	if body == nil {
		raw = nil
	}
	r, err := http.NewRequestWithContext(o.ctx(), method, o.url+path, bytes.NewReader(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Host = host
	r.Header.Set("Authorization", "Bearer "+login)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Parley", "1")
	if len(key) > 0 {
		r.Header.Set("Idempotency-Key", key[0])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil && err != io.EOF {
		o.t.Fatal(err)
	}
	return resp.StatusCode, out
}

// ok is call for what must come out well.
func (o *office) ok(login, method, path string, body any, key ...string) map[string]any {
	o.t.Helper()
	status, out := o.call(login, method, path, body, key...)
	if status != http.StatusOK {
		o.t.Fatalf("%s %s %s: %d %v", login, method, path, status, out)
	}
	return out
}

// refused is call for what must not; code is the PAR code.
func (o *office) refused(code, login, method, path string, body any) map[string]any {
	o.t.Helper()
	status, out := o.call(login, method, path, body)
	if status < 400 || out["code"] != code {
		o.t.Errorf("%s %s %s: %d %v, wanted %s", login, method, path, status, out, code)
	}
	return out
}

func (o *office) open(name string) interaction.Segment { return o.openKind("chat", name) }

func (o *office) openKind(kind, name string) interaction.Segment {
	o.t.Helper()
	var part interaction.Segment
	err := o.db.Write(o.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
		_, part, err = o.inter.Open(ctx, tx, interaction.Opening{TenantID: o.tenant, Kind: kind, ServiceID: o.service,
			ChannelID: "conversation", Customer: interaction.Customer{Name: name, Phone: "+7 495 123-45-67"}, At: o.clock.Now()})
		if err != nil {
			return err
		}
		return o.floors.Enqueue(ctx, tx, o.tenant, floor.Submitted(part))
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return part
}

func (o *office) hear(audiences ...string) *ear {
	o.t.Helper()
	sub, err := o.bus.Feed().Subscribe(o.ctx(), o.tenant, audiences, bus.FromNow, 10_000)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(sub.Close)
	return &ear{o.t, sub}
}

func state(out map[string]any) any {
	a, _ := out["agent"].(map[string]any)
	return a["state"]
}

func TestHTTP(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		o := newOffice(t, cfg)
		anna := o.ids["anna"]
		desk, figures := o.hear("u/"+anna), o.hear(stats.Audience)
		out := o.ok("anna", "POST", "/api/desk/shift", nil)
		if state(out) != "not_ready" {
			t.Fatalf("[S-5] after signing in: %v", out)
		}
		first := o.ok("anna", "POST", "/api/desk/state", map[string]any{"state": "ready"}, "key-1")
		again := o.ok("anna", "POST", "/api/desk/state", map[string]any{"state": "ready"}, "key-1")
		if state(first) != "ready" || fmt.Sprint(first) != fmt.Sprint(again) || first["changeSeq"] == 0.0 {
			t.Errorf("[B-3] the repeated command: %v %v", first, again)
		}
		p := o.open("Мария Петрова")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})

		t.Run("[C-1] only the one who is offered it may take it", func(t *testing.T) {
			o.ok("boris", "POST", "/api/desk/shift", nil)
			o.refused("PAR-0005", "boris", "POST", "/api/offers/"+p.ID+"/accept", nil)
			o.refused("PAR-0005", "boris", "POST", "/api/offers/"+p.ID+"/reject", nil)
		})
		o.clock.pass(5 * time.Second)
		if out := o.ok("anna", "POST", "/api/offers/"+p.ID+"/accept", nil); state(out) != "busy" {
			t.Fatal(out)
		}
		t.Run("[S-5] Not ready chosen while busy is pending; a reason must be one to choose", func(t *testing.T) {
			o.refused("PAR-0001", "anna", "POST", "/api/desk/state", map[string]any{"state": "not_ready", "reasonId": "rejected"})
			reasons := o.ok("anna", "GET", "/api/desk/reasons", nil)["items"].([]any)
			id := reasons[0].(map[string]any)["id"]
			out := o.ok("anna", "POST", "/api/desk/state", map[string]any{"state": "not_ready", "reasonId": id})
			pending := out["agent"].(map[string]any)["pending"].(map[string]any)
			if state(out) != "busy" || pending["state"] != "not_ready" || pending["reasonId"] != id {
				t.Error(out)
			}
		})
		t.Run("[A-5/asks] signing out with a contact in hand asks first", func(t *testing.T) {
			out := o.refused("PAR-0005", "anna", "POST", "/api/desk/sign-out", map[string]any{})
			if args, _ := out["args"].(map[string]any); args != nil && args["refused"] != "contactInHand" {
				t.Error(out)
			}
		})
		t.Run("[R-7] a supervisor sets states in the own teams only, pending during a contact", func(t *testing.T) {
			path := "/api/agents/" + anna + "/state"
			o.refused("PAR-1006", "boris", "POST", path, map[string]any{"state": "ready"})
			o.refused("PAR-0002", "chief", "POST", path, map[string]any{"state": "ready"})
			out := o.ok("boss", "POST", path, map[string]any{"state": "ready"})
			if a := out["agent"].(map[string]any); a["pending"] != nil && a["pending"].(map[string]any)["state"] != "ready" {
				t.Error(out)
			}
			o.refused("PAR-0002", "chief", "POST", "/api/agents/"+anna+"/sign-out", map[string]any{"confirm": true})
			o.refused("PAR-0005", "boss", "POST", "/api/agents/"+anna+"/sign-out", map[string]any{})
		})
		o.clock.pass(60 * time.Second)
		t.Run("[V-29/mandatory][C-14] finishing needs the contact's end, the own row and the service's disposition", func(t *testing.T) {
			o.change(func(ctx context.Context, tx *db.Tx) error {
				_, err := o.org.ChangeService(ctx, tx, o.tenant, o.service, 1, func(s *org.Service) error {
					s.MandatoryDisposition = true
					return nil
				})
				return err
			})
			finish := "/api/segments/" + p.ID + "/finish"
			o.refused("PAR-0005", "anna", "POST", finish, map[string]any{})
			if err := o.db.Write(o.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				return o.floors.Enqueue(ctx, tx, o.tenant, floor.Over(p.ID, interaction.ByCustomer, "left"))
			}); err != nil {
				t.Fatal(err)
			}
			figures.until(stats.TypeSegment, map[string]any{"id": p.ID, "state": "ended"})
			o.refused("PAR-0002", "boris", "POST", finish, map[string]any{})
			o.refused("PAR-2003", "anna", "POST", finish, map[string]any{"comment": "перезвонить завтра"})
			o.refused("PAR-2003", "anna", "POST", "/api/desk/state", map[string]any{"state": "ready"})
			o.refused("PAR-0001", "anna", "POST", finish, map[string]any{"dispositionId": "nonsense"})
			list := o.ok("anna", "GET", "/api/desk/dispositions?serviceId="+o.service, nil)["items"].([]any)
			id := list[0].(map[string]any)["id"].(string)
			o.refused("PAR-0003", "anna", "PUT", "/api/segments/"+p.ID+"/outcome", map[string]any{"dispositionId": id, "version": 77})
			o.ok("anna", "PUT", "/api/segments/"+p.ID+"/outcome", map[string]any{"dispositionId": id, "comment": "перезвонить завтра"})
			if out := o.ok("anna", "POST", finish, map[string]any{}); state(out) != "ready" {
				t.Error(out)
			}
		})
		t.Run("[R-30] the record is found by name, number, comment, agent; with times and offers", func(t *testing.T) {
			for _, q := range []string{"q=петр", "q=%2B7(495)1234567", "q=завтра", "agentId=" + anna, "outcome=handled",
				"serviceId=" + o.service + "&q=мария", "from=1&to=9999999999999&channel=chat"} {
				items := o.ok("boss", "GET", "/api/records?"+q, nil)["items"].([]any)
				if len(items) != 1 || items[0].(map[string]any)["interactionId"] != p.InteractionID {
					t.Errorf("%s: %v", q, items)
				}
			}
			if items := o.ok("boss", "GET", "/api/records?q=сидоров", nil)["items"].([]any); len(items) != 0 {
				t.Error(items)
			}
			o.refused("PAR-1006", "anna", "GET", "/api/records", nil)
			if items := o.ok("anna", "GET", "/api/recent", nil)["items"].([]any); len(items) != 1 {
				t.Error(items)
			}
			r := o.ok("boss", "GET", "/api/records/"+p.InteractionID, nil)
			part := r["parts"].([]any)[0].(map[string]any)
			offers := r["offers"].([]any)
			if part["ringMs"] != 5000.0 || part["talkMs"] != 60000.0 || len(offers) != 1 || offers[0].(map[string]any)["cause"] != "accepted" {
				t.Errorf("%v", r)
			}
		})
		t.Run("[B-4] the explanation says who was considered and why this one", func(t *testing.T) {
			x := o.ok("boss", "GET", "/api/records/"+p.InteractionID+"/explanation", nil)
			moments := x["segments"].([]any)[0].(map[string]any)["moments"].([]any)
			offer := moments[0].(map[string]any)
			considered := offer["considered"].([]any)
			if offer["input"] != "submitted" || offer["place"] != "offered" || len(considered) != 1 ||
				considered[0].(map[string]any)["why"] != "chosen" || x["names"].(map[string]any)[anna] != "anna" {
				t.Errorf("%v", x)
			}
			if last := moments[len(moments)-1].(map[string]any); last["input"] != "finished" {
				t.Errorf("last moment %v", last)
			}
		})
		t.Run("[R-7] a supervisor signs an agent out, the session is told by whom", func(t *testing.T) {
			o.ok("boss", "POST", "/api/agents/"+anna+"/sign-out", map[string]any{})
			if why := <-o.ended; why.By != o.ids["boss"] {
				t.Errorf("%+v", why)
			}
			figures.until(stats.TypeAgent, map[string]any{"userId": anna, "state": stats.SignedOut})
			o.refused("PAR-0005", "anna", "POST", "/api/desk/state", map[string]any{"state": "ready"})
		})
	})
}
