package media

// G.722 at 64 kbit/s: a quadrature mirror filter splits the band at 4 kHz, each
// half is ADPCM with a predictor of two poles and six zeros that adapts backward,
// so that the decoder follows from the bits alone. Names of the blocks are those
// of ITU-T G.722 (2012), clause 6.2; the tables are the Recommendation's.

var (
	g722QMF = [12]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}
	g722Q6  = [30]int32{0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919}
	g722ILN = [31]byte{0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4}
	g722ILP = [31]byte{0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32}
	g722QM4 = [16]int32{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}
	g722QM6 = [64]int32{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	g722QM2 = [4]int32{-7408, -1616, 7408, 1616}
	g722WL  = [16]int32{-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60} // by the code itself: WL[RL42[…]]
	g722WH  = [4]int32{798, -214, 798, -214}                                                              // WH[RH2[…]]
	g722ILB = [32]int32{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}
)

// g722Delay is how many samples the filters of both sides hold back: what is to
// go on from a decoder's sound without a seam begins so much later.
const g722Delay = 22

func saturate(v int32) int32 { return max(-32768, min(32767, v)) }

// A g722Band is the state of one half: what encoder and decoder share.
type g722Band struct {
	s, sz, sp int32    // prediction, its zero and its pole part
	a         [2]int32 // poles
	b         [6]int32 // zeros
	d         [6]int32 // differences, newest first
	r         [2]int32 // reconstructed signal
	p         [2]int32 // partly reconstructed signal
	nb, det   int32    // logarithm of the quantiser's scale, and the scale
}

// scale is LOGSCL/SCALEL and LOGSCH/SCALEH.
func (b *g722Band) scale(w, limit, shift int32) {
	b.nb = max(0, min(limit, b.nb*127>>7+w))
	v, down := g722ILB[b.nb>>6&31], shift-b.nb>>11
	if down < 0 {
		v <<= -down
	} else {
		v >>= down
	}
	b.det = v << 2
}

func sameSign(x, y int32) bool { return (x < 0) == (y < 0) }

// adapt is block 4: the predictor learns from the difference d and predicts the
// next sample.
func (b *g722Band) adapt(d int32) {
	r, p := saturate(b.s+d), saturate(b.sz+d)

	// UPPOL2
	w := saturate(b.a[0] << 2)
	if sameSign(p, b.p[0]) {
		w = -w
	}
	w = min(w, 32767) >> 7
	if sameSign(p, b.p[1]) {
		w += 128
	} else {
		w -= 128
	}
	a2 := max(-12288, min(12288, w+b.a[1]*32512>>15))
	// UPPOL1
	w = -192
	if sameSign(p, b.p[0]) {
		w = 192
	}
	lim := saturate(15360 - a2)
	a1 := max(-lim, min(lim, saturate(w+b.a[0]*32640>>15)))
	// UPZERO
	step := int32(128)
	if d == 0 {
		step = 0
	}
	for i := range b.b {
		w := -step
		if sameSign(b.d[i], d) {
			w = step
		}
		b.b[i] = saturate(w + b.b[i]*32640>>15)
	}
	// DELAYA
	copy(b.d[1:], b.d[:5])
	b.d[0] = d
	b.r[1], b.r[0] = b.r[0], r
	b.p[1], b.p[0] = b.p[0], p
	b.a = [2]int32{a1, a2}
	// FILTEP, FILTEZ, PREDIC
	b.sp = saturate(a1*saturate(2*b.r[0])>>15 + a2*saturate(2*b.r[1])>>15)
	var sz int32
	for i, c := range b.b {
		sz += c * saturate(2*b.d[i]) >> 15
	}
	b.sz = saturate(sz)
	b.s = saturate(b.sp + b.sz)
}

type g722Encoder struct {
	low, high g722Band
	x         [24]int32
	follows   bool // what was before is not in x
}

func newG722Encoder() *g722Encoder {
	return &g722Encoder{low: g722Band{det: 32}, high: g722Band{det: 8}}
}

// magnitude as the quantisers compare it.
func magnitude(e int32) int32 {
	if e < 0 {
		return ^e
	}
	return e
}

func (g *g722Encoder) encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm)/2)
	if g.follows && len(pcm) > len(g.x) {
		// Sound that turns round where the frame begins has no step there.
		for i := range g.x {
			g.x[len(g.x)-1-i] = 2*int32(pcm[0]) - int32(pcm[i+1])
		}
		g.follows = false
	}
	for k := range n {
		copy(g.x[:], g.x[2:])
		g.x[22], g.x[23] = int32(pcm[2*k]), int32(pcm[2*k+1])
		var even, odd int32
		for i, c := range g722QMF {
			odd += g.x[2*i] * c
			even += g.x[2*i+1] * g722QMF[11-i]
		}
		xl, xh := saturate((even+odd)>>14), saturate((even-odd)>>14)

		e := saturate(xl - g.low.s)
		m, i := magnitude(e), 1
		for i < 30 && m >= g722Q6[i]*g.low.det>>12 {
			i++
		}
		il := g722ILP[i]
		if e < 0 {
			il = g722ILN[i]
		}
		dl := g.low.det * g722QM4[il>>2] >> 15
		g.low.scale(g722WL[il>>2], 18432, 8)
		g.low.adapt(dl)

		e = saturate(xh - g.high.s)
		ih := byte(3)
		if e < 0 {
			ih = 1
		}
		if magnitude(e) >= 564*g.high.det>>12 {
			ih--
		}
		dh := g.high.det * g722QM2[ih] >> 15
		g.high.scale(g722WH[ih], 22528, 10)
		g.high.adapt(dh)

		dst[k] = ih<<6 | il
	}
	return n
}

type g722Decoder struct {
	low, high g722Band
	x         [24]int32
}

func newG722Decoder() *g722Decoder {
	return &g722Decoder{low: g722Band{det: 32}, high: g722Band{det: 8}}
}

func (g *g722Decoder) decode(pcm []int16, src []byte) int {
	n := min(len(src), len(pcm)/2)
	for k, c := range src[:n] {
		il, ih := c&63, c>>6
		rl := max(-16384, min(16383, g.low.s+g.low.det*g722QM6[il]>>15))
		dl := g.low.det * g722QM4[il>>2] >> 15
		g.low.scale(g722WL[il>>2], 18432, 8)
		g.low.adapt(dl)

		dh := g.high.det * g722QM2[ih] >> 15
		rh := max(-16384, min(16383, g.high.s+dh))
		g.high.scale(g722WH[ih], 22528, 10)
		g.high.adapt(dh)

		copy(g.x[:], g.x[2:])
		g.x[22], g.x[23] = rl+rh, rl-rh
		var one, two int32
		for i, q := range g722QMF {
			two += g.x[2*i] * q
			one += g.x[2*i+1] * g722QMF[11-i]
		}
		pcm[2*k], pcm[2*k+1] = int16(saturate(one>>11)), int16(saturate(two>>11))
	}
	return 2 * n
}

// follow puts the encoder where a decoder stands that has heard the same bits:
// what it writes next continues a stream that somebody else began.
func (g *g722Encoder) follow(d *g722Decoder) {
	g.low, g.high, g.follows = d.low, d.high, true
}
