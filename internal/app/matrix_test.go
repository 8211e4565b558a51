package app

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// running starts the whole program in a folder of its own, without a listener.
func running(t testing.TB, engine string) *App {
	t.Helper()
	cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: "127.0.0.1:0", WebRTCListen: "127.0.0.1:0",
		DNSServer: "127.0.0.1:9"} // nobody answers there, at once
	if engine == db.Postgres {
		cfg.Database = dbtest.Postgres(t).DSN
	}
	a, err := newApp(cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	a.limits = web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}
	if err := a.start(context.Background(), &progress{}); err != nil {
		t.Fatal(err)
	}
	return a
}

// tenant makes a tenant with ready-made defaults under a host.
func (a *App) tenant(t *testing.T, host string) accesstest.World {
	t.Helper()
	w := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Host: host}
	err := a.db.Write(org.System(t.Context()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		tenant := org.NewTenant("Centre "+host, "en", host)
		if err := a.org.CreateTenant(ctx, tx, tenant); err != nil {
			return err
		}
		w.Tenant = tenant.ID
		_, err := a.org.Seed(ctx, tx, tenant.ID, "en")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	within(t, func() bool { // its floor comes up by itself
		owned, err := a.floors.Owned(t.Context())
		return err == nil && slices.Contains(owned, w.Tenant)
	})
	return w
}

// within waits until it is so, for 20 seconds at most.
func within(t *testing.T, so func() bool) {
	t.Helper()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for !so() {
		select {
		case <-late.C:
			t.Fatal("it did not come about")
		default:
			runtime.Gosched()
		}
	}
}

// TestMatrix tries every operation of the program as everybody and with everything.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel() // as long as all else of the package
			a := running(t, engine)
			ctx := t.Context()
			// The first tenant is the operator's, whose people look after the others.
			first, err := a.org.ActiveTenants(ctx)
			if err != nil || len(first) != 1 {
				t.Fatal(first, err)
			}
			one := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: first[0], Host: "localhost"}
			two := a.tenant(t, "two.test")
			ownerID, login, err := one.NewUser(ctx, org.Privileges()...)
			if err != nil {
				t.Fatal(err)
			}
			token, err := one.SignIn(login)
			if err != nil {
				t.Fatal(err)
			}
			owner := matrixtest.Caller{Host: one.Host, Sign: accesstest.Sign(token)}
			stranger, err := two.Somebody(ctx, org.Privileges()...)
			if err != nil {
				t.Fatal(err)
			}
			nobody, err := one.Somebody(ctx)
			if err != nil {
				t.Fatal(err)
			}
			cases := accesstest.Cases(ctx, one, owner)
			(&floorCases{app: a, world: one, owner: owner, ownerID: ownerID, all: cases}).add(ctx)
			doc, err := a.server.OpenAPI()
			if err != nil {
				t.Fatal(err)
			}
			matrixtest.Run(t, matrixtest.Config{Handler: a.server, Document: doc, Raw: a.server.RawRoutes(),
				Owner: owner, Nobody: nobody, Stranger: stranger, Cases: cases})
		})
	}
}
