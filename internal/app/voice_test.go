package app

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/call"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/sip"
	"parley/internal/web/matrixtest"
	"parley/internal/webrtc/webrtctest"
)

// dial lets a customer call the counter from a browser; the call is offered to
// the agent.
func (k *counter) dial() (customer *webrtctest.Browser, err error) {
	if err := k.do("POST", "/api/desk/state", object{"state": "ready"}); err != nil {
		return nil, err
	}
	if customer, err = webrtctest.Open(); err != nil {
		return nil, err
	}
	offer, err := customer.Offer()
	if err != nil {
		return nil, err
	}
	var answer string
	var refused error
	id, err := k.c.app.calls.Incoming(k.ctx, call.Incoming{TenantID: k.c.world.Tenant, ServiceID: k.serviceID, Source: call.SourceWeb, FromName: "Ivan", Language: "en"},
		func(events func(call.LegEvent)) call.Leg {
			var leg call.Leg
			leg, answer, refused = k.c.app.webrtc.Answer(k.ctx, offer, events)
			return leg
		})
	if err != nil || refused != nil {
		return nil, fmt.Errorf("calling: %w, %w", err, refused)
	}
	k.talk = id
	ctx, cancel := context.WithTimeout(k.ctx, 30*time.Second)
	defer cancel()
	if err := customer.Accept(ctx, answer); err != nil {
		return nil, err
	}
	for look := time.NewTicker(10 * time.Millisecond); customer.Packets(webrtctest.PayloadPCMU) == 0; { // the greeting comes: the line is up at both ends
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("the customer hears nothing: %w", ctx.Err())
		}
	}
	opened, err := hear(k.news, "offer.opened")
	if err != nil {
		return nil, err
	}
	k.segment, _ = opened["segmentId"].(string)
	k.contactRec, _ = opened["interactionId"].(string)
	return customer, nil
}

// line makes a browser the agent's line.
func (k *counter) line() (*webrtctest.Browser, error) {
	agent, err := webrtctest.Open()
	if err != nil {
		return nil, err
	}
	offer, err := agent.Offer()
	if err != nil {
		return nil, err
	}
	got, err := accesstest.Call(k.c.world.Handler, k.agent, "POST", "/api/segments/"+k.segment+"/leg", object{"sdp": offer})
	if err != nil {
		return nil, err
	}
	answer, _ := got["sdp"].(string)
	ctx, cancel := context.WithTimeout(k.ctx, 30*time.Second)
	defer cancel()
	return agent, agent.Accept(ctx, answer)
}

// voice are the operations on a call; its far ends are dropped with the program.
func (c *floorCases) voice(ctx context.Context) {
	ringing := func(ctx context.Context) (*counter, error) {
		k, err := c.open(ctx)
		if err == nil {
			_, err = k.dial()
		}
		return k, err
	}
	calling := func(ctx context.Context) (*counter, error) {
		k, err := ringing(ctx)
		if err == nil {
			err = k.accept()
		}
		return k, err
	}
	with := func(body any) func(k *counter) (request, error) {
		return func(k *counter) (request, error) {
			return request{Path: map[string]string{"id": k.segment}, Body: body}, nil
		}
	}
	c.all["attachLeg"] = c.at(ctx, ringing, func(k *counter) (request, error) {
		b, err := webrtctest.Open()
		if err != nil {
			return request{}, err
		}
		offer, err := b.Offer()
		return request{Path: map[string]string{"id": k.segment}, Body: object{"sdp": offer}}, err
	})
	c.all["callColleague"] = c.internal(ctx)
	c.all["muteSegment"] = c.at(ctx, calling, with(object{"muted": true}))
	c.all["holdSegment"] = c.at(ctx, calling, with(object{"held": true}))
	c.all["sendDigits"] = c.at(ctx, calling, with(object{"digits": "1"}))
	c.all["reportQuality"] = c.at(ctx, calling, with(object{"jitterMs": 3, "lossPercent": 0.5, "rttMs": 20, "codec": "PCMU"}))
	c.all["testTrunk"] = matrixtest.Case{Make: func() (request, error) {
		made, err := c.call("POST", "/api/trunks", object{"name": accesstest.Unique("trunk "), "host": c.app.sip.Addr().String()})
		id, _ := made["id"].(string)
		return request{Path: map[string]string{"id": id}}, err
	}}
}

// until waits until something heard or seen is so.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
		case <-late.C:
			t.Fatalf("%s did not come about", what)
		}
	}
}

// A tone of this share of what is heard is clearly there, or clearly not; sound
// of this loudness is, or is silence.
const (
	loud, quiet   = 0.3, 0.05
	sound, silent = 100, 20
)

// TestVoice is a call from a browser to an agent's browser through the whole
// program: queue, offer, line, sound, wrap-up.
func TestVoice(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			c := ownCentre(t, a)
			k, err := c.open(t.Context())
			must(t, err)
			customer, err := k.dial()
			must(t, err)
			defer customer.Close()
			run := func(name string, f func(t *testing.T)) { t.Run(name, f) }
			run("[V-36] the caller hears the greeting and music while waiting", func(t *testing.T) {
				until(t, "sound", func() bool { return customer.Loudness() > sound })
			})
			agent, err := k.line()
			must(t, err)
			defer agent.Close()
			must(t, k.accept())
			customer.Say(440)
			agent.Say(900)
			both := func() bool { return customer.Tone(900) > loud && agent.Tone(440) > loud }
			run("[V-2] accepted: both hear each other", func(t *testing.T) { until(t, "two-way sound", both) })
			set := func(t *testing.T, what string, body object) {
				t.Helper()
				must(t, k.do("POST", "/api/segments/"+k.segment+"/"+what, body))
			}
			run("[V-15/server] muted: the customer hears silence, the agent hears on", func(t *testing.T) {
				set(t, "mute", object{"muted": true})
				until(t, "silence", func() bool { return customer.Tone(900) < quiet && agent.Tone(440) > loud })
				set(t, "mute", object{"muted": false})
				until(t, "two-way sound", both)
			})
			run("[V-16/music] held: the customer hears music, the agent nothing; retrieved: both hear again", func(t *testing.T) {
				set(t, "hold", object{"held": true})
				until(t, "music", func() bool {
					return customer.Tone(900) < quiet && customer.Loudness() > sound && agent.Loudness() < silent
				})
				set(t, "hold", object{"held": false})
				until(t, "two-way sound", both)
			})
			run("[V-13/events] digits reach the customer's side as telephone events", func(t *testing.T) {
				before := customer.Packets(webrtctest.PayloadEvent)
				set(t, "digits", object{"digits": "5"})
				until(t, "events", func() bool { return customer.Packets(webrtctest.PayloadEvent) > before })
			})
			run("[A-6/call] the agent's page is loaded anew: music meanwhile, then both hear again", func(t *testing.T) {
				agent.Close()
				again, err := k.line()
				must(t, err)
				t.Cleanup(again.Close)
				again.Say(700)
				until(t, "two-way sound", func() bool { return customer.Tone(700) > loud && again.Tone(440) > loud })
			})
			run("[V-6][S-4] the agent ends: the row is in wrap-up, hold stands apart from talk in the record", func(t *testing.T) {
				must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
				rec, err := accesstest.Call(k.c.world.Handler, k.agent, "GET", "/api/records/"+k.contactRec, nil)
				must(t, err)
				segments, _ := rec["parts"].([]any)
				if len(segments) != 1 {
					t.Fatalf("record %v", rec)
				}
				if s, _ := segments[0].(object); s["holdMs"] == 0.0 || s["talkMs"] == 0.0 {
					t.Errorf("segment %v", s)
				}
			})
		})
	}
}

// nobodyHere takes no calls; it stands where a carrier only makes some.
type nobodyHere struct{}

func (nobodyHere) Incoming(context.Context, sip.Invite, func(string, func(call.LegEvent)) call.Leg) error {
	return sip.ErrNoSuchNumber
}
func (nobodyHere) Trunks(context.Context) ([]sip.Trunk, error) { return nil, nil }

// TestNumber is a call from a trunk to a number, up to the offer.
func TestNumber(t *testing.T) {
	a := running(t, db.SQLite)
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	trunk, err := k.c.call("POST", "/api/trunks", object{"name": "Carrier", "addresses": []string{"127.0.0.0/8"}})
	must(t, err)
	_, err = k.c.call("POST", "/api/entries", object{"name": "Hotline", "kind": "number", "number": "+7 495 123-45-67", "trunkId": trunk["id"], "serviceId": k.serviceID})
	must(t, err)
	until(t, "the trunk", func() bool {
		return slices.ContainsFunc(a.sip.Status(), func(st sip.TrunkStatus) bool { return st.TrunkID == trunk["id"] })
	})
	must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))
	g := run.New(t.Context())
	t.Cleanup(func() { _ = g.Stop(5 * time.Second) })
	carrier := sip.New(sip.Config{Listen: "127.0.0.1:0", Calls: nobodyHere{}, Trunks: nobodyHere{}})
	must(t, carrier.Start(g))
	dial := func(number string) <-chan call.LegEvent {
		events := make(chan call.LegEvent, 10)
		_, err := carrier.Dial(t.Context(), sip.Trunk{ID: "us", Addresses: []string{a.sip.Addr().String()}, Codecs: []string{"PCMU"}}, "89161234567", number,
			func(ev call.LegEvent) {
				if ev.Kind == call.LegConnected || ev.Kind == call.LegEnded {
					events <- ev
				}
			})
		must(t, err)
		return events
	}
	t.Run("[M-15/numbers][V-1/external] a number, as the carrier writes it, leads to its service; the offer shows who calls", func(t *testing.T) {
		if ev := <-dial("84951234567"); ev.Kind != call.LegConnected {
			t.Fatalf("%+v", ev)
		}
		offer, err := hear(k.news, "offer.opened")
		must(t, err)
		if offer["kind"] != "voice" || offer["number"] != "+79161234567" || offer["serviceId"] != k.serviceID {
			t.Errorf("offer %v", offer)
		}
	})
	t.Run("[M-15/numbers] a number that nobody has is told so", func(t *testing.T) {
		if ev := <-dial("84957654321"); ev.Kind != call.LegEnded || ev.Cause != call.CauseNotFound {
			t.Errorf("%+v", ev)
		}
	})
}

// ownCentre gives the first tenant in the hands of somebody who may do everything.
func ownCentre(t testing.TB, a *App) *floorCases {
	t.Helper()
	first, err := a.org.ActiveTenants(t.Context())
	must(t, err)
	w := accesstest.World{DB: a.db, Org: a.org, Handler: a.server, Tenant: first[0], Host: "localhost"}
	id, login, err := w.NewUser(t.Context(), org.Privileges()...)
	must(t, err)
	token, err := w.SignIn(login)
	must(t, err)
	return &floorCases{app: a, world: w, owner: matrixtest.Caller{Host: w.Host, Sign: accesstest.Sign(token)}, ownerID: id, all: map[string]matrixtest.Case{}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
