package email

import (
	"context"

	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/org"
)

// Arrival is a mail that came to an address of ours.
type Arrival struct {
	TenantID, EntryID string
	Recipient         string // the address it came to, as it is compared
	Sender            string // of the envelope, "" the null sender
	Source            string // smtp, imap
	Peer              string // who brought it: an address, a mailbox's server
	ReceivedAt        int64  // unix ms, 0: now
	Raw               []byte
}

// Transport carries mails out. A nil error means that the relay took it. Of the
// errors, Refused and Doubtful are final; all others mean: try again.
type Transport interface {
	Send(ctx context.Context, o Outgoing) (Receipt, error)
}

// Outgoing is a written mail and whom it goes to.
type Outgoing struct {
	TenantID, EntryID string
	From              string
	To                []string // everybody, Cc and Bcc included
	Raw               []byte
}

// Receipt is what the relay said when it took a mail.
type Receipt struct{ Text string }

// Refused says that a mail will never be taken.
type Refused struct{ Text string }

func (e *Refused) Error() string { return "the mail was refused: " + e.Text }

// Doubtful says that the connection broke when the relay may have taken the
// mail already.
type Doubtful struct{ Text string }

func (e *Doubtful) Error() string { return "it is not known whether the mail was taken: " + e.Text }

// Directory tells what the administration has set. It is asked inside write
// transactions, so it answers from memory.
type Directory interface {
	Service(ctx context.Context, tenant, id string) (Rules, error)
	Mailbox(ctx context.Context, tenant, id string) (Mailbox, error)
	// MailboxFor is the mailbox that a service's new mails go out of.
	MailboxFor(ctx context.Context, tenant, serviceID string) (Mailbox, error)
	Person(ctx context.Context, tenant, id string) (Person, error)
	Can(ctx context.Context, tenant, userID, privilege string) bool
	// ServicesOf are the mail services of a user's team and of the teams the user
	// supervises.
	ServicesOf(ctx context.Context, tenant, userID string) (own, supervised []string, err error)
	// Leads tells whether a supervisor leads the team of somebody.
	Leads(ctx context.Context, tenant, supervisorID, userID string) bool
	// Led are the people of the teams that somebody supervises.
	Led(ctx context.Context, tenant, supervisorID string) ([]Member, error)
	// SameTeam tells whether two people are of one team.
	SameTeam(ctx context.Context, tenant, userID, otherID string) bool
	// DueAt is when a service's hours have added up to ms since from.
	DueAt(ctx context.Context, tenant, serviceID string, from, ms int64) (int64, error)
	Disposition(ctx context.Context, tenant, id string) (Disposition, error)
	// Categories are those that cases of a service may get (of any without one), each
	// after the one it stands below; CategoryNames are the names down to one, also of one that is gone.
	Categories(ctx context.Context, tenant, serviceID string) ([]CaseCategory, error)
	CategoryNames(ctx context.Context, tenant, id string) ([]string, error)
	// CategoriesBelow are a category and those below it, nil when it was never there.
	CategoriesBelow(ctx context.Context, tenant, id string) ([]string, error)
	// CaseFields are all fields of cases in the order of their form, deleted ones too.
	CaseFields(ctx context.Context, tenant string) ([]*org.CaseField, error)
	RoomForFile(ctx context.Context, tenant string, size int64) error
	UseFileRoom(ctx context.Context, tx *db.Tx, tenant string, size int64) error
}

// Rules are the settings of a service that its mails need.
type Rules struct {
	ID, Name     string
	Push         bool   // offered to agents; else they take it from the team's queue
	Replies      string // what becomes of a customer's further mail: offer, personal, queue
	ReleaseMS    int64  // a personal queue's mails of somebody away go back after this much of the service's hours; 0: never
	SLMS         int64  // to be answered within, in the service's hours; 0: no threshold
	Ack          bool
	AckPerDay    int
	AckTexts     map[string]AckText
	Greeting     map[string]string
	Signature    map[string]string
	FromName     string
	FileMaxBytes int64
	MaxBytes     int64
	Dispositions []string
}

// AckText is the acknowledgement in one language.
type AckText struct{ Subject, Text string }

// What becomes of a customer's further mail.
const (
	RepliesOffer    = "offer"
	RepliesPersonal = "personal"
	RepliesQueue    = "queue"
)

// Mailbox is an address of ours.
type Mailbox struct {
	ID, Name, Address, FromName, ServiceID string
	Aliases                                []string
	Rules                                  []KeywordRule
	Languages                              []string
	Active                                 bool
}

// KeywordRule sends mails to a service; the first that fits wins. All that is
// named must fit; of the words one is enough.
type KeywordRule struct {
	Words     []string
	In        string // subject, body, both
	From, To  string // an address or a domain with @ before it
	Language  string
	ServiceID string
}

// Person is somebody of ours.
type Person struct {
	Name, FirstName, LastName string
	ReplyAll                  bool // answers begin to everybody who took part
}

// Disposition is what a case needs to know of one.
type Disposition struct {
	Name       string
	ClosesCase bool
	Spam       bool
}

// Enqueue leaves an input for the floor in the running transaction
// (floor.Floors).
type Enqueue func(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error

// Floor decides at once what somebody waits for (floor.Floors).
type Floor interface {
	Do(ctx context.Context, tenant string, in core.Input) (floor.Answer, error)
}

// Publish sends a lossy message (bus.Publish).
type Publish func(subject string, data []byte) error
