package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/web/matrixtest"
)

var resetLink = regexp.MustCompile(`https?://\S+/reset#(\S+)`)

// TestReset asks for a new password and sets it by the link that comes by mail,
// through a real mail server.
func TestReset(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run("[A-8/reset] "+engine+": a link by mail, once, for half an hour, and nothing told about who has an account", func(t *testing.T) {
			out, through := startRelay(t)
			cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off,
				SMTPListen: off, SMTPHost: "parley.test", MailRelay: through, MailMaxSize: 35}
			if engine == db.Postgres {
				cfg.Database = dbtest.Postgres(t).DSN
			}
			a, err := newApp(cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
			must(t, err)
			t.Cleanup(a.Stop)
			must(t, a.start(context.Background(), &progress{}))
			c, ctx := ownCentre(t, a), t.Context()
			nobody := matrixtest.Caller{Host: c.world.Host, Sign: func(r *http.Request) { r.Header.Set("X-Parley", "1") }}
			call := func(who matrixtest.Caller, method, path string, body any) (map[string]any, error) {
				return accesstest.Call(a.server, who, method, path, body)
			}
			refused := func(want, path string, body any) {
				t.Helper()
				if _, err := call(nobody, "POST", path, body); err == nil || !strings.Contains(err.Error(), want) {
					t.Fatalf("%s: %v", want, err)
				}
			}
			offered := func() bool {
				t.Helper()
				o, err := call(nobody, "GET", "/api/session/reset", nil)
				must(t, err)
				return o["offered"] == true
			}

			if offered() {
				t.Fatal("offered without a mailbox to send it")
			}
			refused("409", "/api/session/reset", object{"login": "vera"})
			service, err := call(c.owner, "POST", "/api/services", object{"name": "Post", "channel": "email"})
			must(t, err)
			box, err := call(c.owner, "POST", "/api/entries", object{"kind": "mailbox", "name": "Desk", "address": "desk@parley.test", "fromName": "The desk", "serviceId": service["id"]})
			must(t, err)
			settings, err := call(c.owner, "GET", "/api/settings", nil)
			must(t, err)
			signIn := settings["signIn"].(object)
			signIn["resetMailboxId"] = "nothing"
			if _, err := call(c.owner, "PUT", "/api/settings", settings); err == nil {
				t.Fatal("a mailbox that is none was taken")
			}
			signIn["resetMailboxId"] = box["id"]
			_, err = call(c.owner, "PUT", "/api/settings", settings)
			must(t, err)
			if !offered() {
				t.Fatal("not offered")
			}

			id, login, err := c.world.NewUser(ctx)
			must(t, err)
			user, err := call(c.owner, "GET", "/api/users/"+id, nil)
			must(t, err)
			_, err = call(c.owner, "PUT", "/api/users/"+id, object{"version": user["version"], "email": "vera@example.com"})
			must(t, err)
			_, silent, err := c.world.NewUser(ctx) // without an address
			must(t, err)
			token, err := c.world.SignIn(login)
			must(t, err)
			open := matrixtest.Caller{Host: c.world.Host, Sign: accesstest.Sign(token)}

			for _, name := range []string{"whoever", silent, login} {
				o, err := call(nobody, "POST", "/api/session/reset", object{"login": name})
				if err != nil || o != nil {
					t.Fatalf("%s: %v %v", name, o, err)
				}
			}
			link := func() (string, string) {
				t.Helper()
				m := out.next(t)
				found := resetLink.FindStringSubmatch(m.Text)
				if found == nil || m.Automatic == "" || m.From[0].Address != "desk@parley.test" || m.To[0].Address != "vera@example.com" || !strings.Contains(m.Text, login) {
					t.Fatalf("%+v", m)
				}
				return found[0], found[1]
			}
			address, first := link()
			if !strings.HasPrefix(address, "http://"+c.world.Host+"/reset#") {
				t.Fatal(address)
			}
			if n, err := a.db.Read().NewSelect().Table("password_resets").Where("token_hash = ?", first).Count(ctx); err != nil || n != 0 {
				t.Fatalf("the token itself is stored: %d %v", n, err)
			}
			_, err = call(nobody, "POST", "/api/session/reset", object{"login": strings.ToUpper(login)})
			must(t, err)
			_, second := link()

			set := func(token, password string) object { return object{"token": token, "new": password} }
			refused("PAR-0001", "/api/session/reset/password", set(first, "another password 2")) // replaced
			refused("PAR-0001", "/api/session/reset/password", set("x"+second, "another password 2"))
			refused(`"field":"new"`, "/api/session/reset/password", set(second, "short 1"))
			_, err = call(nobody, "POST", "/api/session/reset/password", set(second, "another password 2"))
			must(t, err)
			refused("PAR-0001", "/api/session/reset/password", set(second, "another password 3")) // used
			if _, err := call(open, "GET", "/api/session", nil); err == nil || !strings.Contains(err.Error(), "401") {
				t.Fatalf("the session that was open: %v", err)
			}
			refused("PAR-1001", "/api/session", object{"login": login, "password": accesstest.Password})
			_, err = call(nobody, "POST", "/api/session", object{"login": login, "password": "another password 2"})
			must(t, err)

			_, err = call(nobody, "POST", "/api/session/reset", object{"login": login})
			must(t, err)
			_, third := link()
			must(t, a.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("UPDATE password_resets SET expires_at = 1").Exec(ctx)
				return err
			}))
			refused("PAR-0001", "/api/session/reset/password", set(third, "another password 4"))
			refused("PAR-0006", "/api/session/reset", object{"login": login}) // the fourth in this hour
			log, err := call(c.owner, "GET", "/api/audit?limit=50&entity=user", nil)
			must(t, err)
			seen := map[string]int{}
			for _, one := range log["items"].([]any) {
				seen[one.(object)["action"].(string)]++
			}
			if seen["reset_asked"] != 3 || seen["reset_password"] != 1 {
				t.Fatalf("audit: %v", seen)
			}
			if _, err := call(c.owner, "DELETE", "/api/entries/"+box["id"].(string), nil); err == nil {
				t.Fatal("the mailbox that sends the links was deleted")
			}
		})
	}
}
