package interaction_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/internal/interaction"
)

var states = []string{"waiting", "offered", "active", "ended", "finished", "parked"}
var steps = []string{"queued", "offered", "withdrawn", "accepted", "ended", "finished", "parked"}

// allowed is doc.go's diagram once more, written down by hand.
var allowed = map[string]string{
	"waiting queued": "waiting", "waiting offered": "offered", "waiting parked": "parked", "waiting accepted": "active",
	"waiting ended": "finished", "waiting finished": "finished",
	"offered withdrawn": "waiting", "offered accepted": "active", "offered parked": "parked", "offered queued": "waiting",
	"offered ended": "finished", "offered finished": "finished",
	"active ended": "ended", "active finished": "finished", "active queued": "waiting", "active parked": "parked",
	"ended finished": "finished",
	"parked queued":  "waiting", "parked offered": "offered", "parked accepted": "active", "parked parked": "parked",
	"parked ended": "finished", "parked finished": "finished",
}

func TestSegmentStates(t *testing.T) {
	for _, from := range states {
		for _, kind := range steps {
			t.Run(fmt.Sprintf("[R-30] %s, %s", from, kind), func(t *testing.T) {
				p := interaction.Segment{ID: "s", State: from, SinceAt: 1_000}
				was := p
				err := p.Apply(interaction.Step{Kind: kind, At: 5_000, AgentID: "a"})
				want, ok := allowed[from+" "+kind]
				switch {
				case ok && (err != nil || p.State != want || p.SinceAt != 5_000):
					t.Errorf("is %s (%v), wanted %s", p.State, err, want)
				case !ok && (err == nil || p != was):
					t.Errorf("allowed, or changed: %+v", p)
				case ok && want == "finished" && (p.FinishedAt != 5_000 || p.EndedAt == 0 || p.Outcome == ""):
					t.Errorf("finished without its figures: %+v", p)
				}
			})
		}
	}
	if len(allowed) != 23 {
		t.Errorf("%d moves written down", len(allowed))
	}
}

func TestTimes(t *testing.T) {
	type st = interaction.Step
	cases := []struct {
		name  string
		steps []st
		want  interaction.Segment
	}{
		{"[R-5] offers' times are ringing, the rest of the wait is queue; answered in time counts both", []st{
			{Kind: "offered", At: 3_000, AgentID: "a"}, {Kind: "withdrawn", At: 8_000, Cause: "missed"},
			{Kind: "offered", At: 9_000, AgentID: "b"}, {Kind: "accepted", At: 20_000, AgentID: "b"},
			{Kind: "ended", At: 50_000, By: "agent"}, {Kind: "finished", At: 61_000}},
			interaction.Segment{QueueMS: 4_000, RingMS: 16_000, TalkMS: 30_000, WrapupMS: 11_000, Misses: 1, AnsweredInSL: true, Outcome: "handled"}},
		{"[R-5] one ms late is late", []st{
			{Kind: "offered", At: 20_000, AgentID: "a"}, {Kind: "accepted", At: 20_001, AgentID: "a"}, {Kind: "finished", At: 30_001}},
			interaction.Segment{QueueMS: 20_000, RingMS: 1, TalkMS: 10_000, AnsweredInSL: false, Outcome: "handled"}},
		{"[R-5] the customer who leaves in time is short", []st{{Kind: "finished", At: 20_000, By: "customer"}},
			interaction.Segment{QueueMS: 20_000, Outcome: "abandoned"}},
		{"[S-6] a second agent after a lost connection does not undo the answer in time", []st{
			{Kind: "accepted", At: 5_000, AgentID: "a"}, {Kind: "queued", At: 15_000}, {Kind: "accepted", At: 95_000, AgentID: "b"},
			{Kind: "ended", At: 100_000, By: "customer"}, {Kind: "finished", At: 100_000}},
			interaction.Segment{QueueMS: 85_000, TalkMS: 15_000, AnsweredInSL: true, Outcome: "handled"}},
		{"[R-30] parked is waiting too; nobody took it", []st{{Kind: "parked", At: 2_000}, {Kind: "finished", At: 9_000, By: "system", Cause: "timedOut"}},
			interaction.Segment{QueueMS: 9_000, Outcome: "refused"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := interaction.Segment{ID: "s", State: "waiting", Purpose: "queue", SLMS: 20_000}
			for _, s := range c.steps {
				if err := p.Apply(s); err != nil {
					t.Fatal(err)
				}
			}
			got := interaction.Segment{QueueMS: p.QueueMS, RingMS: p.RingMS, TalkMS: p.TalkMS, WrapupMS: p.WrapupMS, Misses: p.Misses,
				AnsweredInSL: p.AnsweredInSL, Outcome: p.Outcome}
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if c.want.Outcome == "abandoned" && !p.Short() {
				t.Error("not short")
			}
		})
	}
}

func TestOrganiser(t *testing.T) {
	t.Run("[C-12] the organiser is who has been in longest; when gone, the next", func(t *testing.T) {
		a := &interaction.Segment{ID: "a", N: 1, State: "active", AcceptedAt: 100}
		b := &interaction.Segment{ID: "b", N: 2, State: "active", AcceptedAt: 200}
		c := &interaction.Segment{ID: "c", N: 3, State: "offered"}
		all := []*interaction.Segment{c, b, a}
		if o := interaction.Organiser(all); o != a {
			t.Errorf("%+v", o)
		}
		a.State = "ended"
		if o := interaction.Organiser(all); o != b {
			t.Errorf("%+v", o)
		}
		if o := interaction.Organiser(slices.Delete(all, 1, 2)); o != nil {
			t.Errorf("%+v", o)
		}
	})
}
