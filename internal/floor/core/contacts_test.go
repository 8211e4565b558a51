package core

import "testing"

func TestContactsWay(t *testing.T) {
	t.Run("[S-1] [S-2] [S-3] [S-4] a call's way from the queue to Ready again", func(t *testing.T) {
		f := newFloor(t, centre())
		f.signIn("anna", "sales", 50).expect("signedIn anna", "agentState anna not_ready sign_in signIn")
		f.choose("anna", Ready).expect("agentState anna ready agent")
		f.submit("call", Voice, "sales").expect("queued call", "offered call anna", "agentState anna ringing offer")
		f.accept("anna", "call").expect("assigned call anna accepted", "agentState anna busy accepted")
		f.cancel("call").expect("ended call anna cancelled", "agentState anna wrapup ended")
		f.finish("anna", "call").expect("finished call anna agent", "agentState anna ready finished")
		f.place("call", "gone")
	})
}
