package floor_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor/core"
	"parley/internal/run"
	"parley/internal/stats"
)

// Today gives the rows that figures start from.
func (c *centre) Today(ctx context.Context, idb bun.IDB, tenant string, from int64) (stats.Rows, error) {
	rows, err := c.inter.Today(ctx, idb, tenant, from)
	if err != nil {
		return rows, err
	}
	rows.Agents, err = c.floors.SignedIn(ctx, idb, tenant)
	return rows, err
}

// oneDay began an hour before the clock's first moment and does not end.
type oneDay struct{}

func (oneDay) Midnight(context.Context, string, int64) (from, next int64, err error) {
	return newClock().now - time.Hour.Milliseconds(), db.Now() + 24*time.Hour.Milliseconds(), nil
}
func (oneDay) IsBreak(context.Context, string, string) bool { return false }

// figures reads the day anew, and follows it from then on.
func (c *centre) figures() *stats.Live {
	c.t.Helper()
	group := run.New(context.Background())
	c.t.Cleanup(func() { _ = group.Stop(5 * time.Second) })
	live, err := stats.NewCenter(c.db, c.bus.Feed(), c, oneDay{}, group, slog.New(slog.NewTextHandler(io.Discard, nil))).For(c.ctx(), tenant)
	if err != nil {
		c.t.Fatal(err)
	}
	return live
}

// shown is everything that the figures say at the clock's moment.
func (c *centre) shown(l *stats.Live) string {
	now := c.clock.Now()
	out := fmt.Sprintf("services %+v\nteams %+v\n", l.Services([]string{"sales"}, func(_, _, _ string) bool { return true }, now), l.Teams([]string{"team"}, nil, now))
	for _, a := range l.Agents(func(stats.AgentFact) bool { return true }, now) {
		out += fmt.Sprintf("agent %+v\n", a)
	}
	for _, id := range []string{"anna", "boris"} {
		f, _, in := l.Person(id, now)
		out += fmt.Sprintf("%s %v %+v\n", id, in, f)
	}
	return out + fmt.Sprintf("ranked %+v\n", l.Ranked("team", now))
}

func TestFiguresReadAnew(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		c := newCentre(t, cfg)
		c.settings.cfg.Teams[0].Rules.AfterReject = core.Rule{State: core.Ready} // no state begins with a rejection
		c.start()
		t.Cleanup(func() { c.stop() })
		followed := c.figures()
		c.ready("anna", "boris")
		desk := c.listen("u/anna", "u/boris")
		offered := func() (agent, segment string) {
			o := desk.until("offer.opened", nil)
			p := c.segment(fmt.Sprint(o["segmentId"]))
			return p.AgentID, p.ID
		}
		blames := func(id string) string {
			f, _, _ := followed.Person(id, c.clock.Now())
			return fmt.Sprintf("%d rejected, %d missed", f.Rejected, f.Missed)
		}
		// One rejects and stays Ready; the other misses, comes to Not ready and leaves.
		c.chat("Иван")
		first, segment := offered()
		c.clock.pass(3 * time.Second)
		c.must(c.floors.Reject(c.ctx(), tenant, first, "", segment))
		second, _ := offered()
		c.clock.pass(21 * time.Second)
		if again, _ := offered(); again != first || second == first {
			t.Fatalf("offered to %s, %s, %s", first, second, again)
		}
		c.must(c.floors.SignOut(c.ctx(), tenant, second, "", false))
		// The first one misses a second chat with one in hand: Not ready is pending, and no state begins either.
		c.must(c.floors.Accept(c.ctx(), tenant, first, "", segment))
		c.chat("Пётр")
		if again, _ := offered(); again != first {
			t.Fatalf("offered to %s", again)
		}
		c.clock.pass(21 * time.Second)
		await(t, func() bool {
			return blames(first) == "1 rejected, 1 missed" && blames(second) == "0 rejected, 1 missed"
		})
		t.Run("[S-6][R-4] the day read from its rows says what its changes added up to", func(t *testing.T) {
			if a, b := c.shown(followed), c.shown(c.figures()); a != b {
				t.Errorf("followed:\n%s\nread anew:\n%s", a, b)
			}
		})
		t.Run("[S-6][R-4] rejected and missed offers of agents and teams outlive the process", func(t *testing.T) {
			c.restart()
			followed = c.figures()
			team := followed.Teams([]string{"team"}, nil, c.clock.Now())[0].Figures
			if blames(first) != "1 rejected, 1 missed" || blames(second) != "0 rejected, 1 missed" || team.Rejected != 1 || team.Missed != 2 {
				t.Errorf("%s and %s, the team %d and %d", blames(first), blames(second), team.Rejected, team.Missed)
			}
		})
	})
}
