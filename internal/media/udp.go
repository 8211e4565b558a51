package media

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// latchTime is how long after SetRemote a phone may turn out to send from another
// address than it said, as behind NAT.
const latchTime = 5 * time.Second

// UDPConfig says where a UDP stream listens.
type UDPConfig struct {
	Local netip.Addr
	Ports *Ports
	// Name is the CNAME of RTCP; it must say nothing about the machine.
	Name string
}

// UDP is a Stream to a phone: RTP on one port, RTCP on the next or on the same.
// A leg that it is connected to reports over it by itself.
type UDP struct {
	cfg       UDPConfig
	rtp, rtcp *socket
	port      uint16
	done      chan struct{}

	mu     sync.Mutex // no other lock is taken under it
	closed bool
	to     latch // RTP
	back   latch // RTCP
	mux    bool
	rep    *reporter
}

// A latch learns where a far end really is.
type latch struct {
	said   netip.AddrPort // in SDP
	found  netip.AddrPort // where packets come from
	until  time.Time      // other addresses are believed so long
	closed bool           // found is certain
}

// expect takes the address that SDP says.
func (l *latch) expect(a netip.AddrPort, now time.Time) {
	a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	if l.said == a {
		return
	}
	*l = latch{said: a, until: now.Add(latchTime)}
}

// take says whether a packet from a is the far end's. The address of SDP always
// is; another port of its host, or another host while the window is open, is
// believed as long as nothing comes from where SDP says.
func (l *latch) take(a netip.AddrPort, now time.Time) bool {
	a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	switch {
	case !l.said.IsValid():
		return false
	case a == l.said:
		l.found, l.closed = a, true
	case a == l.found:
	case l.closed:
		return false
	case a.Addr() == l.said.Addr() && !l.found.IsValid():
		l.found = a
	case now.Before(l.until) && !l.found.IsValid():
		l.found = a
	default:
		return false
	}
	return true
}

// at is where to send.
func (l *latch) at() netip.AddrPort {
	if l.found.IsValid() {
		return l.found
	}
	return l.said
}

// ListenUDP opens a pair of ports. Nothing is sent before SetRemote.
func ListenUDP(cfg UDPConfig) (*UDP, error) {
	rtp, rtcp, err := cfg.Ports.listen(cfg.Local)
	if err != nil {
		return nil, err
	}
	u := &UDP{cfg: cfg, port: portOf(rtp), done: make(chan struct{})}
	if u.rtp, u.rtcp, err = newSockets(rtp, rtcp); err != nil {
		cfg.Ports.release(u.port)
		return nil, err
	}
	return u, nil
}

// Port is the one for SDP's m= line; RTCP has the next.
func (u *UDP) Port() uint16 { return u.port }

// SetRemote says where the far end is, from the c= and m= lines of its SDP. Given
// another address than before, the far end may be looked for anew.
func (u *UDP) SetRemote(a netip.AddrPort) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	u.to.expect(a, now)
	if a.Port() < 1<<16-1 {
		u.back.expect(netip.AddrPortFrom(a.Addr(), a.Port()+1), now)
	}
}

// SetRTCP says where the far end wants RTCP: a=rtcp, or the zero value with mux
// for a=rtcp-mux.
func (u *UDP) SetRTCP(a netip.AddrPort, mux bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.mux = mux
	if a.IsValid() {
		u.back.expect(a, time.Now())
	}
}

// Remote is where packets go: where they come from, or where SDP says.
func (u *UDP) Remote() netip.AddrPort {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.to.at()
}

// ReadRTP takes the far end's RTP packets. RTCP on the same port is taken care
// of; strangers' packets are passed over.
func (u *UDP) ReadRTP(take func(b []byte, now time.Time)) error {
	return u.rtp.serve(func(b []byte, from netip.AddrPort, now time.Time) {
		if len(b) < headerSize && !isRTCP(b) || b[0]>>6 != 2 {
			return
		}
		u.mu.Lock()
		ok, rep := u.to.take(from, now), u.rep
		u.mu.Unlock()
		switch {
		case !ok:
		case !isRTCP(b):
			take(b, now)
		case rep != nil:
			rep.take(b, now)
		}
	})
}

// WriteRTP sends one packet, or drops it when the machine cannot send at once.
func (u *UDP) WriteRTP(b []byte) (int, error) {
	u.mu.Lock()
	to := u.to.at()
	u.mu.Unlock()
	if !to.IsValid() {
		return len(b), nil
	}
	return len(b), u.rtp.send(b, to)
}

// Close says goodbye by RTCP and frees the ports; they rest before they are given
// out again.
func (u *UDP) Close() error {
	u.mu.Lock()
	if u.closed {
		u.mu.Unlock()
		return nil
	}
	u.closed = true
	rep := u.rep
	close(u.done)
	u.mu.Unlock()
	if rep != nil {
		u.sendReport(rep, true)
	}
	err := u.rtp.Close()
	if e := u.rtcp.Close(); err == nil {
		err = e
	}
	u.cfg.Ports.release(u.port)
	return err
}

// reporting is a stream over which a leg exchanges RTCP.
type reporting interface{ report(l *Leg) }

func (u *UDP) report(l *Leg) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed || u.rep != nil {
		return
	}
	rep := &reporter{leg: l, name: u.cfg.Name}
	u.rep = rep
	l.g.Go("media rtcp read", func(context.Context) error { return u.readRTCP(rep) })
	l.g.Go("media rtcp", func(ctx context.Context) error { return u.reports(ctx, rep) })
}

// readRTCP ends when Close, which the leg's reader calls at the latest, closes
// the socket.
func (u *UDP) readRTCP(rep *reporter) error {
	err := u.rtcp.serve(func(b []byte, from netip.AddrPort, now time.Time) {
		if !isRTCP(b) {
			return
		}
		u.mu.Lock()
		// Whoever sends the sound reports about it.
		ok := from.Addr() == u.to.at().Addr()
		if ok {
			u.back.found = from
		}
		u.mu.Unlock()
		if ok {
			rep.take(b, now)
		}
	})
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// reports sends ours at random intervals around rtcpInterval (RFC 3550, 6.2).
func (u *UDP) reports(ctx context.Context, rep *reporter) error {
	timer := time.NewTimer(rtcpInterval / 2)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-u.done:
			return nil
		case <-timer.C:
		}
		u.sendReport(rep, false)
		timer.Reset(rtcpInterval/2 + rand.N(rtcpInterval))
	}
}

func (u *UDP) sendReport(rep *reporter, bye bool) {
	b := rep.make(time.Now(), bye)
	u.mu.Lock()
	w, to := u.rtcp, u.back.at()
	if u.mux {
		w, to = u.rtp, u.to.at()
	}
	u.mu.Unlock()
	if to.IsValid() {
		_ = w.send(b, to)
	}
}
