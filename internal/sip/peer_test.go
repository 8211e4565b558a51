package sip_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

// peer is a far end that speaks as no phone would: messages at exact times, twice
// or crossing each other, which sipp cannot do.
type peer struct {
	t    *testing.T
	conn *net.UDPConn
	to   netip.AddrPort
	id   string
}

func newPeer(t *testing.T, to netip.AddrPort) *peer {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &peer{t: t, conn: c, to: to, id: gosip.GenerateTagN(12)}
}

func (p *peer) addr() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (p *peer) write(text string) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort([]byte(text), p.to); err != nil {
		p.t.Fatal(err)
	}
}

const plainSDP = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"

// say sends a request; toTag is ours, once known.
func (p *peer) say(method string, seq int, branch, toTag, body string, more ...string) {
	p.t.Helper()
	if toTag != "" {
		toTag = ";tag=" + toTag
	}
	headers := append([]string{
		fmt.Sprintf("Via: SIP/2.0/UDP %s;branch=z9hG4bK%s%s;rport", p.addr(), p.id, branch),
		"From: <sip:1@127.0.0.1>;tag=" + p.id, "To: <sip:2@127.0.0.1>" + toTag, "Call-ID: " + p.id,
		fmt.Sprintf("CSeq: %d %s", seq, method), fmt.Sprintf("Contact: <sip:1@%s>", p.addr()), "Max-Forwards: 70",
	}, more...)
	if body != "" {
		headers = append(headers, "Content-Type: application/sdp")
	}
	p.write(fmt.Sprintf("%s sip:2@%s SIP/2.0\r\n%s\r\nContent-Length: %d\r\n\r\n%s", method, p.to, strings.Join(headers, "\r\n"), len(body), body))
}

// answer sends a response to a request that came.
func (p *peer) answer(req *gosip.Request, code int, tag, body string, more ...string) {
	p.t.Helper()
	res := gosip.NewResponseFromRequest(req, code, "Reason", nil)
	if tag != "" {
		to := res.To()
		to.Params.Remove("tag")
		to.Params.Add("tag", tag)
	}
	res.AppendHeader(gosip.NewHeader("Contact", fmt.Sprintf("<sip:far@%s>", p.addr())))
	for _, h := range more {
		name, value, _ := strings.Cut(h, ": ")
		res.AppendHeader(gosip.NewHeader(name, value))
	}
	if body != "" {
		res.AppendHeader(gosip.NewHeader("Content-Type", "application/sdp"))
		res.SetBody([]byte(body))
	}
	p.write(res.String())
}

// next gives the next message.
func (p *peer) next() gosip.Message {
	p.t.Helper()
	b := make([]byte, 65536)
	_ = p.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, from, err := p.conn.ReadFromUDPAddrPort(b)
	if err != nil {
		p.t.Fatal(err)
	}
	m, err := gosip.ParseMessage(b[:n])
	if err != nil {
		p.t.Fatalf("%v in %q", err, b[:n])
	}
	m.SetSource(from.String())
	m.SetTransport("UDP")
	return m
}

// response waits for a final response, or the named provisional one, to a method.
func (p *peer) response(method string, code int) *gosip.Response {
	p.t.Helper()
	for {
		res, ok := p.next().(*gosip.Response)
		if !ok || string(res.CSeq().MethodName) != method || res.StatusCode < 200 && res.StatusCode != code {
			continue
		}
		if res.StatusCode != code {
			p.t.Fatalf("%s was answered with %d, want %d", method, res.StatusCode, code)
		}
		return res
	}
}

// request waits for a request of a method; others and responses are passed over.
func (p *peer) request(method string) *gosip.Request {
	p.t.Helper()
	for {
		if req, ok := p.next().(*gosip.Request); ok && string(req.Method) == method {
			return req
		}
	}
}

func tagOf(m gosip.Message) string { return m.To().Params.GetOr("tag", "") }
