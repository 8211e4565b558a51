package call

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
	// ByExtension gives who has an extension, "" when nobody has.
	ByExtension(ctx context.Context, tenant, extension string) (userID string, err error)
	// OpenNow tells whether a service's hours, or the entry's own, are on.
	OpenNow(ctx context.Context, tenant, serviceID, entryID string, at int64) (bool, error)
	// OpenLimit is how many calls of a tenant may go on at a time; 0: any number.
	OpenLimit(ctx context.Context, tenant string) (int64, error)
	// Way is how calls of an entry go out.
	Way(ctx context.Context, tenant, entryID string) (Way, error)
	// PromptFile is the file of a prompt's sound, "" while it has none.
	PromptFile(ctx context.Context, tenant, promptID string) (string, error)
}

// Rules are the settings of a service that its calls need: which prompts
// callers hear ("" is Parley's own).
type Rules struct {
	Name             string
	Greeting         string
	Music            string
	Closed           string
	Nobody           string
	Limit            string // queue full, or waited too long
	LastAgentSeconds int64
	RingSeconds      int64 // how long an agent, or a number outside, may be rung
}

// Way is a trunk that calls go out by, "" where there is none, and the number
// they come from.
type Way struct{ TrunkID, CallerID string }

// Person is an agent as others see them.
type Person struct {
	Name     string
	MayVoice bool // may take calls
}

// Enqueue leaves an input for the floor in the running transaction
// (floor.Floors).
type Enqueue func(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error

// Nodes is what calls ask of the bus: requests to the node that has a call's
// media, and which nodes live.
type Nodes interface {
	Publish(subject string, data []byte) error
	SubscribeLossy(subject string, f func(subject string, data []byte)) (cancel func(), err error)
	Handle(subject string, f func(ctx context.Context, payload []byte) ([]byte, error)) (cancel func(), err error)
	Request(ctx context.Context, subject string, payload []byte) ([]byte, error)
	Holder(ctx context.Context, key string) (node string, err error)
	Clustered() bool
}
