package core

import (
	"fmt"
	"testing"
)

// holding gives anna the kinds by hand of the queue, one after the other.
func holding(f *floor, kinds ...string) *floor {
	f.Helper()
	for i, k := range kinds {
		item := fmt.Sprintf("held%d", i)
		f.submit(item, k, "any").has("offered "+item+" anna").accept("anna", item)
	}
	return f
}

func TestCapacity(t *testing.T) {
	for _, row := range []struct {
		inHand []string
		may    string // letters of what may be offered: Voice, Chat, Email, Preview
	}{
		{nil, "VCEP"},
		{[]string{Chat}, "VCP"},
		{[]string{Chat, Chat}, "VCP"},
		{[]string{Chat, Chat, Chat}, "C"},
		{[]string{Chat, Chat, Chat, Chat}, ""},
		{[]string{Voice}, ""},
		{[]string{Preview}, ""},
		{[]string{Email}, "VCP"},
		{[]string{Email, Chat}, "VCP"},
		{[]string{Email, Voice}, ""},
		{[]string{Chat, Voice}, ""},
	} {
		t.Run(fmt.Sprintf("[S-9] [M-12/capacity] with %v in hand: %q", row.inHand, row.may), func(t *testing.T) {
			for i, kind := range []string{Voice, Chat, Email, Preview} {
				f := holding(newFloor(t, centre()).ready("anna"), row.inHand...)
				f.submit("next", kind, "any")
				may := false
				for _, letter := range row.may {
					may = may || letter == rune("VCEP"[i])
				}
				if may {
					f.has("offered next anna")
				} else {
					f.expect("queued next")
				}
			}
		})
	}
	t.Run("[S-9] an open offer counts: one offer at a time", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna").submit("a", Chat, "any").submit("b", Chat, "any").expect("queued b")
		f.accept("anna", "a").has("offered b anna").submit("c", Chat, "any").expect("queued c").accept("anna", "b").has("offered c anna")
	})
	t.Run("[S-9] mails waiting in the personal queue take nothing", func(t *testing.T) {
		f := newFloor(t, centre()).ready("anna")
		for i := range 5 {
			f.do(Input{Type: InParked, Item: fmt.Sprint("m", i), Kind: Email, Agent: "anna", Reason: ParkedPersonal})
		}
		f.submit("n", Email, "any").has("offered n anna")
	})
	t.Run("[S-9] an ended row keeps its share until finished, at most for the wrap-up time", func(t *testing.T) {
		f := holding(newFloor(t, centre()).ready("anna"), Chat, Chat, Chat, Chat)
		f.end("anna", "held0").submit("x", Chat, "any").expect("queued x").wait(30*second - 1).expect()
		f.wait(1).has("offered x anna").place("held0", "handled anna ended")
		f.reject("anna", "x").choose("anna", Ready).end("anna", "held1").finish("anna", "held1").has("finished held1 anna agent")
	})
	t.Run("[S-9] without wrap-up an ended row takes no share and waits for the others", func(t *testing.T) {
		f := holding(newFloor(t, centre(func(c *Config) { c.Teams[0].Wrapup = false })).ready("anna"), Chat, Chat, Chat, Chat)
		f.end("anna", "held0").submit("x", Chat, "any").has("offered x anna").place("held0", "handled anna ended").accept("anna", "x")
		f.end("anna", "x").end("anna", "held1").end("anna", "held2").end("anna", "held3")
		f.has("finished held0 anna noWrapup none").has("finished x anna noWrapup none").state("anna", "ready")
	})
	t.Run("[S-9] [M-12/capacity] tenant, team and agent may set it; the nearest wins", func(t *testing.T) {
		cfg := centre(func(c *Config) {
			c.Capacity = []KindCapacity{{Kind: Chat, Share: 50, Need: 50}}
			c.Teams = append(c.Teams, Team{ID: "slow", Capacity: []KindCapacity{{Kind: Chat, Share: 100, Need: 100}}})
		})
		most := func(team string, own []KindCapacity) int {
			f := newFloor(t, cfg).do(Input{Type: InSignedIn, Agent: "anna", Team: team, Capacity: own}).choose("anna", Ready)
			for i := range 10 {
				f.submit(fmt.Sprint("c", i), Chat, "any").accept("anna", fmt.Sprint("c", i))
			}
			a := f.c.agents["anna"]
			return len(a.rows)
		}
		if a, b, c := most("team", nil), most("slow", nil), most("slow", []KindCapacity{{Kind: Chat, Share: 20, Need: 20}}); a != 2 || b != 1 || c != 5 {
			t.Fatalf("tenant %d, team %d, agent %d chats", a, b, c)
		}
	})
	t.Run("[M-12/capacity] override: a call may come on top of mails that would hinder it", func(t *testing.T) {
		full := KindCapacity{Kind: Email, Share: 100, Need: 100}
		f := newFloor(t, centre(func(c *Config) { c.Capacity = []KindCapacity{full} })).ready("anna")
		holding(f, Email).submit("v", Voice, "any").expect("queued v")
		f = newFloor(t, centre(func(c *Config) {
			c.Capacity = []KindCapacity{full, {Kind: Voice, Share: 100, Need: 50, Over: []string{Email}}}
		})).ready("anna")
		holding(f, Email).submit("v", Voice, "any").has("offered v anna").accept("anna", "v").submit("w", Voice, "any").expect("queued w")
	})
	t.Run("[M-12/capacity] precedence: the higher kind goes first however long the other waits", func(t *testing.T) {
		f := newFloor(t, centre(func(c *Config) { c.Capacity = []KindCapacity{{Kind: Voice, Share: 100, Need: 50, Precedence: 5}} }))
		f.submit("m", Email, "any").wait(1000*second).submit("v", Voice, "any").ready("anna").has("offered v anna")
	})
	t.Run("[M-12/capacity] by default inbound goes before campaign records (O-15)", func(t *testing.T) {
		newFloor(t, centre()).submit("p", Preview, "any").wait(1000*second).submit("m", Chat, "any").ready("anna").has("offered m anna")
	})
	t.Run("[S-9] a change of capacity counts at once", func(t *testing.T) {
		f := holding(newFloor(t, centre()).ready("anna"), Voice).submit("c", Chat, "any").expect("queued c")
		f.do(Input{Type: InAgentConfigured, Agent: "anna", Team: "team", Capacity: []KindCapacity{{Kind: Voice, Share: 75, Need: 75}}}).has("offered c anna")
	})
	t.Run("[S-9] kinds the agent may not have are never offered", func(t *testing.T) {
		f := newFloor(t, centre()).do(Input{Type: InSignedIn, Agent: "anna", Kinds: []string{Chat}}).choose("anna", Ready)
		f.submit("v", Voice, "any").expect("queued v").submit("c", Chat, "any").has("offered c anna")
	})
	t.Run("[S-9] by hand: one call, up to ten open mails, whatever the capacity", func(t *testing.T) {
		f := newFloor(t, centre()).signIn("anna")
		open := func(item, kind string) *floor {
			return f.do(Input{Type: InOpened, Agent: "anna", Item: item, Kind: kind, Service: "any"})
		}
		for i := range 10 {
			open(fmt.Sprint("m", i), Email).has(fmt.Sprintf("assigned m%d anna opened", i))
		}
		open("m10", Email).expect("refused m10 anna mailLimit")
		open("v", Voice).has("assigned v anna opened")
		open("w", Voice).expect("refused w anna alreadyTalking")
	})
}
