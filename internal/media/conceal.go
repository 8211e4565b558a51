package media

// Concealment of lost frames, in the way of G.711 Appendix I: what was heard
// last is repeated by its pitch period and fades out.
const (
	concealRate   = 0.75 // of each further frame
	concealFrames = 6    // then it is silent
)

type concealer struct {
	rate    int // samples a second
	history []int16
	run     int // frames concealed in a row
	period  int
	phase   int
	ahead   int // samples by which the next repetition begins further on
}

func newConcealer(rate int) *concealer {
	return &concealer{rate: rate, history: make([]int16, rate*3/100)}
}

// good enters a frame that has come; after a loss its first samples are blended
// with the repetition, so that the seam is not heard.
func (c *concealer) good(pcm []int16) {
	if c.run > 0 && c.run <= concealFrames && c.period > 0 {
		n := min(c.rate/250, len(pcm)) // 4 ms
		g := c.gain()
		for i := range n {
			old := int32(float32(c.next()) * g)
			pcm[i] = int16((old*int32(n-i) + int32(pcm[i])*int32(i)) / int32(n))
		}
	}
	c.run = 0
	c.remember(pcm)
}

func (c *concealer) remember(pcm []int16) {
	if n := len(c.history); len(pcm) >= n {
		copy(c.history, pcm[len(pcm)-n:])
	} else {
		copy(c.history, c.history[len(pcm):])
		copy(c.history[n-len(pcm):], pcm)
	}
}

func (c *concealer) gain() float32 {
	g := float32(1)
	for range c.run {
		g *= concealRate
	}
	return g
}

func (c *concealer) next() int16 {
	n := len(c.history)
	v := c.history[n-c.period+c.phase]
	c.phase = (c.phase + 1) % c.period
	return v
}

// lost fills a frame that has not come. It gives false when only silence is left.
func (c *concealer) lost(pcm []int16) bool {
	if c.run >= concealFrames {
		clear(pcm)
		c.run = concealFrames + 1
		return false
	}
	if c.run == 0 {
		c.period = c.pitch()
		c.phase, c.ahead = c.ahead%c.period, 0
	}
	from := c.gain()
	c.run++
	to := c.gain()
	if c.run == concealFrames {
		to = 0
	}
	step := (to - from) / float32(len(pcm))
	for i := range pcm {
		pcm[i] = int16(float32(c.next()) * from)
		from += step
	}
	return true
}

// pitch finds the period, between 2.5 and 15 ms, at which the last 10 ms repeat
// best.
func (c *concealer) pitch() int {
	n := len(c.history)
	win, lo, hi := c.rate/100, c.rate/400, c.rate*3/200
	tail := c.history[n-win:]
	best, bestScore := hi, float32(-1)
	for lag := lo; lag <= hi; lag++ {
		var dot, energy float32
		old := c.history[n-win-lag : n-lag]
		for i, x := range tail {
			dot += float32(x) * float32(old[i])
			energy += float32(old[i]) * float32(old[i])
		}
		if dot <= 0 || energy == 0 {
			continue
		}
		if score := dot * dot / energy; score > bestScore*1.001 {
			best, bestScore = lag, score
		}
	}
	return best
}
