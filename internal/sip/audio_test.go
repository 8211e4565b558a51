package sip_test

import (
	"strings"
	"testing"

	"parley/internal/call"
	"parley/internal/media"
	"parley/internal/run"
	"parley/internal/sip/siptest"
)

func TestAudio(t *testing.T) {
	for _, codecs := range [][2]string{{"PCMA", "PCMA"}, {"PCMU", "PCMA"}} {
		t.Run("[V-48/audio] two phones hear each other, "+strings.Join(codecs[:], " and "), func(t *testing.T) {
			r := &room{}
			s, _ := edge(t, r)
			g := run.New(t.Context())
			defer func() { _ = g.Stop(0) }()
			together := media.NewRoom(g)
			defer together.Close()
			one := siptest.Start(t, 500, codecs[0])
			one.Dial("74951234567", s.Addr())
			until(t, "the first call", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.calls) == 1 })
			two := siptest.Start(t, 900, codecs[1])
			two.Dial("74951234567", s.Addr())
			until(t, "the second call", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.calls) == 2 })
			r.mu.Lock()
			calls := r.calls
			r.mu.Unlock()
			for _, c := range calls {
				c.waitFor(t, call.LegConnected)
				together.Join(c.leg.Media())
			}
			until(t, "two seconds of sound both ways", func() bool {
				for _, c := range calls {
					if c.leg.Media().Quality().Whole.Packets < 150 {
						return false
					}
				}
				return true
			})
			for _, c := range calls {
				c.leg.HangUp(call.CauseNormal)
				c.waitFor(t, call.LegConnected, "ended normal")
			}
			for _, hears := range []struct {
				p          *siptest.Phone
				other, own float64
			}{{one, 900, 500}, {two, 500, 900}} {
				const start = 4000 // until the other one is in the room
				until(t, "a record", func() bool { return len(hears.p.Record()) >= start+8000 })
				pcm := hears.p.Record()[start:]
				if l, echo := siptest.Level(pcm, hears.other), siptest.Level(pcm, hears.own); l < 0.8 || echo > 0.02 {
					t.Errorf("hears %.2f of %g Hz, and %.2f of its own %g Hz, in %d samples", l, hears.other, echo, hears.own, len(pcm))
				}
			}
		})
	}
}
