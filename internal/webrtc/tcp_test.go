package webrtc_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/media"
	"parley/internal/run"
	"parley/internal/webrtc"
	"parley/internal/webrtc/webrtctest"
)

func TestTCP(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  webrtc.Config
	}{
		{"at the port of UDP", webrtc.Config{}},
		{"at all of a machine's addresses", webrtc.Config{Listen: "0.0.0.0:0"}},
		{"at an address of its own", webrtc.Config{TCP: "127.0.0.1:0"}},
		{"behind a translated address", webrtc.Config{Listen: "0.0.0.0:0", PublicAddress: netip.MustParseAddr("127.0.0.3")}},
	} {
		t.Run("[V-43/browser] a browser whose network lets no UDP out talks over TCP, "+c.name, func(t *testing.T) {
			c.cfg.Group = run.New(context.Background())
			e := open(t, c.cfg)
			room := media.NewRoom(c.cfg.Group)
			defer room.Close()
			customer, customerLeg, ev := connect(t, e, webrtctest.NewTCP(t))
			agent, agentLeg, _ := dial(t, e)
			room.Join(customerLeg.Media())
			room.Join(agentLeg.Media())
			customer.Say(700)
			agent.Say(1100)
			until(t, "both hear the other", func() bool { return customer.Tone(1100) > 0.9 && agent.Tone(700) > 0.9 })
			customer.Close()
			ev.wait(t, call.LegEnded)
			agent.Close()
			until(t, "the places are free", func() bool { return e.Open() == 0 })
		})
	}
	t.Run("[V-43/browser] switched off there is none", func(t *testing.T) {
		e := open(t, webrtc.Config{TCP: webrtc.Off})
		if c, err := net.Dial("tcp", e.Address().String()); err == nil {
			_ = c.Close()
			t.Error("somebody listens")
		}
	})
}

// TestTCPStrangers lets strangers connect who say nothing.
func TestTCPStrangers(t *testing.T) {
	t.Parallel()
	e := open(t, webrtc.Config{})
	const allowed = 500
	var all []net.Conn
	for range allowed + 1 {
		c, err := net.Dial("tcp", e.Address().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		all = append(all, c)
	}
	closed := func(c net.Conn, within time.Duration) bool {
		_ = c.SetReadDeadline(time.Now().Add(within))
		_, err := c.Read(make([]byte, 1))
		return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
	}
	if !closed(all[allowed], 4*time.Second) {
		t.Error("one address may have more than its share")
	}
	if closed(all[0], time.Millisecond) {
		t.Error("the first was not waited for")
	}
	for _, c := range all[:allowed] {
		if !closed(c, 15*time.Second) {
			t.Fatal("who says nothing stays")
		}
	}
	connect(t, e, webrtctest.NewTCP(t))
}
