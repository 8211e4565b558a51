package floor_test

import (
	"testing"
	"time"

	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

func TestWalk(t *testing.T) {
	each(t, "[S-3][S-4][R-30] a chat goes its way: offer, accept, end, wrap-up, finish, with exact times", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk, figures := c.listen("u/anna"), c.listen(stats.Audience)

		p := c.chat("Иван")
		offer := desk.until("offer.opened", map[string]any{"segmentId": p.ID, "serviceName": "Sales"})
		if offer["until"].(float64) != float64(c.clock.Now()+20_000) {
			t.Errorf("offer until %v", offer["until"])
		}
		desk.until("agent.changed", map[string]any{"state": core.Ringing})

		c.clock.pass(4 * time.Second)
		a := c.must(c.floors.Accept(c.ctx(), tenant, "anna", "s-anna", p.ID))
		if a.Agent.State != core.Busy || a.Agent.Load != 25 || a.ChangeSeq == 0 {
			t.Errorf("answer %+v", a)
		}
		desk.until("offer.closed", map[string]any{"segmentId": p.ID, "cause": "accepted"})
		desk.until("segment.changed", map[string]any{"id": p.ID, "state": "active"})

		c.clock.pass(90 * time.Second)
		c.enqueue(floor.Over(p.ID, interaction.ByCustomer, "left"))
		desk.until("segment.changed", map[string]any{"id": p.ID, "state": "ended", "endedBy": "customer", "endReason": "left"})
		figures.state("anna", core.Wrapup)

		c.clock.pass(7 * time.Second)
		c.outcome("anna", p.ID, "sold")
		a = c.must(c.floors.FinishRow(c.ctx(), tenant, "anna", "", p.ID))
		if a.Agent.State != core.Ready || a.Agent.Load != 0 {
			t.Errorf("after finishing: %+v", a.Agent)
		}
		desk.until("segment.removed", map[string]any{"id": p.ID})
		fact := figures.is(p.ID, "finished")
		if fact["success"] != true || fact["outcome"] != "handled" {
			t.Errorf("fact %v", fact)
		}
		got := c.segment(p.ID)
		if got.QueueMS != 0 || got.RingMS != 4_000 || got.TalkMS != 90_000 || got.WrapupMS != 7_000 || !got.AnsweredInSL ||
			got.DispositionID != "sold" || got.AgentID != "anna" || got.TeamID != "team" {
			t.Errorf("record %+v", got)
		}
		i, err := c.inter.Get(c.ctx(), c.db.Read(), tenant, p.InteractionID)
		if err != nil || i.State != "finished" || i.EndedAt != p.QueuedAt+94_000 || i.FinishedAt != p.QueuedAt+101_000 {
			t.Errorf("interaction %+v %v", i, err)
		}
	})
	each(t, "[S-6] a rejected chat goes to another agent, the one who rejected is Not ready with a banner", func(t *testing.T, c *centre) {
		c.ready("anna")
		figures := c.listen(stats.Audience)
		p := c.chat("Иван")
		figures.state("anna", core.Ringing)
		c.ready("boris")
		boris := c.listen("u/boris")
		c.clock.pass(3 * time.Second)
		a := c.must(c.floors.Reject(c.ctx(), tenant, "anna", "", p.ID))
		if a.Agent.State != core.NotReady || a.Agent.ReasonID != core.ReasonRejected || a.Agent.Banner == nil ||
			a.Agent.Banner.Code != floor.BannerRejected || a.Agent.Banner.At != c.clock.Now() {
			t.Errorf("after rejecting: %+v", a.Agent)
		}
		boris.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.clock.pass(20 * time.Second)
		figures.until(stats.TypeAgent, map[string]any{"userId": "boris", "state": core.NotReady, "missed": 1})
		got := c.segment(p.ID)
		if got.Rejects != 1 || got.Misses != 1 || got.State != "waiting" || got.QueuedAt != p.QueuedAt || got.RingMS != 23_000 {
			t.Errorf("record %+v", got)
		}
	})
	each(t, "[S-9] a chat more than the capacity waits", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk, figures := c.listen("u/anna"), c.listen(stats.Audience)
		for range 4 {
			p := c.chat("Иван")
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		}
		p := c.chat("Пётр")
		figures.is(p.ID, "waiting")
		a := c.must(c.floors.ChooseState(c.ctx(), tenant, "anna", "", core.NotReady, "lunch"))
		if a.Agent.Load != 100 || a.Agent.Pending == nil || a.Agent.Pending.ReasonID != "lunch" {
			t.Errorf("%+v %+v", a.Agent, a.Agent.Pending)
		}
		if got := c.segment(p.ID); got.State != "waiting" || got.Offers != 0 {
			t.Errorf("the fifth chat: %+v", got)
		}
	})
	each(t, "[R-5] who leaves before an answer is abandoned, and an open offer is withdrawn", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk, figures := c.listen("u/anna"), c.listen(stats.Audience)
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.clock.pass(5 * time.Second)
		c.enqueue(floor.Over(p.ID, interaction.ByCustomer, "left"))
		desk.until("offer.closed", map[string]any{"segmentId": p.ID, "cause": "withdrawn"})
		figures.state("anna", core.Ready)
		got := c.segment(p.ID)
		if got.Outcome != "abandoned" || got.State != "finished" || !got.Short() || got.Rejects+got.Misses != 0 {
			t.Errorf("record %+v", got)
		}
		_, err := c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID)
		if fail.Code(err) != fail.CodeState {
			t.Errorf("accepting what is gone: %v", err)
		}
	})
}
