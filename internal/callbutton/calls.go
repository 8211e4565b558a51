package callbutton

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"time"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/site"
)

type look struct {
	Color     string `json:"color,omitempty"`
	TextColor string `json:"textColor,omitempty"`
	Position  string `json:"position,omitempty"`
	Radius    int    `json:"radius"`
	Theme     string `json:"theme,omitempty"`
}

type configBody struct {
	Lang      string            `json:"lang"`
	Open      bool              `json:"open"`
	Available bool              `json:"available"`
	OpensAt   int64             `json:"opensAt,omitempty"`
	Look      look              `json:"look"`
	Texts     map[string]string `json:"texts"`
}

// config tells the button how to look and whether anybody answers: GET …/config?lang=ru-RU,en.
func (s *Server) config(q *site.Request) error {
	ctx, e := q.R.Context(), q.Entry
	service, err := s.cfg.Org.Service(ctx, q.Tenant, e.ServiceID)
	if err != nil {
		return err
	}
	lang := site.Pick(q.R.URL.Query().Get("lang"), e.Languages)
	body := configBody{Lang: lang, Texts: map[string]string{},
		Look: look{Color: e.Look.Color, TextColor: e.Look.TextColor, Position: e.Look.Position, Radius: e.Look.Radius, Theme: e.Look.Theme}}
	for k, v := range e.Texts[lang] {
		body.Texts[k] = v
	}
	if body.Open, body.OpensAt, err = site.Hours(ctx, s.cfg.Org, q, service, s.cfg.Now()); err != nil {
		return err
	}
	body.Available = body.Open && (service.NoAgentsExit != org.NoAgentsClose || s.cfg.Available(ctx, q.Tenant, e.ServiceID))
	q.W.Header().Set("Cache-Control", "no-cache")
	return q.Answer(body)
}

// bound is what a token belongs to.
func bound(q *site.Request) []string { return []string{q.Tenant, q.Entry.ID, q.Origin} }

// token is POST …/token.
func (s *Server) token(q *site.Request) error {
	if wait := s.asking.Take(q.Address); wait > 0 {
		return fail.TooMany(wait)
	}
	token, expires := s.tokens.give(bound(q)...)
	return q.Answer(struct {
		Token     string `json:"token"`
		ExpiresAt int64  `json:"expiresAt"`
	}{token, expires})
}

type callBody struct {
	Token string    `json:"token"`
	SDP   string    `json:"sdp"`
	Name  string    `json:"name"`
	Page  call.Page `json:"page"`
	Lang  string    `json:"lang"`
}

// call is POST …/calls.
func (s *Server) call(q *site.Request) error {
	var b callBody
	if err := q.Decode(&b); err != nil {
		return err
	}
	if !s.tokens.take(b.Token, bound(q)...) {
		return fail.State("The token is not valid here, used up or too old: ask for another")
	}
	if wait := s.taking.Take(q.Tenant); wait > 0 {
		return fail.TooMany(wait)
	}
	o := &open{tenant: q.Tenant, address: q.Address, over: make(chan struct{})}
	if !s.book.enter(o, s.cfg.Limits) {
		return fail.TooMany(30)
	}
	ctx := q.R.Context()
	leg, answer, err := s.cfg.Browsers.Answer(ctx, b.SDP, func(ev call.LegEvent) {
		if ev.Kind == call.LegEnded {
			s.book.leave(o)
			defer close(o.over)
		}
		o.take(ev)
	})
	if err != nil {
		s.book.leave(o)
		return err
	}
	o.leg = leg
	id, err := s.cfg.Calls.Incoming(ctx, call.Incoming{TenantID: q.Tenant, EntryID: q.Entry.ID, ServiceID: q.Entry.ServiceID, Source: call.SourceWeb,
		FromName: site.Line(b.Name), Language: site.Pick(b.Lang, q.Entry.Languages), Page: b.Page},
		func(events func(call.LegEvent)) call.Leg { o.connect(events); return leg })
	if err != nil {
		leg.HangUp(call.CauseSystem)
		return err
	}
	s.book.put(id, o)
	s.cfg.Group.Go("callbutton.call", func(context.Context) error { s.forget(id, o); return nil })
	return q.Answer(struct {
		CallID string `json:"callId"`
		Secret string `json:"secret"`
		SDP    string `json:"sdp"`
	}{id, s.tokens.secret(q.Tenant, id), answer})
}

// forget drops a call that is over.
func (s *Server) forget(id string, o *open) {
	<-o.over
	s.book.drop(id)
}

type stateBody struct {
	N         uint64 `json:"n"`
	State     string `json:"state"`
	Position  int    `json:"position,omitempty"`
	Agent     string `json:"agent,omitempty"`
	TalkingMs int64  `json:"talkingMs,omitempty"`
	EndedBy   string `json:"endedBy,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// number is another one for every other state; 53 bits, so that it stays whole in a page's script.
func (b stateBody) number() uint64 {
	b.N, b.TalkingMs = 0, 0
	text, _ := json.Marshal(b)
	h := fnv.New64a()
	_, _ = h.Write(text)
	return h.Sum64()>>11 | 1
}

// reach checks the secret of the call in the path.
func (s *Server) reach(q *site.Request, secret string) (callID string, err error) {
	callID = q.R.PathValue("id")
	if !s.tokens.opens(secret, q.Tenant, callID) {
		return "", fail.NotFound("call")
	}
	return callID, nil
}

func (s *Server) look(q *site.Request, id string) (stateBody, error) {
	v, err := s.cfg.Calls.Customer(q.R.Context(), q.Tenant, id)
	b := stateBody{State: v.State, Agent: v.Agent, EndedBy: v.EndedBy, Reason: v.Reason}
	if v.State == "waiting" && v.Reason == "" && v.InteractionID != "" {
		b.Position = s.cfg.Place(q.R.Context(), q.Tenant, v.InteractionID)
	}
	if v.TalkingAt != 0 && v.State != "ended" {
		b.TalkingMs = max(1, s.cfg.Now()-v.TalkingAt)
	}
	b.N = b.number()
	return b, err
}

// state is GET …/calls/{id}?after=<n>&wait=25: the state as soon as it is
// another than the one with this number, at the latest after wait seconds.
func (s *Server) state(q *site.Request) error {
	id, err := s.reach(q, q.Bearer())
	if err != nil {
		return err
	}
	after, err := site.Number(q.R.URL.Query().Get("after"), "after")
	if err != nil {
		return err
	}
	wait, err := site.Number(q.R.URL.Query().Get("wait"), "wait")
	if err != nil {
		return err
	}
	if !s.book.poll(id, s.cfg.Limits.Polls) {
		return fail.TooMany(1)
	}
	defer s.book.polled(id)
	late := time.NewTimer(min(time.Duration(min(wait, 60))*time.Second, s.cfg.Times.Poll))
	defer late.Stop()
	var over <-chan struct{}
	if o := s.book.get(id); o != nil {
		over = o.over
	}
	tick := time.NewTicker(s.cfg.Times.Look)
	defer tick.Stop()
	for {
		b, err := s.look(q, id)
		if err != nil {
			return err
		}
		if b.N != uint64(after) {
			return q.Answer(b)
		}
		select {
		case <-tick.C:
		case <-over: // the record follows in a moment
			over = nil
		case <-late.C:
			return q.Answer(b)
		case <-q.R.Context().Done():
			return q.R.Context().Err()
		case <-s.cfg.Group.Context().Done():
			return fail.Unavailable(errors.New("stopping"))
		}
	}
}

// end is POST …/calls/{id}/end. A page that goes away sends the secret in the
// body, since browsers let it send no header of ours then. Where the call is
// another node's, the browser's closing of its connection ends it.
func (s *Server) end(q *site.Request) error {
	var b struct {
		Secret string `json:"secret"`
	}
	if err := q.DecodeAny(&b); err != nil {
		return err
	}
	if t := q.Bearer(); t != "" {
		b.Secret = t
	}
	id, err := s.reach(q, b.Secret)
	if err != nil {
		return err
	}
	if o := s.book.get(id); o != nil {
		o.leg.HangUp(call.CauseNormal)
	}
	return q.Answer(struct{}{})
}
