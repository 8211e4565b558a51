package app

import (
	"context"
	"strings"
	"testing"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/stats"
	"parley/internal/web/matrixtest"
	"parley/internal/webrtc/webrtctest"
)

// colleague hires a second agent of the counter; both are named and have an extension.
func (k *counter) colleague(t testing.TB) *counter {
	t.Helper()
	other := *k
	var err error
	other.agent, other.agentID, other.news, err = k.hire()
	must(t, err)
	for _, one := range []struct{ id, first, extension string }{{k.agentID, "Anna", "10"}, {other.agentID, "Boris", "20"}} {
		u, err := k.c.call("GET", "/api/users/"+one.id, nil)
		must(t, err)
		_, err = k.c.call("PUT", "/api/users/"+one.id, object{"version": u["version"], "firstName": one.first, "lastName": "Bell", "extension": one.extension})
		must(t, err)
	}
	return &other
}

// calls calls a colleague from the agent's desk and brings its line.
func (k *counter) calls(t testing.TB, body object, hz float64) *webrtctest.Browser {
	t.Helper()
	begun, err := accesstest.Call(k.c.world.Handler, k.agent, "POST", "/api/calls", body)
	must(t, err)
	k.segment, _ = begun["segmentId"].(string)
	k.contactRec, _ = begun["interactionId"].(string)
	k.talk, _ = begun["callId"].(string)
	mine, err := k.line()
	must(t, err)
	t.Cleanup(mine.Close)
	mine.Say(hz)
	return mine
}

// state is an agent's state on the floor.
func (k *counter) state(t testing.TB) string {
	t.Helper()
	v, err := k.c.app.floors.AgentView(k.ctx, k.c.app.db.Read(), k.c.world.Tenant, k.agentID)
	must(t, err)
	return v.State + " " + v.ReasonID
}

func (k *counter) record(t testing.TB) (rec object, parts []object) {
	t.Helper()
	rec, err := accesstest.Call(k.c.world.Handler, k.agent, "GET", "/api/records/"+k.contactRec, nil)
	must(t, err)
	list, _ := rec["parts"].([]any)
	for _, p := range list {
		one, _ := p.(object)
		parts = append(parts, one)
	}
	return rec, parts
}

// TestInternalCall is an agent who calls a colleague: two desks, tones both ways.
func TestInternalCall(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			anna, err := ownCentre(t, a).open(t.Context())
			must(t, err)
			boris := anna.colleague(t)
			must(t, boris.do("POST", "/api/desk/state", object{"state": "ready"}))
			before := anna.state(t)
			to := object{"userId": boris.agentID}
			ring := func(t *testing.T, body object) *webrtctest.Browser {
				t.Helper()
				mine := anna.calls(t, body, 440)
				offer, err := hear(boris.news, "offer.opened")
				must(t, err)
				boris.segment, _ = offer["segmentId"].(string)
				boris.contactRec = anna.contactRec
				return mine
			}
			over := func(t *testing.T) {
				t.Helper()
				until(t, "the end", func() bool {
					_, parts := anna.record(t)
					return parts[0]["state"] == "finished" && parts[1]["state"] == "finished"
				})
				if got := anna.state(t); got != before {
					t.Errorf("the caller is %s, was %s", got, before)
				}
				if got := boris.state(t); got != "ready " {
					t.Errorf("the colleague is %s", got)
				}
			}

			t.Run("[V-1/internal] [V-7] by extension: the caller is Busy and hears ringback, the offer shows the colleague's name and extension", func(t *testing.T) {
				mine := anna.calls(t, object{"extension": "20"}, 440)
				if got := anna.state(t); got != "busy " {
					t.Errorf("the caller is %s", got)
				}
				offer, err := hear(boris.news, "offer.opened")
				must(t, err)
				who, _ := offer["customer"].(object)
				if offer["kind"] != "voice" || offer["direction"] != "internal" || who["name"] != "Anna Bell" || who["phone"] != "10" || offer["number"] != who["phone"] {
					t.Errorf("offer %v", offer)
				}
				boris.segment, _ = offer["segmentId"].(string)
				until(t, "ringback", func() bool { return mine.Tone(425) > loud })
				theirs := boris.on(t, 900)
				until(t, "two-way sound", func() bool { return mine.Tone(900) > loud && theirs.Tone(440) > loud && mine.Tone(425) < quiet })
				for q, presence := range map[string]string{"bor+20": "talking", "BELL+or": "talking", "bor+99": ""} {
					found, err := accesstest.Call(anna.c.world.Handler, anna.agent, "GET", "/api/desk/colleagues?q="+q, nil)
					must(t, err)
					items, _ := found["items"].([]any)
					if presence == "" && len(items) == 0 {
						continue
					}
					if one, _ := items[0].(object); len(items) != 1 || one["name"] != "Boris Bell" || one["presence"] != presence || one["extension"] != "20" {
						t.Errorf("%s: %v", q, items)
					}
				}
				set := func(what string, body object) { must(t, anna.do("POST", "/api/segments/"+anna.segment+"/"+what, body)) }
				set("mute", object{"muted": true})
				until(t, "silence", func() bool { return theirs.Loudness() < silent && mine.Tone(900) > loud })
				set("mute", object{"muted": false})
				set("hold", object{"held": true})
				until(t, "music", func() bool { return theirs.Tone(440) < quiet && theirs.Loudness() > sound && mine.Loudness() < silent })
				set("hold", object{"held": false})
				until(t, "two-way sound", func() bool { return mine.Tone(900) > loud && theirs.Tone(440) > loud })
				set("digits", object{"digits": "5#"})
				until(t, "digits", func() bool { return theirs.Digits() == "5#" })
				if err := anna.do("POST", "/api/segments/"+anna.segment+"/transfer", object{"serviceId": anna.serviceID}); !told(err, fail.CodeState) {
					t.Errorf("transfer: %v", err)
				}
				must(t, boris.do("POST", "/api/segments/"+boris.segment+"/end", nil))
				over(t)
				rec, parts := anna.record(t)
				who, _ = rec["customer"].(object)
				if rec["direction"] != "internal" || who["name"] != "Boris Bell" || parts[0]["agentName"] != "Anna Bell" || parts[1]["agentName"] != "Boris Bell" ||
					parts[0]["outcome"] != "handled" || parts[1]["outcome"] != "handled" || parts[0]["holdMs"] == 0.0 {
					t.Errorf("record %v", rec)
				}
			})
			t.Run("[V-3/internal] rejected: the caller hears busy, then the call is over; both states are what they were, nobody is Not ready", func(t *testing.T) {
				mine := ring(t, to)
				until(t, "ringback", func() bool { return mine.Tone(425) > loud })
				must(t, boris.do("POST", "/api/offers/"+boris.segment+"/reject", object{}))
				until(t, "busy", func() bool {
					calls, err := a.calls.Calls(anna.ctx, a.db.Read(), anna.c.world.Tenant, anna.agentID)
					must(t, err)
					return len(calls) == 1 && calls[0].State == "unserved" && calls[0].Reason == "rejected" && mine.Tone(425) > loud
				})
				over(t)
				if _, parts := anna.record(t); parts[1]["outcome"] != "declined" || parts[1]["rejects"] != 1.0 {
					t.Errorf("the colleague's part %v", parts[1])
				}
			})
			t.Run("[V-3/internal] a caller who gives up takes the offer away", func(t *testing.T) {
				ring(t, to)
				must(t, anna.do("POST", "/api/segments/"+anna.segment+"/end", nil))
				_, err := hear(boris.news, "offer.closed")
				must(t, err)
				over(t)
				if _, parts := anna.record(t); parts[1]["outcome"] != "abandoned" {
					t.Errorf("the colleague's part %v", parts[1])
				}
			})
			t.Run("[V-7] with a service the call counts there, once, and as no customer's contact", func(t *testing.T) {
				row := anna.figures(t)
				ring(t, object{"userId": boris.agentID, "serviceId": anna.serviceID})
				boris.on(t, 900)
				until(t, "two parts", func() bool { _, parts := anna.record(t); return parts[1]["state"] == "active" })
				must(t, anna.do("POST", "/api/segments/"+anna.segment+"/end", nil))
				over(t)
				row(func(r stats.ServiceRow) bool {
					return r.Figures.Internal == 1 && r.Figures.Received == 0 && r.Active == 0
				})
			})
			t.Run("[V-3/internal] on a break the colleague is reached; the break goes on after it", func(t *testing.T) {
				must(t, boris.do("POST", "/api/desk/state", object{"state": "not_ready"}))
				ring(t, to)
				boris.on(t, 900)
				until(t, "two parts", func() bool { _, parts := anna.record(t); return parts[1]["state"] == "active" })
				if got := boris.state(t); got != "not_ready " {
					t.Errorf("the colleague is %s", got)
				}
				must(t, boris.do("POST", "/api/segments/"+boris.segment+"/end", nil))
				until(t, "the end", func() bool { _, parts := anna.record(t); return parts[0]["state"] == "finished" })
				must(t, boris.do("POST", "/api/desk/state", object{"state": "ready"}))
			})
			t.Run("[V-7] whoever can't be reached is told at once, and the caller's state stays", func(t *testing.T) {
				refused := func(what, code string, body object) {
					t.Helper()
					if err := anna.do("POST", "/api/calls", body); !told(err, code) {
						t.Errorf("%s: %v", what, err)
					}
					if got := anna.state(t); got != before {
						t.Errorf("%s: the caller is %s", what, got)
					}
				}
				refused("oneself", fail.CodeInvalid, object{"userId": anna.agentID})
				refused("no such extension", fail.CodeInvalid, object{"extension": "999999"})
				refused("nobody named", fail.CodeInvalid, object{})
				refused("both named", fail.CodeInvalid, object{"userId": boris.agentID, "extension": "1"})
				refused("no such person", fail.CodeInvalid, object{"userId": "nobody"})
				refused("no such service", fail.CodeInvalid, object{"userId": boris.agentID, "serviceId": "nothing"})
				third := anna.another(t)
				must(t, third.do("POST", "/api/calls", object{"userId": boris.agentID}))
				_, err := hear(boris.news, "offer.opened")
				must(t, err)
				refused("being called", fail.CodeState, to)
				must(t, third.do("POST", "/api/desk/sign-out", object{"confirm": true}))
				must(t, boris.do("POST", "/api/desk/sign-out", object{"confirm": true}))
				refused("signed out", fail.CodeState, to)
				var left int
				must(t, a.db.Read().NewRaw("SELECT count(*) FROM segments WHERE direction = 'internal' AND state = 'waiting'").Scan(t.Context(), &left))
				if left != 0 {
					t.Errorf("%d parts of refused calls wait", left)
				}
			})
		})
	}
}

// told tells whether a command was refused with a code.
func told(err error, code string) bool {
	return err != nil && strings.Contains(err.Error(), `"`+code+`"`)
}

// another hires one more agent.
func (k *counter) another(t testing.TB) *counter {
	t.Helper()
	other := *k
	var err error
	other.agent, other.agentID, other.news, err = k.hire()
	must(t, err)
	return &other
}

// internal is the case of calling a colleague.
func (c *floorCases) internal(ctx context.Context) matrixtest.Case {
	return c.at(ctx, c.open, func(k *counter) (request, error) {
		_, id, _, err := k.hire()
		return request{Body: object{"userId": id}}, err
	})
}
