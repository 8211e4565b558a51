package app

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/sip/siptest"
)

// TestDeskGoneInCall closes an agent's desk while a telephone talks to it, for
// longer than a desk may be gone.
func TestDeskGoneInCall(t *testing.T) {
	a := running(t, db.SQLite)
	c := ownCentre(t, a)
	ctx := limited(t, 2*time.Minute)
	k, err := c.open(ctx)
	must(t, err)
	next, err := c.open(ctx)
	must(t, err)
	k.put(t, "/api/settings", object{"graceSeconds": 5})
	k.put(t, "/api/teams/"+next.teamID, object{"serviceIds": []string{k.serviceID, next.serviceID}})
	k.hotline(t, number)
	const other = "74957654321"
	next.hotline(t, other)

	longer := siptest.Start(t, 700, "PCMU") // waits for the second agent before the first has any call
	longer.Dial(other, a.sip.Addr())
	longer.Wait("CALL_ESTABLISHED")
	p := siptest.Start(t, 500, "PCMU")
	p.Dial(number, a.sip.Addr())
	server := httptest.NewServer(a.server)
	t.Cleanup(server.Close)
	desk := &watcher{t: t, ctx: ctx, url: "ws" + strings.TrimPrefix(server.URL, "http"), token: tokenOf(t, k.agent), watch: object{"views": []string{}}}
	desk.open()
	k.rung(t)
	agent := k.on(t, 900)
	until(t, "two-way sound", func() bool { return p.Tone(900) > loud && agent.Tone(500) > loud })

	must(t, desk.conn.CloseNow())
	agent.Close()
	began := time.Now()
	t.Run("[A-6/call-lost] the desk is gone in mid-call: the customer hears music", func(t *testing.T) {
		until(t, "music", func() bool { return p.Loudness() > sound && p.Tone(900) < quiet })
	})
	t.Run("[A-6/call-lost] not before its time is over, the call goes to the next agent, before one that waits longer", func(t *testing.T) {
		until(t, "the end of the first agent's part", func() bool {
			rec, err := accesstest.Call(c.world.Handler, c.owner, "GET", "/api/records/"+k.contactRec, nil)
			must(t, err)
			parts, _ := rec["parts"].([]any)
			last, _ := parts[len(parts)-1].(object)
			return last["state"] == "waiting"
		})
		if gone := time.Since(began); gone < 5*time.Second {
			t.Errorf("taken away after %v", gone)
		}
		if p.Loudness() < sound || p.Tone(900) > quiet {
			t.Error("the customer hears no music")
		}
		lost := k.contactRec
		next.rung(t)
		if next.contactRec != lost {
			t.Fatalf("%s was offered, not %s", next.contactRec, lost)
		}
		agent := next.on(t, 1100)
		until(t, "two-way sound", func() bool { return p.Tone(1100) > loud && agent.Tone(500) > loud })
		must(t, next.do("POST", "/api/segments/"+next.segment+"/end", nil))
		p.Wait("CALL_CLOSED")
	})
	t.Run("[A-6/call-lost] the first agent is signed out", func(t *testing.T) {
		if err := k.do("POST", "/api/desk/state", object{"state": "ready"}); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("%v", err)
		}
	})
	t.Run("[A-6/call-lost] the one who waited longer is next", func(t *testing.T) {
		must(t, next.do("POST", "/api/segments/"+next.segment+"/finish", object{}))
		next.rung(t)
		agent := next.on(t, 1100)
		until(t, "two-way sound", func() bool { return longer.Tone(1100) > loud && agent.Tone(700) > loud })
	})
}
