package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/smtp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/mailbox/dnstest"
	"parley/internal/web/matrixtest"
)

// TestDKIM sets a key up as an administrator does and looks at what customers get:
// an acknowledgement, an agent's answer, a link for a new password.
func TestDKIM(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run("[M-31/dkim] "+engine+": what leaves by the relay is signed from the moment the administrator puts a key in use, each kind of mail", func(t *testing.T) {
			dns := dnstest.New(t)
			out, through := startRelay(t)
			cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off,
				SMTPListen: "127.0.0.1:0", SMTPHost: "parley.test", MailRelay: through, MailMaxSize: 35, DNSServer: dns.Addr}
			if engine == db.Postgres {
				cfg.Database = dbtest.Postgres(t).DSN
			}
			must(t, cfg.Check())
			a, err := newApp(cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
			must(t, err)
			t.Cleanup(a.Stop)
			must(t, a.start(context.Background(), &progress{}))
			c, ctx := ownCentre(t, a), t.Context()
			p, err := c.emptyBox(ctx)
			must(t, err)
			must(t, p.do("POST", "/api/desk/state", object{"state": "ready"}))
			service, err := c.call("GET", "/api/services/"+p.serviceID, nil)
			must(t, err)
			rules, _ := service["email"].(object)
			rules["acknowledge"], rules["ackPerDay"] = true, 5
			rules["ack"] = object{"en": object{"subject": "We have it", "text": "Your number is $(case.number)"}, "ru": object{"subject": "Получено", "text": "Номер $(case.number)"}}
			p.put(t, "/api/services/"+p.serviceID, object{"email": rules})
			_, domain, _ := strings.Cut(p.address, "@")

			signers := func() []string {
				t.Helper()
				all, err := dkim.VerifyWithOptions(bytes.NewReader(out.last), &dkim.VerifyOptions{LookupTXT: dns.LookupTXT})
				must(t, err)
				var by []string
				for _, v := range all {
					must(t, v.Err)
					by = append(by, v.Domain)
				}
				return by
			}
			write := func(subject string) {
				t.Helper()
				must(t, smtp.SendMail(a.smtp.Addr().String(), nil, "ivan@example.com", []string{p.address},
					[]byte(fmt.Sprintf("From: Ivan <ivan@example.com>\r\nTo: %s\r\nSubject: %s\r\n\r\nWhere is it?\r\n", p.address, subject))))
			}
			answer := func(text string) {
				t.Helper()
				offer, err := hear(p.news, "offer.opened")
				must(t, err)
				segment, _ := offer["segmentId"].(string)
				must(t, p.do("POST", "/api/offers/"+segment+"/accept", nil))
				draft, err := accesstest.Call(a.server, p.agent, "POST", "/api/segments/"+segment+"/drafts", object{"kind": "reply"})
				must(t, err)
				id, _ := draft["id"].(string)
				must(t, p.do("PUT", "/api/mails/"+id, object{"version": draft["version"], "to": draft["to"], "cc": []any{}, "bcc": []any{}, "subject": draft["subject"], "html": text}))
				must(t, p.do("POST", "/api/mails/"+id+"/send", object{"close": true}))
				must(t, p.do("POST", "/api/segments/"+segment+"/finish", object{}))
			}

			write("Before")
			if ack := out.next(t); ack.Automatic == "" || len(signers()) != 0 {
				t.Fatalf("the acknowledgement before there was a key: %q %v", ack.Subject, signers())
			}
			answer("<p>Not signed</p>")
			if m := out.next(t); !strings.Contains(m.Text, "Not signed") || len(signers()) != 0 {
				t.Fatalf("%q %v", m.Text, signers())
			}

			key, err := c.call("POST", "/api/dkim-keys", object{"domain": domain})
			must(t, err)
			id, _ := key["id"].(string)
			if _, err := c.call("POST", "/api/dkim-keys/"+id+"/use", object{}); err == nil || !strings.Contains(err.Error(), "PAR-6009") {
				t.Fatalf("put in use without a record: %v", err)
			}
			dns.Set(key["recordName"].(string), "something else")
			check, err := c.call("POST", "/api/dkim-keys/"+id+"/check", nil)
			must(t, err)
			if got := check["key"].(object)["checkResult"]; got != "different" || check["found"].([]any)[0] != "something else" {
				t.Fatalf("%v", check)
			}
			dns.Set(key["recordName"].(string), key["recordValue"].(string))
			used, err := c.call("POST", "/api/dkim-keys/"+id+"/use", object{})
			must(t, err)
			if used["state"] != "signing" || used["checkResult"] != "same" {
				t.Fatalf("%v", used)
			}

			write("After")
			if ack := out.next(t); ack.Automatic == "" || !slices.Equal(signers(), []string{domain}) {
				t.Fatalf("the acknowledgement: %q %v", ack.Subject, signers())
			}
			answer("<p>Signed: <b>подпись</b></p>")
			m := out.next(t)
			if !strings.Contains(m.Text, "подпись") || !slices.Equal(signers(), []string{domain}) {
				t.Fatalf("%q %v", m.Text, signers())
			}
			var stored string
			must(t, a.db.Read().NewSelect().Table("mails").Column("message_id").Where("tenant_id = ? AND message_id = ?", c.world.Tenant, m.MessageID).Scan(ctx, &stored))

			settings, err := c.call("GET", "/api/settings", nil)
			must(t, err)
			settings["signIn"].(object)["resetMailboxId"] = p.boxID
			_, err = c.call("PUT", "/api/settings", settings)
			must(t, err)
			userID, login, err := c.world.NewUser(ctx)
			must(t, err)
			p.put(t, "/api/users/"+userID, object{"email": "vera@example.com"})
			nobody := matrixtest.Caller{Host: c.world.Host, Sign: func(r *http.Request) { r.Header.Set("X-Parley", "1") }}
			_, err = accesstest.Call(a.server, nobody, "POST", "/api/session/reset", object{"login": login})
			must(t, err)
			if m := out.next(t); !resetLink.MatchString(m.Text) || !slices.Equal(signers(), []string{domain}) {
				t.Fatalf("the link: %q %v", m.Text, signers())
			}

			_, err = c.call("DELETE", "/api/dkim-keys/"+id, nil)
			must(t, err)
			write("Last")
			if out.next(t); len(signers()) != 0 {
				t.Fatalf("signed by a key that was removed: %v", signers())
			}
		})
	}
}
