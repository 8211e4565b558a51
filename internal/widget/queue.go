package widget

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/bus"
	"parley/internal/chat"
)

// queueing tells one stream its customer's place in the queue, as a lossy frame.
// Everybody's place changes whenever the head of a queue moves, so places are
// not pushed by what moves: each stream looks now and then, the seldomer the
// further behind, and sends only another number than the last.
type queueing struct {
	s       *Server
	visitor chat.Visitor

	conversation string
	interaction  string // "" while it does not wait
	told         int
	next         *time.Timer // the next look
}

// Beyond these places a look is this much seldomer.
const (
	nearPlaces, nearSeldomer = 10, 3
	farPlaces, farSeldomer   = 100, 10
)

func (s *Server) queueing(v chat.Visitor, p *position) *queueing {
	q := &queueing{s: s, visitor: v, conversation: p.conversation, interaction: p.queued, next: time.NewTimer(time.Hour)}
	if q.interaction == "" {
		q.next.Stop()
	} else {
		q.next.Reset(s.cfg.Times.Place / 3) // who came just now has a number soon
	}
	return q
}

func (q *queueing) end() { q.next.Stop() }

// pause is how long a number is good for.
func (s *Server) pause(place int) time.Duration {
	switch {
	case place > farPlaces:
		return farSeldomer * s.cfg.Times.Place
	case place > nearPlaces:
		return nearSeldomer * s.cfg.Times.Place
	}
	return s.cfg.Times.Place
}

// look gives the frame of a place that is another one than told last.
func (q *queueing) look(ctx context.Context) (f frame, moved bool) {
	if q.interaction == "" {
		return f, false
	}
	place := q.s.place(ctx, q.visitor.TenantID, q.interaction)
	q.next.Reset(q.s.pause(place))
	if place == q.told {
		return f, false
	}
	q.told = place
	return positionFrame(q.conversation, place)
}

// heard notes that the conversation came into a queue or out of it.
func (q *queueing) heard(ctx context.Context, c bus.Change) {
	if c.Type != chat.TypeChanged {
		return
	}
	var is struct {
		State chat.State `json:"state"`
	}
	switch waits := json.Unmarshal(c.Data, &is) == nil && is.State == chat.StateWaiting; {
	case !waits:
		q.interaction, q.told = "", 0
		q.next.Stop()
	case q.interaction == "":
		_, queued, err := q.s.cfg.Chat.LatestID(ctx, q.s.cfg.DB.Read(), q.visitor)
		if err != nil {
			q.s.cfg.Log.Debug("a place in the queue is not known", "error", err)
		}
		q.interaction = queued
		q.next.Reset(q.s.cfg.Times.Place / 3)
	}
}

func (s *Server) place(ctx context.Context, tenant, interaction string) int {
	if interaction == "" {
		return 0
	}
	return s.cfg.Place(ctx, tenant, interaction)
}

// standing adds the place in the queue to what a customer sees.
func (s *Server) standing(ctx context.Context, tenant string, v *chat.CustomerView) {
	if v != nil && v.State == chat.StateWaiting {
		v.Position = s.place(ctx, tenant, v.InteractionID)
	}
}

func positionFrame(conversation string, place int) (f frame, ok bool) {
	if place == 0 {
		return f, false
	}
	data, err := json.Marshal(struct {
		ConversationID string `json:"conversationId"`
		Position       int    `json:"position"`
	}{conversation, place})
	return frame{Type: "position", Data: data}, err == nil
}
