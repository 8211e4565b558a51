package sip_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

// TestTorture sends the messages of RFC 4475 (testdata/rfc4475, by the names the
// RFC gives them), over UDP and TCP. What cannot be read has no answer; nothing
// may keep the server from answering the next request.
func TestTorture(t *testing.T) {
	files, err := filepath.Glob("testdata/rfc4475/*.dat")
	if err != nil || len(files) < 49 {
		t.Fatalf("%d messages, %v", len(files), err)
	}
	want := map[string]int{ // the answers RFC 4475 asks of an end like this one
		"unkscm": 416, "bext01": 420, "insuf": 400, "mismatch01": 400, "mismatch02": 400, "invut": 415,
		"lwsdisp": 200, "semiuri": 200, "transports": 200, "zeromf": 200, "regaut01": 405, "cparam02": 405,
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".dat")
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("[V-48/torture] "+name, func(t *testing.T) {
			s, _ := edge(t, &room{})
			p := newPeer(t, s.Addr())
			p.write(string(viaBack(b)))
			if code := want[name]; code != 0 {
				for {
					if res, ok := p.next().(*gosip.Response); ok && res.StatusCode != 100 {
						if res.StatusCode != code {
							t.Fatalf("answered with %d, want %d", res.StatusCode, code)
						}
						break
					}
				}
			}
			c, err := net.Dial("tcp", s.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_, _ = c.Write(b)
			_ = c.(*net.TCPConn).CloseWrite()
			_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // whatever it says
			_, _ = c.Read(make([]byte, 65536))
			_ = c.Close()
			after := newPeer(t, s.Addr())
			after.say("OPTIONS", 1, "alive", "", "")
			after.response("OPTIONS", 200)
		})
	}
}

// viaBack has answers come back to the socket a message is sent from, as rport does.
func viaBack(b []byte) []byte {
	return []byte(strings.Replace(string(b), ";branch=", ";rport;branch=", 1))
}

// TestMalformedSDP offers session descriptions that are none.
func TestMalformedSDP(t *testing.T) {
	s, _ := edge(t, &room{})
	for name, body := range map[string]string{
		"nothing in it":     "v=0\r\n",
		"not a description": "hello\r\n",
		"no connection":     "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9000 RTP/AVP 8\r\n",
		"bad address":       strings.Replace(plainSDP, "c=IN IP4 127.0.0.1", "c=IN IP4 999.1.1.1", 1),
		"multicast":         strings.Replace(plainSDP, "c=IN IP4 127.0.0.1", "c=IN IP4 224.2.1.1/127", 1),
		"bad port":          strings.Replace(plainSDP, "9000", "99999999999", 1),
		"negative port":     strings.Replace(plainSDP, "9000", "-5", 1),
		"many media":        plainSDP + strings.Repeat("m=audio 9000 RTP/AVP 8\r\n", 200),
		"binary":            "v=0\r\n\x00\xff\xfe\r\nm=audio",
		"endless line":      "v=0\r\no=" + strings.Repeat("x", 30_000) + "\r\n",
	} {
		t.Run("[V-48/malformed-sdp] "+name, func(t *testing.T) {
			p := newPeer(t, s.Addr())
			p.say("INVITE", 1, "a", "", body)
			for {
				res, ok := p.next().(*gosip.Response)
				if !ok || res.StatusCode == 100 {
					continue
				}
				if res.StatusCode != 400 && res.StatusCode != 488 {
					t.Fatalf("answered with %d", res.StatusCode)
				}
				return
			}
		})
	}
}
