package app

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/call"
	"parley/internal/db"
	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

// carrierAt is the address of a carrier that has no other telephone of this machine.
const carrierAt = "127.0.0.3"

// delivers is a carrier's call: sipp rings, sends the sound of a file if told
// so, and waits until it is hung up.
const delivers = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="delivers">
<send retrans="500"><![CDATA[INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Ivan" <sip:89161234567@[local_ip]:[local_port]>;tag=[call_number]t
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:carrier@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=carrier 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [%s] RTP/AVP 0
a=rtpmap:0 PCMU/8000]]></send>
<recv response="100" optional="true"></recv>
<recv response="180" optional="true"></recv>
<recv response="%d" rrs="true" timeout="15000"></recv>
<send><![CDATA[ACK %s SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch%s]
From: "Ivan" <sip:89161234567@[local_ip]:[local_port]>;tag=[call_number]t
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
%s</scenario>`

const (
	sendsTone = `<nop><action><exec rtp_stream="%s,-1,0,PCMU/8000"/></action></nop>
`
	hungUp = `<recv request="BYE" timeout="40000"></recv>
<send><![CDATA[SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
`
)

// taken is a carrier's call that is answered, then hung up by us; sound is
// where it comes from: a file, or the far end's own as an echo.
func taken(t *testing.T, file string) string {
	t.Helper()
	if file == "" {
		return fmt.Sprintf(delivers, "media_port", 200, "[next_url]", "", hungUp)
	}
	return fmt.Sprintf(delivers, "rtpstream_audio_port", 200, "[next_url]", "", fmt.Sprintf(sendsTone, file)+hungUp)
}

// carrier lets sipp make one call from the carrier's address; over gives how it
// went.
func carrier(t *testing.T, a *App, scenario string, more ...string) (over <-chan error) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "call.xml"), []byte(scenario), 0o600))
	ctx, cancel := context.WithTimeout(context.Background(), 80*time.Second)
	args := append([]string{"-sf", filepath.Join(dir, "call.xml"), "-i", carrierAt, "-mi", carrierAt, "-p", fmt.Sprint(siptest.FreePort(t)), "-mp", fmt.Sprint(siptest.FreePort(t)),
		"-s", number, "-m", "1", "-nostdin", "-timeout", "70s", "-trace_err", "-error_file", filepath.Join(dir, "errors")}, more...)
	cmd := exec.CommandContext(ctx, "sipp", append(args, a.sip.Addr().String())...)
	cmd.Dir = dir
	var screen bytes.Buffer
	cmd.Stdout, cmd.Stderr = &screen, &screen
	must(t, cmd.Start())
	ended, done := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(done)
		err := cmd.Wait()
		if err != nil {
			said, _ := os.ReadFile(filepath.Join(dir, "errors"))
			err = fmt.Errorf("sipp: %w\n%s\n%s", err, said, screen.Bytes()[max(0, screen.Len()-3000):])
		}
		ended <- err
	}()
	t.Cleanup(func() { cancel(); <-done })
	return ended
}

// ulaw writes two seconds of a tone as a carrier's announcement files are.
func ulaw(t *testing.T, hz float64) (file string) {
	t.Helper()
	b := make([]byte, 16000)
	for i := range b {
		b[i] = webrtctest.Ulaw(int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/8000)))
	}
	file = filepath.Join(t.TempDir(), "tone.ulaw")
	must(t, os.WriteFile(file, b, 0o600))
	return file
}

// TestCarrier is sipp as a trunk that an administrator has set up: its calls to
// a number go through the queue to an agent, with sound both ways.
func TestCarrier(t *testing.T) {
	a := running(t, db.SQLite)
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	trunk, err := k.c.call("POST", "/api/trunks", object{"name": accesstest.Unique("Carrier "), "addresses": []string{carrierAt}})
	must(t, err)
	_, err = k.c.call("POST", "/api/entries", object{"name": "Hotline", "kind": "number", "number": "+" + number, "trunkId": trunk["id"], "serviceId": k.serviceID})
	must(t, err)
	path := fmt.Sprintf("/api/trunks/%s", trunk["id"])
	known := func() bool {
		for _, st := range a.sip.Status() {
			if st.TrunkID == trunk["id"] {
				return true
			}
		}
		return false
	}
	until(t, "the trunk", known)
	t.Run("[M-30/trunks] [M-15/numbers] a carrier's call to a number waits, rings and is taken: the agent hears the carrier's sound", func(t *testing.T) {
		over := carrier(t, a, taken(t, ulaw(t, 500)))
		k.rung(t)
		agent := k.on(t, 900)
		until(t, "the carrier's tone", func() bool { return agent.Tone(500) > loud })
		must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
		must(t, <-over)
		k.wrapsUp(t, call.ByAgent)
		if last := k.last(t); last.Number != "+79161234567" || last.Source != call.SourceSIP || last.State != call.StateEnded {
			t.Errorf("recorded %+v", last)
		}
	})
	t.Run("[M-30/trunks] [M-15/numbers] what the agent says reaches the carrier, who sends it back as it came", func(t *testing.T) {
		over := carrier(t, a, taken(t, ""), "-rtp_echo")
		k.rung(t)
		agent := k.on(t, 900)
		until(t, "the echo", func() bool { return agent.Tone(900) > loud })
		agent.Say(700)
		until(t, "the echo of another tone", func() bool { return agent.Tone(700) > loud && agent.Tone(900) < quiet })
		must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
		must(t, <-over)
		k.wrapsUp(t, call.ByAgent)
	})
	t.Run("[M-30/trunks] a trunk that is switched off is a stranger: 403, and nothing is recorded", func(t *testing.T) {
		k.put(t, path, object{"active": false})
		until(t, "the end of the trunk", func() bool { return !known() })
		before := k.last(t).ID
		must(t, <-carrier(t, a, fmt.Sprintf(delivers, "media_port", 403, "sip:[service]@[remote_ip]:[remote_port]", "-4", "")))
		if last := k.last(t).ID; last != before {
			t.Errorf("call %s was recorded", last)
		}
	})
	t.Run("[M-30/trunks] switched on again it delivers", func(t *testing.T) {
		k.put(t, path, object{"active": true})
		until(t, "the trunk", known)
		over := carrier(t, a, taken(t, ulaw(t, 600)))
		k.rung(t)
		agent := k.on(t, 900)
		until(t, "the carrier's tone", func() bool { return agent.Tone(600) > loud })
		must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
		must(t, <-over)
	})
}
