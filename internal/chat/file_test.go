package chat

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/jpeg"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// everyType is a service that takes all there is.
var everyType = slices.Collect(maps.Keys(fileTypes))

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)))
	return b.Bytes()
}

func TestInspectFile(t *testing.T) {
	var photo bytes.Buffer
	_ = jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 31, 17)), nil)
	webp, _ := base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=") // 1 × 1 pixel, lossy

	good := []struct {
		name, mime string
		head       []byte
		w, h       int
	}{
		{"a.png", "image/png", pngOf(40, 30), 40, 30},
		{"photo.JPG", "image/jpeg", photo.Bytes(), 31, 17},
		{"x.webp", "image/webp", webp, 1, 1},
		{"doc.pdf", "application/pdf", []byte("%PDF-1.7\n…"), 0, 0},
		{"notes.txt", "text/plain", []byte("просто текст"), 0, 0},
		{"old.txt", "text/plain", []byte{0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2}, 0, 0}, // windows-1251
		{"letter.docx", fileTypes["docx"].mime, []byte("PK\x03\x04rest"), 0, 0},
	}
	for _, c := range good {
		k, err := InspectFile(c.name, c.head, everyType)
		if err != nil || k.Type != c.mime || k.Width != c.w || k.Height != c.h {
			t.Errorf("[C-11] %s: got %+v, %v", c.name, k, err)
		}
	}

	bad := []struct {
		title, name, why string
		head             []byte
		allowed          []string
	}{
		{"a program named as an image", "cat.png", "content", []byte("MZ\x90\x00"), everyType},
		{"a page named as text", "a.txt", "content", []byte("<!DOCTYPE html><script>alert(1)</script>"), everyType},
		{"a program", "setup.exe", ".exe", []byte("MZ\x90\x00"), everyType},
		{"a drawing that may hold script", "a.svg", ".svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), everyType},
		{"a page", "a.html", ".html", []byte("<html>"), everyType},
		{"no ending", "README", "PAR-5001", []byte("text"), everyType},
		{"a service that takes no files", "a.png", "PAR-5001", pngOf(1, 1), nil},
		{"nothing in it", "a.png", "empty", nil, everyType},
		{"not on the service's list", "a.png", ".png", pngOf(1, 1), []string{"pdf", "text/*"}},
	}
	for _, c := range bad {
		if _, err := InspectFile(c.name, c.head, c.allowed); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("[C-11] [X-3] %s: got %v, want a reason with %q", c.title, err, c.why)
		}
	}
	for _, allowed := range [][]string{{"png"}, {".PNG"}, {"image/*"}, {"image/png"}} {
		if _, err := InspectFile("a.png", pngOf(1, 1), allowed); err != nil {
			t.Errorf("[C-11] allowed %v: %v", allowed, err)
		}
	}
}

func TestFileHeaders(t *testing.T) {
	for mimeType, disposition := range map[string]string{
		"image/png": "inline", "image/webp": "inline", "image/heic": "attachment", "application/pdf": "attachment", "text/plain": "attachment",
	} {
		h := http.Header{}
		FileHeaders(h, "отчёт.x", mimeType)
		if !strings.HasPrefix(h.Get("Content-Disposition"), disposition) || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") || h.Get("Content-Type") != mimeType {
			t.Errorf("[C-11] %s: %v", mimeType, h)
		}
	}
}

func FuzzInspectFile(f *testing.F) {
	f.Add("a.png", pngOf(2, 2))
	f.Add("a.webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8X"))
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		k, err := InspectFile(name, head, everyType)
		if err == nil && (k.Type == "" || k.Name == "" || strings.Contains(k.Type, "html") || strings.Contains(k.Type, "svg")) {
			t.Errorf("%q passed as %+v", name, k)
		}
	})
}
