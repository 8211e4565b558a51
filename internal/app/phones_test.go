package app

import (
	"fmt"
	"net"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/call"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/sip"
	"parley/internal/sip/siptest"
	"parley/internal/stats"
	"parley/internal/web"
	"parley/internal/web/matrixtest"
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
			row := k.figures(t)

			p := siptest.Start(t, 500, "PCMU")
			p.Dial(number, a.sip.Addr())
			p.Wait("CALL_ESTABLISHED")
			t.Run("[V-36/music] nobody is Ready: the telephone hears greeting and music", func(t *testing.T) {
				until(t, "sound", func() bool { return p.Loudness() > sound && p.Tone(900) < quiet })
			})
			t.Run("[R-4/voice] the live row of the service counts the call that waits", func(t *testing.T) {
				row(func(r stats.ServiceRow) bool { return r.Waiting == 1 && r.OldestAt > 0 && r.Figures.Received == 1 })
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
			t.Run("[R-4/voice] the live row of the service says what became of the three calls", func(t *testing.T) {
				row(func(r stats.ServiceRow) bool {
					f := r.Figures
					return f.Received == 3 && f.Answered == 2 && f.Handled == 2 && f.Abandoned+f.Short == 1 && f.Refused == 0 && r.Waiting+r.Ringing+r.Active+r.Wrapup == 0 &&
						f.TalkMs > 0 && f.HoldMs > 0 && r.ASA > 0 && r.AHT > 0 && r.SL.OK
				})
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

// figures gives a supervisor's look at the counter's service: it waits until the
// live row is so.
func (k *counter) figures(t *testing.T) (wait func(good func(stats.ServiceRow) bool)) {
	server := httptest.NewServer(k.c.app.server)
	t.Cleanup(server.Close)
	return func(good func(stats.ServiceRow) bool) {
		t.Helper()
		w := &watcher{t: t, ctx: limited(t, 30*time.Second), url: "ws" + strings.TrimPrefix(server.URL, "http"), token: tokenOf(t, k.c.owner),
			watch: object{"views": []string{"service"}, "serviceId": k.serviceID}}
		w.open()
		var last []stats.ServiceRow
		t.Cleanup(func() {
			if t.Failed() {
				t.Logf("the live row: %+v", last)
			}
		})
		w.figuresOf("service", func(f desk.FiguresFrame) bool {
			last = f.Services
			return len(last) == 1 && good(last[0])
		})
		must(t, w.conn.CloseNow())
	}
}

// tokenOf is the session somebody signs requests with.
func tokenOf(t *testing.T, who matrixtest.Caller) string {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	who.Sign(r)
	cookie, err := r.Cookie(web.SessionCookie)
	must(t, err)
	return cookie.Value
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
