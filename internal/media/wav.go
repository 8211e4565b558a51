package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"parley/internal/fail"
)

// Limits of what is taken in as a sound.
const (
	MaxSoundBytes  = 64 << 20
	MaxSoundLength = 10 * time.Minute
	minSoundRate   = 8000
	maxSoundRate   = 48000
)

func unreadable(format string, args ...any) error {
	return fail.Invalid("file", fmt.Sprintf(format, args...))
}

// readSound reads at most MaxSoundBytes.
func readSound(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxSoundBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxSoundBytes {
		return nil, fail.TooLarge("file", MaxSoundBytes)
	}
	return b, nil
}

// checkRate refuses rates nobody records at, checkLength what is too long.
func checkRate(rate int) error {
	if rate < minSoundRate || rate > maxSoundRate {
		return unreadable("a sampling rate of %d to %d Hz, not %d", minSoundRate, maxSoundRate, rate)
	}
	return nil
}

func checkLength(samples, rate int) error {
	if samples == 0 {
		return unreadable("there is no sound in it")
	}
	if int64(samples) > int64(rate)*int64(MaxSoundLength/time.Second) {
		return unreadable("at most %d minutes", MaxSoundLength/time.Minute)
	}
	return nil
}

// Formats of WAVE.
const (
	wavePCM        = 1
	waveALaw       = 6
	waveULaw       = 7
	waveExtensible = 0xFFFE
)

type waveFormat struct{ tag, channels, rate, bits int }

func parseWaveFormat(b []byte) (f waveFormat, err error) {
	if len(b) < 16 {
		return f, unreadable("its format chunk is cut off")
	}
	le := binary.LittleEndian
	f = waveFormat{int(le.Uint16(b)), int(le.Uint16(b[2:])), int(le.Uint32(b[4:])), int(le.Uint16(b[14:]))}
	if f.tag == waveExtensible && len(b) >= 26 {
		f.tag = int(le.Uint16(b[24:]))
	}
	if f.channels < 1 || f.channels > 8 {
		return f, unreadable("one to eight channels, not %d", f.channels)
	}
	switch {
	case f.tag == wavePCM && f.bits == 16, f.tag == waveALaw && f.bits == 8, f.tag == waveULaw && f.bits == 8:
	default:
		return f, unreadable("a WAV file of 16-bit PCM or of G.711, not format %d with %d bits", f.tag, f.bits)
	}
	return f, checkRate(f.rate)
}

// DecodeWAV reads a WAV file: PCM of 16 bits or G.711, 8 to 48 kHz, channels are
// added up to one. What is wrong with it is a fail.Error for whoever sent it.
func DecodeWAV(r io.Reader) (*Sound, error) {
	b, err := readSound(r)
	if err != nil {
		return nil, err
	}
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, unreadable("this is no WAV file")
	}
	var f waveFormat
	known := false
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
		b = b[8:]
		// A recorder that was cut off, or wrote to a pipe, leaves a size that is too
		// large: the rest is what there is.
		body := b[:min(size, int64(len(b)))]
		switch id {
		case "fmt ":
			if f, err = parseWaveFormat(body); err != nil {
				return nil, err
			}
			known = true
		case "data":
			if !known {
				return nil, unreadable("its data comes before its format")
			}
			return decodeWave(f, body)
		}
		b = b[min(size+size&1, int64(len(b))):]
	}
	return nil, unreadable("there is no sound in it")
}

func decodeWave(f waveFormat, b []byte) (*Sound, error) {
	n := len(b) / (f.channels * f.bits / 8)
	if err := checkLength(n, f.rate); err != nil {
		return nil, err
	}
	pcm := make([]int16, n)
	for i := range pcm {
		var sum int32
		for c := range f.channels {
			k := i*f.channels + c
			switch f.tag {
			case waveALaw:
				sum += int32(ofAlaw[b[k]])
			case waveULaw:
				sum += int32(ofUlaw[b[k]])
			default:
				sum += int32(int16(binary.LittleEndian.Uint16(b[2*k:])))
			}
		}
		pcm[i] = int16(sum / int32(f.channels))
	}
	return newSound(pcm, f.rate), nil
}

// DecodeSound reads a WAV or an MP3 file, whichever it is.
func DecodeSound(r io.Reader) (*Sound, error) {
	b, err := readSound(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(b, []byte("RIFF")) {
		return DecodeWAV(bytes.NewReader(b))
	}
	return DecodeMP3(bytes.NewReader(b))
}
