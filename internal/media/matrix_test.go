package media

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

func TestMatrix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ended := group(t)
		r := NewRoom(g)
		customer, fc := connected(t, g, PCMU)
		agent, fa := connected(t, g, PCMA)
		supervisor, fs := connected(t, g, G722)
		for _, l := range []*Leg{customer, agent, supervisor} {
			r.Join(l)
		}
		tones := map[*farEnd]float64{fc: 450, fa: 700, fs: 1100}
		check := func(what string, c, a, s []float64) {
			t.Helper()
			talk(10, tones)
			fc.take()
			fa.take()
			fs.take()
			talk(50, tones)
			t.Log(what)
			fc.hears(fc.take(), c...)
			fa.hears(fa.take(), a...)
			fs.hears(fs.take(), s...)
		}
		r.Hear(customer, supervisor, false)
		r.Hear(agent, supervisor, false)
		check("the third listens in", []float64{700}, []float64{450}, []float64{450, 700})
		r.Hear(agent, supervisor, true)
		check("the third is heard by one", []float64{700}, []float64{450, 1100}, []float64{450, 700})
		r.Hear(customer, supervisor, true)
		check("all three talk", []float64{700, 1100}, []float64{450, 1100}, []float64{450, 700})
		agent.SetMuted(true)
		check("one of them is muted", []float64{1100}, []float64{450, 1100}, []float64{450})
		agent.SetMuted(false)
		r.Hear(customer, agent, false)
		r.Hear(customer, supervisor, false)
		r.Hear(agent, customer, false)
		r.Hear(supervisor, customer, false)
		check("[V-16] two talk while the third is held", nil, []float64{1100}, []float64{700})

		// Four: the sum minus oneself.
		fourth, f4 := connected(t, g, PCMU)
		for _, l := range []*Leg{agent, supervisor} {
			r.Hear(customer, l, true)
			r.Hear(l, customer, true)
		}
		r.Join(fourth)
		tones[f4] = 0
		check("with a silent fourth", []float64{700, 1100}, []float64{450, 1100}, []float64{450, 700})
		f4.hears(f4.take(), 450, 700, 1100)
		r.Hear(fourth, customer, false)
		check("who does not hear the first", []float64{700, 1100}, []float64{450, 1100}, []float64{450, 700})
		f4.hears(f4.take()[20:], 700, 1100)
		for _, l := range []*Leg{customer, agent, supervisor, fourth} {
			l.Close()
		}
		r.Close()
		ended()
	})
}

func TestHearBeforeJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ended := group(t)
		r := NewRoom(g)
		customer, fc := connected(t, g, PCMU)
		agent, fa := connected(t, g, PCMU)
		supervisor, fs := connected(t, g, PCMU)
		r.Join(customer)
		r.Join(agent)
		r.Hear(customer, supervisor, false)
		r.Hear(agent, supervisor, false)
		if m := r.Mode(); m != Forward {
			t.Errorf("what is set for one who is not there yet makes the room %s", m)
		}
		tones := map[*farEnd]float64{fc: 450, fa: 700, fs: 1100}
		talk(10, tones)
		r.Join(supervisor)
		talk(50, tones)
		fc.hears(fc.take(), 700)
		fa.hears(fa.take(), 450)
		fs.hears(fs.take()[5:], 450, 700)
		r.Leave(supervisor)
		r.Join(supervisor) // and is heard: Leave has forgotten
		talk(10, tones)
		fc.take()
		talk(50, tones)
		fc.hears(fc.take(), 700, 1100)
		for _, l := range []*Leg{customer, agent, supervisor} {
			l.Close()
		}
		ended()
	})
}

// Whatever is done to rooms, what a far end gets keeps its order, and the muted
// are never heard.
func TestAnythingHappens(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rnd := rand.New(rand.NewPCG(seed, 1))
				g, ended := group(t)
				rooms := []*Room{NewRoom(g), NewRoom(g)}
				codecs := []Codec{PCMU, PCMA, G722}
				legs, ends := make([]*Leg, 4), make([]*farEnd, 4)
				tones := map[*farEnd]float64{}
				muted := make([]bool, 4)
				hz := []float64{450, 700, 1100, 1500}
				for i := range legs {
					c := codecs[rnd.IntN(3)]
					if seed%2 == 0 {
						c = PCMU
					}
					legs[i], ends[i] = connected(t, g, c)
					tones[ends[i]] = hz[i]
				}
				all := make([][]gotPacket, 4)
				var plays []*Playback
				for range 60 {
					i, j := rnd.IntN(4), rnd.IntN(4)
					r := rooms[rnd.IntN(2)]
					switch rnd.IntN(10) {
					case 0, 1, 2:
						r.Join(legs[i])
					case 3:
						r.Leave(legs[i])
					case 4:
						r.Hear(legs[i], legs[j], rnd.IntN(3) > 0)
					case 5, 6:
						muted[i] = !muted[i]
						legs[i].SetMuted(muted[i])
					case 7:
						plays = append(plays, r.Play(Tone(300, 300*time.Millisecond), PlayOptions{To: []*Leg{legs[i]}, Loop: rnd.IntN(2) == 0}))
					case 8:
						for _, p := range plays {
							p.Stop()
						}
					case 9:
						if err := legs[i].SendDigits("5"); err != nil {
							t.Error(err)
						}
					}
					talk(rnd.IntN(30), tones)
					synctest.Wait()
					for k, f := range ends {
						got := f.take()
						all[k] = append(all[k], got...)
						if len(got) < 20 {
							continue
						}
						pcm := f.sound(got[10:]) // G.722's decoder begins anew for the test
						for m := range ends {
							if l := level(pcm, f.codec.SampleRate, hz[m]); muted[m] && l > 500 {
								t.Errorf("%d hears %d, who is muted, at a level of %.0f", k, m, l)
							}
						}
					}
				}
				for k := range all {
					inOrder(t, all[k])
				}
				for _, l := range legs {
					l.Close()
				}
				for _, r := range rooms {
					r.Close()
				}
				ended()
			})
		})
	}
}

func TestPanickingRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := group(t)
		good, bad := NewRoom(g), NewRoom(g)
		a, fa := connected(t, g, PCMU)
		b, fb := connected(t, g, PCMA)
		c, fc := connected(t, g, G722)
		good.Join(a)
		good.Join(b)
		bad.Join(c)
		tones := map[*farEnd]float64{fa: 450, fb: 700, fc: 1100}
		// A sound that is shorter than it says.
		p := bad.Play(&Sound{narrow: make([]int16, 1600), encoded: map[string]*encodedSound{}}, PlayOptions{Loop: true})
		talk(3, tones)
		p.Stop()
		fc.take()
		talk(20, tones)
		if n := len(fc.take()); n < 19 {
			t.Errorf("the room goes on after panics with %d packets of 20", n)
		}
		bad.Play(&Sound{narrow: make([]int16, 1600), encoded: map[string]*encodedSound{}}, PlayOptions{Loop: true})
		talk(30, tones)
		fa.take()
		talk(50, tones)
		fa.hears(fa.take(), 700)
		if n := len(fc.take()); n > 2 {
			t.Errorf("the bad room still sends: %d packets", n)
		}
		// Its far end can go elsewhere.
		good.Join(c)
		talk(50, tones)
		fc.hears(fc.take()[10:], 450, 700)
		for _, l := range []*Leg{a, b, c} {
			l.Close()
		}
		if err := g.Wait(); err == nil {
			t.Error("the group has not heard of the panic")
		}
	})
}
