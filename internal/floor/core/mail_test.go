package core

import "testing"

// pulling is a centre with one more service, whose items agents take by hand.
func pulling(change ...func(*Config)) Config {
	return centre(append(change, func(c *Config) { c.Services = append(c.Services, Service{ID: "post", Pull: true}) })...)
}

func TestTeamQueue(t *testing.T) {
	t.Run("[E-6/pulled] a mail of a service without distribution lies in the team's queue, offered to nobody", func(t *testing.T) {
		f := newFloor(t, pulling()).ready("anna").submit("m", Email, "post").expect("parked m pull").place("m", "parked")
		f.wait(60*second).hasNot("offered").do(Input{Type: InOpened, Agent: "anna", Item: "m"}).has("assigned m anna opened").state("anna", "busy")
	})
	t.Run("[E-16/rules] who takes it first has it; the second is told", func(t *testing.T) {
		f := newFloor(t, pulling()).ready("anna").ready("boris").submit("m", Email, "post").submit("n", Email, "any").has("offered n anna")
		f.do(Input{Type: InTaken, Agent: "boris", Item: "m"}).expect("parked m boris personal")
		f.do(Input{Type: InTaken, Agent: "anna", Item: "m"}).expect("refused m anna taken")
		f.do(Input{Type: InOpened, Agent: "anna", Item: "m"}).expect("refused m anna taken")
		f.do(Input{Type: InTaken, Agent: "boris", Item: "n"}).expect("refused n boris taken") // being offered to Anna
		f.do(Input{Type: InTaken, Agent: "boris", Item: "m"}).expect()
	})
	t.Run("[E-16/rules] one that waits for an offer can be taken too; taking an open offer is answering it", func(t *testing.T) {
		f := newFloor(t, pulling()).signIn("anna").submit("m", Email, "any").expect("queued m")
		f.do(Input{Type: InTaken, Agent: "anna", Item: "m"}).expect("parked m anna personal")
		f = newFloor(t, pulling()).ready("anna").submit("m", Email, "any").has("offered m anna")
		f.do(Input{Type: InTaken, Agent: "anna", Item: "m"}).has("withdrawn m anna parked").has("parked m anna personal").state("anna", "ready")
	})
	t.Run("[E-16/rules] a mail goes back to the team's queue: offered where the service distributes, else not", func(t *testing.T) {
		f := newFloor(t, pulling()).ready("boris").submit("m", Email, "post").do(Input{Type: InTaken, Agent: "anna", Item: "m"})
		f.do(Input{Type: InSubmitted, Item: "m", Agent: "boris"}).expect("refused m boris taken")
		f.do(Input{Type: InSubmitted, Item: "m", Agent: "anna"}).expect("parked m pull")
		f.do(Input{Type: InSubmitted, Item: "m", Service: "any"}).has("offered m boris")
	})
	t.Run("[E-6/assigned] a supervisor assigns: from the queue, from another's queue, from another's hands", func(t *testing.T) {
		assign := func(agent, item string) Input {
			return Input{Type: InTaken, Agent: agent, Item: item, By: "boss", Forced: true}
		}
		f := newFloor(t, pulling()).ready("anna").submit("m", Email, "post").do(assign("boris", "m")).expect("parked m boris personal")
		f.do(assign("anna", "m")).expect("parked m anna personal").do(Input{Type: InOpened, Agent: "anna", Item: "m"}).state("anna", "busy")
		f.do(assign("boris", "m")).has("parked m boris personal").state("anna", "ready")
		f.ready("clara").submit("x", Chat, "any").do(assign("boris", "x")).has("refused x boris notForKind")
		f.do(assign("boris", "unknown")).has("refused unknown boris unknownItem").do(assign("", "m")).has("refused m badInput")
	})
	t.Run("[E-6/replies] what is meant for one person is offered all the same, then lies in that person's queue (decision 32)", func(t *testing.T) {
		f := newFloor(t, pulling()).ready("anna").do(Input{Type: InSubmitted, Item: "m", Kind: Email, Service: "post", Target: "anna", Fallback: FallbackPark})
		f.has("offered m anna").wait(21*second).has("parked m anna personal").state("anna", "not_ready no_answer")
		f.do(Input{Type: InSubmitted, Item: "n", Kind: Email, Service: "post", Target: "boris", Fallback: FallbackPark}).has("parked n boris personal")
	})
	t.Run("[M-10] switching distribution on or off moves what waits, without a restart", func(t *testing.T) {
		f := newFloor(t, pulling()).ready("anna").submit("m", Email, "post")
		on, off := centre(), pulling()
		on.Services = append(on.Services, Service{ID: "post"})
		f.do(Input{Type: InConfigure, Config: &on}).has("requeued m configured").has("offered m anna").reject("anna", "m").place("m", "waiting")
		f.do(Input{Type: InConfigure, Config: &off}).has("parked m pull").place("m", "parked")
	})
}
