package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

func sine(n, rate int, hz, amplitude float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return pcm
}

func readSamples(t *testing.T, name string) []int16 {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

func TestG711(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA} {
		t.Run(c.Name+" gives back every byte and is near every sample", func(t *testing.T) {
			enc, dec := c.encoder(), c.decoder()
			for b := range 256 {
				var pcm [1]int16
				var again [1]byte
				dec.decode(pcm[:], []byte{byte(b)})
				enc.encode(again[:], pcm[:])
				minusZero := c.Name == PCMU.Name && b == 0x7F
				if int(again[0]) != b && !minusZero {
					t.Errorf("%#x comes back as %#x", b, again[0])
				}
			}
			for x := -32768; x <= 32767; x++ {
				var b [1]byte
				var pcm [1]int16
				enc.encode(b[:], []int16{int16(x)})
				dec.decode(pcm[:], b[:])
				// Half a step, which doubles with each segment: 1/32 of the value, and
				// what is beyond the last segment.
				if d := math.Abs(float64(int(pcm[0]) - x)); d > math.Abs(float64(x))/32+8 {
					t.Fatalf("%d comes back as %d", x, pcm[0])
				}
			}
			if silence := silences[c.Name]; silence[0] != enc1(enc, 0) {
				t.Errorf("silence is %#x, not %#x", enc1(enc, 0), silence[0])
			}
		})
	}
	// Values of ITU-T G.711, tables 1 and 2.
	for _, x := range []struct {
		b   byte
		pcm int16
		c   Codec
	}{{0x80, 32124, PCMU}, {0x00, -32124, PCMU}, {0xFF, 0, PCMU}, {0xFE, 8, PCMU}, {0xAA, 32256, PCMA}, {0x2A, -32256, PCMA}, {0xD5, 8, PCMA}, {0x55, -8, PCMA}} {
		var pcm [1]int16
		x.c.decoder().decode(pcm[:], []byte{x.b})
		if pcm[0] != x.pcm {
			t.Errorf("%s %#x is %d, not %d", x.c.Name, x.b, pcm[0], x.pcm)
		}
	}
}

func enc1(e encoder, x int16) byte {
	var b [1]byte
	e.encode(b[:], []int16{x})
	return b[0]
}

func TestG722(t *testing.T) {
	pcm, decoded := readSamples(t, "sweep.s16"), readSamples(t, "sweep.decoded.s16")
	bits, err := os.ReadFile("testdata/sweep.g722")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("writes the same bits as another implementation", func(t *testing.T) {
		out := make([]byte, len(pcm)/2)
		enc := newG722Encoder()
		for i := 0; i < len(out); i += frameBytes { // in frames, as in calls
			enc.encode(out[i:i+frameBytes], pcm[2*i:2*(i+frameBytes)])
		}
		if !bytes.Equal(out, bits) {
			t.Error("the bits differ")
		}
	})
	t.Run("reads them as the same samples", func(t *testing.T) {
		out := make([]int16, 2*len(bits))
		newG722Decoder().decode(out, bits)
		for i := range out {
			if out[i] != decoded[i] {
				t.Fatalf("sample %d is %d, not %d", i, out[i], decoded[i])
			}
		}
	})
	t.Run("an encoder that follows a decoder goes on without a click", func(t *testing.T) {
		enc, dec, far := newG722Encoder(), newG722Decoder(), newG722Decoder()
		tone := sine(320*20, 16000, 500, 8000)
		var b [frameBytes]byte
		var out []int16
		for i := range 20 {
			if i == 10 { // another encoder takes over
				enc = newG722Encoder()
				enc.follow(dec)
			}
			enc.encode(b[:], tone[320*i:320*(i+1)])
			var waste, frame [320]int16
			dec.decode(waste[:], b[:])
			far.decode(frame[:], b[:])
			out = append(out, frame[:]...)
		}
		// A tone of 500 Hz with this amplitude rises by at most 1,571 a sample.
		for i := 320; i < len(out); i++ {
			if d := int(out[i]) - int(out[i-1]); d > 2400 || d < -2400 {
				t.Errorf("a step of %d at sample %d", d, i)
			}
		}
	})
}

func TestResampling(t *testing.T) {
	// Level of the tone after one conversion, against before, in dB.
	up := func(in []int16) []int16 {
		h, out := halfband{}, make([]int16, 2*len(in))
		for i := 0; i < len(in); i += 160 {
			h.double(out[2*i:], in[i:i+160])
		}
		return out
	}
	down := func(in []int16) []int16 {
		h, out := halfband{}, make([]int16, len(in)/2)
		for i := 0; i < len(in); i += 320 {
			h.halve(out[i/2:], in[i:i+320])
		}
		return out
	}
	const amplitude = 10000
	db := func(pcm []int16, rate int, hz float64) float64 {
		return 20 * math.Log10((level(pcm[rate/10:], rate, hz)+1e-3)/amplitude)
	}
	for _, hz := range []float64{300, 1000, 2000, 3000, 3400} {
		if g := db(up(sine(8000, 8000, hz, amplitude)), 16000, hz); math.Abs(g) > 0.2 {
			t.Errorf("8 → 16 kHz: %v Hz changes by %.2f dB", hz, g)
		}
		if g := db(down(sine(16000, 16000, hz, amplitude)), 8000, hz); math.Abs(g) > 0.2 {
			t.Errorf("16 → 8 kHz: %v Hz changes by %.2f dB", hz, g)
		}
		if g := db(up(sine(8000, 8000, hz, amplitude)), 16000, 8000-hz); g > -55 {
			t.Errorf("8 → 16 kHz: the image of %v Hz is at %.1f dB", hz, g)
		}
		if g := db(resample(sine(48000, 48000, hz, amplitude), 48000, 8000), 8000, hz); math.Abs(g) > 0.3 {
			t.Errorf("48 → 8 kHz: %v Hz changes by %.2f dB", hz, g)
		}
		if g := db(resample(sine(44100, 44100, hz, amplitude), 44100, 16000), 16000, hz); math.Abs(g) > 0.3 {
			t.Errorf("44.1 → 16 kHz: %v Hz changes by %.2f dB", hz, g)
		}
	}
	for _, hz := range []float64{4700, 5500, 7000} {
		if g := db(down(sine(16000, 16000, hz, amplitude)), 8000, 8000-hz); g > -55 {
			t.Errorf("16 → 8 kHz: the alias of %v Hz is at %.1f dB", hz, g)
		}
		if g := db(resample(sine(48000, 48000, hz, amplitude), 48000, 8000), 8000, 8000-hz); g > -55 {
			t.Errorf("48 → 8 kHz: the alias of %v Hz is at %.1f dB", hz, g)
		}
	}
}
