package floor_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

const childEnv = "PARLEY_TEST_FLOOR" // engine and address for the process to be killed

// TestKill kills a process whose floor works at full speed, again and again.
func TestKill(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		t.Run("[B-3] after kill -9 each contact is on the floor once, each answer was kept, the log replays", func(t *testing.T) {
			told, answered := map[string]bool{}, 0
			for round := range 5 {
				for line := range killed(t, cfg, 60+41*round) {
					if id, ok := strings.CutPrefix(line, "told "); ok {
						told[id] = true
					} else {
						answered++
					}
				}
			}
			c := newCentre(t, cfg)
			c.change = func(fc *floor.Config) { fc.Clock = nil }
			c.start()
			t.Cleanup(c.stop)
			await(t, func() bool { return c.count("floor_inbox") == 0 })
			c.empty("floor_quarantine")
			stored := map[string]int{}
			var ids []string
			if err := c.db.Read().NewSelect().Table("floor_inputs").Column("item_id").Where("type = 'submitted'").Scan(t.Context(), &ids); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				stored[id]++
			}
			for id := range told {
				if stored[id] != 1 {
					t.Errorf("contact %s was taken %d times", id, stored[id])
				}
			}
			var states int
			if err := c.db.Read().NewSelect().Table("floor_inputs").ColumnExpr("COUNT(*)").Where("type = 'stateChosen'").Scan(t.Context(), &states); err != nil || states < answered {
				t.Errorf("%d answers were given, %d kept (%v)", answered, states, err)
			}
			open, err := c.inter.Unfinished(t.Context(), c.db.Read(), tenant)
			if err != nil || len(open) != c.count("floor_items") || len(told) < 100 || answered < 10 {
				t.Errorf("%d records, %d on the floor, %d told, %d answered (%v)", len(open), c.count("floor_items"), len(told), answered, err)
			}
			if r, err := floor.Replay(t.Context(), c.db, tenant); err != nil || !r.Same() {
				t.Errorf("%+v %v", r, err)
			}
		})
	})
}

// killed starts the child, kills it after some lines and gives all it said.
func killed(t *testing.T, cfg db.Config, lines int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s", childEnv, cfg.Engine, cfg.Path+cfg.DSN))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		said := bufio.NewScanner(out)
		for n := 0; said.Scan(); n++ {
			if n == lines {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			if !yield(said.Text()) {
				break
			}
		}
		_ = child.Wait() // "signal: killed"
	}
}

// TestChild is the process that is killed; by itself it does nothing.
func TestChild(t *testing.T) {
	spec, ok := os.LookupEnv(childEnv)
	if !ok {
		return // not the child: TestKill is the test
	}
	engine, address, _ := strings.Cut(spec, "|")
	cfg := db.Config{Engine: engine, MaxConns: 12}
	if engine == db.SQLite {
		cfg.Path = address
	} else {
		cfg.DSN = address
	}
	c := newCentre(t, cfg)
	c.change = func(fc *floor.Config) { fc.Clock = nil }
	c.start()
	for w := range 3 {
		go func() {
			for {
				var p interaction.Segment
				err := c.db.Write(context.Background(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
					if _, p, err = c.inter.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: "chat", ServiceID: "sales"}); err != nil {
						return err
					}
					return c.floors.Enqueue(ctx, tx, tenant, floor.Submitted(p))
				})
				if err != nil {
					panic(err)
				}
				fmt.Println("told " + p.ID)
			}
		}()
		go func() {
			agent := fmt.Sprint("agent", w)
			if _, err := c.floors.SignIn(context.Background(), tenant, agent, "s", false); err != nil {
				panic(err)
			}
			for n := 0; ; n++ {
				reason := []string{"lunch", core.ReasonSignIn}[n%2]
				if _, err := c.floors.ChooseState(context.Background(), tenant, agent, "", core.NotReady, reason); err != nil {
					panic(err)
				}
				fmt.Println("answered")
			}
		}()
	}
	select {}
}
