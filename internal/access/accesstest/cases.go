package accesstest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"parley/internal/web/matrixtest"
)

// Cases are those of access, org and audit. owner may do everything.
func Cases(ctx context.Context, w World, owner matrixtest.Caller) map[string]matrixtest.Case {
	c := &cases{ctx: ctx, world: w, owner: owner, all: map[string]matrixtest.Case{}}
	c.session()
	c.keys()
	c.kinds()
	c.settings()
	c.administration()
	return c.all
}

type cases struct {
	ctx   context.Context
	world World
	owner matrixtest.Caller
	all   map[string]matrixtest.Case
}

type request = matrixtest.Request

func (c *cases) session() {
	c.all["signIn"] = matrixtest.Case{Make: func() (request, error) {
		_, login, err := c.world.NewUser(c.ctx)
		return request{Body: map[string]any{"login": login, "password": Password}}, err
	}}
	fresh := func(body any) matrixtest.Case { // somebody new each time, whose session or password may go
		somebody := &matrixtest.Caller{Host: c.world.Host, Sign: func(*http.Request) {}}
		return matrixtest.Case{As: somebody, Make: func() (request, error) {
			who, err := c.world.Somebody(c.ctx)
			somebody.Sign = who.Sign
			return request{Body: body}, err
		}}
	}
	out := fresh(nil)
	out.NoRepeat = "the session is over after the first"
	c.all["signOut"] = out
	c.all["getResetOffer"] = matrixtest.Case{Make: func() (request, error) { return request{}, nil }}
	// Without a mailbox no links are sent; app's own test has one, and a link.
	c.all["askReset"] = matrixtest.Case{Make: func() (request, error) {
		return request{Body: map[string]any{"login": "somebody"}, Status: http.StatusConflict}, nil
	}}
	c.all["resetPassword"] = matrixtest.Case{Make: func() (request, error) {
		return request{Body: map[string]any{"token": "no link", "new": "another password 2"}, Status: http.StatusUnprocessableEntity}, nil
	}}
	c.all["changePassword"] = fresh(map[string]any{"old": Password, "new": "another password 2"})
}

func (c *cases) keys() {
	body := func() map[string]any {
		return map[string]any{"name": Unique("key "), "scopes": []string{"handle.chat"}}
	}
	c.kind("api-keys", "ApiKey", "update", body)
	c.all["renewApiKey"] = c.all["getApiKey"]
}

// kinds are the generic operations of org.
func (c *cases) kinds() {
	for _, k := range []struct {
		plural, name string
		body         func() map[string]any
	}{
		{"users", "User", func() map[string]any { return map[string]any{"login": Unique("person")} }},
		{"roles", "Role", func() map[string]any {
			return map[string]any{"name": Unique("role "), "privileges": []string{"handle.chat"}}
		}},
		{"teams", "Team", func() map[string]any { return map[string]any{"name": Unique("team ")} }},
		{"skills", "Skill", func() map[string]any { return map[string]any{"name": Unique("skill "), "kind": "language"} }},
		{"services", "Service", func() map[string]any { return map[string]any{"name": Unique("service "), "channel": "chat"} }},
		{"dispositions", "Disposition", func() map[string]any { return map[string]any{"name": Unique("outcome "), "kind": "success"} }},
		{"categories", "Category", func() map[string]any { return map[string]any{"name": Unique("category ")} }},
		{"case-fields", "CaseField", func() map[string]any { return map[string]any{"name": Unique("field ")} }},
		{"calendars", "Calendar", func() map[string]any { return map[string]any{"name": Unique("hours "), "timeZone": "Asia/Omsk"} }},
		{"reasons", "Reason", func() map[string]any {
			n := Unique("reason ")
			return map[string]any{"name": map[string]any{"ru": n, "en": n}}
		}},
		{"entries", "Entry", func() map[string]any {
			return map[string]any{"name": Unique("entry "), "serviceId": c.first("services")}
		}},
		{"trunks", "Trunk", func() map[string]any {
			return map[string]any{"name": Unique("trunk "), "addresses": []string{"203.0.113.7"}}
		}},
		{"prompts", "Prompt", func() map[string]any { return map[string]any{"name": Unique("prompt ")} }},
	} {
		c.kind(k.plural, k.name, "change", k.body)
	}
}

func (c *cases) kind(plural, name, change string, body func() map[string]any) {
	Kind(c.all, c.world.Handler, c.owner, plural, name, change, body)
}

// Kind adds the cases of create, get, change and delete of one kind of things:
// their URL, the name in the operations' ids, and what makes a new one.
func Kind(all map[string]matrixtest.Case, h http.Handler, owner matrixtest.Caller, plural, name, change string, body func() map[string]any) {
	url := "/api/" + plural
	made := func() (map[string]any, request, error) {
		b := body()
		thing, err := Call(h, owner, http.MethodPost, url, b)
		if err != nil {
			return nil, request{}, err
		}
		id, _ := thing["id"].(string)
		return thing, request{Path: map[string]string{"id": id}, Body: b}, nil
	}
	all["create"+name] = matrixtest.Case{Make: func() (request, error) { return request{Body: body(), Status: 201}, nil }}
	one := matrixtest.Case{Make: func() (request, error) { _, r, err := made(); return r, err }}
	all["get"+name], all["delete"+name] = one, one
	all[change+name] = matrixtest.Case{Make: func() (request, error) {
		thing, r, err := made()
		if err == nil {
			r.Body.(map[string]any)["version"] = thing["version"]
		}
		return r, err
	}}
}

func (c *cases) settings() {
	c.all["changeSettings"] = matrixtest.Case{Make: func() (request, error) {
		now, err := Call(c.world.Handler, c.owner, http.MethodGet, "/api/settings", nil)
		if err != nil {
			return request{}, err
		}
		return request{Body: map[string]any{"version": now["version"], "timeZone": "Europe/Moscow"}}, nil
	}}
}

// first is the id of any thing of a kind.
func (c *cases) first(plural string) string {
	page, err := Call(c.world.Handler, c.owner, http.MethodGet, "/api/"+plural, nil)
	if err != nil {
		return err.Error() // the operation's own refusal then shows it
	}
	items, _ := page["items"].([]any)
	for _, item := range items {
		if id, ok := item.(map[string]any)["id"].(string); ok {
			return id
		}
	}
	return strings.TrimSpace(fmt.Sprint("no ", plural))
}
