package app

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"sync"
)

//go:embed start
var startFiles embed.FS

// step is one thing that comes up at start, as the start page shows it.
type step struct {
	Name   map[string]string `json:"name"`
	State  string            `json:"state"` // waiting, done, failed
	Detail string            `json:"detail,omitempty"`
}

// place is somewhere to go in the demo.
type place struct {
	Kind     string `json:"kind"` // agent, supervisor, admin, phone, mail, post, site, api
	URL      string `json:"url"`
	Login    string `json:"login,omitempty"`
	Password string `json:"password,omitempty"`
	Command  string `json:"command,omitempty"` // another way there, in a terminal
}

// progress is what the start page shows: first what comes up, then what is running and where to go.
type progress struct {
	mu     sync.Mutex
	steps  []step
	places []place
	ready  bool
}

// begin names the next step; the function it returns says how it went.
func (p *progress) begin(ru, en string) func(detail string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := len(p.steps)
	p.steps = append(p.steps, step{Name: map[string]string{"ru": ru, "en": en}, State: "waiting"})
	return func(detail string, err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.steps[i].State, p.steps[i].Detail = "done", detail
		if err != nil {
			p.steps[i].State, p.steps[i].Detail = "failed", err.Error()
		}
	}
}

func (p *progress) finish(places []place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready, p.places = true, places
}

// handler serves the start page and its data.
func (p *progress) handler() http.Handler {
	files, err := fs.Sub(startFiles, "start")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	mux := http.NewServeMux()
	secure := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Referrer-Policy", "no-referrer")
			h.ServeHTTP(w, r)
		})
	}
	mux.Handle("GET /start/", secure(http.StripPrefix("/start/", http.FileServerFS(files))))
	mux.Handle("GET /start.json", secure(http.HandlerFunc(p.serveState)))
	mux.Handle("GET /{$}", secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		http.ServeFileFS(w, r, files, "start.html")
	})))
	return mux
}

func (p *progress) serveState(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	b, err := json.Marshal(map[string]any{"ready": p.ready, "steps": p.steps, "places": p.places})
	p.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b)
}
