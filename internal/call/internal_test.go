package call

import (
	"context"
	"testing"
	"time"

	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/media"
)

// obliging is a floor that lets every call begin, or refuses it with a code.
type obliging struct {
	k       *desk
	refuses string
	took    chan core.Input
}

func (o *obliging) Do(_ context.Context, _ string, in core.Input) (floor.Answer, error) {
	o.took <- in
	if o.refuses != "" {
		return floor.Answer{}, fail.State(o.refuses)
	}
	o.k.decide(core.Effect{Type: core.OutAssigned, Item: in.Item, Agent: in.Agent, ByHand: true},
		core.Effect{Type: core.OutOffered, Item: in.NewItem, Agent: in.Target, UntilAt: o.k.s.now() + in.OfferMs})
	return floor.Answer{ChangeSeq: 7}, nil
}

func TestInternal(t *testing.T) {
	each(t, func(k *desk) {
		o := &obliging{k: k, took: make(chan core.Input, 1)}
		k.s.floor = o
		anna := Caller{tenant, "anna", "s1"}
		// rings is a call of Anna's with her line up; theirs is Boris's segment.
		rings := func() (b Begun, line *farLeg, theirs string) {
			k.Helper()
			b, err := k.s.CallColleague(k.ctx, anna, Colleague{Extension: "102"})
			k.must(err)
			theirs = (<-o.took).NewItem
			_, err = k.s.Attach(k.ctx, tenant, "anna", b.SegmentID, "offer")
			k.must(err)
			line = <-k.browsers.made
			k.until("the caller's line", b.CallID, func(c *Call, ps []*Part) bool {
				return c.State == StateWaiting && len(ps) == 2 && ps[0].Line == LineConnected && ps[1].State == PartExpected
			})
			return b, line, theirs
		}
		talks := func() (b Begun, mine, line *farLeg, theirs string) {
			k.Helper()
			b, mine, theirs = rings()
			_, err := k.s.Attach(k.ctx, tenant, "boris", theirs, "offer")
			k.must(err)
			k.decide(core.Effect{Type: core.OutAssigned, Item: theirs, Agent: "boris"})
			k.until("both", b.CallID, func(c *Call, ps []*Part) bool { return c.State == StateActive && ps[1].Line == LineConnected })
			return b, mine, <-k.browsers.made, theirs
		}
		// hears waits until a line is sent some sound.
		hears := func(l *farLeg, what string) {
			k.Helper()
			l.m.Connect(media.LegConfig{Stream: &deaf{over: make(chan struct{}), loud: &l.loud}, Codec: media.PCMU})
			late, look := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
			defer look.Stop()
			for since := l.loud.Load(); l.loud.Load()-since < 30; {
				select {
				case <-look.C:
				case <-late:
					k.Fatalf("%s is not heard", what)
				}
			}
		}
		k.Run("[V-7] the floor is asked for both parts at once, for 20 s of ringing; the caller hears ringback", func(t *testing.T) {
			b, err := k.s.CallColleague(k.ctx, anna, Colleague{UserID: "boris", ServiceID: "sales"})
			k.must(err)
			in := <-o.took
			if in.Type != core.InCalled || in.Agent != "anna" || in.Session != "s1" || in.Target != "boris" || in.Service != "sales" || in.OfferMs != 20_000 || in.Item != b.SegmentID || b.ChangeSeq != 7 {
				t.Errorf("asked %+v for %+v", in, b)
			}
			_, err = k.s.Attach(k.ctx, tenant, "anna", b.SegmentID, "offer")
			k.must(err)
			line := <-k.browsers.made
			hears(line, "ringback")
			_, err = k.s.EndPart(k.ctx, tenant, "anna", b.SegmentID)
			k.must(err)
			if mine, theirs := k.hear(core.InCancelled), k.hear(core.InCancelled); mine.Item != b.SegmentID || theirs.Item != in.NewItem {
				t.Errorf("told %+v, %+v", mine, theirs)
			}
			k.ends(line)
		})
		k.Run("[V-7] accepted: both are joined; whoever hangs up ends it for both", func(t *testing.T) {
			b, mine, line, theirs := talks()
			_, err := k.s.EndPart(k.ctx, tenant, "boris", theirs)
			k.must(err)
			if first, second := k.hear(core.InCancelled), k.hear(core.InCancelled); first.Item != theirs || second.Item != b.SegmentID || second.By != ByAgent {
				t.Errorf("told %+v, %+v", first, second)
			}
			k.ends(mine)
			k.ends(line)
			k.until("the end", b.CallID, func(c *Call, _ []*Part) bool { return c.State == StateEnded })
		})
		for code, reason := range map[string]string{core.ExitRejected: ReasonRejected, core.ExitNoAnswer: ReasonNoAnswer, core.ExitTargetBusy: ReasonBusy} {
			k.Run("[V-3/internal] "+reason+": busy for the caller, then the end", func(t *testing.T) {
				b, mine, theirs := rings()
				k.decide(core.Effect{Type: core.OutWithdrawn, Item: theirs, Agent: "boris"}, core.Effect{Type: core.OutExited, Item: theirs, Code: code})
				k.until("busy", b.CallID, func(c *Call, _ []*Part) bool { return c.State == StateUnserved && c.EndReason == reason })
				hears(mine, "busy")
				if in := k.hear(core.InCancelled); in.Item != b.SegmentID || in.Reason != reason || in.By != BySystem {
					t.Errorf("told %+v", in)
				}
				k.ends(mine)
			})
		}
		k.Run("[V-7] refused by the floor: nothing is left, in the rows and among the sessions", func(t *testing.T) {
			o.refuses = "busy"
			defer func() { o.refuses = "" }()
			_, err := k.s.CallColleague(k.ctx, anna, Colleague{UserID: "boris"})
			if code(err) != fail.CodeState {
				t.Errorf("answer %v", err)
			}
			in := <-o.took
			for _, id := range []string{in.Item, in.NewItem} {
				p, err := k.s.interactions.Segment(k.ctx, k.db.Read(), tenant, id)
				if err != nil || p.State != interaction.StateFinished || p.Outcome != interaction.OutcomeDeclined {
					t.Errorf("%+v, %v", p, err)
				}
			}
			callID, err := k.s.callOf(k.ctx, tenant, in.Item)
			k.must(err)
			k.until("the end", callID, func(c *Call, ps []*Part) bool {
				return c.State == StateEnded && ps[0].State == PartDone && ps[1].State == PartDone
			})
			k.decide(core.Effect{Type: core.OutAssigned, Item: in.NewItem, Agent: "boris"}) // the floor had it after all
			k.hear(core.InCancelled)
			k.hear(core.InCancelled)
		})
		k.Run("[V-7] the caller's line is lost for good: the floor is told; what it decides ends the call", func(t *testing.T) {
			b, mine, line, _ := talks()
			mine.events(LegEvent{Kind: LegEnded, Cause: CauseFailed})
			if in := k.hear(core.InLegFailed); in.Item != b.SegmentID || in.Agent != "anna" {
				t.Errorf("told %+v", in)
			}
			k.decide(core.Effect{Type: core.OutExited, Item: b.SegmentID, Code: core.ExitLost})
			k.hear(core.InCancelled)
			k.ends(line)
		})
		k.Run("[V-7] a process that died: the next start closes the call, both parts are told", func(t *testing.T) {
			b, _, _, theirs := talks()
			next := k.service() // its start closes the calls of others
			k.until("the end", b.CallID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndReason == ReasonSystemFailure })
			first, second := k.hear(core.InCancelled), k.hear(core.InCancelled)
			if first.Item != b.SegmentID || second.Item != theirs || first.By != BySystem || next.Node() == k.s.Node() {
				t.Errorf("told %+v, %+v", first, second)
			}
		})
		k.Run("[V-7] what has no meaning among colleagues is refused, and who can't be called", func(t *testing.T) {
			b, _, _, theirs := talks()
			_, moved := k.s.Transfer(k.ctx, tenant, "anna", b.SegmentID, interaction.Target{ServiceID: "sales"})
			_, asked := k.s.Invite(k.ctx, tenant, "anna", b.SegmentID, "carl")
			_, removed := k.s.Remove(k.ctx, tenant, "anna", b.SegmentID, theirs)
			for what, err := range map[string]error{"transfer": moved, "invitation": asked, "removal": removed} {
				if code(err) != fail.CodeState {
					t.Errorf("%s: %v", what, err)
				}
			}
			for what, to := range map[string]Colleague{"oneself": {Extension: "101"}, "nobody": {Extension: "999"}, "may not": {Extension: "103"}, "no name": {}, "two names": {UserID: "boris", Extension: "102"}} {
				if _, err := k.s.CallColleague(k.ctx, anna, to); code(err) != fail.CodeInvalid {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	})
}
