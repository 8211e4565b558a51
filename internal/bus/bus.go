package bus

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"parley/internal/db"
	"parley/internal/run"
)

// Config says who this node is and who the others are.
type Config struct {
	Node    string   // unique name of the node; made up when empty
	Cluster *Cluster // nil: the only node; nobody else on the machine can publish

	LookInterval time.Duration // how often the table is checked in case a look was lost; default 1 s
	TrimInterval time.Duration // how often old changes are removed; default 1 min
}

// Cluster connects several nodes. All of them need the same Name, User and
// Password, and one PostgreSQL.
type Cluster struct {
	Name           string
	Host           string // address the routes listen on
	Port           int    // -1: a free one, see RouteURL
	Routes         []string
	User, Password string
	TLS            *tls.Config // nil: plain, for loopback and private networks only
}

// Bus is one node's part of the bus.
type Bus struct {
	db   *db.DB
	cfg  Config
	ns   *server.Server
	nc   *nats.Conn
	feed *Feed

	leases *leases
	group  *run.Group
}

type attachKey struct{}

// Open starts the node's bus on its database handle. A handle serves one bus.
func Open(ctx context.Context, d *db.DB, cfg Config) (*Bus, error) {
	if cfg.Node == "" {
		cfg.Node = db.NewID()
	}
	if cfg.LookInterval <= 0 {
		cfg.LookInterval = time.Second
	}
	if cfg.TrimInterval <= 0 {
		cfg.TrimInterval = time.Minute
	}
	b := &Bus{db: d, cfg: cfg, group: run.New(context.WithoutCancel(ctx))}
	b.leases = newLeases(b)
	if err := b.connect(); err != nil {
		b.shutdown()
		return nil, fmt.Errorf("starting the bus: %w", err)
	}
	b.feed = newFeed(b)
	if !d.Attach(attachKey{}, b.feed) {
		b.shutdown()
		return nil, errors.New("starting the bus: this database handle has one already")
	}
	if err := b.feed.start(); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("starting the feed: %w", err)
	}
	return b, nil
}

// Close gives up the leases, ends all subscriptions and stops.
func (b *Bus) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	b.leases.releaseAll(ctx)
	b.db.Detach(attachKey{})
	b.feed.close()
	err := b.group.Stop(10 * time.Second)
	b.shutdown()
	return err
}

// Node is this node's name.
func (b *Bus) Node() string { return b.cfg.Node }

// Feed is the node's change feed.
func (b *Bus) Feed() *Feed { return b.feed }

// Clustered tells whether there may be other nodes.
func (b *Bus) Clustered() bool { return b.cfg.Cluster != nil }

// RouteURL is the address other nodes name in their Routes, "" on a single node.
func (b *Bus) RouteURL() string {
	if b.cfg.Cluster == nil {
		return ""
	}
	addr := b.ns.ClusterAddr()
	u := url.URL{Scheme: "nats", Host: addr.String()}
	if b.cfg.Cluster.User != "" {
		u.User = url.UserPassword(b.cfg.Cluster.User, b.cfg.Cluster.Password)
	}
	return u.String()
}

// Peers is the number of other nodes connected now.
func (b *Bus) Peers() int {
	peers := map[string]bool{}
	routes, err := b.ns.Routez(nil)
	if err != nil {
		return 0
	}
	for _, r := range routes.Routes {
		peers[r.RemoteID] = true
	}
	return len(peers)
}

const maxPayload = 8 << 20

func (b *Bus) connect() error {
	opts := &server.Options{
		ServerName: b.cfg.Node, NoSigs: true, NoLog: true, MaxPayload: maxPayload,
		DontListen: b.cfg.Cluster == nil,
	}
	var dial []nats.Option
	if c := b.cfg.Cluster; c != nil {
		// The server refuses to route without a client listener. It gets a loopback
		// port and a password that nobody else knows.
		user, password := "parley", rand.Text()
		opts.Host, opts.Port = "127.0.0.1", server.RANDOM_PORT
		opts.Username, opts.Password = user, password
		dial = append(dial, nats.UserInfo(user, password))
		opts.Cluster = server.ClusterOpts{Name: c.Name, Host: c.Host, Port: c.Port,
			Username: c.User, Password: c.Password, TLSConfig: c.TLS, TLSTimeout: 5}
		for _, r := range c.Routes {
			u, err := url.Parse(r)
			if err != nil {
				return fmt.Errorf("route %q: %w", r, err)
			}
			if u.User == nil && c.User != "" {
				u.User = url.UserPassword(c.User, c.Password)
			}
			opts.Routes = append(opts.Routes, u)
		}
	}
	ns, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	b.ns = ns
	ns.Start()
	if !ns.ReadyForConnections(10 * time.Second) {
		return errors.New("the message server did not become ready")
	}
	dial = append(dial, nats.InProcessServer(ns), nats.Name(b.cfg.Node), nats.MaxReconnects(-1),
		nats.ErrorHandler(b.lossyTrouble))
	b.nc, err = nats.Connect("", dial...)
	return err
}

func (b *Bus) shutdown() {
	if b.nc != nil {
		b.nc.Close()
	}
	if b.ns != nil {
		b.ns.Shutdown()
		b.ns.WaitForShutdown()
	}
}
