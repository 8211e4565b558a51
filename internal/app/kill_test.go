package app

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const kills = 12

func TestKill(t *testing.T) {
	t.Parallel()
	p := newProcess(t)
	p.start()
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	if status, _ := p.until(ctx, "localhost", "GET", "/healthz", http.Header{}, nil); status != 200 {
		t.Fatal("the program did not start")
	}
	visitors := p.visitors(ctx, 6)
	writing, enough := context.WithCancel(ctx)
	var all sync.WaitGroup
	var sent atomic.Int64
	agents := []*agent{{login: "anna", acked: map[string][]string{}}, {login: "boris", acked: map[string][]string{}}}
	for _, a := range agents {
		a.begin(ctx, p)
		all.Go(func() { a.work(writing, p) })
	}
	for _, v := range visitors {
		all.Go(func() { v.write(writing, p, &sent) })
	}
	for i := range kills {
		// Let some messages through, then kill at an instant nobody chose.
		goal := sent.Load() + 20 + rand.Int64N(60)
		for sent.Load() < goal && ctx.Err() == nil {
			p.until(ctx, "localhost", "GET", "/healthz", http.Header{}, nil)
		}
		p.kill()
		p.start()
		t.Logf("kill %d after %d messages", i+1, sent.Load())
	}
	enough()
	all.Wait()
	if status, _ := p.until(ctx, "localhost", "GET", "/healthz", http.Header{}, nil); status != 200 {
		t.Fatal("the program did not come back")
	}
	answered := 0
	for _, v := range visitors {
		t.Run("[C-21/restart] [B-3/order] nothing lost, doubled or out of order: "+v.name, func(t *testing.T) { answered += v.check(t, ctx, p, agents) })
	}
	if answered == 0 {
		t.Error("no agent answered anybody: the test shows nothing about agents")
	}
	p.kill()
	t.Run("[B-4/replay] the log of all these lives replays bit by bit", func(t *testing.T) {
		var out bytes.Buffer
		if err := Replay(t.Context(), p.cfg, "", &out); err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
	})
}
