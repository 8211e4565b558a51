package sip_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/sip"
)

func TestIncoming(t *testing.T) {
	for transport, mode := range map[string]string{"udp": "u1", "tcp": "t1"} {
		t.Run("[V-48/"+transport+"] a call is rung, answered, acknowledged and ended by the caller", func(t *testing.T) {
			r := &room{}
			s, _ := edge(t, r)
			play(t, caller().invite(sdpPCMU).maybe(100).expect(180, "Contact: 127.0.0.1").expect(200, "body: RTP/AVP 8 101", "body: a=ptime:20", "Allow: UPDATE").ack(1).
				request("BYE", 2, "").expect(200), s.Addr(), "-t", mode).wait()
			c := r.first()
			c.waitFor(t, call.LegConnected, "ended normal")
			if c.in.From != "79161234567" || c.in.FromName != "Caller" || c.in.To != "74951234567" {
				t.Fatalf("read %+v", c.in)
			}
		})
		t.Run("[V-6] the far end hears our hang-up, "+transport, func(t *testing.T) {
			r := &room{}
			s, _ := edge(t, r)
			p := play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).await("BYE", "CSeq: [0-9]+ BYE").reply("200 OK", ""), s.Addr(), "-t", mode)
			c := r.first()
			c.waitFor(t, call.LegConnected)
			c.leg.HangUp(call.CauseNormal)
			p.wait()
			c.waitFor(t, call.LegConnected, "ended normal")
		})
	}
	t.Run("[V-48/route-set] requests of ours take the way of Record-Route, in its order", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := play(t, caller().invite(sdpPCMU, "Record-Route: <sip:[local_ip]:[local_port];lr>, <sip:192.0.2.9;lr>").maybe(100, 180).
			expect(200, "Record-Route: .*lr").ack(1).
			await("BYE", "Route: .*127.0.0.1.*").reply("200 OK", ""), s.Addr())
		c := r.first()
		c.waitFor(t, call.LegConnected)
		c.leg.HangUp(call.CauseNormal)
		p.wait()
	})
	for why, want := range map[call.Cause]int{
		call.CauseBusy: 486, call.CauseDeclined: 603, call.CauseClosed: 480, call.CauseNotFound: 404, call.CauseSystem: 503,
	} {
		t.Run("[V-6] a call that is not taken is refused: "+string(why), func(t *testing.T) {
			r := &room{do: func(_ sip.Invite, l call.Leg) error { l.HangUp(why); return nil }}
			s, _ := edge(t, r)
			play(t, caller().invite(sdpPCMU).maybe(100).expect(want).ackFailure(1), s.Addr()).wait()
			r.first().waitFor(t, "ended "+string(why))
		})
	}
	t.Run("[M-15] a number that nobody has is 404", func(t *testing.T) {
		s, _ := edge(t, &room{})
		play(t, caller().invite(sdpPCMU).maybe(100).expect(404).ackFailure(1), s.Addr(), "-s", "0").wait()
	})
	t.Run("[V-48/cancel] a caller who gives up is heard, and gets 487", func(t *testing.T) {
		r := &room{do: func(_ sip.Invite, l call.Leg) error { return l.Ring() }}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100).expect(180).cancel().expect(200, "CSeq: 1 CANCEL").expect(487).ackFailure(1), s.Addr()).wait()
		r.first().waitFor(t, "ended cancel")
	})
	t.Run("[V-48/lost-ack] without an ACK the call is ended by BYE", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, quickly)
		f := caller().invite(sdpPCMU).maybe(100, 180).expect(200)
		for range 3 {
			f.add(`<recv response="200" optional="true"></recv>`)
		}
		f.await("BYE").reply("200 OK", "")
		play(t, f, s.Addr()).wait()
		r.first().waitFor(t, "ended failed")
	})
	t.Run("[V-48/hang-up-before-ack] BYE waits for the ACK", func(t *testing.T) {
		r := &room{do: func(_ sip.Invite, l call.Leg) error {
			_ = l.Answer()
			l.HangUp(call.CauseNormal)
			return nil
		}}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).pause(100).ack(1).await("BYE").reply("200 OK", ""), s.Addr()).wait()
		r.first().waitFor(t, "ended normal")
	})
	t.Run("[V-48/offer] an INVITE without a description gets our offer, and its ACK answers", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite("").maybe(100, 180).expect(200, "body: m=audio [0-9]+ RTP/AVP 8 0 101").ack(1, sdpPCMU).
			request("BYE", 2, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/offer] no codec in common is 488", func(t *testing.T) {
		s, _ := edge(t, &room{})
		sdp := "v=0\no=x 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9000 RTP/AVP 18\na=rtpmap:18 G729/8000"
		play(t, caller().invite(sdp).maybe(100).expect(488).ackFailure(1), s.Addr()).wait()
	})
	t.Run("[V-48/early] BYE before the answer ends the call", func(t *testing.T) {
		r := &room{do: func(_ sip.Invite, l call.Leg) error { return l.Ring() }}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100).expect(180).request("BYE", 2, "").expect(200, "CSeq: 2 BYE").expect(487), s.Addr()).wait()
		r.first().waitFor(t, "ended cancel")
	})
	t.Run("[V-48/100rel] a caller that requires it gets reliable ringing", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU, "Require: 100rel").maybe(100).expect(180, "RSeq: 1", "Require: 100rel").
			request("PRACK", 2, "", "RAck: 1 1 INVITE").expect(200, "CSeq: 2 PRACK").expect(200, "CSeq: 1 INVITE").ack(1).
			request("BYE", 3, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/420] an extension that is required and not known", func(t *testing.T) {
		s, _ := edge(t, &room{})
		play(t, caller().invite(sdpPCMU, "Require: path, 100rel").maybe(100).expect(420, "Unsupported: path").ackFailure(1), s.Addr()).wait()
	})
	t.Run("[V-48/options] outside a call and within", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("OPTIONS", 2, "").expect(200, "Allow: INVITE", "Accept: application/sdp").
			request("PUBLISH", 3, "").expect(405, "Allow: INVITE").
			request("BYE", 4, "").expect(200), s.Addr()).wait()
	})
	t.Run("[V-13/info] digits by INFO, in both forms", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("INFO", 2, "Signal=5\nDuration=160", "Content-Type: application/dtmf-relay").expect(200).
			request("INFO", 3, "#", "Content-Type: application/dtmf").expect(200).
			request("INFO", 4, "Signal=x", "Content-Type: application/dtmf-relay").expect(400).
			request("INFO", 5, "<x/>", "Content-Type: application/media_control+xml").expect(415).
			request("BYE", 6, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "digit 5", "digit #", "ended normal")
	})
	t.Run("[V-48/hold] a re-INVITE holds, takes back and changes the codec", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		onlyPCMU := "v=0\no=sipp 1 4 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 0\na=sendrecv"
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("INVITE", 2, direction(sdpPCMU, "sendonly")).maybe(100).expect(200, "body: a=recvonly", "body: parley [0-9]+ 2 ").ack(2).
			request("INVITE", 3, sdpPCMU).maybe(100).expect(200, "body: a=sendrecv").ack(3).
			request("INVITE", 4, direction(sdpPCMU, "inactive")).maybe(100).expect(200, "body: a=inactive").ack(4).
			request("INVITE", 5, onlyPCMU).maybe(100).expect(200, "body: RTP/AVP 0.*a=sendrecv").ack(5).
			request("INVITE", 6, "").maybe(100).expect(200, "body: m=audio [0-9]+ RTP/AVP 8 0 101").ack(6, sdpPCMU).
			request("BYE", 7, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "held", "taken back", "held", "taken back", "ended normal")
	})
	t.Run("[V-48/re-invite] one that cannot be accepted leaves the call as it was", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		sdp := "v=0\no=x 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9000 RTP/AVP 18\na=rtpmap:18 G729/8000"
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("INVITE", 2, sdp).maybe(100).expect(488).request("ACK", 2, "").
			request("OPTIONS", 3, "").expect(200).request("BYE", 4, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/glare] a re-INVITE while one has no ACK is 491", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("INVITE", 2, sdpPCMU).maybe(100).expect(200).
			request("INVITE", 3, sdpPCMU).maybe(100, 200).expect(491).
			ack(2).request("BYE", 4, "").maybe(491).expect(200, "CSeq: 4 BYE"), s.Addr()).wait()
	})
	t.Run("[V-48/update] UPDATE holds and refreshes the target", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("UPDATE", 2, direction(sdpPCMU, "sendonly")).expect(200, "body: a=recvonly").
			request("UPDATE", 3, "", "Contact: <sip:moved@[local_ip]:[local_port]>").expect(200).
			await("BYE").reply("200 OK", ""), s.Addr())
		c := r.first()
		until(t, "the new target is kept", func() bool { return bytes.Contains(c.leg.Stored(), []byte("moved@")) })
		c.leg.HangUp(call.CauseNormal)
		p.wait()
		c.waitFor(t, call.LegConnected, "held", "ended normal")
	})
	t.Run("[V-48/order] a request with a lower number than the last is refused, a gap is not", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).
			request("OPTIONS", 7, "").expect(200).
			request("OPTIONS", 3, "").expect(500).
			request("BYE", 8, "").expect(200), s.Addr()).wait()
	})
	t.Run("[V-48/unknown-dialog] requests of no dialog are 481", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		play(t, caller().invite(sdpPCMU).maybe(100, 180).expect(200).ack(1).request("BYE", 2, "").expect(200).
			request("INFO", 3, "").expect(481).request("INVITE", 4, sdpPCMU).maybe(100).expect(481), s.Addr()).wait()
	})
}

func TestStored(t *testing.T) {
	t.Run("what is no dialog is refused", func(t *testing.T) {
		s, _ := edge(t, &room{})
		for _, b := range []string{"", "{", `{"target":"x"}`} {
			if err := s.HangUpStored(t.Context(), []byte(b)); err == nil {
				t.Errorf("%q was taken", b)
			}
		}
	})
}

func TestSessionTimer(t *testing.T) {
	short := func(c *sip.Config) { c.Timers.MinSession = time.Second }
	t.Run("[V-48/session-timers] too short an interval is 422", func(t *testing.T) {
		s, _ := edge(t, &room{})
		play(t, caller().invite(sdpPCMU, "Supported: timer", "Session-Expires: 30").maybe(100).expect(422, "Min-SE: 90").ackFailure(1), s.Addr()).wait()
	})
	t.Run("[V-48/session-timers] the caller's refresh is taken, and missed", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, short)
		play(t, caller().invite(sdpPCMU, "Supported: timer", "Session-Expires: 2;refresher=uac").maybe(100, 180).
			expect(200, "Session-Expires: 2;refresher=uac", "Require: timer").ack(1).pause(800).
			request("UPDATE", 2, "", "Supported: timer", "Session-Expires: 2;refresher=uac").expect(200, "Session-Expires: 2;refresher=uac").
			pause(800).await("BYE").reply("200 OK", ""), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended failed")
	})
	t.Run("[V-48/session-timers] we refresh by UPDATE where it is known", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, short)
		play(t, caller().invite(sdpPCMU, "Supported: timer", "Session-Expires: 2;refresher=uas", "Allow: INVITE, UPDATE").maybe(100, 180).
			expect(200, "Session-Expires: 2;refresher=uas").ack(1).
			await("UPDATE", "Session-Expires: 2;refresher=uac").reply("200 OK", "", "Session-Expires: 2;refresher=uac").
			await("UPDATE").reply("200 OK", "", "Session-Expires: 2;refresher=uac").
			request("BYE", 2, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/session-timers] we refresh by re-INVITE elsewhere, again after a glare", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, short)
		play(t, caller().invite(sdpPCMU, "Supported: timer", "Session-Expires: 8;refresher=uas").maybe(100, 180).
			expect(200).ack(1).
			await("INVITE", "CSeq: 2 INVITE", "body: RTP/AVP 8 101", "body: parley [0-9]+ 1 ").reply("491 Request Pending", "").await("ACK").
			await("INVITE", "CSeq: 3 INVITE").reply("200 OK", sdpPCMU, "Session-Expires: 8;refresher=uac").await("ACK", "CSeq: 3 ACK").
			reply("200 OK", sdpPCMU).
			request("BYE", 2, "").expect(200), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended normal")
	})
	t.Run("[V-48/session-timers] a far end that forgot the call ends it", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, short)
		play(t, caller().invite(sdpPCMU, "Supported: timer", "Session-Expires: 2;refresher=uas", "Allow: UPDATE").maybe(100, 180).
			expect(200).ack(1).await("UPDATE").reply("481 Gone", "").await("BYE").reply("481 Gone", ""), s.Addr()).wait()
		r.first().waitFor(t, call.LegConnected, "ended failed")
	})
}

// lines is a log that is read while others write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func TestNotTaken(t *testing.T) {
	t.Run("[V-6] a limit is a warning, a program that stops is said, and only the rest are errors", func(t *testing.T) {
		for _, c := range []struct {
			err  error
			want slog.Level
		}{
			{fail.Limit("openCalls", 3), slog.LevelWarn},
			{fmt.Errorf("taken in: %w", fail.Limit("openCalls", 3)), slog.LevelWarn},
			{fail.Unavailable(errors.New("stopping")), slog.LevelInfo},
			{errors.New("the disk is full"), slog.LevelError},
		} {
			var said lines
			before := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
			r := &room{do: func(sip.Invite, call.Leg) error { return c.err }}
			s, _ := edge(t, r)
			play(t, caller().invite(sdpPCMU).maybe(100).expect(503).ackFailure(1), s.Addr()).wait()
			slog.SetDefault(before)
			if !strings.Contains(said.String(), "level="+c.want.String()+" msg=\"an incoming call could not be taken\"") {
				t.Errorf("%v: %s", c.err, said.String())
			}
		}
	})
}
