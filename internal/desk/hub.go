package desk

import (
	"context"
	"hash/fnv"
	"log/slog"
	"sync"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/run"
	"parley/internal/stats"
	"parley/internal/web"
)

// Subprotocol is asked for by desks.
const Subprotocol = "parley.desk.1"

// Close codes beside web's.
const CloseReplaced = 4009 // the same session opened another stream: this tab is not the live one any more

// Part adds its share of a snapshot, read from the snapshot's own transaction.
type Part func(ctx context.Context, tx bun.IDB, who web.Identity, into *Snapshot) error

// Presence is told when a session's stream comes and goes; the floor implements it.
type Presence interface {
	SocketBack(ctx context.Context, tenant, user, session string) error
	SocketLost(ctx context.Context, tenant, user, session string) error
}

// Typing passes an agent's typing notice on to the customer; chat implements it.
type Typing interface {
	AgentTyping(ctx context.Context, who web.Identity, conversationID string, on bool)
}

// Config is what a hub is built of.
type Config struct {
	DB       *db.DB
	Bus      *bus.Bus
	Stats    *stats.Center
	Org      Directory
	Day      Day
	Presence Presence
	Typing   Typing
	Parts    []Part
	Group    *run.Group
	Log      *slog.Logger
	Now      func() int64 // unix ms; nil: the clock
}

// Directory is what figures need to know of the organisation.
type Directory interface {
	// Now gives somebody who signed in with the team and the rights they have now; false: they may be here no longer.
	Now(ctx context.Context, who web.Identity) (now web.Identity, in bool, err error)
	// Visible gives the services and teams whose figures a person may see.
	Visible(ctx context.Context, who web.Identity) (Scope, error)
	// Members gives the people of the teams a person may see.
	Members(ctx context.Context, who web.Identity) ([]stats.Member, error)
	// Skills gives the skills that the people and services a person may see have and ask for.
	Skills(ctx context.Context, who web.Identity) ([]stats.Skill, error)
	// HomeFacts fills what the settings say about Home: budgets of breaks, start page, figures.
	HomeFacts(ctx context.Context, who web.Identity, into *HomeBody) error
	// TeamRules fills what the team's settings say about the desk.
	TeamRules(ctx context.Context, who web.Identity, into *TeamRulesBody) error
	// Names fills the names of everything a person may watch.
	Names(ctx context.Context, who web.Identity, into *ScopeList) error
}

// Day counts today's outcomes of a person from the records.
type Day interface {
	Dispositions(ctx context.Context, who web.Identity, from int64) ([]DispositionTally, error)
}

// Scope is what a person sees figures of.
type Scope struct {
	ServiceIDs []string
	TeamIDs    []string
	Parents    map[string]string // team → the team above it
	Serves     stats.Serves
}

// Hub holds the streams of this node.
type Hub struct {
	cfg Config

	mu      sync.Mutex
	streams map[string]*stream // by session id

	turns [64]sync.Mutex // of sessions, while the floor is told of them
}

// NewHub makes a hub; Register puts its endpoints on the server.
func NewHub(cfg Config) *Hub {
	if cfg.Now == nil {
		cfg.Now = db.Now
	}
	return &Hub{cfg: cfg, streams: map[string]*stream{}}
}

// enter makes st the stream of its session and closes the one it replaces.
func (h *Hub) enter(st *stream) {
	h.mu.Lock()
	old := h.streams[st.who.SessionID]
	h.streams[st.who.SessionID] = st
	h.mu.Unlock()
	if old != nil {
		old.sock.Close(CloseReplaced, "opened elsewhere")
	}
}

// leave forgets st and says whether it was still its session's stream.
func (h *Hub) leave(st *stream) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams[st.who.SessionID] != st {
		return false
	}
	delete(h.streams, st.who.SessionID)
	return true
}

// current is a session's stream, nil without one.
func (h *Hub) current(session string) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams[session]
}

// turn lets a session's streams tell the floor one after the other: what is said
// last is what is so.
func (h *Hub) turn(session string) *sync.Mutex {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(session))
	return &h.turns[sum.Sum32()%uint32(len(h.turns))]
}

// back tells the floor that a desk is there. PAR-0011 means that the floor didn't
// hear it: the stream may not stay, or its agent would be signed out at work. Other
// errors are its answers: somebody who is in no shift, say.
func (h *Hub) back(ctx context.Context, st *stream) error {
	turn := h.turn(st.who.SessionID)
	turn.Lock()
	defer turn.Unlock()
	if h.current(st.who.SessionID) != st {
		return nil // replaced meanwhile: the new one speaks for the session
	}
	return h.cfg.Presence.SocketBack(ctx, st.who.TenantID, st.who.UserID, st.who.SessionID)
}

// lost tells the floor that a desk is gone, unless it has come again meanwhile:
// told after the new stream's own word it would stand for good.
func (h *Hub) lost(ctx context.Context, st *stream) {
	turn := h.turn(st.who.SessionID)
	turn.Lock()
	defer turn.Unlock()
	if h.current(st.who.SessionID) != nil {
		return
	}
	if err := h.cfg.Presence.SocketLost(context.WithoutCancel(ctx), st.who.TenantID, st.who.UserID, st.who.SessionID); err != nil {
		h.cfg.Log.Warn("the floor was not told that a desk is gone", "error", err)
	}
}

// Count is the number of open streams.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}
