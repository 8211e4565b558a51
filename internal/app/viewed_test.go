package app

import (
	"fmt"
	"net/http"
	"testing"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/web/matrixtest"
)

func TestViewsAreNoted(t *testing.T) {
	a := running(t, db.SQLite)
	c := ownCentre(t, a)
	ctx := t.Context()
	k, err := c.talking(ctx)
	must(t, err)
	c.send(t, k.agent, "POST", "/api/conversations/"+k.talk+"/files?name=offer.txt&clientId=f1", "text/plain", []byte("our offer"))
	p, err := c.inHand(ctx)
	must(t, err)
	looker, err := c.world.Somebody(ctx, "handle.others_cases", "records.view")
	must(t, err)
	made, err := c.call("POST", "/api/contacts", object{"name": "Ivan", "company": "", "segment": "", "language": "", "notes": "", "emails": []string{}, "phones": []string{}, "version": 0})
	must(t, err)
	views := func() map[string]int {
		must(t, a.audit.Close()) // what is being written, is
		acts, err := a.audit.Search(ctx, c.world.Tenant, audit.Filter{Action: "view", Limit: 100})
		must(t, err)
		n := map[string]int{}
		for _, e := range acts {
			n[e.Entity]++
		}
		return n
	}
	read := func(who matrixtest.Caller, path string) {
		t.Helper()
		if w := get(c.world.Handler, who.Host, path, who.Sign); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	var files []string
	must(t, a.db.Read().NewSelect().Table("files").Column("id").Where("tenant_id = ?", c.world.Tenant).Scan(ctx, &files))
	chat, mail := "/api/conversations/"+k.talk+"/messages", "/api/mails/"+p.mail
	t.Run("[M-41/access] one's own chat, its files and one's own mail leave no entry", func(t *testing.T) {
		read(k.agent, chat)
		read(k.agent, "/api/files/"+files[0])
		read(p.agent, mail)
		read(p.agent, mail+"/raw")
		if n := views(); len(n) != 0 {
			t.Errorf("%v", n)
		}
	})
	t.Run("[M-41/access] what belongs to others leaves one entry for each thing, however often it is looked at", func(t *testing.T) {
		for range 3 {
			for _, path := range []string{chat, "/api/files/" + files[0], mail, mail + "/raw", fmt.Sprintf("/api/contacts/%s", made["id"]), "/api/records/" + k.contactRec} {
				read(looker, path)
			}
		}
		n := views()
		for _, entity := range []string{"conversation", "case", "contact", "record"} {
			if n[entity] != 1 {
				t.Errorf("%s: %d entries of %v", entity, n[entity], n)
			}
		}
	})
}
