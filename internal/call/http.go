package call

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/media"
	"parley/internal/org"
	"parley/internal/web"
)

// API is the agents' side of calls over HTTP, and the upload of prompts.
type API struct {
	Calls *Service
	Org   *org.Org
}

const (
	tag       = "calls"
	maxSDP    = 64 << 10
	maxPrompt = 20 << 20
	uploadFor = 2 * time.Minute
)

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	voice := []string{org.HandleVoice}
	web.Command(s, web.Op{Path: "/api/segments/{id}/leg", ID: "attachLeg", Tag: tag, Privileges: voice, MaxBody: maxSDP + 1<<10, Secret: true,
		Summary: "Make this browser one's line in a call, while it rings or later again"}, a.attach)
	web.Command(s, web.Op{Path: "/api/segments/{id}/mute", ID: "muteSegment", Tag: tag, Privileges: voice, Summary: "Mute oneself, or end it"}, a.mute)
	web.Command(s, web.Op{Path: "/api/segments/{id}/hold", ID: "holdSegment", Tag: tag, Privileges: voice, Summary: "Put the others on hold, or take them back"}, a.hold)
	web.Command(s, web.Op{Path: "/api/segments/{id}/digits", ID: "sendDigits", Tag: tag, Privileges: voice, Summary: "Send tones to the customer's side"}, a.digits)
	web.Command(s, web.Op{Path: "/api/segments/{id}/quality", ID: "reportQuality", Tag: tag, Privileges: voice, Summary: "What this browser measured of its line"}, a.quality)
	s.Handle("PUT /api/prompts/{id}/sound", http.HandlerFunc(a.upload), web.Needs(org.ServicesManage))
	s.Handle("GET /api/prompts/{id}/sound", http.HandlerFunc(a.download), web.Needs(org.ServicesManage))
	a.registerInternal(s)
	web.Event[View](s, TypeChanged)
}

type attachInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		SDP string `json:"sdp" minLength:"10" maxLength:"65536" doc:"The offer of the browser's PeerConnection, complete with its candidates"`
	}
}

type attachOutput struct {
	Body struct {
		SDP string `json:"sdp" doc:"The answer"`
	}
}

func (a API) attach(ctx context.Context, in *attachInput) (*attachOutput, error) {
	who := web.Who(ctx)
	answer, err := a.Calls.Attach(ctx, who.TenantID, who.UserID, in.ID, in.Body.SDP)
	if err != nil {
		return nil, err
	}
	out := &attachOutput{}
	out.Body.SDP = answer
	return out, nil
}

type doneOutput struct{ Body interaction.Done }

func done(d interaction.Done, err error) (*doneOutput, error) {
	if err != nil {
		return nil, err
	}
	return &doneOutput{d}, nil
}

type muteInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Muted bool `json:"muted"`
	}
}

func (a API) mute(ctx context.Context, in *muteInput) (*doneOutput, error) {
	who := web.Who(ctx)
	return done(a.Calls.Mute(ctx, who.TenantID, who.UserID, in.ID, in.Body.Muted))
}

type holdInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Held bool `json:"held"`
	}
}

func (a API) hold(ctx context.Context, in *holdInput) (*doneOutput, error) {
	who := web.Who(ctx)
	return done(a.Calls.Hold(ctx, who.TenantID, who.UserID, in.ID, in.Body.Held))
}

type digitsInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Digits string `json:"digits" minLength:"1" maxLength:"64" doc:"0-9 * # A-D; a comma is a pause of 1 s"`
	}
}

func (a API) digits(ctx context.Context, in *digitsInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Calls.Digits(ctx, who.TenantID, who.UserID, in.ID, in.Body.Digits)
}

type qualityInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body Heard
}

func (a API) quality(ctx context.Context, in *qualityInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Calls.Quality(ctx, who.TenantID, who.UserID, in.ID, in.Body)
}

// upload is PUT /api/prompts/{id}/sound with a WAV or MP3 file as the body. What
// cannot be played is refused before it replaces anything.
func (a API) upload(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r.Context())
	p, err := a.storePrompt(w, r, who.TenantID)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(p) // the client may be gone: nobody left to tell
}

func (a API) storePrompt(w http.ResponseWriter, r *http.Request, tenant string) (*org.Prompt, error) {
	if p, err := a.Org.Prompt(r.Context(), tenant, r.PathValue("id")); err != nil {
		return nil, err
	} else if p.Archived {
		return nil, fail.NotFound("prompt")
	}
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(uploadFor))
	_ = rc.SetWriteDeadline(time.Now().Add(uploadFor))
	ref, err := a.Calls.sounds.blobs.Put(r.Context(), tenant, r.Body, maxPrompt)
	if err != nil {
		return nil, err
	}
	f, err := a.Calls.sounds.blobs.Open(r.Context(), tenant, ref.Hash)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	snd, err := media.DecodeSound(f)
	if err != nil {
		return nil, fail.Invalid("sound", "must be a WAV or MP3 file: "+err.Error())
	}
	return a.Org.SetPromptSound(r.Context(), tenant, r.PathValue("id"), ref.Hash, snd.Length().Milliseconds())
}

// download gives the file to listen to.
func (a API) download(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r.Context())
	p, err := a.Org.Prompt(r.Context(), who.TenantID, r.PathValue("id"))
	if err == nil && p.FileID == "" {
		err = fail.NotFound("prompt")
	}
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	f, err := a.Calls.sounds.blobs.Open(r.Context(), who.TenantID, p.FileID)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	defer func() { _ = f.Close() }()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment")
	http.ServeContent(w, r, "", time.Time{}, f)
}
