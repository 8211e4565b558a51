// Package demo is the web site of the demo company, the herb shop «Ромашка»
// (Camomile): a few plain pages in Russian and English with the chat widget and
// a button that calls on each. It stands on a host of its own, another origin than the contact centre,
// under a strict content security policy and with a style sheet that fights
// everything on the page, so that it shows what the widget must bear.
package demo

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

//go:embed pages static
var files embed.FS

// Widget is what a page needs to carry the chat.
type Widget struct {
	Src string // address of widget.js, absolute: another origin
	Key string // public key of the entry

	CallSrc string // address of call.js, on the same origin as Src
	CallKey string // public key of the entry for calls; "": no button
}

// Letter is a mail as a customer sends or reads it on the site.
type Letter struct {
	At                  int64 // unix ms
	Name, Address       string
	From, Subject, Text string
	ID                  string // to be answered
}

// Mail is the customers' post: the form «Write to us», and what came for them.
type Mail interface {
	// Send sends what a customer wrote. The error says what is wrong, for the page.
	Send(ctx context.Context, l Letter) error
	// Inbox gives what was sent to customers, the newest first.
	Inbox(ctx context.Context) ([]Letter, error)
}

// page is what a template gets.
type page struct {
	WidgetSrc, Key   string
	CallSrc, CallKey string
	Lang             string
	Path             string // of this page within its language: "", "catalogue" …
	Home             string // "/" or "/en/"
	Other            string // the same page in the other language

	Mail   bool     // customers can write mails
	Letter Letter   // of the form
	Sent   bool     // it went
	Error  string   // why it did not
	Inbox  []Letter // what came for customers
}

var languages = map[string]string{"ru": "/", "en": "/en/"}

// Handler serves the site. widget tells, per request, which entry's chat its
// pages carry and where the script lies; an error is a page without chat. mail
// nil is a site without the form.
func Handler(widget func(*http.Request) (Widget, error), mail Mail) (http.Handler, error) {
	pages, err := parse()
	if err != nil {
		return nil, err
	}
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(static)))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		lang, name := "ru", strings.Trim(r.URL.Path, "/")
		if rest, ok := strings.CutPrefix(name+"/", "en/"); ok {
			lang, name = "en", strings.Trim(rest, "/")
		}
		t, ok := pages[lang+"/"+name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		p := page{Lang: lang, Path: name, Home: languages[lang], Other: languages[other(lang)] + name}
		chat, err := widget(r)
		if err == nil {
			p.WidgetSrc, p.Key, p.CallSrc, p.CallKey = chat.Src, chat.Key, chat.CallSrc, chat.CallKey
		}
		if p.Mail = mail != nil; p.Mail {
			p.post(r, mail)
		} else if name == "write" || name == "post" {
			http.NotFound(w, r)
			return
		}
		serve(w, t, p)
	})
	return mux, nil
}

// post fills in what the pages of the customers' mail show; the form is sent by
// POST.
func (p *page) post(r *http.Request, mail Mail) {
	switch {
	case p.Path == "post":
		var err error
		if p.Inbox, err = mail.Inbox(r.Context()); err != nil {
			p.Error = err.Error()
		}
	case p.Path == "write" && r.Method == http.MethodPost:
		p.Letter = Letter{Name: field(r, "name", 100), Address: field(r, "address", 200), Subject: field(r, "subject", 300), Text: field(r, "text", 100_000), ID: field(r, "id", 300)}
		if err := mail.Send(r.Context(), p.Letter); err != nil {
			p.Error = err.Error()
			return
		}
		p.Sent = true
	case p.Path == "write":
		q := r.URL.Query()
		p.Letter = Letter{Address: q.Get("address"), Subject: q.Get("subject"), ID: q.Get("id")}
	}
}

func field(r *http.Request, name string, most int) string {
	v := r.FormValue(name)
	return strings.ToValidUTF8(v[:min(len(v), most)], "")
}

func other(lang string) string {
	if lang == "en" {
		return "ru"
	}
	return "en"
}

func serve(w http.ResponseWriter, t *template.Template, p page) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", p); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy(p.WidgetSrc))
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(b.Bytes()) // the reader may be gone
}

// policy allows the shop's own files and what the chat needs of its server:
// script, requests, socket, pictures. Neither inline scripts nor styles.
func policy(widgetSrc string) string {
	chat, socket := "", ""
	if u, err := url.Parse(widgetSrc); err == nil && u.Host != "" {
		chat = " " + u.Scheme + "://" + u.Host
		socket = " " + strings.Replace(u.Scheme, "http", "ws", 1) + "://" + u.Host
	}
	return fmt.Sprintf("default-src 'none'; script-src 'self'%[1]s; style-src 'self'; img-src 'self'%[1]s; connect-src%[1]s%[2]s; base-uri 'none'; form-action 'self'; frame-ancestors http://*.localhost:*", chat, socket)
}

// parse reads every page, keyed by language and path ("ru/", "en/delivery").
func parse() (map[string]*template.Template, error) {
	layout, err := template.ParseFS(files, "pages/layout.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for lang := range languages {
		entries, err := fs.ReadDir(files, "pages/"+lang)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			t, err := template.Must(layout.Clone()).ParseFS(files, "pages/"+lang+"/frame.html", "pages/"+lang+"/"+e.Name())
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(e.Name(), ".html")
			switch name {
			case "frame":
			case "index":
				pages[lang+"/"] = t
			default:
				pages[lang+"/"+name] = t
			}
		}
	}
	return pages, nil
}
