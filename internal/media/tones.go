package media

import (
	"math"
	"sync"
	"time"
)

// toneLevel is 12 dB below the loudest there is.
const toneLevel = 8000

// tone writes a sine with soft ends.
func tone(pcm []int16, hz float64, level float64) {
	const fade = 80 // 5 ms
	for i := range pcm {
		g := min(1, float64(i)/fade, float64(len(pcm)-1-i)/fade)
		pcm[i] = int16(g * level * math.Sin(2*math.Pi*hz*float64(i)/16000))
	}
}

// Tone is a sine of hz that lasts d, a minute at most.
func Tone(hz float64, d time.Duration) *Sound {
	pcm := make([]int16, max(0, min(d, time.Minute))*16/time.Millisecond)
	tone(pcm, hz, toneLevel)
	return newSound(pcm, 16000)
}

// Beep is what one hears before something begins: a short, high tone.
var Beep = sync.OnceValue(func() *Sound { return Tone(1000, 200*time.Millisecond) })

// Ringback is what a caller hears while it rings, as in Russia: 425 Hz, 1 s of 5.
var Ringback = sync.OnceValue(func() *Sound {
	pcm := make([]int16, 5*16000)
	tone(pcm[:16000], 425, toneLevel)
	return newSound(pcm, 16000)
})

// Busy is what a caller hears when nobody takes the call, as in Russia: 425 Hz,
// on and off for 0.35 s.
var Busy = sync.OnceValue(func() *Sound {
	pcm := make([]int16, 700*16)
	tone(pcm[:350*16], 425, toneLevel)
	return newSound(pcm, 16000)
})

// The music: four chords of six seconds under a slow melody of plucked notes.
// Everything lies in the telephone's band, and what rings past the end goes on at
// the beginning, so that the loop has no seam.
const (
	musicRate  = 16000
	chordTime  = 6 * musicRate
	pluckTime  = chordTime / 8
	musicLevel = 5000.0
)

// Notes are in semitones from A (220 Hz).
var (
	musicChords = [4][4]int{
		{-4, 0, 3, 7},  // F major seventh
		{-2, 2, 5, 9},  // G sixth
		{0, 3, 7, 10},  // A minor seventh
		{-5, -1, 3, 7}, // C over E
	}
	// Steps of the chord an octave up, one each half of a beat; -1 rests.
	musicPlucks = [4][8]int{
		{0, 2, 3, 2, 1, 2, -1, 2},
		{0, 2, 3, 1, 2, -1, 1, 2},
		{3, 2, 1, 2, 0, 2, 1, -1},
		{1, 2, 3, 2, 3, -1, 2, 1},
	}
)

func pitchOf(semitones int) float64 { return 220 * math.Pow(2, float64(semitones)/12) }

// Music is a calm loop of 24 s, made when it is first asked for.
var Music = sync.OnceValue(func() *Sound {
	n := len(musicChords) * chordTime
	mix := make([]float64, n)
	for c, chord := range musicChords {
		for v, note := range chord {
			// Two voices a little apart make it breathe.
			for _, cents := range [2]float64{-3, 4} {
				pad(mix, c*chordTime, pitchOf(note)*math.Pow(2, cents/1200), 0.16-0.02*float64(v))
			}
		}
		for k, step := range musicPlucks[c] {
			if step >= 0 {
				pluck(mix, c*chordTime+k*pluckTime, 2*pitchOf(chord[step]), 0.34)
			}
		}
	}
	peak := 0.0
	for _, v := range mix {
		peak = max(peak, math.Abs(v))
	}
	pcm := make([]int16, n)
	for i, v := range mix {
		pcm[i] = int16(v / peak * 2 * musicLevel)
	}
	return newSound(pcm, musicRate)
})

// pad swells and fades over its chord and a second into its neighbours.
func pad(mix []float64, at int, hz, level float64) {
	const edge = musicRate
	for i := -edge; i < chordTime+edge; i++ {
		g := 1.0
		if i < edge {
			g = math.Sin(math.Pi / 4 * (1 + float64(i)/edge))
		} else if i > chordTime-edge {
			g = math.Sin(math.Pi / 4 * (1 + float64(chordTime-i)/edge))
		}
		t := 2 * math.Pi * hz * float64(i) / musicRate
		mix[(at+i+len(mix))%len(mix)] += level * g * g * (math.Sin(t) + 0.25*math.Sin(2*t) + 0.08*math.Sin(3*t))
	}
}

// pluck rings out over two seconds.
func pluck(mix []float64, at int, hz, level float64) {
	for i := range 2 * musicRate {
		s := float64(i) / musicRate
		g := level * min(1, s/0.008) * math.Exp(-2.6*s) * min(1, (2-s)/0.1)
		t := 2 * math.Pi * hz * s
		mix[(at+i)%len(mix)] += g * (math.Sin(t) + 0.3*math.Exp(-4*s)*math.Sin(2*t) + 0.12*math.Exp(-7*s)*math.Sin(3*t))
	}
}
