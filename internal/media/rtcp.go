package media

import (
	"encoding/binary"
	"sync"
	"time"
)

// RTCP (RFC 3550, 6): reports go out every five seconds, what comes back tells
// how we are heard.
const (
	rtcpSR   = 200
	rtcpRR   = 201
	rtcpSDES = 202
	rtcpBYE  = 203

	rtcpInterval = 5 * time.Second
)

// isRTCP tells RTCP from RTP on one port (RFC 5761, 4).
func isRTCP(b []byte) bool { return len(b) >= 8 && b[0]>>6 == 2 && b[1] >= 192 && b[1] <= 223 }

// A block reports about one source.
type block struct {
	ssrc     uint32
	fraction uint8 // lost, of 256
	lost     int32 // 24 bits
	highest  uint32
	jitter   uint32
	lsr      uint32 // middle of the NTP time of the last sender report
	delay    uint32 // since then, in 1/65536 s
}

// A report is what one SR or RR says.
type report struct {
	ssrc   uint32
	sender bool
	ntp    uint64
	ts     uint32
	packets,
	octets uint32
	blocks []block
}

// parseRTCP calls f for every report of a compound packet; false when it is
// malformed, what came before counts.
func parseRTCP(b []byte, f func(r report)) bool {
	if len(b) < 8 {
		return false
	}
	be := binary.BigEndian
	for len(b) > 0 {
		if len(b) < 4 || b[0]>>6 != 2 {
			return false
		}
		size := 4 * (int(be.Uint16(b[2:])) + 1)
		if size > len(b) {
			return false
		}
		count, kind, body := int(b[0]&31), b[1], b[4:size]
		b = b[size:]
		if kind != rtcpSR && kind != rtcpRR {
			continue
		}
		if len(body) < 4 {
			return false
		}
		r := report{ssrc: be.Uint32(body)}
		body = body[4:]
		if kind == rtcpSR {
			if len(body) < 20 {
				return false
			}
			r.sender, r.ntp, r.ts, r.packets, r.octets = true, be.Uint64(body), be.Uint32(body[8:]), be.Uint32(body[12:]), be.Uint32(body[16:])
			body = body[20:]
		}
		if len(body) < 24*count {
			return false
		}
		for range count {
			lost := int32(be.Uint32(body[4:])<<8) >> 8
			r.blocks = append(r.blocks, block{be.Uint32(body), body[4], lost, be.Uint32(body[8:]), be.Uint32(body[12:]), be.Uint32(body[16:]), be.Uint32(body[20:])})
			body = body[24:]
		}
		f(r)
	}
	return true
}

// appendReport writes an SR or RR.
func appendReport(b []byte, r report) []byte {
	be := binary.BigEndian
	kind, words := byte(rtcpRR), 1+6*len(r.blocks)
	if r.sender {
		kind, words = rtcpSR, words+5
	}
	b = append(b, 2<<6|byte(len(r.blocks)), kind)
	b = be.AppendUint16(b, uint16(words))
	b = be.AppendUint32(b, r.ssrc)
	if r.sender {
		b = be.AppendUint64(b, r.ntp)
		b = be.AppendUint32(b, r.ts)
		b = be.AppendUint32(b, r.packets)
		b = be.AppendUint32(b, r.octets)
	}
	for _, k := range r.blocks {
		b = be.AppendUint32(b, k.ssrc)
		b = be.AppendUint32(b, uint32(k.fraction)<<24|uint32(max(-1<<23, min(1<<23-1, k.lost)))&0xFFFFFF)
		b = be.AppendUint32(b, k.highest)
		b = be.AppendUint32(b, k.jitter)
		b = be.AppendUint32(b, k.lsr)
		b = be.AppendUint32(b, k.delay)
	}
	return b
}

// appendName writes an SDES packet with a CNAME, which every compound needs.
func appendName(b []byte, ssrc uint32, name string) []byte {
	body := append(binary.BigEndian.AppendUint32(nil, ssrc), 1, byte(len(name)))
	body = append(body, name...)
	body = append(body, 0)
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	b = append(b, 2<<6|1, rtcpSDES)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)/4))
	return append(b, body...)
}

func appendBye(b []byte, ssrc uint32) []byte {
	return binary.BigEndian.AppendUint32(append(b, 2<<6|1, rtcpBYE, 0, 1), ssrc)
}

// ntpTime is t as RTCP writes it: seconds since 1900 in 32.32 bits.
func ntpTime(t time.Time) uint64 {
	const epoch = 2208988800
	return uint64(t.Unix()+epoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// A reporter makes one leg's reports and understands the far end's.
type reporter struct {
	leg  *Leg
	name string

	mu       sync.Mutex
	lsr      uint32 // of the far end's last sender report
	lsrAt    time.Time
	expected uint64 // at our last report
	received uint64
}

// take enters a compound packet of the far end.
func (r *reporter) take(b []byte, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ssrc := r.leg.out.ssrc
	parseRTCP(b, func(in report) {
		if in.sender {
			r.lsr, r.lsrAt = uint32(in.ntp>>16), now
		}
		for _, k := range in.blocks {
			if k.ssrc != ssrc {
				continue
			}
			var rtt time.Duration
			if k.lsr != 0 {
				if d := int32(uint32(ntpTime(now)>>16) - k.lsr - k.delay); d > 0 {
					rtt = time.Duration(d) * time.Second >> 16
				}
			}
			if rtt > 10*time.Second { // an answer to nothing we sent
				rtt = 0
			}
			r.leg.FarReport(float64(k.fraction)/256, time.Duration(min(k.jitter, 10*clockRate))*(time.Second/clockRate), rtt)
		}
	})
}

// make writes our compound packet.
func (r *reporter) make(now time.Time, bye bool) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.leg.sending(now)
	out.ntp = ntpTime(now)
	if k, f, ok := r.leg.receiving(); ok {
		expected, received := f.expected-r.expected, f.received-r.received
		if f.expected < r.expected || f.received < r.received {
			expected, received = 0, 0
		}
		r.expected, r.received = f.expected, f.received
		if expected > received {
			k.fraction = uint8(min(255, 256*(expected-received)/expected))
		}
		k.lost = int32(min(1<<23-1, f.lost()))
		if r.lsr != 0 {
			k.lsr, k.delay = r.lsr, uint32(now.Sub(r.lsrAt)*65536/time.Second)
		}
		out.blocks = []block{k}
	}
	b := appendName(appendReport(nil, out), out.ssrc, r.name)
	if bye {
		b = appendBye(b, out.ssrc)
	}
	return b
}

// sending is the sender's half of a report.
func (l *Leg) sending(now time.Time) report {
	s := &l.out
	s.mu.Lock()
	defer s.mu.Unlock()
	r := report{ssrc: s.ssrc, sender: s.packets > 0, packets: s.packets, octets: s.octets, ts: s.ts}
	if !s.at.IsZero() {
		r.ts += uint32(now.Sub(s.at) / (time.Second / clockRate))
	}
	return r
}

// receiving is the receiver's half.
func (l *Leg) receiving() (k block, f figures, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.src
	if !s.started {
		return k, f, false
	}
	return block{ssrc: s.ssrc, highest: s.highest - 1<<16, jitter: uint32(s.jitter)}, s.epochFigures(), true
}
