package call

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

func TestEveryPairOfStates(t *testing.T) {
	all := []State{StateWaiting, StateActive, StateUnserved, StateEnded}
	allowed := map[[2]State]bool{{StateWaiting, StateActive}: true, {StateWaiting, StateUnserved}: true, {StateWaiting, StateEnded}: true,
		{StateActive, StateWaiting}: true, {StateActive, StateEnded}: true, {StateUnserved, StateEnded}: true}
	for _, from := range all {
		for _, to := range all {
			if from.May(to) != allowed[[2]State{from, to}] {
				t.Errorf("%s → %s: %v", from, to, from.May(to))
			}
		}
	}
}

func code(err error) string {
	if e, ok := errors.AsType[*fail.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestCall(t *testing.T) {
	each(t, func(k *desk) {
		k.Run("[V-2] accepted: the line that was made while it rang is joined; the record has who called", func(t *testing.T) {
			callID, customer, _, segment := k.talking("anna")
			c, _ := get(k.ctx, k.db.Read(), tenant, callID)
			if c.State != StateActive || !customer.answered || c.Number != "+74951234567" {
				t.Errorf("call %+v", c)
			}
			i, err := k.s.interactions.Get(k.ctx, k.db.Read(), tenant, c.InteractionID)
			if err != nil || i.Customer.Name != "Ivan" || i.Customer.Phone != "+74951234567" {
				t.Errorf("customer %+v, %v", i.Customer, err)
			}
			views, err := k.s.Calls(k.ctx, k.db.Read(), tenant, "anna")
			if err != nil || len(views) == 0 || views[len(views)-1].SegmentID != segment || views[len(views)-1].Leg != LineConnected {
				t.Errorf("views %+v, %v", views, err)
			}
		})
		k.Run("[V-6/customer] the customer hangs up: every line ends, the floor is told who it was", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			if in := k.hear(core.InCancelled); in.Item != segment || in.By != ByCustomer || in.Reason != ReasonHungUp {
				t.Errorf("told %+v", in)
			}
			k.ends(line)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndedBy == ByCustomer })
		})
		k.Run("[V-6/button] the agent ends: the customer is hung up, a second end is refused", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			_, err := k.s.EndPart(k.ctx, tenant, "anna", segment)
			k.must(err)
			if in := k.hear(core.InCancelled); in.By != ByAgent || in.Item != segment {
				t.Errorf("told %+v", in)
			}
			k.ends(customer)
			k.ends(line)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.EndedBy == ByAgent })
			if _, err := k.s.EndPart(k.ctx, tenant, "anna", segment); code(err) != "PAR-0005" {
				t.Errorf("again: %v", err)
			}
		})
		k.Run("[V-6/abandoned] a caller who gives up waiting is an abandoned contact", func(t *testing.T) {
			callID, customer, _ := k.incoming()
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseCancel})
			if in := k.hear(core.InCancelled); in.By != ByCustomer || in.Reason != ReasonAbandoned {
				t.Errorf("told %+v", in)
			}
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.EndReason == ReasonAbandoned })
		})
		k.Run("[V-3/external] a rejected offer drops the line that rang; the call waits on", func(t *testing.T) {
			callID, customer, segment := k.incoming()
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "anna"})
			_, err := k.s.Attach(k.ctx, tenant, "anna", segment, "offer")
			k.must(err)
			line := <-k.browsers.made
			k.decide(core.Effect{Type: core.OutWithdrawn, Item: segment, Agent: "anna", Cause: core.CauseRejected})
			k.ends(line)
			k.until("waiting", callID, func(c *Call, _ []*Part) bool { return c.State == StateWaiting })
			select {
			case <-customer.hungUp:
				t.Error("the customer was hung up")
			default:
			}
		})
		k.Run("[V-2] a service that the floor does not know yet: the call waits, and who takes it is in it", func(t *testing.T) {
			callID, _, segment := k.incoming()
			k.decide(core.Effect{Type: core.OutParked, Item: segment, Reason: core.ParkedUnknownService})
			k.until("waiting", callID, func(c *Call, ps []*Part) bool { return c.State == StateWaiting && ps[0].State == PartExpected })
			k.decide(core.Effect{Type: core.OutRequeued, Item: segment, Cause: core.CauseConfigured})
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "anna"}, core.Effect{Type: core.OutAssigned, Item: segment, Agent: "anna"})
			if in := k.hear(core.InLegFailed); in.Agent != "anna" || in.Item != segment { // she has no telephone here
				t.Errorf("told %+v", in)
			}
		})
		k.Run("[V-47] an agent whose line does not come up: the floor takes the call back", func(t *testing.T) {
			callID, _, segment := k.incoming()
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "anna"}, core.Effect{Type: core.OutAssigned, Item: segment, Agent: "anna"})
			if in := k.hear(core.InLegFailed); in.Agent != "anna" || in.Item != segment {
				t.Errorf("told %+v", in)
			}
			k.decide(core.Effect{Type: core.OutRequeued, Item: segment, Agent: "anna", Cause: core.CauseLegFailed})
			k.until("waiting", callID, func(c *Call, ps []*Part) bool { return c.State == StateWaiting && ps[0].State == PartExpected })
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "anna"}, core.Effect{Type: core.OutAssigned, Item: segment, Agent: "anna"})
			if in := k.hear(core.InLegFailed); in.Agent != "anna" || in.Item != segment {
				t.Errorf("the second time told %+v", in)
			}
		})
		k.Run("[A-6/call] a desk that was loaded anew brings a new line; the old one is dropped, the call goes on", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			line.events(LegEvent{Kind: LegEnded, Cause: CauseFailed})
			k.until("lost", callID, func(_ *Call, ps []*Part) bool { return ps[0].Line == LineLost })
			_, err := k.s.Attach(k.ctx, tenant, "anna", segment, "offer")
			k.must(err)
			k.until("back", callID, func(c *Call, ps []*Part) bool { return ps[0].Line == LineConnected && c.State == StateActive })
			second := <-k.browsers.made
			if _, err := k.s.Attach(k.ctx, tenant, "anna", segment, "offer"); err != nil {
				t.Fatal(err)
			}
			k.ends(second)
			<-k.browsers.made
			select {
			case <-customer.hungUp:
				t.Error("the customer was hung up")
			default:
			}
		})
		k.Run("[V-15][V-16] mute and hold are kept with the part; hold is no talk", func(t *testing.T) {
			callID, _, _, segment := k.talking("anna")
			_, err := k.s.Mute(k.ctx, tenant, "anna", segment, true)
			k.must(err)
			_, err = k.s.Hold(k.ctx, tenant, "anna", segment, true)
			k.must(err)
			views, err := k.s.Calls(k.ctx, k.db.Read(), tenant, "anna")
			if err != nil || !views[len(views)-1].Muted || !views[len(views)-1].Held || views[len(views)-1].HeldSince == 0 {
				t.Errorf("views %+v, %v", views, err)
			}
			if v, err := k.s.Customer(k.ctx, tenant, callID); err != nil || v.State != "held" {
				t.Errorf("the customer sees %+v, %v", v, err)
			}
			_, err = k.s.Hold(k.ctx, tenant, "anna", segment, false)
			k.must(err)
			if v, _ := k.s.Customer(k.ctx, tenant, callID); v.State != "talking" {
				t.Errorf("the customer sees %+v", v)
			}
			if _, err := k.s.Hold(k.ctx, tenant, "boris", segment, true); code(err) != "PAR-0002" {
				t.Errorf("somebody else's call: %v", err)
			}
		})
		k.Run("[V-20/service] a transfer to a service: the agent is off at once, the customer waits there", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			_, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{ServiceID: "support", Note: "wants more"})
			k.must(err)
			in := k.hear(core.InTransferred)
			if in.Item != segment || in.Service != "support" || in.NewItem == "" {
				t.Errorf("told %+v", in)
			}
			k.ends(line)
			k.until("waiting", callID, func(c *Call, _ []*Part) bool { return c.State == StateWaiting && c.ServiceID == "support" })
			select {
			case <-customer.hungUp:
				t.Error("the customer was hung up")
			default:
			}
			if _, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{UserID: "clerk"}); code(err) != "PAR-0001" {
				t.Errorf("to a person who may not: %v", err)
			}
		})
		k.Run("[V-23] with a colleague in the call one may leave, the customer goes on", func(t *testing.T) {
			callID, customer, line, segment := k.talking("anna")
			_, err := k.s.Invite(k.ctx, tenant, "anna", segment, "boris")
			k.must(err)
			asked := k.hear(core.InSubmitted)
			k.decide(core.Effect{Type: core.OutOffered, Item: asked.Item, Agent: "boris"})
			_, err = k.s.Attach(k.ctx, tenant, "boris", asked.Item, "offer")
			k.must(err)
			k.decide(core.Effect{Type: core.OutAssigned, Item: asked.Item, Agent: "boris"})
			k.until("both", callID, func(_ *Call, ps []*Part) bool { return len(joined(ps)) == 2 })
			_, err = k.s.EndPart(k.ctx, tenant, "anna", segment)
			k.must(err)
			k.hear(core.InCancelled)
			k.ends(line)
			k.until("one", callID, func(c *Call, ps []*Part) bool { return c.State == StateActive && len(joined(ps)) == 1 })
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.hear(core.InCancelled)
		})
		k.Run("[V-13] tones are checked, and only who has the call may send them", func(t *testing.T) {
			_, _, _, segment := k.talking("anna")
			if err := k.s.Digits(k.ctx, tenant, "anna", segment, "12x"); code(err) != "PAR-0001" {
				t.Errorf("letters: %v", err)
			}
			if err := k.s.Digits(k.ctx, tenant, "boris", segment, "1"); code(err) != "PAR-0002" {
				t.Errorf("somebody else: %v", err)
			}
		})
		k.Run("[V-47] a line that comes up after it was dropped leaves its record closed", func(t *testing.T) {
			k.browsers.fresh()
			callID, _, segment := k.incoming()
			k.browsers.connects = false
			defer func() { k.browsers.connects = true }()
			k.decide(core.Effect{Type: core.OutOffered, Item: segment, Agent: "anna"})
			_, err := k.s.Attach(k.ctx, tenant, "anna", segment, "offer")
			k.must(err)
			line := <-k.browsers.made
			k.decide(core.Effect{Type: core.OutWithdrawn, Item: segment, Agent: "anna", Cause: core.CauseRejected})
			k.ends(line)
			line.events(LegEvent{Kind: LegConnected})
			k.settled(callID)
			for _, l := range k.legs(callID, segment) {
				if l.ConnectedAt != 0 || l.EndedAt == 0 {
					t.Errorf("%+v", l)
				}
			}
		})
		k.Run("[V-46] what a browser measured stands with its own line only", func(t *testing.T) {
			callID, _, line, segment := k.talking("anna")
			k.must(k.s.Quality(k.ctx, tenant, "anna", segment, Heard{JitterMs: 77}))
			line.events(LegEvent{Kind: LegEnded, Cause: CauseFailed})
			k.until("lost", callID, func(_ *Call, ps []*Part) bool { return ps[0].Line == LineLost })
			for range 2 { // the second browser, which measures nothing, and the one that replaces it
				_, err := k.s.Attach(k.ctx, tenant, "anna", segment, "offer")
				k.must(err)
			}
			second := <-k.browsers.made
			<-k.browsers.made
			k.ends(second)
			k.settled(callID)
			ls := k.legs(callID, segment)
			if len(ls) != 3 || !strings.Contains(ls[0].Quality, `"jitterMs":77`) || strings.Contains(ls[1].Quality, "there") || ls[1].EndedAt == 0 {
				t.Errorf("%d legs: %+v", len(ls), ls)
			}
		})
	})
}

func TestUnserved(t *testing.T) {
	each(t, func(k *desk) {
		k.Run("[M-13] outside the hours the caller hears so and is hung up; the floor is not asked", func(t *testing.T) {
			k.set.open = false
			defer func() { k.set.open = true }()
			var customer *farLeg
			callID, err := k.s.Incoming(k.ctx, Incoming{TenantID: tenant, ServiceID: "sales", Source: SourceWeb, Language: "ru"},
				func(events func(LegEvent)) Leg { customer = k.leg(events); return customer })
			k.must(err)
			k.until("unserved", callID, func(c *Call, _ []*Part) bool { return c.State != StateWaiting && c.EndReason == ReasonClosed })
			k.ends(customer)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndedBy == BySystem })
			k.spoken(customer, 0)
			select {
			case in := <-k.told:
				t.Errorf("the floor was told %+v", in)
			default:
			}
		})
		k.Run("[M-12/no-agents-exit] nobody signed in: a message, then the end", func(t *testing.T) {
			callID, customer, segment := k.incoming()
			k.decide(core.Effect{Type: core.OutExited, Item: segment, Code: core.ExitNoAgents})
			before := customer.loud.Load()
			k.ends(customer)
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndReason == ReasonNobody })
			k.spoken(customer, before)
		})
		for name, f := range map[string]core.Effect{"longest wait is over": {Type: core.OutTimedOut}, "queue is full": {Type: core.OutExited, Code: core.ExitQueueLimit}} {
			k.Run("[M-12/queue-limit] the "+name+": the caller hears so, then the end", func(t *testing.T) {
				callID, customer, segment := k.incoming()
				f.Item = segment
				k.decide(f)
				before := customer.loud.Load()
				k.ends(customer)
				k.until("the end", callID, func(c *Call, _ []*Part) bool {
					return c.State == StateEnded && c.EndReason == ReasonLimit && c.EndedBy == BySystem
				})
				k.spoken(customer, before)
			})
		}
		k.Run("[M-40/limits] more calls than the contact centre may have are refused", func(t *testing.T) {
			k.set.limit = 1
			defer func() { k.set.limit = 0 }()
			_, customer, _ := k.incoming()
			_, err := k.s.Incoming(k.ctx, Incoming{TenantID: tenant, ServiceID: "sales", Source: SourceWeb}, func(func(LegEvent)) Leg {
				t.Error("a leg was made")
				return nil
			})
			if code(err) != "PAR-0004" {
				t.Errorf("%v", err)
			}
			customer.events(LegEvent{Kind: LegEnded, Cause: CauseNormal})
			k.hear(core.InCancelled)
		})
		k.Run("[M-40/limits] calls that come at the same moment don't pass the tenant's limit", func(t *testing.T) {
			k.set.limit = 2
			defer func() { k.set.limit = 0 }()
			rush(t, k, k.s)
		})
		k.Run("[M-40/limits] calls that come at the same moment don't pass the program's limit", func(t *testing.T) {
			s := k.service()
			s.maxCalls = 2
			rush(t, k, s)
		})
	})
}

// rush lets eight calls come at once, where there is room for two.
func rush(t *testing.T, k *desk, s *Service) {
	t.Helper()
	var taken, refused atomic.Int64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for range 8 {
		all.Go(func() {
			<-begin
			_, err := s.Incoming(k.ctx, Incoming{TenantID: tenant, ServiceID: "sales", Source: SourceWeb}, func(events func(LegEvent)) Leg { return k.leg(events) })
			switch {
			case err == nil:
				taken.Add(1)
			case code(err) == "PAR-0004":
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	if taken.Load() != 2 || refused.Load() != 6 {
		t.Errorf("%d taken, %d refused", taken.Load(), refused.Load())
	}
}

func TestProcessDies(t *testing.T) {
	each(t, func(k *desk) {
		k.Run("[V-6/crash] a call of a process that is gone: its far end is hung up, the record closed, the agent's row ends", func(t *testing.T) {
			callID, _, _, segment := k.talking("anna")
			k.awaitLegs("both lines", dead)
			k.service() // the next process on the same data
			select {
			case stored := <-k.phones.hungUp:
				if stored != "dialog" {
					t.Errorf("hung up %q", stored)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("nobody was hung up")
			}
			if in := k.hear(core.InCancelled); in.Item != segment || in.By != BySystem || in.Reason != ReasonSystemFailure {
				t.Errorf("told %+v", in)
			}
			k.until("the end", callID, func(c *Call, _ []*Part) bool { return c.State == StateEnded && c.EndReason == ReasonSystemFailure })
			if ls, err := openLegs(k.ctx, k.db.Read(), tenant, callID); err != nil || len(ls) != 0 {
				t.Errorf("open legs %v, %v", ls, err)
			}
			k.awaitLegs("the end of what is owed", hungUp)
		})
		k.Run("[V-6/crash] far ends that are silent hold up neither the start nor each other, and are given up", func(t *testing.T) {
			k.phones.silent.Store(true)
			defer k.phones.silent.Store(false)
			var calls []string
			for range 3 {
				callID, _, _ := k.incoming()
				calls = append(calls, callID)
			}
			k.awaitLegs("their lines", dead)
			k.service()
			for _, id := range calls { // the start has come back: they are closed
				c, err := get(k.ctx, k.db.Read(), tenant, id)
				k.must(err)
				if ls, err := openLegs(k.ctx, k.db.Read(), tenant, id); c.State != StateEnded || err != nil || len(ls) != 0 {
					t.Errorf("call %+v, open legs %v, %v", *c, ls, err)
				}
			}
			late := time.After(30 * time.Second)
			for n := range calls {
				select {
				case <-k.phones.hungUp:
				case err := <-k.phones.givenUp:
					t.Fatalf("%d were asked before the first was given up: %v", n, err)
				case <-late:
					t.Fatalf("only %d were asked to hang up", n)
				}
			}
			for range calls {
				select {
				case err := <-k.phones.givenUp:
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("given up for %v", err)
					}
				case <-late:
					t.Fatal("a silent far end was never given up")
				}
			}
			for range calls {
				k.hear(core.InCancelled)
			}
			k.awaitLegs("the end of what is owed", hungUp)
		})
		k.Run("[V-6/crash] a process that dies before the far ends were hung up leaves them to the next one", func(t *testing.T) {
			k.phones.silent.Store(true)
			_, _, _ = k.incoming()
			k.awaitLegs("the line", dead)
			second := k.service()
			k.hear(core.InCancelled)
			<-k.phones.hungUp
			k.must(second.Close())
			<-k.phones.givenUp
			k.phones.silent.Store(false)
			k.service()
			select {
			case stored := <-k.phones.hungUp:
				if stored != "dialog" {
					t.Errorf("hung up %q", stored)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("the third process hung nobody up")
			}
			k.awaitLegs("the end of what is owed", hungUp)
		})
	})
}
