package core

import "testing"

func TestInternalCall(t *testing.T) {
	call := func(from, to string) Input {
		return Input{Type: InCalled, Agent: from, Item: "mine", NewItem: "theirs", Target: to, OfferMs: 20 * second}
	}
	pauses := func(agent string) Input {
		return Input{Type: InStateChosen, Agent: agent, State: NotReady, Reason: "lunch"}
	}
	rings := func(t *testing.T) *floor {
		return newFloor(t, centre()).ready("anna").ready("boris").do(call("anna", "boris"))
	}
	t.Run("[V-7] the caller is Busy at once, the colleague is offered the call", func(t *testing.T) {
		f := rings(t).expect("assigned mine anna opened", "agentState anna busy opened", "queued theirs", "offered theirs boris", "agentState boris ringing offer")
		f.accept("boris", "theirs").state("anna", "busy").state("boris", "busy")
		f.cancel("theirs").expect("finished theirs boris cancelled", "agentState boris ready finished").cancel("mine").expect("finished mine anna cancelled", "agentState anna ready finished")
	})
	t.Run("[V-3/internal] rejected or not answered: nobody's fault, the colleague's state is what it was", func(t *testing.T) {
		rings(t).do(Input{Type: InRejected, Agent: "boris", Item: "theirs"}).expect("withdrawn theirs boris rejected", "agentState boris ready rejected", "exited theirs rejected").state("anna", "busy")
		rings(t).wait(20*second).expect("withdrawn theirs boris expired", "agentState boris ready expired", "exited theirs noAnswer").state("anna", "busy")
	})
	t.Run("[V-3/internal] a colleague on a break is reached; whatever follows, the break goes on", func(t *testing.T) {
		pause := func() *floor {
			return newFloor(t, centre()).ready("anna").ready("boris").do(pauses("boris")).do(call("anna", "boris")).has("offered theirs boris").state("boris", "not_ready lunch")
		}
		pause().do(Input{Type: InRejected, Agent: "boris", Item: "theirs"}).state("boris", "not_ready lunch")
		pause().accept("boris", "theirs").state("boris", "not_ready lunch").cancel("theirs").state("boris", "not_ready lunch")
	})
	t.Run("[V-7] a caller on a break is Busy meanwhile and then back in it; in Wrap-up nothing changes", func(t *testing.T) {
		f := newFloor(t, centre()).ready("boris").ready("anna").do(pauses("anna")).do(call("anna", "boris")).state("anna", "busy")
		f.cancel("theirs").cancel("mine").state("anna", "not_ready lunch")
		f = newFloor(t, centre()).ready("anna").submit("a", Chat, "any").accept("anna", "a").end("anna", "a").state("anna", "wrapup").ready("boris")
		f.do(call("anna", "boris")).has("assigned mine anna opened").state("anna", "wrapup").cancel("theirs").cancel("mine").state("anna", "wrapup")
	})
	t.Run("[V-7] who is away, talks or is being offered something is refused, and the caller stays free", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").do(call("anna", "boris")).expect("refused mine anna targetAway").state("anna", "ready")
		f.do(call("anna", "anna")).expect("refused mine anna badInput").do(call("anna", "")).expect("refused mine anna badInput")
		f = newFloor(t, centre()).ready("boris").submit("a", Voice, "any").accept("boris", "a").ready("anna")
		f.do(call("anna", "boris")).expect("refused mine anna targetBusy").state("anna", "ready")
		f.do(call("boris", "anna")).expect("refused mine boris alreadyTalking").state("anna", "ready")
		f = newFloor(t, centre()).ready("boris").submit("a", Chat, "any").ready("anna").do(call("anna", "boris")).expect("refused mine anna targetBusy")
		f.do(Input{Type: InCalled, Agent: "anna", Item: "a", NewItem: "theirs", Target: "boris"}).expect("refused a anna exists")
	})
	t.Run("[V-7] the caller's line does not come up: the call is over, the state what it was", func(t *testing.T) {
		rings(t).do(Input{Type: InLegFailed, Agent: "anna", Item: "mine"}).expect("agentState anna ready finished", "exited mine lost").state("anna", "ready")
	})
	t.Run("[V-7] the caller is gone for good: the part leaves the floor with the agent", func(t *testing.T) {
		rings(t).do(Input{Type: InSocketLost, Agent: "anna"}).wait(15*second).has("exited mine lost").state("anna", "gone")
	})
}
