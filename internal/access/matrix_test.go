package access_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"testing"

	"parley/internal/access"
	"parley/internal/access/accesstest"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/secret"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
)

// TestMatrix tries every operation of sign-in, API keys, administration and
// audit; the whole program's is in app.
func TestMatrix(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		log := audit.New(d, []byte("a key for tests"))
		o := org.New(d, nil, log)
		t.Cleanup(func() { _ = o.Close() })
		acc := access.New(d, access.FromOrg(o), log)
		o.UsePasswords(acc)
		o.OnShut(acc.Shut)
		keys, err := secret.Fixed(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		box, err := keys.Box("webhook")
		if err != nil {
			t.Fatal(err)
		}
		o.UseBox(box)
		srv := web.New(web.Config{Tenants: o, Auth: acc, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Limits: web.Limits{AddressRate: 1e6, AddressBurst: 1e6, SessionRate: 1e6, SessionBurst: 1e6}})
		acc.Register(srv)
		o.Register(srv)
		log.Register(srv)
		world := func(host string) accesstest.World {
			w := accesstest.World{DB: d, Org: o, Handler: srv, Host: host}
			err := d.Write(org.System(ctx), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				tenant := org.NewTenant("Centre "+host, "en", host)
				if err := o.CreateTenant(ctx, tx, tenant); err != nil {
					return err
				}
				w.Tenant = tenant.ID
				_, err := o.Seed(ctx, tx, tenant.ID, "en")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		somebody := func(w accesstest.World, privileges ...string) matrixtest.Caller {
			c, err := w.Somebody(ctx, privileges...)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		one, two := world("one.test"), world("two.test")
		everything := slices.Clone(org.Privileges())
		doc, err := srv.OpenAPI()
		if err != nil {
			t.Fatal(err)
		}
		owner := somebody(one, everything...)
		matrixtest.Run(t, matrixtest.Config{Handler: srv, Document: doc, Raw: srv.RawRoutes(), Owner: owner, Nobody: somebody(one),
			Stranger: somebody(two, everything...), Cases: accesstest.Cases(ctx, one, owner)})
	})
}
