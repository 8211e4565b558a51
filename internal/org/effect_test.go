package org_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

func TestDefaults(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx, tenant, s := t.Context(), c.tid(), c.seeded()
		c.run(t, "[M-46] a new tenant has what a first chat needs", func(t *testing.T) {
			_, e, err := c.org.EntryByKey(ctx, org.EntryChat, s.EntryKey)
			if err != nil || e.ServiceID != s.ServiceID || len(e.PreChat) == 0 || !e.Offline.Enabled {
				t.Errorf("%+v %v", e, err)
			}
			service, _ := c.org.Service(ctx, tenant, s.ServiceID)
			if service.SLPercent != 80 || service.SLSeconds != 20 || service.Chat.Texts["ru"].IdleQuestion == "" || service.Chat.Texts["en"].IdleQuestion == "" {
				t.Errorf("%+v", service)
			}
			if open, err := c.org.OpenNow(ctx, tenant, service.CalendarID, 1); !open || err != nil {
				t.Error("the default service is closed", err)
			}
			ds, _ := c.org.Dispositions(ctx, tenant, s.ServiceID)
			if len(ds) != 6 || !slices.ContainsFunc(ds, func(d *org.Disposition) bool { return d.Spam }) || !slices.ContainsFunc(ds, func(d *org.Disposition) bool { return d.ClosesCase }) {
				t.Errorf("%+v", ds)
			}
			a, err := c.org.AgentRouting(ctx, tenant, c.id("anna"))
			if err != nil || len(a.Skills) != 1 || a.Skills[0].SkillID != service.SkillID || !slices.Contains(a.Kinds, org.WorkChat) {
				t.Errorf("%+v %v", a, err)
			}
		})
		c.run(t, "[M-14/defaults] reasons to choose and those Parley sets itself, named in both languages", func(t *testing.T) {
			mine, _ := c.org.ReasonsFor(ctx, tenant, s.TeamID)
			var names []string
			for _, r := range mine {
				names = append(names, r.Name["ru"])
				if r.Name["en"] == "" || r.System != "" {
					t.Errorf("%+v", r)
				}
			}
			if !slices.Equal(names[:3], []string{"Обед", "Перерыв", "Нет на месте"}) {
				t.Error(names)
			}
			for _, id := range org.SystemReasons {
				if r, err := c.org.Reason(ctx, tenant, id); err != nil || r.System != id {
					t.Errorf("%s: %+v %v", id, r, err)
				}
			}
			c.do("admin", "DELETE", "/api/reasons/rejected", nil).is(409, "PAR-0005")
			c.do("admin", "PUT", "/api/reasons/rejected", obj{"version": 1, "name": obj{"ru": "Отказался", "en": "Declined"}}).is(200)
			c.do("admin", "PUT", "/api/reasons/rejected", obj{"version": 2, "dailyMinutes": 5}).is(422, "PAR-0001 system")
		})
		c.run(t, "[M-14/teams] a reason of certain teams is for them only", func(t *testing.T) {
			night := c.do("admin", "POST", "/api/teams", obj{"name": "Night"}).is(201).object()["id"].(string)
			id := c.do("admin", "POST", "/api/reasons", obj{"name": obj{"en": "Nap"}, "teamIds": []string{night}, "dailyMinutes": 20, "break": true, "icon": "bed"}).is(201).object()["id"]
			for team, want := range map[string]bool{night: true, s.TeamID: false} {
				rs, _ := c.org.ReasonsFor(ctx, tenant, team)
				if got := slices.ContainsFunc(rs, func(r *org.Reason) bool { return r.ID == id }); got != want {
					t.Errorf("%s: %v", team, got)
				}
			}
		})
		c.run(t, "[M-3/rules] a team's rules default to decision 4, empty reasons mean the system's", func(t *testing.T) {
			r, err := c.org.Routing(ctx, tenant)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(r.Teams, func(x org.RoutingTeam) bool { return x.ID == s.TeamID })
			want := org.StateRules{
				AfterSignIn: org.StateRule{State: "not_ready", ReasonID: "sign_in"}, AfterContact: org.StateRule{State: "ready"}, AfterWrapup: org.StateRule{State: "ready"},
				AfterReject: org.StateRule{State: "not_ready", ReasonID: "rejected"}, AfterNoAnswer: org.StateRule{State: "not_ready", ReasonID: "no_answer"}}
			if r.Teams[i].Rules != want || !r.Teams[i].Wrapup || r.GraceMs != 15_000 || r.ReofferMs != 120_000 {
				t.Errorf("%+v", r)
			}
			if share := r.Capacity.Shares[org.WorkChat]; share.Takes != 25 || share.Needs != 25 {
				t.Errorf("%+v", r.Capacity)
			}
		})
	})
}

func TestEffectAtOnce(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		ctx, tenant, s := t.Context(), c.tid(), c.seeded()
		c.run(t, "[M-4/service-skill] a service makes its own skill, renames it and takes it along", func(t *testing.T) {
			made := c.do("services", "POST", "/api/services", obj{"name": "Sales"}).is(201).object()
			id, skill := made["id"].(string), made["skillId"].(string)
			if k, err := c.org.Skill(ctx, tenant, skill); err != nil || k.Name != "Sales" || k.Kind != org.SkillService || k.ServiceID != id {
				t.Fatalf("%+v %v", k, err)
			}
			c.do("services", "PUT", "/api/services/"+id, obj{"version": 1, "name": "Big sales"}).is(200)
			if k, _ := c.org.Skill(ctx, tenant, skill); k.Name != "Big sales" {
				t.Errorf("%+v", k)
			}
			c.do("services", "DELETE", "/api/skills/"+skill, nil).is(409, "PAR-0005")
			c.do("services", "PUT", "/api/skills/"+skill, obj{"version": 2, "name": "x"}).is(409, "PAR-0005")
			c.do("services", "POST", "/api/skills", obj{"name": "x", "kind": "service"}).is(422, "PAR-0001 kind")
			c.do("services", "DELETE", "/api/services/"+id, nil).is(204)
			if k, _ := c.org.Skill(ctx, tenant, skill); !k.Archived {
				t.Errorf("%+v", k)
			}
		})
		c.run(t, "[M-4/levels] an agent's own level wins over the team's; 0 is not qualified", func(t *testing.T) {
			service, _ := c.org.Service(ctx, tenant, s.ServiceID)
			level := func() int {
				a, err := c.org.AgentRouting(ctx, tenant, c.id("anna"))
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range a.Skills {
					if k.SkillID == service.SkillID {
						return k.Level
					}
				}
				return 0
			}
			team := func(body obj) {
				t.Helper()
				v, _ := c.org.Team(ctx, tenant, s.TeamID)
				body["version"] = v.Version
				c.do("admin", "PUT", "/api/teams/"+s.TeamID, body).is(200)
			}
			user := func(skills []obj) {
				t.Helper()
				c.do("admin", "PUT", "/api/users/"+c.id("anna"), obj{"version": version(c, "anna"), "skills": skills}).is(200)
			}
			if level() != org.DefaultServiceLevel {
				t.Error(level())
			}
			if team(obj{"serviceLevels": obj{s.ServiceID: 30}}); level() != 30 {
				t.Error(level())
			}
			if user([]obj{{"skillId": service.SkillID, "level": 90}}); level() != 90 {
				t.Error(level())
			}
			if user([]obj{{"skillId": service.SkillID, "level": 0}}); level() != 0 {
				t.Error(level())
			}
			if user(nil); level() != 30 {
				t.Error(level())
			}
			if team(obj{"serviceIds": []string{}}); level() != 0 {
				t.Error(level())
			}
			team(obj{"serviceIds": []string{s.ServiceID}})
		})
		c.run(t, "[M-10/effect] what is set of a service is what the next contact gets", func(t *testing.T) {
			sv, _ := c.org.Service(ctx, tenant, s.ServiceID)
			english := c.do("admin", "POST", "/api/skills", obj{"name": "English", "kind": "language"}).is(201).object()["id"].(string)
			c.do("services", "PUT", "/api/services/"+s.ServiceID, obj{"version": sv.Version, "offerSeconds": 33, "priority": 7, "choice": "rank",
				"requiredSkills": []obj{{"skillId": english, "level": 60}}, "queueLimit": obj{"seconds": 300, "size": 9}, "noAgentsExit": "close", "lastAgentSeconds": 40,
				"steps": []obj{{"afterSeconds": 20, "lowerLevelTo": 10, "addServiceIds": []string{}, "addSkills": []obj{}, "widenTeamIds": []string{s.TeamID}, "addPriority": 2}}}).is(200)
			r, err := c.org.Routing(ctx, tenant)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Services[slices.IndexFunc(r.Services, func(x org.RoutingService) bool { return x.ID == s.ServiceID })]
			if got.OfferMs != 33_000 || got.Priority != 7 || got.Choice != org.ChoiceRank || got.MaxWaitMs != 300_000 || got.QueueSize != 9 || !got.NoAgents || got.LastAgentMs != 40_000 ||
				!slices.Equal(got.Skills, []org.SkillLevel{{SkillID: sv.SkillID, Level: 1}, {SkillID: english, Level: 60}}) ||
				len(got.Steps) != 1 || *got.Steps[0].LowerLevelTo != 10 || !slices.Equal(got.TeamIDs, []string{s.TeamID}) {
				t.Errorf("%+v", got)
			}
			for field, body := range map[string]obj{
				"offerSeconds":          {"offerSeconds": 2},
				"steps[1].afterSeconds": {"steps": []obj{step(9), step(9)}},
				"requiredSkills":        {"requiredSkills": []obj{{"skillId": "none", "level": 1}}},
				"dispositionIds":        {"dispositionIds": []string{"none"}},
				"mandatoryDisposition":  {"mandatoryDisposition": true, "dispositionIds": []string{}},
				"chat.fileTypes[0]":     {"chat": chatRules(obj{"fileTypes": []string{"../exe"}})},
				"calendarId":            {"calendarId": "none"},
			} {
				body["version"] = sv.Version + 1
				got := c.do("services", "PUT", "/api/services/"+s.ServiceID, body).is(422).object()["field"].(string)
				if strings.TrimPrefix(got, "body.") != field && !strings.HasPrefix(got, field) {
					t.Errorf("%v: blamed %s, want %s", body, got, field)
				}
			}
		})
		c.run(t, "[M-3/hierarchy] a team is not below itself", func(t *testing.T) {
			a := c.do("admin", "POST", "/api/teams", obj{"name": "A", "parentId": s.TeamID}).is(201).object()["id"].(string)
			v, _ := c.org.Team(ctx, tenant, s.TeamID)
			c.do("admin", "PUT", "/api/teams/"+s.TeamID, obj{"version": v.Version, "parentId": a}).is(422, "PAR-0001 parentId")
			c.do("admin", "PUT", "/api/teams/"+s.TeamID, obj{"version": v.Version, "parentId": s.TeamID}).is(422, "PAR-0001 parentId")
		})
		c.run(t, "[M-3/help] help links and start pages lead to web pages only", func(t *testing.T) {
			for _, url := range []string{"javascript:alert(1)", "data:text/html,x", "//x", "ftp://x", "https://u:p@x.example"} {
				c.do("admin", "POST", "/api/teams", obj{"name": "L", "startPage": url}).is(422, "PAR-0001 startPage")
				c.do("admin", "POST", "/api/teams", obj{"name": "L", "helpLinks": []obj{{"title": obj{"en": "x"}, "url": url}}}).is(422, "PAR-0001 helpLinks[0].url")
			}
			c.do("admin", "POST", "/api/teams", obj{"name": "L", "startPage": "https://intranet.example/start", "helpLinks": []obj{{"title": obj{"ru": "Видео"}, "url": "https://x.example/v"}},
				"sounds": obj{"offer": true, "message": false, "email": false}, "recordCalls": true, "homeFigures": []string{"sl"}}).is(201)
		})
		c.run(t, "[M-15/chat-entry] an entry is found by its key, its sites by their origin, and a new key ends the old one", func(t *testing.T) {
			_, e, _ := c.org.EntryByKey(ctx, org.EntryChat, s.EntryKey)
			c.do("admin", "PUT", "/api/entries/"+e.ID, obj{"version": e.Version, "allowedOrigins": []string{"https://Shop.example", "http://*.dev.example:8080"}}).is(200)
			_, e, _ = c.org.EntryByKey(ctx, org.EntryChat, s.EntryKey)
			for origin, want := range map[string]bool{"https://shop.example": true, "https://SHOP.example:443": true, "http://a.dev.example:8080": true, "http://a.b.dev.example:8080": true,
				"http://shop.example": false, "https://shop.example.evil.example": false, "https://evilshop.example": false, "http://dev.example:8080": false, "http://a.dev.example": false, "null": false, "": false} {
				if e.Allows(origin) != want {
					t.Errorf("%q: %v", origin, !want)
				}
			}
			renewed := c.do("admin", "POST", "/api/entries/"+e.ID+"/key", obj{"version": e.Version}).is(200).object()["key"].(string)
			if _, _, err := c.org.EntryByKey(ctx, org.EntryChat, s.EntryKey); err == nil {
				t.Error("the old key still works")
			}
			if at, got, err := c.org.EntryByKey(ctx, org.EntryChat, renewed); err != nil || at != tenant || got.ID != e.ID {
				t.Error(err)
			}
			c.do("admin", "PUT", "/api/entries/"+e.ID, obj{"version": e.Version + 1, "active": false}).is(200)
			if _, _, err := c.org.EntryByKey(ctx, org.EntryChat, renewed); err == nil {
				t.Error("a switched off entry is still served")
			}
			voice := c.do("services", "POST", "/api/services", obj{"name": "Calls", "channel": "voice"}).is(201).object()["id"]
			c.do("admin", "PUT", "/api/entries/"+e.ID, obj{"version": e.Version + 2, "serviceId": voice}).is(422, "PAR-0001 serviceId")
			c.do("admin", "PUT", "/api/entries/"+e.ID, obj{"version": e.Version + 2, "key": "chosen"}).is(200)
			if _, _, err := c.org.EntryByKey(ctx, org.EntryChat, "chosen"); err == nil {
				t.Error("a key could be chosen")
			}
		})
		c.run(t, "[M-11/codes] codes are unique, folders part equal names", func(t *testing.T) {
			c.do("services", "POST", "/api/dispositions", obj{"name": "Sold", "folder": "A", "code": "s1"}).is(201)
			c.do("services", "POST", "/api/dispositions", obj{"name": "SOLD", "folder": "A"}).is(422, "PAR-0001 name")
			c.do("services", "POST", "/api/dispositions", obj{"name": "Sold", "folder": "B"}).is(201)
			c.do("services", "POST", "/api/dispositions", obj{"name": "Other", "code": "s1"}).is(422, "PAR-0001 code")
		})
		c.run(t, "[M-10/effect] capacity is set for the tenant and laid over the defaults", func(t *testing.T) {
			v := c.do("admin", "GET", "/api/settings", nil).is(200).object()["version"]
			c.do("admin", "PUT", "/api/settings", obj{"version": v, "capacity": obj{"shares": obj{"chat": obj{"takes": 10, "needs": 10}}}, "graceSeconds": 20, "rampUpSeconds": 3}).is(200)
			r, _ := c.org.Routing(ctx, tenant)
			if r.Capacity.Shares["chat"].Takes != 10 || r.Capacity.Shares["call"].Takes != 100 || r.GraceMs != 20_000 || r.RampUpMs != 3000 {
				t.Errorf("%+v", r)
			}
			c.do("admin", "PUT", "/api/settings", obj{"version": v, "graceSeconds": 20}).is(409, "PAR-0003")
			c.do("anna", "PUT", "/api/settings", obj{"version": v}).is(403)
		})
		c.run(t, "[M-13/import] holidays are shown first, then added, once", func(t *testing.T) {
			file := []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Новый год\r\nDTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
			url := "/api/calendars/" + s.OfficeHoursID + "/import"
			var r org.HolidaysResult
			c.do("services", "POST", url, obj{"file": file, "dryRun": true, "version": 1}).is(200).into(&r)
			if k, _ := c.org.Calendar(ctx, tenant, s.OfficeHoursID); len(r.Added) != 2 || len(k.Exceptions) != 0 {
				t.Errorf("%+v", r)
			}
			c.do("services", "POST", url, obj{"file": file, "dryRun": false, "version": 1}).is(200)
			k, _ := c.org.Calendar(ctx, tenant, s.OfficeHoursID)
			if len(k.Exceptions) != 2 || k.Exceptions[0] != (org.Exception{Date: "2027-01-01", Closed: true, Name: "Новый год"}) {
				t.Errorf("%+v", k.Exceptions)
			}
			c.do("services", "POST", url, obj{"file": file, "dryRun": false, "version": 1}).is(409, "PAR-0003")
			c.do("services", "POST", url, obj{"file": file, "dryRun": false, "version": 2}).is(200).into(&r)
			if r.Known != 2 || len(r.Added) != 0 {
				t.Errorf("%+v", r)
			}
			c.do("services", "POST", url, obj{"file": []byte("x"), "dryRun": true, "version": 3}).is(422, "PAR-0001 file")
		})
	})
}

func TestFileLimits(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		c.run(t, "[M-10/effect] no service allows more or other files than the contact centre", func(t *testing.T) {
			s, url := c.seeded(), "/api/services/"
			sv := func() any { v, _ := c.org.Service(t.Context(), c.tid(), s.ServiceID); return v.Version }
			st := func() any { return c.do("admin", "GET", "/api/settings", nil).is(200).object()["version"] }
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileMaxBytes": 26 << 20})}).is(422, "PAR-0001 chat.fileMaxBytes")
			c.do("admin", "PUT", "/api/settings", obj{"version": st(), "fileMaxBytes": 1 << 20}).is(422, "PAR-0001 fileMaxBytes")
			c.do("admin", "PUT", "/api/settings", obj{"version": st(), "fileTypes": []string{"png"}}).is(422, "PAR-0001 fileTypes")
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileMaxBytes": 1000, "fileTypes": []string{"png"}})}).is(200)
			c.do("admin", "PUT", "/api/settings", obj{"version": st(), "fileMaxBytes": 1 << 20, "fileTypes": []string{"png"}}).is(200)
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileTypes": []string{"png", "exe"}})}).is(422, "PAR-0001 chat.fileTypes[1]")
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileTypes": []string{"image/*"}})}).is(422, "PAR-0001 chat.fileTypes[0]")
			c.do("admin", "PUT", "/api/settings", obj{"version": st(), "fileTypes": []string{"png", "image/*"}}).is(200)
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileTypes": []string{"image/*"}})}).is(200)
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileTypes": []string{"jpeg"}})}).is(200)
			c.do("services", "PUT", url+s.ServiceID, obj{"version": sv(), "chat": chatRules(obj{"fileTypes": []string{"image/png"}})}).is(422, "PAR-0001 chat.fileTypes[0]")
		})
	})
}

func step(after int) obj {
	return obj{"afterSeconds": after, "addServiceIds": []string{}, "addSkills": []obj{}, "widenTeamIds": []string{}, "addPriority": 1}
}

func chatRules(change obj) obj {
	rules := obj{"answerWarnSeconds": 1, "idleQuestionSeconds": 1, "idleCloseSeconds": 1, "texts": obj{}, "greeting": obj{}, "showPhoto": true, "previewUnsent": false, "fileMaxBytes": 1, "fileTypes": []string{}}
	for k, v := range change {
		rules[k] = v
	}
	return rules
}

func TestOtherNodes(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if cfg.Engine == db.SQLite {
			return // one process has the file
		}
		node := func(name string, port int, routes ...string) (*db.DB, *org.Org) {
			d := dbtest.Open(t, cfg)
			b, err := bus.Open(t.Context(), d, bus.Config{Node: name, Cluster: &bus.Cluster{Name: "c", Host: "127.0.0.1", Port: port, Routes: routes, User: "u", Password: "p"}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close() })
			o := org.New(d, b, audit.New(d, []byte("k")))
			t.Cleanup(func() { _ = o.Close() })
			return d, o
		}
		port := freePort(t)
		d1, first := node("n1", port)
		_, second := node("n2", -1, fmt.Sprintf("nats://u:p@127.0.0.1:%d", port))
		t.Run("[M-10/effect] a change on one node takes effect on the other without a restart", func(t *testing.T) {
			ctx := org.System(t.Context())
			tenant := org.NewTenant("x", "en", "x.test")
			var s org.Seeded
			write := func(f func(ctx context.Context, tx *db.Tx) error) {
				t.Helper()
				if err := d1.Write(ctx, db.Chat, f); err != nil {
					t.Fatal(err)
				}
			}
			write(func(ctx context.Context, tx *db.Tx) (err error) {
				if err = first.CreateTenant(ctx, tx, tenant); err == nil {
					s, err = first.Seed(ctx, tx, tenant.ID, "en")
				}
				return err
			})
			if id, err := second.TenantByHost(ctx, "x.test"); id != tenant.ID || err != nil {
				t.Fatal(id, err)
			}
			if sv, err := second.Service(ctx, tenant.ID, s.ServiceID); err != nil || sv.Name != "Chat" {
				t.Fatal(err)
			}
			write(func(ctx context.Context, tx *db.Tx) error {
				_, err := first.ChangeService(ctx, tx, tenant.ID, s.ServiceID, 1, func(sv *org.Service) error { sv.Name = "Help"; return nil })
				return err
			})
			await(t, func() bool {
				sv, err := second.Service(ctx, tenant.ID, s.ServiceID)
				return err == nil && sv.Name == "Help"
			})
			write(func(ctx context.Context, tx *db.Tx) error {
				_, err := first.ChangeTenant(ctx, tx, tenant.ID, 1, func(t *org.Tenant) error { t.Hosts = nil; return nil })
				return err
			})
			await(t, func() bool { id, err := second.TenantByHost(ctx, "x.test"); return err == nil && id == "" })
		})
	})
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
