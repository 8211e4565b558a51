package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// DecodeMP3 reads an MP3 file; both channels are added up to one.
func DecodeMP3(r io.Reader) (*Sound, error) {
	b, err := readSound(r)
	if err != nil {
		return nil, err
	}
	pcm, rate, err := decodeMP3(b)
	if err != nil {
		return nil, err
	}
	return newSound(pcm, rate), nil
}

// decodeMP3 turns a panic of the decoder, which was not written for hostile
// files, into the error it is.
func decodeMP3(b []byte) (pcm []int16, rate int, err error) {
	defer func() {
		if v := recover(); v != nil {
			pcm, err = nil, unreadable("this MP3 file is damaged: %v", v)
		}
	}()
	// Without Seek it does not walk through the whole file first.
	d, err := mp3.NewDecoder(struct{ io.Reader }{bytes.NewReader(b)})
	if err != nil {
		return nil, 0, unreadable("this is no MP3 file")
	}
	rate = d.SampleRate()
	if err := checkRate(rate); err != nil {
		return nil, 0, err
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(d, buf)
		for i := 0; i+4 <= n; i += 4 {
			l, r := int16(binary.LittleEndian.Uint16(buf[i:])), int16(binary.LittleEndian.Uint16(buf[i+2:]))
			pcm = append(pcm, int16((int32(l)+int32(r))/2))
		}
		if tooLong := checkLength(max(1, len(pcm)), rate); tooLong != nil {
			return nil, 0, tooLong
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return pcm, rate, checkLength(len(pcm), rate)
		}
		if err != nil {
			return nil, 0, unreadable("this MP3 file is damaged: %s", fmt.Sprint(err))
		}
	}
}
