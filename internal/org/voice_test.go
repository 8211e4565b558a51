package org_test

import (
	"context"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/org"
	"parley/internal/secret"
)

func TestTrunks(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx := context.Background()
		keys, _, err := secret.Load(filepath.Join(t.TempDir(), "key"))
		if err != nil {
			t.Fatal(err)
		}
		box, err := keys.Box("trunk")
		if err != nil {
			t.Fatal(err)
		}
		c.org.UseBox(box)
		id := c.do("admin", "POST", "/api/trunks", obj{"name": "Carrier", "addresses": []string{"203.0.113.7", "::ffff:198.51.100.0/120"},
			"host": "sip.example", "user": "parley", "password": "pa55-word"}).is(201).object()["id"].(string)
		c.run(t, "[M-30/trunks] calls are taken from a trunk's addresses only", func(t *testing.T) {
			trunk, err := c.org.Trunk(ctx, c.tid(), id)
			if err != nil {
				t.Fatal(err)
			}
			for from, want := range map[string]bool{"203.0.113.7": true, "203.0.113.8": false, "198.51.100.200": true, "::ffff:203.0.113.7": true, "2001:db8::1": false} {
				if got := trunk.Takes(netip.MustParseAddr(from)); got != want {
					t.Errorf("from %s: taken is %v", from, got)
				}
			}
		})
		c.run(t, "[M-30/trunks] the password is kept encrypted and never shown, not even in the audit log", func(t *testing.T) {
			read := c.do("admin", "GET", "/api/trunks/"+id, nil).is(200)
			if strings.Contains(string(read.body), "pa55-word") || read.object()["hasPassword"] != true {
				t.Errorf("read: %s", string(read.body))
			}
			if got, err := c.org.TrunkPassword(ctx, c.tid(), id); err != nil || got != "pa55-word" {
				t.Errorf("password %q, %v", got, err)
			}
			c.do("admin", "PUT", "/api/trunks/"+id, obj{"version": 1, "name": "Carrier 2"}).is(200)
			if got, _ := c.org.TrunkPassword(ctx, c.tid(), id); got != "pa55-word" {
				t.Errorf("after another change: %q", got)
			}
			c.do("admin", "PUT", "/api/trunks/"+id, obj{"version": 2, "password": "other-word"}).is(200)
			if got, _ := c.org.TrunkPassword(ctx, c.tid(), id); got != "other-word" {
				t.Errorf("after a new one: %q", got)
			}
			for table, column := range map[string]string{"trunks": "body", "audit_entries": "became"} {
				var rows []string
				if err := c.db.Read().NewSelect().Table(table).ColumnExpr("CAST("+column+" AS TEXT)").Scan(ctx, &rows); err != nil {
					t.Fatal(err)
				}
				if all := strings.Join(rows, "\n"); !strings.Contains(all, "Carrier 2") || strings.Contains(all, "pa55-word") || strings.Contains(all, "other-word") {
					t.Errorf("%s: %s", table, all)
				}
			}
		})
		c.run(t, "[M-30/registration] signing in at a host needs the host and the user", func(t *testing.T) {
			c.do("admin", "POST", "/api/trunks", obj{"name": "r", "addresses": []string{"192.0.2.1"}, "register": true}).is(422, "PAR-0001 host")
			c.do("admin", "POST", "/api/trunks", obj{"name": "r", "host": "sip.example", "register": true}).is(422, "PAR-0001 user")
			c.do("admin", "POST", "/api/trunks", obj{"name": "r"}).is(422, "PAR-0001 addresses")
			c.do("admin", "POST", "/api/trunks", obj{"name": "r", "host": "sip.example", "codecs": []string{"OPUS"}}).is(422, "PAR-0001 codecs[0]")
		})
		c.run(t, "[M-15/numbers] a number leads to a service for calls and is nobody else's", func(t *testing.T) {
			chat := c.seeded().ServiceID
			voice := c.do("services", "POST", "/api/services", obj{"name": "Hotline", "channel": "voice"}).is(201).object()["id"]
			c.do("admin", "POST", "/api/entries", obj{"kind": "number", "name": "n0", "serviceId": chat, "number": "100"}).is(422, "PAR-0001 serviceId")
			c.do("admin", "POST", "/api/entries", obj{"kind": "number", "name": "n0", "serviceId": voice, "number": "call me"}).is(422, "PAR-0001 number")
			made := c.do("admin", "POST", "/api/entries", obj{"kind": "number", "name": "n1", "serviceId": voice, "number": "+7 (495) 123-45-67", "trunkId": id}).is(201).object()
			if made["number"] != "+74951234567" {
				t.Errorf("kept as %v", made["number"])
			}
			again := obj{"kind": "number", "name": "n2", "serviceId": voice, "number": "74951234567", "trunkId": id}
			c.do("admin", "POST", "/api/entries", again).is(422, "PAR-0001 number")
			c.do("admin", "PUT", "/api/entries/"+made["id"].(string), obj{"version": 1, "kind": "call", "number": "", "trunkId": ""}).is(422, "PAR-0001 kind")
			c.do("admin", "DELETE", "/api/trunks/"+id, nil).is(409)
			c.do("admin", "DELETE", "/api/entries/"+made["id"].(string), nil).is(204)
			c.do("admin", "POST", "/api/entries", again).is(201)
			if _, _, err := c.org.EntryByKey(ctx, org.EntryChat, "tel:"+id+":74951234567"); err == nil {
				t.Error("a number answers as a chat")
			}
		})
	})
}
