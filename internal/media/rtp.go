package media

import "encoding/binary"

const headerSize = 12

// A packet is a view of an RTP packet's bytes (RFC 3550, 5.1).
type packet struct {
	marker   bool
	pt       uint8
	seq      uint16
	ts, ssrc uint32
	payload  []byte
}

// parsePacket gives false for what is no RTP packet. Contributing sources,
// extensions and padding are stepped over.
func parsePacket(b []byte) (p packet, ok bool) {
	if len(b) < headerSize || b[0]>>6 != 2 {
		return p, false
	}
	at := headerSize + 4*int(b[0]&0xF)
	if b[0]&0x10 != 0 {
		if len(b) < at+4 {
			return p, false
		}
		at += 4 + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		pad := int(b[end-1])
		if pad == 0 {
			return p, false
		}
		end -= pad
	}
	if at > end {
		return p, false
	}
	return packet{
		marker: b[1]&0x80 != 0, pt: b[1] & 0x7F,
		seq: binary.BigEndian.Uint16(b[2:]), ts: binary.BigEndian.Uint32(b[4:]), ssrc: binary.BigEndian.Uint32(b[8:]),
		payload: b[at:end],
	}, true
}

// appendPacket writes p to b.
func appendPacket(b []byte, p packet) []byte {
	m := p.pt
	if p.marker {
		m |= 0x80
	}
	b = append(b, 2<<6, m)
	b = binary.BigEndian.AppendUint16(b, p.seq)
	b = binary.BigEndian.AppendUint32(b, p.ts)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	return append(b, p.payload...)
}
