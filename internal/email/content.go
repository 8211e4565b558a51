package email

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/internal/fail"
	"parley/internal/letter"
	"parley/internal/org"
	"parley/internal/web"
)

func (a API) registerContent(s *web.Server) {
	see := web.Needs(org.HandleEmail, org.HandleOthersCases, org.RecordsView)
	s.Handle("GET /api/mails/{id}/html", http.HandlerFunc(a.html), see)
	s.Handle("GET /api/mails/{id}/text", http.HandlerFunc(a.text), see)
	s.Handle("GET /api/mails/{id}/raw", http.HandlerFunc(a.raw), see)
	s.Handle("GET /api/mail-files/{id}", http.HandlerFunc(a.file), see)
	s.Handle("GET /api/mail-images", http.HandlerFunc(a.image), see)
	s.Handle("POST /api/mails/{id}/files", http.HandlerFunc(a.upload), web.Needs(org.HandleEmail))
}

// frame are the headers of a mail's text: shown in a frame of ours without
// scripts, forms or anything from outside. It keeps our origin so that the page
// around it can measure it and show what is folded; scripts stay forbidden twice.
func frame(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "+
		"frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
}

// page is what stands around a mail's text. Mails are written for white paper,
// in the dark theme too.
const page = `<!doctype html><meta charset="utf-8"><base target="_blank"><style>` +
	`html{background:#fff;color:#1b1f23;font:14px/1.5 Inter,system-ui,Arial,sans-serif;overflow-wrap:anywhere}body{margin:0;padding:.5em .75em}` +
	`body>p:first-child{margin-top:0}body>p:last-child{margin-bottom:0}` +
	`img{max-width:100%}table{max-width:100%}blockquote{margin:0 0 0 .75em;padding-left:.75em;border-left:2px solid #c5ccd3;color:#4a545e}` +
	`body:not(.unfolded) [data-fold]{display:none}pre{white-space:pre-wrap}</style><body>`

// html is GET /api/mails/{id}/html?images.
func (a API) html(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r.Context())
	m, err := a.Mails.openMail(ctx, who, r.PathValue("id"))
	if err == nil && m.HTML == "" {
		err = fail.NotFound("mail")
	}
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	files, err := a.Mails.filesOf(ctx, a.Mails.db.Read(), who.TenantID, m.ID)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	doc := outward(m.HTML, files)
	if r.URL.Query().Get("images") == "1" {
		doc = letter.ShowRemote(doc, func(u string) string {
			return "/api/mail-images?mail=" + url.QueryEscape(m.ID) + "&u=" + url.QueryEscape(u)
		})
	}
	frame(w.Header())
	_, _ = io.WriteString(w, page+letter.SplitHTML(doc))
}

// text is GET /api/mails/{id}/text: one mail as plain text, for a tab of its own
// (E-22).
func (a API) text(w http.ResponseWriter, r *http.Request) {
	m, err := a.Mails.openMail(r.Context(), web.Who(r.Context()), r.PathValue("id"))
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	to := make([]string, len(m.To))
	for i, x := range m.To {
		to[i] = shown(x)
	}
	_, _ = io.WriteString(w, shown(Address{Name: m.FromName, Address: m.FromAddress})+"\n→ "+strings.Join(to, ", ")+"\n"+
		time.UnixMilli(m.At).UTC().Format(time.RFC1123)+"\n"+m.Subject+"\n\n"+m.Text+"\n")
}

// raw is GET /api/mails/{id}/raw: the mail as it came or went.
func (a API) raw(w http.ResponseWriter, r *http.Request) {
	m, err := a.Mails.openMail(r.Context(), web.Who(r.Context()), r.PathValue("id"))
	if err == nil && m.RawHash == "" {
		err = fail.NotFound("mail")
	}
	if err == nil {
		var files []MailFile
		if files, err = a.Mails.filesOf(r.Context(), a.Mails.db.Read(), m.TenantID, m.ID); err == nil {
			err = shutAny(files) // they are all in it
		}
	}
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	a.serve(w, r, m.TenantID, m.RawHash, "mail.eml", "message/rfc822", false, m.At)
}

// file is GET /api/mail-files/{id}: a download; pictures that every browser shows
// safely may stand in a mail's text.
func (a API) file(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r.Context())
	its := make([]MailFile, 0, 1)
	err := a.Mails.db.Read().NewSelect().Model(&its).Where("f.tenant_id = ? AND f.id = ?", who.TenantID, r.PathValue("id")).Scan(ctx)
	if err != nil || len(its) == 0 {
		web.WriteProblem(w, r, fail.NotFound("file"))
		return
	}
	a.Mails.inForce(its)
	f := its[0]
	m, err := a.Mails.openMail(ctx, who, f.MailID)
	if err != nil {
		web.WriteProblem(w, r, fail.NotFound("file"))
		return
	}
	if err := f.shut(); err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	a.serve(w, r, who.TenantID, f.Hash, f.Name, f.Type, r.URL.Query().Get("download") == "", m.At)
}

func (a API) serve(w http.ResponseWriter, r *http.Request, tenant, hash, name, kind string, show bool, at int64) {
	body, err := a.Mails.blobs.Open(r.Context(), tenant, hash)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	defer func() { _ = body.Close() }()
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Now().Add(upTo))
	contentHeaders(w.Header(), name, kind, show)
	http.ServeContent(w, r, "", time.UnixMilli(at), body)
}

// contentHeaders sends what a stranger made as a download; only pictures are
// shown, without being able to do anything.
func contentHeaders(h http.Header, name, kind string, show bool) {
	how := "attachment"
	if pictures[kind] && show {
		how = "inline"
	} else {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=86400")
}

// maxImage is the largest picture that is fetched from outside.
const maxImage = 10 << 20

// image is GET /api/mail-images?mail&u: a picture that a mail names, fetched by
// us, so that its owner learns neither who reads nor where. Only addresses that
// stand in the mail are fetched.
func (a API) image(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	m, err := a.Mails.openMail(r.Context(), web.Who(r.Context()), q.Get("mail"))
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	named := false
	letter.ShowRemote(m.HTML, func(u string) string {
		named = named || u == q.Get("u")
		return u
	})
	if !named {
		web.WriteProblem(w, r, fail.NotFound("picture"))
		return
	}
	res, err := a.Fetch(r.Context(), q.Get("u"))
	if err != nil {
		web.WriteProblem(w, r, fail.Unavailable(err))
		return
	}
	defer func() { _ = res.Body.Close() }()
	head := make([]byte, 512)
	n, _ := io.ReadFull(res.Body, head)
	kind, _, _ := strings.Cut(http.DetectContentType(head[:n]), ";")
	if res.StatusCode != http.StatusOK || !pictures[kind] {
		web.WriteProblem(w, r, fail.NotFound("picture"))
		return
	}
	contentHeaders(w.Header(), "picture", kind, true)
	_, _ = w.Write(head[:n])
	_, _ = io.Copy(w, io.LimitReader(res.Body, maxImage))
}

// upload is POST /api/mails/{id}/files?name&inline with the file as the body.
func (a API) upload(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(upTo))
	_ = rc.SetWriteDeadline(time.Now().Add(upTo))
	who, q := web.Who(r.Context()), r.URL.Query()
	f, err := a.Mails.Attach(r.Context(), who.TenantID, who.UserID, r.PathValue("id"),
		Upload{Name: q.Get("name"), Size: r.ContentLength, Inline: q.Get("inline") == "1", Body: r.Body})
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(f) // the client may be gone: nobody left to tell
}
