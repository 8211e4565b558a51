package core

import "testing"

func TestAgentStates(t *testing.T) {
	t.Run("[S-1] [S-2] [S-3] [S-4] [S-7] a call's way from the queue to Ready again", func(t *testing.T) {
		f := newFloor(t, centre())
		f.signIn("anna", "sales", 50).expect("signedIn anna", "agentState anna not_ready sign_in signIn")
		f.choose("anna", Ready).expect("agentState anna ready agent")
		f.submit("call", Voice, "sales").expect("queued call", "offered call anna", "agentState anna ringing offer")
		f.accept("anna", "call").expect("assigned call anna accepted", "agentState anna busy accepted")
		f.cancel("call").expect("ended call anna cancelled", "agentState anna wrapup ended")
		f.finish("anna", "call").expect("finished call anna agent", "agentState anna ready finished").place("call", "gone")
	})
	t.Run("[S-1] the team's rules say what follows sign-in, contact and wrap-up", func(t *testing.T) {
		cfg := centre(func(c *Config) {
			c.Teams[0].Rules = Rules{AfterSignIn: Rule{State: Ready}, AfterWrapup: Rule{NotReady, "paperwork"}}
			c.Teams = append(c.Teams, Team{ID: "quick", Rules: Rules{AfterContact: Rule{NotReady, "pause"}}})
		})
		f := newFloor(t, cfg)
		f.signIn("anna").state("anna", "ready").submit("a", Chat, "any").accept("anna", "a").end("anna", "a").state("anna", "wrapup")
		f.finish("anna", "a").state("anna", "not_ready paperwork")
		f.do(Input{Type: InSignedIn, Agent: "boris", Team: "quick"}).choose("boris", Ready)
		f.submit("b", Chat, "any").accept("boris", "b")
		f.end("boris", "b").expect("ended b boris ended", "finished b boris noWrapup none", "agentState boris not_ready pause finished")
	})
	t.Run("[S-1] a timed Not ready runs out, by its reason or by the chosen time", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Reasons = []Reason{{ID: "break", LimitMs: 60 * second}, {ID: "lunch"}} }))
		f.signIn("anna").do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "break"})
		f.wait(59*second).state("anna", "not_ready break").wait(second).expect("agentState anna ready time")
		f.do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "lunch", UntilAt: f.now + 5*second})
		f.wait(5*second).state("anna", "ready")
		f.do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "holiday"}).expect("refused anna unknownReason")
	})
	t.Run("[S-5] a timed Not ready that was pending counts from when it takes effect", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Reasons = []Reason{{ID: "break", LimitMs: 60 * second}} }))
		f.ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "break"})
		f.wait(100*second).finish("anna", "a").state("anna", "not_ready break")
		f.wait(59*second).state("anna", "not_ready break").wait(second).state("anna", "ready")
	})
	t.Run("[S-2] Ringing lasts as long as the offer", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any").state("anna", "ringing")
		f.cancel("a").expect("withdrawn a anna cancelled", "cancelled a", "agentState anna ready cancelled")
	})
	t.Run("[S-3] [S-4] with several contacts Busy until the last ends, then Wrap-up", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").submit("b", Chat, "any").accept("anna", "b")
		f.end("anna", "a").expect("ended a anna ended").state("anna", "busy")
		f.end("anna", "b").expect("ended b anna ended", "agentState anna wrapup ended")
		f.finish("anna", "b").state("anna", "wrapup").finish("anna", "a").state("anna", "ready")
	})
	t.Run("[S-4] Wrap-up takes no contacts and ends with its time; its rows close with disposition none", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").end("anna", "a")
		f.submit("b", Chat, "any").expect("queued b").wait(29 * second).expect()
		f.wait(second).expect("finished a anna wrapupOver none", "agentState anna ready wrapupOver", "offered b anna", "agentState anna ringing offer")
	})
	t.Run("[S-4] Wrap-up is left by hand", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").end("anna", "a")
		f.do(Input{Type: InWrapupEnded, Agent: "anna"}).expect("finished a anna agent", "agentState anna ready agent")
		f.do(Input{Type: InWrapupEnded, Agent: "anna"}).expect("refused anna notInWrapup")
	})
	t.Run("[S-4] Wrap-up without a limit lasts until it is left", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Teams[0].WrapupMs = 0 })).ready("anna")
		f.submit("a", Chat, "any").accept("anna", "a").end("anna", "a").wait(10_000*second).state("anna", "wrapup")
	})
	t.Run("[S-5] Not ready chosen while Busy stops offers at once, is pending, can be taken back", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.choose("anna", NotReady).expect("agentState anna busy accepted then not_ready").submit("b", Chat, "any").expect("queued b")
		f.choose("anna", Ready).expect("agentState anna busy accepted", "offered b anna")
	})
	t.Run("[S-5] pending Not ready wins over Ready after contact; first Wrap-up; counts from when it takes effect", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "lunch"}).wait(5 * second)
		f.end("anna", "a").state("anna", "wrapup then not_ready").wait(7*second).finish("anna", "a").state("anna", "not_ready lunch")
		if a, _ := f.c.Agent("anna"); a.SinceAt != f.now || a.Pending != "" {
			t.Fatalf("%+v at %d", a, f.now)
		}
	})
	t.Run("[S-5] Ready chosen while Busy wins over Not ready after contact", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) {
			c.Teams[0].Wrapup = false
			c.Teams[0].Rules.AfterContact = Rule{NotReady, "pause"}
		}))
		f.ready("anna").submit("a", Chat, "any").accept("anna", "a").choose("anna", Ready).state("anna", "busy then ready")
		f.end("anna", "a").state("anna", "ready")
	})
	t.Run("[S-5] Not ready chosen while Ringing takes effect when the offer is gone, after the contact when it is accepted", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").choose("anna", NotReady).state("anna", "ringing then not_ready")
		f.cancel("a").state("anna", "not_ready")
		f.choose("anna", Ready).submit("b", Chat, "any").choose("anna", NotReady).accept("anna", "b").state("anna", "busy then not_ready")
	})
	t.Run("[R-1] a supervisor signs in to Supervising and takes contacts only when made Ready by hand", func(t *testing.T) {
		f := newFloor(t, centre()).submit("a", Chat, "any")
		f.do(Input{Type: InSignedIn, Agent: "boss", State: Supervising}).expect("signedIn boss", "agentState boss supervising signIn")
		f.choose("boss", Ready).has("offered a boss").choose("boss", Supervising).state("boss", "ringing then supervising")
		f.accept("boss", "a").finish("boss", "a").state("boss", "supervising")
	})
	t.Run("[R-7] a supervisor forces states; during a contact they are pending", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna")
		f.do(Input{Type: InStateForced, Agent: "anna", State: Ready, By: "boss"}).expect("agentState anna ready supervisor")
		if f.out[0].By != "boss" {
			t.Fatalf("%+v", f.out[0])
		}
		f.do(Input{Type: InStateForced, Agent: "anna", State: NotReady, By: "boss"}).expect("agentState anna not_ready forced supervisor")
		f.choose("anna", Ready).submit("a", Chat, "any").accept("anna", "a")
		f.do(Input{Type: InStateForced, Agent: "anna", State: NotReady, By: "boss"}).expect("agentState anna busy accepted then not_ready forced")
		f.finish("anna", "a").state("anna", "not_ready forced")
	})
	t.Run("[S-7] each change carries its time, reason and cause, and times add up without gaps", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna")
		f.wait(10*second).submit("a", Chat, "any").wait(4*second).accept("anna", "a").wait(20 * second)
		f.end("anna", "a").wait(6*second).finish("anna", "a").wait(3*second).choose("anna", NotReady)
		a, _ := f.c.Agent("anna")
		if a.ReadyMs != 13*second || a.BusyMs != 26*second || a.SinceAt != f.now || a.Cause != CauseAgent {
			t.Fatalf("%+v", a)
		}
	})
	t.Run("[S-7] floor time never runs back", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna")
		late := f.now
		f.now -= 5 * second
		f.choose("anna", NotReady)
		if f.out[0].At != late || f.out[0].SinceAt != late {
			t.Fatalf("%+v, want time %d", f.out[0], late)
		}
	})
}
