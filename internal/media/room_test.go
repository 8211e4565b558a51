package media

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestRoom(t *testing.T) {
	t.Run("two far ends with one codec are joined without a clock", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMA)
			b, fb := connected(t, g, PCMA)
			r.Join(a)
			r.Join(b)
			if m := r.Mode(); m != Forward {
				t.Errorf("the room is in mode %s", m)
			}
			fa.take()
			fb.take()
			talk(50, map[*farEnd]float64{fa: 450, fb: 700})
			synctest.Wait()
			ga, gb := fa.take(), fb.take()
			if len(ga) != 50 || len(gb) != 50 {
				t.Errorf("%d and %d packets of 50 have come", len(ga), len(gb))
			}
			fa.hears(ga, 700)
			fb.hears(gb, 450)
			inOrder(t, ga)
			inOrder(t, gb)
			a.Close()
			b.Close()
			r.Close()
			ended()
		})
	})
	t.Run("three far ends with three codecs hear each other", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMA)
			b, fb := connected(t, g, PCMU)
			c, fc := connected(t, g, G722)
			for _, l := range []*Leg{a, b, c} {
				r.Join(l)
			}
			if m := r.Mode(); m != Mix {
				t.Errorf("the room is in mode %s", m)
			}
			tones := map[*farEnd]float64{fa: 450, fb: 700, fc: 1100}
			talk(10, tones)
			for f := range tones {
				f.take()
			}
			talk(100, tones)
			for f, own := range tones {
				got := f.take()
				if len(got) < 99 || len(got) > 101 {
					t.Errorf("%d packets in 2 s", len(got))
				}
				inOrder(t, got)
				var others []float64
				for _, hz := range tones {
					if hz != own {
						others = append(others, hz)
					}
				}
				f.hears(got, others...)
			}
			for _, l := range []*Leg{a, b, c} {
				l.Close()
			}
			ended()
		})
	})
	t.Run("[V-16] the held side hears music, the other side nothing, and both each other again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			customer, fc := connected(t, g, PCMU)
			agent, fa := connected(t, g, PCMU)
			r.Join(customer)
			r.Join(agent)
			tones := map[*farEnd]float64{fc: 450, fa: 700}
			talk(25, tones)

			r.Hear(customer, agent, false)
			r.Hear(agent, customer, false)
			music := r.Play(Tone(1100, time.Second), PlayOptions{To: []*Leg{customer}, Loop: true})
			all := [2][]gotPacket{fc.take(), fa.take()}
			talk(75, tones)
			gc, ga := fc.take(), fa.take()
			fc.hears(gc, 1100)
			fa.hears(ga)
			all[0], all[1] = append(all[0], gc...), append(all[1], ga...)

			music.Stop()
			r.Hear(customer, agent, true)
			r.Hear(agent, customer, true)
			if m := r.Mode(); m != Forward {
				t.Errorf("the room is in mode %s", m)
			}
			talk(75, tones)
			synctest.Wait()
			gc, ga = fc.take(), fa.take()
			fc.hears(gc, 700)
			fa.hears(ga, 450)
			inOrder(t, append(all[0], gc...))
			inOrder(t, append(all[1], ga...))
			customer.Close()
			agent.Close()
			ended()
		})
	})
	t.Run("[V-15] a muted far end is silence for everybody, at once and in every mode", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			customer, fc := connected(t, g, PCMU)
			agent, fa := connected(t, g, PCMU)
			r.Join(customer)
			r.Join(agent)
			tones := map[*farEnd]float64{fc: 450, fa: 700}
			talk(25, tones)
			synctest.Wait()
			before := fc.take()
			fc.hears(before, 700)

			agent.SetMuted(true)
			talk(75, tones)
			synctest.Wait()
			got := fc.take()
			fc.hears(got)
			for i, x := range fc.sound(got)[64:] { // the first 8 ms take the step out of the seam
				if x != 0 {
					t.Fatalf("sample %d of the silence is %d", i, x)
				}
			}
			fa.hears(fa.take(), 450)

			third, f3 := connected(t, g, PCMA)
			r.Join(third)
			talk(75, tones)
			got2 := fc.take()
			fc.hears(got2)
			f3.hears(f3.take(), 450)
			r.Leave(third)

			agent.SetMuted(false)
			if m := r.Mode(); m != Forward {
				t.Errorf("the room is in mode %s", m)
			}
			talk(75, tones)
			synctest.Wait()
			got3 := fc.take()
			fc.hears(got3, 700)
			inOrder(t, append(append(append(before, got...), got2...), got3...))
			for _, l := range []*Leg{customer, agent, third} {
				l.Close()
			}
			ended()
		})
	})
}
