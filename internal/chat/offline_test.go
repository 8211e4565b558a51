package chat

import (
	"fmt"
	"testing"

	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// The floor may not know a service yet that was made a moment ago.
func TestNewService(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		o, segment := k.opened(v, "hello")
		id := o.Conversation.ID
		k.decide(core.Effect{Type: core.OutParked, Item: segment, Reason: core.ParkedUnknownService, Kind: "chat"})
		k.wantState(id, StateWaiting)
		k.decide(core.Effect{Type: core.OutRequeued, Item: segment, Cause: core.CauseConfigured, Kind: "chat"})
		k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: "anna", Kind: "chat"})
		k.wantState(id, StateActive)
		if _, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a1", "hello"); err != nil {
			t.Errorf("[S-6] the agent who took it is not in the chat: %v", err)
		}
		_, err := k.s.CustomerEnds(k.ctx, v)
		k.must(err)

		k.set.gone = "sales"
		v = k.visitor()
		o, segment = k.opened(v, "again")
		k.decide(core.Effect{Type: core.OutParked, Item: segment, Reason: core.ParkedUnknownService, Kind: "chat"})
		k.wantState(o.Conversation.ID, StateUnserved) // nobody will come
	})
}

func TestNobodyCanServe(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		o, segment := k.opened(v, "hello")
		id := o.Conversation.ID
		k.decide(core.Effect{Type: core.OutExited, Item: segment, Code: core.ExitNoAgents, Kind: "chat"})
		k.wantState(id, StateUnserved)
		if !k.has(id, "*unserved") {
			k.Errorf("[C-20] the visitor is not told: %v", k.lines(id))
		}
		if _, err := k.s.CustomerSays(k.ctx, v, "c2", "anybody?"); fail.Code(err) != "PAR-5006" {
			k.Errorf("[C-20] a message nobody would read: %v", err)
		}
		form := Opening{ClientID: "form", ServiceID: "sales", Text: "Please call me", Language: "en", Form: Form{Phone: "+74951234567"}}
		left, err := k.s.KeepMessage(k.ctx, v, form)
		k.must(err)
		again, err := k.s.KeepMessage(k.ctx, v, form)
		k.must(err)
		if left.Conversation.State != StateKept || left.Conversation.ID != id || again.Message.ID != left.Message.ID {
			k.Errorf("[C-20] kept: %+v, again %+v", left, again)
		}
		c := k.conversation(id)
		if c.Form.Phone != "+74951234567" || c.Form.Name != "Ivan Petrov" || c.DueAt != 0 {
			k.Errorf("[C-20] %+v", c)
		}
		i, err := k.s.interactions.Get(k.ctx, k.db.Read(), tenant, c.InteractionID)
		k.must(err)
		if i.State != interaction.StateParked {
			k.Errorf("[C-20] the contact is %s, not parked", i.State)
		}

		k.takeTold()
		k.set.open = false
		k.must(k.s.Serve(k.ctx, tenant, func(string) bool { return true }))
		k.set.open = true
		k.must(k.s.Serve(k.ctx, tenant, func(string) bool { return false }))
		if told := k.takeTold(); len(told) != 0 {
			k.Errorf("[C-20] sent to the queue while closed or empty: %+v", told)
		}
		k.must(k.s.Serve(k.ctx, tenant, func(string) bool { return true }))
		k.must(k.s.Serve(k.ctx, tenant, func(string) bool { return true }))
		told := k.takeTold()
		if len(told) != 1 || told[0].Type != core.InSubmitted || told[0].Service != "sales" {
			k.Fatalf("[C-20] open again, the floor was told %+v", told)
		}
		k.wantState(id, StateWaiting)
		k.decide(core.Effect{Type: core.OutExited, Item: told[0].Item, Code: core.ExitNoAgents, Kind: "chat"})
		k.wantState(id, StateKept)
		k.must(k.s.Serve(k.ctx, tenant, func(string) bool { return true }))
		k.decide(core.Effect{Type: core.OutAssigned, Item: k.item(core.InSubmitted).Item, Agent: "anna", Kind: "chat"})
		_, err = k.s.AgentSays(k.ctx, tenant, "anna", id, "a1", "Here is your answer")
		k.must(err)
		_, seen, err := k.s.CustomerSees(k.ctx, v, 0, 50)
		k.must(err)
		if last := seen[len(seen)-1]; last.Text != "Here is your answer" {
			k.Errorf("[C-20] on return the visitor sees %+v", last)
		}
	})
}

func TestOutsideHours(t *testing.T) {
	each(t, func(k *desk) {
		k.set.open = false
		v := k.visitor()
		o, err := k.s.Open(k.ctx, v, Opening{ClientID: "c1", ServiceID: "sales", Text: "hello", Language: "en"})
		k.must(err)
		if o.Conversation.State != StateUnserved || len(k.takeTold()) != 0 {
			k.Errorf("[C-20] outside the hours: %+v", o)
		}
		k.wantLines(o.Conversation.ID, "1 customer hello", "2 system *unserved We will answer")

		k.Run("[C-20] a form that begins a conversation is kept at once", func(t *testing.T) {
			k := k.in(t)
			v := k.visitor()
			kept, err := k.s.KeepMessage(k.ctx, v, Opening{ClientID: "c1", ServiceID: "sales", Text: "write back", Language: "en", Form: Form{Email: "i@example.com"}})
			k.must(err)
			if kept.Conversation.State != StateKept || kept.Message.N != 1 || len(k.takeTold()) != 0 {
				k.Errorf("%+v", kept)
			}
			_, err = k.s.CustomerSays(k.ctx, v, "c2", "and this")
			k.must(err)
			end, err := k.s.CustomerEnds(k.ctx, v)
			k.must(err)
			if end.State != StateEnded {
				k.Errorf("%+v", end)
			}
		})
		k.Run("[C-20] an empty form is forgotten after half an hour", func(t *testing.T) {
			k := k.in(t)
			k.s.Deadlines().Happen(k.ctx, 1_000_000+forgetAfter-1)
			k.wantState(o.Conversation.ID, StateUnserved)
			k.s.Deadlines().Happen(k.ctx, 1_000_000+forgetAfter)
			k.wantState(o.Conversation.ID, StateEnded)
		})
	})
}

func TestSilentCustomer(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		id, segment := k.active(v, "anna")
		_, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a1", "What is your order number?")
		k.must(err)
		answered := k.now
		pass := func(ms int64) {
			k.now = answered + ms
			k.s.Deadlines().Happen(k.ctx, k.now)
		}
		pass(59_999)
		if k.has(id, "Are you there?") {
			k.Fatal("[C-10] asked before the time")
		}
		pass(60_000)
		pass(60_001)
		if !k.has(id, "Are you there?") || k.conversation(id).UnansweredAt != 0 {
			k.Fatalf("[C-10] not asked: %v", k.lines(id))
		}

		k.now += 10
		_, err = k.s.CustomerSays(k.ctx, v, "c2", "one moment")
		k.must(err)
		pass(200_000)
		k.wantState(id, StateActive) // the agent owes the answer now
		_, err = k.s.AgentSays(k.ctx, tenant, "anna", id, "a2", "Of course")
		k.must(err)
		answered = k.now

		// the node goes down and another reads the deadlines from the rows
		k.s.deadlines = newDeadlines(k.s)
		k.must(k.s.Deadlines().Own(k.ctx, []string{tenant}))
		if at := k.s.Deadlines().Next(); at != answered+60_000 {
			k.Errorf("[C-10] after a restart the next deadline is %d", at-answered)
		}
		k.takeTold()
		pass(60_000)
		pass(89_999)
		k.wantState(id, StateActive)
		pass(90_000)
		k.wantState(id, StateEnded)
		if c := k.conversation(id); c.ClosedBy != BySystem || c.CloseReason != ReasonCustomerIdle || !k.has(id, "Closed, since you are silent") {
			k.Errorf("[C-10] %+v, %v", c, k.lines(id))
		}
		if told := k.takeTold(); len(told) != 1 || told[0].Item != segment || told[0].By != BySystem {
			k.Errorf("[C-10] the floor was told %+v", told)
		}
	})
}

func TestGreetings(t *testing.T) {
	each(t, func(k *desk) {
		id, _ := k.active(k.visitor(), "vera")
		if !k.has(id, "agent Vera here") {
			k.Errorf("[C-4] the agent's own greeting does not win: %v", k.lines(id))
		}
		c := k.conversation(id)
		if c.UnansweredAt == 0 || c.DueAt != 0 {
			k.Errorf("[C-4] the greeting counted as an answer: %+v", c)
		}
		_, err := k.s.AgentSays(k.ctx, tenant, "vera", id, "v1", "Yes?")
		k.must(err)
		if c := k.conversation(id); c.UnansweredAt != 0 || c.Due != DueAsk {
			k.Errorf("[C-4] an answer did not count: %+v", c)
		}
	})
	for customer, want := range map[string]string{
		"": "Hi , I am Anna Petrova", "Ivan": "Hi Ivan, I am Anna Petrova", "Ivan Ivanovich Petrov": "Hi Ivan, I am Anna Petrova",
	} {
		if got := fillIn("Hi %F, I am %AF %AL", Person{FirstName: "Anna", LastName: "Petrova"}, customer); got != want {
			t.Errorf("[C-4] %q: got %q", customer, got)
		}
	}
}

func TestLastAgent(t *testing.T) {
	each(t, func(k *desk) {
		sales := k.set.rules["sales"]
		sales.LastAgentSeconds = 30
		k.set.rules["sales"] = sales
		first := k.visitor()
		k.active(first, "anna")
		_, err := k.s.CustomerEnds(k.ctx, first)
		k.must(err)
		k.takeTold()
		_, err = k.s.Open(k.ctx, k.visitor(), Opening{ClientID: "c1", ServiceID: "sales", Text: "it is me again", Language: "en", Form: Form{Email: "IVAN@example.com"}})
		k.must(err)
		if in := k.item(core.InSubmitted); in.Preferred != "anna" || in.PreferUntilAt != k.now+30_000 {
			k.Errorf("[M-12] a known customer: %+v", in)
		}
		_, err = k.s.Open(k.ctx, k.visitor(), Opening{ClientID: "c2", ServiceID: "sales", Text: "hello", Language: "en", Form: Form{Email: "new@example.com"}})
		k.must(err)
		if in := k.item(core.InSubmitted); in.Preferred != "" {
			k.Errorf("[M-12] an unknown customer: %+v", in)
		}
	})
}

func TestDrafts(t *testing.T) {
	each(t, func(k *desk) {
		_, err := k.s.SaveDraft(k.ctx, tenant, "anna", "conv-1", "half a sen")
		k.must(err)
		_, err = k.s.SaveDraft(k.ctx, tenant, "anna", "conv-1", "half a sentence")
		k.must(err)
		_, err = k.s.SaveDraft(k.ctx, tenant, "boris", "conv-1", "another's")
		k.must(err)
		ds, err := k.s.Drafts(k.ctx, k.db.Read(), tenant, "anna")
		k.must(err)
		if len(ds) != 1 || ds[0].Text != "half a sentence" {
			k.Errorf("[C-7] drafts %+v", ds)
		}
		if n := len(k.frames("u/anna")); n != 2 {
			k.Errorf("[A-6] the desk got %d frames", n)
		}
		_, err = k.s.SaveDraft(k.ctx, tenant, "anna", "conv-1", "")
		k.must(err)
		if ds, _ := k.s.Drafts(k.ctx, k.db.Read(), tenant, "anna"); len(ds) != 0 {
			k.Errorf("[C-7] emptied, but still there: %+v", ds)
		}
		for i := range maxDrafts {
			_, err = k.s.SaveDraft(k.ctx, tenant, "anna", fmt.Sprint("key", i), "x")
			k.must(err)
		}
		if _, err := k.s.SaveDraft(k.ctx, tenant, "anna", "one more", "x"); fail.Code(err) != fail.CodeLimit {
			k.Errorf("[X-3] drafts without end: %v", err)
		}
		if _, err := k.s.SaveDraft(k.ctx, tenant, "anna", "key1", "still changes"); err != nil {
			k.Errorf("[C-7] an old draft cannot be changed: %v", err)
		}
	})
}
