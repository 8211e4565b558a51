package core

import "testing"

func TestRejectedAndMissed(t *testing.T) {
	t.Run("[S-6] a rejected contact goes back to its old place, its agent is Not ready with the reason", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any")
		place := f.now
		f.wait(3*second).reject("anna", "a").expect("withdrawn a anna rejected", "agentState anna not_ready rejected rejected", "requeued a anna rejected")
		if f.out[2].EnqueuedAt != place {
			t.Fatalf("place %d, want %d", f.out[2].EnqueuedAt, place)
		}
		f.submit("b", Voice, "any").ready("boris").has("offered a boris")
	})
	t.Run("[S-6] an unanswered contact goes back when its time is over", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Services[2].OfferMs = 12 * second })).ready("anna").submit("a", Voice, "any")
		f.wait(12*second-1).expect().wait(1).expect("withdrawn a anna expired", "agentState anna not_ready no_answer expired", "requeued a anna expired")
		f.accept("anna", "a").expect("refused a anna notOffered")
	})
	t.Run("[S-6] with other contacts in hand it is pending (C-3)", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").submit("b", Chat, "any")
		f.reject("anna", "b").expect("withdrawn b anna rejected", "agentState anna busy accepted then not_ready rejected", "requeued b anna rejected")
		f.finish("anna", "a").state("anna", "not_ready rejected")
	})
	t.Run("[S-6] Not ready that the agent chose before keeps its own reason", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any")
		f.do(Input{Type: InStateChosen, Agent: "anna", State: NotReady, Reason: "lunch"}).reject("anna", "a").state("anna", "not_ready lunch")
	})
	staysReady := centre(func(c *Config) {
		c.Teams[0].Rules = Rules{AfterReject: Rule{State: Ready}, AfterNoAnswer: Rule{State: Ready}}
	})
	t.Run("[S-6] the team's rule may keep the agent Ready; somebody else gets the contact next", func(t *testing.T) {
		f := newFloor(t, staysReady).ready("anna").ready("boris").submit("a", Voice, "any").has("offered a anna")
		f.reject("anna", "a").has("agentState anna ready rejected").has("offered a boris")
		f.reject("boris", "a").hasNot("offered")                               // both are there, so it is kept from both …
		f.wait(120*second - 1).hasNot("offered").wait(1).has("offered a anna") // … at most 120 s
	})
	t.Run("[S-6] somebody eligible who is Not ready does not keep it from the agent", func(t *testing.T) {
		f := newFloor(t, staysReady).ready("anna").signIn("boris").submit("a", Voice, "any")
		f.reject("anna", "a").hasNot("offered").wait(5 * second).has("offered a anna")
	})
	t.Run("[S-6] alone, the agent gets it again after a set time", func(t *testing.T) {
		f := newFloor(t, staysReady).ready("anna").submit("a", Voice, "any").reject("anna", "a").hasNot("offered")
		f.wait(5*second - 1).expect().wait(1).has("offered a anna")
	})
	t.Run("[S-6] it is free for the agent again as soon as the last other eligible agent goes", func(t *testing.T) {
		f := newFloor(t, staysReady).ready("anna").ready("boris").submit("x", Voice, "any").accept("anna", "x")
		f.submit("a", Voice, "any").reject("boris", "a").finish("anna", "x").has("offered a anna").reject("anna", "a").hasNot("offered")
		f.wait(6*second).hasNot("offered").choose("boris", NotReady).has("offered a anna")
	})
	t.Run("[S-6] a barred contact does not hide the one behind it", func(t *testing.T) {
		f := newFloor(t, staysReady).ready("anna").ready("boris").submit("x", Voice, "any").submit("y", Voice, "any")
		f.accept("anna", "x").accept("boris", "y").submit("a", Voice, "any").submit("b", Voice, "any")
		f.end("anna", "x").finish("anna", "x").has("offered a anna").reject("anna", "a").has("offered b anna")
	})
	t.Run("[S-6] taking it by hand is never barred", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Email, "any").reject("anna", "a")
		f.do(Input{Type: InOpened, Agent: "anna", Item: "a"}).has("assigned a anna opened").state("anna", "busy")
	})
	t.Run("[S-6] who hung up first: the late acceptance is refused", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any").cancel("a").accept("anna", "a").expect("refused a anna notOffered")
		f.accept("boris", "a").expect("refused a boris notOffered").reject("anna", "a").expect("refused a anna notOffered")
	})
	t.Run("[S-6] a call that cannot be connected returns, its agent is Not ready with connection lost", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Voice, "any").accept("anna", "a")
		f.act(InLegFailed, "anna", "a").has("requeued a anna legFailed").state("anna", "not_ready connection_lost").place("a", "waiting")
	})
	t.Run("[S-6] a missed preview record returns to its list (O-8)", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("p", Preview, "any")
		f.wait(20*second).has("exited p returned").state("anna", "not_ready no_answer").place("p", "gone")
	})
	t.Run("[S-6] a postponed mail lies in the personal queue; the next offer comes after the ramp-up", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.RampUpMs = 4 * second })).ready("anna").wait(4 * second)
		f.submit("m", Email, "any").submit("n", Email, "any").act(InPostponed, "anna", "m").has("parked m anna personal").state("anna", "ready")
		f.wait(4*second - 1).expect().wait(1).has("offered n anna")
		f.submit("c", Voice, "any").act(InPostponed, "anna", "c").expect("refused c anna notOffered")
	})
}

func TestDirect(t *testing.T) {
	to := func(item, kind, target string, more func(*Input)) Input {
		in := Input{Type: InSubmitted, Item: item, Kind: kind, Service: "any", Target: target}
		if more != nil {
			more(&in)
		}
		return in
	}
	t.Run("[M-12/last-agent] an offer to a person reaches that person whatever the skills", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna", "sales", 90).ready("boris")
		f.do(Input{Type: InSubmitted, Item: "a", Kind: Voice, Service: "sales", Target: "boris"}).has("offered a boris")
	})
	t.Run("[M-12/last-agent] not free: a mail lies in the personal queue, a call goes to the queue with priority", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").do(to("m", Email, "anna", nil)).expect("queued m", "parked m anna personal")
		f.do(to("c", Voice, "anna", nil)).expect("queued c", "requeued c anna fallback")
		if it, _ := f.c.Item("c"); it.Priority != 101 || it.Target != "" {
			t.Fatalf("%+v", it)
		}
	})
	t.Run("[M-12/last-agent] waits for the person as long as it may", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").ready("boris")
		f.do(to("c", Voice, "anna", func(in *Input) { in.TargetUntilAt = f.now + 30*second })).expect("queued c")
		f.wait(29*second).expect().wait(second).expect("requeued c anna fallback", "offered c boris", "agentState boris ringing offer")
	})
	t.Run("[M-12/last-agent] blind transfer unanswered: back to who transferred for 20 s, then the queue", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Teams[0].Wrapup = false })).ready("anna").submit("c", Voice, "any").accept("anna", "c").ready("boris")
		f.do(Input{Type: InTransferred, Agent: "anna", Item: "c", NewItem: "c2", Service: "any", Target: "boris", Fallback: FallbackBack, Back: "anna"})
		f.has("offered c2 boris").state("anna", "ready").wait(20*second).has("withdrawn c2 boris expired").has("offered c2 anna").state("boris", "not_ready no_answer")
		f.wait(20*second).has("withdrawn c2 anna expired").has("requeued c2 anna fallback").place("c2", "waiting")
	})
	t.Run("[M-12/last-agent] park, exit and a person who signs out", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna")
		f.do(to("c", Chat, "anna", func(in *Input) { in.Fallback = FallbackExit })).reject("anna", "c").has("exited c rejected")
		f.do(to("d", Chat, "anna", func(in *Input) { in.Fallback, in.TargetUntilAt = FallbackPark, f.now+60*second })).expect("queued d")
		f.do(Input{Type: InSignedOut, Agent: "anna"}).has("parked d anna personal")
	})
	t.Run("[S-9] an internal call reaches whoever is not talking, makes Ready Busy and leaves no trace", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").do(to("i", Invite, "anna", nil)).state("anna", "ringing")
		f.reject("anna", "i").has("exited i rejected").state("anna", "ready")
		f.do(to("j", Invite, "anna", nil)).wait(20*second).has("exited j noAnswer").state("anna", "ready")
		f.do(to("k", Invite, "anna", nil)).accept("anna", "k").state("anna", "busy").submit("c", Chat, "any").expect("queued c")
		f.do(to("l", Invite, "anna", nil)).expect("queued l", "exited l targetBusy")
		f.end("anna", "k").has("finished k anna ended").has("offered c anna")
	})
	t.Run("[S-9] an internal call in a break or Wrap-up leaves the state", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna").do(to("i", Invite, "anna", nil)).accept("anna", "i").state("anna", "not_ready sign_in")
		f.end("anna", "i").state("anna", "not_ready sign_in").choose("anna", Ready)
		f.submit("c", Chat, "any").accept("anna", "c").end("anna", "c").do(to("j", Invite, "anna", nil)).accept("anna", "j").state("anna", "wrapup")
		f.wait(30*second).has("finished c anna wrapupOver none").state("anna", "busy").end("anna", "j").state("anna", "ready")
	})
	t.Run("[S-2] a reserved agent rings with the mark until the call is there or given up", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").do(Input{Type: InSubmitted, Item: "r", Kind: Voice, Service: "any", Reserve: true})
		if last := f.out[len(f.out)-1]; !last.Reserve || last.State != Ringing {
			t.Fatalf("%+v", last)
		}
		f.submit("c", Chat, "any").expect("queued c").wait(300 * second).expect().cancel("r").has("agentState anna ready cancelled").has("offered c anna")
	})
}
