package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/blob"
	"parley/internal/bus"
	"parley/internal/call"
	"parley/internal/callbutton"
	"parley/internal/chat"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/email"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/jobs"
	"parley/internal/mailbox"
	"parley/internal/org"
	"parley/internal/picture"
	"parley/internal/run"
	"parley/internal/secret"
	"parley/internal/sip"
	"parley/internal/stats"
	"parley/internal/virus"
	"parley/internal/web"
	"parley/internal/webhook"
	"parley/internal/webrtc"
	"parley/internal/widget"
	ui "parley/web"
)

// App is a running contact centre.
type App struct {
	cfg     Config
	version string
	log     *slog.Logger
	folder  *folder
	keys    *secret.Keys
	group   *run.Group
	cancel  context.CancelFunc // ends what runs in group

	db            *db.DB
	bus           *bus.Bus
	jobs          *jobs.Runner
	firstPassword string // of the administrator made at this start
	blobs         blob.Store
	audit         *audit.Log
	org           *org.Org
	access        *access.Service
	webhooks      *webhook.Sender
	interactions  *interaction.Service
	floors        *floor.Floors
	contacts      *contact.Service
	chats         *chat.Service
	calls         *call.Service
	mails         *email.Service
	fetchers      *mailbox.Fetchers
	transport     *mailbox.Transport
	dkim          *mailbox.Keyring
	smtp, lmtp    *mailbox.Server
	browsers      call.Browsers
	edges         *run.Group // of SIP and the browsers' sound
	webrtc        *webrtc.Edge
	sip           *sip.Server
	figures       *stats.Center
	pictures      *picture.Service
	widgets       *widget.Server
	buttons       *callbutton.Server
	desks         *desk.Hub
	server        *web.Server

	limits web.Limits // of requests; zero: the defaults

	stops []func() // in the order of starting; Stop calls them backwards
}

// newApp opens the data folder and builds everything in memory; nothing runs yet.
func newApp(cfg Config, version string, log *slog.Logger) (*App, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	f, err := openFolder(cfg.Data, cfg.Demo)
	if err != nil {
		return nil, err
	}
	return &App{cfg: cfg, version: version, log: log, folder: f, stops: []func(){f.close}}, nil
}

// start brings everything up in the order of the rooms, from the platform outwards; show gets each step.
func (a *App) start(ctx context.Context, show *progress) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.group, a.cancel = run.New(running), cancel
	a.onStop(func() { cancel(); logged(a.log, "goroutines", a.group.Stop(5*time.Second)) })
	for _, s := range []struct {
		ru, en string
		do     func(context.Context) (string, error)
	}{
		{"Ключ и база данных", "Key and database", a.startData},
		{"Шина и задания", "Bus and jobs", a.startBus},
		{"Организация и вход", "Organisation and sign-in", a.startOrganisation},
		{"Распределение обращений", "Routing", a.startFloor},
		{"Чаты и рабочие места", "Chats and desks", a.startChannels},
		{"Веб-интерфейс", "Web interface", a.startWeb},
	} {
		done := show.begin(s.ru, s.en)
		detail, err := s.do(ctx)
		done(detail, err)
		if err != nil {
			return fmt.Errorf("%s: %w", s.en, err)
		}
	}
	return nil
}

func stopJobs(r *jobs.Runner) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return r.Stop(ctx)
}

func (a *App) onStop(f func()) { a.stops = append(a.stops, f) }

// Stop ends everything in reverse.
func (a *App) Stop() {
	for i := len(a.stops) - 1; i >= 0; i-- {
		a.stops[i]()
	}
	a.stops = nil
}

func logged(log *slog.Logger, what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Warn("did not stop cleanly", "what", what, "error", err)
	}
}

func (a *App) databaseConfig() db.Config {
	if a.cfg.Database != "" {
		return db.Config{Engine: db.Postgres, DSN: a.cfg.Database}
	}
	return db.Config{Engine: db.SQLite, Path: a.folder.database()}
}

func (a *App) startData(ctx context.Context) (string, error) {
	keys, made, err := secret.Load(a.cfg.KeyPath())
	if err != nil {
		return "", err
	}
	if made {
		a.log.Info("a key file was made: keep it apart from the backups of the data folder", "file", a.cfg.KeyPath())
	}
	a.keys = keys
	if a.db, err = db.Open(ctx, a.databaseConfig()); err != nil {
		return "", err
	}
	a.onStop(func() { logged(a.log, "database", a.db.Close()) })
	if err := a.db.Migrate(ctx); err != nil {
		return "", err
	}
	if a.blobs, err = blob.NewFolder(a.folder.blobs(), nil); err != nil {
		return "", err
	}
	return a.db.Engine(), nil
}

func (a *App) startBus(ctx context.Context) (detail string, err error) {
	cfg := bus.Config{Node: a.cfg.Node}
	if a.cfg.ClusterListen != "" {
		if cfg.Cluster, err = clusterOf(a.cfg); err != nil {
			return "", err
		}
	}
	if a.bus, err = bus.Open(ctx, a.db, cfg); err != nil {
		return "", err
	}
	a.onStop(func() { logged(a.log, "bus", a.bus.Close()) })
	if a.jobs, err = jobs.New(ctx, a.db, jobs.Config{Node: a.cfg.Node}); err != nil {
		return "", err
	}
	return a.bus.Node(), nil
}

func (a *App) startOrganisation(context.Context) (string, error) {
	key, err := a.keys.Derive("audit", 32)
	if err != nil {
		return "", err
	}
	a.audit = audit.New(a.db, key)
	a.onStop(func() { logged(a.log, "audit log", a.audit.Close()) })
	a.org = org.New(a.db, a.bus, a.audit)
	a.onStop(func() { logged(a.log, "organisation", a.org.Close()) })
	a.access = access.New(a.db, access.FromOrg(a.org), a.audit)
	a.org.UsePasswords(a.access)
	a.pictures = picture.New(a.org, a.blobs)
	a.org.UsePictures(a.pictures.Usable)
	a.org.OnShut(a.access.Shut)
	a.access.Version = a.version
	a.access.Features = map[string]bool{"demo": a.cfg.Demo}
	return "", a.startWebhooks()
}

// phoneRegion is where phone numbers without a country belong.
const phoneRegion = "RU"

// record adapts bus.Record to what the rooms ask for.
func record(tx *db.Tx, tenant, audience, typ string, data any) error {
	bus.Record(tx, tenant, audience, typ, data)
	return nil
}

func (a *App) startFloor(ctx context.Context) (string, error) {
	names := interaction.OrgDirectory{Org: a.org}
	a.interactions = interaction.New(a.db, names)
	a.interactions.UseViews(a.audit.Viewed)
	a.interactions.UseStaff(watching{directory{a.org}})
	a.floors = floor.New(floor.Config{DB: a.db, Bus: a.bus, Interactions: a.interactions, Settings: floor.OrgSettings{Org: a.org}, Sessions: sessions{a.access, names, a.log}})
	a.contacts = contact.New(a.db, phoneRegion, record)
	a.chats = chat.New(chat.Config{DB: a.db, Directory: chat.OrgDirectory{Org: a.org}, Contacts: a.contacts, Interactions: a.interactions,
		Blobs: a.blobs, Enqueue: a.floors.Enqueue, Publish: a.bus.Publish, Viewed: a.audit.Viewed})
	a.floors.AddRecorder(a.chats)
	if err := a.makeCalls(); err != nil {
		return "", err
	}
	if err := a.makeMails(); err != nil {
		return "", err
	}
	if err := a.makeMailEdge(); err != nil {
		return "", err
	}
	a.floors.AddRecorder(floorEvents{a.webhooks})
	if err := a.first(ctx); err != nil {
		return "", err
	}
	a.access.Start(a.group)
	if err := a.floors.Start(ctx); err != nil {
		return "", err
	}
	a.onStop(func() { logged(a.log, "floors", a.floors.Close()) })
	return "", nil
}

func (a *App) startChannels(ctx context.Context) (string, error) {
	d := watching{directory{a.org}}
	a.figures = stats.NewCenter(a.db, a.bus.Feed(), figureSource{a.interactions, a.floors}, d, a.group, a.log)
	a.desks = desk.NewHub(desk.Config{DB: a.db, Bus: a.bus, Stats: a.figures, Org: d, Day: outcomes{a.interactions, d}, Presence: a.floors,
		Typing: a.chats, Parts: a.snapshotParts(), Group: a.group, Log: a.log})
	a.widgets = widget.New(widget.Config{DB: a.db, Bus: a.bus, Org: a.org, Chat: a.chats, Pictures: a.pictures, Group: a.group, Available: a.available, Place: a.place, Region: phoneRegion, Log: a.log})
	a.group.Go("chat.deadlines", func(ctx context.Context) error { return a.chats.Deadlines().Run(ctx, a.floors.Owned) })
	if err := a.startCalls(ctx); err != nil {
		return "", err
	}
	if err := a.startButtons(); err != nil {
		return "", err
	}
	a.startMails()
	if err := a.startMailEdge(); err != nil {
		return "", err
	}
	a.group.Go("chat.kept", func(ctx context.Context) error { return a.chats.ServeKept(ctx, a.floors.Owned, a.available) })
	return "", nil
}

func (a *App) startWeb(ctx context.Context) (string, error) {
	var proxies []netip.Prefix
	for _, p := range a.cfg.TrustedProxies {
		n, err := netip.ParsePrefix(p)
		if err != nil {
			return "", fmt.Errorf("trusted-proxy %q is no network such as 10.0.0.0/8", p)
		}
		proxies = append(proxies, n)
	}
	a.server = web.New(web.Config{Version: a.version, Tenants: a.org, Auth: a.access, DB: a.db, TrustedProxies: proxies,
		MetricsToken: a.cfg.MetricsToken, Gatherer: metrics(), App: ui.App(), Limits: a.limits, Log: a.log})
	a.register(a.server)
	a.server.Check("database", a.db.Ping)
	a.org.RegisterJobs(a.jobs)
	a.tidyFiles()
	a.sendWebhooks()
	a.mails.RegisterJobs(a.jobs)
	a.access.UsePost(accessPost{a})
	a.access.RegisterJobs(a.jobs)
	if err := a.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return "", err
	}
	a.onStop(func() { logged(a.log, "jobs", stopJobs(a.jobs)) })
	if !ui.Built() {
		return "the interface was not built: make web", nil
	}
	return "", nil
}

// register puts every room's endpoints on the server. It needs no running app, so that the API document can be
// written without one.
func (a *App) register(s *web.Server) {
	a.access.Register(s)
	a.org.Register(s)
	a.webhooks.Register(s)
	a.audit.Register(s)
	a.interactions.Register(s)
	(&floor.API{Floors: a.floors, Org: a.org, Audit: a.audit, MayOpen: a.mails.MayOpen,
		Channels: map[string]interaction.Channel{core.Chat: a.chats, core.Voice: a.calls, core.Email: a.mails}}).Register(s)
	chat.API{Chat: a.chats}.Register(s)
	call.API{Calls: a.calls, Org: a.org}.Register(s)
	email.API{Mails: a.mails, Org: a.org, Audit: a.audit, Leaving: a.floors.Leaving, Fetch: a.picture}.Register(s)
	a.contactAPI().Register(s)
	sip.API{Server: a.sip, Trunk: trunks{a}.one, Edit: []string{org.SystemEntries}}.Register(s)
	a.mailAPI(s)
	picture.API{Pictures: a.pictures, Others: []func(context.Context, string, string) (bool, error){a.customerPhoto}}.Register(s)
	a.widgets.Register(s)
	s.Handle("GET /widget.js", web.File(ui.Widget(), "widget.js"), web.AnyHost())
	a.buttons.Register(s)
	s.Handle("GET /call.js", web.File(ui.Widget(), "call.js"), web.AnyHost())
	a.desks.Register(s)
}

// metrics registers every package's figures.
func metrics() prometheus.Gatherer {
	r := prometheus.NewRegistry()
	db.Metrics(r)
	jobs.Metrics(r)
	bus.Metrics(r)
	run.Metrics(r)
	web.Metrics(r)
	floor.Metrics(r)
	sip.Metrics(r)
	mailbox.Metrics(r)
	virus.Metrics(r)
	return r
}

var _ http.Handler = (*web.Server)(nil)
