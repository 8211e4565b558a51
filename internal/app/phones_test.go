package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/call"
	"parley/internal/db"
	"parley/internal/sip"
	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

// number is the counter's, as carriers dial it.
const number = "74951234567"

// hotline gives the counter a number that can be called from this machine's
// first address.
func (k *counter) hotline(t testing.TB, number string) {
	t.Helper()
	trunk, err := k.c.call("POST", "/api/trunks", object{"name": accesstest.Unique("Carrier "), "addresses": []string{"127.0.0.1"}})
	must(t, err)
	_, err = k.c.call("POST", "/api/entries", object{"name": accesstest.Unique("Hotline "), "kind": "number", "number": "+" + number, "trunkId": trunk["id"], "serviceId": k.serviceID})
	must(t, err)
	until(t, "the trunk", func() bool {
		return slices.ContainsFunc(k.c.app.sip.Status(), func(st sip.TrunkStatus) bool { return st.TrunkID == trunk["id"] })
	})
}

// rung waits until a call rings at the agent.
func (k *counter) rung(t *testing.T) {
	t.Helper()
	must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))
	offer, err := hear(k.news, "offer.opened")
	must(t, err)
	k.segment, _ = offer["segmentId"].(string)
	k.contactRec, _ = offer["interactionId"].(string)
}

// on takes the call that rings, with a tone for the agent's voice.
func (k *counter) on(t *testing.T, hz float64) *webrtctest.Browser {
	t.Helper()
	agent, err := k.line()
	must(t, err)
	t.Cleanup(agent.Close)
	agent.Say(hz)
	must(t, k.accept())
	return agent
}

// wrapsUp waits until the record says who ended the contact, then finishes it.
func (k *counter) wrapsUp(t *testing.T, by string) {
	t.Helper()
	until(t, "wrap-up", func() bool {
		rec, err := accesstest.Call(k.c.world.Handler, k.agent, "GET", "/api/records/"+k.contactRec, nil)
		must(t, err)
		parts, _ := rec["parts"].([]any)
		last, _ := parts[len(parts)-1].(object)
		return last["state"] == "ended" && last["endedBy"] == by
	})
	must(t, k.do("POST", "/api/segments/"+k.segment+"/finish", object{"comment": ""}))
}

// TestPhone is a telephone that calls a number through the whole program: what
// each end hears, digits both ways, and who hangs up.
func TestPhone(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			k, err := ownCentre(t, a).open(t.Context())
			must(t, err)
			k.hotline(t, number)
			post := func(what string, body object) {
				t.Helper()
				must(t, k.do("POST", "/api/segments/"+k.segment+"/"+what, body))
			}

			p := siptest.Start(t, 500, "PCMU")
			p.Dial(number, a.sip.Addr())
			p.Wait("CALL_ESTABLISHED")
			t.Run("[V-36/music] nobody is Ready: the telephone hears greeting and music", func(t *testing.T) {
				until(t, "sound", func() bool { return p.Loudness() > sound && p.Tone(900) < quiet })
			})
			k.rung(t)
			agent := k.on(t, 900)
			both := func() bool { return p.Tone(900) > loud && agent.Tone(500) > loud }
			t.Run("[V-2] accepted: telephone and agent hear each other", func(t *testing.T) { until(t, "two-way sound", both) })
			t.Run("[V-13/events] the agent's digits reach the telephone, the telephone's the agent, each once", func(t *testing.T) {
				post("digits", object{"digits": "15#"})
				p.Until("digits", func() bool { return strings.Join(p.Heard("CALL_DTMF_START"), "") == "15#" })
				p.Press("4*2")
				until(t, "digits", func() bool { return agent.Digits() == "4*2" })
				until(t, "two-way sound", both)
			})
			t.Run("[V-15/server] muted: the telephone hears silence", func(t *testing.T) {
				post("mute", object{"muted": true})
				until(t, "silence", func() bool { return p.Loudness() < silent && agent.Tone(500) > loud })
				post("mute", object{"muted": false})
				until(t, "two-way sound", both)
			})
			t.Run("[V-16/music] held: the telephone hears music, the agent nothing", func(t *testing.T) {
				post("hold", object{"held": true})
				until(t, "music", func() bool { return p.Tone(900) < quiet && p.Loudness() > sound && agent.Loudness() < silent })
				post("hold", object{"held": false})
				until(t, "two-way sound", both)
			})
			t.Run("[V-16/far-end] the telephone holds: it hears nothing, and the call goes on when it is back", func(t *testing.T) {
				p.Do("hold", "")
				until(t, "silence at the agent's", func() bool { return agent.Tone(500) < quiet })
				p.Do("resume", "")
				until(t, "two-way sound", both)
			})
			t.Run("[V-6/customer] the telephone hangs up: wrap-up, ended by the customer", func(t *testing.T) {
				p.Do("hangup", "")
				p.Wait("CALL_CLOSED")
				k.wrapsUp(t, call.ByCustomer)
			})
			t.Run("[V-6/button] the agent ends: the telephone is hung up", func(t *testing.T) {
				again := siptest.Start(t, 600, "PCMA")
				again.Dial(number, a.sip.Addr())
				k.rung(t)
				agent := k.on(t, 900)
				until(t, "two-way sound, by the other law", func() bool { return again.Tone(900) > loud && agent.Tone(600) > loud })
				post("end", nil)
				again.Wait("CALL_CLOSED")
				k.wrapsUp(t, call.ByAgent)
			})
			t.Run("[V-46/stored] the figures of both lines stand in their records", func(t *testing.T) {
				var rows []struct{ Quality, Codec, Cause string }
				must(t, a.db.Read().NewSelect().Table("call_legs").Column("quality", "codec", "cause").Where("tenant_id = ?", k.c.world.Tenant).Scan(t.Context(), &rows))
				if len(rows) != 4 {
					t.Errorf("%d lines", len(rows))
				}
				for _, r := range rows {
					if r.Codec == "" || r.Cause != "normal" || !strings.Contains(r.Quality, `"here"`) {
						t.Errorf("line %+v", r)
					}
				}
			})
			t.Run("[V-6/abandoned] a caller who gives up in the queue leaves an abandoned contact and nothing open", func(t *testing.T) {
				quits := siptest.Start(t, 700, "PCMU")
				quits.Dial(number, a.sip.Addr())
				quits.Wait("CALL_ESTABLISHED")
				quits.Do("hangup", "")
				quits.Wait("CALL_CLOSED")
				until(t, "the end", func() bool { return a.calls.Open() == 0 && k.last(t).EndReason == call.ReasonAbandoned })
			})
			t.Run("[V-6/abandoned] a CANCEL right behind the INVITE: whichever way they cross, nothing is left open", func(t *testing.T) {
				for range 10 {
					before := k.last(t).ID
					cancelled(t, a.sip.Addr())
					until(t, "the end", func() bool {
						last := k.last(t)
						return a.calls.Open() == 0 && (last.ID == before || last.State == call.StateEnded && last.EndReason == call.ReasonAbandoned)
					})
				}
			})
		})
	}
}

// last is the tenant's newest call.
func (k *counter) last(t *testing.T) *call.Call {
	t.Helper()
	var all []*call.Call
	must(t, k.c.app.db.Read().NewSelect().Model(&all).Where("k.tenant_id = ?", k.c.world.Tenant).OrderExpr("k.opened_at DESC, k.id DESC").Limit(1).Scan(t.Context()))
	if len(all) == 0 {
		return &call.Call{}
	}
	return all[0]
}

const invitation = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"

// stranger is a far end that says what no telephone would.
type stranger struct {
	conn *net.UDPConn
	id   string
	to   string // the number it calls
}

func newStranger(t testing.TB, from string, to netip.AddrPort) *stranger {
	t.Helper()
	c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, net.UDPAddrFromAddrPort(to))
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &stranger{conn: c, id: accesstest.Unique("call"), to: number}
}

func (s *stranger) say(t testing.TB, method string, seq int, branch, to, body string) {
	t.Helper()
	at := s.conn.LocalAddr()
	_, err := fmt.Fprintf(s.conn, "%s sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%s\r\nFrom: <sip:79161234567@127.0.0.1>;tag=1\r\nTo: <sip:%s@127.0.0.1>%s\r\n"+
		"Call-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:1@%s>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		method, s.to, s.conn.RemoteAddr(), at, s.id, branch, s.to, to, s.id, seq, method, at, len(body), body)
	must(t, err)
}

// cancelled calls and gives up in the same breath, as RFC 3261 has it: a 200
// that crossed the CANCEL is acknowledged and hung up.
func cancelled(t *testing.T, to netip.AddrPort) {
	t.Helper()
	s := newStranger(t, "127.0.0.1", to)
	s.say(t, "INVITE", 1, "a", "", invitation)
	s.say(t, "CANCEL", 1, "a", "", "")
	m := s.hear(t, func(m string) bool {
		return strings.Contains(m, "CSeq: 1 INVITE") && !strings.HasPrefix(m, "SIP/2.0 1")
	})
	if !strings.HasPrefix(m, "SIP/2.0 200") {
		s.say(t, "ACK", 1, "a", tagOf(m), "")
		return
	}
	s.say(t, "ACK", 1, "b", tagOf(m), "")
	s.say(t, "BYE", 2, "c", tagOf(m), "")
}

// hear waits for a message.
func (s *stranger) hear(t testing.TB, is func(m string) bool) string {
	t.Helper()
	buf := make([]byte, 4096)
	must(t, s.conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	for {
		n, err := s.conn.Read(buf)
		must(t, err)
		if m := string(buf[:n]); is(m) {
			return m
		}
	}
}

// tagOf is what stands behind the address of To: the tag.
func tagOf(m string) string {
	_, to, _ := strings.Cut(m, "\r\nTo: ")
	to, _, _ = strings.Cut(to, "\r\n")
	_, tag, _ := strings.Cut(to, ">")
	return tag
}

// TestFlood shows that neither a trunk that runs wild nor a stranger keeps the
// program from its work.
func TestFlood(t *testing.T) {
	a := running(t, db.SQLite)
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	k.hotline(t, number)
	calls := func() int64 {
		n, err := a.db.Read().NewSelect().Table("calls").Where("tenant_id = ?", k.c.world.Tenant).Count(t.Context())
		must(t, err)
		return n
	}
	t.Run("an address of no trunk is told so once; then nobody listens to it, and nothing is recorded", func(t *testing.T) {
		s := newStranger(t, "127.0.0.2", a.sip.Addr())
		for i := range 2000 {
			s.say(t, "INVITE", 1, fmt.Sprint(i), "", invitation)
		}
		answers := 0
		buf := make([]byte, 4096)
		for {
			must(t, s.conn.SetReadDeadline(time.Now().Add(500*time.Millisecond)))
			if _, err := s.conn.Read(buf); err != nil {
				break
			}
			answers++
		}
		if answers > 1 || calls() != 0 {
			t.Errorf("%d answers, %d calls recorded", answers, calls())
		}
	})
	t.Run("a trunk that sends too many calls gets some of them refused, and the desk answers meanwhile", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		// Its own caller's flow: INVITE, ACK, BYE; what is refused counts as failed.
		cmd := exec.CommandContext(ctx, "sipp", "-sn", "uac", "-i", "127.0.0.1", "-p", fmt.Sprint(siptest.FreePort(t)), "-mp", fmt.Sprint(siptest.FreePort(t)),
			"-s", number, "-r", "1500", "-m", "1500", "-l", "1500", "-nostdin", "-timeout", "40s", a.sip.Addr().String())
		cmd.Dir = t.TempDir()
		must(t, cmd.Start())
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		slowest := time.Duration(0)
		for looking := true; looking; {
			select {
			case err := <-over:
				if err == nil {
					t.Error("every one of 1,500 calls at once was taken")
				}
				looking = false
			default:
				began := time.Now()
				must(t, k.do("GET", "/api/desk/home", nil))
				slowest = max(slowest, time.Since(began))
			}
		}
		if slowest > 5*time.Second {
			t.Errorf("the desk waited %v", slowest)
		}
		if n := calls(); n == 0 || n > 1100 { // 400 at once, then 200 a second
			t.Errorf("%d calls were taken", n)
		}
		until(t, "the end of all", func() bool { return a.calls.Open() == 0 })
	})
	t.Run("afterwards a telephone gets through", func(t *testing.T) {
		p := siptest.Start(t, 500, "PCMU")
		p.Dial(number, a.sip.Addr())
		p.Wait("CALL_ESTABLISHED")
		k.rung(t)
		agent := k.on(t, 900)
		until(t, "two-way sound", func() bool { return p.Tone(900) > loud && agent.Tone(500) > loud })
	})
}

// TestDraining shows how a program stops: no new calls by any way, those that go
// on may end, at most for so long.
func TestDraining(t *testing.T) {
	a := running(t, db.SQLite)
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	k.hotline(t, number)
	made, err := k.c.call("POST", "/api/entries", object{"name": "Call us", "kind": "call", "serviceId": k.serviceID, "allowedOrigins": []string{site}, "active": true})
	must(t, err)
	p := siptest.Start(t, 500, "PCMU")
	p.Dial(number, a.sip.Addr())
	k.rung(t)
	agent := k.on(t, 900)
	both := func() bool { return p.Tone(900) > loud && agent.Tone(500) > loud }
	until(t, "two-way sound", both)

	drained := make(chan struct{})
	go func() { a.drainCalls(time.Minute); close(drained) }()
	until(t, "draining", func() bool { return a.calls.Draining() })
	t.Run("the call button is refused with 503", func(t *testing.T) {
		key, _ := made["key"].(string)
		got, err := k.foreign("/call/"+key+"/token", "", object{})
		must(t, err)
		customer := webrtctest.New(t)
		offer, err := customer.Offer()
		must(t, err)
		_, err = k.foreign("/call/"+key+"/calls", "", object{"token": got["token"], "sdp": offer, "lang": "en", "page": object{"url": site, "title": "Shop"}})
		if err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "PAR-0011") {
			t.Errorf("%v", err)
		}
	})
	t.Run("so is the telephone", func(t *testing.T) {
		late := siptest.Start(t, 700, "PCMU")
		late.Dial(number, a.sip.Addr())
		if why := late.Wait("CALL_CLOSED"); !strings.HasPrefix(why, "503") {
			t.Errorf("closed: %s", why)
		}
	})
	t.Run("the call that goes on is left alone, and its end ends the waiting", func(t *testing.T) {
		until(t, "two-way sound", both)
		select {
		case <-drained:
			t.Fatal("it did not wait")
		default:
		}
		must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
		select {
		case <-drained:
		case <-time.After(20 * time.Second):
			t.Error("it waits on")
		}
	})
}

// TestDrainLimit shows that a stop does not wait for ever: the far ends of calls
// that go on are hung up, and their records closed.
func TestDrainLimit(t *testing.T) {
	a := running(t, db.SQLite)
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	k.hotline(t, number)
	p := siptest.Start(t, 500, "PCMU")
	p.Dial(number, a.sip.Addr())
	k.rung(t)
	agent := k.on(t, 900)
	until(t, "two-way sound", func() bool { return p.Tone(900) > loud && agent.Tone(500) > loud })
	t.Run("at the limit the calls that go on are ended and their far ends hung up", func(t *testing.T) {
		a.drainCalls(300 * time.Millisecond)
		a.Stop()
		p.Wait("CALL_CLOSED")
	})
}
