package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/web/matrixtest"
)

// floorCases are the matrix's cases for what needs an agent with a customer.
type floorCases struct {
	app     *App
	world   accesstest.World
	owner   matrixtest.Caller
	ownerID string
	all     map[string]matrixtest.Case
}

type (
	request = matrixtest.Request
	object  = map[string]any
)

// counter is a service with an entry, a team and agents of its own, so that its
// customers come to nobody else.
type counter struct {
	c                         *floorCases
	ctx                       context.Context
	teamID, serviceID, entry  string
	agent                     matrixtest.Caller
	agentID                   string
	news                      *bus.Subscription // what the agent's desk hears
	segment, talk, contactRec string            // segment, conversation, interaction
}

const site = "https://shop.test"

// open makes a counter with one agent, who is on the floor.
func (c *floorCases) open(ctx context.Context) (*counter, error) {
	k := &counter{c: c, ctx: ctx}
	service, err := c.call("POST", "/api/services", object{"name": accesstest.Unique("line "), "channel": "blended"})
	if err != nil {
		return nil, err
	}
	k.serviceID, _ = service["id"].(string)
	team, err := c.call("POST", "/api/teams", object{"name": accesstest.Unique("crew "), "serviceIds": []string{k.serviceID}, "supervisorIds": []string{c.ownerID}})
	if err != nil {
		return nil, err
	}
	k.teamID, _ = team["id"].(string)
	entry, err := c.call("POST", "/api/entries", object{"name": accesstest.Unique("door "), "serviceId": k.serviceID, "allowedOrigins": []string{site}, "active": true})
	if err != nil {
		return nil, err
	}
	k.entry, _ = entry["key"].(string)
	k.agent, k.agentID, k.news, err = k.hire()
	return k, err
}

func (c *floorCases) call(method, path string, body any) (object, error) {
	return accesstest.Call(c.world.Handler, c.owner, method, path, body)
}

// hire makes an agent of the team and brings them to the floor.
func (k *counter) hire() (who matrixtest.Caller, id string, news *bus.Subscription, err error) {
	w := k.c.world
	id, login, err := w.NewUser(k.ctx, org.Privileges()...)
	if err != nil {
		return who, id, nil, err
	}
	if _, err = k.c.call("PUT", "/api/users/"+id, object{"version": 1, "teamId": k.teamID}); err != nil {
		return who, id, nil, err
	}
	if news, err = k.c.app.bus.Feed().Subscribe(k.ctx, w.Tenant, []string{"u/" + id}, bus.FromNow, 1000); err != nil {
		return who, id, nil, err
	}
	token, err := w.SignIn(login)
	if err != nil {
		return who, id, nil, err
	}
	who = matrixtest.Caller{Host: w.Host, Sign: accesstest.Sign(token)}
	_, err = accesstest.Call(w.Handler, who, "POST", "/api/desk/shift", nil)
	return who, id, news, err
}

// hear waits for news of a type.
func hear(news *bus.Subscription, typ string) (object, error) {
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for {
		select {
		case ch, ok := <-news.C():
			if !ok {
				return nil, news.Err()
			}
			if ch.Type != typ {
				continue
			}
			var data object
			return data, json.Unmarshal(ch.Data, &data)
		case <-late.C:
			return nil, fmt.Errorf("no %s came", typ)
		}
	}
}

// visit lets a customer write; the contact is offered to the agent.
func (k *counter) visit() error {
	if _, err := accesstest.Call(k.c.world.Handler, k.agent, "POST", "/api/desk/state", object{"state": "ready"}); err != nil {
		return err
	}
	visitor, err := k.widget("/visitor", "", object{"page": object{"url": site + "/", "title": "Shop"}})
	if err != nil {
		return err
	}
	token, _ := visitor["token"].(string)
	opened, err := k.widget("/conversations", token, object{"clientId": accesstest.Unique("m"), "text": "Hello", "form": object{"name": "Ivan", "email": "ivan@example.com", "phone": "+79161234567"}, "lang": "en",
		"page": object{"url": site + "/", "title": "Shop"}})
	if err != nil {
		return err
	}
	talk, _ := opened["conversation"].(object)
	k.talk, _ = talk["id"].(string)
	offer, err := hear(k.news, "offer.opened")
	if err != nil {
		return err
	}
	k.segment, _ = offer["segmentId"].(string)
	k.contactRec, _ = offer["interactionId"].(string)
	return nil
}

func (k *counter) widget(path, token string, body any) (object, error) {
	return k.foreign("/widget/"+k.entry+path, token, body)
}

// foreign is a request of a page of the customer's site.
func (k *counter) foreign(path, token string, body any) (object, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r := httptest.NewRequest("POST", "http://"+k.c.world.Host+path, strings.NewReader(string(raw)))
	r.Header.Set("Origin", site)
	r.RemoteAddr = accesstest.Unique("[2001:db8:") + "::1]:1000" // a customer of their own: there is a limit for each
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	k.c.world.Handler.ServeHTTP(w, r)
	if w.Code > 299 {
		return nil, fmt.Errorf("%s: %d %s", path, w.Code, w.Body)
	}
	var out object
	return out, json.Unmarshal(w.Body.Bytes(), &out)
}

func (k *counter) accept() error { return k.do("POST", "/api/offers/"+k.segment+"/accept", object{}) }

func (k *counter) do(method, path string, body any) error {
	_, err := accesstest.Call(k.c.world.Handler, k.agent, method, path, body)
	if err != nil {
		return fmt.Errorf("%w\nkept of it: %s", err, k.kept())
	}
	return nil
}

// kept tells what is stored of the contact: what was decided, and what came of it.
func (k *counter) kept() string {
	var out []string
	for _, q := range []string{
		"SELECT 'part ' || state || ' of ' || user_id FROM participants WHERE segment_id = ?0",
		"SELECT 'segment ' || state || ' of ' || agent_id || ' ' || end_reason FROM segments WHERE id = ?0",
		"SELECT 'conversation ' || state FROM conversations WHERE id = ?1",
		"SELECT 'input ' || seq || ' ' || input || ' ' || effects FROM floor_inputs WHERE item_id = ?0 ORDER BY seq",
	} {
		var rows []string
		if err := k.c.app.db.Read().NewRaw(q, k.segment, k.talk).Scan(k.ctx, &rows); err != nil {
			rows = []string{err.Error()}
		}
		out = append(out, rows...)
	}
	return "agent " + k.agentID + "\n" + strings.Join(out, "\n")
}

// talking is a counter whose agent has a customer.
func (c *floorCases) talking(ctx context.Context) (*counter, error) {
	k, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.visit(); err != nil {
		return nil, err
	}
	return k, k.accept()
}

// at gives a case in which the agent of a new counter calls.
func (c *floorCases) at(ctx context.Context, prepare func(context.Context) (*counter, error), good func(k *counter) (request, error)) matrixtest.Case {
	agent := &matrixtest.Caller{Host: c.world.Host, Sign: func(*http.Request) {}}
	return matrixtest.Case{As: agent, Make: func() (request, error) {
		k, err := prepare(ctx)
		if err != nil {
			return request{}, err
		}
		agent.Sign = k.agent.Sign
		return good(k)
	}}
}

func (c *floorCases) add(ctx context.Context) {
	offered := func(ctx context.Context) (*counter, error) {
		k, err := c.open(ctx)
		if err != nil {
			return nil, err
		}
		return k, k.visit()
	}
	segment := func(name string, body func(k *counter) (any, error)) func(k *counter) (request, error) {
		return func(k *counter) (request, error) {
			b, err := body(k)
			return request{Path: map[string]string{name: k.segment}, Body: b}, err
		}
	}
	plain := func(b any) func(*counter) (any, error) { return func(*counter) (any, error) { return b, nil } }
	for _, id := range []string{"acceptOffer", "rejectOffer"} {
		offer := c.at(ctx, offered, segment("segmentId", plain(nil)))
		offer.Stranger, offer.Unknown = http.StatusConflict, http.StatusConflict // not offered to them: the floor forgets closed offers
		c.all[id] = offer
	}
	c.all["endSegment"] = c.at(ctx, c.talking, segment("id", plain(nil)))
	c.all["transferSegment"] = c.at(ctx, c.talking, segment("id", func(*counter) (any, error) {
		to, err := c.open(ctx)
		if err != nil {
			return nil, err
		}
		return object{"serviceId": to.serviceID, "note": "please"}, nil
	}))
	c.all["inviteToSegment"] = c.at(ctx, c.talking, segment("id", func(k *counter) (any, error) {
		_, id, _, err := k.hire()
		return object{"userId": id}, err
	}))
	c.all["removeParticipant"] = c.at(ctx, c.talking, segment("id", (*counter).join))
	c.all["finishSegment"] = c.at(ctx, c.talking, segment("id", func(k *counter) (any, error) {
		return object{"comment": "done"}, k.do("POST", "/api/segments/"+k.segment+"/end", nil) // decided when it answers (C-14)
	}))
	c.all["setOutcome"] = c.at(ctx, c.talking, segment("id", plain(object{"comment": "a note"})))
	c.all["linkContact"] = c.at(ctx, c.talking, segment("id", func(k *counter) (any, error) {
		card, err := accesstest.Call(c.world.Handler, k.agent, "POST", "/api/contacts", object{"name": accesstest.Unique("Customer "), "company": "", "segment": "", "language": "", "notes": "",
			"emails": []any{}, "phones": []any{}, "version": 0})
		return object{"contactId": card["id"]}, err
	}))
	talk := func(b any) func(k *counter) (request, error) {
		return func(k *counter) (request, error) { return request{Path: map[string]string{"id": k.talk}, Body: b}, nil }
	}
	c.all["listMessages"] = c.at(ctx, c.talking, talk(nil))
	c.all["readMessages"] = c.at(ctx, c.talking, talk(object{"n": 1}))
	c.all["sendMessage"] = c.at(ctx, c.talking, func(k *counter) (request, error) {
		return request{Path: map[string]string{"id": k.talk}, Body: object{"clientId": accesstest.Unique("a"), "text": "Good day"}}, nil
	})
	record := func(k *counter) (request, error) {
		return request{Path: map[string]string{"interactionId": k.contactRec}}, nil
	}
	c.all["getRecord"] = c.at(ctx, c.talking, record)
	c.all["explainRecord"] = c.at(ctx, c.talking, record)
	c.all["listAgentActivity"] = matrixtest.Case{Make: func() (request, error) {
		return request{Query: map[string][]string{"userId": {c.ownerID}, "from": {"1764288000000"}, "to": {"1764374400000"}}}, nil
	}}
	c.desk(ctx)
	c.voice(ctx)
	c.mails(ctx)
	c.administration(ctx)
}

// join brings a second agent into the conversation and gives the body that takes
// them out again.
func (k *counter) join() (any, error) {
	second, id, news, err := k.hire()
	if err != nil {
		return nil, err
	}
	if err := k.do("POST", "/api/segments/"+k.segment+"/invite", object{"userId": id}); err != nil {
		return nil, err
	}
	offer, err := hear(news, "offer.opened")
	if err != nil {
		return nil, err
	}
	part, _ := offer["segmentId"].(string)
	_, err = accesstest.Call(k.c.world.Handler, second, "POST", "/api/offers/"+part+"/accept", nil)
	return object{"segmentId": part}, err
}

func (c *floorCases) desk(ctx context.Context) {
	body := func(b any) func(*counter) (request, error) {
		return func(*counter) (request, error) { return request{Body: b}, nil }
	}
	c.all["startShift"] = c.at(ctx, c.open, body(nil))
	c.all["chooseState"] = c.at(ctx, c.open, body(object{"state": "ready"}))
	leave := c.at(ctx, c.open, body(object{"confirm": true}))
	leave.NoRepeat = "the session ends with it"
	c.all["leaveFloor"] = leave
	force := func(b any) matrixtest.Case {
		return matrixtest.Case{Make: func() (request, error) {
			k, err := c.open(ctx)
			if err != nil {
				return request{}, err
			}
			return request{Path: map[string]string{"userId": k.agentID}, Body: b}, nil
		}}
	}
	c.all["forceState"] = force(object{"state": "not_ready"})
	c.all["forceSignOut"] = force(object{"confirm": true})
	c.all["listDeskDispositions"] = c.at(ctx, c.open, func(k *counter) (request, error) {
		return request{Query: map[string][]string{"serviceId": {k.serviceID}}}, nil
	})
	c.all["saveDraft"] = matrixtest.Case{OwnOnly: true, Make: func() (request, error) {
		return request{Path: map[string]string{"key": "note"}, Body: object{"text": "half a sen"}}, nil
	}}
	c.all["changeProfile"] = matrixtest.Case{Make: func() (request, error) {
		now, err := c.call("GET", "/api/profile", nil)
		return request{Body: object{"version": now["version"], "nickname": "Nick"}}, err
	}}
}

func (c *floorCases) administration(ctx context.Context) {
	c.all["setUserPassword"] = matrixtest.Case{Make: func() (request, error) {
		id, _, err := c.world.NewUser(ctx)
		return request{Path: map[string]string{"id": id}, Body: object{"password": "a first password 1", "mustChange": true}}, err
	}}
	tenant := func() object {
		n := accesstest.Unique("t")
		return object{"name": "Centre " + n, "hosts": []string{n + ".test"}, "language": "en", "admin": object{"login": "root", "password": "a first password 1"}}
	}
	c.all["createTenant"] = matrixtest.Case{Make: func() (request, error) { return request{Body: tenant()}, nil }}
	one := func(good func(made object, r *request) error) matrixtest.Case {
		return matrixtest.Case{Stranger: http.StatusForbidden, Make: func() (request, error) { // only the operator's people look after tenants
			made, err := c.call("POST", "/api/tenants", tenant())
			if err != nil {
				return request{}, err
			}
			id, _ := made["id"].(string)
			r := request{Path: map[string]string{"id": id}}
			return r, good(made, &r)
		}}
	}
	suspended := func(made object, _ *request) error {
		_, err := c.call("POST", fmt.Sprintf("/api/tenants/%s/suspend", made["id"]), nil)
		return err
	}
	fine := func(object, *request) error { return nil }
	c.all["getTenant"], c.all["suspendTenant"], c.all["resumeTenant"] = one(fine), one(fine), one(suspended)
	c.all["changeTenant"] = one(func(made object, r *request) error {
		r.Body = object{"version": made["version"], "name": accesstest.Unique("Renamed ")}
		return nil
	})
	c.all["deleteTenant"] = one(func(made object, r *request) error {
		name, _ := made["name"].(string)
		r.Query = map[string][]string{"confirm": {name}}
		return suspended(made, r)
	})
	hook := func() object {
		return object{"name": accesstest.Unique("hook "), "url": "https://hooks.invalid/in", "events": []string{"interaction.finished"}, "active": false}
	}
	accesstest.Kind(c.all, c.world.Handler, c.owner, "webhooks", "Webhook", "change", hook)
	for _, id := range []string{"renewWebhookSecret", "listDeliveries", "testWebhook"} {
		c.all[id] = c.all["getWebhook"]
	}
	c.all["replayDelivery"] = matrixtest.Case{NoRepeat: "it is refused", Make: func() (request, error) {
		r, err := c.all["getWebhook"].Make()
		if err != nil {
			return r, err
		}
		sent, err := c.call("POST", "/api/webhooks/"+r.Path["id"]+"/test", nil)
		r.Path["delivery"], _ = sent["id"].(string)
		r.Status = http.StatusConflict // still being sent; webhook's own tests have the rest
		return r, err
	}}
	aside := matrixtest.Case{Make: func() (request, error) {
		id, err := c.putAside(ctx)
		return request{Path: map[string]string{"id": id}}, err
	}}
	c.all["retryQuarantined"], c.all["discardQuarantined"] = aside, aside
	c.files()
	c.contacts()
}

// putAside lets the floor find something it can't take, and gives its id in the
// quarantine.
func (c *floorCases) putAside(ctx context.Context) (id string, err error) {
	broken := accesstest.Unique("{broken ")
	err = c.world.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO floor_inbox (tenant_id, input, at) VALUES (?, ?, 1)", c.world.Tenant, broken).Exec(ctx)
		return err
	})
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for err == nil && id == "" {
		select {
		case <-late.C:
			return "", fmt.Errorf("%s was not put aside", broken)
		case <-time.After(20 * time.Millisecond):
		}
		err = c.world.DB.Read().NewSelect().Table("floor_quarantine").Column("id").Where("tenant_id = ? AND input = ?", c.world.Tenant, broken).Scan(ctx, &id)
		if db.IsNone(err) {
			err = nil
		}
	}
	return id, err
}

// dot is the smallest GIF there is.
var dot = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// files are the operations that take a file in their body.
func (c *floorCases) files() {
	c.all["importUsers"] = matrixtest.Case{Make: func() (request, error) {
		return request{Body: object{"dryRun": false, "file": base64.StdEncoding.EncodeToString([]byte("login,firstName\n" + accesstest.Unique("imported") + ",Ann\n"))}}, nil
	}}
	c.all["addPicture"] = matrixtest.Case{Make: func() (request, error) {
		return request{Body: object{"shape": "logo", "file": base64.StdEncoding.EncodeToString(dot)}}, nil
	}}
	c.all["importHolidays"] = matrixtest.Case{Make: func() (request, error) {
		made, err := c.call("POST", "/api/calendars", object{"name": accesstest.Unique("days "), "timeZone": "Europe/Moscow"})
		if err != nil {
			return request{}, err
		}
		id, _ := made["id"].(string)
		ics := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
		return request{Path: map[string]string{"id": id}, Body: object{"dryRun": false, "file": base64.StdEncoding.EncodeToString([]byte(ics)), "version": made["version"]}}, nil
	}}
	c.all["renewEntryKey"] = matrixtest.Case{Make: func() (request, error) {
		r, err := c.all["changeEntry"].Make()
		if err == nil {
			r.Body = object{"version": r.Body.(object)["version"]}
		}
		return r, err
	}}
}

func (c *floorCases) contacts() {
	fresh := func() object {
		return object{"id": "", "name": accesstest.Unique("Customer "), "company": "", "segment": "", "language": "en", "notes": "", "emails": []any{},
			"phones": []any{}, "createdAt": 0, "updatedAt": 0, "version": 0, "abilities": []any{}}
	}
	accesstest.Kind(c.all, c.world.Handler, c.owner, "contacts", "Contact", "change", fresh)
	create := c.all["createContact"]
	c.all["createContact"] = matrixtest.Case{Make: func() (request, error) {
		r, err := create.Make()
		r.Status = http.StatusOK
		return r, err
	}}
	delete(c.all, "deleteContact") // contacts are not deleted by hand yet
	c.all["listContactInteractions"], c.all["countContactCases"] = c.all["getContact"], c.all["getContact"]
}
