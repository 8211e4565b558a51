package org_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/secret"
)

func (c *centre) withBox() *centre {
	keys, _, err := secret.Load(filepath.Join(c.t.TempDir(), "key"))
	if err != nil {
		c.t.Fatal(err)
	}
	box, err := keys.Box("mail")
	if err != nil {
		c.t.Fatal(err)
	}
	c.org.UseBox(box)
	return c
}

func (c *centre) emailService(name string) string {
	return c.do("services", "POST", "/api/services", obj{"name": name, "channel": "email"}).is(201).object()["id"].(string)
}

func TestMailboxes(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx := context.Background()
		c.withBox()
		service, billing := c.emailService("Letters"), c.emailService("Billing")
		c.run(t, "[M-15/mailboxes] an address belongs to one mailbox of the installation, written in any way", func(t *testing.T) {
			c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "m", "serviceId": c.seeded().ServiceID, "address": "a@shop.example"}).is(422, "PAR-0001 serviceId")
			c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "m", "serviceId": service}).is(422, "PAR-0001 address")
			c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "m", "serviceId": service, "address": "no address"}).is(422, "PAR-0001 address")
			c.do("admin", "POST", "/api/entries", obj{"kind": "chat", "name": "m", "serviceId": c.seeded().ServiceID, "address": "a@shop.example"}).is(422, "PAR-0001 address")
			made := c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "Help", "serviceId": service, "address": "Help@Shop.example",
				"aliases": []string{"справка@почта.рф"}}).is(201).object()
			id := made["id"].(string)
			for _, known := range []string{"help@shop.example", "HELP@SHOP.EXAMPLE.", "справка@почта.рф", "Справка@xn--80a1acny.xn--p1ai"} {
				tenant, e, ok, err := c.org.MailboxByAddress(ctx, known)
				if err != nil || !ok || tenant != c.tid() || e.ID != id {
					t.Errorf("%s: %v %v", known, ok, err)
				}
			}
			if _, _, ok, err := c.org.MailboxByAddress(ctx, "other@shop.example"); ok || err != nil {
				t.Errorf("an address nobody has: %v %v", ok, err)
			}
			again := obj{"kind": "mailbox", "name": "Again", "serviceId": service, "address": "x@shop.example", "aliases": []string{"help@shop.EXAMPLE"}}
			c.do("admin", "POST", "/api/entries", again).is(422, "PAR-0001 aliases[0]")
			c.host = other
			foreign := c.emailService("Letters")
			c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "Theirs", "serviceId": foreign, "address": "help@shop.example"}).is(422, "PAR-0001 address")
			c.host = own
			c.do("admin", "PUT", "/api/entries/"+id, obj{"version": 1, "aliases": []string{}}).is(200)
			if _, _, ok, _ := c.org.MailboxByAddress(ctx, "справка@почта.рф"); ok {
				t.Error("an alias taken away is still taken in")
			}
			c.do("admin", "PUT", "/api/entries/"+id, obj{"version": 2, "active": false}).is(200)
			if _, _, ok, _ := c.org.MailboxByAddress(ctx, "help@shop.example"); ok {
				t.Error("a mailbox switched off is found")
			}
			c.do("admin", "POST", "/api/entries", again).is(422, "PAR-0001 aliases[0]")
			c.do("admin", "DELETE", "/api/entries/"+id, nil).is(204)
			c.do("admin", "POST", "/api/entries", again).is(201)
		})
		c.run(t, "[M-15/mailboxes] a suspended tenant has no mailboxes", func(t *testing.T) {
			c.do("admin", "POST", "/api/entries", obj{"kind": "mailbox", "name": "S", "serviceId": service, "address": "s@shop.example"}).is(201)
			status := func(to string) {
				c.write(func(ctx context.Context, tx *db.Tx) error {
					now, err := c.org.Tenant(ctx, c.tid())
					if err != nil {
						return err
					}
					_, err = c.org.ChangeTenant(ctx, tx, c.tid(), now.Version, func(t *org.Tenant) error { t.Status = to; return nil })
					return err
				})
			}
			before, err := c.org.Mailboxes(ctx)
			status(org.TenantSuspended)
			_, _, ok, _ := c.org.MailboxByAddress(ctx, "s@shop.example")
			after, err2 := c.org.Mailboxes(ctx)
			status(org.TenantActive)
			if ok || err != nil || err2 != nil || len(before) == 0 || len(after) != 0 {
				t.Errorf("found %v; %d mailboxes before, %d after; %v %v", ok, len(before), len(after), err, err2)
			}
		})
		c.run(t, "[E-5] rules name a service for e-mail and a condition", func(t *testing.T) {
			with := func(rule obj) obj {
				return obj{"kind": "mailbox", "name": "Rules", "serviceId": service, "address": "rules@shop.example", "rules": []obj{rule}}
			}
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{}, "in": "both", "serviceId": billing})).is(422, "PAR-0001 rules[0].words")
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{"bill"}, "in": "both", "serviceId": "none"})).is(422, "PAR-0001 rules[0].serviceId")
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{"bill"}, "in": "both", "serviceId": c.seeded().ServiceID})).is(422, "PAR-0001 rules[0].serviceId")
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{}, "in": "both", "to": "x@y.example", "serviceId": billing})).is(422, "PAR-0001 rules[0].to")
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{}, "in": "both", "from": "@", "serviceId": billing})).is(422, "PAR-0001 rules[0].from")
			c.do("admin", "POST", "/api/entries", with(obj{"words": []string{"bill", "счёт"}, "in": "subject", "from": "@bank.example", "language": "ru", "serviceId": billing})).is(201)
			c.do("services", "DELETE", "/api/services/"+billing, nil).is(409)
		})
	})
}

func TestMailboxSecrets(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx := context.Background()
		c.withBox()
		service := c.emailService("Letters")
		imap := func(more obj) obj {
			m := obj{"host": "imap.shop.example", "user": "help"}
			for k, v := range more {
				m[k] = v
			}
			return m
		}
		var id string
		version := 1
		change := func(body obj) answer {
			body["version"] = version
			return c.do("admin", "PUT", "/api/entries/"+id, body)
		}
		secretOf := func(side string) org.MailSecret {
			s, err := c.org.MailSecret(ctx, c.tid(), id, side)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		c.run(t, "[M-31/accounts] passwords are kept encrypted and never shown, not even in the audit log", func(t *testing.T) {
			body := obj{"kind": "mailbox", "name": "Secret", "serviceId": service, "address": "help@shop.example", "imap": imap(nil)}
			c.do("admin", "POST", "/api/entries", body).is(422, "PAR-0001 imap.password")
			body["imap"] = imap(obj{"password": "pa55-word"})
			body["relay"] = obj{"host": "smtp.shop.example", "user": "help", "password": "relay-word"}
			made := c.do("admin", "POST", "/api/entries", body).is(201)
			id = made.object()["id"].(string)
			if strings.Contains(string(made.body), "-word") || made.object()["imap"].(obj)["hasSecret"] != true {
				t.Errorf("answered %s", made.body)
			}
			if in := made.object()["imap"].(obj); in["port"] != 993.0 || in["tls"] != "implicit" || in["folder"] != "INBOX" {
				t.Errorf("defaults: %v", in)
			}
			if secretOf("imap").Password != "pa55-word" || secretOf("relay").Password != "relay-word" {
				t.Errorf("kept %v %v", secretOf("imap"), secretOf("relay"))
			}
			for table, column := range map[string]string{"entries": "body", "audit_entries": "became"} {
				var rows []string
				if err := c.db.Read().NewSelect().Table(table).ColumnExpr("CAST("+column+" AS TEXT)").Scan(ctx, &rows); err != nil {
					t.Fatal(err)
				}
				if all := strings.Join(rows, "\n"); !strings.Contains(all, "imap.shop.example") || strings.Contains(all, "-word") {
					t.Errorf("%s: %s", table, all)
				}
			}
		})
		c.run(t, "[M-31/accounts] a kept password goes with its server and user: it is never sent elsewhere", func(t *testing.T) {
			change(obj{"imap": imap(obj{"folder": "Help"})}).is(200)
			version++
			if secretOf("imap").Password != "pa55-word" {
				t.Error("the password was lost by another change")
			}
			change(obj{"imap": imap(obj{"host": "imap.thief.example"})}).is(422, "PAR-0001 imap.password")
			change(obj{"imap": imap(obj{"user": "boss"})}).is(422, "PAR-0001 imap.password")
			change(obj{"imap": imap(obj{"host": "imap.new.example", "password": "other-word"})}).is(200)
			version++
			if secretOf("imap").Password != "other-word" {
				t.Error("the new password was not kept")
			}
			change(obj{"imap": obj{}}).is(200)
			version++
			if secretOf("imap") != (org.MailSecret{}) {
				t.Error("the password stayed with an account that is gone")
			}
		})
		c.run(t, "[M-31/accounts] OAuth2 keeps the client's secret and the refresh token; a renewed one replaces it", func(t *testing.T) {
			oauth := obj{"tokenUrl": "https://login.example/token", "clientId": "parley"}
			change(obj{"imap": imap(obj{"auth": "oauth2", "oauth": oauth})}).is(422, "PAR-0001 imap.oauth.refreshToken")
			oauth["refreshToken"], oauth["clientSecret"] = "refresh-1", "client"
			change(obj{"imap": imap(obj{"auth": "oauth2", "oauth": oauth})}).is(200)
			version++
			if err := c.org.KeepMailToken(ctx, c.tid(), id, "imap", "refresh-1", "refresh-2"); err != nil {
				t.Fatal(err)
			}
			if err := c.org.KeepMailToken(ctx, c.tid(), id, "imap", "refresh-1", "refresh-3"); err != nil {
				t.Fatal(err)
			}
			if got := secretOf("imap"); got != (org.MailSecret{ClientSecret: "client", RefreshToken: "refresh-2"}) {
				t.Errorf("kept %+v", got)
			}
		})
		c.run(t, "[M-31/accounts] private addresses only where the operator allows them", func(t *testing.T) {
			change(obj{"imap": imap(obj{"host": "127.0.0.1", "password": "x"})}).is(422, "PAR-0001 imap.host")
			change(obj{"relay": obj{"host": "localhost"}}).is(422, "PAR-0001 relay.host")
			change(obj{"relay": obj{"host": "mail.example", "tls": "sometimes"}}).is(422)
		})
	})
}

func TestEmailRules(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		id := c.emailService("Letters")
		read := func() obj { return c.do("services", "GET", "/api/services/"+id, nil).is(200).object()["email"].(obj) }
		change := func(more obj) answer {
			rules := read()
			for k, v := range more {
				rules[k] = v
			}
			version := c.do("services", "GET", "/api/services/"+id, nil).object()["version"]
			return c.do("services", "PUT", "/api/services/"+id, obj{"version": version, "email": rules})
		}
		c.run(t, "[E-3] the acknowledgement has ready-made texts, a daily limit and only variables there are", func(t *testing.T) {
			if r := read(); r["acknowledge"] != false || r["ackPerDay"] != 5.0 || !strings.Contains(r["ack"].(obj)["ru"].(obj)["text"].(string), "$(case.number)") {
				t.Errorf("defaults: %v", r)
			}
			ack := func(text string) obj {
				return obj{"ack": obj{"ru": obj{"subject": "№ $(case.number)", "text": text}}}
			}
			change(ack("$(case.nummer)")).is(422, "PAR-0001 email.ack.ru.text")
			change(ack("$(User.firstName)")).is(422, "PAR-0001 email.ack.ru.text")
			change(ack("$(case.number")).is(422, "PAR-0001 email.ack.ru.text")
			change(obj{"acknowledge": true, "ack": obj{}}).is(422, "PAR-0001 email.acknowledge")
			change(obj{"acknowledge": true, "ack": obj{"ru": obj{}, "en": obj{"subject": "We have it"}}}).is(422, "PAR-0001 email.ack.en.text")
			change(obj{"acknowledge": true, "ack": obj{"ru": obj{}, "en": obj{"subject": "We have it", "text": "Thanks"}}}).is(200)
			change(ack("Здравствуйте, $(from.name)! Цена $5 (пять).")).is(200)
		})
		c.run(t, "[E-27] greeting and signature take the agent's name", func(t *testing.T) {
			change(obj{"greeting": obj{"ru": "$(User.lastname)"}}).is(422, "PAR-0001 email.greeting.ru")
			change(obj{"signature": obj{"en": "$(User.firstName) $(User.lastName), $(app.emailAddress)"}}).is(200)
		})
		c.run(t, "[E-29] a file has at most what the whole mail and the settings allow", func(t *testing.T) {
			change(obj{"fileMaxBytes": 30 << 20}).is(422, "PAR-0001 email.fileMaxBytes")
			change(obj{"fileMaxBytes": 26 << 20, "totalMaxBytes": 40 << 20}).is(422, "PAR-0001 email.fileMaxBytes")
			change(obj{"fileMaxBytes": 20 << 20, "totalMaxBytes": 30 << 20}).is(200)
			change(obj{"replies": "nobody"}).is(422)
		})
		c.run(t, "[E-6] a service stored before there was e-mail has the ready-made rules", func(t *testing.T) {
			c.write(func(ctx context.Context, tx *db.Tx) error {
				minus := "body = json_remove(body, '$.email')"
				if tx.Engine() == db.Postgres {
					minus = "body = body - 'email'"
				}
				_, err := tx.NewUpdate().Table("services").Set(minus).Where("id = ?", id).Exec(ctx)
				return err
			})
			if r := read(); r["replies"] != "offer" || r["push"] != true || r["totalMaxBytes"] != float64(25<<20) {
				t.Errorf("read %v", r)
			}
			change(obj{}).is(200)
		})
	})
}
