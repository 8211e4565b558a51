package floor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

const benchAgents = 500

// busyCentre is a node with 500 agents who are ready.
func busyCentre(b *testing.B, cfg db.Config) *centre {
	b.Helper()
	c := newCentre(b, cfg)
	c.change = func(fc *floor.Config) { fc.Clock = nil }
	c.settings.cfg.Capacity = []core.KindCapacity{{Kind: core.Chat, Share: 1, Need: 1}} // they take whatever comes
	c.start()
	b.Cleanup(c.stop)
	var wg sync.WaitGroup
	for w := range 50 {
		wg.Go(func() {
			for i := w; i < benchAgents; i += 50 {
				a := fmt.Sprint("agent", i)
				c.must(c.floors.SignIn(context.Background(), tenant, a, "s", false))
				c.must(c.floors.ChooseState(context.Background(), tenant, a, "", core.Ready, ""))
			}
		})
	}
	wg.Wait()
	return c
}

func percentile(took []time.Duration, p int) float64 {
	slices.Sort(took)
	return float64(took[len(took)*p/100].Microseconds()) / 1000
}

// BenchmarkContactToOffer brings in 50 contacts a second and measures from
// before the channel's transaction to the change offer.opened, through both
// commits. Aim: p99 below 20 ms with 500 agents. The floor of the same run is an
// in-process round trip over NATS.
func BenchmarkContactToOffer(b *testing.B) {
	for _, engine := range []func(testing.TB) db.Config{dbtest.SQLite, dbtest.Postgres} {
		cfg := engine(b)
		b.Run(cfg.Engine, func(b *testing.B) {
			c := busyCentre(b, cfg)
			audiences := make([]string, benchAgents)
			for i := range audiences {
				audiences[i] = fmt.Sprint("u/agent", i)
			}
			sub, err := c.bus.Feed().Subscribe(b.Context(), tenant, audiences, bus.FromNow, 100_000)
			if err != nil {
				b.Fatal(err)
			}
			defer sub.Close()
			var mu sync.Mutex
			began := map[string]time.Time{}
			var took []time.Duration
			offered := make(chan struct{}, 1_000)
			go func() {
				for ch := range sub.C() {
					if ch.Type != "offer.opened" {
						continue
					}
					now := time.Now()
					var o interaction.OfferView
					if json.Unmarshal(ch.Data, &o) != nil {
						continue
					}
					agent := ch.Audience[2:]
					go func() { _, _ = c.floors.Accept(context.Background(), tenant, agent, "", o.SegmentID) }()
					mu.Lock()
					took = append(took, now.Sub(began[o.Customer.Name]))
					mu.Unlock()
					offered <- struct{}{}
				}
			}()
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			n := 0
			for b.Loop() {
				<-tick.C
				n++
				name := fmt.Sprint("customer ", n)
				mu.Lock()
				began[name] = time.Now()
				mu.Unlock()
				go c.chat(name)
			}
			for range n {
				<-offered
			}
			mu.Lock()
			defer mu.Unlock()
			b.ReportMetric(percentile(took, 50), "p50-ms")
			b.ReportMetric(percentile(took, 99), "p99-ms")
			b.ReportMetric(percentile(took, 99)/roundTrip(b, c.bus), "p99/NATS")
		})
	}
}

// roundTrip is the p99 of a request over the node's own bus, ms.
func roundTrip(b *testing.B, node *bus.Bus) float64 {
	b.Helper()
	cancel, err := node.Handle("bench.echo", func(_ context.Context, p []byte) ([]byte, error) { return p, nil })
	if err != nil {
		b.Fatal(err)
	}
	defer cancel()
	took := make([]time.Duration, 500)
	for i := range took {
		began := time.Now()
		if _, err := node.Request(b.Context(), "bench.echo", []byte("x")); err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(began)
	}
	return percentile(took, 99)
}

// BenchmarkInputs measures commands a second through the commit, 64 at a time.
func BenchmarkInputs(b *testing.B) {
	for _, engine := range []func(testing.TB) db.Config{dbtest.SQLite, dbtest.Postgres} {
		cfg := engine(b)
		b.Run(cfg.Engine, func(b *testing.B) {
			c := busyCentre(b, cfg)
			var next atomic.Int64
			b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				agent := fmt.Sprint("agent", next.Add(1))
				for n := 0; pb.Next(); n++ {
					state, reason := core.NotReady, "lunch"
					if n%2 == 1 {
						state, reason = core.Ready, ""
					}
					if _, err := c.floors.ChooseState(context.Background(), tenant, agent, "", state, reason); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inputs/s")
		})
	}
}
