package call

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/blob"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/run"
)

// Service holds the verbs of calls and the sessions of those whose media is on
// this node. It is safe for concurrent use.
type Service struct {
	db           *db.DB
	directory    Directory
	contacts     *contact.Service
	interactions *interaction.Service
	enqueue      Enqueue
	floor        Floor
	nodes        Nodes
	browsers     Browsers
	phones       Phones
	sounds       *sounds
	group        *run.Group
	log          *slog.Logger
	now          func() int64 // unix ms
	node         string       // of this process: another one after every start
	maxCalls     int
	patience     time.Duration
	sessions     registry
	hangingUp    sync.Map // ids of dead processes' legs whose far ends are being hung up
	draining     atomic.Bool
	cancels      []func()
}

// Config is what a Service works with.
type Config struct {
	DB           *db.DB
	Directory    Directory
	Contacts     *contact.Service
	Interactions *interaction.Service
	Blobs        blob.Store
	Enqueue      Enqueue
	Floor        Floor
	Nodes        Nodes
	Browsers     Browsers
	MaxCalls     int           // on this node; 0: 2,000
	Patience     time.Duration // for an agent's line to come up after accepting; twice as long to come back; 0: 10 s
	Log          *slog.Logger
}

// New makes the service.
func New(c Config) *Service {
	s := &Service{db: c.DB, directory: c.Directory, contacts: c.Contacts, interactions: c.Interactions, enqueue: c.Enqueue, floor: c.Floor, nodes: c.Nodes,
		browsers: c.Browsers, group: run.New(context.Background()), log: c.Log, now: db.Now, node: db.NewID(), maxCalls: c.MaxCalls,
		sessions: registry{byID: map[string]*session{}}}
	if s.patience = c.Patience; s.patience == 0 {
		s.patience = 10 * time.Second
	}
	if s.maxCalls == 0 {
		s.maxCalls = 2000
	}
	s.sounds = newSounds(c.Directory, c.Blobs)
	return s
}

// UsePhones gives the SIP edge, which is made after the service it brings calls
// to. Call it before Start.
func (s *Service) UsePhones(p Phones) { s.phones = p }

// Node names this process among those that have calls.
func (s *Service) Node() string { return s.node }

// registry are the sessions of this node.
type registry struct {
	mu     sync.Mutex
	byID   map[string]*session
	coming int // calls being taken in, which have a place already
}

// reserve keeps a place for a call; no when limit are there. Call free when the
// call has its session, or came to nothing.
func (r *registry) reserve(limit int) (free func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byID)+r.coming >= limit {
		return nil, false
	}
	r.coming++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.coming--
	}, true
}

func (r *registry) get(id string) *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

func (r *registry) put(ses *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID[ses.id] = ses
}

func (r *registry) drop(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.byID)
}

func (s *Service) start(ses *session) {
	s.sessions.put(ses)
	s.group.Go("call.session", func(ctx context.Context) error {
		defer s.sessions.drop(ses.id)
		defer ses.close(ctx)
		return ses.run(ctx)
	})
}

// Subjects of the bus; the node is the last word.
const (
	wakeSubject    = "parley.call.wake."
	attachSubject  = "parley.call.attach."
	digitsSubject  = "parley.call.digits."
	qualitySubject = "parley.call.quality."
)

// wake lets the session of a call look at its rows. A lost one is made up for
// within a second.
func (s *Service) wake(node, tenant, callID string) {
	if node == s.node {
		if ses := s.sessions.get(callID); ses != nil {
			ses.look()
		}
		return
	}
	if s.nodes.Clustered() {
		_ = s.nodes.Publish(wakeSubject+node, []byte(callID))
	}
}

// listen takes what other nodes ask of the calls of this one.
func (s *Service) listen() error {
	for subject, f := range map[string]func(context.Context, []byte) ([]byte, error){attachSubject: s.attachRequest, digitsSubject: s.digitsRequest} {
		cancel, err := s.nodes.Handle(subject+s.node, f)
		if err != nil {
			return err
		}
		s.cancels = append(s.cancels, cancel)
	}
	cancel, err := s.nodes.SubscribeLossy(wakeSubject+s.node, func(_ string, data []byte) { s.wake(s.node, "", string(data)) })
	if err != nil {
		return err
	}
	s.cancels = append(s.cancels, cancel)
	cancel, err = s.nodes.SubscribeLossy(qualitySubject+s.node, func(_ string, data []byte) {
		var r qualityNote
		if json.Unmarshal(data, &r) == nil {
			s.noteQuality(r)
		}
	})
	s.cancels = append(s.cancels, cancel)
	return err
}

// ask carries out a request on the node that has a call's media.
func ask[In any](ctx context.Context, s *Service, node, subject string, in In, local func(context.Context, In) (string, error)) (string, error) {
	if node == s.node {
		return local(ctx, in)
	}
	if !s.nodes.Clustered() {
		return "", errGone()
	}
	body, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	out, err := s.nodes.Request(ctx, subject+node, body)
	return string(out), err
}

func errGone() error { return fail.State("The call is over") }

func answerRequest[In any](ctx context.Context, payload []byte, f func(context.Context, In) (string, error)) ([]byte, error) {
	var in In
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, fail.Unreadable(err)
	}
	out, err := f(ctx, in)
	return []byte(out), err
}

func (s *Service) attachRequest(ctx context.Context, payload []byte) ([]byte, error) {
	return answerRequest(ctx, payload, s.attachHere)
}

func (s *Service) digitsRequest(ctx context.Context, payload []byte) ([]byte, error) {
	return answerRequest(ctx, payload, s.digitsHere)
}
