package app

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

// BenchmarkCall is a call through the whole program, in as many places at once
// as there are agents: INVITE, music, offer, the agent's browser, talk, end,
// finish. Telephones and browsers share the machine and the process, so cpu-ms
// counts them too; half of it is the browser's key exchange.
func BenchmarkCall(b *testing.B) {
	for _, agents := range []int{1, 8} {
		b.Run(fmt.Sprintf("%dagents", agents), func(b *testing.B) {
			a := running(b, db.SQLite)
			c := ownCentre(b, a)
			counters := make([]*counter, agents)
			for i := range counters {
				k, err := c.open(b.Context())
				must(b, err)
				k.hotline(b, fmt.Sprintf("7495123456%d", i))
				must(b, k.do("POST", "/api/desk/state", object{"state": "ready"}))
				counters[i] = k
			}
			calls := make(chan struct{}, b.N)
			for range b.N {
				calls <- struct{}{}
			}
			close(calls)
			var all sync.WaitGroup
			var mu sync.Mutex
			var music, talk time.Duration
			used := spent(b)
			b.ResetTimer()
			for i, k := range counters {
				all.Go(func() {
					for range calls {
						m, t := k.wholeCall(b, fmt.Sprintf("7495123456%d", i))
						mu.Lock()
						music, talk = music+m, talk+t
						mu.Unlock()
					}
				})
			}
			all.Wait()
			n := float64(b.N)
			b.ReportMetric(float64(music.Milliseconds())/n, "ms-to-music")
			b.ReportMetric(float64(talk.Milliseconds())/n, "ms-accept-to-talk")
			b.ReportMetric(float64((spent(b)-used).Milliseconds())/n, "cpu-ms/call")
			b.ReportMetric(n/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// spent is the CPU time of this process.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// wholeCall makes one call and takes it: how long until the caller heard
// something, and how long from accepting until the caller heard the agent.
func (k *counter) wholeCall(b *testing.B, to string) (music, talk time.Duration) {
	ear, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(b, err)
	defer func() { _ = ear.Close() }()
	s := newStranger(b, "127.0.0.1", k.c.app.sip.Addr())
	s.to = to
	began := time.Now()
	s.say(b, "INVITE", 1, "a", "", strings.Replace(invitation, "audio 9 ", fmt.Sprintf("audio %d ", ear.LocalAddr().(*net.UDPAddr).Port), 1))
	ok := s.hear(b, func(m string) bool { return strings.HasPrefix(m, "SIP/2.0 200") })
	s.say(b, "ACK", 1, "b", tagOf(ok), "")
	hears(b, ear, 0)
	music = time.Since(began)

	offer, err := hear(k.news, "offer.opened")
	must(b, err)
	k.segment, _ = offer["segmentId"].(string)
	agent, err := k.line()
	must(b, err)
	agent.Say(900)
	began = time.Now()
	must(b, k.accept())
	hears(b, ear, 900)
	talk = time.Since(began)

	must(b, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
	bye := s.hear(b, func(m string) bool { return strings.HasPrefix(m, "BYE ") })
	var same []string
	for _, line := range strings.Split(bye, "\r\n") {
		for _, name := range []string{"Via:", "From:", "To:", "Call-ID:", "CSeq:"} {
			if strings.HasPrefix(line, name) {
				same = append(same, line)
			}
		}
	}
	_, err = fmt.Fprintf(s.conn, "SIP/2.0 200 OK\r\n%s\r\nContent-Length: 0\r\n\r\n", strings.Join(same, "\r\n"))
	must(b, err)
	agent.Close()
	must(b, k.do("POST", "/api/segments/"+k.segment+"/finish", object{"comment": ""}))
	return music, talk
}

// hears reads sound until the frequency is in it; 0 is any sound.
func hears(b *testing.B, ear *net.UDPConn, hz float64) {
	b.Helper()
	buf := make([]byte, 2048)
	var heard []int16
	must(b, ear.SetReadDeadline(time.Now().Add(20*time.Second)))
	for {
		n, err := ear.Read(buf)
		must(b, err)
		if hz == 0 {
			return
		}
		for _, u := range buf[min(12, n):n] {
			heard = append(heard, webrtctest.FromUlaw(u))
		}
		if n := len(heard); n > 480 {
			heard = heard[n-480:]
		}
		if len(heard) == 480 && siptest.Level(heard, hz) > 0.8 {
			return
		}
	}
}
