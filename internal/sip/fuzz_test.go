package sip

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	gosip "github.com/emiago/sipgo/sip"
)

// FuzzDescription: what parseSDP takes can be answered, and the answer is itself
// a description that agrees with what was chosen.
func FuzzDescription(f *testing.F) {
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0 8 9 101\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp:49200 IN IP4 192.0.2.9\r\na=rtcp-mux\r\na=sendonly\r\n"))
	f.Add([]byte("v=0\no=- 1 1 IN IP6 ::1\ns=-\nt=0 0\nm=video 1 RTP/AVP 31\nm=audio 5 RTP/AVPF 96\nc=IN IP6 ::1\na=rtpmap:96 pcma/8000/1\na=inactive\n"))
	f.Add([]byte("v=0\r\no=x 1 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\nm=image 9 udptl t38\r\nm=audio 9 RTP/SAVP 0\r\nm=audio 9 RTP/AVP 8\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := parseSDP(b)
		if err != nil {
			return
		}
		c, err := d.choose([]string{G722, PCMA, PCMU})
		if err != nil {
			t.Fatalf("no codec of %+v", d.types)
		}
		ours := local{addr: netip.MustParseAddrPort("192.0.2.7:20000"), id: 1, version: 1}
		answer, err := parseSDP(ours.answer(d, c))
		if err != nil {
			t.Fatalf("our answer is malformed: %v\n%s", err, ours.answer(d, c))
		}
		if len(answer.sections) != len(d.sections) || answer.audio != d.audio || answer.addr != ours.addr || answer.direction != mirror[d.direction] {
			t.Fatalf("offer %+v\nanswer %+v", d, answer)
		}
		if back, err := answer.choose([]string{c.name}); err != nil || back != c {
			t.Fatalf("chosen %+v, said %+v", c, back)
		}
	})
}

// FuzzMessage: whatever the stack parses is checked, answered and made a dialog
// of without a crash.
func FuzzMessage(f *testing.F) {
	files, _ := filepath.Glob("testdata/rfc4475/*.dat")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:a@h>\r\nRecord-Route: <sip:p;lr>\r\nP-Asserted-Identity: \"x\" <tel:+7;a=b>\r\nSession-Expires: 90;refresher=uac\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\n"))
	s := New(Config{Listen: "127.0.0.1:0", Public: "192.0.2.1"})
	f.Fuzz(func(t *testing.T, b []byte) {
		refusal(b, "UDP", "192.0.2.2:5060")
		m, err := gosip.ParseMessage(b)
		if err != nil {
			return
		}
		m.SetTransport("UDP")
		m.SetSource("192.0.2.2:5060")
		_, _ = gosip.ServerTxKeyMake(m)
		_, _ = gosip.ClientTxKeyMake(m)
		_ = withoutSecrets(m.String())
		_, _ = sdpOf(m)
		seconds(m, "Session-Expires", "x")
		switch m := m.(type) {
		case *gosip.Response:
			credentials(gosip.NewRequest(gosip.INVITE, gosip.Uri{Host: "h"}), m, &Registration{User: "u", Password: "p"})
			if m.To() != nil {
				again(t, dialog{CallID: "1", LocalTag: "1", LocalURI: "sip:a@h", RemoteURI: "sip:b@h", Target: "sip:b@h", Transport: "UDP"}.answered(m))
			}
		case *gosip.Request:
			if code, _ := check(m); code != 0 {
				_ = s.response(m, code, "tag").String()
				return
			}
			_ = invite(m, []Trunk{{Registration: &Registration{User: "1"}}})
			if m.Method == gosip.INVITE {
				again(t, calledDialog(m, "tag"))
			}
		}
	})
}

// again builds a request of a dialog; what can be built must be a message.
func again(t *testing.T, d dialog) {
	req, err := d.request(gosip.BYE, d.next())
	if err != nil {
		return
	}
	req.PrependHeader(&gosip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: "h"})
	m, err := gosip.ParseMessage([]byte(req.String()))
	if err != nil {
		return // an address that was parsed leniently need not be parsed again
	}
	if m.CSeq() != nil && m.CSeq().SeqNo != d.LocalSeq {
		t.Fatalf("CSeq %d became %d", d.LocalSeq, m.CSeq().SeqNo)
	}
}
