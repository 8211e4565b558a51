package media

import (
	"encoding/binary"
	"strings"
)

// Telephone events (RFC 4733): a digit is a run of packets with one timestamp,
// its start; the last packet is marked as the end and sent three times.
const (
	eventNames = "0123456789*#ABCD"
	eventSize  = 4
)

type event struct {
	code     uint8
	end      bool
	volume   uint8
	duration uint16
}

func parseEvent(b []byte) (e event, ok bool) {
	if len(b) < eventSize {
		return e, false
	}
	return event{code: b[0], end: b[1]&0x80 != 0, volume: b[1] & 0x3F, duration: binary.BigEndian.Uint16(b[2:])}, true
}

func appendEvent(b []byte, e event) []byte {
	v := e.volume & 0x3F
	if e.end {
		v |= 0x80
	}
	return binary.BigEndian.AppendUint16(append(b, e.code, v), e.duration)
}

// eventCode gives the code of a digit.
func eventCode(d byte) (uint8, bool) {
	i := strings.IndexByte(eventNames, d)
	return uint8(i), i >= 0
}

// eventTaker finds the digits in a far end's packets.
type eventTaker struct {
	known    bool
	ts       uint32 // of the digit that came last
	code     uint8
	ended    bool
	duration uint16
}

// take gives the digit when its first packet comes, whichever of them that is:
// the digit is not lost when the first, or the end, is.
func (t *eventTaker) take(p packet) (digit string) {
	e, ok := parseEvent(p.payload)
	if !ok || int(e.code) >= len(eventNames) {
		return ""
	}
	if t.known && p.ts == t.ts {
		t.ended = t.ended || e.end
		t.duration = max(t.duration, e.duration)
		return ""
	}
	if t.known && int32(p.ts-t.ts) < 0 && int32(t.ts-p.ts) < 2*clockRate {
		return "" // a digit before, out of order
	}
	// A key held longer than the duration can say goes on under a new timestamp
	// (RFC 4733, 2.5.1.3).
	goesOn := t.known && !t.ended && !p.marker && e.code == t.code && p.ts == t.ts+uint32(t.duration)
	*t = eventTaker{known: true, ts: p.ts, code: e.code, ended: e.end, duration: e.duration}
	if goesOn {
		return ""
	}
	return eventNames[e.code : e.code+1]
}
