package media

import (
	"math/rand/v2"
	"testing"
)

func pay(b byte, n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = b
	}
	return p
}

func TestRing(t *testing.T) {
	next := func(r *ring) int {
		if b := r.pop(); b != nil {
			return int(b[0])
		}
		return -1
	}
	newRing := func() *ring { r := &ring{}; r.reset(ulawSilence); return r }
	sequence := func(t *testing.T, r *ring, want ...int) {
		t.Helper()
		for i, w := range want {
			if got := next(r); got != w {
				t.Errorf("frame %d is %d, not %d", i, got, w)
			}
		}
	}
	near := uint32(1<<32 - 200) // the timestamp wraps
	t.Run("[V-46/jitter] sound starts with two frames waiting and comes in order", func(t *testing.T) {
		r := newRing()
		r.put(near, pay(1, 160))
		sequence(t, r, -1, -1)
		r.put(near+320, pay(3, 160))
		r.put(near+160, pay(2, 160))
		sequence(t, r, 1, 2, 3, -1)
	})
	t.Run("[V-46/jitter] the first packet may come second", func(t *testing.T) {
		r := newRing()
		r.put(near+160, pay(2, 160))
		r.put(near, pay(1, 160))
		sequence(t, r, 1, 2, -1)
	})
	t.Run("[V-46/jitter] a lost frame is one hole", func(t *testing.T) {
		r := newRing()
		for _, i := range []uint32{0, 1, 3, 4} {
			r.put(near+160*i, pay(byte(i), 160))
		}
		sequence(t, r, 0, 1, -1, 3, 4, -1)
	})
	t.Run("[V-46/jitter] what comes a little too late moves the time, what comes much too late is dropped", func(t *testing.T) {
		r := newRing()
		r.put(0, pay(0, 160))
		r.put(160, pay(1, 160))
		sequence(t, r, 0, 1, -1)
		r.put(320, pay(2, 160))
		sequence(t, r, 2)
		r.put(640, pay(4, 160))
		sequence(t, r, -1, 4)
		r.put(480, pay(3, 160))
		sequence(t, r, -1)
		if r.late != 1 {
			t.Errorf("%d late", r.late)
		}
	})
	t.Run("[V-46/jitter] packets of 10, 30 and 60 ms are cut into frames", func(t *testing.T) {
		for _, ticks := range []int{80, 240, 480} {
			r := newRing()
			at := uint32(0)
			for i := 0; at < 960; i++ {
				p := pay(0, ticks)
				for k := range p {
					p[k] = byte((int(at) + k) / 160)
				}
				r.put(at, p)
				at += uint32(ticks)
			}
			sequence(t, r, 0, 1, 2, 3, 4, 5, -1)
		}
	})
	t.Run("[V-46/jitter] no more than six frames wait", func(t *testing.T) {
		r := newRing()
		for i := range uint32(10) {
			r.put(160*i, pay(byte(i), 160))
		}
		sequence(t, r, 4, 5, 6, 7, 8, 9, -1)
	})
	t.Run("[V-46/jitter] a far end whose clock runs fast is followed", func(t *testing.T) {
		r := newRing()
		sent, heard := 0, 0
		for i := range 5000 {
			r.put(uint32(160*sent), pay(byte(sent), 160))
			sent++
			if i%100 == 0 { // 1 % too fast
				r.put(uint32(160*sent), pay(byte(sent), 160))
				sent++
			}
			if next(r) >= 0 {
				heard++
			}
			if w := r.end - r.pos; w > ringMax {
				t.Fatalf("%d frames wait", w)
			}
		}
		if heard < 4990 {
			t.Errorf("%d frames heard of 5000", heard)
		}
	})
	t.Run("[V-46/jitter] a jump of the timestamps begins anew", func(t *testing.T) {
		r := newRing()
		for i := range uint32(3) {
			r.put(160*i, pay(byte(i), 160))
		}
		sequence(t, r, 0)
		for i := range uint32(3) {
			r.put(9_000_000+160*i, pay(byte(100+i), 160))
		}
		sequence(t, r, 100, 101, 102, -1)
	})
	t.Run("[V-46/jitter] anything may come", func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(1, 2))
		r := newRing()
		ts := uint32(0)
		for range 200000 {
			switch rnd.IntN(6) {
			case 0:
				r.pop()
			case 1:
				ts = rnd.Uint32()
			default:
				ts += uint32(rnd.IntN(2000)) - 1000
			}
			r.put(ts, pay(1, rnd.IntN(1400)))
			if r.end-r.pos > ringMax {
				t.Fatalf("%d frames wait", r.end-r.pos)
			}
		}
	})
}

func TestConcealment(t *testing.T) {
	t.Run("[V-46/concealment] a lost frame is filled without a click, and many fade away", conceals)
}

func conceals(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		c := newConcealer(rate)
		n := rate / 50
		tone := sine(20*n, rate, 400, 8000)
		out := append([]int16(nil), tone...)
		for i := range 20 {
			f := out[n*i : n*(i+1)]
			if i == 8 || i == 12 || i == 13 {
				c.lost(f)
			} else {
				c.good(f)
			}
		}
		// The tone goes on through one lost frame, and there is no click.
		if l := level(out[8*n:9*n], rate, 400); l < 5500 {
			t.Errorf("%d Hz: the lost frame has a level of %.0f", rate, l)
		}
		limit := int(8000 * 2 * 3.1416 * 400 / float64(rate) * 1.5)
		for i := 1; i < len(out); i++ {
			if d := int(out[i]) - int(out[i-1]); d > limit || d < -limit {
				t.Errorf("%d Hz: a step of %d at sample %d (frame %d)", rate, d, i, i/n)
			}
		}
		f := make([]int16, n)
		for range concealFrames {
			c.lost(f)
		}
		if c.lost(f) || level(f, rate, 400) != 0 {
			t.Errorf("%d Hz: a long loss does not become silence", rate)
		}
	}
}
