package chat

import (
	"fmt"

	"parley/internal/audit"
	"parley/internal/blob"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/interaction"
)

// Service holds the verbs of conversations. It is safe for concurrent use.
type Service struct {
	db           *db.DB
	directory    Directory
	contacts     *contact.Service
	interactions *interaction.Service
	blobs        blob.Store
	enqueue      Enqueue
	publish      Publish
	now          func() int64 // unix ms
	deadlines    *Deadlines
	viewed       audit.ViewFunc
}

// Config is what a Service works with.
type Config struct {
	DB           *db.DB
	Directory    Directory
	Contacts     *contact.Service
	Interactions *interaction.Service
	Blobs        blob.Store
	Enqueue      Enqueue
	Publish      Publish
	Viewed       audit.ViewFunc // of somebody else's conversation or its files
	Now          func() int64   // unix ms; nil: the clock
}

// New makes the service.
func New(c Config) *Service {
	s := &Service{db: c.DB, directory: c.Directory, contacts: c.Contacts, interactions: c.Interactions, blobs: c.Blobs,
		enqueue: c.Enqueue, publish: c.Publish, viewed: c.Viewed, now: c.Now}
	if s.now == nil {
		s.now = db.Now
	}
	s.deadlines = newDeadlines(s)
	return s
}

func badMove(c *Conversation, to State) error {
	return fmt.Errorf("conversation %s is %s: cannot become %s", c.ID, c.State, to)
}
