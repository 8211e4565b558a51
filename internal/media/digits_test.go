package media

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/fail"
)

// eventsOf gives the digits a far end got, by timestamp, and checks each.
func eventsOf(t *testing.T, got []gotPacket, pt uint8) (digits string, starts []time.Time) {
	t.Helper()
	var ts uint32
	ends := 0
	for _, p := range got {
		if p.pt != pt {
			continue
		}
		e, ok := parseEvent(p.payload)
		if !ok {
			t.Fatal("an event of the wrong size")
		}
		if len(digits) == 0 || p.ts != ts {
			if len(digits) > 0 && ends != endPackets {
				t.Errorf("the end of digit %d is sent %d times", len(digits), ends)
			}
			if !p.marker {
				t.Error("the first packet of a digit has no marker")
			}
			digits += eventNames[e.code : e.code+1]
			starts = append(starts, p.at)
			ts, ends = p.ts, 0
		}
		if e.end {
			ends++
		}
	}
	if len(digits) > 0 && ends != endPackets {
		t.Errorf("the end of the last digit is sent %d times", ends)
	}
	return digits, starts
}

func TestDigits(t *testing.T) {
	t.Run("[V-13] digits go out as RFC 4733 says, in order, a comma is a second", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMU)
			b, fb := connected(t, g, PCMU)
			r.Join(a)
			r.Join(b)
			tones := map[*farEnd]float64{fa: 450, fb: 700}
			talk(10, tones)
			if err := a.SendDigits("4,"); err != nil {
				t.Fatal(err)
			}
			if err := a.SendDigits("#d"); err != nil {
				t.Fatal(err)
			}
			talk(120, tones)
			synctest.Wait()
			got := fa.take()
			digits, starts := eventsOf(t, got, 101)
			if digits != "4#D" {
				t.Errorf("the far end got %q", digits)
			}
			if len(starts) == 3 {
				if d := starts[1].Sub(starts[0]); d < 1200*time.Millisecond || d > 1300*time.Millisecond {
					t.Errorf("%v from the first digit to the second", d)
				}
				if d := starts[2].Sub(starts[1]); d < 200*time.Millisecond || d > 300*time.Millisecond {
					t.Errorf("%v from the second digit to the third", d)
				}
			}
			// Sound stops for the digits and goes on after them, without a hole.
			inOrder(t, got)
			fa.hears(got[len(got)-40:], 700)
			if d, _ := eventsOf(t, fb.take(), 101); d != "" {
				t.Errorf("the other side got %q", d)
			}
			a.Close()
			b.Close()
			ended()
		})
	})
	t.Run("[V-13] digits come in once, whatever is lost or doubled, and go on to the other side under its own payload type", func(t *testing.T) {
		for _, mode := range []string{Forward, Mix} {
			synctest.Test(t, func(t *testing.T) {
				g, ended := group(t)
				r := NewRoom(g)
				var heard []string
				a, fa := NewLeg(g), newFarEnd(t, PCMU)
				cfg := fa.config()
				cfg.OnDigit = func(d string) { heard = append(heard, d) }
				a.Connect(cfg)
				b, fb := NewLeg(g), newFarEnd(t, PCMU)
				fb.event = 126
				b.Connect(fb.config())
				r.Join(a)
				r.Join(b)
				c := NewLeg(g)
				if mode == Mix {
					c.Connect(newFarEnd(t, PCMA).config())
					r.Join(c)
				}
				if r.Mode() != mode {
					t.Fatalf("mode %s", r.Mode())
				}
				talk(5, map[*farEnd]float64{fa: 450})
				press := func(code uint8, lose func(i int) bool) {
					ts := fa.ts
					for i := range 8 {
						e := event{code: code, end: i >= 5, duration: uint16(min(i+1, 6) * frameTicks)}
						p := appendPacket(nil, packet{marker: i == 0, pt: 101, seq: fa.seq, ts: ts, ssrc: fa.ssrc, payload: appendEvent(nil, e)})
						fa.seq++
						fa.ts += frameTicks
						if !lose(i) {
							fa.in <- p
							fa.in <- p
						}
						time.Sleep(frameTime)
					}
					talk(10, map[*farEnd]float64{fa: 450})
				}
				press(1, func(int) bool { return false })
				press(1, func(i int) bool { return i == 0 })
				press(11, func(i int) bool { return i > 2 })
				talk(40, map[*farEnd]float64{fa: 450})
				synctest.Wait()
				if got := strings.Join(heard, ""); got != "11#" {
					t.Errorf("%s: heard %q", mode, got)
				}
				got := fb.take()
				var passed []uint8
				var last uint32
				for _, p := range got {
					if p.pt == 101 {
						t.Errorf("%s: an event under the sender's payload type", mode)
					}
					if p.pt == 126 && (len(passed) == 0 || p.ts != last) {
						passed, last = append(passed, p.payload[0]), p.ts
					}
				}
				if !slices.Equal(passed, []uint8{1, 1, 11}) {
					t.Errorf("%s: the other side got %v", mode, passed)
				}
				for _, l := range []*Leg{a, b, c} {
					l.Close()
				}
				ended()
			})
		}
	})
	t.Run("[V-13] a key held for long is one digit; one seen late is not another", func(t *testing.T) {
		var e eventTaker
		take := func(ts uint32, code uint8, marker, end bool, duration uint16) string {
			return e.take(packet{ts: ts, marker: marker, payload: appendEvent(nil, event{code: code, end: end, duration: duration})})
		}
		var got string
		got += take(1000, 5, true, false, 65000)
		got += take(1000, 5, false, false, 65535)
		got += take(1000+65535, 5, false, false, 400)
		got += take(1000+65535, 5, false, true, 800)
		got += take(70000, 5, true, false, 160)
		got += take(1000+65535, 5, false, true, 800)
		got += take(80000, 16, true, false, 160) // flash is no digit
		got += e.take(packet{ts: 90000, payload: []byte{1, 2}})
		if got != "55" {
			t.Errorf("%q", got)
		}
	})
	t.Run("[V-13] SIP INFO is the fallback, both ways, and no double", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			l, f := NewLeg(g), newFarEnd(t, PCMU)
			var sent, heard []string
			cfg := f.config()
			cfg.OnDigit = func(d string) { heard = append(heard, d) }
			if err := l.SendDigits("1"); !errors.Is(err, ErrNoDigits) {
				t.Errorf("before Connect: %v", err)
			}
			cfg.EventPT = 0
			l.Connect(cfg)
			if err := l.SendDigits("1"); !errors.Is(err, ErrNoDigits) {
				t.Errorf("a far end without digits: %v", err)
			}
			cfg.SendDigit = func(d string) { sent = append(sent, d) }
			l.Connect(cfg)
			if err := l.SendDigits("12"); err != nil {
				t.Error(err)
			}
			l.Digit("7")
			l.Digit("x")
			l.Digit("")
			time.Sleep(time.Second)
			synctest.Wait()
			if strings.Join(sent, "") != "12" || strings.Join(heard, "") != "7" {
				t.Errorf("sent %v, heard %v", sent, heard)
			}
			cfg.EventPT = 101
			l.Connect(cfg)
			f.in <- appendPacket(nil, packet{pt: 101, seq: 1, ts: 5, ssrc: 1, payload: appendEvent(nil, event{code: 3})})
			synctest.Wait()
			l.Digit("3")
			if strings.Join(heard, "") != "73" {
				t.Errorf("heard %v", heard)
			}
			if err := l.SendDigits("1x"); fail.Code(err) != fail.CodeInvalid {
				t.Errorf("%v", err)
			}
			if err := l.SendDigits(strings.Repeat("1", maxDigits+1)); fail.Code(err) != fail.CodeInvalid {
				t.Errorf("%v", err)
			}
			l.Close()
			if err := l.SendDigits("1"); !errors.Is(err, ErrNoDigits) {
				t.Errorf("after Close: %v", err)
			}
			ended()
		})
	})
}
