package webrtc_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/webrtc"
	"parley/internal/webrtc/webrtctest"
)

// way carries packets between one browser and the edge until it is cut.
type way struct{ near, far *net.UDPConn }

func openWay(t *testing.T, e *webrtc.Edge) *way {
	t.Helper()
	near, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(e.Address()))
	if err != nil {
		t.Fatal(err)
	}
	w := &way{near, far}
	t.Cleanup(w.cut)
	browser := make(chan *net.UDPAddr, 1)
	go func() {
		buf := make([]byte, 2000)
		for first := true; ; first = false {
			n, from, err := near.ReadFromUDP(buf)
			if err != nil {
				return
			}
			if first {
				browser <- from
			}
			_, _ = far.Write(buf[:n])
		}
	}()
	go func() {
		buf := make([]byte, 2000)
		var to *net.UDPAddr
		for {
			n, err := far.Read(buf)
			if err != nil {
				return
			}
			if to == nil {
				to = <-browser
			}
			_, _ = near.WriteToUDP(buf[:n], to)
		}
	}()
	return w
}

func (w *way) cut() { _, _ = w.near.Close(), w.far.Close() }

// dialOver is dial by a way that can be cut; the browser's sound has come.
func dialOver(t *testing.T, e *webrtc.Edge) (*webrtctest.Browser, *way, *events) {
	t.Helper()
	w := openWay(t, e)
	b := webrtctest.New(t)
	offer, err := b.Offer()
	if err != nil {
		t.Fatal(err)
	}
	ev := collect()
	l, answer, err := e.Answer(t.Context(), offer, ev.take)
	if err != nil {
		t.Fatal(err)
	}
	_, other, _ := net.SplitHostPort(w.near.LocalAddr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	if err := b.Accept(ctx, strings.ReplaceAll(answer, " "+port(e)+" typ host", " "+other+" typ host")); err != nil {
		t.Fatal(err)
	}
	ev.wait(t, call.LegConnected)
	until(t, "its sound is heard", func() bool { return l.Media().Quality().Whole.Packets > 0 })
	l.Media().ExpectSound(true) // a watchdog's patience is that of a line that was heard
	return b, w, ev
}

func TestSilentBrowser(t *testing.T) {
	t.Run("[V-47/silent] a browser whose microphone is unplugged stays in the call; one whose network is gone does not", func(t *testing.T) {
		t.Parallel()
		e := open(t, webrtc.Config{})
		quiet, _, kept := dialOver(t, e)
		quiet.Unplug()
		_, gone, lost := dialOver(t, e)
		gone.cut()
		if got := lost.wait(t, call.LegEnded); got.Cause != call.CauseFailed {
			t.Errorf("the one that is gone: cause %s", got.Cause)
		}
		// Within 20 s of its last packet a watchdog of sound would have lost its patience.
		for late := time.After(5 * time.Second); ; {
			select {
			case <-kept.new:
				kept.mu.Lock()
				last := kept.all[len(kept.all)-1]
				kept.mu.Unlock()
				if last.Kind == call.LegEnded {
					t.Fatalf("the silent one was cut: %s", last.Cause)
				}
			case <-late:
				return
			}
		}
	})
}
