package widget_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/blob"
	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/stats"
	"parley/internal/web"
	"parley/internal/widget"
)

const (
	host = "centre.test"
	site = "https://shop.example"
)

// centre is a whole contact centre but for its start: database, bus, floor,
// chat, HTTP edge, one entry, agents anna and boris.
type centre struct {
	testing.TB
	cfg    db.Config
	blobs  string
	limits widget.Limits
	times  widget.Times
	place  func(ctx context.Context, tenant, interactionID string) int // nil: the live figures'

	db     *db.DB
	bus    *bus.Bus
	org    *org.Org
	floors *floor.Floors
	chat   *chat.Service
	group  *run.Group
	server *httptest.Server
	client *http.Client

	seed   org.Seeded
	tenant string
	ids    map[string]string // user ids by login
}

// signIn stands for access: the bearer token is a user's login.
type signIn struct{ o *org.Org }

func (s signIn) Authenticate(r *http.Request) (web.Identity, error) {
	ctx, login := r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	tenant := web.Tenant(ctx)
	u, _, err := s.o.Credentials(ctx, tenant, login)
	if err != nil || u == nil {
		return web.Identity{}, err
	}
	privileges, err := s.o.Privileges(ctx, tenant, u)
	return web.Identity{TenantID: tenant, UserID: u.ID, SessionID: "s-" + login, Login: login, Privileges: privileges, Locale: "en"}, err
}

// wide are limits that no test of something else meets.
var wide = widget.Limits{Requests: web.Rate{Every: time.Microsecond, Burst: 1e6}, Visitors: web.Rate{Every: time.Microsecond, Burst: 1e6},
	Opens: web.Rate{Every: time.Microsecond, Burst: 1e6}, Messages: web.Rate{Every: time.Microsecond, Burst: 1e6},
	Files: web.Rate{Every: time.Microsecond, Burst: 1e6}, Marks: web.Rate{Every: time.Microsecond, Burst: 1e6}}

// quick makes nobody wait.
var quick = widget.Times{Hello: 200 * time.Millisecond, Delivered: time.Millisecond, Gone: 50 * time.Millisecond, Settle: 300 * time.Millisecond, Place: 30 * time.Millisecond}

func each(t *testing.T, f func(t *testing.T, c *centre)) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) { f(t, newCentre(t, cfg, wide)) })
}

func newCentre(t testing.TB, cfg db.Config, limits widget.Limits) *centre {
	return startCentre(&centre{TB: t, cfg: cfg, limits: limits, times: quick})
}

func startCentre(c *centre) *centre {
	c.blobs, c.ids = c.TempDir(), map[string]string{}
	c.start()
	c.Cleanup(c.stop)
	return c
}

func (c *centre) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// start brings everything up on the database there is; the first time it makes
// the tenant.
func (c *centre) start() {
	ctx := context.Background()
	var err error
	c.db, err = db.Open(ctx, c.cfg)
	c.must(err)
	c.bus, err = bus.Open(ctx, c.db, bus.Config{})
	c.must(err)
	c.org = org.New(c.db, c.bus, audit.New(c.db, []byte("key")))
	if c.tenant == "" {
		c.populate()
	}
	change := func(tx *db.Tx, tenant, audience, kind string, data any) error {
		bus.Record(tx, tenant, audience, kind, data)
		return nil
	}
	interactions := interaction.New(c.db, interaction.OrgDirectory{Org: c.org})
	c.floors = floor.New(floor.Config{DB: c.db, Bus: c.bus, Interactions: interactions, Settings: floor.OrgSettings{Org: c.org}})
	blobs, err := blob.NewFolder(c.blobs, nil)
	c.must(err)
	c.chat = chat.New(chat.Config{DB: c.db, Directory: chat.OrgDirectory{Org: c.org}, Contacts: contact.New(c.db, "RU", change),
		Interactions: interactions, Blobs: blobs, Enqueue: c.floors.Enqueue, Publish: c.bus.Publish})
	c.floors.AddRecorder(c.chat)
	c.must(c.floors.Start(ctx))
	c.group = run.New(ctx)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	srv := web.New(web.Config{Tenants: c.org, Auth: signIn{c.org}, DB: c.db, Log: log, Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
	chat.API{Chat: c.chat}.Register(srv)
	widget.New(widget.Config{DB: c.db, Bus: c.bus, Org: c.org, Chat: c.chat, Group: c.group, Region: "RU", Limits: c.limits, Log: log,
		Times: c.times, Place: c.placeOf(interactions, log)}).Register(srv)
	c.server = httptest.NewServer(srv)
	c.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
}

// placeOf gives the queue's order as the live figures have it.
func (c *centre) placeOf(records *interaction.Service, log *slog.Logger) func(ctx context.Context, tenant, interactionID string) int {
	if c.place != nil {
		return c.place
	}
	figures := stats.NewCenter(c.db, c.bus.Feed(), rows{records, c.floors}, today{}, c.group, log)
	return func(ctx context.Context, tenant, interactionID string) int {
		live, err := figures.For(ctx, tenant)
		if err != nil {
			return 0
		}
		return live.Place(interactionID, db.Now())
	}
}

// rows is what figures start from.
type rows struct {
	records *interaction.Service
	floors  *floor.Floors
}

func (r rows) Today(ctx context.Context, idb bun.IDB, tenant string, from int64) (stats.Rows, error) {
	rows, err := r.records.Today(ctx, idb, tenant, from)
	if err != nil {
		return rows, err
	}
	rows.Agents, err = r.floors.SignedIn(ctx, idb, tenant)
	return rows, err
}

// today is a day that neither begins nor ends during a test.
type today struct{}

func (today) Midnight(_ context.Context, _ string, at int64) (from, next int64, err error) {
	return at - 12*3600_000, at + 12*3600_000, nil
}
func (today) IsBreak(context.Context, string, string) bool { return false }

func (c *centre) stop() {
	_ = c.group.Stop(5 * time.Second)
	c.client.CloseIdleConnections()
	c.server.Close()
	c.must(c.floors.Close())
	c.must(c.org.Close())
	c.must(c.bus.Close())
	c.must(c.db.Close())
}

// restart is a new process on the same data.
func (c *centre) restart() {
	c.stop()
	c.start()
}

func (c *centre) populate() {
	c.must(c.db.Write(org.System(context.Background()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("Centre", "ru", host)
		if err := c.org.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		c.tenant = tenant.ID
		s, err := c.org.Seed(ctx, tx, tenant.ID, "en")
		if err != nil {
			return err
		}
		c.seed = s
		for _, login := range []string{"anna", "boris"} {
			u := &org.User{Login: login, FirstName: strings.ToUpper(login[:1]) + login[1:], TeamID: s.TeamID, RoleIDs: []string{s.RoleIDs[org.RoleAgent]}}
			if err := c.org.CreateUser(ctx, tx, tenant.ID, u, "hash"); err != nil {
				return err
			}
			c.ids[login] = u.ID
		}
		_, err = c.org.ChangeEntry(ctx, tx, tenant.ID, s.EntryID, 1, func(e *org.Entry) error {
			e.AllowedOrigins = []string{site}
			return nil
		})
		return err
	}))
}

// ready brings an agent to the floor, waiting for contacts.
func (c *centre) ready(login string) {
	c.Helper()
	ctx := context.Background()
	_, err := c.floors.SignIn(ctx, c.tenant, c.ids[login], "s-"+login, false)
	c.must(err)
	_, err = c.floors.ChooseState(ctx, c.tenant, c.ids[login], "s-"+login, core.Ready, "")
	c.must(err)
}

// desk is what an agent's desk is fed with.
func (c *centre) desk(login string) *desk {
	c.Helper()
	sub, err := c.bus.Feed().Subscribe(context.Background(), c.tenant, []string{"u/" + c.ids[login]}, bus.FromNow, 10_000)
	c.must(err)
	c.Cleanup(sub.Close)
	return &desk{c: c, login: login, sub: sub}
}

type desk struct {
	c     *centre
	login string
	sub   *bus.Subscription
}

// until gives the first frame of a type that f takes.
func (d *desk) until(typ string, f func(data []byte) bool) {
	d.c.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case ch, ok := <-d.sub.C():
			if !ok {
				d.c.Fatalf("the desk's feed ended: %v", d.sub.Err())
			}
			if ch.Type == typ && f(ch.Data) {
				return
			}
		case <-late:
			d.c.Fatalf("no %s came to the desk of %s", typ, d.login)
		}
	}
}

// accept takes the next offer and gives its segment.
func (d *desk) accept() (segment string) {
	d.c.Helper()
	d.until("offer.opened", func(data []byte) bool {
		var o interaction.OfferView
		d.c.must(json.Unmarshal(data, &o))
		segment = o.SegmentID
		return true
	})
	_, err := d.c.floors.Accept(context.Background(), d.c.tenant, d.c.ids[d.login], "s-"+d.login, segment)
	d.c.must(err)
	return segment
}

// reply is what came back over HTTP.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) code() string {
	var p struct{ Code, Field string }
	_ = json.Unmarshal(r.body, &p)
	return strings.TrimSpace(p.Code + " " + p.Field)
}

// send makes a request; a body that is no []byte goes as JSON.
func (c *centre) send(method, path string, header map[string]string, body any) reply {
	c.Helper()
	r, err := c.try(method, path, header, body)
	c.must(err)
	return r
}

func (c *centre) try(method, path string, header map[string]string, body any) (reply, error) {
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return reply{}, err
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, c.server.URL+path, in)
	if err != nil {
		return reply{}, err
	}
	req.Host = host
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, raw}, err
}

// agent makes a request to the API as an agent.
func (c *centre) agent(login, method, path string, body any) reply {
	c.Helper()
	return c.send(method, path, map[string]string{"Authorization": "Bearer " + login, "X-Parley": "1"}, body)
}

func identity(c *centre, login string) web.Identity {
	return web.Identity{TenantID: c.tenant, UserID: c.ids[login], SessionID: "s-" + login}
}
