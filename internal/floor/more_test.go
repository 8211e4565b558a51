package floor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

func TestSettings(t *testing.T) {
	each(t, "[M-10][M-3] changed settings work from the next contact on, without a restart", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna")
		c.settings.mu.Lock()
		c.settings.cfg.Services = []core.Service{{ID: "sales", Skills: []core.Skill{{ID: "chat", Level: 1}}, Priority: 10, OfferMs: 7_000}}
		c.settings.cfg.Teams = []core.Team{{ID: "team"}} // no wrap-up any more
		c.settings.mu.Unlock()
		c.changed()
		await(t, func() bool { return c.counted("type = 'configure' AND input LIKE '%7000%'") > 0 })
		p := c.chat("Иван")
		offer := desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		if got := offer["until"].(float64) - float64(c.clock.Now()); got != 7_000 {
			t.Errorf("the offer lasts %v ms", got)
		}
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		c.enqueue(floor.Over(p.ID, interaction.ByCustomer, "left"))
		desk.until("agent.changed", map[string]any{"state": core.Ready})
		if p := c.segment(p.ID); p.State != "finished" || p.WrapupMS != 0 {
			t.Errorf("%+v", p)
		}
	})
	each(t, "[M-12/skills] a changed skill moves what may come to an agent who is signed in", func(t *testing.T, c *centre) {
		c.settings.mu.Lock()
		c.settings.skill["anna"] = []core.Skill{{ID: "other", Level: 9}}
		c.settings.mu.Unlock()
		c.ready("anna")
		desk, figures := c.listen("u/anna"), c.listen(stats.Audience)
		p := c.chat("Иван")
		figures.is(p.ID, "waiting")
		c.settings.mu.Lock()
		delete(c.settings.skill, "anna")
		c.settings.mu.Unlock()
		c.changed()
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
	})
}

// changed tells of a change in the administration.
func (c *centre) changed() {
	c.t.Helper()
	err := c.db.Write(c.ctx(), db.Chat, func(_ context.Context, tx *db.Tx) error {
		bus.Record(tx, tenant, "config", "config.changed", map[string]any{"entity": "service"})
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) counted(where string) (n int) {
	c.t.Helper()
	if err := c.db.Read().NewSelect().Table("floor_inputs").ColumnExpr("COUNT(*)").Where(where).Scan(c.ctx(), &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestDrift(t *testing.T) {
	each(t, "[B-3] floor and records that disagree are brought together, for the customer's good", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna")
		active, ended := c.chat("Иван"), c.chat("Пётр")
		for _, p := range []interaction.Segment{active, ended} {
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		}
		c.enqueue(floor.Over(ended.ID, interaction.ByCustomer, "left"))
		desk.until("segment.changed", map[string]any{"id": ended.ID, "state": "ended"})
		stray := c.chat("Сидор")
		desk.until("offer.opened", map[string]any{"segmentId": stray.ID})
		c.stop()
		c.start() // the damage is done while no floor lives
		if err := c.floors.Close(); err != nil {
			t.Fatal(err)
		}
		c.exec(fmt.Sprintf("DELETE FROM floor_items WHERE id IN ('%s', '%s')", active.ID, ended.ID))
		c.exec(fmt.Sprintf("UPDATE segments SET state = 'finished' WHERE id = '%s'", stray.ID))
		c.restart()
		if err := c.floors.SocketBack(c.ctx(), tenant, "anna", ""); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return c.segment(ended.ID).State == "finished" })
		await(t, func() bool { return c.countItem(stray.ID) == 0 })
		await(t, func() bool { s := c.segment(active.ID).State; return s == "waiting" || s == "offered" })
	})
}

func (c *centre) countItem(id string) (n int) {
	c.t.Helper()
	if err := c.db.Read().NewSelect().Table("floor_items").ColumnExpr("COUNT(*)").Where("id = ?", id).Scan(c.ctx(), &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestRepeatedCommand(t *testing.T) {
	each(t, "[B-3] one command sent many times at once is done once, all get its answer", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna")
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		key := db.Idempotency{Tenant: tenant, User: "anna", Key: "one", Route: "POST /api/offers/{segmentId}/accept", BodyHash: "h"}
		var wg sync.WaitGroup
		answers := make([]string, 20)
		for i := range answers {
			wg.Go(func() {
				a, err := c.floors.Accept(db.WithIdempotency(c.ctx(), key), tenant, "anna", "", p.ID)
				b, _ := json.Marshal(a)
				answers[i] = fmt.Sprint(string(b), err)
			})
		}
		wg.Wait()
		stored, _, found, err := db.LookupIdempotent(t.Context(), c.db.Read(), key)
		if err != nil || !found || fmt.Sprint(string(stored), "<nil>") != answers[0] {
			t.Errorf("stored %s %v %v, answered %s", stored, found, err, answers[0])
		}
		if n := c.counted("type = 'accepted'"); n < 1 || c.count("floor_quarantine") != 0 {
			t.Errorf("%d times", n)
		}
		if s := c.segment(p.ID); s.State != "active" || s.Offers != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestLost(t *testing.T) {
	each(t, "[S-5][S-9] who does not come back in 15 s is signed out; the chat waits for the same agent first, others take it", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk, figures := c.listen("u/anna", "u/boris"), c.listen(stats.Audience)
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		if err := c.floors.SocketLost(c.ctx(), tenant, "anna", "s-anna"); err != nil {
			t.Fatal(err)
		}
		c.clock.pass(14 * time.Second)
		if err := c.floors.SocketBack(c.ctx(), tenant, "anna", "s-anna"); err != nil {
			t.Fatal(err)
		}
		c.clock.pass(time.Minute)
		if s := c.segment(p.ID); s.State != "active" {
			t.Fatalf("back in time, yet %+v", s)
		}
		if err := c.floors.SocketLost(c.ctx(), tenant, "anna", "s-anna"); err != nil {
			t.Fatal(err)
		}
		c.clock.pass(15 * time.Second)
		figures.state("anna", stats.SignedOut)
		if why := <-c.ended; why.Reason != core.ReasonLost {
			t.Errorf("%+v", why)
		}
		if s := c.segment(p.ID); s.State != "waiting" || s.AgentID != "" || s.TalkMS != 89_000 {
			t.Errorf("%+v", s)
		}
		c.ready("boris")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
	})
	each(t, "[A-5/asks] signing out with a chat in hand comes about when its row is finished", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna")
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		if _, err := c.floors.SignOut(c.ctx(), tenant, "anna", "", false); err == nil {
			t.Error("no question was asked")
		}
		a := c.must(c.floors.SignOut(c.ctx(), tenant, "anna", "", true))
		if a.Agent.State != core.Busy || a.Agent.Pending == nil || a.Agent.Pending.State != core.SignedOut {
			t.Errorf("%+v", a.Agent)
		}
		c.enqueue(floor.Over(p.ID, interaction.ByAgent, "done"))
		desk.until("segment.changed", map[string]any{"id": p.ID, "state": "ended"})
		a = c.must(c.floors.FinishRow(c.ctx(), tenant, "anna", "", p.ID))
		if a.Agent.State != core.SignedOut {
			t.Errorf("%+v", a.Agent)
		}
		<-c.ended
	})
}

func TestTransfer(t *testing.T) {
	each(t, "[C-12][V-20] a transfer ends one part, the next finds its agent; both count, the row stays for its wrap-up", func(t *testing.T, c *centre) {
		c.ready("anna")
		desk := c.listen("u/anna", "u/boris")
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		c.ready("boris")
		c.clock.pass(30 * time.Second)
		var next interaction.Segment
		err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
			next, err = c.inter.AddSegment(ctx, tx, tenant, p.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeTransfer,
				FromSegmentID: p.ID, FromUserID: "anna", ToUserID: "boris", Note: "ждёт ответа", At: c.clock.Now()})
			if err != nil {
				return err
			}
			return c.floors.Enqueue(ctx, tx, tenant, floor.Transferred(interaction.Segment{ID: p.ID, AgentID: "anna"}, next))
		})
		if err != nil {
			t.Fatal(err)
		}
		offer := desk.until("offer.opened", map[string]any{"segmentId": next.ID})
		if from := offer["transfer"].(map[string]any); from["fromName"] != "name of anna" || from["note"] != "ждёт ответа" {
			t.Errorf("%v", offer)
		}
		c.must(c.floors.Accept(c.ctx(), tenant, "boris", "", next.ID))
		one, two := c.segment(p.ID), c.segment(next.ID)
		if one.State != "ended" || one.Outcome != "transferred" || one.EndedBy != "agent" || two.State != "active" || two.N != 2 {
			t.Errorf("%+v\n%+v", one, two)
		}
		i, err := c.inter.Get(c.ctx(), c.db.Read(), tenant, p.InteractionID)
		if err != nil || i.State != "active" {
			t.Errorf("%+v %v", i, err)
		}
	})
	each(t, "[C-12] an invitation reaches whoever is there, leaves no wrap-up and blames nobody", func(t *testing.T, c *centre) {
		c.ready("anna")
		c.signIn("boris") // Not ready
		desk, figures := c.listen("u/anna", "u/boris"), c.listen(stats.Audience)
		p := c.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		c.must(c.floors.Accept(c.ctx(), tenant, "anna", "", p.ID))
		invite := func() (s interaction.Segment) {
			err := c.db.Write(c.ctx(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
				s, err = c.inter.AddSegment(ctx, tx, tenant, p.InteractionID, interaction.NewSegment{Purpose: interaction.PurposeInvite,
					FromSegmentID: p.ID, FromUserID: "anna", ToUserID: "boris", At: c.clock.Now()})
				if err != nil {
					return err
				}
				return c.floors.Enqueue(ctx, tx, tenant, floor.Submitted(s))
			})
			if err != nil {
				t.Fatal(err)
			}
			desk.until("offer.opened", map[string]any{"segmentId": s.ID})
			return s
		}
		declined := invite()
		a := c.must(c.floors.Reject(c.ctx(), tenant, "boris", "", declined.ID))
		if s := c.segment(declined.ID); a.Agent.ReasonID != core.ReasonSignIn || s.Outcome != "declined" || s.State != "finished" {
			t.Errorf("%+v %+v", a.Agent, s)
		}
		joined := invite()
		c.must(c.floors.Accept(c.ctx(), tenant, "boris", "", joined.ID))
		desk.until("segment.changed", map[string]any{"id": p.ID, "abilities": "[send set_disposition end transfer invite remove_participant]"})
		c.enqueue(floor.Over(joined.ID, interaction.ByAgent, "left"))
		figures.is(joined.ID, "finished")
		if s := c.segment(p.ID); s.State != "active" {
			t.Errorf("%+v", s)
		}
	})
}
