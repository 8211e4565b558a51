package floor_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

func TestRestart(t *testing.T) {
	each(t, "[S-6][B-3] waiting contacts are back in their old place", func(t *testing.T, c *centre) {
		first, second := c.chat("Иван"), interaction.Segment{}
		c.clock.pass(time.Second)
		second = c.chat("Пётр")
		c.clock.pass(time.Minute)
		c.restart()
		desk := c.listen("u/anna")
		c.ready("anna")
		desk.until("offer.opened", map[string]any{"segmentId": first.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", first.ID))
		desk.until("offer.opened", map[string]any{"segmentId": second.ID})
	})
	each(t, "[S-6] an open offer is withdrawn without blame, the contact in its old place", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna")
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		later := c.chat("Пётр")
		c.stop()
		c.clock.pass(2 * time.Second)
		c.start()
		got := c.segment(p.ID)
		if got.State != "waiting" || got.Rejects+got.Misses != 0 || got.QueuedAt != p.QueuedAt {
			t.Errorf("after the restart: %+v", got)
		}
		desk = c.listen("u/anna")
		if err := c.floors.SocketBack(c.ctx(), tenant, "anna", "s-anna"); err != nil {
			t.Fatal(err)
		}
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		desk.until("offer.opened", map[string]any{"segmentId": later.ID})
	})
	each(t, "[S-3] a handled chat and a wrap-up stay with their agent, who has 15 s to come back", func(t *testing.T, c *centre) {
		c.ready("anna", "boris")
		desk := c.listen("u/anna", "u/boris")
		var parts []interaction.Segment
		for range 2 {
			p := c.chat("Иван")
			o := desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			who := map[bool]string{true: "anna", false: "boris"}[len(parts) == 0]
			_ = o
			c.must(c.floors.Accept(c.ctx(), tenant, who, "", p.ID))
			parts = append(parts, p)
		}
		c.enqueue(floor.Over(parts[1].ID, interaction.ByCustomer, "left"))
		desk.until("segment.changed", map[string]any{"id": parts[1].ID, "state": "ended"})
		c.restart()
		figures := c.listen(stats.Audience)
		if err := c.floors.SocketBack(c.ctx(), tenant, "anna", "s-anna"); err != nil {
			t.Fatal(err)
		}
		if a, b := c.segment(parts[0].ID), c.segment(parts[1].ID); a.State != "active" || b.State != "ended" {
			t.Fatalf("states %s %s", a.State, b.State)
		}
		c.clock.pass(16 * time.Second)
		figures.until(stats.TypeAgent, map[string]any{"userId": "boris", "state": stats.SignedOut})
		if why := <-c.ended; why.Reason != core.ReasonLost {
			t.Errorf("session ended because of %+v", why)
		}
		if a, b := c.segment(parts[0].ID), c.segment(parts[1].ID); a.State != "active" || b.State != "finished" || b.DispositionID != "none" {
			t.Errorf("after the grace: %+v %+v", a, b)
		}
		c.outcome("anna", parts[0].ID, "sold")
		c.enqueue(floor.Over(parts[0].ID, interaction.ByAgent, "done"))
		figures.is(parts[0].ID, "ended")
		c.must(c.floors.FinishRow(c.ctx(), tenant, "anna", "", parts[0].ID))
	})
	each(t, "[B-3/once] [B-3/order] what was told while the floor was down is taken at its start, once and in order", func(t *testing.T, c *centre) {
		c.ready("anna")
		if err := c.floors.Close(); err != nil {
			t.Fatal(err)
		}
		kept, gone := c.chat("Иван"), c.chat("Пётр")
		c.enqueue(floor.Over(gone.ID, interaction.ByCustomer, "left"))
		c.restart()
		desk := c.listen("u/anna")
		if err := c.floors.SocketBack(c.ctx(), tenant, "anna", ""); err != nil {
			t.Fatal(err)
		}
		desk.until("offer.opened", map[string]any{"segmentId": kept.ID})
		if p := c.segment(gone.ID); p.State != "finished" || p.Outcome != "abandoned" {
			t.Errorf("who left: %+v", p)
		}
		c.empty("floor_inbox")
	})
}

func (c *centre) count(table string) (n int) {
	c.t.Helper()
	if err := c.db.Read().NewSelect().Table(table).ColumnExpr("COUNT(*)").Scan(c.ctx(), &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func (c *centre) empty(table string) {
	c.t.Helper()
	if n := c.count(table); n != 0 {
		c.t.Errorf("%d rows in %s", n, table)
	}
}

// trouble is a recorder that fails when told to.
type trouble struct {
	fail func(h []floor.Happened) error
}

func (r *trouble) Record(_ context.Context, _ *db.Tx, _ string, h []floor.Happened) error {
	return r.fail(h)
}

func TestFailedCommit(t *testing.T) {
	each(t, "[B-3] the database away: commands are told, the floor is rebuilt, nothing is lost", func(t *testing.T, c *centre) {
		var away atomic.Bool
		c.stop()
		c.recorder = []floor.Recorder{&trouble{func([]floor.Happened) error {
			if away.Load() {
				return fail.Unavailable(errors.New("disk full"))
			}
			return nil
		}}}
		c.start()
		c.ready("anna")
		desk := c.listen("u/anna")
		away.Store(true)
		p := c.chat("Иван")
		_, err := c.floors.ChooseState(c.ctx(), tenant, "anna", "", core.NotReady, "lunch")
		if fail.Code(err) != fail.CodeUnavailable {
			t.Errorf("the command's answer: %v", err)
		}
		away.Store(false)
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		a := c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		if a.Agent.State != core.Busy {
			t.Errorf("%+v", a.Agent)
		}
		c.empty("floor_quarantine")
	})
	each(t, "[B-3] one input that can't be recorded is put aside, the rest goes on", func(t *testing.T, c *centre) {
		var bad atomic.Value
		bad.Store("")
		c.stop()
		c.recorder = []floor.Recorder{&trouble{func(h []floor.Happened) error {
			for _, x := range h {
				if x.Input.Item != "" && x.Input.Item == bad.Load() {
					return errors.New("poison")
				}
			}
			return nil
		}}}
		c.start()
		c.ready("anna")
		desk := c.listen("u/anna")
		var parts []interaction.Segment
		err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
			parts = nil
			for i := range 3 { // in one transaction, so that they share a batch
				_, p, err := c.inter.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: "chat", ServiceID: "sales",
					Customer: interaction.Customer{Name: fmt.Sprint("№", i)}, At: c.clock.Now()})
				if err != nil {
					return err
				}
				parts = append(parts, p)
				if err := c.floors.Enqueue(ctx, tx, tenant, floor.Submitted(p)); err != nil {
					return err
				}
			}
			bad.Store(parts[1].ID)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []interaction.Segment{parts[0], parts[2]} {
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		}
		if n := c.count("floor_quarantine"); n != 1 {
			t.Errorf("%d in quarantine", n)
		}
		c.empty("floor_inbox")
		bad.Store("")
		if err := c.floors.Compare(c.ctx(), tenant); err != nil { // the contact itself is not forgotten
			t.Fatal(err)
		}
		desk.until("offer.opened", map[string]any{"segmentId": parts[1].ID})
	})
	each(t, "[B-3] an input that makes the core panic twice is put aside; once is forgiven", func(t *testing.T, c *centre) {
		var left atomic.Int64
		c.stop()
		c.change = func(fc *floor.Config) {
			floor.Decide(fc, func(k *core.Core, in core.Input) []core.Effect {
				if in.Type == core.InSubmitted && left.Add(-1) >= 0 {
					panic("bad luck")
				}
				return k.Apply(in)
			})
		}
		c.start()
		c.ready("anna")
		desk := c.listen("u/anna")
		left.Store(1)
		forgiven := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": forgiven.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", forgiven.ID))
		c.empty("floor_quarantine")

		left.Store(2)
		c.chat("Яд")
		good := c.chat("Пётр")
		desk.until("offer.opened", map[string]any{"segmentId": good.ID})
		if n := c.count("floor_quarantine"); n != 1 {
			t.Errorf("%d in quarantine", n)
		}
	})
}
