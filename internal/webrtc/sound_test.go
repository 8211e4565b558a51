package webrtc_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/media"
	"parley/internal/run"
	"parley/internal/webrtc"
)

func TestSound(t *testing.T) {
	g := run.New(context.Background())
	e := open(t, webrtc.Config{Group: g})
	customer, customerLeg, heard := dial(t, e)
	agent, agentLeg, _ := dial(t, e)
	room := media.NewRoom(g)
	defer room.Close()
	room.Join(customerLeg.Media())

	t.Run("[V-36/music] who waits alone hears what is played", func(t *testing.T) {
		p := room.Play(media.Tone(523, time.Minute), media.PlayOptions{Loop: true})
		until(t, "the customer hears the tone", func() bool { return customer.Tone(523) > 0.9 })
		p.Stop()
		until(t, "the tone ends", func() bool { return customer.Tone(523) < 0.1 })
	})
	t.Run("[V-43/browser] two browsers hear each other, and nobody himself", func(t *testing.T) {
		room.Join(agentLeg.Media())
		customer.Say(700)
		agent.Say(1100)
		until(t, "both hear the other", func() bool { return customer.Tone(1100) > 0.9 && agent.Tone(700) > 0.9 })
		if customer.Tone(700) > 0.05 || agent.Tone(1100) > 0.05 {
			t.Error("somebody hears himself")
		}
	})
	t.Run("[V-15] who is muted is not heard, though the browser goes on sending", func(t *testing.T) {
		agentLeg.Media().SetMuted(true)
		until(t, "the customer hears nothing", func() bool { return customer.Loudness() < 50 })
		agentLeg.Media().SetMuted(false)
		until(t, "the customer hears the agent again", func() bool { return customer.Tone(1100) > 0.9 })
	})
	t.Run("[V-13/browser] keys go both ways by RFC 4733", func(t *testing.T) {
		for _, d := range []byte{5, 11, 0} {
			if err := customer.Digit(d); err != nil {
				t.Fatal(err)
			}
			want := strings.Split("0123456789*#", "")[d]
			until(t, "the digit "+want+" comes", func() bool {
				heard.mu.Lock()
				defer heard.mu.Unlock()
				last := heard.all[len(heard.all)-1]
				return last.Kind == call.LegDigit && last.Digit == want
			})
		}
		if err := agentLeg.Media().SendDigits("7"); err != nil {
			t.Fatal(err)
		}
		until(t, "the browser gets events under their own payload type", func() bool { return agent.Packets(126) > 3 })
	})
	t.Run("[V-46/browser] what the browser hears of us is measured", func(t *testing.T) {
		until(t, "a report of the browser is in the figures", func() bool { return customerLeg.Media().Quality().RTT > 0 })
		q := customerLeg.Media().Quality()
		if q.Codec != "PCMU" || q.Whole.Packets < 100 {
			t.Errorf("figures %+v", q)
		}
	})
}
