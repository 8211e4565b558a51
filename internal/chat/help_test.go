package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"parley/internal/blob"
	"parley/internal/bus"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

const tenant = "t1"

// settings is the administration of these tests.
type settings struct {
	rules  map[string]Rules
	people map[string]Person
	open   bool
	gone   string // a service that is archived
}

func (d *settings) Service(_ context.Context, t, id string) (Rules, error) {
	r, ok := d.rules[id]
	if !ok || t != tenant {
		return r, fail.NotFound("service")
	}
	return r, nil
}

func (d *settings) Serves(_ context.Context, t, id string) (bool, error) {
	_, ok := d.rules[id]
	return ok && t == tenant && id != d.gone, nil
}

func (d *settings) Person(_ context.Context, t, id string) (Person, error) {
	p, ok := d.people[id]
	if !ok || t != tenant {
		return p, fail.NotFound("user")
	}
	return p, nil
}

func (d *settings) Can(_ context.Context, _, user, privilege string) bool {
	return user != "clerk" || privilege != "handle.chat"
}

func (d *settings) OpenNow(context.Context, string, string, string, int64) (bool, error) {
	return d.open, nil
}

func (d *settings) MostOpen(context.Context, string) (int64, error) { return 0, nil }

func (d *settings) RoomForFile(context.Context, string, int64) error { return nil }

func (d *settings) UseFileRoom(context.Context, *db.Tx, string, int64) error { return nil }

func (d *settings) ServiceFacts(_ context.Context, _, id string) (interaction.ServiceFacts, error) {
	return interaction.ServiceFacts{Name: d.rules[id].Name, Channel: "chat", AnswerWarnSeconds: 60}, nil
}

func (d *settings) DispositionFacts(context.Context, string, string) (interaction.DispositionFacts, error) {
	return interaction.DispositionFacts{}, fail.NotFound("disposition")
}

func (*settings) AutoAnswers(context.Context, string, string, string) bool { return false }
func (d *settings) UserName(_ context.Context, _, id string) string        { return d.people[id].Name }
func (*settings) Extension(context.Context, string, string) string         { return "" }

// desk is one chat service over a real database, whose floor is the test's hand.
type desk struct {
	*testing.T
	ctx  context.Context
	db   *db.DB
	s    *Service
	set  *settings
	now  int64
	told *[]core.Input // what the floor was told, oldest first
}

func each(t *testing.T, f func(d *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newDesk(t, d)) })
}

func newDesk(t *testing.T, d *db.DB) *desk {
	k := &desk{T: t, ctx: context.Background(), db: d, now: 1_000_000, told: new([]core.Input)}
	texts := Texts{Waiting: "Please wait", IdleQuestion: "Are you there?", IdleClosed: "Closed, since you are silent", Closed: "We are closed", NoAgents: "Nobody is here", Offline: "We will answer"}
	sales := Rules{Name: "Sales", IdleQuestionSeconds: 60, IdleCloseSeconds: 30, Texts: map[string]Texts{"en": texts},
		Greeting: map[string]string{"en": "Hello %F, I am %AF"}, ShowPhoto: true, FileMaxBytes: 1 << 20, FileTypes: []string{"png", "pdf", "txt"}}
	support := sales
	support.Name, support.Greeting = "Support", nil
	k.set = &settings{open: true, rules: map[string]Rules{"sales": sales, "support": support}, people: map[string]Person{
		"anna": {Name: "Anna", FirstName: "Anna", LastName: "Petrova", PhotoID: "photo-anna"}, "boris": {Name: "Boris"},
		"clerk": {Name: "Clerk"}, "vera": {Name: "Vera", FirstName: "Vera", Greeting: "Vera here"}}}
	blobs, err := blob.NewFolder(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	change := func(tx *db.Tx, tenant, audience, kind string, data any) error {
		bus.Record(tx, tenant, audience, kind, data)
		return nil
	}
	k.s = New(Config{DB: d, Directory: k.set, Contacts: contact.New(d, "RU", change), Interactions: interaction.New(d, interactionSettings{k.set}), Blobs: blobs,
		Enqueue: func(_ context.Context, tx *db.Tx, _ string, in core.Input) error {
			tx.AfterCommit(func() { *k.told = append(*k.told, in) })
			return nil
		},
		Now: func() int64 { return k.now }})
	if err := k.s.Deadlines().Own(k.ctx, []string{tenant}); err != nil {
		t.Fatal(err)
	}
	return k
}

// interactionSettings narrows settings to what interactions ask.
type interactionSettings struct{ *settings }

func (k *desk) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// takeTold gives what the floor was told since the last call.
func (k *desk) takeTold() []core.Input {
	t := *k.told
	*k.told = nil
	return t
}

// decide lets the floor decide: interaction's part, then ours.
func (k *desk) decide(effects ...core.Effect) {
	k.Helper()
	k.now += 10
	var steps []interaction.Step
	for i := range effects {
		f := &effects[i]
		f.At = k.now
		st := interaction.Step{At: k.now, SegmentID: f.Item, AgentID: f.Agent}
		switch f.Type {
		case core.OutAssigned:
			st.Kind = interaction.StepAccepted
		case core.OutRequeued:
			st.Kind, st.AgentID = interaction.StepQueued, ""
		case core.OutEnded:
			st.Kind = interaction.StepEnded
		case core.OutFinished, core.OutExited, core.OutTimedOut, core.OutCancelled:
			st.Kind = interaction.StepFinished
		default:
			continue
		}
		steps = append(steps, st)
	}
	k.must(k.db.Write(k.ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		if err := k.s.interactions.Record(ctx, tx, tenant, steps, nil); err != nil {
			return err
		}
		return k.s.Record(ctx, tx, tenant, []floor.Happened{{At: k.now, Effects: effects}})
	}))
}

func (k *desk) visitor() Visitor {
	k.Helper()
	_, v, err := k.s.NewVisitor(k.ctx, tenant, "e1")
	k.must(err)
	return v
}

// opened gives a waiting conversation and the segment the floor was told of.
func (k *desk) opened(v Visitor, text string) (Opened, string) {
	k.Helper()
	k.takeTold()
	o, err := k.s.Open(k.ctx, v, Opening{ClientID: "c-" + text, ServiceID: "sales", Text: text, Language: "en",
		Form: Form{Name: "Ivan Petrov", Email: "ivan@example.com"}, Page: Page{URL: "https://shop.example/a", Title: "A"}})
	k.must(err)
	told := k.takeTold()
	if len(told) != 1 || told[0].Type != core.InSubmitted {
		k.Fatalf("the floor was told %+v", told)
	}
	return o, told[0].Item
}

// active gives a conversation that the agent has accepted.
func (k *desk) active(v Visitor, agent string) (conversation, segment string) {
	k.Helper()
	o, segment := k.opened(v, "hello")
	k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: agent, Kind: "chat"})
	return o.Conversation.ID, segment
}

func (k *desk) conversation(id string) *Conversation {
	k.Helper()
	c, err := get(k.ctx, k.db.Read(), tenant, id)
	k.must(err)
	return c
}

// lines is the conversation as somebody of a scope reads it: "1 customer hello".
func (k *desk) lines(id string, scopes ...string) []string {
	k.Helper()
	if len(scopes) == 0 {
		scopes = []string{ScopeAll, ScopeAgents}
	}
	ms, err := messagesOf(k.ctx, k.db.Read(), tenant, id, 0, 1000, scopes...)
	k.must(err)
	var out []string
	for _, m := range ms {
		what := m.Text
		if m.Event != nil {
			what = strings.TrimSpace("*" + m.Event.Code + " " + m.Text)
		}
		if m.File != nil {
			what = m.File.Name
		}
		out = append(out, fmt.Sprintf("%d %s %s", m.N, m.Author.Kind, what))
	}
	return out
}

// frames are the changes recorded for an audience, as "type" or "message.added n".
func (k *desk) frames(audience string) []bus.Change {
	k.Helper()
	var rows []struct {
		bun.BaseModel `bun:"table:changes"`
		Seq           int64
		Type, Data    string
	}
	k.must(k.db.Read().NewSelect().Model(&rows).Where("tenant_id = ? AND audience = ?", tenant, audience).Order("seq").Scan(k.ctx))
	out := make([]bus.Change, len(rows))
	for i, r := range rows {
		out[i] = bus.Change{Seq: r.Seq, Type: r.Type, Data: json.RawMessage(r.Data)}
	}
	return out
}
