package media

import "math"

// A halfband converts between 8 and 16 kHz, frame by frame, with a filter of 47
// taps of which every other is nil: flat to 3.4 kHz, 60 dB down from 4.6 kHz.
type halfband struct {
	past [halfTaps]float32 // what was before the frame
}

const (
	halfSide = 12 // taps that are not nil on each side of the middle one
	halfTaps = 4*halfSide - 1
)

// halfCoef are the taps at distances 1, 3, 5 … of the middle, whose own is 1/2.
var halfCoef = func() (c [halfSide]float32) {
	const beta = 5.65 // Kaiser, for 60 dB
	sum := 0.0
	var f [halfSide]float64
	for i := range f {
		d := float64(2*i + 1)
		x := d / (halfTaps/2 + 1)
		f[i] = math.Sin(math.Pi*d/2) / (math.Pi * d) * bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
		sum += 2 * f[i]
	}
	for i := range f {
		c[i] = float32(f[i] * 0.5 / sum)
	}
	return c
}()

// bessel is I0, the modified Bessel function of the first kind.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= x / 2 / k * x / 2 / k
		sum += term
	}
	return sum
}

func clip(v float32) int16 {
	return int16(max(-32768, min(32767, int32(math.RoundToEven(float64(v))))))
}

// double writes twice as many samples as src has. dst and src may overlap.
func (h *halfband) double(dst, src []int16) {
	// Of the samples with zeros between them every output sees either the middle
	// tap alone, or the others alone.
	const n = 2 * halfSide
	var buf [n + 160]float32
	copy(buf[:n], h.past[:n])
	for i, x := range src {
		buf[n+i] = float32(x)
	}
	for i := range src {
		at := i + n // newest sample
		var v float32
		for k, c := range halfCoef {
			v += c * (buf[at-halfSide+1+k] + buf[at-halfSide-k])
		}
		dst[2*i], dst[2*i+1] = clip(buf[at-halfSide]), clip(2*v)
	}
	copy(h.past[:n], buf[len(src):len(src)+n])
}

// halve writes half as many samples as src has. dst and src may overlap.
func (h *halfband) halve(dst, src []int16) {
	const n = halfTaps
	var buf [n + 320]float32
	copy(buf[:n], h.past[:])
	for i, x := range src {
		buf[n+i] = float32(x)
	}
	for i := range len(src) / 2 {
		mid := n + 2*i - 2*halfSide + 1
		v := buf[mid] / 2
		for k, c := range halfCoef {
			v += c * (buf[mid-1-2*k] + buf[mid+1+2*k])
		}
		dst[i] = clip(v)
	}
	copy(h.past[:], buf[len(src):len(src)+n])
}
