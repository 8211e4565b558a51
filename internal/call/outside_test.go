package call

import (
	"slices"
	"testing"
	"time"

	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// handedOut gives a call that the agent has handed on to a number, which rings.
func (k *desk) handedOut(agent, number string) (callID string, customer *farLeg, out ringing, segment string) {
	k.Helper()
	callID, customer, line, segment := k.talking(agent)
	_, err := k.s.Transfer(k.ctx, tenant, agent, segment, interaction.Target{Number: number, Note: "about the bill"})
	k.must(err)
	if in := k.hear(core.InCancelled); in.Item != segment || in.By != ByAgent || in.Reason != interaction.OutcomeTransferred {
		k.Errorf("told %+v", in)
	}
	k.ends(line)
	k.decide(core.Effect{Type: core.OutEnded, Item: segment, Agent: agent})
	select {
	case out = <-k.phones.dialled:
	case <-time.After(30 * time.Second):
		k.Fatal("the number was not rung")
	}
	return callID, customer, out, segment
}

// part is the record of whom the customer was handed on to: the last but so many.
func (k *desk) part(callID string, last int) interaction.Segment {
	k.Helper()
	c, err := get(k.ctx, k.db.Read(), tenant, callID)
	k.must(err)
	all, err := k.s.interactions.Segments(k.ctx, k.db.Read(), tenant, c.InteractionID)
	k.must(err)
	return all[len(all)-1-last]
}

// comesBack: the call waits for the agent who handed it on, then for anybody, with priority.
func (k *desk) comesBack(callID string, customer *farLeg, agent, why string) {
	k.Helper()
	in := k.hear(core.InSubmitted)
	if in.Target != agent || in.Fallback != core.FallbackQueue || in.Service != "sales" || in.Kind != "voice" || in.OfferMs != 20_000 || in.EnqueuedAt >= k.part(callID, 0).QueuedAt {
		k.Errorf("told %+v", in)
	}
	k.until("waiting", callID, func(c *Call, ps []*Part) bool {
		return c.State == StateWaiting && c.Outside == Outside{} && slices.ContainsFunc(ps, func(p *Part) bool { return p.SegmentID == in.Item && p.State == PartExpected })
	})
	if p := k.part(callID, 1); p.State != interaction.StateFinished || p.Outcome != interaction.OutcomeDeclined || p.EndReason != why || p.AcceptedAt != 0 {
		k.Errorf("the number's part %+v", p)
	}
	if p := k.part(callID, 0); p.ID != in.Item || p.Note != "about the bill" || p.ToNumber != "" {
		k.Errorf("the part that waits %+v", p)
	}
	select {
	case <-customer.hungUp:
		k.Error("the customer was hung up")
	default:
	}
}

func TestNumberOutside(t *testing.T) {
	each(t, func(k *desk) {
		k.Run("[V-20/number] [V-19] handed on to a number: the agent is off at once, the customer hears music, then whoever answers", func(t *testing.T) {
			callID, customer, out, segment := k.handedOut("anna", "+7 (916) 123-45-67")
			if want := (Dialling{tenant, "carrier", "+74957654321", "+79161234567"}); out.to != want {
				t.Errorf("dialled %+v", out.to)
			}
			if ps, err := partsOf(k.ctx, k.db.Read(), tenant, callID); err != nil || ps[0].SegmentID != segment || ps[0].State != PartLeft {
				t.Errorf("the agent's part %+v, %v", ps[0], err)
			}
			p := k.part(callID, 0)
			if p.State != interaction.StateOffered || p.ToNumber != "+79161234567" || p.AgentID != "" || p.FromUserID != "anna" {
				t.Errorf("while it rings: %+v", p)
			}
			k.until("music", callID, func(*Call, []*Part) bool { return customer.loud.Load() > 0 })
			k.must(out.Answer())
			k.until("talk", callID, func(c *Call, _ []*Part) bool { return c.State == StateActive && c.Outside.AnsweredAt > 0 })
			if v, err := k.s.Customer(k.ctx, tenant, callID); err != nil || v.State != "talking" {
				t.Errorf("the customer sees %+v, %v", v, err)
			}
			i, err := k.s.interactions.Get(k.ctx, k.db.Read(), tenant, p.InteractionID)
			if err != nil || i.State != interaction.StateActive {
				t.Errorf("the contact %+v, %v", i, err)
			}
			out.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.ends(customer)
			k.until("the end", callID, func(c *Call, _ []*Part) bool {
				return c.State == StateEnded && c.EndReason == ReasonOutsideEnded && c.EndedBy == ""
			})
			if p := k.part(callID, 0); p.State != interaction.StateFinished || p.Outcome != interaction.OutcomeTransferred || p.AcceptedAt == 0 || p.TalkMS < 0 {
				t.Errorf("recorded %+v", p)
			}
			if ls := k.legs(callID, p.ID); len(ls) != 1 || ls[0].ConnectedAt == 0 || ls[0].EndedAt == 0 || ls[0].Stored != "" {
				t.Errorf("the line to the number %+v", ls)
			}
		})
		k.Run("[V-20/number] the customer hangs up while they talk: the number is hung up, the part is a transfer", func(t *testing.T) {
			callID, customer, out, _ := k.handedOut("anna", "102")
			k.must(out.Answer())
			k.until("talk", callID, func(c *Call, _ []*Part) bool { return c.Outside.AnsweredAt > 0 })
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.ends(out.farLeg)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndedBy == ByCustomer })
			if p := k.part(callID, 0); p.Outcome != interaction.OutcomeTransferred || p.EndedBy != interaction.ByCustomer {
				t.Errorf("recorded %+v", p)
			}
		})
		k.Run("[V-20/number] the customer gives up while it rings: the number is not rung any more", func(t *testing.T) {
			callID, customer, out, _ := k.handedOut("anna", "102")
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.ends(out.farLeg)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndedBy == ByCustomer })
			if p := k.part(callID, 0); p.State != interaction.StateFinished || p.Outcome != interaction.OutcomeAbandoned || p.AcceptedAt != 0 {
				t.Errorf("recorded %+v", p)
			}
		})
		for why, cause := range map[string]Cause{ReasonBusy: CauseBusy, ReasonRefused: CauseDeclined, ReasonUnknownNumber: CauseNotFound, ReasonNoAnswer: CauseClosed, ReasonFailed: CauseFailed} {
			k.Run("[V-19] "+why+": the call comes back, never dropped", func(t *testing.T) {
				callID, customer, out, _ := k.handedOut("anna", "102")
				out.events(LegEvent{Kind: LegEnded, Cause: cause})
				k.comesBack(callID, customer, "anna", why)
				customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
				k.hear(core.InCancelled)
			})
		}
		k.Run("[V-19] nobody answers in the service's time: the number is not rung any more, the call comes back and says so in the offer", func(t *testing.T) {
			k.set.ring = 1
			defer func() { k.set.ring = 30 }()
			callID, customer, out, _ := k.handedOut("anna", "102")
			k.ends(out.farLeg)
			k.comesBack(callID, customer, "anna", ReasonNoAnswer)
			segment := k.part(callID, 0).ID
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "boris"})
			rows, err := k.s.interactions.OpenRows(k.ctx, k.db.Read(), tenant, "boris")
			k.must(err)
			if len(rows.Offers) != 1 || rows.Offers[0].Transfer == nil || rows.Offers[0].Transfer.Number != "102" || rows.Offers[0].Transfer.Why != ReasonNoAnswer {
				t.Errorf("offered %+v", rows.Offers)
			}
			_, err = k.s.Attach(k.ctx, tenant, "boris", segment, "offer")
			k.must(err)
			k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: "boris"})
			k.until("talk", callID, func(c *Call, _ []*Part) bool { return c.State == StateActive })
			// And again, to another number.
			_, err = k.s.Transfer(k.ctx, tenant, "boris", segment, interaction.Target{Number: "103"})
			k.must(err)
			if in := k.hear(core.InCancelled); in.Item != segment {
				t.Errorf("told %+v", in)
			}
			if again := <-k.phones.dialled; again.to.Number != "103" {
				t.Errorf("dialled %+v", again.to)
			}
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded })
		})
		k.Run("[V-19] a trunk that is dead when the number is to be rung: the call comes back", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			_, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{Number: "00", Note: "about the bill"})
			k.must(err)
			k.hear(core.InCancelled)
			k.ends(line)
			k.comesBack(callID, customer, "anna", ReasonFailed)
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.hear(core.InCancelled)
		})
		k.Run("[V-20/number] what is no number, or with a service, or without a trunk, does nothing: the agent has the call", func(t *testing.T) {
			callID, _, _, segment := k.talking("anna")
			for _, to := range []interaction.Target{{Number: "boris"}, {Number: "1"}, {Number: "+7"}, {Number: "102;ext=1"}, {Number: "102", ServiceID: "support"}, {Number: "102", UserID: "boris"}} {
				if _, err := k.s.Transfer(k.ctx, tenant, "anna", segment, to); code(err) != "PAR-0001" {
					t.Errorf("%+v: %v", to, err)
				}
			}
			way := k.set.way
			k.set.way = Way{}
			_, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{Number: "102"})
			k.set.way = way
			if code(err) != "PAR-3002" {
				t.Errorf("without a trunk: %v", err)
			}
			if _, err := k.s.Transfer(k.ctx, tenant, "boris", segment, interaction.Target{Number: "102"}); code(err) != "PAR-0002" {
				t.Errorf("somebody else: %v", err)
			}
			k.until("talk", callID, func(c *Call, ps []*Part) bool { return c.State == StateActive && ps[0].State == PartJoined })
			_, err = k.s.EndPart(k.ctx, tenant, "anna", segment)
			k.must(err)
			k.hear(core.InCancelled)
		})
		k.Run("[V-20/number] with a colleague in the call it is refused; an invitation that is open is taken back", func(t *testing.T) {
			callID, customer, _, segment := k.talking("anna")
			_, err := k.s.Invite(k.ctx, tenant, "anna", segment, "boris")
			k.must(err)
			asked := k.hear(core.InSubmitted).Item
			k.decide(core.Effect{Type: core.OutOffered, Item: asked, Agent: "boris"}, core.Effect{Type: core.OutAssigned, Item: asked, Agent: "boris"})
			if _, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{Number: "102"}); code(err) != "PAR-0005" {
				t.Errorf("with a colleague: %v", err)
			}
			_, err = k.s.Remove(k.ctx, tenant, "anna", segment, asked)
			k.must(err)
			k.hear(core.InCancelled)
			_, err = k.s.Invite(k.ctx, tenant, "anna", segment, "vera")
			k.must(err)
			asked = k.hear(core.InSubmitted).Item
			_, err = k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{Number: "102"})
			k.must(err)
			if in := k.hear(core.InCancelled); in.Item != asked {
				t.Errorf("told %+v", in)
			}
			k.hear(core.InCancelled)
			out := <-k.phones.dialled
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.ends(out.farLeg)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded })
		})
	})
}

func TestProcessDiesWithNumberOutside(t *testing.T) {
	each(t, func(k *desk) {
		k.Run("[V-20/number] the process dies while they talk: both far ends are hung up, the record is closed", func(t *testing.T) {
			callID, _, out, _ := k.handedOut("anna", "102")
			k.must(out.Answer())
			out.events(LegEvent{Kind: LegStored})
			k.until("talk", callID, func(c *Call, _ []*Part) bool { return c.Outside.AnsweredAt > 0 })
			k.awaitLegs("all lines", dead)
			k.service() // the next process on the same data
			var hung []string
			for range 2 {
				select {
				case stored := <-k.phones.hungUp:
					hung = append(hung, stored)
				case <-time.After(30 * time.Second):
					t.Fatalf("only %v were hung up", hung)
				}
			}
			if slices.Sort(hung); hung[0] != "dialog" || hung[1] != "outside" {
				t.Errorf("hung up %v", hung)
			}
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndReason == ReasonSystemFailure })
			if p := k.part(callID, 0); p.State != interaction.StateFinished || p.EndedBy != interaction.BySystem {
				t.Errorf("recorded %+v", p)
			}
		})
	})
}
