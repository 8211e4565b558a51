package chat

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"parley/internal/fail"
	"parley/internal/floor/core"
)

func (k *desk) wantLines(id string, want ...string) {
	k.Helper()
	if got := k.lines(id); !reflect.DeepEqual(got, want) {
		k.Errorf("conversation reads\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func (k *desk) wantState(id string, want State) {
	k.Helper()
	if got := k.conversation(id).State; got != want {
		k.Errorf("state is %s, want %s", got, want)
	}
}

func TestOpenAndTalk(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		o, segment := k.opened(v, "hello")
		id := o.Conversation.ID
		if o.Message.N != 1 || o.Message.Text != "hello" || o.Conversation.State != StateWaiting {
			k.Errorf("[C-1] answer %+v", o)
		}
		c := k.conversation(id)
		if c.ContactID == "" || c.InteractionID == "" || c.PageURL != "https://shop.example/a" || c.UnansweredAt == 0 {
			k.Errorf("[C-1] conversation %+v", c)
		}
		k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: "anna", Kind: "chat"})
		k.now += 100
		_, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a1", "Good day")
		k.must(err)
		_, err = k.s.CustomerSays(k.ctx, v, "c2", "<b>I need help</b>")
		k.must(err)

		k.Run("[C-4] messages stand in order, those before the agent are marked, the greeting is the agent's", func(t *testing.T) {
			k := k.in(t)
			k.wantLines(id, "1 customer hello", "2 bot Please wait", "3 system *joined", "4 agent Hello Ivan, I am Anna", "5 agent Good day", "6 customer <b>I need help</b>")
			ms, _ := messagesOf(k.ctx, k.db.Read(), tenant, id, 0, 10, ScopeAll)
			for _, m := range ms {
				if m.BeforeAgent != (m.N <= 3) {
					k.Errorf("message %d: beforeAgent %v", m.N, m.BeforeAgent)
				}
			}
			if !ms[3].Automatic || ms[3].Author.ID != "anna" || ms[3].Author.Photo != "photo-anna" {
				k.Errorf("greeting %+v", ms[3])
			}
		})
		k.Run("[C-4] desk and customer get the same numbers, the customer no user ids", func(t *testing.T) {
			k := k.in(t)
			numbers := func(audience string) (out []int64) {
				for _, f := range k.frames(audience) {
					if f.Type == TypeMessage {
						var m Message
						k.must(json.Unmarshal(f.Data, &m))
						out = append(out, m.N)
						if strings.HasPrefix(audience, "c/") && m.Author.Kind == FromAgent && m.Author.ID != "" {
							k.Errorf("the customer sees a user id: %s", f.Data)
						}
					}
				}
				return out
			}
			want := []int64{1, 2, 3, 4, 5, 6}
			if got := numbers("c/" + id); !reflect.DeepEqual(got, want) {
				k.Errorf("customer got %v", got)
			}
			if got := numbers("u/anna"); !reflect.DeepEqual(got, want) {
				k.Errorf("desk got %v", got)
			}
		})
		k.Run("[C-6] marks and the page reach the other side", func(t *testing.T) {
			k := k.in(t)
			k.must(k.s.CustomerRead(k.ctx, v, 5, false))
			k.must(k.s.AgentRead(k.ctx, tenant, "anna", id, 99))
			k.must(k.s.CustomerMoved(k.ctx, v, Page{URL: "https://shop.example/b", Title: "B"}))
			c := k.conversation(id)
			if c.CustomerReadN != 5 || c.DeliveredN != 5 || c.AgentReadN != 6 || c.PageURL != "https://shop.example/b" {
				k.Errorf("%+v", c)
			}
			last := k.frames("u/anna")
			var view View
			k.must(json.Unmarshal(last[len(last)-1].Data, &view))
			if view.Page.Title != "B" || view.CustomerReadN != 5 || view.ReadN != 6 {
				k.Errorf("desk has %+v", view)
			}
		})
		k.Run("[C-14] the customer ends, the agent keeps the row, the floor learns it", func(t *testing.T) {
			k := k.in(t)
			end, err := k.s.CustomerEnds(k.ctx, v)
			k.must(err)
			told := k.takeTold()
			if end.State != StateEnded || len(told) != 1 || told[0].Type != core.InCancelled || told[0].Item != segment || told[0].By != ByCustomer {
				k.Errorf("%+v, floor told %+v", end, told)
			}
			views, err := k.s.Conversations(k.ctx, k.db.Read(), tenant, "anna")
			k.must(err)
			if len(views) != 1 || views[0].State != StateEnded {
				k.Errorf("desk has %+v", views)
			}
			if _, err := k.s.CustomerSays(k.ctx, v, "c9", "still there?"); fail.Code(err) != "PAR-5005" {
				k.Errorf("a message after the end: %v", err)
			}
			if _, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a9", "bye"); err == nil {
				k.Error("the agent could write after the end")
			}
			k.decide(core.Effect{Type: core.OutEnded, Item: segment, Agent: "anna"}, core.Effect{Type: core.OutFinished, Item: segment, Agent: "anna"})
			if views, _ := k.s.Conversations(k.ctx, k.db.Read(), tenant, "anna"); len(views) != 0 {
				k.Errorf("finished, but still on the desk: %+v", views)
			}
		})
		k.Run("[C-21] a message repeated after the end is answered as before", func(t *testing.T) {
			k := k.in(t)
			m, err := k.s.CustomerSays(k.ctx, v, "c2", "<b>I need help</b>")
			if err != nil || m.N != 6 {
				k.Errorf("got %+v, %v", m, err)
			}
			a, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a1", "Good day")
			if err != nil || a.N != 5 {
				k.Errorf("got %+v, %v", a, err)
			}
		})
	})
}

func TestRepeatedOpening(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		first, _ := k.opened(v, "hello")
		opening := Opening{ClientID: "c-hello", ServiceID: "sales", Text: "hello", Language: "en"}
		again, err := k.s.Open(k.ctx, v, opening)
		k.must(err)
		if again.Conversation.ID != first.Conversation.ID || again.Message.ID != first.Message.ID || len(k.takeTold()) != 0 {
			k.Errorf("[C-21] repeated: %+v", again)
		}
		opening.ClientID, opening.Text = "c-other", "and another thing"
		more, err := k.s.Open(k.ctx, v, opening)
		k.must(err)
		if more.Conversation.ID != first.Conversation.ID || more.Message.N != 3 || len(k.takeTold()) != 0 {
			k.Errorf("[C-21] a second opening while one goes on: %+v", more)
		}
		_, err = k.s.CustomerEnds(k.ctx, v)
		k.must(err)
		if told := k.takeTold(); len(told) != 1 || told[0].Type != core.InCancelled {
			k.Errorf("[C-14] the visitor left the queue, the floor was told %+v", told)
		}
		opening.ClientID = "c-hello"
		if late, err := k.s.Open(k.ctx, v, opening); err != nil || late.Conversation.ID != first.Conversation.ID || late.Message.N != 1 {
			k.Errorf("[C-21] repeated after the end: %+v, %v", late, err)
		}
		if next, _ := k.opened(v, "again"); next.Conversation.ID == first.Conversation.ID {
			k.Error("[C-21] a new conversation after the end is the old one")
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(k *desk) {
		token, v, err := k.s.NewVisitor(k.ctx, tenant, "e1")
		k.must(err)
		if got, err := k.s.VisitorByToken(k.ctx, tenant, "e1", token); err != nil || got.ID != v.ID {
			k.Errorf("[C-21] own token: %+v, %v", got, err)
		}
		for what, try := range map[string][3]string{
			"another entry": {tenant, "e2", token}, "another tenant": {"t2", "e1", token},
			"no token": {tenant, "e1", ""}, "a changed token": {tenant, "e1", token[:len(token)-1] + "x"}, "the hash": {tenant, "e1", v.TokenHash},
		} {
			if _, err := k.s.VisitorByToken(k.ctx, try[0], try[1], try[2]); fail.Code(err) != fail.CodeSignIn {
				k.Errorf("[C-21] %s: %v", what, err)
			}
		}
	})
}

// in is the desk with a subtest's T.
func (k *desk) in(t *testing.T) *desk {
	c := *k
	c.T = t
	return &c
}
