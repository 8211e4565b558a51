package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// held is a JPEG, red on the left and blue on the right, with an EXIF block of
// an orientation, and a place in it that must not get out.
func held(t testing.TB, orientation byte) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for x := range 400 {
		for y := range 400 {
			m.Set(x, y, map[bool]color.Color{true: color.RGBA{255, 0, 0, 255}, false: color.RGBA{0, 0, 255, 255}}[x < 200])
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	tiff := append([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), orientation, 0, 0, 0, 0, 0, 0, 0)
	block := append([]byte("Exif\x00\x00"), append(tiff, "MOSCOW"...)...)
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(block) + 2)}, block...)
	return append(head, b.Bytes()[2:]...)
}

func TestImage(t *testing.T) {
	t.Run("[C-20/photos] a photo is a small upright square without what else the file carried", func(t *testing.T) {
		for orientation, red := range map[byte]image.Point{1: {20, 96}, 3: {170, 96}, 6: {96, 20}, 8: {96, 170}} {
			out, err := photo(held(t, orientation))
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil || m.Bounds() != image.Rect(0, 0, 192, 192) || bytes.Contains(out, []byte("MOSCOW")) {
				t.Fatalf("%v, %v", err, m.Bounds())
			}
			if r, _, b, _ := m.At(red.X, red.Y).RGBA(); r < b {
				t.Errorf("held %d: the left side is not at %v", orientation, red)
			}
		}
	})
	t.Run("[C-20/logo] a logo keeps its shape and what is see-through", func(t *testing.T) {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 1000, 250))); err != nil {
			t.Fatal(err)
		}
		out, err := logo(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(out))
		if err != nil || m.Bounds() != image.Rect(0, 0, 256, 64) {
			t.Fatalf("%v, %v", err, m.Bounds())
		}
		if _, _, _, a := m.At(9, 9).RGBA(); a != 0 {
			t.Error("not see-through any more")
		}
	})
	t.Run("[C-20/logo] what is no picture, is damaged or claims to be huge is refused", func(t *testing.T) {
		huge := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")
		for _, f := range [][]byte{nil, []byte("<svg onload=alert(1)>"), held(t, 1)[:600], huge} {
			if _, err := logo(f); err == nil {
				t.Errorf("%.20q was taken", f)
			}
		}
	})
}

func FuzzOrientation(f *testing.F) {
	f.Add(held(f, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o := orientation(b); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}
