package sip_test

import (
	"testing"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/sip"
)

func TestCrossing(t *testing.T) {
	t.Run("[V-48/2xx] an answer is repeated after T1, doubling to T2, for 64 T1, then BYE", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, quickly)
		p := newPeer(t, s.Addr())
		begun := time.Now()
		p.say("INVITE", 1, "a", "", plainSDP)
		due, pause, seen := time.Duration(0), 30*time.Millisecond, 0
		for {
			m := p.next()
			if req, ok := m.(*gosip.Request); ok {
				if req.Method != gosip.BYE {
					t.Fatalf("%s came", req.Method)
				}
				p.answer(req, 200, "", "")
				break
			}
			if m.(*gosip.Response).StatusCode != 200 {
				continue
			}
			if at := time.Since(begun); at < due {
				t.Fatalf("answer %d came after %s, due at %s", seen, at, due)
			}
			seen++
			due += pause
			pause = min(2*pause, 240*time.Millisecond)
		}
		if seen < 6 || seen > 12 || time.Since(begun) < 64*30*time.Millisecond {
			t.Fatalf("%d answers in %s", seen, time.Since(begun))
		}
		r.first().waitFor(t, "ended failed")
	})
	t.Run("[V-48/cancel-crossing-200] the answer wins, and the call stands until its BYE", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		tag := tagOf(p.response("INVITE", 200))
		p.say("CANCEL", 1, "a", "", "")
		p.response("CANCEL", 200)
		p.say("ACK", 1, "b", tag, "")
		r.first().waitFor(t, call.LegConnected)
		p.say("BYE", 2, "c", tag, "")
		p.response("BYE", 200)
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/cancel-crossing-200] sipp cancels what was just answered: the call stands until its BYE", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		f := caller().invite(sdpPCMU).maybe(100, 180).expect(200, "CSeq: 1 INVITE", "To: .*")
		f.to = "To:[$2]" // the answer to a CANCEL has another tag
		play(t, f.cancel().add(`<recv response="200" timeout="8000">%s</recv>`, f.actions([]string{"CSeq: 1 CANCEL"})).
			ack(1).request("BYE", 2, "").expect(200, "CSeq: 2 BYE"), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/cancel] many CANCELs at the moment of the answer leave one outcome", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		for range 40 {
			p := newPeer(t, s.Addr())
			p.say("INVITE", 1, "a", "", plainSDP)
			p.say("CANCEL", 1, "a", "", "")
			var got int
			for got == 0 {
				if res, ok := p.next().(*gosip.Response); ok && res.CSeq().MethodName == gosip.INVITE && res.StatusCode >= 200 {
					got = res.StatusCode
					p.say("ACK", 1, map[int]string{200: "b", 487: "a"}[got], tagOf(res), "")
					if got == 200 {
						p.say("BYE", 2, "c", tagOf(res), "")
						p.response("BYE", 200)
					}
				}
			}
			if got != 200 && got != 487 {
				t.Fatalf("answered with %d", got)
			}
		}
		until(t, "all legs over", func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, c := range r.calls {
				if k := c.kinds(); len(k) == 0 || k[len(k)-1] != "ended cancel" && k[len(k)-1] != "ended normal" {
					return false
				}
			}
			return true
		})
	})
	t.Run("[V-48/order] an ACK and a BYE that overtake each other are one call, connected and ended", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		tag := tagOf(p.response("INVITE", 200))
		p.say("BYE", 2, "c", tag, "")
		p.say("ACK", 1, "b", tag, "")
		p.response("BYE", 200)
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/order] requests that overtake each other are served by their number", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		tag := tagOf(p.response("INVITE", 200))
		p.say("ACK", 1, "b", tag, "")
		r.first().waitFor(t, call.LegConnected)
		p.say("OPTIONS", 3, "d", tag, "")
		p.say("OPTIONS", 2, "c", tag, "")
		for range 2 {
			p.response("OPTIONS", 200)
		}
	})
	t.Run("[V-48/ack] an ACK with the INVITE's own branch counts", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		p.say("ACK", 1, "a", tagOf(p.response("INVITE", 200)), "")
		r.first().waitFor(t, call.LegConnected)
	})
	t.Run("[V-48/loop] the same INVITE by another way is 482", func(t *testing.T) {
		s, _ := edge(t, &room{do: func(_ sip.Invite, l call.Leg) error { return l.Ring() }})
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		p.response("INVITE", 180)
		p.say("INVITE", 1, "b", "", plainSDP)
		p.response("INVITE", 482)
	})
	t.Run("[V-48/stored] what a leg stored ends the call from another process", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		tag := tagOf(p.response("INVITE", 200))
		p.say("ACK", 1, "b", tag, "")
		c := r.first()
		c.waitFor(t, call.LegConnected)
		other, _ := edge(t, &room{})
		ended := make(chan error, 1)
		go func() { ended <- other.HangUpStored(t.Context(), c.leg.Stored()) }()
		bye := p.request("BYE")
		if bye.CallID().Value() != p.id || tagOf(bye) != p.id || bye.From().Params.GetOr("tag", "") != tag || bye.CSeq().SeqNo < 2 {
			t.Fatalf("BYE of another dialog: %s", bye)
		}
		p.to = other.Addr()
		p.answer(bye, 200, "", "")
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}
