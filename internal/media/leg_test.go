package media

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchdog(t *testing.T) {
	t.Run("[V-48/silence] a far end that is silent for too long is told of, held ones are not", watches)
}

func watches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ended := group(t)
		l, f := NewLeg(g), newFarEnd(t, PCMU)
		silent := make(chan time.Time, 9)
		cfg := f.config()
		cfg.OnSilence = func() { silent <- time.Now() }
		start := time.Now()
		since := func() time.Duration {
			select {
			case at := <-silent:
				d := at.Sub(start)
				return d
			case <-time.After(2 * time.Minute):
				return -1
			}
		}
		l.Connect(cfg)
		if d := since(); d != 30*time.Second {
			t.Errorf("told %v after Connect", d)
		}
		if d := since(); d != -1 {
			t.Errorf("told again after %v", d)
		}
		talk(10, map[*farEnd]float64{f: 450})
		start = time.Now().Add(-frameTime)
		if d := since(); d != 15*time.Second {
			t.Errorf("told %v after the last packet", d)
		}
		talk(10, map[*farEnd]float64{f: 450})
		l.ExpectSound(false)
		if d := since(); d != -1 {
			t.Errorf("told after %v though no sound is expected", d)
		}
		l.ExpectSound(true)
		start = time.Now()
		if d := since(); d != 15*time.Second {
			t.Errorf("told %v after sound was expected again", d)
		}
		l.Close()
		ended()
	})
}

func TestReplacedStream(t *testing.T) {
	t.Run("another stream and another codec go on under the same numbers", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMU)
			b, fb := connected(t, g, PCMU)
			r.Join(a)
			r.Join(b)
			talk(50, map[*farEnd]float64{fa: 450, fb: 700})
			// The browser of b is reloaded and comes back with G.722.
			again := newFarEnd(t, G722)
			again.ssrc, again.ts, again.seq = 99, 5, 5
			b.Connect(again.config())
			select {
			case <-fb.closed:
			default:
				t.Error("the stream before is still open")
			}
			if m := r.Mode(); m != Mix {
				t.Errorf("the room is in mode %s", m)
			}
			before := fb.take()
			talk(100, map[*farEnd]float64{fa: 450, again: 1100})
			after := again.take()
			again.hears(after[5:], 450)
			inOrder(t, append(before, after...))
			got := fa.take()
			fa.hears(got[len(got)-80:], 1100)
			inOrder(t, got)
			// a changes its codec by re-INVITE on the same stream.
			fa.codec, fa.pt, fa.enc = G722, 9, G722.encoder()
			a.Connect(fa.config())
			if m := r.Mode(); m != Forward {
				t.Errorf("the room is in mode %s", m)
			}
			talk(100, map[*farEnd]float64{fa: 450, again: 1100})
			synctest.Wait()
			got2 := fa.take()
			fa.hears(got2[10:], 1100)
			inOrder(t, append(got, got2...))
			if q := a.Quality(); q.Codec != "G722" || q.Whole.Packets != 250 {
				t.Errorf("%+v", q)
			}
			a.Close()
			b.Close()
			ended()
		})
	})
	t.Run("a leg without a far end is silent, and the one that waits for it hears silence", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMU)
			b := NewLeg(g)
			r.Join(a)
			r.Join(b)
			talk(50, map[*farEnd]float64{fa: 450})
			got := fa.take()
			fa.hears(got)
			if len(got) < 49 {
				t.Errorf("%d packets", len(got))
			}
			fb := newFarEnd(t, PCMU)
			b.Connect(fb.config())
			if m := r.Mode(); m != Forward {
				t.Errorf("the room is in mode %s", m)
			}
			talk(50, map[*farEnd]float64{fa: 450, fb: 700})
			synctest.Wait()
			got2 := fa.take()
			fa.hears(got2, 700)
			fb.hears(fb.take(), 450)
			inOrder(t, append(got, got2...))
			a.Close()
			b.Close()
			b.Connect(newFarEnd(t, PCMU).config()) // nothing happens
			ended()
		})
	})
}
