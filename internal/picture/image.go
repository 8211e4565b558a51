package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	_ "image/gif" // reads them
	"image/jpeg"
	"image/png"

	"parley/internal/fail"
)

const (
	// MaxBytes of a file that comes in.
	MaxBytes  = 10 << 20
	maxPixels = 32_000_000
	photoSide = 192 // of the square; shown at 64 px at most, on the densest screens three to one
	logoSide  = 256 // the longer one
)

// photo makes the square in the middle of a picture, as JPEG.
func photo(file []byte) ([]byte, error) {
	m, err := read(file)
	if err != nil {
		return nil, err
	}
	b := m.Bounds()
	side := min(b.Dx(), b.Dy())
	at := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	small := shrink(m, image.Rectangle{at, at.Add(image.Pt(side, side))}, image.Pt(min(side, photoSide), min(side, photoSide)))
	onWhite(small)
	var out bytes.Buffer
	err = jpeg.Encode(&out, small, &jpeg.Options{Quality: 88})
	return out.Bytes(), err
}

// logo makes the whole of a picture small, as PNG: it may be see-through.
func logo(file []byte) ([]byte, error) {
	m, err := read(file)
	if err != nil {
		return nil, err
	}
	size := m.Bounds().Size()
	if long := max(size.X, size.Y); long > logoSide {
		size = image.Pt(max(1, size.X*logoSide/long), max(1, size.Y*logoSide/long))
	}
	var out bytes.Buffer
	err = png.Encode(&out, shrink(m, m.Bounds(), size))
	return out.Bytes(), err
}

// read gives the picture in a file, upright. Its size is looked at first: a few
// bytes may claim to be a picture that no memory holds.
func read(file []byte) (image.Image, error) {
	head, kind, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fail.Invalid("file", "must be a PNG, JPEG or GIF picture")
	}
	if head.Width < 1 || head.Height < 1 || head.Width > maxPixels/head.Height {
		return nil, fail.Invalid("file", "has too many pixels: at most 32 million")
	}
	m, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fail.Invalid("file", "is damaged: the picture can't be read")
	}
	if kind == "jpeg" {
		m = turned{m, orientation(file)}
	}
	return m, nil
}

// shrink averages the part of m that lies under each pixel of a smaller picture.
func shrink(m image.Image, part image.Rectangle, size image.Point) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		y0, y1 := part.Min.Y+y*part.Dy()/size.Y, part.Min.Y+(y+1)*part.Dy()/size.Y
		for x := range size.X {
			x0, x1 := part.Min.X+x*part.Dx()/size.X, part.Min.X+(x+1)*part.Dx()/size.X
			out.Set(x, y, mean(m, image.Rect(x0, y0, max(x1, x0+1), max(y1, y0+1))))
		}
	}
	return out
}

func mean(m image.Image, part image.Rectangle) color.Color {
	var r, g, b, a, n uint64
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			pr, pg, pb, pa := m.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa), n+1
		}
	}
	return color.RGBA64{uint16(r / n), uint16(g / n), uint16(b / n), uint16(a / n)}
}

// onWhite puts white behind what is see-through.
func onWhite(m *image.NRGBA) {
	for i := 0; i < len(m.Pix); i += 4 {
		a := uint32(m.Pix[i+3])
		for j := range 3 {
			m.Pix[i+j] = byte((uint32(m.Pix[i+j])*a + 255*(255-a)) / 255)
		}
		m.Pix[i+3] = 255
	}
}

// turned is a picture as its camera was held: the EXIF orientation, 1 to 8.
type turned struct {
	image.Image
	orientation int
}

func (t turned) Bounds() image.Rectangle {
	size := t.Image.Bounds().Size()
	if t.orientation >= 5 {
		size.X, size.Y = size.Y, size.X
	}
	return image.Rectangle{Max: size}
}

func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.orientation {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}

// orientation reads how a JPEG was held from its EXIF block; 1, upright, where
// nothing is said or the block is broken.
func orientation(file []byte) int {
	for p := 2; p+4 <= len(file) && file[p] == 0xff; {
		size := int(binary.BigEndian.Uint16(file[p+2:]))
		end := p + 2 + size
		if size < 2 || end > len(file) || file[p+1] == 0xda {
			break
		}
		if block := file[p+4 : end]; file[p+1] == 0xe1 && bytes.HasPrefix(block, []byte("Exif\x00\x00")) {
			return tiffOrientation(block[6:])
		}
		p = end
	}
	return 1
}

const tagOrientation = 0x0112

func tiffOrientation(b []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	}
	if order == nil || len(b) < 8 {
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	for i := range uint64(order.Uint16(b[at:])) {
		e := at + 2 + 12*i
		if e+12 > uint64(len(b)) {
			break
		}
		if order.Uint16(b[e:]) == tagOrientation {
			if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			break
		}
	}
	return 1
}
