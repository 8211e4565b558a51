package desk

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/email"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/web"
)

// Limits of a stream.
const (
	buffer    = 512             // changes a desk may lag behind before it is cut and resumes
	helloTime = 5 * time.Second // for the first frame
	settle    = 4               // ticks after a change during which this node's memory may still be of before it
)

// stream is one socket of one session.
type stream struct {
	hub       *Hub
	who       web.Identity
	sock      *web.Socket
	helloOnce sync.Once
	hello     chan bus.Cursor
	watch     watcher
	prev      int64 // seq of the frame sent before; owned by follow
	unsure    int   // how many more ticks look whether who still stands; owned by follow
}

// up is everything a client may send.
type up struct {
	Type           string   `json:"type"`
	Epoch          string   `json:"epoch"`
	Seq            int64    `json:"seq"`
	ConversationID string   `json:"conversationId"`
	On             bool     `json:"on"`
	Views          []string `json:"views"`
	ServiceID      string   `json:"serviceId"`
}

// frame is everything a client gets. Lossy frames have neither seq nor prev.
type frame struct {
	Epoch string          `json:"epoch,omitempty"`
	Seq   int64           `json:"seq,omitempty"`
	Prev  int64           `json:"prev,omitempty"`
	Type  string          `json:"type"`
	Data  json.RawMessage `json:"data,omitempty"`
}

// ServeHTTP is GET /api/desk/socket.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r.Context())
	sock, err := web.AcceptSocket(w, r, web.SocketConfig{Subprotocol: Subprotocol, Buffer: buffer, MaxFrame: 16 << 10})
	if err != nil {
		return // answered already
	}
	st := &stream{hub: h, who: who, sock: sock, hello: make(chan bus.Cursor, 1)}
	h.enter(st)
	ctx, cancel := context.WithCancel(h.cfg.Group.Context())
	g := run.New(ctx)
	g.Go("desk.stream", func(ctx context.Context) error { st.live(ctx); return nil })
	_ = sock.Run(ctx, func(b []byte) error { return st.take(ctx, b) })
	cancel()
	_ = g.Wait() // a panic was logged by the group; the client resumes
	if h.leave(st) {
		h.lost(ctx, st)
	}
}

var errHello = errors.New("the first frame must be hello, and only the first")

// take handles one frame from the client.
func (st *stream) take(ctx context.Context, b []byte) error {
	var u up
	if err := json.Unmarshal(b, &u); err != nil {
		return err
	}
	switch u.Type {
	case "hello":
		first := false
		st.helloOnce.Do(func() { first = true; st.hello <- bus.Cursor{Epoch: u.Epoch, Seq: u.Seq} })
		if !first {
			return errHello
		}
	case "ping":
		st.lossy("pong", map[string]int64{"at": st.hub.cfg.Now()})
	case "typing":
		st.hub.cfg.Typing.AgentTyping(ctx, st.who, u.ConversationID, u.On)
	case "watch":
		st.watch.set(u.Views, u.ServiceID)
	case "activity":
	default:
		return errors.New("unknown frame " + u.Type)
	}
	return nil
}

// live waits for the hello, catches the client up and follows the feed until the socket ends.
func (st *stream) live(ctx context.Context) {
	late := time.NewTimer(helloTime)
	defer late.Stop()
	var have bus.Cursor
	select {
	case have = <-st.hello:
	case <-late.C:
		st.sock.Close(web.CloseHello, "no hello")
		return
	case <-st.sock.Closed():
		return
	case <-ctx.Done():
		return
	}
	sub, epoch, err := st.catchUp(ctx, have)
	if err != nil {
		st.hub.cfg.Log.Warn("a desk could not be caught up", "error", err)
		st.sock.Close(web.CloseRestart, "not possible now")
		return
	}
	defer sub.Close()
	if err := st.hub.back(ctx, st); fail.Code(err) == fail.CodeUnavailable {
		st.hub.cfg.Log.Warn("the floor was not told that a desk is back", "error", err)
		st.sock.Close(web.CloseRestart, "not possible now")
		return
	}
	silent, err := st.hub.cfg.Bus.SubscribeLossy(chat.TypingToDesk(st.who.TenantID, st.who.UserID), func(_ string, data []byte) {
		st.lossy("typing", json.RawMessage(data))
	})
	if err != nil {
		st.hub.cfg.Log.Warn("a desk gets no typing notices", "error", err)
	} else {
		defer silent()
	}
	if st.who.Can("handle.email") {
		if quiet, err := st.hub.cfg.Bus.SubscribeLossy(email.QueueSubject(st.who.TenantID), func(string, []byte) {
			st.lossy("mailqueue", struct{}{})
		}); err == nil { // without it the queues are read again now and then
			defer quiet()
		}
	}
	st.follow(ctx, sub, epoch)
}

// audiences are those whose changes this person's desk gets.
func (st *stream) audiences() []string {
	a := []string{"all", "u/" + st.who.UserID}
	if st.who.Can("supervise.live") {
		a = append(a, "supervise")
	}
	return a
}

// catchUp subscribes from what the client has; where that is too old, or another epoch, it sends a snapshot first.
func (st *stream) catchUp(ctx context.Context, have bus.Cursor) (*bus.Subscription, string, error) {
	feed := st.hub.cfg.Bus.Feed()
	if have.Epoch != "" {
		sub, err := feed.Subscribe(ctx, st.who.TenantID, st.audiences(), have, buffer)
		if err == nil {
			st.prev = have.Seq
			return sub, have.Epoch, nil
		}
		if !errors.Is(err, bus.ErrTooOld) && !errors.Is(err, bus.ErrEpoch) {
			return nil, "", err
		}
	}
	snap, head, err := st.hub.snapshot(ctx, st.who)
	if err != nil {
		return nil, "", err
	}
	sub, err := feed.Subscribe(ctx, st.who.TenantID, st.audiences(), head, buffer)
	if err != nil {
		return nil, "", err
	}
	data, err := json.Marshal(snap)
	if err != nil {
		sub.Close()
		return nil, "", err
	}
	st.send(frame{Epoch: head.Epoch, Seq: head.Seq, Type: "snapshot", Data: data})
	st.prev = head.Seq
	return sub, head.Epoch, nil
}

// snapshot reads everything a desk shows, and the number it is of, in one transaction.
func (h *Hub) snapshot(ctx context.Context, who web.Identity) (*Snapshot, bus.Cursor, error) {
	snap := &Snapshot{ServerTime: h.cfg.Now()}
	var head bus.Cursor
	err := h.cfg.DB.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if head, err = bus.Head(ctx, tx, who.TenantID); err != nil {
			return err
		}
		for _, p := range h.cfg.Parts {
			if err := p(ctx, tx, who, snap); err != nil {
				return err
			}
		}
		return nil
	})
	return snap, head, err
}

// follow sends changes and figures until something ends.
func (st *stream) follow(ctx context.Context, sub *bus.Subscription, epoch string) {
	st.unsure = settle // something may have changed between the sign-in and the first change heard
	tick := time.NewTicker(figuresEvery)
	defer tick.Stop()
	for {
		select {
		case ch, ok := <-sub.C():
			if !ok {
				st.sock.Close(web.CloseSlow, "resume")
				return
			}
			st.send(frame{Epoch: epoch, Seq: ch.Seq, Prev: st.prev, Type: ch.Type, Data: ch.Data})
			st.prev = ch.Seq
			if ch.Type == "session.ended" && st.concerns(ch.Data) {
				st.sock.Close(web.CloseSession, "session ended")
				return
			}
			if ch.Type == org.TypeChanged && st.mayConcern(ch.Data) {
				st.unsure = settle
				if !st.stands(ctx) {
					st.sock.Close(web.CloseRestart, "other rights")
					return
				}
			}
		case <-tick.C:
			if st.unsure > 0 && !st.stands(ctx) {
				st.sock.Close(web.CloseRestart, "other rights")
				return
			}
			st.figures(ctx)
		case <-st.sock.Closed():
			return
		case <-ctx.Done():
			return
		}
	}
}

// concerns says whether an ended session is this stream's; a change without an id ends all of the user's.
func (st *stream) concerns(data json.RawMessage) bool {
	var d struct {
		SessionID string `json:"sessionId"`
	}
	return json.Unmarshal(data, &d) == nil && (d.SessionID == "" || d.SessionID == st.who.SessionID)
}

// mayConcern says whether a change of the organisation may give this person other rights or another team.
func (st *stream) mayConcern(data json.RawMessage) bool {
	var c org.ConfigChanged
	if json.Unmarshal(data, &c) != nil {
		return false
	}
	switch c.Entity {
	case "user":
		return c.ID == st.who.UserID
	case "role", "team": // a team above another one hands its supervisors down
		return true
	}
	return false
}

// stands says whether the person still has the rights and the team that the stream was opened with: they decide what
// it is subscribed to. Whose have changed comes again and is signed in anew.
func (st *stream) stands(ctx context.Context) bool {
	now, in, err := st.hub.cfg.Org.Now(ctx, st.who)
	if err != nil {
		st.hub.cfg.Log.Warn("a desk's rights could not be read, trying again", "error", err)
		st.unsure = max(st.unsure, 1)
		return true
	}
	st.unsure--
	return in && now.TeamID == st.who.TeamID && maps.Equal(now.Privileges, st.who.Privileges) &&
		slices.Equal(now.SupervisedTeamIDs, st.who.SupervisedTeamIDs)
}

func (st *stream) send(f frame) {
	b, err := json.Marshal(f)
	if err != nil {
		st.hub.cfg.Log.Error("a frame could not be written", "type", f.Type, "error", err)
		return
	}
	st.sock.Send(b)
}

// lossy sends a frame that may be left out when the client is behind.
func (st *stream) lossy(typ string, data any) {
	if st.sock.Waiting() > buffer/4 {
		return
	}
	b, err := json.Marshal(data)
	if err != nil {
		st.hub.cfg.Log.Error("a frame could not be written", "type", typ, "error", err)
		return
	}
	st.send(frame{Type: typ, Data: b})
}
