package email

import (
	"log/slog"
	"time"

	"parley/internal/audit"
	"parley/internal/blob"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/interaction"
)

// Service holds the verbs of mails. It is safe for concurrent use.
type Service struct {
	db           *db.DB
	directory    Directory
	contacts     *contact.Service
	cases        *cases.Service
	interactions *interaction.Service
	blobs        blob.Store
	scanner      Scanner
	enqueue      Enqueue
	floor        Floor
	publish      Publish
	transport    Transport
	log          *slog.Logger
	now          func() int64 // unix ms
	arrived      chan struct{}
	told         told
	tallies      tallies
	viewed       audit.ViewFunc
	walkFor      time.Duration
}

// Config is what a Service works with.
type Config struct {
	DB           *db.DB
	Directory    Directory
	Contacts     *contact.Service
	Cases        *cases.Service
	Interactions *interaction.Service
	Blobs        blob.Store
	Scanner      Scanner // of what comes; nil: files are not checked
	Enqueue      Enqueue
	Floor        Floor
	Publish      Publish
	Log          *slog.Logger
	Viewed       audit.ViewFunc // of somebody else's case or mail
	Now          func() int64   // unix ms; nil: the clock
}

// New makes the service. Mails go out once UseTransport was called.
func New(c Config) *Service {
	s := &Service{db: c.DB, directory: c.Directory, contacts: c.Contacts, cases: c.Cases, interactions: c.Interactions,
		blobs: c.Blobs, scanner: c.Scanner, enqueue: c.Enqueue, floor: c.Floor, publish: c.Publish, log: c.Log, viewed: c.Viewed, now: c.Now, arrived: make(chan struct{}, 1), walkFor: walkFor}
	if s.now == nil {
		s.now = db.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

// UseTransport gives the edge that carries mails out. Call it before the jobs
// start.
func (s *Service) UseTransport(t Transport) { s.transport = t }
