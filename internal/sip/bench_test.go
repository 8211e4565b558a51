package sip_test

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/run"
	"parley/internal/sip"
)

// BenchmarkSetup is calls per second, INVITE → 200 → ACK → BYE → 200, with their
// sound's ports, beside sipgo answering the same with a fixed 200 and keeping
// nothing. Caller and server share the machine.
func BenchmarkSetup(b *testing.B) {
	for _, callers := range []int{8, 64} {
		b.Run(strconv.Itoa(callers)+" callers", func(b *testing.B) { setup(b, callers) })
	}
}

func setup(b *testing.B, callers int) {
	b.Run("edge", func(b *testing.B) {
		s := sip.New(sip.Config{
			Listen: "127.0.0.1:0", Calls: &room{}, Trunks: &trunkList{ts: []sip.Trunk{{ID: "x", Addresses: []string{"127.0.0.0/8"}, Codecs: []string{"pcma"}}}},
			Limits: sip.Limits{CallsPerSecond: 1_000_000, Packets: 10_000_000, Legs: 1_000_000}, Timers: sip.Timers{Ping: time.Hour},
		})
		g := run.New(context.Background())
		if err := s.Start(g); err != nil {
			b.Fatal(err)
		}
		callMany(b, s.Addr(), callers)
		_ = g.Stop(5 * time.Second)
	})
	b.Run("bare sipgo", func(b *testing.B) {
		tp := gosip.NewTransportLayer(net.DefaultResolver, gosip.NewParser(), nil)
		tx := gosip.NewTransactionLayer(tp)
		tx.OnRequest(func(req *gosip.Request, tx *gosip.ServerTx) {
			if req.IsAck() {
				tx.Terminate()
				return
			}
			res := gosip.NewResponseFromRequest(req, 200, "OK", []byte(plainSDP))
			res.AppendHeader(gosip.NewHeader("Contact", "<sip:127.0.0.1>"))
			_ = tx.Respond(res)
		})
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		go func() { _ = tp.ServeUDP(c) }()
		callMany(b, c.LocalAddr().(*net.UDPAddr).AddrPort(), callers)
		tx.Close()
		_ = tp.Close()
		_ = c.Close()
	})
}

// callMany makes b.N calls from so many callers.
func callMany(b *testing.B, to netip.AddrPort, callers int) {
	next := make(chan struct{}, callers)
	var all sync.WaitGroup
	b.ResetTimer()
	for range callers {
		all.Go(func() {
			c, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(to))
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = c.Close() }()
			for range next {
				if !callOnce(c, to) {
					b.Error("no answer")
					return
				}
			}
		})
	}
	for range b.N {
		next <- struct{}{}
	}
	close(next)
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

func callOnce(c *net.UDPConn, to netip.AddrPort) bool {
	id, at := gosip.GenerateTagN(16), c.LocalAddr().String()
	buf := make([]byte, 4096)
	say := func(method, seq, branch, tag, body string) {
		_, _ = c.Write([]byte(method + " sip:2@" + to.String() + " SIP/2.0\r\nVia: SIP/2.0/UDP " + at + ";branch=z9hG4bK" + id + branch + "\r\nFrom: <sip:1@x>;tag=1\r\nTo: <sip:2@x>" + tag +
			"\r\nCall-ID: " + id + "\r\nCSeq: " + seq + " " + method + "\r\nContact: <sip:1@" + at + ">\r\nContent-Type: application/sdp\r\n\r\n" + body))
	}
	answer := func(seq string, again func()) string {
		for range 8 {
			_ = c.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
			n, err := c.Read(buf)
			if err != nil {
				again()
				continue
			}
			if s := string(buf[:n]); strings.HasPrefix(s, "SIP/2.0 200") && strings.Contains(s, id) && strings.Contains(s, "CSeq: "+seq) {
				_, tag, _ := strings.Cut(s, "To: <sip:2@x>")
				tag, _, _ = strings.Cut(tag, "\r\n")
				return tag
			}
		}
		return ""
	}
	invite := func() { say("INVITE", "1", "a", "", plainSDP) }
	invite()
	tag := answer("1 INVITE", invite)
	say("ACK", "1", "b", tag, "")
	bye := func() { say("BYE", "2", "c", tag, "") }
	bye()
	return tag != "" && answer("2 BYE", bye) != ""
}
