package core

import (
	"strings"
	"testing"
)

// situations bring anna into each state there is; i is the item in question.
var situations = []struct {
	name string
	make func(f *floor)
}{
	{"signed out", func(f *floor) { f.submit("i", Chat, "any") }},
	{"not_ready", func(f *floor) { f.signIn("anna").submit("i", Chat, "any") }},
	{"supervising", func(f *floor) {
		f.do(Input{Type: InSignedIn, Agent: "anna", Team: "team", State: Supervising}).submit("i", Chat, "any")
	}},
	{"ready", func(f *floor) { f.ready("anna") }},
	{"ringing", func(f *floor) { f.ready("anna").submit("i", Chat, "any") }},
	{"ringing, then not ready", func(f *floor) { f.ready("anna").submit("i", Chat, "any").choose("anna", NotReady) }},
	{"busy", func(f *floor) { f.ready("anna").submit("i", Chat, "any").accept("anna", "i") }},
	{"busy, then not ready", func(f *floor) {
		f.ready("anna").submit("i", Chat, "any").accept("anna", "i").choose("anna", NotReady)
	}},
	{"busy and offered", func(f *floor) {
		f.ready("anna").submit("j", Chat, "any").accept("anna", "j").submit("i", Chat, "any")
	}},
	{"busy from not ready", func(f *floor) {
		f.signIn("anna").do(Input{Type: InOpened, Agent: "anna", Item: "i", Kind: Email, Service: "any"})
	}},
	{"busy, one ended", func(f *floor) {
		f.ready("anna").submit("j", Chat, "any").accept("anna", "j").submit("i", Chat, "any").accept("anna", "i").end("anna", "i")
	}},
	{"wrapup", func(f *floor) { f.ready("anna").submit("i", Chat, "any").accept("anna", "i").end("anna", "i") }},
	{"wrapup, then not ready", func(f *floor) {
		f.ready("anna").submit("i", Chat, "any").accept("anna", "i").end("anna", "i").choose("anna", NotReady)
	}},
	{"internal call in not ready", func(f *floor) {
		f.signIn("anna").do(Input{Type: InSubmitted, Item: "i", Kind: Invite, Target: "anna"}).accept("anna", "i")
	}},
}

var commands = []struct {
	name string
	in   Input
}{
	{"choose ready", Input{Type: InStateChosen, State: Ready}},
	{"choose not_ready", Input{Type: InStateChosen, State: NotReady, Reason: "lunch"}},
	{"choose supervising", Input{Type: InStateChosen, State: Supervising}},
	{"force ready", Input{Type: InStateForced, State: Ready, By: "boss"}},
	{"force not_ready", Input{Type: InStateForced, State: NotReady, By: "boss"}},
	{"sign in again", Input{Type: InSignedIn, Team: "team", Session: "2"}},
	{"sign out", Input{Type: InSignedOut}},
	{"sign out by boss", Input{Type: InSignedOut, By: "boss"}},
	{"sign out by force", Input{Type: InSignedOut, By: "boss", Forced: true}},
	{"lost for 15 s", Input{Type: InSocketLost}},
	{"accept", Input{Type: InAccepted, Item: "i"}},
	{"reject", Input{Type: InRejected, Item: "i"}},
	{"leg failed", Input{Type: InLegFailed, Item: "i"}},
	{"open", Input{Type: InOpened, Item: "i", Kind: Chat, Service: "any"}},
	{"end", Input{Type: InEnded, Item: "i"}},
	{"finish", Input{Type: InFinished, Item: "i"}},
	{"transfer", Input{Type: InTransferred, Item: "i", NewItem: "k", Service: "sales"}},
	{"park", Input{Type: InParked, Item: "i", Reason: ParkedPersonal}},
	{"cancel", Input{Type: InCancelled, Item: "i"}},
	{"leave wrap-up", Input{Type: InWrapupEnded}},
	{"offer's or wrap-up's time", Input{Type: InTimer}},
	{"restart", Input{Type: InBoot}},
}

// TestEveryInputInEveryState: the answer to each input in each situation, as agent | item | refusal.
func TestEveryInputInEveryState(t *testing.T) {
	t.Run("[S-1] [S-2] [S-3] [S-4] [S-5] [R-7] every input in every state", func(t *testing.T) {
		var got strings.Builder
		for _, s := range situations {
			got.WriteString("== " + s.name + "\n")
			for _, cmd := range commands {
				got.WriteString(cmd.name + ": " + answer(t, s.make, cmd.in) + "\n")
			}
		}
		compareGolden(t, "testdata/states.txt", got.String())
	})
}

func answer(t *testing.T, situation func(*floor), in Input) string {
	f := newFloor(t, centre())
	situation(f)
	in.Agent = "anna"
	switch {
	case in.Type == InTimer:
		f.wait(31 * second)
	case in.Type == InSocketLost:
		f.do(in).wait(16 * second)
	default:
		f.do(in)
	}
	out := describeAgent(f.c, "anna") + " | " + describeItem(f.c, "i")
	for _, e := range f.out {
		if e.Type == OutRefused {
			out += " | refused " + e.Code
		}
	}
	return out
}

func describeAgent(c *Core, id string) string {
	a, ok := c.Agent(id)
	if !ok {
		return "gone"
	}
	out := a.State
	if a.Reason != "" {
		out += " " + a.Reason
	}
	if a.Pending != "" {
		out += " then " + strings.TrimSpace(a.Pending+" "+a.PendingReason)
	}
	return out
}

func describeItem(c *Core, id string) string {
	it, ok := c.Item(id)
	if !ok {
		return "gone"
	}
	out := it.Place
	if it.Ended {
		out = "ended"
	}
	if it.Agent != "" {
		out += " " + it.Agent
	}
	if it.Reason != "" {
		out += " " + it.Reason
	}
	return out
}
