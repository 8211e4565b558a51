package widget

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/chat"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/picture"
	"parley/internal/site"
)

type visitorBody struct {
	Token        string             `json:"token"`
	VisitorID    string             `json:"visitorId"`
	Conversation *chat.CustomerView `json:"conversation,omitempty"`
}

// newVisitor makes a browser known: POST …/visitor. One that has its token
// already gets it back with what it was talking about.
func (s *Server) newVisitor(q *request) error {
	if token, ok := strings.CutPrefix(q.R.Header.Get("Authorization"), "Bearer "); ok {
		if err := s.recognise(q, token); err == nil {
			v, _, err := s.cfg.Chat.CustomerSees(q.R.Context(), q.visitor, 0, 1)
			if err != nil {
				return err
			}
			s.standing(q.R.Context(), q.Tenant, v)
			return q.Answer(visitorBody{Token: token, VisitorID: q.visitor.ID, Conversation: v})
		}
	}
	if wait := s.limits.visitors.Take(q.Address); wait > 0 {
		return fail.TooMany(wait)
	}
	token, v, err := s.cfg.Chat.NewVisitor(q.R.Context(), q.Tenant, q.Entry.ID)
	if err != nil {
		return err
	}
	return q.Answer(visitorBody{Token: token, VisitorID: v.ID})
}

type historyBody struct {
	Conversation *chat.CustomerView `json:"conversation"`
	Messages     []chat.Message     `json:"messages"`
	More         bool               `json:"more"`
}

// page of history, messages.
const historyPage = 50

// conversation is GET …/conversation?before=<n>.
func (s *Server) conversation(q *request) error {
	before, err := site.Number(q.R.URL.Query().Get("before"), "before")
	if err != nil {
		return err
	}
	v, ms, err := s.cfg.Chat.CustomerSees(q.R.Context(), q.visitor, before, historyPage+1)
	if err != nil {
		return err
	}
	s.standing(q.R.Context(), q.Tenant, v)
	body := historyBody{Conversation: v, Messages: ms}
	if len(ms) > historyPage {
		body.Messages, body.More = ms[1:], true
	}
	return q.Answer(body)
}

type openBody struct {
	ClientID  string            `json:"clientId"`
	ServiceID string            `json:"serviceId"`
	Form      map[string]string `json:"form"`
	Text      string            `json:"text"`
	Page      chat.Page         `json:"page"`
	Lang      string            `json:"lang"`
}

// opening checks a request to talk or to leave a message.
func (s *Server) opening(q *request, asked []org.FormField) (o chat.Opening, err error) {
	var b openBody
	if err := q.Decode(&b); err != nil {
		return o, err
	}
	o = chat.Opening{ClientID: b.ClientID, ServiceID: q.Entry.ServiceID, Text: b.Text, Page: b.Page, Language: site.Pick(b.Lang, q.Entry.Languages)}
	if o.Text == "" {
		o.Text = b.Form["text"]
	}
	if b.ServiceID != "" && b.ServiceID != q.Entry.ServiceID {
		if !slices.Contains(q.Entry.ServiceChoice, b.ServiceID) {
			return o, fail.Invalid("serviceId", "There is no such choice")
		}
		o.ServiceID = b.ServiceID
	}
	agreed := site.Line(b.Form["consent"]) != ""
	delete(b.Form, "consent")
	if o.Form, err = formOf(b.Form, asked, s.cfg.Region); err != nil || !q.Entry.Consent {
		return o, err
	}
	if !agreed {
		return o, fail.Invalid("consent", "must be agreed to")
	}
	o.Form.Consent = q.Entry.Texts[o.Language]["consent"]
	return o, nil
}

// open is POST …/conversations.
func (s *Server) open(q *request) error {
	if wait := s.limits.opens.Take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	o, err := s.opening(q, q.Entry.PreChat)
	if err != nil {
		return err
	}
	out, err := s.cfg.Chat.Open(q.R.Context(), q.visitor, o)
	if err != nil {
		return err
	}
	if s.presence.enter(q.visitor, s.limits.streams) { // who opens no stream after this is gone soon
		s.presence.leave(q.visitor)
	}
	return q.Answer(out)
}

// offline is POST …/offline.
func (s *Server) offline(q *request) error {
	if !q.Entry.Offline.Enabled {
		return fail.State("Messages are not taken here")
	}
	if wait := s.limits.opens.Take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	o, err := s.opening(q, q.Entry.Offline.Fields)
	if err != nil {
		return err
	}
	out, err := s.cfg.Chat.KeepMessage(q.R.Context(), q.visitor, o)
	if err != nil {
		return err
	}
	return q.Answer(out)
}

// say is POST …/messages.
func (s *Server) say(q *request) error {
	if wait := s.limits.messages.Take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	var b struct {
		ClientID string `json:"clientId"`
		Text     string `json:"text"`
	}
	if err := q.Decode(&b); err != nil {
		return err
	}
	m, err := s.cfg.Chat.CustomerSays(q.R.Context(), q.visitor, b.ClientID, b.Text)
	if err != nil {
		return err
	}
	return q.Answer(m)
}

// upload is POST …/files?name&clientId with the file as the body.
func (s *Server) upload(q *request) error {
	if wait := s.limits.files.Take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	rc := http.NewResponseController(q.W)
	_ = rc.SetReadDeadline(time.Now().Add(s.cfg.Times.File))
	_ = rc.SetWriteDeadline(time.Now().Add(s.cfg.Times.File))
	query := q.R.URL.Query()
	m, err := s.cfg.Chat.CustomerSends(q.R.Context(), q.visitor, chat.Upload{
		ClientID: query.Get("clientId"), Name: query.Get("name"), Size: q.R.ContentLength, Body: q.R.Body})
	if err != nil {
		return err
	}
	return q.Answer(m)
}

// download is GET …/files/{id}?token=…: pictures are asked for by the page's
// <img>, which sends no header of ours.
func (s *Server) download(q *request) error {
	token, ok := strings.CutPrefix(q.R.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = q.R.URL.Query().Get("token")
	}
	if err := s.recognise(q, token); err != nil {
		return err
	}
	f, err := s.cfg.Chat.FileForCustomer(q.R.Context(), q.visitor, q.R.PathValue("id"))
	if err != nil {
		return err
	}
	defer func() { _ = f.Body.Close() }()
	h := q.W.Header()
	chat.FileHeaders(h, f.Name, f.Type)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(q.W, q.R, "", time.UnixMilli(f.At), f.Body)
	return nil
}

// picture is GET …/pictures/{id}: the entry's logo or an agent's photo.
func (s *Server) picture(q *request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	if s.cfg.Pictures == nil {
		return fail.NotFound("picture")
	}
	if id != q.Entry.Look.LogoFileID {
		has, err := s.cfg.Pictures.Has(ctx, q.Tenant, id, false)
		if err != nil {
			return err
		}
		if !has {
			return fail.NotFound("picture")
		}
	}
	h := q.W.Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, "+picture.Cached)
	if err := s.cfg.Pictures.Send(q.W, q.R, q.Tenant, id); err != nil {
		h.Del("Cache-Control")
		return err
	}
	return nil
}

// marks takes from the limit for the small things.
func (s *Server) marks(q *request) error {
	if wait := s.limits.marks.Take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	return nil
}

// read is POST …/read {n}.
func (s *Server) read(q *request) error {
	if err := s.marks(q); err != nil {
		return err
	}
	var b struct {
		N int64 `json:"n"`
	}
	if err := q.Decode(&b); err != nil {
		return err
	}
	if err := s.cfg.Chat.CustomerRead(q.R.Context(), q.visitor, b.N, false); err != nil {
		return err
	}
	return q.Answer(struct{}{})
}

// page is POST …/page {url, title}.
func (s *Server) page(q *request) error {
	if err := s.marks(q); err != nil {
		return err
	}
	var p chat.Page
	if err := q.Decode(&p); err != nil {
		return err
	}
	err := s.cfg.Chat.CustomerMoved(q.R.Context(), q.visitor, p)
	if e := (*fail.Error)(nil); errors.As(err, &e) && e.Code == fail.CodeNotFound {
		err = nil // no conversation yet
	}
	if err != nil {
		return err
	}
	return q.Answer(struct{}{})
}

// end is POST …/end.
func (s *Server) end(q *request) error {
	if err := s.marks(q); err != nil {
		return err
	}
	v, err := s.cfg.Chat.CustomerEnds(q.R.Context(), q.visitor)
	if err != nil {
		return err
	}
	return q.Answer(struct {
		Conversation chat.CustomerView `json:"conversation"`
	}{v})
}
