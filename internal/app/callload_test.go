package app

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

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
	t.Run("[V-48/flood] [M-30/trunks] an address of no trunk is told so once; then nobody listens to it, and nothing is recorded", func(t *testing.T) {
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
	t.Run("[V-48/flood] [M-30/trunks] a trunk that sends too many calls gets some of them refused, and the desk answers meanwhile", func(t *testing.T) {
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
	t.Run("[V-48/flood] afterwards a telephone gets through", func(t *testing.T) {
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
	t.Run("[V-43/drain] the call button is refused with 503", func(t *testing.T) {
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
	t.Run("[V-48/drain] so is the telephone", func(t *testing.T) {
		late := siptest.Start(t, 700, "PCMU")
		late.Dial(number, a.sip.Addr())
		if why := late.Wait("CALL_CLOSED"); !strings.HasPrefix(why, "503") {
			t.Errorf("closed: %s", why)
		}
	})
	t.Run("[V-6/drain] the call that goes on is left alone, and its end ends the waiting", func(t *testing.T) {
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
	t.Run("[V-6/drain] at the limit the calls that go on are ended and their far ends hung up", func(t *testing.T) {
		a.drainCalls(300 * time.Millisecond)
		a.Stop()
		p.Wait("CALL_CLOSED")
	})
}
