package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/fail"
)

// wav writes a file as recorders do.
func wav(tag, channels, rate, bits int, data []byte) []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF")
	b.Write(le.AppendUint32(nil, uint32(36+len(data))))
	b.WriteString("WAVELIST\x03\x00\x00\x00abc\x00fmt ")
	f := le.AppendUint32(nil, 16)
	f = le.AppendUint16(f, uint16(tag))
	f = le.AppendUint16(f, uint16(channels))
	f = le.AppendUint32(f, uint32(rate))
	f = le.AppendUint32(f, uint32(rate*channels*bits/8))
	f = le.AppendUint16(f, uint16(channels*bits/8))
	f = le.AppendUint16(f, uint16(bits))
	b.Write(f)
	b.WriteString("data")
	b.Write(le.AppendUint32(nil, uint32(len(data))))
	b.Write(data)
	return b.Bytes()
}

func pcm16(pcm []int16, channels int) []byte {
	var b []byte
	for _, x := range pcm {
		for range channels {
			b = binary.LittleEndian.AppendUint16(b, uint16(x))
		}
	}
	return b
}

func TestDecodeWAV(t *testing.T) {
	check := func(t *testing.T, s *Sound, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if n := s.frames(); n < 50 || n > 51 {
			t.Errorf("%d frames of a second", n)
		}
		for _, x := range []struct {
			pcm  []int16
			rate int
		}{{s.narrow, 8000}, {s.wide, 16000}} {
			if l := level(x.pcm[:x.rate], x.rate, 700); l < 7800 || l > 8200 {
				t.Errorf("at %d Hz the tone has a level of %.0f", x.rate, l)
			}
		}
	}
	for _, rate := range []int{8000, 11025, 16000, 22050, 44100, 48000} {
		for _, channels := range []int{1, 2} {
			s, err := DecodeWAV(bytes.NewReader(wav(1, channels, rate, 16, pcm16(sine(rate, rate, 700, 8000), channels))))
			check(t, s, err)
		}
	}
	for tag, c := range map[int]Codec{6: PCMA, 7: PCMU} {
		b := make([]byte, 8000)
		c.encoder().encode(b, sine(8000, 8000, 700, 8000))
		s, err := DecodeSound(bytes.NewReader(wav(tag, 1, 8000, 8, b)))
		check(t, s, err)
	}
	whole := wav(1, 1, 8000, 16, pcm16(sine(8000, 8000, 700, 8000), 1))
	binary.LittleEndian.PutUint32(whole[len(whole)-16004:], 0xFFFFFFFF) // from a pipe
	s, err := DecodeWAV(bytes.NewReader(whole))
	check(t, s, err)

	for what, b := range map[string][]byte{
		"empty":         nil,
		"text":          []byte("hello, this is no sound at all"),
		"cut off":       whole[:30],
		"no data":       whole[:56],
		"24 bits":       wav(1, 1, 8000, 24, make([]byte, 3000)),
		"no channel":    wav(1, 0, 8000, 16, make([]byte, 3000)),
		"odd rate":      wav(1, 1, 1, 16, make([]byte, 3000)),
		"high rate":     wav(1, 1, 192000, 16, make([]byte, 3000)),
		"nothing in it": wav(1, 1, 8000, 16, nil),
		"too long":      wav(7, 1, 8000, 8, make([]byte, 8000*601)),
	} {
		if _, err := DecodeWAV(bytes.NewReader(b)); fail.Code(err) != fail.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := DecodeSound(bytes.NewReader(b)); fail.Code(err) != fail.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := DecodeSound(zeros{}); fail.Code(err) != fail.CodeLimit {
		t.Errorf("endless: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestDecodeMP3(t *testing.T) {
	b, err := os.ReadFile("testdata/tone700.mp3")
	if err != nil {
		t.Fatal(err)
	}
	s, err := DecodeSound(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if n := s.frames(); n < 50 || n > 56 {
		t.Errorf("%d frames of a second", n)
	}
	if l := level(s.narrow[1600:6400], 8000, 700); l < 7500 || l > 8500 {
		t.Errorf("the tone has a level of %.0f", l)
	}
	if _, err := DecodeMP3(bytes.NewReader(b[:len(b)/2])); err != nil {
		t.Errorf("half a file: %v", err)
	}
}

func TestBuiltInSounds(t *testing.T) {
	m := Music()
	if d := time.Duration(m.frames()) * frameTime; d < 20*time.Second || d > 30*time.Second {
		t.Errorf("the music lasts %v", d)
	}
	if Music() != m {
		t.Error("the music is made twice")
	}
	var sum float64
	peak, step, seam := 0, 0, 0
	for i, x := range m.wide {
		sum += float64(x) * float64(x)
		peak = max(peak, abs(int(x)))
		if i > 0 {
			step = max(step, abs(int(x)-int(m.wide[i-1])))
		}
	}
	seam = abs(int(m.wide[0]) - int(m.wide[len(m.wide)-1]))
	if rms := math.Sqrt(sum / float64(len(m.wide))); rms < 1000 || rms > 5000 || peak > 20000 {
		t.Errorf("the music has a level of %.0f and a peak of %d", rms, peak)
	}
	if seam > step {
		t.Errorf("the loop has a seam of %d, where the largest step is %d", seam, step)
	}
	// No hole: every tenth of a second sounds.
	for i := 0; i+1600 <= len(m.wide); i += 1600 {
		loud := 0
		for _, x := range m.wide[i : i+1600] {
			loud = max(loud, abs(int(x)))
		}
		if loud < 300 {
			t.Errorf("silence at %v", time.Duration(i)*time.Second/16000)
		}
	}
	r := Ringback()
	if r.frames() != 250 || level(r.narrow[:8000], 8000, 425) < 7000 || level(r.narrow[8000:], 8000, 425) > 10 {
		t.Error("the ringback is not 425 Hz, 1 s of 5")
	}
	if Beep().frames() != 10 {
		t.Errorf("the beep has %d frames", Beep().frames())
	}
	if s := Tone(440, -time.Second); s.frames() != 0 {
		t.Errorf("%d frames of less than nothing", s.frames())
	}
}

func abs(x int) int { return max(x, -x) }

func TestPlay(t *testing.T) {
	t.Run("one who waits alone hears a loop, its frames are shared", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			s := Tone(1100, 200*time.Millisecond)
			var rooms []*Room
			var legs []*Leg
			var ends []*farEnd
			for _, c := range []Codec{PCMU, PCMU, PCMA, G722} {
				r := NewRoom(g)
				l, f := connected(t, g, c)
				r.Join(l)
				if m := r.Mode(); m != Play {
					t.Errorf("mode %s", m)
				}
				r.Play(s, PlayOptions{Loop: true})
				rooms, legs, ends = append(rooms, r), append(legs, l), append(ends, f)
			}
			time.Sleep(3 * time.Second)
			for i, f := range ends {
				got := f.take()
				inOrder(t, got)
				if l := level(f.sound(got[10:]), f.codec.SampleRate, 1100); l < 4000 {
					t.Errorf("%s: level %.0f", f.codec.Name, l)
				}
				legs[i].Close()
				rooms[i].Close()
			}
			ended()
			if len(s.encoded) != 3 {
				t.Errorf("encoded for %d codecs", len(s.encoded))
			}
		})
	})
	t.Run("Done comes at the end, not after Stop, and may call anything", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, ended := group(t)
			r := NewRoom(g)
			a, fa := connected(t, g, PCMU)
			b, fb := connected(t, g, PCMU)
			r.Join(a)
			r.Join(b)
			tones := map[*farEnd]float64{fa: 450, fb: 700}
			talk(10, tones)
			var done []string
			start := time.Now()
			r.Play(Tone(1100, time.Second), PlayOptions{To: []*Leg{a}, Done: func() {
				done = append(done, "over "+time.Since(start).Round(frameTime).String())
				r.Play(Beep(), PlayOptions{}).Stop()
			}})
			r.Play(Tone(1100, time.Second), PlayOptions{To: []*Leg{b}, Done: func() { done = append(done, "stopped") }}).Stop()
			talk(10, tones)
			fa.take()
			fb.take()
			talk(30, tones)
			fa.hears(fa.take(), 700, 1100) // over what it hears otherwise
			fb.hears(fb.take(), 450)
			talk(50, tones)
			synctest.Wait()
			if len(done) != 1 || done[0] != "over 1s" && done[0] != "over 980ms" {
				t.Errorf("%q", done)
			}
			if m := r.Mode(); m != Forward {
				t.Errorf("afterwards the room is in mode %s", m)
			}
			// A playback ends with the last of those it is for.
			r.Play(Tone(1100, time.Second), PlayOptions{To: []*Leg{a}, Loop: true})
			r.Leave(a)
			if len(r.plays) != 0 {
				t.Error("the playback goes on for nobody")
			}
			a.Close()
			b.Close()
			r.Close()
			ended()
		})
	})
}

// Seams: when a room changes its mode, or a sound begins or ends, the far end
// hears no step.
func TestNoClicks(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA, G722} {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, ended := group(t)
				r := NewRoom(g)
				a, fa := connected(t, g, c)
				b, fb := connected(t, g, c)
				third := NewLeg(g)
				r.Join(a)
				r.Join(b)
				tones := map[*farEnd]float64{fa: 0, fb: 263} // no whole periods in a frame
				for range 5 {
					talk(17, tones)
					r.Join(third) // mix
					talk(17, tones)
					r.Leave(third) // forward
					talk(17, tones)
					r.Play(Tone(300, 100*time.Millisecond), PlayOptions{To: []*Leg{a}})
					talk(17, tones)
					b.SetMuted(true)
					talk(9, tones)
					b.SetMuted(false)
				}
				synctest.Wait()
				got := fa.take()
				inOrder(t, got)
				pcm := fa.sound(got)
				// Both tones together rise by at most this much in a sample.
				limit := int(2 * math.Pi * 8000 * (263 + 300) / float64(c.SampleRate) * 1.3)
				for i := 400; i < len(pcm); i++ {
					if d := abs(int(pcm[i]) - int(pcm[i-1])); d > limit {
						t.Errorf("a step of %d at %.3f s, at most %d", d, float64(i)/float64(c.SampleRate), limit)
					}
				}
				a.Close()
				b.Close()
				third.Close()
				ended()
			})
		})
	}
}
