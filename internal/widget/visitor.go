package widget

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/chat"
	"parley/internal/fail"
	"parley/internal/org"
)

type visitorBody struct {
	Token        string             `json:"token"`
	VisitorID    string             `json:"visitorId"`
	Conversation *chat.CustomerView `json:"conversation,omitempty"`
}

// newVisitor makes a browser known: POST …/visitor. One that has its token
// already gets it back with what it was talking about.
func (s *Server) newVisitor(q *request) error {
	if token, ok := strings.CutPrefix(q.r.Header.Get("Authorization"), "Bearer "); ok {
		if err := s.recognise(q, token); err == nil {
			v, _, err := s.cfg.Chat.CustomerSees(q.r.Context(), q.visitor, 0, 1)
			if err != nil {
				return err
			}
			return q.answer(visitorBody{Token: token, VisitorID: q.visitor.ID, Conversation: v})
		}
	}
	if wait := s.limits.visitors.take(q.address); wait > 0 {
		return fail.TooMany(wait)
	}
	token, v, err := s.cfg.Chat.NewVisitor(q.r.Context(), q.tenant, q.entry.ID)
	if err != nil {
		return err
	}
	return q.answer(visitorBody{Token: token, VisitorID: v.ID})
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
	before, err := number(q.r.URL.Query().Get("before"), "before")
	if err != nil {
		return err
	}
	v, ms, err := s.cfg.Chat.CustomerSees(q.r.Context(), q.visitor, before, historyPage+1)
	if err != nil {
		return err
	}
	body := historyBody{Conversation: v, Messages: ms}
	if len(ms) > historyPage {
		body.Messages, body.More = ms[1:], true
	}
	return q.answer(body)
}

func number(s, field string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fail.Invalid(field, "must be a number")
	}
	return n, nil
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
	if err := q.decode(&b); err != nil {
		return o, err
	}
	o = chat.Opening{ClientID: b.ClientID, ServiceID: q.entry.ServiceID, Text: b.Text, Page: b.Page, Language: pick(b.Lang, q.entry.Languages)}
	if o.Text == "" {
		o.Text = b.Form["text"]
	}
	if b.ServiceID != "" && b.ServiceID != q.entry.ServiceID {
		if !slices.Contains(q.entry.ServiceChoice, b.ServiceID) {
			return o, fail.Invalid("serviceId", "There is no such choice")
		}
		o.ServiceID = b.ServiceID
	}
	o.Form, err = formOf(b.Form, asked, s.cfg.Region)
	return o, err
}

// open is POST …/conversations.
func (s *Server) open(q *request) error {
	if wait := s.limits.opens.take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	o, err := s.opening(q, q.entry.PreChat)
	if err != nil {
		return err
	}
	out, err := s.cfg.Chat.Open(q.r.Context(), q.visitor, o)
	if err != nil {
		return err
	}
	if s.presence.enter(q.visitor, s.limits.streams) { // who opens no stream after this is gone soon
		s.presence.leave(q.visitor)
	}
	return q.answer(out)
}

// offline is POST …/offline.
func (s *Server) offline(q *request) error {
	if !q.entry.Offline.Enabled {
		return fail.State("Messages are not taken here")
	}
	if wait := s.limits.opens.take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	o, err := s.opening(q, q.entry.Offline.Fields)
	if err != nil {
		return err
	}
	out, err := s.cfg.Chat.KeepMessage(q.r.Context(), q.visitor, o)
	if err != nil {
		return err
	}
	return q.answer(out)
}

// say is POST …/messages.
func (s *Server) say(q *request) error {
	if wait := s.limits.messages.take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	var b struct {
		ClientID string `json:"clientId"`
		Text     string `json:"text"`
	}
	if err := q.decode(&b); err != nil {
		return err
	}
	m, err := s.cfg.Chat.CustomerSays(q.r.Context(), q.visitor, b.ClientID, b.Text)
	if err != nil {
		return err
	}
	return q.answer(m)
}

// upload is POST …/files?name&clientId with the file as the body.
func (s *Server) upload(q *request) error {
	if wait := s.limits.files.take(q.visitor.ID); wait > 0 {
		return fail.TooMany(wait)
	}
	rc := http.NewResponseController(q.w)
	_ = rc.SetReadDeadline(time.Now().Add(s.cfg.Times.File))
	_ = rc.SetWriteDeadline(time.Now().Add(s.cfg.Times.File))
	query := q.r.URL.Query()
	m, err := s.cfg.Chat.CustomerSends(q.r.Context(), q.visitor, chat.Upload{
		ClientID: query.Get("clientId"), Name: query.Get("name"), Size: q.r.ContentLength, Body: q.r.Body})
	if err != nil {
		return err
	}
	return q.answer(m)
}

// download is GET …/files/{id}?token=…: pictures are asked for by the page's
// <img>, which sends no header of ours.
func (s *Server) download(q *request) error {
	token, ok := strings.CutPrefix(q.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = q.r.URL.Query().Get("token")
	}
	if err := s.recognise(q, token); err != nil {
		return err
	}
	f, err := s.cfg.Chat.FileForCustomer(q.r.Context(), q.visitor, q.r.PathValue("id"))
	if err != nil {
		return err
	}
	defer func() { _ = f.Body.Close() }()
	h := q.w.Header()
	chat.FileHeaders(h, f.Name, f.Type)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(q.w, q.r, "", time.UnixMilli(f.At), f.Body)
	return nil
}

// marks takes from the limit for the small things.
func (s *Server) marks(q *request) error {
	if wait := s.limits.marks.take(q.visitor.ID); wait > 0 {
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
	if err := q.decode(&b); err != nil {
		return err
	}
	if err := s.cfg.Chat.CustomerRead(q.r.Context(), q.visitor, b.N, false); err != nil {
		return err
	}
	return q.answer(struct{}{})
}

// page is POST …/page {url, title}.
func (s *Server) page(q *request) error {
	if err := s.marks(q); err != nil {
		return err
	}
	var p chat.Page
	if err := q.decode(&p); err != nil {
		return err
	}
	err := s.cfg.Chat.CustomerMoved(q.r.Context(), q.visitor, p)
	if e := (*fail.Error)(nil); errors.As(err, &e) && e.Code == fail.CodeNotFound {
		err = nil // no conversation yet
	}
	if err != nil {
		return err
	}
	return q.answer(struct{}{})
}

// end is POST …/end.
func (s *Server) end(q *request) error {
	if err := s.marks(q); err != nil {
		return err
	}
	v, err := s.cfg.Chat.CustomerEnds(q.r.Context(), q.visitor)
	if err != nil {
		return err
	}
	return q.answer(struct {
		Conversation chat.CustomerView `json:"conversation"`
	}{v})
}
