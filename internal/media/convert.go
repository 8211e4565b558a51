package media

import "math"

// resample converts a whole sound between any two rates with a windowed sinc
// that cuts at the lower of the two.
func resample(pcm []int16, from, to int) []int16 {
	if from == to {
		return append([]int16(nil), pcm...)
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	ratio := min(1, float64(to)/float64(from))
	side := int(math.Ceil(24 / ratio))
	const beta = 7.0 // 70 dB
	cut := 0.93 * ratio
	// One row of taps for each position of an output sample between two inputs.
	taps := make([][]float32, up)
	for phase := range taps {
		row := make([]float32, 2*side)
		sum := 0.0
		for k := range row {
			d := float64(k-side+1) - float64(phase)/float64(up)
			v := cut
			if d != 0 {
				v = math.Sin(math.Pi*d*cut) / (math.Pi * d)
			}
			x := d / float64(side)
			v *= bessel(beta * math.Sqrt(max(0, 1-x*x)))
			row[k] = float32(v)
			sum += v
		}
		for k := range row {
			row[k] /= float32(sum)
		}
		taps[phase] = row
	}
	out := make([]int16, int(int64(len(pcm))*int64(to)/int64(from)))
	for i := range out {
		at := int64(i) * int64(down)
		row, first := taps[at%int64(up)], int(at/int64(up))-side+1
		var v float32
		for k, c := range row {
			if j := first + k; j >= 0 && j < len(pcm) {
				v += c * float32(pcm[j])
			}
		}
		out[i] = clip(v)
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
