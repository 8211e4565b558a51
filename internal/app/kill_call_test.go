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

// callToKill is a program with a call between a telephone and an agent.
type callToKill struct {
	*process
	ctx     context.Context
	a       *agent
	at      netip.AddrPort // where telephones call
	phone   *siptest.Phone
	line    *webrtctest.Browser
	segment string
}

// post is a request of somebody signed in, which must succeed.
func (k *callToKill) post(t *testing.T, who *agent, method, path string, body any) []byte {
	t.Helper()
	status, b := k.until(k.ctx, who.host(), method, path, who.head, body)
	if status < 200 || status > 299 {
		t.Fatalf("%s: %d %s", path, status, b)
	}
	return b
}

// signIn signs a person of the demo in.
func (k *callToKill) signIn(t *testing.T, login string) *agent {
	t.Helper()
	who := &agent{login: login}
	who.head = http.Header{"X-Parley": {"1"}, "Origin": {fmt.Sprintf("http://%s:%d", who.host(), k.port)}}
	k.post(t, who, "POST", "/api/session", object{"login": login, "password": login + "-demo-1", "force": true})
	return who
}

// talking starts the program and lets a telephone and an agent talk.
func talking(t *testing.T) *callToKill {
	t.Helper()
	p := newProcess(t)
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), siptest.FreePort(t))
	p.args = []string{"--sip-listen", at.String(), "--webrtc-listen", "127.0.0.1:0"}
	p.start()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(stop)
	k := &callToKill{process: p, ctx: ctx, at: at}
	k.a = k.signIn(t, "anna")
	k.post(t, k.a, "POST", "/api/desk/shift", nil)
	k.post(t, k.a, "POST", "/api/desk/state", object{"state": "ready"})
	frames := k.a.desk(ctx, t, p)

	k.phone = siptest.Start(t, 500, "PCMU")
	k.phone.Dial(demoNumber, at)
	k.segment = frameOf(t, frames, func(f deskFrame) bool { return f.Type == "offer.opened" && f.Data.Kind == "voice" }).Data.SegmentID
	k.line = webrtctest.New(t)
	k.line.Say(900)
	offer, err := k.line.Offer()
	must(t, err)
	var answer struct{ SDP string }
	must(t, json.Unmarshal(k.post(t, k.a, "POST", "/api/segments/"+k.segment+"/leg", object{"sdp": offer}), &answer))
	must(t, k.line.Accept(ctx, answer.SDP))
	k.post(t, k.a, "POST", "/api/offers/"+k.segment+"/accept", object{})
	until(t, "two-way sound", func() bool { return k.phone.Tone(900) > loud && k.line.Tone(500) > loud })
	return k
}

// TestKillWithNumberOutside kills the program while two telephones talk that an
// agent has brought together.
func TestKillWithNumberOutside(t *testing.T) {
	k := talking(t)
	far := siptest.StartAs(t, outside, 700, "PCMU")
	admin := k.signIn(t, "admin")
	var trunks struct {
		Items []struct {
			ID      string
			Version int64
		}
	}
	must(t, json.Unmarshal(k.post(t, admin, "GET", "/api/trunks", nil), &trunks))
	k.post(t, admin, "PUT", "/api/trunks/"+trunks.Items[0].ID, object{"version": trunks.Items[0].Version, "host": far.Addr().String()})
	k.post(t, k.a, "POST", "/api/segments/"+k.segment+"/transfer", object{"number": outside})
	far.Wait("CALL_INCOMING")
	far.Do("accept", "")
	until(t, "two-way sound", func() bool { return far.Tone(500) > loud && k.phone.Tone(700) > loud })

	k.kill()
	k.start()
	t.Run("[V-20/number] [V-6/crash] after a crash the next start hangs both telephones up and closes the record", func(t *testing.T) {
		k.phone.Wait("CALL_CLOSED")
		far.Wait("CALL_CLOSED")
		boss := k.signIn(t, "supervisor")
		var list struct {
			Items []struct {
				State string
				Parts []struct{ ToNumber, State, EndedBy, EndReason, Outcome string }
			}
		}
		must(t, json.Unmarshal(k.post(t, boss, "GET", "/api/records?channel=voice", nil), &list))
		if len(list.Items) != 1 || len(list.Items[0].Parts) != 2 {
			t.Fatalf("records %+v", list)
		}
		if p := list.Items[0].Parts[1]; p.ToNumber != outside || p.State != "finished" || p.EndedBy != "system" || p.EndReason != "system_failure" || p.Outcome != "transferred" {
			t.Errorf("recorded %+v", p)
		}
	})
}

// TestKillInCall kills the program while a telephone and an agent talk.
func TestKillInCall(t *testing.T) {
	k := talking(t)
	p, ctx, a, at, phone, segment := k.process, k.ctx, k.a, k.at, k.phone, k.segment
	post := func(path string, body any) { t.Helper(); k.post(t, a, "POST", path, body) }

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
