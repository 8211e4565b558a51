package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

// deskFrame is what a desk's socket brings, as far as a call goes.
type deskFrame struct {
	Type string
	Data struct {
		SegmentID, Kind string
		Agent           struct{ State string }
		Segments        []struct{ ID, Kind, State, EndedBy string }
		Calls           []struct{ State string }
	}
}

// desk opens the agent's socket and gives what comes, until it breaks.
func (a *agent) desk(ctx context.Context, t *testing.T, p *process) <-chan deskFrame {
	t.Helper()
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/api/desk/socket", p.port),
		&websocket.DialOptions{Host: fmt.Sprintf("%s:%d", a.host(), p.port), HTTPHeader: a.head.Clone(), Subprotocols: []string{"parley.desk.1"}})
	must(t, err)
	conn.SetReadLimit(8 << 20)
	must(t, conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello"}`)))
	out := make(chan deskFrame, 1000)
	go func() {
		defer conn.CloseNow()
		for {
			_, b, err := conn.Read(ctx)
			if err != nil {
				close(out)
				return
			}
			var f deskFrame
			_ = json.Unmarshal(b, &f) // frames of another shape are not looked at
			out <- f
		}
	}()
	return out
}

func frameOf(t *testing.T, from <-chan deskFrame, is func(deskFrame) bool) deskFrame {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	for {
		select {
		case f, ok := <-from:
			if !ok {
				t.Fatal("the socket ended")
			}
			if is(f) {
				return f
			}
		case <-late.C:
			t.Fatal("no such frame came")
		}
	}
}

// TestKillInCall kills the program while a telephone and an agent talk.
func TestKillInCall(t *testing.T) {
	p := newProcess(t)
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), siptest.FreePort(t))
	p.args = []string{"--sip-listen", at.String(), "--webrtc-listen", "127.0.0.1:0"}
	p.start()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	a := &agent{login: "anna"}
	a.head = http.Header{"X-Parley": {"1"}, "Origin": {fmt.Sprintf("http://%s:%d", a.host(), p.port)}}
	post := func(path string, body any) []byte {
		t.Helper()
		status, b := p.until(ctx, a.host(), "POST", path, a.head, body)
		if status < 200 || status > 299 {
			t.Fatalf("%s: %d %s", path, status, b)
		}
		return b
	}
	post("/api/session", object{"login": a.login, "password": a.login + "-demo-1", "force": true})
	post("/api/desk/shift", nil)
	post("/api/desk/state", object{"state": "ready"})
	frames := a.desk(ctx, t, p)

	phone := siptest.Start(t, 500, "PCMU")
	phone.Dial(demoNumber, at)
	segment := frameOf(t, frames, func(f deskFrame) bool { return f.Type == "offer.opened" && f.Data.Kind == "voice" }).Data.SegmentID
	line := webrtctest.New(t)
	line.Say(900)
	offer, err := line.Offer()
	must(t, err)
	var answer struct{ SDP string }
	must(t, json.Unmarshal(post("/api/segments/"+segment+"/leg", object{"sdp": offer}), &answer))
	must(t, line.Accept(ctx, answer.SDP))
	post("/api/offers/"+segment+"/accept", object{})
	until(t, "two-way sound", func() bool { return phone.Tone(900) > loud && line.Tone(500) > loud })

	p.kill()
	if closed := phone.Heard("CALL_CLOSED"); len(closed) > 0 {
		t.Fatalf("a dead program hung up: %v", closed)
	}
	p.start()
	t.Run("[V-6/crash] after a crash in mid-call the next start hangs the far end up", func(t *testing.T) {
		phone.Wait("CALL_CLOSED")
	})
	t.Run("[V-6/crash] [S-4] the agent finds the row ended and is in wrap-up; no call is left", func(t *testing.T) {
		p.until(ctx, a.host(), "GET", "/api/desk/home", a.head, nil)
		again := frameOf(t, a.desk(ctx, t, p), func(f deskFrame) bool { return f.Type == "snapshot" })
		s := again.Data.Segments
		if len(s) != 1 || s[0].ID != segment || s[0].State != "ended" || s[0].EndedBy != "system" || again.Data.Agent.State != "wrapup" {
			t.Errorf("%+v", again.Data)
		}
		for _, k := range again.Data.Calls {
			if k.State != "ended" {
				t.Errorf("a call is %s", k.State)
			}
		}
	})
	t.Run("[V-6/crash] finished, the agent takes the next call", func(t *testing.T) {
		post("/api/segments/"+segment+"/finish", object{"comment": ""})
		post("/api/desk/state", object{"state": "ready"})
		news := a.desk(ctx, t, p)
		next := siptest.Start(t, 700, "PCMU")
		next.Dial(demoNumber, at)
		frameOf(t, news, func(f deskFrame) bool { return f.Type == "offer.opened" && f.Data.Kind == "voice" })
		next.Do("hangup", "")
		next.Wait("CALL_CLOSED")
	})
}
