package floor_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
)

// day lives through a busy while: agents come, reject, miss, handle, pause and
// go, customers come and leave. Everything is waited for, so it has an order.
func (c *centre) day(seed uint64, steps int) {
	c.t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	agents := []string{"anna", "boris", "clara"}
	var open []string
	for range steps {
		a := agents[rnd.IntN(len(agents))]
		switch rnd.IntN(10) {
		case 0:
			c.do(c.floors.SignIn(c.ctx(), tenant, a, "s-"+a, false))
		case 1, 2:
			c.do(c.floors.ChooseState(c.ctx(), tenant, a, "", core.Ready, ""))
		case 3:
			c.do(c.floors.ChooseState(c.ctx(), tenant, a, "", core.NotReady, "lunch"))
		case 4, 5:
			open = append(open, c.chat(fmt.Sprint("№", len(open))).ID)
		case 6:
			if len(open) > 0 {
				c.enqueue(floor.Over(open[rnd.IntN(len(open))], interaction.ByCustomer, "left"))
			}
		case 7:
			c.do(c.floors.SignOut(c.ctx(), tenant, a, "", true))
		default:
			c.serve(a, rnd.IntN(4))
		}
		c.clock.pass(time.Duration(rnd.IntN(9_000)) * time.Millisecond)
	}
}

// do takes a refusal for an answer, but no fault.
func (c *centre) do(_ floor.Answer, err error) {
	c.t.Helper()
	if code := fail.Code(err); err != nil && code != fail.CodeState && code != fail.CodeNotFound {
		c.t.Fatal(err)
	}
}

func (c *centre) serve(agent string, how int) {
	c.t.Helper()
	rows, err := c.inter.OpenRows(c.ctx(), c.db.Read(), tenant, agent)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, o := range rows.Offers {
		if how == 0 {
			c.do(c.floors.Reject(c.ctx(), tenant, agent, "", o.SegmentID))
		} else {
			c.do(c.floors.Accept(c.ctx(), tenant, agent, "", o.SegmentID))
		}
	}
	for _, s := range rows.Segments {
		if s.State == "ended" {
			c.do(c.floors.FinishRow(c.ctx(), tenant, agent, "", s.ID))
		} else if how == 3 {
			c.enqueue(floor.Over(s.ID, interaction.ByAgent, "done"))
		}
	}
}

// settle waits until the floor has taken everything that was told to it.
func (c *centre) settle() {
	c.t.Helper()
	figures := c.listen(stats.Audience)
	p := c.chat("the last one")
	figures.until(stats.TypeSegment, map[string]any{"id": p.ID})
	for c.count("floor_inbox") > 0 {
		c.do(c.floors.Do(c.ctx(), tenant, core.Input{Type: core.InTimer})) // each waits for a commit
	}
}

func TestReplay(t *testing.T) {
	each(t, "[B-4] the log gives the same decisions and the same state again, bit by bit", func(t *testing.T, c *centre) {
		c.stop()
		c.change = func(fc *floor.Config) { fc.SnapshotEvery = 50 }
		c.start()
		c.day(1, 150)
		c.restart()
		c.day(2, 100)
		c.settle()
		r, err := floor.Replay(c.ctx(), c.db, tenant)
		if err != nil || !r.Same() {
			t.Fatalf("%+v %v", r, err)
		}
		if r.Inputs < 200 || r.Snapshots < 3 || r.Effects < 200 || r.Skipped != 0 || r.Items == 0 {
			t.Errorf("too little was compared: %+v", r)
		}
		t.Run("and a forged line of the log is found", func(t *testing.T) {
			c.exec(`UPDATE floor_inputs SET effects = '[]' WHERE seq = (SELECT MAX(seq) FROM floor_inputs WHERE effects LIKE '%assigned%')`)
			if r, err = floor.Replay(c.ctx(), c.db, tenant); err != nil || len(r.Differences) != 1 || r.Differences[0].What != "effects" {
				t.Errorf("%+v %v", r.Differences, err)
			}
		})
		t.Run("and a forged row too", func(t *testing.T) {
			c.exec(`UPDATE floor_items SET data = REPLACE(data, '"priority":', '"priority":1')`)
			if r, err = floor.Replay(c.ctx(), c.db, tenant); err != nil || len(r.Differences) < 2 {
				t.Errorf("%+v %v", r.Differences, err)
			}
		})
	})
	each(t, "[B-4] what is older than the log is kept goes, the rest can still be replayed", func(t *testing.T, c *centre) {
		c.stop()
		c.change = func(fc *floor.Config) { fc.SnapshotEvery = 20 }
		c.start()
		c.day(3, 60)
		c.clock.pass(time.Hour)
		middle := c.clock.Now()
		c.day(4, 60)
		c.settle()
		before := c.count("floor_inputs")
		if err := c.floors.Trim(c.ctx(), tenant, middle); err != nil {
			t.Fatal(err)
		}
		r, err := floor.Replay(c.ctx(), c.db, tenant)
		if err != nil || !r.Same() || r.Inputs < 60 || c.count("floor_inputs") > before-40 {
			t.Errorf("%d of %d left, %+v, %v", c.count("floor_inputs"), before, r, err)
		}
	})
}

func (c *centre) exec(sql string) {
	c.t.Helper()
	err := c.db.Write(c.ctx(), db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(sql).Exec(ctx)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func TestSpans(t *testing.T) {
	each(t, "[S-7] the spans of a shift follow one another without gap and sum up to it; records and live views agree", func(t *testing.T, c *centre) {
		figures := c.listen(stats.Audience)
		c.day(5, 200)
		for _, a := range []string{"anna", "boris", "clara"} {
			c.do(c.floors.ForceSignOut(c.ctx(), tenant, a, "boss", true))
		}
		c.settle()
		var spans []interaction.Span
		if err := c.db.Read().NewSelect().Model(&spans).Where("sp.tenant_id = ?", tenant).
			Order("sp.agent_id", "sp.started_at", "sp.id").Scan(c.ctx()); err != nil {
			t.Fatal(err)
		}
		if len(spans) < 60 {
			t.Fatalf("only %d spans", len(spans))
		}
		type shift struct{ from, to, sum int64 }
		shifts := map[string]*shift{}
		for i, s := range spans {
			sh := shifts[s.ShiftID]
			if sh == nil {
				sh = &shift{from: s.StartedAt, to: s.StartedAt}
				shifts[s.ShiftID] = sh
			}
			if s.StartedAt != sh.to || s.EndedAt < s.StartedAt || s.AgentID == "" || s.Cause == "" {
				t.Fatalf("span %d: %+v after %d", i, s, sh.to)
			}
			sh.to, sh.sum = s.EndedAt, sh.sum+s.EndedAt-s.StartedAt
		}
		for id, sh := range shifts {
			if sh.sum != sh.to-sh.from {
				t.Errorf("shift %s: %+v", id, sh)
			}
		}
		live := map[string]int{}
		figures.all(func(kind string, data map[string]any) {
			if kind == stats.TypeAgent && data["state"] == stats.SignedOut {
				live[fmt.Sprint(data["userId"])]++
			}
		})
		recorded := map[string]int{}
		for _, s := range spans {
			if s.ID == s.ShiftID {
				recorded[s.AgentID]++
			}
		}
		if fmt.Sprint(live) != fmt.Sprint(recorded) {
			t.Errorf("live views saw %v sign-outs, the records have %v shifts", live, recorded)
		}
	})
}

// all gives the changes heard so far.
func (e *ear) all(f func(kind string, data map[string]any)) {
	e.t.Helper()
	for {
		select {
		case ch := <-e.sub.C():
			f(ch.Type, decode(e.t, ch.Data))
		default:
			return
		}
	}
}
