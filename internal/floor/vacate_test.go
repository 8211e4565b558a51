package floor_test

import (
	"testing"
	"time"

	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

// TestSuspended is about the floor of a tenant that is at work no longer.
func TestSuspended(t *testing.T) {
	each(t, "[M-40/suspend] everybody is sent home, the floor ends, contacts wait and go on where they were", func(t *testing.T, c *centre) {
		figures, desk := c.listen(stats.Audience), c.listen("u/anna", "u/boris")
		var parts []interaction.Segment
		for _, who := range []string{"anna", "boris"} {
			c.ready(who)
			p := c.chat("Иван")
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			c.must(c.floors.Accept(c.ctx(), tenant, who, "", p.ID))
			c.must(c.floors.ChooseState(c.ctx(), tenant, who, "", core.NotReady, "lunch"))
			parts = append(parts, p)
		}
		handled, ended := parts[0], parts[1]
		c.enqueue(floor.Over(ended.ID, interaction.ByCustomer, "left"))
		figures.is(ended.ID, "ended")

		c.settings.close(true)
		c.floors.Look()
		for range 2 {
			figures.until(stats.TypeAgent, map[string]any{"state": stats.SignedOut})
		}
		await(t, func() bool { return !c.floors.Here(tenant) })
		if _, err := c.floors.ChooseState(c.ctx(), tenant, "anna", "", core.Ready, ""); err == nil {
			t.Error("a command was taken")
		}
		if a, b := c.segment(handled.ID), c.segment(ended.ID); a.State != "waiting" || b.State != "finished" {
			t.Errorf("while suspended: %s %s", a.State, b.State)
		}
		if n := c.count("floor_agents"); n != 0 {
			t.Errorf("%d agents at work", n)
		}
		told := c.chat("Мария") // told by somebody who had not noticed yet
		c.clock.pass(time.Hour)
		c.floors.Look()
		if c.count("floor_inbox") != 1 || c.floors.Here(tenant) {
			t.Error("the floor is still at work")
		}

		c.settings.close(false)
		c.floors.Look()
		await(t, func() bool { return c.floors.Here(tenant) })
		c.ready("anna")
		for _, p := range []interaction.Segment{handled, told} {
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		}
		c.empty("floor_quarantine")
		c.empty("floor_inbox")
	})
	each(t, "[M-40/suspend] suspended and resumed at once, and a restart meanwhile, leave one floor", func(t *testing.T, c *centre) {
		for range 5 {
			c.settings.close(true)
			c.floors.Look()
			c.settings.close(false)
			c.floors.Look()
		}
		await(t, func() bool { return c.floors.Here(tenant) })
		c.settings.close(true)
		c.restart()
		if c.floors.Here(tenant) {
			t.Error("a suspended tenant's floor came up")
		}
		c.settings.close(false)
		c.floors.Look()
		await(t, func() bool { return c.floors.Here(tenant) })
		c.ready("anna")
	})
}
