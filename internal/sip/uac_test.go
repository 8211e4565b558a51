package sip_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/sip"
)

// called begins a flow that is called by us.
func called(checks ...string) *flow { return (&flow{}).await("INVITE", checks...) }

// dial calls through a trunk.
func dial(t *testing.T, s *sip.Server, tr sip.Trunk) *taker {
	t.Helper()
	c := &taker{}
	l, err := s.Dial(t.Context(), tr, "74950001122", "79161234567", c.hear)
	if err != nil {
		t.Fatal(err)
	}
	c.leg = l
	return c
}

func TestDial(t *testing.T) {
	t.Run("[V-48/dial] a call is made, answered and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called("From: 74950001122", "To: 79161234567", "body: RTP/AVP 8 0 101", "Supported: timer", "Session-Expires: 1800").
			answer("100 Trying", "").answer("180 Ringing", "").answer("200 OK", sdpPCMU).await("ACK", "CSeq: [0-9]+ ACK").
			await("BYE").reply("200 OK", ""), netipNone).ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
		c.waitFor(t, call.LegConnected, "ended normal")
	})
	for status, why := range map[string]call.Cause{
		"486 Busy Here": call.CauseBusy, "603 Decline": call.CauseDeclined, "404 Not Found": call.CauseNotFound,
		"480 Away": call.CauseClosed, "488 Not Acceptable": call.CauseFailed, "500 Oops": call.CauseFailed, "302 Moved": call.CauseFailed,
	} {
		t.Run("[V-48/dial] refused: "+status, func(t *testing.T) {
			s, _ := edge(t, &room{})
			p := play(t, called().answer(status, "").await("ACK"), netipNone).ready("udp")
			dial(t, s, trunkTo(p.addr)).waitFor(t, "ended "+string(why))
			p.wait()
		})
	}
	t.Run("[V-48/dial] over TCP, hung up by us", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called().answer("180 Ringing", "").answer("200 OK", sdpPCMU).await("ACK").await("BYE").reply("200 OK", ""), netipNone, "-t", "t1").ready("tcp")
		tr := trunkTo(p.addr)
		tr.Transport = "tcp"
		c := dial(t, s, tr)
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
		c.waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/digest] a challenge is answered, by 407 and by 401", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called().answer("407 Proxy Authentication Required", "", `Proxy-Authenticate: Digest realm="x", nonce="n1", qop="auth", algorithm=MD5`).await("ACK").
			await("INVITE", "Proxy-Authorization: username=.bob.*response=").answer("200 OK", sdpPCMU).await("ACK", "Proxy-Authorization: response=").
			await("BYE").reply("401 Unauthorized", "", `WWW-Authenticate: Digest realm="x", nonce="n2", algorithm=SHA-256`).
			await("BYE", "Authorization: algorithm=SHA-256").reply("200 OK", ""), netipNone).ready("udp")
		tr := trunkTo(p.addr)
		tr.Registration = &sip.Registration{User: "bob", Password: "secret"}
		c := dial(t, s, tr)
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
	})
	t.Run("[V-48/digest] wrong credentials end the call after one try", func(t *testing.T) {
		s, _ := edge(t, &room{})
		const ask = `WWW-Authenticate: Digest realm="x", nonce="n", algorithm=MD5`
		p := play(t, called().answer("401 Unauthorized", "", ask).await("ACK").await("INVITE").answer("401 Unauthorized", "", ask).await("ACK"), netipNone).ready("udp")
		tr := trunkTo(p.addr)
		tr.Registration = &sip.Registration{User: "bob", Password: "wrong"}
		dial(t, s, tr).waitFor(t, "ended failed")
		p.wait()
	})
	t.Run("[V-48/failover] the next address is tried after 503, and after silence", func(t *testing.T) {
		s, _ := edge(t, &room{}, func(c *sip.Config) { c.Timers.NoReply = 300 * time.Millisecond })
		busy := play(t, called().answer("503 Full", "").await("ACK"), netipNone).ready("udp")
		good := play(t, called().answer("200 OK", sdpPCMU).await("ACK").await("BYE").reply("200 OK", ""), netipNone).ready("udp")
		silent := newPeer(t, s.Addr())
		tr := trunkTo(silent.addr())
		tr.Addresses = append(tr.Addresses, busy.addr.String(), good.addr.String())
		c := dial(t, s, tr)
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		busy.wait()
		good.wait()
	})
	t.Run("[V-48/failover] nobody there ends the call", func(t *testing.T) {
		s, _ := edge(t, &room{}, func(c *sip.Config) { c.Timers.NoReply = 100 * time.Millisecond })
		tr := trunkTo(s.Addr())
		tr.Addresses = []string{"127.0.0.1:1", "no-such-host.invalid"}
		tr.Transport = "tcp"
		dial(t, s, tr).waitFor(t, "ended failed")
	})
	t.Run("[V-48/cancel] we give up while it rings", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called().answer("180 Ringing", "").await("CANCEL", "CSeq: [0-9]+ CANCEL").reply("200 OK", ""), netipNone).ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		until(t, "it rings", func() bool { return s.Status() != nil })
		c.leg.HangUp(call.CauseNormal)
		c.waitFor(t, "ended normal")
		p.wait()
	})
	t.Run("[V-48/early-media] a description before the answer connects the sound", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called("Supported: 100rel").answer("183 Session Progress", sdpPCMU, "Require: 100rel", "RSeq: 41").await("PRACK", "RAck: 41 [0-9]+ INVITE").reply("200 OK", "").
			answer("486 Busy", ""), netipNone).ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		until(t, "a codec", func() bool { return c.leg.Media().Quality().Codec != "" })
		p.wait()
	})
	t.Run("[V-48/session-timers] 422 is asked again with more", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called().answer("422 Too small", "", "Min-SE: 3600").await("ACK").
			await("INVITE", "Session-Expires: 3600").answer("200 OK", sdpPCMU).await("ACK").await("BYE").reply("200 OK", ""), netipNone).ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
	})
	t.Run("numbers that are none are refused", func(t *testing.T) {
		s, _ := edge(t, &room{})
		for _, to := range []string{"", "a b", "1@evil.example", "1\r\nX: y", "1;phone-context=x"} {
			if _, err := s.Dial(t.Context(), carrier, "1", to, func(call.LegEvent) {}); err == nil {
				t.Errorf("%q was called", to)
			}
		}
		if _, err := s.Dial(t.Context(), sip.Trunk{Addresses: []string{"10.0.0.0/8"}}, "1", "2", nil); !errors.Is(err, sip.ErrNoTrunk) {
			t.Errorf("a trunk without addresses to call: %v", err)
		}
	})
}

func TestForks(t *testing.T) {
	t.Run("[V-48/forks] the first answer is the call, others are acknowledged and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		c := dial(t, s, trunkTo(p.addr()))
		invite := p.request("INVITE")
		p.answer(invite, 200, "one", plainSDP)
		if ack := p.request("ACK"); tagOf(ack) != "one" {
			t.Fatalf("ACK to %s", tagOf(ack))
		}
		p.answer(invite, 200, "two", plainSDP)
		if ack := p.request("ACK"); tagOf(ack) != "two" {
			t.Fatalf("ACK to %s", tagOf(ack))
		}
		bye := p.request("BYE")
		if tagOf(bye) != "two" {
			t.Fatalf("BYE to %s", tagOf(bye))
		}
		p.answer(bye, 200, "", "")
		p.answer(invite, 200, "one", plainSDP)
		if ack := p.request("ACK"); tagOf(ack) != "one" {
			t.Fatalf("a repeated answer: ACK to %s", tagOf(ack))
		}
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		if bye := p.request("BYE"); tagOf(bye) != "one" {
			t.Fatalf("BYE to %s", tagOf(bye))
		} else {
			p.answer(bye, 200, "", "")
		}
	})
	t.Run("[V-48/forks] sipp answers as two: the first is the call until we end it, the other is acknowledged and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called("Via: .*", "CSeq: .*").answerAs("one", "200 OK", sdpPCMU).await("ACK", "To: ;tag=one").
			answerTo("Via:[$1]", "CSeq:[$2]", "two", "200 OK", sdpPCMU).await("ACK", "To: ;tag=two").await("BYE", "To: ;tag=two").reply("200 OK", "").
			await("BYE", "To: ;tag=one").reply("200 OK", ""), netipNone, "-trace_msg", "-message_file", "messages").ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		c.waitFor(t, call.LegConnected)
		until(t, "the other one is ended", func() bool { return p.got("BYE") })
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
		c.waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/hold] [V-6] a far end that we called holds, and hangs up", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		c := dial(t, s, trunkTo(p.addr()))
		invite := p.request("INVITE")
		p.answer(invite, 200, "one", plainSDP)
		p.request("ACK")
		c.waitFor(t, call.LegConnected)
		say := func(method string, seq int, body string) {
			p.write(fmt.Sprintf("%s sip:parley@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d\r\nFrom: <sip:79161234567@127.0.0.1>;tag=one\r\nTo: <sip:x@127.0.0.1>;tag=%s\r\n"+
				"Call-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:far@%s>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
				method, s.Addr(), p.addr(), method, seq, invite.From().Params.GetOr("tag", ""), invite.CallID().Value(), seq, method, p.addr(), len(body), body))
		}
		say("INVITE", 1, plainSDP+"a=sendonly\r\n")
		p.response("INVITE", 200)
		say("ACK", 1, "")
		c.waitFor(t, call.LegConnected, "held")
		say("BYE", 2, "")
		p.response("BYE", 200)
		c.waitFor(t, call.LegConnected, "held", "ended normal")
	})
	t.Run("[V-48/cancel-crossing-200] an answer after our CANCEL is acknowledged and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		c := dial(t, s, trunkTo(p.addr()))
		invite := p.request("INVITE")
		p.answer(invite, 180, "one", "")
		c.leg.HangUp(call.CauseNormal)
		cancel := p.request("CANCEL")
		if cancel.Via().Params.GetOr("branch", "1") != invite.Via().Params.GetOr("branch", "2") {
			t.Fatal("CANCEL has another branch")
		}
		p.answer(cancel, 200, "", "")
		p.answer(invite, 200, "one", plainSDP)
		p.request("ACK")
		bye := p.request("BYE")
		p.answer(bye, 200, "", "")
		c.waitFor(t, "ended normal")
	})
	t.Run("[V-48/cancel-crossing-200] sipp answers what we have just cancelled: acknowledged and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, called("Via: .*", "CSeq: .*").answer("180 Ringing", "").await("CANCEL").reply("200 OK", "").
			answerTo("Via:[$1]", "CSeq:[$2]", "far", "200 OK", sdpPCMU).await("ACK", "CSeq: ACK").await("BYE").reply("200 OK", ""), netipNone).ready("udp")
		c := dial(t, s, trunkTo(p.addr))
		c.leg.HangUp(call.CauseNormal)
		p.wait()
		c.waitFor(t, "ended normal")
	})
	t.Run("[V-48/cancel] before any response CANCEL waits for one", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		c := dial(t, s, trunkTo(p.addr()))
		invite := p.request("INVITE")
		c.leg.HangUp(call.CauseNormal)
		c.waitFor(t, "ended normal")
		p.answer(invite, 180, "one", "")
		p.answer(p.request("CANCEL"), 200, "", "")
		p.answer(invite, 487, "one", "")
		p.request("ACK")
	})
	t.Run("[V-48/glare] our refresh meets the far end's re-INVITE: 491, and ours goes through later", func(t *testing.T) {
		s, _ := edge(t, &room{}, func(c *sip.Config) { c.Timers.Session, c.Timers.MinSession = 12*time.Second, time.Second })
		p := newPeer(t, s.Addr())
		c := dial(t, s, trunkTo(p.addr()))
		invite := p.request("INVITE")
		p.answer(invite, 200, "one", plainSDP, "Session-Expires: 2;refresher=uac")
		p.request("ACK")
		c.waitFor(t, call.LegConnected)
		again := p.request("INVITE")
		p.id = invite.CallID().Value()
		p.write("INVITE sip:parley@" + s.Addr().String() + " SIP/2.0\r\nVia: SIP/2.0/UDP " + p.addr().String() + ";branch=z9hG4bKglare\r\n" +
			"From: <sip:79161234567@127.0.0.1>;tag=one\r\nTo: <sip:x@127.0.0.1>;tag=" + invite.From().Params.GetOr("tag", "") + "\r\nCall-ID: " + p.id +
			"\r\nCSeq: 1 INVITE\r\nContact: <sip:far@" + p.addr().String() + ">\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
		p.response("INVITE", 491)
		p.answer(again, 200, "", plainSDP, "Session-Expires: 12;refresher=uac")
		p.request("ACK")
		c.leg.HangUp(call.CauseNormal)
		p.answer(p.request("BYE"), 200, "", "")
	})
	t.Run("[V-48/stray] an answer to a call of a process that died is acknowledged and ended", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		p.write("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + s.Addr().String() + ";branch=z9hG4bKdead\r\nFrom: <sip:a@127.0.0.1>;tag=dead\r\nTo: <sip:b@127.0.0.1>;tag=far\r\n" +
			"Call-ID: dead\r\nCSeq: 7 INVITE\r\nContact: <sip:b@" + p.addr().String() + ">\r\nContent-Length: 0\r\n\r\n")
		if ack := p.request("ACK"); ack.CSeq().SeqNo != 7 || tagOf(ack) != "far" {
			t.Fatalf("ACK %s", ack)
		}
		p.answer(p.request("BYE"), 200, "", "")
	})
}
