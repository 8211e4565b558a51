package widget

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/site"
	"parley/internal/web"
)

// Subprotocol is asked for by widgets.
const Subprotocol = "parley.widget.1"

// Close codes after which trying again is no use.
const (
	closeToken  = 4401 // the token is unknown: forget it
	closeBarred = 4403
	closeMany   = 4429 // too many streams of one visitor
)

const (
	buffer      = 128  // frames a client may lag behind before it is cut and resumes
	maxFrame    = 8192 // bytes of an incoming frame
	typingEvery = 300 * time.Millisecond
	pollFrames  = 200 // frames of one poll's answer
)

// position is a place in a conversation's stream from which frames go out.
type position struct {
	conversation string
	sub          *bus.Subscription
	epoch        string
	seq          int64  // of the frame sent last
	first        *frame // the snapshot, nil when the client goes on from what it has
	queued       string // interaction that waits, "" for none
}

// follow finds where the visitor's latest conversation stands and goes on from
// what the client has, or from a snapshot.
func (s *Server) follow(ctx context.Context, v chat.Visitor, have bus.Cursor) (*position, error) {
	p := &position{}
	if have.Epoch != "" {
		c, queued, err := s.cfg.Chat.LatestID(ctx, s.cfg.DB.Read(), v)
		if err != nil {
			return nil, err
		}
		p.sub, err = s.cfg.Bus.Feed().Subscribe(ctx, v.TenantID, []string{chat.Audience(c)}, have, buffer)
		if err == nil {
			p.conversation, p.queued, p.epoch, p.seq = c, queued, have.Epoch, have.Seq
			return p, nil
		}
		if !errors.Is(err, bus.ErrTooOld) && !errors.Is(err, bus.ErrEpoch) {
			return nil, err
		}
	}
	var snap snapshot
	var head bus.Cursor
	err := s.cfg.DB.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if head, err = bus.Head(ctx, tx, v.TenantID); err != nil {
			return err
		}
		snap.Conversation, snap.Messages, err = s.cfg.Chat.CustomerSeesIn(ctx, tx, v, 0, historyPage)
		return err
	})
	if err != nil {
		return nil, err
	}
	if snap.Conversation != nil {
		p.conversation = snap.Conversation.ID
		s.standing(ctx, v.TenantID, snap.Conversation)
		if snap.Conversation.State == chat.StateWaiting {
			p.queued = snap.Conversation.InteractionID
		}
	}
	data, err := json.Marshal(snap)
	if err != nil {
		return nil, err
	}
	p.epoch, p.seq = head.Epoch, head.Seq
	p.first = &frame{Epoch: head.Epoch, Seq: head.Seq, Type: "snapshot", Data: data}
	p.sub, err = s.cfg.Bus.Feed().Subscribe(ctx, v.TenantID, []string{chat.Audience(p.conversation)}, head, buffer)
	return p, err
}

func (p *position) frame(c bus.Change) frame {
	f := frame{Epoch: p.epoch, Seq: c.Seq, Prev: p.seq, Type: c.Type, Data: c.Data}
	p.seq = c.Seq
	return f
}

// socket is GET …/socket.
func (s *Server) socket(q *request) error {
	sock, err := web.AcceptSocket(q.W, q.R, web.SocketConfig{Subprotocol: Subprotocol, Buffer: buffer, MaxFrame: maxFrame,
		Origin: func(string) bool { return true }}) // admit has looked at it
	if err != nil {
		return nil // answered already
	}
	st := &stream{s: s, q: q, sock: sock, hello: make(chan up, 1)}
	ctx, cancel := context.WithCancel(s.cfg.Group.Context())
	g := run.New(ctx)
	g.Go("widget.stream", func(ctx context.Context) error { st.live(ctx); return nil })
	_ = sock.Run(ctx, func(b []byte) error { return st.take(ctx, b) })
	cancel()
	_ = g.Wait() // a panic was logged by the group; the client resumes
	return nil
}

// stream is one socket.
type stream struct {
	s    *Server
	q    *request
	sock *web.Socket

	hello    chan up
	greeted  bool      // owned by take
	typedAt  time.Time // owned by take
	mu       sync.Mutex
	visitor  *chat.Visitor // nil until the hello was accepted
	haveMark int64         // last message number handed over but not marked; owned by live
}

var errHello = errors.New("the first frame must be hello, and only the first")

// take handles one frame from the client.
func (st *stream) take(ctx context.Context, b []byte) error {
	u, err := parseUp(b)
	if err != nil {
		return err
	}
	if (u.Type == upHello) == st.greeted {
		return errHello
	}
	if st.gone(ctx) {
		st.sock.Close(web.CloseRestart, "the chat is switched off")
		return nil
	}
	switch u.Type {
	case upHello:
		st.greeted = true
		st.hello <- u
	case upPing:
		st.send(frame{Type: "pong"})
	case upTyping:
		st.mu.Lock()
		v := st.visitor
		st.mu.Unlock()
		now := time.Now()
		if v != nil && (!u.On || now.Sub(st.typedAt) >= typingEvery) {
			st.typedAt = now
			st.s.cfg.Chat.CustomerTyping(ctx, *v, u.On, u.Text)
		}
	}
	return nil
}

// gone tells whether the entry was switched off, got another key, or belongs to a
// tenant that was suspended. The widget comes back when it is served again.
func (st *stream) gone(ctx context.Context) bool {
	_, _, err := st.s.cfg.Org.EntryByKey(ctx, org.EntryChat, st.q.Entry.Key)
	return fail.Code(err) == fail.CodeNotFound
}

func (st *stream) send(f frame) {
	if b, err := json.Marshal(f); err == nil {
		st.sock.Send(b)
	}
}

// live waits for the hello and follows the conversation until the socket ends.
func (st *stream) live(ctx context.Context) {
	late := time.NewTimer(st.s.cfg.Times.Hello)
	defer late.Stop()
	var u up
	select {
	case u = <-st.hello:
	case <-late.C:
		st.sock.Close(web.CloseHello, "no hello")
		return
	case <-st.sock.Closed():
		return
	case <-ctx.Done():
		return
	}
	v, err := st.s.cfg.Chat.VisitorByToken(ctx, st.q.Tenant, st.q.Entry.ID, u.Token)
	if fail.Code(err) == fail.CodeSignIn {
		st.sock.Close(closeToken, "unknown token")
		return
	}
	var p *position
	if err == nil {
		p, err = st.s.follow(ctx, v, bus.Cursor{Epoch: u.Epoch, Seq: u.Seq})
	}
	if err != nil {
		st.s.cfg.Log.Warn("a visitor could not be caught up", "error", err)
		st.sock.Close(web.CloseRestart, "not possible now")
		return
	}
	defer p.sub.Close()
	if !st.s.presence.enter(v, st.s.limits.streams) {
		st.sock.Close(closeMany, "too many streams")
		return
	}
	defer st.s.presence.leave(v)
	st.mu.Lock()
	st.visitor = &v
	st.mu.Unlock()
	typing, stop := st.s.typing(st.q.Tenant, p.conversation)
	defer stop()
	st.follow(ctx, v, p, typing)
}

// follow sends what happens until something ends.
func (st *stream) follow(ctx context.Context, v chat.Visitor, p *position, typing <-chan []byte) {
	if p.first != nil {
		st.send(*p.first)
	}
	mark := time.NewTimer(time.Hour)
	mark.Stop()
	defer mark.Stop()
	queue := st.s.queueing(v, p)
	defer queue.end()
	for {
		select {
		case c, ok := <-p.sub.C():
			if !ok {
				st.sock.Close(web.CloseSlow, "resume")
				return
			}
			st.send(p.frame(c))
			queue.heard(ctx, c)
			if n := agentMessage(c); n > 0 {
				st.haveMark = n
				mark.Reset(st.s.cfg.Times.Delivered)
			}
		case data := <-typing:
			if st.sock.Waiting() < buffer/4 {
				st.send(frame{Type: "typing", Data: data})
			}
		case <-queue.next.C:
			if f, moved := queue.look(ctx); moved && st.sock.Waiting() < buffer/4 {
				st.send(f)
			}
		case <-mark.C:
			if err := st.s.cfg.Chat.CustomerRead(ctx, v, st.haveMark, true); err != nil {
				st.s.cfg.Log.Debug("a mark of delivery was lost", "error", err)
			}
		case <-st.sock.Closed():
			return
		case <-ctx.Done():
			return
		}
	}
}

// agentMessage is the number of a message that somebody wants to know delivered.
func agentMessage(c bus.Change) int64 {
	if c.Type != chat.TypeMessage {
		return 0
	}
	var m struct {
		N      int64       `json:"n"`
		Author chat.Author `json:"author"`
	}
	if json.Unmarshal(c.Data, &m) != nil || m.Author.Kind != chat.FromAgent {
		return 0
	}
	return m.N
}

// typing gives the agents' typing notices in a conversation; a reader that lags
// misses some.
func (s *Server) typing(tenant, conversation string) (<-chan []byte, func()) {
	c := make(chan []byte, 4)
	if conversation == "" {
		return c, func() {}
	}
	stop, err := s.cfg.Bus.SubscribeLossy(chat.TypingToCustomer(tenant, conversation), func(_ string, data []byte) {
		select {
		case c <- data:
		default:
		}
	})
	if err != nil {
		s.cfg.Log.Warn("typing notices are not passed on", "error", err)
		return c, func() {}
	}
	return c, stop
}

// online notes that a customer came or went.
func (s *Server) online(v chat.Visitor, on bool) {
	ctx, cancel := context.WithTimeout(s.cfg.Group.Context(), 10*time.Second)
	defer cancel()
	if err := s.cfg.Chat.CustomerOnline(ctx, v, on); err != nil && fail.Code(err) != fail.CodeNotFound && ctx.Err() == nil {
		s.cfg.Log.Warn("a customer's presence could not be noted", "error", err)
	}
}

// settle finds those who went while nobody was there to notice.
func (s *Server) settle(ctx context.Context) error {
	wait := time.NewTimer(s.cfg.Times.Settle)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
		return nil
	}
	vs, err := s.cfg.Chat.OnlineVisitors(ctx)
	for _, v := range vs {
		if !s.presence.present(v.ID) {
			s.online(v, false)
		}
	}
	return err
}

type pollBody struct {
	Epoch  string  `json:"epoch"`
	Seq    int64   `json:"seq"`
	Frames []frame `json:"frames"`
}

// poll is GET …/events?epoch&after&wait: the frames after a number, as soon as
// there are any, at the latest after wait seconds.
func (s *Server) poll(q *request) error {
	query := q.R.URL.Query()
	after, err := site.Number(query.Get("after"), "after")
	if err != nil {
		return err
	}
	wait, err := site.Number(query.Get("wait"), "wait")
	if err != nil {
		return err
	}
	if !s.presence.enter(q.visitor, s.limits.streams) {
		return fail.TooMany(1)
	}
	defer s.presence.leave(q.visitor)
	ctx := q.R.Context()
	p, err := s.follow(ctx, q.visitor, bus.Cursor{Epoch: query.Get("epoch"), Seq: after})
	if err != nil {
		return err
	}
	defer p.sub.Close()
	body := pollBody{Frames: []frame{}}
	if p.first != nil {
		body.Frames = append(body.Frames, *p.first)
	} else {
		s.gather(ctx, p, &body, min(time.Duration(wait)*time.Second, s.cfg.Times.Poll))
	}
	if f, ok := positionFrame(p.conversation, s.place(ctx, q.Tenant, p.queued)); ok {
		body.Frames = append(body.Frames, f)
	}
	body.Epoch, body.Seq = p.epoch, p.seq
	return q.Answer(body)
}

// gather waits for the first frame and takes those that are there with it.
func (s *Server) gather(ctx context.Context, p *position, body *pollBody, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case c, ok := <-p.sub.C():
		if ok {
			body.Frames = append(body.Frames, p.frame(c))
		}
	case <-timer.C:
		return
	case <-ctx.Done():
		return
	case <-s.cfg.Group.Context().Done():
		return
	}
	for len(body.Frames) < pollFrames {
		select {
		case c, ok := <-p.sub.C():
			if !ok {
				return
			}
			body.Frames = append(body.Frames, p.frame(c))
		default:
			return
		}
	}
}
