package email

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/blob"
	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

const tenant = "t1"

// settings is the administration of these tests: «post» is offered, «info» taken
// by hand; mails to shop@ go to post unless a rule says otherwise.
type settings struct {
	mu     sync.Mutex
	rules  map[string]Rules
	only   map[string][]string // dispositions of a service, where not all
	box    Mailbox
	fields []*org.CaseField
}

func newSettings() *settings {
	texts := map[string]AckText{"en": {"We have your request", "Dear $(from.name), your number is $(case.number)."}, "ru": {"", "Номер вашего обращения $(case.number)."}}
	post := Rules{ID: "post", Name: "Post", Push: true, Replies: RepliesOffer, SLMS: 3_600_000, Ack: true, AckPerDay: 2, AckTexts: texts,
		Greeting: map[string]string{"en": "Dear $(from.name)!", "ru": "Здравствуйте, $(from.name)!"}, Signature: map[string]string{"en": "$(User.firstName)\nThe shop"},
		FromName: "The shop", Dispositions: []string{"solved", "more", "spam"}}
	info := post
	info.ID, info.Name, info.Push, info.Ack, info.Replies = "info", "Info", false, false, RepliesPersonal
	return &settings{rules: map[string]Rules{"post": post, "info": info},
		box: Mailbox{ID: "box", Name: "Shop", Address: "shop@parley.test", Aliases: []string{"sales@parley.test"}, FromName: "Shop", ServiceID: "post", Active: true,
			Rules: []KeywordRule{{Words: []string{"возврат", "refund"}, In: "both", ServiceID: "info"}}}}
}

func (d *settings) Service(_ context.Context, t, id string) (Rules, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.rules[id]
	if !ok || t != tenant {
		return r, fail.NotFound("service")
	}
	return r, nil
}

func (d *settings) Mailbox(_ context.Context, t, id string) (Mailbox, error) {
	if t != tenant || id != "box" {
		return Mailbox{}, fail.NotFound("entry")
	}
	return d.box, nil
}

func (d *settings) MailboxFor(context.Context, string, string) (Mailbox, error) { return d.box, nil }
func (d *settings) Person(_ context.Context, _, id string) (Person, error) {
	name := strings.ToUpper(id[:1]) + id[1:]
	return Person{Name: name, FirstName: name, ReplyAll: id == "all"}, nil
}
func (d *settings) Can(_ context.Context, _, user, _ string) bool { return user != "clerk" }
func (d *settings) ServicesOf(_ context.Context, _, user string) (own, supervised []string, err error) {
	if user == "stranger" || user == "chief" { // of another team
		return nil, nil, nil
	}
	return []string{"post", "info"}, []string{"post", "info"}, nil
}
func (d *settings) Leads(_ context.Context, _, boss, user string) bool {
	return boss == "boss" && user != "stranger"
}
func (d *settings) Led(_ context.Context, _, boss string) ([]Member, error) {
	if boss != "boss" {
		return nil, nil
	}
	return []Member{{"anna", "Anna", "Post"}, {"boris", "Boris", "Post"}, {"clerk", "Clerk", "Post"}}, nil
}
func (d *settings) SameTeam(_ context.Context, _, a, b string) bool {
	return a != "stranger" && b != "stranger"
}
func (d *settings) DueAt(_ context.Context, _, _ string, from, ms int64) (int64, error) {
	return from + ms, nil
}
func (d *settings) Disposition(_ context.Context, _, id string) (Disposition, error) {
	return Disposition{Name: id, ClosesCase: id == "solved" || id == "spam", Spam: id == "spam"}, nil
}
func (d *settings) Categories(_ context.Context, _, service string) ([]CaseCategory, error) {
	list := []CaseCategory{{ID: "luggage", Name: "Luggage"}, {ID: "lost", Name: "Lost", ParentID: "luggage"}}
	if service == "info" {
		list = append(list, CaseCategory{ID: "refunds", Name: "Refunds"})
	}
	return list, nil
}
func (d *settings) CategoryNames(_ context.Context, _, id string) ([]string, error) {
	return map[string][]string{"luggage": {"Luggage"}, "lost": {"Luggage", "Lost"}, "refunds": {"Refunds"}}[id], nil
}
func (d *settings) CategoriesBelow(_ context.Context, _, id string) ([]string, error) {
	return map[string][]string{"luggage": {"luggage", "lost"}, "lost": {"lost"}, "refunds": {"refunds"}}[id], nil
}
func (d *settings) CaseFields(context.Context, string) ([]*org.CaseField, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fields, nil
}
func (d *settings) RoomForFile(context.Context, string, int64) error         { return nil }
func (d *settings) UseFileRoom(context.Context, *db.Tx, string, int64) error { return nil }
func (d *settings) Tenants(context.Context) ([]string, error)                { return []string{tenant}, nil }
func (*settings) AutoAnswers(context.Context, string, string, string) bool   { return false }
func (d *settings) UserName(_ context.Context, _, id string) string          { return id }
func (*settings) Extension(context.Context, string, string) string           { return "" }
func (d *settings) FloorConfig(context.Context, string) (core.Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	cfg := core.Config{Teams: []core.Team{{ID: "team", Wrapup: true, WrapupMs: 60_000}}}
	for _, id := range []string{"post", "info"} {
		cfg.Services = append(cfg.Services, core.Service{ID: id, Pull: !d.rules[id].Push, OfferMs: 20_000})
	}
	return cfg, nil
}
func (d *settings) AgentInput(_ context.Context, _, _ string, in *core.Input) error {
	in.Team = "team"
	return nil
}

// recordSettings narrows settings to what the records ask.
type recordSettings struct{ *settings }

func (d recordSettings) ServiceFacts(_ context.Context, _, id string) (interaction.ServiceFacts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if own := d.only[id]; own != nil {
		return interaction.ServiceFacts{Name: id, Channel: "email", SLMS: 3_600_000, DispositionIDs: own}, nil
	}
	return interaction.ServiceFacts{Name: id, Channel: "email", SLMS: 3_600_000, DispositionIDs: []string{"solved", "more", "spam"}}, nil
}

func (d recordSettings) DispositionFacts(_ context.Context, _, id string) (interaction.DispositionFacts, error) {
	return interaction.DispositionFacts{Name: id, Kind: "success"}, nil
}

// relay takes what is sent, as long as it is not told otherwise.
type relay struct {
	mu   sync.Mutex
	sent []Outgoing
	fail []error // of the next tries
}

func (r *relay) Send(_ context.Context, o Outgoing) (Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fail) > 0 {
		err := r.fail[0]
		r.fail = r.fail[1:]
		if err != nil {
			return Receipt{}, err
		}
	}
	r.sent = append(r.sent, o)
	return Receipt{Text: "250 ok"}, nil
}

func (r *relay) all() []Outgoing {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Outgoing(nil), r.sent...)
}

// desk is the channel over a real database with a real floor.
type desk struct {
	testing.TB
	ctx    context.Context
	db     *db.DB
	s      *Service
	set    *settings
	relay  *relay
	bus    *bus.Bus
	floors *floor.Floors
	n      int
}

func each(t *testing.T, f func(d *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newDesk(t, d)) })
}

// Run is a part of the test on the same desk.
func (k *desk) Run(name string, f func(t *testing.T)) { k.TB.(*testing.T).Run(name, f) }

func newDesk(t testing.TB, d *db.DB) *desk {
	ctx := context.Background()
	k := &desk{TB: t, ctx: ctx, db: d, set: newSettings(), relay: &relay{}}
	b, err := bus.Open(ctx, d, bus.Config{})
	k.must(err)
	k.bus = b
	t.Cleanup(func() { k.must(b.Close()) })
	blobs, err := blob.NewFolder(t.TempDir(), nil)
	k.must(err)
	change := func(tx *db.Tx, tenant, audience, kind string, data any) error {
		bus.Record(tx, tenant, audience, kind, data)
		return nil
	}
	records := interaction.New(d, recordSettings{k.set})
	k.floors = floor.New(floor.Config{DB: d, Bus: b, Interactions: records, Settings: k.set})
	k.s = New(Config{DB: d, Directory: k.set, Contacts: contact.New(d, "RU", change), Cases: cases.New(), Interactions: records, Blobs: blobs,
		Enqueue: k.floors.Enqueue, Floor: k.floors, Publish: b.Publish})
	k.s.UseTransport(k.relay)
	k.floors.AddRecorder(k.s)
	k.must(k.floors.Start(ctx))
	t.Cleanup(func() { k.must(k.floors.Close()) })
	return k
}

func (k *desk) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// until waits for something that another goroutine brings about.
func (k *desk) until(what string, ok func() bool) {
	k.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-limit.C:
			k.Fatalf("%s: not within 20 s", what)
		case <-look.C:
		}
	}
}

// letter is a mail with the lines that are named, then a text.
func letterOf(head map[string]string, text string) string {
	var b strings.Builder
	order := []string{"From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Content-Type"}
	for _, h := range order {
		if v, ok := head[h]; ok {
			fmt.Fprintf(&b, "%s: %s\r\n", h, v)
		}
	}
	return b.String() + "\r\n" + text + "\r\n"
}

// comes lets a mail arrive and be understood; it gives the row of its case.
func (k *desk) comes(head map[string]string, text string) *Mail {
	k.Helper()
	k.n++
	full := map[string]string{"From": "Ivan Petrov <ivan@example.org>", "To": "shop@parley.test", "Subject": "Lost bag",
		"Message-ID": fmt.Sprintf("<m%d@example.org>", k.n), "Content-Type": "text/plain; charset=utf-8"}
	for h, v := range head {
		full[h] = v
		if v == "" {
			delete(full, h)
		}
	}
	k.must(k.s.Take(k.ctx, Arrival{TenantID: tenant, EntryID: "box", Recipient: "shop@parley.test", Sender: "ivan@example.org", Source: "smtp",
		Raw: []byte(letterOf(full, text))}))
	k.understand()
	var m Mail
	k.must(k.db.Read().NewSelect().Model(&m).Where("m.tenant_id = ? AND m.direction = 'in'", tenant).Order("m.id DESC").Limit(1).Scan(k.ctx))
	return &m
}

func (k *desk) understand() {
	k.Helper()
	_, err := k.s.UnderstandSome(k.ctx, tenant)
	k.must(err)
}

func (k *desk) kase(id string) *cases.Case {
	k.Helper()
	c, err := k.s.cases.Get(k.ctx, k.db.Read(), tenant, id)
	k.must(err)
	return c
}

// row is where the open contact of a case stands: "team", "personal anna" …
func (k *desk) row(caseID string) *Row {
	k.Helper()
	r, err := k.s.lastRow(k.ctx, tenant, caseID)
	k.must(err)
	return r
}

func (k *desk) stands(caseID, want string) *Row {
	k.Helper()
	var r *Row
	k.until("the case stands "+want, func() bool {
		if r = k.row(caseID); r == nil {
			return want == "nowhere"
		}
		got := strings.TrimSpace(r.Place + " " + r.OwnerID)
		if r.Offered {
			got = "offered " + r.OwnerID
		}
		return got == want
	})
	return r
}

// ready brings agents to the floor.
func (k *desk) ready(agents ...string) {
	k.Helper()
	for _, a := range agents {
		_, err := k.floors.SignIn(k.ctx, tenant, a, "s-"+a, false)
		k.must(err)
		_, err = k.floors.ChooseState(k.ctx, tenant, a, "s-"+a, core.Ready, "")
		k.must(err)
	}
}

func (k *desk) who(user string, privileges ...string) web.Identity {
	who := web.Identity{TenantID: tenant, UserID: user, Privileges: map[string]bool{"handle.email": true}}
	for _, p := range privileges {
		who.Privileges[p] = true
	}
	return who
}

// send lets the jobs of outgoing mails run now.
func (k *desk) send() {
	k.Helper()
	var out []*Mail
	k.must(k.db.Read().NewSelect().Model(&out).Where("m.tenant_id = ? AND m.state = 'sending'", tenant).Order("m.id").Scan(k.ctx))
	for _, m := range out {
		k.must(k.s.try(k.ctx, attempt{TenantID: tenant, MailID: m.ID, Round: m.Version}))
	}
}

func (k *desk) setOutcome(segment, user, disposition, comment string) error {
	return k.db.Write(k.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := k.s.interactions.SetOutcome(ctx, tx, tenant, segment, user, interaction.Outcome{DispositionID: disposition, Comment: comment})
		return err
	})
}

// finds knows the cases that records are looked for by.
func (k *desk) finds(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, column, categoryID string, fields []string) (*bun.SelectQuery, error) {
	return cases.Finder{Known: k.set}.Narrow(ctx, from, q, tenant, column, cases.Wanted{CategoryID: categoryID, Fields: fields})
}
