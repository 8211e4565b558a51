package sip_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/sip"
)

func elsewhere(c *sip.Config) {
	c.Trunks = &trunkList{ts: []sip.Trunk{{ID: "far", Name: "Far", Addresses: []string{"192.0.2.0/24"}}}}
}

func TestSources(t *testing.T) {
	t.Run("[M-30/trunks] an address of no trunk gets 403 once and nothing after it", func(t *testing.T) {
		s, _ := edge(t, &room{}, elsewhere)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		p.response("INVITE", 403)
		for i := range 30 {
			p.say("INVITE", 1, fmt.Sprint("b", i), "", plainSDP)
		}
		_ = p.conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		if n, err := p.conn.Read(make([]byte, 1500)); err == nil {
			t.Fatalf("answered again with %d bytes", n)
		}
		if s.Banned() != 1 {
			t.Fatalf("%d addresses banned", s.Banned())
		}
	})
	t.Run("[M-30/trunks] over TCP it gets 403 and is cut", func(t *testing.T) {
		s, _ := edge(t, &room{}, elsewhere)
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		b, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(b), "SIP/2.0 403 ") {
			t.Fatalf("%q %v", b, err)
		}
	})
	t.Run("[M-30/trunks] a trunk that is added takes calls at once, one that is taken away none", func(t *testing.T) {
		s, list := edge(t, &room{}, elsewhere)
		list.set(carrier)
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		p := newPeer(t, s.Addr())
		p.say("OPTIONS", 1, "a", "", "")
		p.response("OPTIONS", 200)
		list.set()
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.say("OPTIONS", 2, "b", "", "")
		p.response("OPTIONS", 403)
	})
	t.Run("[V-48/flood] a flood of INVITE is bounded, and calls go through after it", func(t *testing.T) {
		r := &room{do: func(_ sip.Invite, l call.Leg) error { return l.Ring() }}
		s, _ := edge(t, r, func(c *sip.Config) { c.Limits.CallsPerSecond, c.Limits.Legs = 50, 120 })
		p := newPeer(t, s.Addr())
		answers := map[string]int{} // by call
		for i := range 600 {
			p.id = fmt.Sprint("flood", i)
			p.say("INVITE", 1, "a", "", plainSDP)
			for (i+1)%40 == 0 && len(answers) <= i { // as fast as the socket takes it
				res, ok := p.next().(*gosip.Response)
				if !ok || res.StatusCode == 100 {
					continue
				}
				answers[res.CallID().Value()] = res.StatusCode
				if res.StatusCode == 503 {
					if res.GetHeader("Retry-After") == nil {
						t.Fatal("no Retry-After")
					}
					p.id = res.CallID().Value()
					p.say("ACK", 1, "a", tagOf(res), "")
				}
			}
		}
		rung := 0
		for id, code := range answers {
			if code == 180 {
				rung++
			} else if code != 503 {
				t.Fatalf("%s was answered with %d", id, code)
			}
		}
		if rung < 50 || rung > 120 {
			t.Fatalf("%d calls rang", rung)
		}
		r.mu.Lock()
		for _, c := range r.calls {
			c.leg.HangUp(call.CauseBusy)
		}
		r.mu.Unlock()
		after := newPeer(t, s.Addr())
		until(t, "a call goes through", func() bool {
			after.id = gosip.GenerateTagN(12)
			after.say("INVITE", 1, "a", "", plainSDP)
			for {
				res, ok := after.next().(*gosip.Response)
				if ok && res.CallID().Value() == after.id && res.StatusCode != 100 {
					return res.StatusCode == 180
				}
			}
		})
	})
	t.Run("[V-48/drain] no new calls, running ones go on", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		p := newPeer(t, s.Addr())
		p.say("INVITE", 1, "a", "", plainSDP)
		tag := tagOf(p.response("INVITE", 200))
		p.say("ACK", 1, "b", tag, "")
		r.first().waitFor(t, call.LegConnected)
		s.Drain()
		other := newPeer(t, s.Addr())
		other.say("INVITE", 1, "a", "", plainSDP)
		if res := other.response("INVITE", 503); res.GetHeader("Retry-After") == nil {
			t.Fatal("no Retry-After")
		}
		other.say("OPTIONS", 2, "b", "", "")
		other.response("OPTIONS", 503)
		p.say("OPTIONS", 2, "c", tag, "")
		p.response("OPTIONS", 200)
		p.say("BYE", 3, "d", tag, "")
		p.response("BYE", 200)
	})
	t.Run("[V-48/405] methods we do not serve", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := newPeer(t, s.Addr())
		for i, m := range []string{"REGISTER", "SUBSCRIBE", "MESSAGE", "NEWMETHOD"} {
			p.say(m, i+1, m, "", "")
			if res := p.response(m, 405); res.GetHeader("Allow") == nil {
				t.Fatal("no Allow")
			}
		}
	})
	t.Run("[V-48/tcp] requests of a call over TCP come back over its connection", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r)
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		send := func(method, branch, tag, body string) {
			_, _ = fmt.Fprintf(c, "%s sip:2@%s SIP/2.0\r\nVia: SIP/2.0/TCP 10.9.9.9:5060;branch=z9hG4bK%s\r\nFrom: <sip:1@10.9.9.9>;tag=x\r\nTo: <sip:2@127.0.0.1>%s\r\nCall-ID: tcp\r\nCSeq: 1 %s\r\nContact: <sip:1@10.9.9.9:5060;transport=tcp>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
				method, s.Addr(), branch, tag, method, len(body), body)
		}
		parser := gosip.NewParser().NewSIPStream()
		b := make([]byte, 65536)
		wait := func(start string) gosip.Message {
			t.Helper()
			for {
				_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
				n, err := c.Read(b)
				if err != nil {
					t.Fatal(err)
				}
				var found gosip.Message
				_ = parser.ParseSIPStream(b[:n], func(m gosip.Message) {
					if strings.HasPrefix(m.String(), start) {
						found = m
					}
				})
				if found != nil {
					return found
				}
			}
		}
		send("INVITE", "a", "", plainSDP)
		send("ACK", "b", ";tag="+tagOf(wait("SIP/2.0 200")), "")
		call1 := r.first()
		call1.waitFor(t, call.LegConnected)
		call1.leg.HangUp(call.CauseNormal)
		wait("BYE ")
	})
}

func TestIPv6(t *testing.T) {
	t.Run("[V-48/ipv6] a call over IPv6, signalling and sound", func(t *testing.T) {
		r := &room{}
		s, _ := edge(t, r, func(c *sip.Config) {
			c.Listen = "[::1]:0"
			c.Trunks = &trunkList{ts: []sip.Trunk{{ID: "six", Addresses: []string{"::1"}}}}
		})
		c, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		p := &peer{t: t, conn: c, to: s.Addr(), id: "six"}
		p.say("INVITE", 1, "a", "", strings.ReplaceAll(plainSDP, "IN IP4 127.0.0.1", "IN IP6 ::1"))
		res := p.response("INVITE", 200)
		if !strings.Contains(string(res.Body()), "c=IN IP6 ::1\r\n") || res.Contact() == nil || res.Contact().Address.Host != "[::1]" {
			t.Fatalf("%s", res)
		}
		p.say("ACK", 1, "b", tagOf(res), "")
		r.first().waitFor(t, call.LegConnected)
		r.first().leg.HangUp(call.CauseNormal)
		p.answer(p.request("BYE"), 200, "", "")
	})
}

func TestTrunks(t *testing.T) {
	fast := func(c *sip.Config) { c.Timers.Ping, c.Timers.NoReply = 100*time.Millisecond, 500*time.Millisecond }
	t.Run("[M-30/trunks] a trunk that answers is up, a silent one down, and back again", func(t *testing.T) {
		s, list := edge(t, &room{}, fast)
		p := newPeer(t, s.Addr())
		tr := trunkTo(p.addr())
		list.set(tr)
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		state := func() string {
			if st := s.Status(); len(st) == 1 {
				return st[0].State
			}
			return ""
		}
		req := p.request("OPTIONS")
		p.answer(req, 404, "x", "")
		until(t, "up", func() bool { return state() == sip.TrunkUp })
		until(t, "down", func() bool { return state() == sip.TrunkDown })
		if st := s.Status()[0]; st.Detail != "no response" || st.Name != "Out" {
			t.Fatalf("%+v", st)
		}
		until(t, "up again", func() bool { p.answer(p.request("OPTIONS"), 200, "x", ""); return state() == sip.TrunkUp })
	})
	t.Run("[M-30/test-button] the whole exchange is shown, and no secret", func(t *testing.T) {
		s, _ := edge(t, &room{})
		p := play(t, (&flow{}).await("OPTIONS").answer("401 Unauthorized", "", `WWW-Authenticate: Digest realm="x", nonce="n", algorithm=MD5`).
			await("OPTIONS", "Authorization: response=").answer("200 OK", "", "Allow: INVITE"), netipNone).ready("udp")
		tr := trunkTo(p.addr)
		tr.Registration = &sip.Registration{User: "bob", Password: "hunter2"}
		e, err := s.Test(t.Context(), tr)
		if err != nil || !e.OK || e.Reason != "" || e.Detail != "200 OK" {
			t.Fatalf("%+v %v", e, err)
		}
		for _, want := range []string{"→ UDP " + p.addr.String(), "OPTIONS sip:127.0.0.1:", "← UDP " + p.addr.String(), "SIP/2.0 401", "Authorization: …", "SIP/2.0 200 OK", "Allow: INVITE"} {
			if !strings.Contains(e.Text, want) {
				t.Errorf("%q is missing in\n%s", want, e.Text)
			}
		}
		if strings.Contains(e.Text, "hunter2") || strings.Contains(e.Text, "response=") {
			t.Error("a secret is shown")
		}
		p.wait()
	})
	t.Run("[M-30/test-button] nobody there is said in words", func(t *testing.T) {
		s, _ := edge(t, &room{}, fast)
		tr := trunkTo(s.Addr())
		tr.Addresses = []string{"127.0.0.1:1"}
		e, err := s.Test(t.Context(), tr)
		if err != nil || e.OK || e.Reason != sip.UnansweredSilent || e.Detail != "no response" || !strings.Contains(e.Text, "× 127.0.0.1:1") {
			t.Fatalf("%+v %v", e, err)
		}
		if _, err := s.Test(t.Context(), sip.Trunk{}); err == nil {
			t.Error("a trunk without addresses was tested")
		}
	})
	t.Run("[V-48/registration] [M-30/registration] with digest, renewed, and taken back", func(t *testing.T) {
		s, list := edge(t, &room{})
		const ask = `WWW-Authenticate: Digest realm="x", nonce="n%d", qop="auth", algorithm=MD5`
		p := play(t, (&flow{}).
			await("REGISTER", "Expires: 3600", "Contact: bob@127.0.0.1").answer("401 Unauthorized", "", fmt.Sprintf(ask, 1)).
			await("REGISTER", "Authorization: username=.bob.*nonce=.n1").answer("423 Too Brief", "", "Min-Expires: 7200").
			await("REGISTER", "Expires: 7200").answer("401 Unauthorized", "", fmt.Sprintf(ask, 2)).
			await("REGISTER", "Authorization: nonce=.n2").answer("200 OK", "", "Expires: 2").
			await("REGISTER").answer("200 OK", "", "Expires: 2").
			await("REGISTER").answer("403 Forbidden", ""), netipNone).ready("udp")
		tr := sip.Trunk{ID: "reg", Name: "Reg", Registration: &sip.Registration{User: "bob", Password: "secret", Registrar: p.addr.String()}}
		list.set(tr)
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		state := func() sip.TrunkStatus {
			if st := s.Status(); len(st) == 1 {
				return st[0]
			}
			return sip.TrunkStatus{}
		}
		until(t, "registered", func() bool { return state().Registration == sip.Registered })
		until(t, "refused later", func() bool { return state().Registration == sip.RegisterLost })
		if d := state().RegistrationDetail; d != "403 Forbidden" {
			t.Fatalf("detail %q", d)
		}
		p.wait()
		list.set()
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		last := newPeer(t, s.Addr())
		tr.Registration = &sip.Registration{User: "bob", Password: "secret", Registrar: last.addr().String()}
		list.set(tr)
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		last.answer(last.request("REGISTER"), 200, "x", "", "Expires: 600")
		until(t, "registered", func() bool { return state().Registration == sip.Registered })
		list.set()
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if req := last.request("REGISTER"); req.GetHeader("Expires").Value() != "0" {
			t.Fatalf("not taken back: %s", req)
		}
	})
}
