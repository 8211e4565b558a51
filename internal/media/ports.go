package media

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"parley/internal/fail"
)

// portRest is how long a closed pair is left alone: packets of the call before
// may still be on their way.
const portRest = 30 * time.Second

// Ports is a range of UDP ports, given out in pairs: an even one for RTP, the
// next for RTCP.
type Ports struct {
	first, pairs int

	mu     sync.Mutex
	next   int               // pair
	taken  map[int]bool      // by us
	closed map[int]time.Time // resting since
}

// NewPorts makes the range of first to last; first 0 lets the system choose.
func NewPorts(first, last uint16) (*Ports, error) {
	f := int(first) + int(first)&1
	p := &Ports{first: f, pairs: (int(last) - f + 1) / 2, taken: map[int]bool{}, closed: map[int]time.Time{}}
	if first == 0 {
		p.pairs = 0
	} else if p.pairs < 1 {
		return nil, fail.Invalid("rtpPorts", fmt.Sprintf("%d to %d holds no pair of ports", first, last))
	}
	return p, nil
}

// listen opens a pair.
func (p *Ports) listen(local netip.Addr) (rtp, rtcp *net.UDPConn, err error) {
	if p.pairs == 0 {
		return listenAny(local)
	}
	for range p.pairs {
		i, ok := p.take(time.Now())
		if !ok {
			break
		}
		if rtp, rtcp, err = listenPair(local, p.first+2*i); err == nil {
			return rtp, rtcp, nil
		}
		p.give(i, time.Now())
	}
	if err == nil {
		err = fmt.Errorf("all %d pairs of RTP ports from %d on are taken or rest", p.pairs, p.first)
	}
	return nil, nil, fail.Unavailable(err)
}

// take gives a pair that is neither taken nor resting, each in turn.
func (p *Ports) take(now time.Time) (pair int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range p.pairs {
		i := p.next
		p.next = (p.next + 1) % p.pairs
		if p.taken[i] {
			continue
		}
		if since, rests := p.closed[i]; rests && now.Sub(since) < portRest {
			continue
		}
		delete(p.closed, i)
		p.taken[i] = true
		return i, true
	}
	return 0, false
}

// give takes a pair back; it rests.
func (p *Ports) give(pair int, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.taken, pair)
	p.closed[pair] = now
}

// release takes back the pair of a port.
func (p *Ports) release(port uint16) {
	if p.pairs > 0 {
		p.give((int(port)-p.first)/2, time.Now())
	}
}

func listenPair(local netip.Addr, port int) (rtp, rtcp *net.UDPConn, err error) {
	rtp, err = listenUDP(local, port)
	if err != nil {
		return nil, nil, err
	}
	rtcp, err = listenUDP(local, port+1)
	if err != nil {
		_ = rtp.Close()
		return nil, nil, err
	}
	return rtp, rtcp, nil
}

// listenAny lets the system choose until a pair fits.
func listenAny(local netip.Addr) (rtp, rtcp *net.UDPConn, err error) {
	for range 50 {
		rtp, err = listenUDP(local, 0)
		if err != nil {
			return nil, nil, err
		}
		port := portOf(rtp)
		if port&1 == 0 {
			if rtcp, err = listenUDP(local, int(port)+1); err == nil {
				return rtp, rtcp, nil
			}
		}
		_ = rtp.Close()
	}
	return nil, nil, fail.Unavailable(fmt.Errorf("no pair of free UDP ports: %w", err))
}

func listenUDP(local netip.Addr, port int) (*net.UDPConn, error) {
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, uint16(port))))
}

func portOf(c *net.UDPConn) uint16 { return c.LocalAddr().(*net.UDPAddr).AddrPort().Port() }
