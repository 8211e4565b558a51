package mailbox

import (
	"context"
	"crypto/x509"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/run"
)

// FetchConfig is what the fetching of mailboxes is made of.
type FetchConfig struct {
	DB     *db.DB
	Org    Directory
	Intake Intake
	// Lease gives the right to fetch a mailbox, to one node at a time. nil: there
	// is one node only.
	Lease   func(ctx context.Context, key string) (lost <-chan struct{}, release func(), err error)
	MaxSize int64          // of a mail; default 35 MiB
	Roots   *x509.CertPool // whose certificates are trusted; nil: the system's
	Timers  Timers
	Log     *slog.Logger
}

// Timers are for tests; zero values are the defaults.
type Timers struct {
	Look     time.Duration // at what mailboxes there are; 15 s
	Poll     time.Duration // at a server that does not tell, and for wishes of other nodes; 1 minute
	Retry    time.Duration // the first pause after a failure; it doubles; 5 s
	MaxRetry time.Duration // 5 minutes
	Lease    time.Duration // 10 s
}

func (t Timers) withDefaults() Timers {
	for v, d := range map[*time.Duration]time.Duration{&t.Look: 15 * time.Second, &t.Poll: time.Minute, &t.Retry: 5 * time.Second,
		&t.MaxRetry: 5 * time.Minute, &t.Lease: 10 * time.Second} {
		if *v <= 0 {
			*v = d
		}
	}
	return t
}

// Fetchers looks after one fetcher for each mailbox that is on an IMAP server.
type Fetchers struct {
	cfg      FetchConfig
	store    store
	accounts *accounts
	group    *run.Group
	poke     chan struct{}

	mu      sync.Mutex
	running map[string]*keptFetcher
}

type keptFetcher struct {
	box    org.Mailbox
	f      *fetcher
	cancel context.CancelFunc
	done   chan struct{}
}

func (k *keptFetcher) ended() bool {
	select {
	case <-k.done:
		return true
	default:
		return false
	}
}

// NewFetchers makes them; Start sets them to work.
func NewFetchers(cfg FetchConfig) *Fetchers {
	cfg.Timers = cfg.Timers.withDefaults()
	if cfg.MaxSize <= 0 {
		cfg.MaxSize = MaxSize
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Fetchers{cfg: cfg, store: store{cfg.DB}, accounts: newAccounts(cfg.Org, cfg.Roots), poke: make(chan struct{}, 1), running: map[string]*keptFetcher{}}
}

func (fs *Fetchers) now() time.Time { return time.UnixMilli(db.Now()) }

func (fs *Fetchers) connect(ctx context.Context, a account) (folder, error) {
	f, err := fs.accounts.connect(ctx, a, nil)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Start begins to fetch; it ends with the group.
func (fs *Fetchers) Start(g *run.Group) {
	fs.group = g
	g.Go("mailbox.fetchers", func(ctx context.Context) error {
		tick := time.NewTicker(fs.cfg.Timers.Look)
		defer tick.Stop()
		for {
			if err := fs.look(ctx); err != nil && ctx.Err() == nil {
				fs.cfg.Log.Warn("the mailboxes could not be looked up", "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-fs.poke:
			case <-tick.C:
			}
		}
	})
}

// Look makes a change of mailboxes, or a wish, be noticed at once.
func (fs *Fetchers) Look() {
	select {
	case fs.poke <- struct{}{}:
	default:
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, k := range fs.running {
		select {
		case k.f.poke <- struct{}{}:
		default:
		}
	}
}

// look starts the fetchers of new mailboxes and ends those of mailboxes that are
// gone or are another's now.
func (fs *Fetchers) look(ctx context.Context) error {
	boxes, err := fs.cfg.Org.Mailboxes(ctx)
	if err != nil {
		return err
	}
	there := map[string]org.Mailbox{}
	for _, b := range boxes {
		if b.Entry.IMAP.Host != "" {
			there[b.Entry.ID] = b
		}
	}
	fs.mu.Lock()
	var ending []*keptFetcher
	for id, k := range fs.running {
		if b, ok := there[id]; !ok || !sameBox(b, k.box) || k.ended() {
			k.cancel()
			ending = append(ending, k)
			delete(fs.running, id)
		}
	}
	fs.mu.Unlock()
	for _, k := range ending {
		<-k.done
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for id, b := range there {
		if fs.running[id] == nil && ctx.Err() == nil {
			fs.running[id] = fs.start(b)
		}
	}
	return nil
}

// sameBox tells whether a fetcher may go on. The version counts too: a new
// password changes nothing else.
func sameBox(a, b org.Mailbox) bool {
	return a.TenantID == b.TenantID && a.Entry.Version == b.Entry.Version && a.Entry.Address == b.Entry.Address && reflect.DeepEqual(a.Entry.IMAP, b.Entry.IMAP)
}

func (fs *Fetchers) start(b org.Mailbox) *keptFetcher {
	ctx, cancel := context.WithCancel(fs.group.Context())
	f := &fetcher{box: b, all: fs, poke: make(chan struct{}, 1), unread: map[int64]int{}, log: fs.cfg.Log.With("mailbox", b.Entry.Address)}
	k := &keptFetcher{box: b, f: f, cancel: cancel, done: make(chan struct{})}
	fs.group.Go("mailbox.fetch", func(context.Context) error {
		defer close(k.done)
		return run.Protect("mailbox.fetch", func() error { return f.run(ctx) })
	})
	return k
}
