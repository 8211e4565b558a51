package app

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/sip"
	"parley/internal/sip/siptest"
)

// outside is the number of somebody who works elsewhere.
const outside = "84957778899"

func refused(t *testing.T, code string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("not refused as %s: %v", code, err)
	}
}

// TestNumberOutside is a telephone whose call an agent hands on to another
// telephone by its number, through the whole program.
func TestNumberOutside(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			k, err := ownCentre(t, a).open(t.Context())
			must(t, err)
			far := siptest.StartAs(t, outside, 700, "PCMA")
			trunk, err := k.c.call("POST", "/api/trunks", object{"name": accesstest.Unique("Carrier "), "addresses": []string{"127.0.0.1"}})
			must(t, err)
			path := "/api/trunks/" + trunk["id"].(string)
			_, err = k.c.call("POST", "/api/entries", object{"name": accesstest.Unique("Hotline "), "kind": "number", "number": "+" + number, "trunkId": trunk["id"], "serviceId": k.serviceID})
			must(t, err)
			until(t, "the trunk", func() bool {
				return slices.ContainsFunc(a.sip.Status(), func(st sip.TrunkStatus) bool { return st.TrunkID == trunk["id"] })
			})
			customer := siptest.Start(t, 500, "PCMU")
			talk := func(t *testing.T) {
				t.Helper()
				customer.Dial(number, a.sip.Addr())
				k.rung(t)
				agent := k.on(t, 900)
				until(t, "two-way sound", func() bool { return customer.Tone(900) > loud && agent.Tone(500) > loud })
			}
			// closed waits until a telephone has seen so many ends of calls.
			closed := func(p *siptest.Phone, n int) {
				t.Helper()
				p.Until("the end of the call", func() bool { return len(p.Heard("CALL_CLOSED")) == n })
			}
			incoming := func(n int) {
				t.Helper()
				far.Until("it rings", func() bool { return len(far.Heard("CALL_INCOMING")) == n })
			}
			parts := func() []object {
				rec, err := accesstest.Call(k.c.world.Handler, k.agent, "GET", "/api/records/"+k.contactRec, nil)
				must(t, err)
				var out []object
				for _, p := range rec["parts"].([]any) {
					out = append(out, p.(object))
				}
				return out
			}
			handOn := func(body object) error {
				return k.do("POST", "/api/segments/"+k.segment+"/transfer", body)
			}
			finish := func() { must(t, k.do("POST", "/api/segments/"+k.segment+"/finish", object{"comment": ""})) }

			talk(t)
			t.Run("[V-20/number] no trunk that calls can go out by, or no number: refused, the agent has the call", func(t *testing.T) {
				refused(t, "PAR-3002", handOn(object{"number": outside}))
				refused(t, "PAR-0001", handOn(object{"number": "my colleague"}))
				refused(t, "PAR-0001", handOn(object{"number": outside, "serviceId": k.serviceID}))
				until(t, "sound", func() bool { return customer.Tone(900) > loud })
			})
			k.put(t, path, object{"host": far.Addr().String()})
			t.Run("[V-20/number] [V-9/roles] without the privilege of calls outside it is refused", func(t *testing.T) {
				role, err := k.c.call("POST", "/api/roles", object{"name": accesstest.Unique("Inside "), "privileges": []string{org.HandleVoice, org.HandleTransfer}})
				must(t, err)
				user := "/api/users/" + k.agentID
				now, err := k.c.call("GET", user, nil)
				must(t, err)
				k.put(t, user, object{"roleIds": []any{role["id"]}})
				refused(t, "PAR-3001", handOn(object{"number": outside}))
				k.put(t, user, object{"roleIds": now["roleIds"]})
			})
			t.Run("[V-20/number] [V-19] the number rings with the centre's number, the customer hears music, the agent is in wrap-up", func(t *testing.T) {
				must(t, handOn(object{"number": "8 (495) 777-88-99", "note": "about the bill"}))
				incoming(1)
				until(t, "music", func() bool { return customer.Tone(900) < quiet && customer.Loudness() > sound })
				p := parts()
				if p[0]["state"] != "ended" || p[0]["outcome"] != "transferred" || p[0]["endedBy"] != "agent" || p[1]["toNumber"] != outside || p[1]["state"] != "offered" {
					t.Errorf("record %v", p)
				}
			})
			t.Run("[V-20/number] answered: customer and outside party hear each other, nobody of ours is in it", func(t *testing.T) {
				far.Do("accept", "")
				until(t, "two-way sound", func() bool { return far.Tone(500) > loud && customer.Tone(700) > loud })
				finish()
				if p := parts(); p[0]["state"] != "finished" || p[1]["state"] != "active" {
					t.Errorf("record %v", p)
				}
			})
			t.Run("[V-20/number] the outside party hangs up: the call is over, the record has its talk as a transfer", func(t *testing.T) {
				far.Do("hangup", "")
				closed(customer, 1)
				until(t, "the record", func() bool { p := parts(); return p[1]["state"] == "finished" })
				if p := parts(); p[1]["outcome"] != "transferred" || p[1]["talkMs"].(float64) <= 0 || p[1]["ringMs"].(float64) <= 0 || p[1]["endReason"] != "outside_hung_up" {
					t.Errorf("record %v", p)
				}
			})
			t.Run("[V-20/number] the customer gives up while it rings: CANCEL, and the record says who left", func(t *testing.T) {
				talk(t)
				must(t, handOn(object{"number": outside}))
				incoming(2)
				customer.Do("hangup", "")
				closed(customer, 2)
				closed(far, 2)
				until(t, "the record", func() bool { p := parts(); return p[1]["outcome"] == "abandoned" && p[1]["endedBy"] == "customer" })
				finish()
			})
			t.Run("[V-19] refused: back to the queue before those who came earlier; the offer says what happened", func(t *testing.T) {
				talk(t)
				returns := k.contactRec
				must(t, handOn(object{"number": outside, "note": "about the bill"}))
				incoming(3)
				waits := siptest.Start(t, 600, "PCMU")
				waits.Dial(number, a.sip.Addr())
				waits.Wait("CALL_ESTABLISHED")
				far.Do("hangup", "")
				until(t, "the return", func() bool {
					p := parts()
					return len(p) == 3 && p[1]["outcome"] == "declined" && p[2]["state"] == "waiting"
				})
				finish()
				must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))
				offer, err := hear(k.news, "offer.opened")
				must(t, err)
				from, _ := offer["transfer"].(object)
				if offer["interactionId"] != returns || from["number"] != outside || from["why"] != "busy" && from["why"] != "refused" || from["note"] != "about the bill" {
					t.Errorf("offer %v", offer)
				}
				k.segment, _ = offer["segmentId"].(string)
				agent := k.on(t, 800)
				until(t, "two-way sound", func() bool { return customer.Tone(800) > loud && agent.Tone(500) > loud })
				must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
				closed(customer, 3)
				finish()
			})
		})
	}
}
