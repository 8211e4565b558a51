package sip

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	gosip "github.com/emiago/sipgo/sip"
)

func inviteFrom(t *testing.T, source, contact string, more ...string) *gosip.Request {
	t.Helper()
	m, err := gosip.ParseMessage([]byte("INVITE sip:2@us SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: \"A\" <sip:1@x>;tag=theirs\r\nTo: <sip:2@us>\r\nCall-ID: c\r\nCSeq: 5 INVITE\r\nContact: " +
		contact + "\r\n" + strings.Join(append(more, ""), "\r\n") + "Content-Length: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	m.SetSource(source)
	m.SetTransport("UDP")
	return m.(*gosip.Request)
}

func TestDialog(t *testing.T) {
	t.Run("[V-48/nat] a private Contact that came from a public address is answered where it came from", func(t *testing.T) {
		for _, c := range []struct{ source, contact, want string }{
			{"203.0.113.5:1024", "<sip:1@192.168.1.2:5060>", "203.0.113.5:1024"},
			{"203.0.113.5:1024", "<sip:1@100.64.3.2>", "203.0.113.5:1024"},
			{"203.0.113.5:5060", "<sip:1@198.51.100.7:5060>", "198.51.100.7:5060"},
			{"192.168.1.9:5060", "<sip:1@192.168.1.2:5080>", "192.168.1.2:5080"},
			{"203.0.113.5:5060", "<sip:1@sbc.example:5070>", "sbc.example:5070"},
		} {
			d := calledDialog(inviteFrom(t, c.source, c.contact), "ours")
			req, err := d.request(gosip.BYE, d.next())
			if err != nil || req.Destination() != c.want {
				t.Errorf("%+v: to %v, %v", c, req.Destination(), err)
			}
		}
	})
	t.Run("loose and strict routes", func(t *testing.T) {
		loose := calledDialog(inviteFrom(t, "192.0.2.1:5060", "<sip:1@far>", "Record-Route: <sip:p1;lr>", "Record-Route: <sip:p2;lr>, <sip:p3>"), "ours")
		req, err := loose.request(gosip.BYE, 2)
		if err != nil || req.Recipient.String() != "sip:1@far" || routes(req) != "sip:p1;lr sip:p2;lr sip:p3" || req.Destination() != "p1:5060" {
			t.Errorf("%v\n%v", err, req)
		}
		strict := calledDialog(inviteFrom(t, "192.0.2.1:5060", "<sip:1@far>", "Record-Route: <sip:p1>, <sip:p2;lr>"), "ours")
		req, err = strict.request(gosip.BYE, 2)
		if err != nil || req.Recipient.String() != "sip:p1" || routes(req) != "sip:p2;lr sip:1@far" {
			t.Errorf("%v\n%v", err, req)
		}
	})
	t.Run("what is stored is the whole dialog", func(t *testing.T) {
		d := calledDialog(inviteFrom(t, "203.0.113.5:1024", "<sip:1@192.168.1.2:5060>", "Record-Route: <sip:p1;lr>"), "ours")
		d.Trunk, d.Flow = "t", "203.0.113.5:1024"
		var back dialog
		if err := json.Unmarshal(d.stored(), &back); err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%v %+v", err, back)
		}
	})
	t.Run("who calls whom is read from what the trunk asserts", func(t *testing.T) {
		req := inviteFrom(t, "192.0.2.1:5060", "<sip:1@far>", `P-Asserted-Identity: "B" <sip:+7%34951112233;x=y@carrier;user=phone>`)
		if in := invite(req, nil); in.From != "+74951112233" || in.To != "2" {
			t.Errorf("%+v", in)
		}
		req = inviteFrom(t, "192.0.2.1:5060", "<sip:1@far>", "P-Asserted-Identity: tel:+78123334455;phone-context=x")
		if in := invite(req, nil); in.From != "+78123334455" {
			t.Errorf("%+v", in)
		}
	})
}

func routes(req *gosip.Request) string {
	var rs []string
	for _, h := range req.GetHeaders("Route") {
		rs = append(rs, h.(*gosip.RouteHeader).Address.String())
	}
	return strings.Join(rs, " ")
}
