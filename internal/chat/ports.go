package chat

import (
	"context"

	"parley/internal/db"
	"parley/internal/floor/core"
)

// Directory tells what the administration has set. It is asked inside write
// transactions, so it answers from memory.
type Directory interface {
	Service(ctx context.Context, tenant, serviceID string) (Rules, error)
	// Serves tells whether a service is there and not archived: an archived one's
	// contacts are handled to the end, and nobody is found for new ones.
	Serves(ctx context.Context, tenant, serviceID string) (bool, error)
	Person(ctx context.Context, tenant, userID string) (Person, error)
	Can(ctx context.Context, tenant, userID, privilege string) bool
	// OpenNow tells whether a service's hours, or the entry's own, are on.
	OpenNow(ctx context.Context, tenant, serviceID, entryID string, at int64) (bool, error)
	// MostOpen is how many conversations the tenant may have waiting and in hand
	// at once, 0: any number.
	MostOpen(ctx context.Context, tenant string) (int64, error)
	// RoomForFile refuses a file of so many bytes that the tenant's limit leaves
	// no room for, before it is taken; UseFileRoom counts one that was.
	RoomForFile(ctx context.Context, tenant string, size int64) error
	UseFileRoom(ctx context.Context, tx *db.Tx, tenant string, size int64) error
}

// Rules are the settings of a service that its chats need.
type Rules struct {
	Name                string
	IdleQuestionSeconds int64            // 0 = never
	IdleCloseSeconds    int64            // after the question; 0 = never
	Texts               map[string]Texts // by language
	Greeting            map[string]string
	ShowPhoto           bool
	PreviewUnsent       bool
	FileMaxBytes        int64
	FileTypes           []string
	LastAgentSeconds    int64
}

// Texts are what customers read without anybody writing it.
type Texts struct {
	Waiting, IdleQuestion, IdleClosed, Closed, NoAgents, Offline string
}

// text picks the texts of a language, else of English, else of Russian.
func (r Rules) texts(lang string) Texts {
	for _, l := range []string{lang, "en", "ru"} {
		if t, ok := r.Texts[l]; ok {
			return t
		}
	}
	return Texts{}
}

// Person is an agent as others see them.
type Person struct {
	Name                string // the chat nickname, else first and last name (decision 30)
	FirstName, LastName string
	PhotoID             string // of the picture room, "" = none
	Greeting            string // the agent's own, "" = the service's (decision 29)
}

// Enqueue leaves an input for the floor in the running transaction
// (floor.Floors).
type Enqueue func(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error

// Publish sends a lossy message (bus.Publish).
type Publish func(subject string, data []byte) error
