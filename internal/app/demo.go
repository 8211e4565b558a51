package app

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"parley/internal/access"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/web/demo"
)

// The demo's hosts. All end in .localhost, which browsers take to loopback without asking anybody.
const (
	demoSiteHost   = "shop.localhost"
	demoWidgetHost = "chat.localhost"
)

// demoPeople are the demo centre's users; everybody knows their passwords, which is why a demo listens on loopback only.
var demoPeople = []struct {
	kind, login, host, password string
	first, last, position       string
	roles                       []string
}{
	{"agent", "anna", "anna.localhost", "anna-demo-1", "Анна", "Белова", "Оператор", []string{org.RoleAgent}},
	{"agent", "boris", "boris.localhost", "boris-demo-1", "Борис", "Котов", "Оператор", []string{org.RoleAgent}},
	{"supervisor", "supervisor", "supervisor.localhost", "supervisor-demo-1", "Вера", "Орлова", "Супервизор", []string{org.RoleSupervisor}},
	{"admin", "admin", "admin.localhost", "admin-demo-1", "Глеб", "Седов", "Администратор", []string{org.RoleSystemAdmin, org.RoleSecurityAdmin, org.RoleServiceAdmin, org.RoleSupervisor}},
}

func (a *App) makeDemo(ctx context.Context) error {
	hashes := map[string]string{}
	for _, p := range demoPeople {
		h, err := access.HashPassword(p.password)
		if err != nil {
			return err
		}
		hashes[p.login] = h
	}
	return a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		ctx = org.System(ctx)
		hosts := []string{demoWidgetHost}
		for _, p := range demoPeople {
			hosts = append(hosts, p.host)
		}
		t := org.NewTenant("Ромашка", "ru", hosts...)
		t.Operator = true
		if err := a.org.CreateTenant(ctx, tx, t); err != nil {
			return err
		}
		seeded, err := a.org.Seed(ctx, tx, t.ID, "ru")
		if err != nil {
			return err
		}
		users := map[string]*org.User{}
		for i, p := range demoPeople {
			u := &org.User{Login: p.login, FirstName: p.first, LastName: p.last, Nickname: p.first, Position: p.position, TeamID: seeded.TeamID,
				Extension: strconv.Itoa(101 + i)}
			for _, r := range p.roles {
				u.RoleIDs = append(u.RoleIDs, seeded.RoleIDs[r])
			}
			if err := a.org.CreateUser(ctx, tx, t.ID, u, hashes[p.login]); err != nil {
				return err
			}
			users[p.login] = u
		}
		return a.demoServices(ctx, tx, t.ID, seeded, users["supervisor"].ID)
	})
}

// demoServices turns the seeded service into Sales and adds Support, both served by the one team.
func (a *App) demoServices(ctx context.Context, tx *db.Tx, tenant string, seeded org.Seeded, supervisorID string) error {
	sales, err := a.org.ChangeService(ctx, tx, tenant, seeded.ServiceID, 1, func(s *org.Service) error {
		s.Name, s.Channel = "Продажи", org.ChannelBlended
		return nil
	})
	if err != nil {
		return err
	}
	post := org.NewService("Письма")
	post.Channel, post.SLSeconds, post.OfferSeconds = org.ChannelEmail, 8*60*60, 60
	post.DispositionIDs = sales.DispositionIDs
	post.Email.Push, post.Email.FromName = true, "«Ромашка»"
	if err := a.org.CreateService(ctx, tx, tenant, post); err != nil {
		return err
	}
	support := org.NewService("Поддержка")
	support.Channel = org.ChannelBlended
	support.DispositionIDs = sales.DispositionIDs
	if err := a.org.CreateService(ctx, tx, tenant, support); err != nil {
		return err
	}
	if _, err := a.org.ChangeTeam(ctx, tx, tenant, seeded.TeamID, 1, func(t *org.Team) error {
		t.Name = "Первая линия"
		t.SupervisorIDs, t.ServiceIDs = []string{supervisorID}, []string{sales.ID, support.ID, post.ID}
		return nil
	}); err != nil {
		return err
	}
	_, err = a.org.ChangeEntry(ctx, tx, tenant, seeded.EntryID, 1, func(e *org.Entry) error {
		e.Name, e.Key = "Сайт «Ромашка»", demoEntryKey
		e.AllowedOrigins = []string{"http://" + demoSiteHost}
		return nil
	})
	if err != nil {
		return err
	}
	button := org.NewEntry("Кнопка «Позвонить нам»")
	button.Kind, button.Key, button.ServiceID = org.EntryCall, demoCallKey, sales.ID
	button.AllowedOrigins = []string{"http://" + demoSiteHost}
	if err := a.org.CreateEntry(ctx, tx, tenant, button); err != nil {
		return err
	}
	phones := org.NewTrunk("Телефоны на этом компьютере")
	phones.Addresses = []string{"127.0.0.0/8"}
	if err := a.org.CreateTrunk(ctx, tx, tenant, phones); err != nil {
		return err
	}
	box := org.NewEntry("Почта «Ромашки»")
	box.Kind, box.Address, box.FromName, box.ServiceID = org.EntryMailbox, demoAddress, "«Ромашка»", post.ID
	if err := a.org.CreateEntry(ctx, tx, tenant, box); err != nil {
		return err
	}
	if err := a.demoCategories(ctx, tx, tenant); err != nil {
		return err
	}
	if err := a.demoCaseFields(ctx, tx, tenant); err != nil {
		return err
	}
	number := org.NewEntry("Номер 100")
	number.Kind, number.Number, number.ServiceID = org.EntryNumber, demoNumber, sales.ID
	return a.org.CreateEntry(ctx, tx, tenant, number)
}

// demoCategories makes the tree of what the demo's customers write about.
func (a *App) demoCategories(ctx context.Context, tx *db.Tx, tenant string) error {
	for _, branch := range [][]string{{"Заказ", "Изменить заказ", "Отменить заказ"}, {"Доставка", "Опаздывает", "Не тот адрес", "Повреждено"},
		{"Оплата", "Возврат денег", "Документы"}} {
		top := &org.Category{Name: branch[0]}
		if err := a.org.CreateCategory(ctx, tx, tenant, top); err != nil {
			return err
		}
		for _, name := range branch[1:] {
			if err := a.org.CreateCategory(ctx, tx, tenant, &org.Category{Name: name, ParentID: top.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoCaseFields makes what the demo's agents say of a case.
func (a *App) demoCaseFields(ctx context.Context, tx *db.Tx, tenant string) error {
	for _, f := range []*org.CaseField{
		{Name: "Номер заказа", Kind: org.FieldText, Order: 10},
		{Name: "Способ доставки", Kind: org.FieldChoice, Options: []string{"Курьер", "Пункт выдачи", "Почта"}, Order: 20},
	} {
		if err := a.org.CreateCaseField(ctx, tx, tenant, f); err != nil {
			return err
		}
	}
	return nil
}

// demoNumber is what phones on this computer dial.
const demoNumber = "100"

// Public keys of the demo site's chat and its button for calls.
const (
	demoEntryKey = "demo-shop"
	demoCallKey  = "demo-call"
)

// allowDemoSite lets the demo site's origin use the chat and the button; it has the port of this start in it.
func (a *App) allowDemoSite(ctx context.Context, port int) error {
	origin := fmt.Sprintf("http://%s:%d", demoSiteHost, port)
	for kind, key := range map[string]string{org.EntryChat: demoEntryKey, org.EntryCall: demoCallKey} {
		tenant, e, err := a.org.EntryByKey(ctx, kind, key)
		if fail.Code(err) == fail.CodeNotFound || err == nil && e.Allows(origin) {
			continue // taken away by somebody who tries things out, or right already
		}
		if err != nil {
			return err
		}
		err = a.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
			_, err := a.org.ChangeEntry(org.System(ctx), tx, tenant, e.ID, e.Version, func(e *org.Entry) error {
				e.AllowedOrigins = []string{origin}
				return nil
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// places lists where to go, for the start page and the terminal.
func (a *App) places(_ context.Context, port int) ([]place, error) {
	if !a.cfg.Demo {
		return nil, nil
	}
	var out []place
	for _, p := range demoPeople {
		out = append(out, place{Kind: p.kind, URL: fmt.Sprintf("http://%s:%d/", p.host, port), Login: p.login, Password: p.password})
	}
	if a.sip != nil {
		out = append(out, place{Kind: "phone", URL: fmt.Sprintf("sip:%s@%s", demoNumber, a.sip.Addr())})
	}
	if a.smtp != nil {
		out = append(out, place{Kind: "mail", URL: fmt.Sprintf("http://%s:%d/write", demoSiteHost, port),
			Command: fmt.Sprintf("swaks --server %s --from you@example.org --to %s --header 'Subject: Hello' --body 'Where is my tea?'", a.smtp.Addr(), demoAddress)},
			place{Kind: "post", URL: fmt.Sprintf("http://%s:%d/post", demoSiteHost, port)})
	}
	return append(out, place{Kind: "site", URL: fmt.Sprintf("http://%s:%d/", demoSiteHost, port)},
		place{Kind: "api", URL: fmt.Sprintf("http://admin.localhost:%d/api/openapi.json", port)}), nil
}

// demoSite is the demo company's web site, on an origin of its own.
func (a *App) demoSite(port int) (http.Handler, error) {
	from := fmt.Sprintf("http://%s:%d", demoWidgetHost, port)
	chat := demo.Widget{Src: from + "/widget.js", Key: demoEntryKey, CallSrc: from + "/call.js", CallKey: demoCallKey}
	var mail demo.Mail
	if a.smtp != nil {
		mail = customers{a}
	}
	return demo.Handler(func(*http.Request) (demo.Widget, error) { return chat, nil }, mail)
}
