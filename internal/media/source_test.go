package media

import (
	"math"
	"testing"
	"time"
)

func TestSource(t *testing.T) {
	start := time.Unix(1e9, 0)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * frameTime) }
	t.Run("[V-46/measured] order, loss, duplicates and late packets over the wrap", func(t *testing.T) {
		var s source
		for i, x := range []struct {
			seq  uint16
			want verdict
		}{{65533, taken}, {65534, taken}, {65534, dropped}, {1, taken}, {65535, reordered}, {65535, dropped}, {0, reordered}, {2, taken}, {60000, dropped}, {65532, dropped}, {4, taken}} {
			if got := s.take(1, x.seq, at(i)); got != x.want {
				t.Errorf("packet %d, number %d: %v, not %v", i, x.seq, got, x.want)
			}
		}
		if f := s.whole(); f.expected != 8 || f.received != 7 || f.lost() != 1 {
			t.Errorf("%+v", f)
		}
	})
	t.Run("[V-46/measured] another SSRC is believed when two packets in a row say so, and counted on", func(t *testing.T) {
		var s source
		s.take(1, 10, at(0))
		s.take(1, 11, at(1))
		epoch := s.epoch
		if s.take(2, 500, at(2)) != dropped || s.take(1, 12, at(3)) != taken || s.epoch != epoch {
			t.Error("a stray packet changes the source")
		}
		if s.take(2, 700, at(4)) != dropped || s.take(2, 701, at(5)) != taken || s.epoch == epoch {
			t.Error("the new source is not taken")
		}
		if f := s.whole(); f.received != 4 || f.lost() != 0 {
			t.Errorf("%+v", f)
		}
	})
	t.Run("[V-46/measured] a jump of the numbers is a new beginning and no loss", func(t *testing.T) {
		var s source
		s.take(1, 10, at(0))
		s.take(1, 30000, at(1))
		s.take(1, 30001, at(2))
		if f := s.whole(); f.lost() != 0 || f.received != 2 {
			t.Errorf("%+v", f)
		}
	})
}

func TestQuality(t *testing.T) {
	start := time.Unix(1e9, 0)
	t.Run("[V-46] jitter as RFC 3550 defines it, loss over ten seconds and over the whole", func(t *testing.T) {
		var s source
		now := start
		// 20 s clean, then 10 s in which every 20th packet is lost and every other
		// comes 30 ms late.
		for i := range 1500 {
			if i >= 1000 && i%20 == 0 {
				continue
			}
			now = start.Add(time.Duration(i) * frameTime)
			if i >= 1000 && i%2 == 1 {
				now = now.Add(30 * time.Millisecond)
			}
			if i == 1000 || i == 999 {
				if f, jitter := s.recent(now); f.lost() != 0 || jitter != 0 {
					t.Errorf("before the trouble: %+v, jitter %v", f, jitter)
				}
			}
			s.take(9, uint16(i+65000), now)
			s.time(uint32(i)*frameTicks, now)
		}
		f, jitter := s.recent(now)
		if p := 100 * float64(f.lost()) / float64(f.expected); p < 4 || p > 6 {
			t.Errorf("%.1f %% lost in the last ten seconds, of %d", p, f.expected)
		}
		if f.expected < 450 || f.expected > 550 {
			t.Errorf("%d packets in ten seconds", f.expected)
		}
		if jitter < 22 || jitter > 30 {
			t.Errorf("jitter of %.1f ms", jitter)
		}
		if w := s.whole(); w.lost() != 24 && w.lost() != 25 {
			t.Errorf("%d lost of the whole", w.lost())
		}
		// It disappears by itself.
		for i := 1500; i < 2100; i++ {
			now = start.Add(time.Duration(i) * frameTime)
			s.take(9, uint16(i+65000), now)
			s.time(uint32(i)*frameTicks, now)
		}
		if f, jitter := s.recent(now); f.lost() != 0 || jitter > 1 {
			t.Errorf("after the trouble: %+v, jitter %.1f", f, jitter)
		}
	})
	t.Run("[V-46] nothing comes: no figures instead of old ones", func(t *testing.T) {
		var s source
		s.take(9, 1, start)
		if f, _ := s.recent(start.Add(time.Minute)); f.received != 0 || f.expected != 0 {
			t.Errorf("%+v", f)
		}
	})
	t.Run("[V-46] the estimate of what people would say", func(t *testing.T) {
		// Loss from table 1 of Cole and Rosenbluth: G.711 with 5 % random loss loses
		// about 17 points of R.
		good, lossy, slow := mos(0, 0, 0), mos(0.05, 0, 0), mos(0, 0, 600*time.Millisecond)
		if good < 4.3 || good > 4.5 || lossy < 3.6 || lossy > 4.0 || slow > 3.8 {
			t.Errorf("%.2f, %.2f, %.2f", good, lossy, slow)
		}
		if v := mos(1, 1000, 20*time.Second); v < 1 || math.IsNaN(v) {
			t.Errorf("worst: %v", v)
		}
	})
}
