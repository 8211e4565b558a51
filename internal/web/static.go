package web

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"parley/internal/fail"
)

// nonceMark stands in index.html where the page's nonce belongs.
const nonceMark = "__CSP_NONCE__"

// static serves the built interface: one page for every path that is no file,
// and files with a hash in their name that may be cached for ever.
type static struct {
	files fs.FS
	index []byte
}

// newStatic gives nil where the interface was not built.
func newStatic(files fs.FS) *static {
	if files == nil {
		return nil
	}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil
	}
	return &static{files: files, index: index}
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" || name == "index.html" || path.Ext(name) == "" {
		s.page(w, r)
		return
	}
	if !fs.ValidPath(name) || !s.file(w, r, name) {
		WriteProblem(w, r, fail.NotFound("file"))
	}
}

// page answers with index.html and a policy that lets only its own nonce style
// the page. It is never cached: it names the hashed files of this version.
func (s *static) page(w http.ResponseWriter, r *http.Request) {
	nonce := newNonce()
	h := w.Header()
	h.Set("Content-Security-Policy", appPolicy(nonce))
	h.Set("Permissions-Policy", "microphone=(self), camera=(self), display-capture=(self), idle-detection=(self), geolocation=(), payment=(), usb=()")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(bytes.ReplaceAll(s.index, []byte(nonceMark), []byte(nonce)))
}

// appPolicy: scripts only from here, styles from here or with the nonce.
// Pages of other sites may be framed (screen pops, a team's start page; http: is
// of use where this page itself came by it, a secure one frames secure ones
// only), nobody may frame us.
func appPolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; style-src-attr 'unsafe-inline'; " +
		"img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; " +
		"frame-src 'self' http: https: blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

// File serves one built file, in the smallest form the client understands.
func File(files fs.FS, name string) http.Handler {
	s := &static{files: files}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.file(w, r, name) {
			WriteProblem(w, r, fail.NotFound("file"))
		}
	})
}

// file answers with a file, in the smallest form the client understands.
func (s *static) file(w http.ResponseWriter, r *http.Request, name string) bool {
	h := w.Header()
	accepts := r.Header.Get("Accept-Encoding")
	for _, form := range []struct{ coding, ext string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}} {
		if form.coding != "" && !acceptsCoding(accepts, form.coding) {
			continue
		}
		f, err := s.files.Open(name + form.ext)
		if err != nil {
			continue
		}
		defer func() { _ = f.Close() }()
		info, err := f.Stat()
		if err != nil || info.IsDir() {
			continue
		}
		h.Set("Vary", "Accept-Encoding")
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", cacheFor(name))
		if form.coding != "" {
			h.Set("Content-Encoding", form.coding)
		}
		h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
		if r.Method != http.MethodHead {
			_, _ = io.Copy(w, f)
		}
		return true
	}
	return false
}

// acceptsCoding reads Accept-Encoding (RFC 9110, 12.5.3) as far as needed: the
// coding is named and not refused by q=0.
func acceptsCoding(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// cacheFor: files under assets/ have a hash of their content in their name.
func cacheFor(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// contentType does not ask the machine's tables, which differ.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".ico":
		return "image/x-icon"
	case ".wasm":
		return "application/wasm"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}
