package floor_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// two starts two nodes on one PostgreSQL.
func two(t *testing.T) [2]*centre {
	t.Helper()
	cfg := dbtest.Postgres(t)
	var nodes [2]*centre
	var routes []string
	shared := newClock()
	for i := range nodes {
		c := newCentre(t, cfg)
		c.clock = shared
		c.busCfg = bus.Config{LookInterval: 50 * time.Millisecond, Cluster: &bus.Cluster{
			Name: "test", Host: "127.0.0.1", Port: -1, Routes: routes, User: "node", Password: "secret"}}
		c.change = func(fc *floor.Config) {
			fc.LeaseTTL = 300 * time.Millisecond
			fc.InboxInterval = 50 * time.Millisecond
		}
		c.start()
		t.Cleanup(c.stop)
		routes = []string{c.bus.RouteURL()}
		nodes[i] = c
	}
	await(t, func() bool { return nodes[0].bus.Peers() == 1 && nodes[1].bus.Peers() == 1 })
	return nodes
}

// await polls what nothing announces, within a limit.
func await(t testing.TB, f func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("waited in vain")
		}
	}
}

func roles(t *testing.T, nodes [2]*centre) (home, away *centre) {
	t.Helper()
	await(t, func() bool { return nodes[0].floors.Here(tenant) || nodes[1].floors.Here(tenant) })
	if nodes[0].floors.Here(tenant) {
		return nodes[0], nodes[1]
	}
	return nodes[1], nodes[0]
}

func TestTwoNodes(t *testing.T) {
	t.Run("[B-14] commands and contacts reach the floor from the other node, answers come back", func(t *testing.T) {
		home, away := roles(t, two(t))
		await(t, func() bool {
			_, err := away.floors.SignIn(away.ctx(), tenant, "anna", "s", false)
			return err == nil
		})
		desk := home.listen("u/anna")
		key := db.Idempotency{Tenant: tenant, User: "anna", Key: "k1", Route: "POST /api/desk/state", BodyHash: "h"}
		a, err := away.floors.ChooseState(db.WithIdempotency(away.ctx(), key), tenant, "anna", "", core.Ready, "")
		if err != nil || a.Agent.State != core.Ready || a.ChangeSeq == 0 || len(a.Effects) == 0 {
			t.Fatalf("%+v %v", a, err)
		}
		if _, _, found, err := db.LookupIdempotent(away.ctx(), away.db.Read(), key); !found || err != nil {
			t.Errorf("the answer was not stored: %v %v", found, err)
		}
		p := away.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		if _, err := away.floors.Accept(away.ctx(), tenant, "boris", "", p.ID); fail.Code(err) != fail.CodeState {
			t.Errorf("a refusal over the bus: %v", err)
		}
		away.must(away.floors.Accept(away.ctx(), tenant, "anna", "", p.ID))
	})
	t.Run("[B-14] when a node dies the other takes the floor: offers withdrawn, contacts in place, nobody forgotten", func(t *testing.T) {
		home, away := roles(t, two(t))
		home.ready("anna")
		desk := home.listen("u/anna")
		p := home.chat("Иван")
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		waiting := home.chat("Пётр")
		home.stop()
		await(t, func() bool { return away.floors.Here(tenant) })
		desk = away.listen("u/anna")
		await(t, func() bool { return away.floors.SocketBack(away.ctx(), tenant, "anna", "") == nil })
		desk.until("offer.opened", map[string]any{"segmentId": p.ID})
		away.must(away.floors.Accept(away.ctx(), tenant, "anna", "", p.ID))
		desk.until("offer.opened", map[string]any{"segmentId": waiting.ID})
	})
	t.Run("[B-14] an owner who lost the lease commits nothing more", func(t *testing.T) {
		home, away := roles(t, two(t))
		home.ready("anna")
		err := home.db.Write(home.ctx(), db.Floor, func(ctx context.Context, tx *db.Tx) error { // what a takeover does
			_, err := tx.NewRaw("UPDATE leases SET fencing = fencing + 1, node = 'a third one', expires_at = 0").Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := home.count("floor_inputs")
		if _, err := home.floors.ChooseState(home.ctx(), tenant, "anna", "", core.NotReady, "lunch"); fail.Code(err) != fail.CodeUnavailable {
			t.Errorf("the old owner answered %v", err)
		}
		await(t, func() bool { return home.floors.Here(tenant) || away.floors.Here(tenant) })
		await(t, func() bool {
			a, err := away.floors.ChooseState(away.ctx(), tenant, "anna", "", core.NotReady, "lunch")
			return err == nil && a.Agent.ReasonID == "lunch"
		})
		if n := home.count("floor_inputs"); n <= before {
			t.Errorf("%d inputs, before %d", n, before)
		}
		if r, err := floor.Replay(home.ctx(), home.db, tenant); err != nil || !r.Same() {
			t.Errorf("%+v %v", r, err)
		}
	})
	t.Run("[B-3/once] each told thing is taken once, though the floor moves to and fro", func(t *testing.T) {
		nodes := two(t)
		roles(t, nodes)
		const each = 40
		var wg sync.WaitGroup
		var mu sync.Mutex
		var all []interaction.Segment
		for _, c := range nodes {
			wg.Go(func() {
				for range each {
					p := c.chat("Иван")
					mu.Lock()
					all = append(all, p)
					mu.Unlock()
				}
			})
		}
		for range 3 {
			home, _ := roles(t, nodes)
			if err := home.floors.Close(); err != nil { // the node stays, its floor goes
				t.Fatal(err)
			}
			home.reopenFloors()
		}
		wg.Wait()
		c := nodes[0]
		await(t, func() bool { return c.count("floor_inbox") == 0 })
		c.empty("floor_quarantine")
		var n int
		err := c.db.Read().NewSelect().Table("floor_inputs").ColumnExpr("COUNT(*)").Where("type = 'submitted'").Scan(c.ctx(), &n)
		if err != nil || n != 2*each || c.count("floor_items") != 2*each {
			t.Errorf("%d submitted, %d on the floor, of %d (%v)", n, c.count("floor_items"), 2*each, err)
		}
	})
}
