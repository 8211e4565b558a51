package webrtc_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/run"
	"parley/internal/webrtc"
	"parley/internal/webrtc/webrtctest"
)

func open(t *testing.T, cfg webrtc.Config) *webrtc.Edge {
	t.Helper()
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Group == nil {
		cfg.Group = run.New(context.Background())
	}
	cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	e, err := webrtc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cfg.Group.Stop(10 * time.Second); err != nil {
			t.Error(err)
		}
		_ = e.Close()
	})
	return e
}

// events collects what a leg tells.
type events struct {
	mu  sync.Mutex
	all []call.LegEvent
	new chan struct{}
}

func collect() *events { return &events{new: make(chan struct{}, 1000)} }

func (e *events) take(v call.LegEvent) {
	e.mu.Lock()
	e.all = append(e.all, v)
	e.mu.Unlock()
	e.new <- struct{}{}
}

// wait gives the first event of a kind.
func (e *events) wait(t *testing.T, kind string) call.LegEvent {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		e.mu.Lock()
		for _, v := range e.all {
			if v.Kind == kind {
				e.mu.Unlock()
				return v
			}
		}
		e.mu.Unlock()
		select {
		case <-e.new:
		case <-late:
			t.Fatalf("no %s event, only %v", kind, e.all)
		}
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(15 * time.Second); !ok(); {
		if time.Now().After(late) {
			t.Fatal("waited in vain: " + what)
		}
		runtime.Gosched()
		<-time.After(10 * time.Millisecond)
	}
}

// dial connects a browser and waits until both sides say so.
func dial(t *testing.T, e *webrtc.Edge) (*webrtctest.Browser, call.Leg, *events) {
	t.Helper()
	return connect(t, e, webrtctest.New(t))
}

func connect(t *testing.T, e *webrtc.Edge, b *webrtctest.Browser) (*webrtctest.Browser, call.Leg, *events) {
	t.Helper()
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	ev := collect()
	l, answer, err := e.Answer(t.Context(), offer, ev.take)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	if err := b.Accept(ctx, answer); err != nil {
		t.Fatal(err)
	}
	ev.wait(t, call.LegConnected)
	return b, l, ev
}

func TestAnswer(t *testing.T) {
	e := open(t, webrtc.Config{})
	b := webrtctest.New(t)
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := e.Answer(t.Context(), offer, collect().take)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("[V-43/browser] the answer is whole: our one address, ICE-lite, one codec of telephones with events, encrypted", func(t *testing.T) {
		for _, want := range []string{"a=ice-lite", "a=fingerprint:sha-256 ", "a=rtcp-mux", "m=audio 9 UDP/TLS/RTP/SAVPF 0 126\r\n",
			"a=rtpmap:0 PCMU/8000", "a=rtpmap:126 telephone-event/8000", "127.0.0.1 " + port(e) + " typ host", "a=end-of-candidates"} {
			if !strings.Contains(answer, want) {
				t.Errorf("the answer lacks %q:\n%s", want, answer)
			}
		}
		if strings.Count(answer, " 1 udp ") != 1 || strings.Contains(strings.ToLower(answer), "opus") {
			t.Errorf("the answer has more than it should:\n%s", answer)
		}
	})
}

func port(e *webrtc.Edge) string { _, p, _ := net.SplitHostPort(e.Address().String()); return p }

func TestPublicAddress(t *testing.T) {
	e := open(t, webrtc.Config{PublicAddress: netip.MustParseAddr("203.0.113.7")})
	b := webrtctest.New(t)
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := e.Answer(t.Context(), offer, collect().take)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(answer, "203.0.113.7 "+port(e)+" typ host") || strings.Contains(answer, "127.0.0.1 "+port(e)) {
		t.Errorf("behind a translated address browsers are sent to:\n%s", answer)
	}
}

func TestListen(t *testing.T) {
	for _, at := range []string{"127.0.0.1:5060", "127.0.0.1:5061", "nowhere", "127.0.0.1:99999"} {
		if e, err := webrtc.New(webrtc.Config{Listen: at, Group: run.New(t.Context())}); err == nil {
			_ = e.Close()
			t.Errorf("%s was taken", at)
		} else if !strings.Contains(err.Error(), "webrtc-listen") {
			t.Errorf("%v does not name the setting", err)
		}
	}
}

func TestEnds(t *testing.T) {
	t.Run("[V-6/far] a page that goes away ends the leg at once", func(t *testing.T) {
		e := open(t, webrtc.Config{})
		b, _, ev := dial(t, e)
		b.Close()
		if got := ev.wait(t, call.LegEnded); got.Cause != call.CauseNormal {
			t.Errorf("cause %s", got.Cause)
		}
		until(t, "the place is free", func() bool { return e.Open() == 0 })
	})
	t.Run("[V-6/near] hanging up ends the browser's side, once and last", func(t *testing.T) {
		e := open(t, webrtc.Config{})
		b, l, ev := dial(t, e)
		for range 3 {
			l.HangUp(call.CauseDeclined)
		}
		if got := ev.wait(t, call.LegEnded); got.Cause != call.CauseDeclined {
			t.Errorf("cause %s", got.Cause)
		}
		l.HangUp(call.CauseSystem)
		until(t, "the browser notices", func() bool {
			s := b.PC.ConnectionState().String()
			return s == "closed" || s == "failed" || s == "disconnected"
		})
		ev.mu.Lock()
		defer ev.mu.Unlock()
		if n := len(ev.all); n != 2 || ev.all[1].Kind != call.LegEnded {
			t.Errorf("events %v", ev.all)
		}
	})
	t.Run("a browser that never connects is given up", func(t *testing.T) {
		e := open(t, webrtc.Config{Connect: 300 * time.Millisecond})
		b := webrtctest.New(t)
		offer, err := b.Offer()
		if err != nil {
			t.Fatal(err)
		}
		ev := collect()
		if _, _, err := e.Answer(t.Context(), offer, ev.take); err != nil {
			t.Fatal(err)
		}
		if got := ev.wait(t, call.LegEnded); got.Cause != call.CauseFailed {
			t.Errorf("cause %s", got.Cause)
		}
		if e.Open() != 0 {
			t.Errorf("%d open", e.Open())
		}
	})
	t.Run("the end of the program ends the legs", func(t *testing.T) {
		g := run.New(context.Background())
		e := open(t, webrtc.Config{Group: g})
		_, _, ev := dial(t, e)
		if err := g.Stop(10 * time.Second); err != nil {
			t.Error(err)
		}
		if got := ev.wait(t, call.LegEnded); got.Cause != call.CauseSystem {
			t.Errorf("cause %s", got.Cause)
		}
	})
}

func TestLimit(t *testing.T) {
	e := open(t, webrtc.Config{Max: 1})
	_, l, ev := dial(t, e)
	b := webrtctest.New(t)
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Answer(t.Context(), offer, collect().take); fail.Code(err) != fail.CodeUnavailable {
		t.Errorf("over the limit: %v", err)
	}
	l.HangUp(call.CauseNormal)
	ev.wait(t, call.LegEnded)
	if _, _, err := e.Answer(t.Context(), offer, collect().take); err != nil {
		t.Errorf("a freed place is not given: %v", err)
	}
}

func TestNoise(t *testing.T) {
	t.Run("[V-43/noise] STUN, DTLS and RTP that lie leave the port at work: a browser calls afterwards", survives)
}

func survives(t *testing.T) {
	e := open(t, webrtc.Config{})
	c, err := net.Dial("udp", e.Address().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		b := make([]byte, r.IntN(1400)+1)
		for k := range b {
			b[k] = byte(r.Uint32())
		}
		switch i % 4 {
		case 0: // a STUN binding request with lengths that lie
			if len(b) > 24 {
				copy(b, []byte{0, 1, byte(r.Uint32()), byte(r.Uint32()), 0x21, 0x12, 0xa4, 0x42})
				copy(b[20:], []byte{0, 6, byte(r.Uint32()), byte(r.Uint32())})
			}
		case 1: // DTLS
			b[0] = 22
		case 2: // RTP
			b[0] = 0x80
		}
		_, _ = c.Write(b)
	}
	b, _, ev := dial(t, e)
	b.Close()
	ev.wait(t, call.LegEnded)
}

func TestNothingLeaks(t *testing.T) {
	e := open(t, webrtc.Config{})
	round := func() {
		b, l, ev := dial(t, e)
		l.HangUp(call.CauseNormal)
		ev.wait(t, call.LegEnded)
		b.Close()
	}
	round() // what starts once
	before := runtime.NumGoroutine()
	for range 5 {
		round()
	}
	until(t, "all goroutines of five calls end", func() bool { return runtime.NumGoroutine() <= before })
	if e.Open() != 0 {
		t.Errorf("%d open", e.Open())
	}
}

func TestTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := open(t, webrtc.Config{})
	b := webrtctest.New(t)
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Answer(ctx, offer, collect().take); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that is gone: %v", err)
	}
	until(t, "the place is free or the leg is up", func() bool { return e.Open() <= 1 })
}
