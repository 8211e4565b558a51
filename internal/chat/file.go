package chat

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/gif"  // sizes of images
	_ "image/jpeg" // sizes of images
	_ "image/png"  // sizes of images
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"parley/internal/fail"
)

// HeadBytes is how much of a file is looked at before the rest is taken: enough
// for every signature and for a photo's size behind its EXIF block (64 KiB).
const HeadBytes = 128 << 10

// FileKind is what a file turned out to be.
type FileKind struct {
	Name          string // cleaned
	Type          string // MIME type by content and ending, never what the sender claims
	Width, Height int    // of an image, pixels; 0 when unknown
}

// fileType is a kind of file that may pass: its MIME type and its signature.
type fileType struct {
	mime string
	is   func(head []byte) bool
}

var fileTypes = map[string]fileType{
	"png":  {"image/png", starts("\x89PNG\r\n\x1a\n")},
	"jpg":  {"image/jpeg", starts("\xff\xd8\xff")},
	"jpeg": {"image/jpeg", starts("\xff\xd8\xff")},
	"gif":  {"image/gif", starts("GIF87a", "GIF89a")},
	"webp": {"image/webp", riff("WEBP")},
	"heic": {"image/heic", at(4, "ftyp")},
	"pdf":  {"application/pdf", starts("%PDF-")},
	"txt":  {"text/plain", plain},
	"log":  {"text/plain", plain},
	"csv":  {"text/csv", plain},
	"rtf":  {"application/rtf", starts(`{\rtf`)},
	"doc":  {"application/msword", starts("\xd0\xcf\x11\xe0")},
	"xls":  {"application/vnd.ms-excel", starts("\xd0\xcf\x11\xe0")},
	"ppt":  {"application/vnd.ms-powerpoint", starts("\xd0\xcf\x11\xe0")},
	"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", starts("PK\x03\x04")},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", starts("PK\x03\x04")},
	"pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", starts("PK\x03\x04")},
	"odt":  {"application/vnd.oasis.opendocument.text", starts("PK\x03\x04")},
	"ods":  {"application/vnd.oasis.opendocument.spreadsheet", starts("PK\x03\x04")},
	"zip":  {"application/zip", starts("PK\x03\x04", "PK\x05\x06")},
	"7z":   {"application/x-7z-compressed", starts("7z\xbc\xaf\x27\x1c")},
	"rar":  {"application/vnd.rar", starts("Rar!\x1a\x07")},
	"mp3":  {"audio/mpeg", starts("ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2")},
	"m4a":  {"audio/mp4", at(4, "ftyp")},
	"ogg":  {"audio/ogg", starts("OggS")},
	"wav":  {"audio/wav", riff("WAVE")},
	"mp4":  {"video/mp4", at(4, "ftyp")},
	"mov":  {"video/quicktime", at(4, "ftyp")},
	"webm": {"video/webm", starts("\x1a\x45\xdf\xa3")},
}

func starts(signatures ...string) func([]byte) bool {
	return func(head []byte) bool {
		return slices.ContainsFunc(signatures, func(s string) bool { return bytes.HasPrefix(head, []byte(s)) })
	}
}

func at(offset int, signature string) func([]byte) bool {
	return func(head []byte) bool {
		return len(head) >= offset && bytes.HasPrefix(head[offset:], []byte(signature))
	}
}

func riff(form string) func([]byte) bool {
	return func(head []byte) bool {
		return bytes.HasPrefix(head, []byte("RIFF")) && at(8, form)(head)
	}
}

// plain is true for text in any old encoding that no browser takes for a page.
func plain(head []byte) bool {
	return strings.HasPrefix(http.DetectContentType(head), "text/plain")
}

// InspectFile decides from name and the first bytes (up to HeadBytes) whether a
// file may pass. allowed holds endings ("pdf") or MIME types ("image/*") as the
// service sets them; empty means that none may be sent. A refusal says why.
func InspectFile(name string, head []byte, allowed []string) (FileKind, error) {
	k := FileKind{Name: CleanFileName(name)}
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(k.Name), "."))
	ft, known := fileTypes[ext]
	switch {
	case len(head) == 0:
		return k, refused("PAR-5004", "type", ext)
	case !known, !permitted(allowed, ext, ft.mime):
		return k, refused("PAR-5001", "type", "."+ext)
	case !ft.is(head):
		return k, refused("PAR-5002", "type", "."+ext)
	}
	k.Type = ft.mime
	k.Width, k.Height = imageSize(ft.mime, head)
	return k, nil
}

func refused(code, arg string, value any) error {
	e := fail.New(code, map[string]any{arg: value})
	e.Field = "file"
	return e
}

func permitted(allowed []string, ext, mimeType string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		a = strings.ToLower(strings.TrimSpace(a))
		if group, ok := strings.CutSuffix(a, "/*"); ok {
			return strings.HasPrefix(mimeType, group+"/")
		}
		return strings.TrimPrefix(a, ".") == ext || a == mimeType
	})
}

func imageSize(mimeType string, head []byte) (width, height int) {
	switch mimeType {
	case "image/webp":
		return webpSize(head)
	case "image/png", "image/jpeg", "image/gif":
		c, _, err := image.DecodeConfig(bytes.NewReader(head))
		if err != nil {
			return 0, 0 // shown without a reserved place
		}
		return c.Width, c.Height
	}
	return 0, 0
}

// webpSize reads the canvas from the first chunk (RFC 9649, sections 2.5-2.7).
func webpSize(head []byte) (width, height int) {
	if len(head) < 30 {
		return 0, 0
	}
	switch string(head[12:16]) {
	case "VP8X":
		return 1 + le24(head[24:]), 1 + le24(head[27:])
	case "VP8L":
		b := binary.LittleEndian.Uint32(head[21:])
		return 1 + int(b&0x3fff), 1 + int(b>>14&0x3fff)
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(head[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(head[28:]) & 0x3fff)
	}
	return 0, 0
}

func le24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// shownInline are the types a browser may draw in place: raster images, which
// can carry no script.
var shownInline = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

// FileHeaders sets how a stored file is handed out: never guessed, never with
// the page's rights, as a download unless it is a plain image.
func FileHeaders(h http.Header, name, mimeType string) {
	disposition := "attachment"
	if slices.Contains(shownInline, mimeType) {
		disposition = "inline"
	}
	if v := mime.FormatMediaType(disposition, map[string]string{"filename": name}); v != "" {
		disposition = v
	}
	h.Set("Content-Type", mimeType)
	h.Set("Content-Disposition", disposition)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
}
