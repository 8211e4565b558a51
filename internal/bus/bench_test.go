package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// BenchmarkFanOut commits changes that 2,000 desks receive. Beside ns/op it gives
// deliveries per second, and as a floor the same number of plain channel sends.
func BenchmarkFanOut(b *testing.B) {
	const desks = 2000
	b.Run("feed", func(b *testing.B) {
		d := dbtest.Open(b, dbtest.SQLite(b))
		bb := open(b, d, bus.Config{})
		var wg sync.WaitGroup
		for range desks {
			sub, err := bb.Feed().Subscribe(context.Background(), tenant, []string{"all"}, bus.FromNow, b.N)
			if err != nil {
				b.Fatal(err)
			}
			wg.Go(func() {
				for range b.N {
					if _, ok := <-sub.C(); !ok {
						b.Error(sub.Err())
						return
					}
				}
				sub.Close()
			})
		}
		b.ResetTimer()
		began := time.Now()
		for n := range b.N {
			record(b, d, "all", note{0, n})
		}
		wg.Wait()
		b.ReportMetric(float64(b.N*desks)/time.Since(began).Seconds(), "deliveries/s")
	})
	b.Run("floor", func(b *testing.B) {
		var channels [desks]chan bus.Change
		var wg sync.WaitGroup
		for i := range channels {
			channels[i] = make(chan bus.Change, b.N)
			wg.Go(func() {
				for range b.N {
					<-channels[i]
				}
			})
		}
		b.ResetTimer()
		began := time.Now()
		for range b.N {
			for _, c := range channels {
				c <- bus.Change{}
			}
		}
		wg.Wait()
		b.ReportMetric(float64(b.N*desks)/time.Since(began).Seconds(), "deliveries/s")
	})
}

// BenchmarkRecord gives durable commits with one change each, alone and from many.
func BenchmarkRecord(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		for name, cfg := range map[string]db.Config{db.SQLite: dbtest.SQLite(b), db.Postgres: durablePostgres(b)} {
			b.Run(fmt.Sprintf("%s/writers=%d", name, writers), func(b *testing.B) {
				d := dbtest.Open(b, cfg)
				b.SetParallelism((writers + 1) / 2)
				began := time.Now()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						record(b, d, "all", note{})
					}
				})
				b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "commits/s")
			})
		}
	}
}

func durablePostgres(b *testing.B) db.Config {
	b.Helper()
	s, err := dbtest.StartServer()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Remove() })
	cfg := db.Config{Engine: db.Postgres, DSN: s.DSN("postgres"), MaxConns: 32}
	d := dbtest.Open(b, cfg)
	if err := d.Migrate(context.Background()); err != nil {
		b.Fatal(err)
	}
	return cfg
}
