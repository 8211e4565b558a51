package core

import "testing"

func TestComingAndGoing(t *testing.T) {
	lost := func(f *floor, agent string) *floor {
		f.Helper()
		return f.do(Input{Type: InSocketLost, Agent: agent})
	}
	t.Run("[S-5] back within the grace nothing is lost; no offers meanwhile", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		lost(f, "anna").submit("b", Chat, "any").expect("queued b").wait(15*second - 1).expect()
		f.do(Input{Type: InSocketBack, Agent: "anna"}).has("offered b anna").wait(second).place("a", "handled anna").state("anna", "busy")
	})
	t.Run("[S-5] not back: signed out with connection lost, each contact where it belongs (decision 6)", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Capacity = []KindCapacity{{Kind: Chat, Share: 10, Need: 10}} })).ready("anna")
		f.submit("chat", Chat, "any").accept("anna", "chat").submit("done", Chat, "any").accept("anna", "done").end("anna", "done")
		for item, kind := range map[string]string{"call": Voice, "mail": Email, "record": Preview} {
			f.do(Input{Type: InOpened, Agent: "anna", Item: item, Kind: kind, Service: "any"})
		}
		f.submit("asked", Chat, "any")
		lost(f, "anna").wait(15 * second).has("signedOut anna connection_lost")
		f.has("finished done anna lost none").has("parked mail anna draft").has("exited record returned")
		f.place("chat", "waiting").place("call", "waiting").place("asked", "waiting").place("mail", "parked anna")
		call, _ := f.c.Item("call")
		chat, _ := f.c.Item("chat")
		if call.Priority != 101 || chat.Priority != 101 || chat.Preferred != "anna" {
			t.Fatalf("%+v\n%+v", call, chat)
		}
		f.ready("boris").has("offered chat boris").cancel("chat").has("offered call boris") // both raised, the chat waits longer
	})
	t.Run("[S-5] the chats go to the same agent first when back", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		lost(f, "anna").wait(15*second).submit("old", Chat, "any").wait(second)
		f.ready("anna").has("offered a anna")
	})
	t.Run("[S-5] a contact that lost its agent waits anew: the queue's time limit counts from then", func(t *testing.T) {
		f := newFloor(t, services(Service{ID: "s", MaxWaitMs: 60 * second})).ready("anna").submit("a", Chat, "s").accept("anna", "a").wait(600 * second)
		lost(f, "anna").wait(15*second).place("a", "waiting").wait(60*second-1).place("a", "waiting").wait(1).has("timedOut a")
	})
	t.Run("[S-5] a socket of an old session changes nothing", func(t *testing.T) {
		f := newFloor(t, centre()).do(Input{Type: InSignedIn, Agent: "anna", Session: "1"})
		f.do(Input{Type: InSignedIn, Agent: "anna", Session: "2"}).has("agentState anna not_ready sign_in session")
		f.do(Input{Type: InSocketLost, Agent: "anna", Session: "1"}).expect("refused anna oldSession").wait(60*second).state("anna", "not_ready sign_in")
		f.do(Input{Type: InSocketLost, Agent: "anna", Session: "2"}).wait(15*second).state("anna", "gone")
	})
	t.Run("[S-1] a second sign-in takes over what is in hand", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		lost(f, "anna").do(Input{Type: InSignedIn, Agent: "anna", Session: "2", Team: "team"}).state("anna", "busy").place("a", "handled anna")
		f.wait(60*second).state("anna", "busy")
	})
	t.Run("[S-5] signing out: at once without contacts, an open offer goes back", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any").ready("boris")
		f.do(Input{Type: InSignedOut, Agent: "anna"}).expect("withdrawn a anna signedOut", "signedOut anna agent", "requeued a anna signedOut", "offered a boris", "agentState boris ringing offer")
	})
	t.Run("[S-5] signing out with contacts in hand waits for the last row; open mails become drafts at once", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InOpened, Agent: "anna", Item: "m", Kind: Email, Service: "any"})
		f.do(Input{Type: InSignedOut, Agent: "anna"}).expect("parked m anna draft", "agentState anna busy accepted then signed_out agent")
		f.submit("b", Chat, "any").expect("queued b").end("anna", "a").state("anna", "wrapup then signed_out")
		f.finish("anna", "a").expect("finished a anna agent", "signedOut anna agent")
	})
	t.Run("[S-5] a pending sign-out can be taken back", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").do(Input{Type: InSignedOut, Agent: "anna"})
		f.choose("anna", Ready).finish("anna", "a").state("anna", "ready")
	})
	t.Run("[R-7] a supervisor signs out: not during a contact in hand, after a second question at once (decision 8)", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InSignedOut, Agent: "anna", By: "boss"}).expect("refused anna contactInHand")
		f.do(Input{Type: InSignedOut, Agent: "anna", By: "boss", Forced: true}).expect("requeued a anna signedOut", "signedOut anna supervisor")
		if last := f.out[len(f.out)-1]; last.By != "boss" {
			t.Fatalf("%+v", last)
		}
	})
	t.Run("[S-6] after a restart open offers are withdrawn without blame, everything else stays where it was", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").submit("b", Chat, "any").ready("boris").submit("c", Voice, "any")
		f.submit("d", Voice, "any").do(Input{Type: InBoot})
		f.expect("withdrawn b anna boot", "requeued b anna boot", "withdrawn c boris boot", "requeued c boris boot", "agentState boris ready boot")
		f.state("anna", "busy").place("a", "handled anna").wait(14 * second).hasNot("offered")
		f.do(Input{Type: InSocketBack, Agent: "boris"}).has("offered b boris").wait(second).state("anna", "gone")
	})
	t.Run("[S-6] a floor made from rows sees what changed while nobody looked", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "sales").expect("queued a")
		anna, _ := f.c.Agent("anna")
		a, _ := f.c.Item("a")
		cfg := centre(func(c *Config) { c.Services[0].Skills = nil }) // no skill is asked for any more
		f.c = RestoreRows(cfg, []Agent{anna}, []Item{a}, f.now)
		if agents, items := f.c.TakeDirty(); len(agents)+len(items) != 0 {
			t.Fatal(agents, items)
		}
		f.do(Input{Type: InTimer}).has("offered a anna")
	})
	t.Run("[S-4] wrap-up that ran out while the process was down ends at the restart, graces start anew", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").do(Input{Type: InSocketLost, Agent: "anna"}).end("anna", "a")
		f.now += 600 * second
		f.do(Input{Type: InBoot}).has("finished a anna wrapupOver none").state("anna", "ready").wait(15 * second).has("signedOut anna connection_lost")
	})
}

func TestByHand(t *testing.T) {
	open := func(f *floor, item, kind string) *floor {
		f.Helper()
		return f.do(Input{Type: InOpened, Agent: "anna", Item: item, Kind: kind, Service: "any"})
	}
	t.Run("[S-3] an outgoing call makes Busy from Not ready; no offers; the former state returns", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").submit("c", Chat, "any")
		open(f, "out", Voice).expect("assigned out anna opened", "agentState anna busy opened")
		f.end("anna", "out").state("anna", "wrapup").finish("anna", "out").state("anna", "not_ready sign_in")
	})
	t.Run("[S-3] from Ready it returns to Ready, whatever follows contacts from the queue", func(t *testing.T) {
		rules := func(c *Config) {
			c.Teams[0].Rules = Rules{AfterContact: Rule{NotReady, "pause"}, AfterWrapup: Rule{NotReady, "pause"}}
		}
		f := newFloor(t, centre(rules)).ready("anna")
		open(f, "m", Email).finish("anna", "m").state("anna", "ready")
		open(f, "n", Email).submit("c", Chat, "any").accept("anna", "c").finish("anna", "n").finish("anna", "c").state("anna", "not_ready pause")
	})
	t.Run("[S-3] Ready chosen meanwhile takes the former Not ready away", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").submit("c", Chat, "any")
		open(f, "m", Email).choose("anna", Ready).has("offered c anna")
	})
	t.Run("[S-3] taken from the queue; somebody else's is refused unless forced", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").submit("m", Email, "any")
		open(f, "m", Email).has("assigned m anna opened").ready("boris")
		f.do(Input{Type: InOpened, Agent: "boris", Item: "m"}).expect("refused m boris taken")
		f.act(InParked, "anna", "m").has("parked m anna").state("anna", "not_ready sign_in")
		f.do(Input{Type: InOpened, Agent: "boris", Item: "m"}).expect("refused m boris taken")
		f.do(Input{Type: InOpened, Agent: "boris", Item: "m", Forced: true}).has("assigned m boris opened")
	})
	t.Run("[S-3] a saved draft turns the agent to the next state at once; the mail can go back to its queue", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("m", Email, "any").accept("anna", "m")
		f.do(Input{Type: InParked, Agent: "anna", Item: "m", Reason: ParkedDraft}).expect("parked m anna draft", "agentState anna ready finished")
		f.submit("m", Email, "any").expect("requeued m anna returned", "offered m anna", "agentState anna ringing offer")
	})
	t.Run("[S-3] a call while an offer rings is refused, a mail is not", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("c", Voice, "any")
		open(f, "out", Voice).expect("refused out anna offerOpen")
		open(f, "m", Email).has("assigned m anna opened").state("anna", "busy").place("c", "offered anna")
		f.finish("anna", "m").state("anna", "ringing").accept("anna", "c").state("anna", "busy")
	})
	t.Run("[S-4] a transfer ends the contact for the agent, with Wrap-up; the other part is for somebody else", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("c", Chat, "any").accept("anna", "c").submit("d", Chat, "any").accept("anna", "d").ready("boris")
		f.do(Input{Type: InTransferred, Agent: "anna", Item: "c", NewItem: "c2", Service: "any", EnqueuedAt: f.now - second})
		f.expect("ended c anna transferred", "queued c2", "offered c2 boris", "agentState boris ringing offer").place("c", "handled anna ended")
		f.do(Input{Type: InTransferred, Agent: "anna", Item: "d", NewItem: "c2"}).expect("refused d anna exists")
		f.do(Input{Type: InTransferred, Agent: "anna", Item: "c", NewItem: "c3"}).expect("refused c anna alreadyEnded")
		f.do(Input{Type: InTransferred, Agent: "anna", Item: "d"}).expect("refused d anna badInput").place("d", "handled anna")
	})
	t.Run("[S-3] owners announce what they still have open: unknown is taken in, known is left", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InAnnounced, Item: "a", Kind: Chat, Service: "any"}).expect().place("a", "handled anna")
		f.do(Input{Type: InAnnounced, Item: "b", Kind: Chat, Service: "any", EnqueuedAt: 5}).has("offered b anna")
		f.do(Input{Type: InAnnounced, Item: "m", Kind: Email, Agent: "anna", Reason: ParkedPersonal}).expect("parked m anna personal")
	})
	t.Run("[S-3] bad input is refused and changes nothing", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any")
		for code, in := range map[string]Input{
			RefusedUnknownKind:  {Type: InSubmitted, Item: "x", Kind: "fax"},
			RefusedExists:       {Type: InSubmitted, Item: "a", Kind: Chat},
			RefusedUnknownState: {Type: InStateChosen, Agent: "anna", State: "asleep"},
			RefusedUnknownType:  {Type: "dance"},
			RefusedUnknownItem:  {Type: InCancelled, Item: "x"},
			RefusedUnknownAgent: {Type: InStateChosen, Agent: "x", State: Ready},
			RefusedNotInHand:    {Type: InFinished, Agent: "anna", Item: "a"},
			RefusedNotForKind:   {Type: InPostponed, Agent: "anna", Item: "a"},
			RefusedBadInput:     {Type: InConfigure},
		} {
			if f.do(in); len(f.out) != 1 || f.out[0].Code != code {
				t.Errorf("%s: %s", code, f.said())
			}
		}
		if out := f.c.Apply(Input{At: -1, Type: InTimer}); out[0].Code != RefusedBadInput {
			t.Errorf("negative time: %+v", out)
		}
		if out := f.c.Apply(Input{At: 1 << 62, Type: InTimer}); out[0].Code != RefusedBadInput {
			t.Errorf("time beyond counting: %+v", out)
		}
	})
}
