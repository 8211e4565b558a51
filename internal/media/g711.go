package media

// G.711 by tables: both laws are functions of a sample's upper bits (14 for µ,
// 12 for A), so a table of 16 K and one of 4 K hold them whole.

type ulaw struct{}
type alaw struct{}

var (
	ulawOf [1 << 14]byte
	alawOf [1 << 12]byte
	ofUlaw [256]int16
	ofAlaw [256]int16
)

// Silence as each law writes it.
const (
	ulawSilence = 0xFF
	alawSilence = 0xD5
)

func init() {
	for i := range ulawOf {
		ulawOf[i] = toUlaw(int(int16(i << 2)))
	}
	for i := range alawOf {
		alawOf[i] = toAlaw(int(int16(i << 4)))
	}
	for i := range 256 {
		ofUlaw[i] = fromUlaw(byte(i))
		ofAlaw[i] = fromAlaw(byte(i))
	}
}

// toUlaw finds segment and step of a sample's magnitude of 14 bits, biased by 33.
func toUlaw(x int) byte {
	sign := byte(0x80)
	if x < 0 {
		x, sign = ^x, 0
	}
	m := min(x>>2+33, 0x1FFF)
	seg := 0
	for m>>(seg+6) != 0 {
		seg++
	}
	return sign | byte(7-seg)<<4 | byte(0xF-(m>>(seg+1))&0xF)
}

func fromUlaw(c byte) int16 {
	m := ^c
	seg := m >> 4 & 7
	v := (int(m&0xF)<<3+0x84)<<seg - 0x84
	if c < 0x80 {
		v = -v
	}
	return int16(v)
}

// toAlaw does the same with 12 bits and no bias; every other bit goes out
// inverted.
func toAlaw(x int) byte {
	sign := byte(0x80)
	if x < 0 {
		x, sign = ^x, 0
	}
	m, seg := x>>4, 0
	if m > 15 {
		for seg = 1; m > 31; seg++ {
			m >>= 1
		}
		m -= 16
	}
	return (sign | byte(seg)<<4 | byte(m)) ^ 0x55
}

func fromAlaw(c byte) int16 {
	c ^= 0x55
	seg, v := c>>4&7, int(c&0xF)<<4+8
	if seg > 0 {
		v = (v + 0x100) << (seg - 1)
	}
	if c < 0x80 {
		v = -v
	}
	return int16(v)
}

func (ulaw) encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm))
	for i, x := range pcm[:n] {
		dst[i] = ulawOf[uint16(x)>>2]
	}
	return n
}

func (ulaw) decode(pcm []int16, src []byte) int {
	n := min(len(pcm), len(src))
	for i, c := range src[:n] {
		pcm[i] = ofUlaw[c]
	}
	return n
}

func (alaw) encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm))
	for i, x := range pcm[:n] {
		dst[i] = alawOf[uint16(x)>>4]
	}
	return n
}

func (alaw) decode(pcm []int16, src []byte) int {
	n := min(len(pcm), len(src))
	for i, c := range src[:n] {
		pcm[i] = ofAlaw[c]
	}
	return n
}
